// SPDX-License-Identifier: MIT
// The addresses of one host name, looked up without making anybody wait.
#pragma once

#include "core/net/socketaddress.h"

#include <QObject>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace meridian::health {

/// Looks the name up when it is first asked for and again when the answer is old (Qt's lookup
/// caches for 60 s and knows no TTL). A failed lookup keeps the addresses known before. A literal
/// address is its own answer. At most one lookup is under way. Main thread.
class HostAddresses
{
public:
    static constexpr std::chrono::seconds Lifetime{30};
    static constexpr std::chrono::seconds FailureLifetime{1};

    /// `answered` is called after a lookup that current() was too early for.
    HostAddresses(std::string host, std::uint16_t port, std::function<void()> answered);
    HostAddresses(const HostAddresses &) = delete;
    HostAddresses &operator=(const HostAddresses &) = delete;

    /// What is known now, which may be nothing (yet).
    [[nodiscard]] const std::vector<net::SocketAddress> &current();

    [[nodiscard]] bool isPending() const noexcept { return m_isPending; }

    /// Why the last lookup found nothing; empty when it did.
    [[nodiscard]] const std::string &problem() const noexcept { return m_problem; }

private:
    void lookUp();

    const std::string m_host;
    const std::uint16_t m_port;
    std::function<void()> m_answered;
    std::vector<net::SocketAddress> m_addresses;
    std::string m_problem;
    std::optional<std::chrono::steady_clock::time_point> m_lookedUp;
    bool m_isLiteral = false;
    bool m_isPending = false;
    QObject m_receiver; // an answer that comes after this has gone is not delivered
};

} // namespace meridian::health
