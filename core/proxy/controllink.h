// SPDX-License-Identifier: MIT
// One worker's connections to the control plane of its own process.
#pragma once

#include "core/http/clientconnection.h"

#include <functional>
#include <memory>
#include <vector>

namespace meridian::proxy {

/// Socket pairs: one end here, the other given to the control plane. Thread: its worker's.
class ControlLink final : private http::IdleListener
{
public:
    static constexpr std::size_t MaxConnections = 16; // at once; one more is refused
    static constexpr std::size_t MaxIdle = 2;

    /// `connect` hands the far end over; it is called on this thread and owns the descriptor.
    ControlLink(event::Loop &loop, std::function<void(int fd)> connect)
        : m_loop(loop)
        , m_connect(std::move(connect))
    {
    }

    /// Null when all connections are in use, or no descriptor is left.
    [[nodiscard]] std::unique_ptr<http::ClientConnection> lease();
    void giveBack(std::unique_ptr<http::ClientConnection> connection);

private:
    void idleConnectionLost(http::ClientConnection &connection) override;

    event::Loop &m_loop;
    std::function<void(int fd)> m_connect;
    std::size_t m_open = 0;
    std::vector<std::unique_ptr<http::ClientConnection>> m_idle;
};

} // namespace meridian::proxy
