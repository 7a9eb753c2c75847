// SPDX-License-Identifier: MIT
// One integration test's world: fake backends, the gateway in front of them, clients.
#pragma once

#include "tests/support/fakeupstream.h"
#include "tests/support/gatewayprocess.h"
#include "tests/support/rawclient.h"

#include <QJsonObject>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::support {

/// Backends first, then start(). Health is quiet unless asked for: one probe at the start, and no
/// backend is ever marked unhealthy by it. Prints what the gateway said when the test failed.
class Scenario
{
public:
    Scenario();
    ~Scenario();

    /// A running backend, listed in `config` under `name`. Lives as long as this.
    FakeUpstream &addBackend(std::string_view name, const GatewayConfig::Entries &extra = {});

    [[nodiscard]] bool start(const ChildProcess::Environment &extra = {});

    /// Stops the gateway: its exit code.
    [[nodiscard]] int stop() { return gateway.stop(); }

    [[nodiscard]] RawClient connect(int receiveBuffer = 0) const;
    /// Each on a connection of its own.
    [[nodiscard]] HttpResponse get(std::string_view target, const Headers &extra = {}) const;
    [[nodiscard]] HttpResponse
    post(std::string_view target, std::string_view body, const Headers &extra = {}) const;
    [[nodiscard]] HttpResponse chat(std::string_view body = ChatBody,
                                    const Headers &extra = {}) const;

    /// The sum of the samples of `name` whose labels contain every one of `labels`; -1 when none.
    [[nodiscard]] double metric(std::string_view name,
                                const std::vector<std::string> &labels = {}) const;
    /// The request log's line of this id, waiting for it; empty object when it never came.
    [[nodiscard]] QJsonObject logLine(std::string_view requestId,
                                      Deadline deadline = Patient) const;
    /// The first line whose `key` is `value`, waiting for it.
    [[nodiscard]] QJsonObject
    logLineWith(const char *key, const QJsonValue &value, Deadline deadline = Patient) const;

    static constexpr std::string_view ChatBody =
        R"({"model":"test-model","messages":[{"role":"user","content":"hi"}]})";
    static constexpr std::string_view StreamBody =
        R"({"model":"test-model","stream":true,"messages":[{"role":"user","content":"hi"}]})";
    static constexpr std::string_view ChatPath = "/v1/chat/completions";

    GatewayConfig config;
    GatewayProcess gateway;

private:
    std::vector<std::unique_ptr<FakeUpstream>> m_backends;
};

[[nodiscard]] QJsonObject jsonOf(const HttpResponse &response);

/// What is wrong with an OpenAI-shaped error answer; empty when nothing. Empty `type` or `code`:
/// any.
[[nodiscard]] std::string errorShapeProblem(const HttpResponse &response,
                                            int status,
                                            std::string_view type = {},
                                            std::string_view code = {});

} // namespace meridian::support

/// Starts the scenario or fails the test with the gateway's own words.
#define START_OR_FAIL(scenario) QVERIFY2((scenario).start(), (scenario).gateway.problem().c_str())
/// An OpenAI-shaped error, or the reason it is none.
#define VERIFY_ERROR(response, ...)                                                                \
    do {                                                                                           \
        const std::string shapeProblem =                                                           \
            meridian::support::errorShapeProblem(response, __VA_ARGS__);                           \
        QVERIFY2(shapeProblem.empty(), shapeProblem.c_str());                                      \
    } while (false)
#define VERIFY_COMPLETE(response) QVERIFY2((response).isComplete(), (response).problem.c_str())
