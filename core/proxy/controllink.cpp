// SPDX-License-Identifier: MIT
#include "core/proxy/controllink.h"

#include <algorithm>
#include <sys/socket.h>

namespace meridian::proxy {

namespace {

using namespace std::chrono_literals;

constexpr auto IdleLifetime = 60s;

} // namespace

std::unique_ptr<http::ClientConnection> ControlLink::lease()
{
    if (!m_idle.empty()) {
        auto connection = std::move(m_idle.back());
        m_idle.pop_back();
        return connection;
    }
    int ends[2];
    if (m_open >= MaxConnections ||
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
        return nullptr;
    }
    ++m_open;
    m_connect(ends[1]);
    return std::make_unique<http::ClientConnection>(m_loop, ends[0]);
}

void ControlLink::giveBack(std::unique_ptr<http::ClientConnection> connection)
{
    if (connection->isReusable() && m_idle.size() < MaxIdle) {
        connection->becomeIdle(*this, IdleLifetime);
        m_idle.push_back(std::move(connection));
        return;
    }
    --m_open;
    connection->close();
    m_loop.deleteLater(std::move(connection));
}

void ControlLink::idleConnectionLost(http::ClientConnection &connection)
{
    const auto entry = std::find_if(m_idle.begin(), m_idle.end(),
                                    [&](const auto &idle) { return idle.get() == &connection; });
    if (entry != m_idle.end()) {
        --m_open;
        connection.close();
        m_loop.deleteLater(std::move(*entry));
        m_idle.erase(entry);
    }
}

} // namespace meridian::proxy
