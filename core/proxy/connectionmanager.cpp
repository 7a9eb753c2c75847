// SPDX-License-Identifier: MIT
#include "core/proxy/connectionmanager.h"

#include "core/http/errorresponse.h"
#include "core/proxy/controlexchange.h"
#include "core/proxy/exchange.h"
#include "core/proxy/feedexchange.h"

namespace meridian::proxy {

ConnectionManager::ConnectionManager(WorkerContext &worker,
                                     const http::ServerLimits &limits,
                                     net::ConnectionBudget &budget,
                                     std::shared_ptr<net::TlsContext> tls)
    : m_worker(worker)
    , m_control(worker.loop, worker.connectControl)
    , m_feed(worker.loop, worker.events)
    , m_limits(limits)
    , m_budget(budget)
    , m_tls(std::move(tls))
{
}

ConnectionManager::~ConnectionManager() = default;

void ConnectionManager::configure(const http::ServerLimits &limits,
                                  std::shared_ptr<net::TlsContext> tls)
{
    m_limits = limits;
    if (tls) {
        m_tls = std::move(tls);
    }
    m_feed.recheckAccess();
}

void ConnectionManager::accept(int fd, const net::SocketAddress &peer)
{
    http::ServerConnectionOwner &owner = *this; // our private face, for std::make_unique
    auto connection = std::make_unique<http::ServerConnection>(m_worker.loop, fd, peer, m_limits,
                                                               owner, m_tls.get());
    m_budget.add();
    m_worker.metrics.count(observe::Counter::ConnectionsAccepted);
    m_worker.metrics.connectionOpened();
    http::ServerConnection *key = connection.get();
    m_connections.emplace(key, std::move(connection));
}

std::unique_ptr<http::RequestHandler>
ConnectionManager::createHandler(http::ServerConnection &connection)
{
    const std::string_view path = pathOf(connection.head().target);
    const Surface surface =
        surfaceOf(path, m_worker.snapshot->settings.routes, connection.head().method);
    if (surface.isFeed && wantsFeed(connection.head())) {
        return std::make_unique<FeedExchange>(connection, m_worker, m_feed);
    }
    if (surface.plane == Plane::Control) {
        return std::make_unique<ControlExchange>(connection, m_worker, m_control, surface);
    }
    return std::make_unique<Exchange>(connection, m_worker, surface, path);
}

std::string
ConnectionManager::malformedRequest(http::ServerConnection &, int status, const char *reason)
{
    m_worker.metrics.count(observe::Counter::MalformedRequests);
    const auto error = status == 431   ? http::HttpError::HeadTooLarge
                       : status == 408 ? http::HttpError::HeadTimeout
                                       : http::HttpError::MalformedRequest;
    const std::string_view base = http::errorSpec(error).message;
    return http::errorBody(error, std::string(base) + ": " + reason);
}

std::string ConnectionManager::standardHeaders()
{
    return "x-request-id: " + std::string(RequestId::next().view()) +
           "\r\ncontent-type: application/json\r\n";
}

void ConnectionManager::connectionClosed(http::ServerConnection &connection)
{
    const auto entry = m_connections.find(&connection);
    if (entry == m_connections.end()) {
        return;
    }
    m_worker.loop.deleteLater(std::move(entry->second));
    m_connections.erase(entry);
    m_budget.remove();
    m_worker.metrics.connectionClosed();
    if (m_isDraining && m_connections.empty() && m_drained) {
        std::exchange(m_drained, nullptr)();
    }
}

std::vector<http::ServerConnection *> ConnectionManager::connections() const
{
    std::vector<http::ServerConnection *> result;
    result.reserve(m_connections.size());
    for (const auto &[connection, owner] : m_connections) {
        result.push_back(connection);
    }
    return result;
}

void ConnectionManager::drain(std::function<void()> drained)
{
    m_isDraining = true;
    if (m_connections.empty()) {
        drained();
        return;
    }
    m_drained = std::move(drained);
    m_feed.endAll("draining"); // they would last for ever
    for (http::ServerConnection *connection : connections()) {
        connection->closeWhenIdle();
    }
}

void ConnectionManager::endAll()
{
    for (http::ServerConnection *connection : connections()) {
        if (http::RequestHandler *handler = connection->handler(); handler != nullptr) {
            handler->onShutdown();
        }
    }
}

} // namespace meridian::proxy
