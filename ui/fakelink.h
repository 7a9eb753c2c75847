// SPDX-License-Identifier: MIT
// A gateway that is not there: canned answers for `--demo`, for pictures and for tests.
#pragma once

#include "ui/gatewaylink.h"

#include <QJsonObject>

#include <map>
#include <memory>
#include <vector>

namespace meridian::ui {

class FakeWorld;

/// Main thread. Answers like a gateway after a busy hour, always with the same numbers, on a clock
/// that stands still unless it is told to live. What a test sets for a path wins; it can look at
/// the calls that were made.
class FakeLink final : public GatewayLink
{
    Q_OBJECT

public:
    struct Call
    {
        std::string method;
        std::string path; // with query
        std::string body;
    };

    /// 2026-03-02T10:00:00Z
    static constexpr qint64 Now = 1'772'445'600'000;
    static constexpr std::size_t KeptCalls = 10'000;

    explicit FakeLink(QObject *parent = nullptr);
    ~FakeLink() override;

    void call(std::string method, std::string path, std::string body, Done done) override;
    [[nodiscard]] QString address() const override;

    [[nodiscard]] Connection connection() const override { return m_connection; }

    [[nodiscard]] QString problem() const override { return m_problem; }

    [[nodiscard]] bool isLocal() const override { return true; }

    [[nodiscard]] qint64 now() const override { return m_now; }

    /// New requests every second, for `--demo`.
    void live();
    /// Moves the clock by a second: totals grow, and there are new requests.
    void step(int newRequests = 3);

    /// Answers this from now on; `path` without query.
    void answer(const std::string &method, const std::string &path, int status, QJsonDocument body);
    void answer(const std::string &method, const std::string &path, QJsonObject body);
    /// Calls get no answer at all from now on, and the link says what it is told.
    void setSilent(bool isSilent);
    void setPaused(bool isPaused);
    void setConnection(Connection connection, const QString &problem = {});

    /// Nothing configured, no request seen.
    void setEmpty();

    [[nodiscard]] const std::vector<Call> &calls() const { return m_calls; }

    /// Those to a path (without query), in order.
    [[nodiscard]] std::vector<Call> callsTo(const std::string &path) const;

    void forgetCalls() { m_calls.clear(); }

private:
    struct Canned
    {
        int status = 200;
        QJsonDocument body;
    };

    [[nodiscard]] Canned answerTo(const Call &call);
    [[nodiscard]] Canned actOnBackend(const std::string &path, const Call &call);
    [[nodiscard]] Canned answerToConfig(const std::string &key, const Call &call);

    std::unique_ptr<FakeWorld> m_world;
    QString m_config;
    std::map<std::string, Canned> m_canned; // "GET /path"
    std::vector<Call> m_calls;
    Connection m_connection = Connection::Connected;
    QString m_problem;
    qint64 m_now = Now;
    bool m_isSilent = false;
};

} // namespace meridian::ui
