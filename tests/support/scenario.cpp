// SPDX-License-Identifier: MIT
// One integration test's world: fake backends, the gateway in front of them, clients.
#include "tests/support/scenario.h"

#include <QJsonDocument>
#include <QTest>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <poll.h>

namespace meridian::support {

namespace {

QJsonObject parseObject(const std::string &text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

// The log is a file another process writes: looking again is all there is.
QJsonObject awaitLine(const GatewayProcess &gateway,
                      const Deadline &deadline,
                      const std::function<bool(const QJsonObject &)> &isWanted)
{
    for (;;) {
        for (const std::string &line : gateway.requestLog()) {
            const QJsonObject object = parseObject(line);
            if (isWanted(object)) {
                return object;
            }
        }
        if (deadline.hasPassed()) {
            return {};
        }
        (void)::poll(nullptr, 0, 10);
    }
}

} // namespace

Scenario::Scenario()
{
    config.set("health", "interval_s", "3600").set("health", "fail_threshold", "1000");
}

Scenario::~Scenario()
{
    if (QTest::currentTestFailed()) {
        const std::string said = gateway.process().standardError();
        const std::size_t from = said.size() > 4000 ? said.size() - 4000 : 0;
        std::fprintf(stderr, "--- the gateway's stderr ---\n%s\n---\n", said.c_str() + from);
    }
}

FakeUpstream &Scenario::addBackend(std::string_view name, const GatewayConfig::Entries &extra)
{
    FakeUpstream &backend = *m_backends.emplace_back(std::make_unique<FakeUpstream>());
    config.backend(name, backend.url(), extra);
    return backend;
}

bool Scenario::start(const ChildProcess::Environment &extra)
{
    return gateway.start(config, extra);
}

RawClient Scenario::connect(int receiveBuffer) const
{
    return RawClient(gateway.port(), Patient, receiveBuffer);
}

HttpResponse Scenario::get(std::string_view target, const Headers &extra) const
{
    return connect().exchange("GET", target, {}, extra);
}

HttpResponse
Scenario::post(std::string_view target, std::string_view body, const Headers &extra) const
{
    return connect().exchange("POST", target, body, extra, 30s);
}

HttpResponse Scenario::chat(std::string_view body, const Headers &extra) const
{
    return post(ChatPath, body, extra);
}

double Scenario::metric(std::string_view name, const std::vector<std::string> &labels) const
{
    const std::string text = get("/metrics").body;
    double sum = -1;
    std::size_t from = 0;
    while (from < text.size()) {
        const auto end = std::min(text.find('\n', from), text.size());
        const std::string line = text.substr(from, end - from);
        from = end + 1;
        const auto space = line.rfind(' ');
        if (!line.starts_with(name) || space == std::string::npos ||
            (line[name.size()] != '{' && line[name.size()] != ' ')) {
            continue;
        }
        bool isWanted = true;
        for (const std::string &label : labels) {
            isWanted = isWanted && line.find(label) != std::string::npos;
        }
        if (isWanted) {
            sum = (sum < 0 ? 0 : sum) + std::strtod(line.c_str() + space, nullptr);
        }
    }
    return sum;
}

QJsonObject Scenario::logLine(std::string_view requestId, Deadline deadline) const
{
    return logLineWith(
        "request_id", QString::fromUtf8(requestId.data(), static_cast<qsizetype>(requestId.size())),
        deadline);
}

QJsonObject Scenario::logLineWith(const char *key, const QJsonValue &value, Deadline deadline) const
{
    return awaitLine(gateway, deadline, [key, &value](const QJsonObject &line) {
        return line.value(QLatin1String(key)) == value;
    });
}

QJsonObject jsonOf(const HttpResponse &response)
{
    return parseObject(response.body);
}

std::string errorShapeProblem(const HttpResponse &response,
                              int status,
                              std::string_view type,
                              std::string_view code)
{
    const auto seen = [&response] {
        return " in: " + std::to_string(response.status) + " " + headerLines(response.headers) +
               response.body.substr(0, 400);
    };
    if (!response.isComplete()) {
        return response.problem;
    }
    if (response.status != status) {
        return "expected status " + std::to_string(status) + seen();
    }
    if (!response.header("content-type").starts_with("application/json")) {
        return "content-type is not application/json" + seen();
    }
    if (response.header("x-request-id").empty()) {
        return "no x-request-id" + seen();
    }
    const QJsonObject error = jsonOf(response).value(QLatin1String("error")).toObject();
    if (error.value(QLatin1String("message")).toString().isEmpty()) {
        return "no message" + seen();
    }
    if (error.value(QLatin1String("type")).toString().isEmpty() ||
        (!type.empty() && error.value(QLatin1String("type")).toString().toStdString() != type)) {
        return "type is not " + std::string(type) + seen();
    }
    if (!error.contains(QLatin1String("code")) ||
        (!code.empty() && error.value(QLatin1String("code")).toString().toStdString() != code)) {
        return "code is not " + std::string(code) + seen();
    }
    return {};
}

} // namespace meridian::support
