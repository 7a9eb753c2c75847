// SPDX-License-Identifier: MIT
// One worker's connections to the backends, kept for the next exchange.
#pragma once

#include "core/http/clientconnection.h"
#include "core/upstream/backend.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace meridian::upstream {

/// Thread: its worker's. Idle connections are used last-in first-out, so that the surplus of a busy
/// minute times out.
class UpstreamPool final : private http::IdleListener
{
public:
    explicit UpstreamPool(event::Loop &loop) noexcept
        : m_loop(loop)
    {
    }

    ~UpstreamPool();
    UpstreamPool(const UpstreamPool &) = delete;
    UpstreamPool &operator=(const UpstreamPool &) = delete;

    struct Lease
    {
        std::unique_ptr<http::ClientConnection> connection;
        bool isNew = false;
    };

    /// An idle connection, or one that is being made; never null. `fresh` insists on a new one.
    [[nodiscard]] Lease lease(const std::shared_ptr<Backend> &backend, bool fresh);

    /// Takes a connection back: kept when it can carry another exchange, else closed. The caller
    /// may be inside one of the connection's callbacks.
    void giveBack(const std::shared_ptr<Backend> &backend,
                  std::unique_ptr<http::ClientConnection> connection);

    /// Closes what is idle.
    void clear();

private:
    void idleConnectionLost(http::ClientConnection &connection) override;

    struct Shelf
    {
        std::shared_ptr<Backend> backend; // outlives its snapshot while connections are kept
        std::vector<std::unique_ptr<http::ClientConnection>> idle;
    };

    event::Loop &m_loop;
    std::unordered_map<const Backend *, Shelf> m_shelves;
};

} // namespace meridian::upstream
