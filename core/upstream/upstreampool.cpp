// SPDX-License-Identifier: MIT
#include "core/upstream/upstreampool.h"

namespace meridian::upstream {

UpstreamPool::~UpstreamPool() = default;

UpstreamPool::Lease UpstreamPool::lease(const std::shared_ptr<Backend> &backend, bool fresh)
{
    if (!fresh) {
        if (const auto found = m_shelves.find(backend.get()); found != m_shelves.end()) {
            auto &idle = found->second.idle;
            std::unique_ptr<http::ClientConnection> usable;
            while (!usable && !idle.empty()) {
                auto connection = std::move(idle.back());
                idle.pop_back();
                // Where a lost request cannot be repeated, a system call is cheap insurance.
                if (backend->settings().retryAfterSend || connection->looksAlive()) {
                    usable = std::move(connection);
                } else {
                    m_loop.deleteLater(std::move(connection));
                }
            }
            if (idle.empty()) {
                found->second.backend.reset(); // the shelf stays, what it was for may go
            }
            if (usable) {
                return {std::move(usable), false};
            }
        }
    }
    return {std::make_unique<http::ClientConnection>(m_loop, backend->addresses(), backend->tls()),
            true};
}

void UpstreamPool::giveBack(const std::shared_ptr<Backend> &backend,
                            std::unique_ptr<http::ClientConnection> connection)
{
    if (connection->isReusable()) {
        Shelf &shelf = m_shelves[backend.get()];
        if (shelf.idle.size() < backend->settings().maxIdleConnections) {
            shelf.backend = backend;
            connection->becomeIdle(*this, backend->settings().keepalive);
            shelf.idle.push_back(std::move(connection));
            return;
        }
    }
    connection->close();
    m_loop.deleteLater(std::move(connection));
}

void UpstreamPool::idleConnectionLost(http::ClientConnection &connection)
{
    for (auto shelf = m_shelves.begin(); shelf != m_shelves.end(); ++shelf) {
        auto &idle = shelf->second.idle;
        for (auto entry = idle.begin(); entry != idle.end(); ++entry) {
            if (entry->get() == &connection) {
                connection.close();
                m_loop.deleteLater(std::move(*entry));
                idle.erase(entry);
                if (idle.empty()) {
                    m_shelves.erase(shelf);
                }
                return;
            }
        }
    }
}

void UpstreamPool::clear()
{
    for (auto &[backend, shelf] : m_shelves) {
        for (auto &connection : shelf.idle) {
            connection->close();
            m_loop.deleteLater(std::move(connection));
        }
    }
    m_shelves.clear();
}

} // namespace meridian::upstream
