// SPDX-License-Identifier: MIT
// A gateway elsewhere, over HTTP.
#pragma once

#include "core/base/secret.h"
#include "core/event/loop.h"
#include "ui/gatewaylink.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace meridian::credentials {
class HttpCall;
struct HttpAnswer;
} // namespace meridian::credentials

namespace meridian::ui {

/// Uses Meridian's own client, on a connection per call: nothing is ever sent twice. TLS is
/// verified with the system's store. Main thread, under Qt's stock dispatcher.
class RemoteLink final : public GatewayLink
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds Deadline{4};
    /// Calls under way; one more fails at once.
    static constexpr std::size_t MaxCalls = 32;

    /// `url` without path: "https://gateway.example:8443". `token` empty: none is sent. `loop`
    /// outlives the link.
    RemoteLink(event::Loop &loop,
               const QString &url,
               Secret token,
               std::chrono::nanoseconds deadline = Deadline,
               QObject *parent = nullptr);
    ~RemoteLink() override;

    void call(std::string method, std::string path, std::string body, Done done) override;
    [[nodiscard]] QString address() const override;

    [[nodiscard]] Connection connection() const override { return m_connection; }

    [[nodiscard]] QString problem() const override { return m_problem; }

private:
    void settle(std::uint64_t number, credentials::HttpAnswer &answer, const Done &done);
    void become(Connection connection, const QString &problem);

    event::Loop &m_loop;
    std::string m_url;
    const Secret m_authorization;
    const std::chrono::nanoseconds m_deadline;
    std::unordered_map<std::uint64_t, std::unique_ptr<credentials::HttpCall>> m_calls;
    std::uint64_t m_next = 0;
    Connection m_connection = Connection::Connecting;
    QString m_problem;
    bool m_wasConnected = false;
};

} // namespace meridian::ui
