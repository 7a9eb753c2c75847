// SPDX-License-Identifier: MIT
// The client connections of one worker, and who answers their requests.
#pragma once

#include "core/http/serverconnection.h"
#include "core/net/acceptor.h"
#include "core/proxy/controllink.h"
#include "core/proxy/feedhub.h"
#include "core/proxy/workercontext.h"

#include <functional>
#include <memory>
#include <unordered_map>

namespace meridian::proxy {

/// Thread: its worker's.
class ConnectionManager final : private http::ServerConnectionOwner
{
public:
    ConnectionManager(WorkerContext &worker,
                      const http::ServerLimits &limits,
                      net::ConnectionBudget &budget,
                      std::shared_ptr<net::TlsContext> tls);
    ~ConnectionManager();

    /// After a reload. Without `tls` the certificate stays as it is.
    void configure(const http::ServerLimits &limits, std::shared_ptr<net::TlsContext> tls);

    /// Takes ownership of an accepted descriptor.
    void accept(int fd, const net::SocketAddress &peer);

    /// Each connection ends after the response under way; idle ones after a moment in which a
    /// request that is on its way may still come. `drained` is called
    /// when none is left.
    void drain(std::function<void()> drained);

    /// Ends what is still under way, each response as well-formed as it can be.
    void endAll();

private:
    std::unique_ptr<http::RequestHandler>
    createHandler(http::ServerConnection &connection) override;
    std::string
    malformedRequest(http::ServerConnection &connection, int status, const char *reason) override;
    std::string standardHeaders() override;
    void connectionClosed(http::ServerConnection &connection) override;

    [[nodiscard]] bool isDraining() const override { return m_isDraining; }

    [[nodiscard]] std::vector<http::ServerConnection *> connections() const;

    WorkerContext &m_worker;
    ControlLink m_control;
    FeedHub m_feed;
    http::ServerLimits m_limits; // connections refer to it
    net::ConnectionBudget &m_budget;
    std::shared_ptr<net::TlsContext> m_tls;
    std::unordered_map<http::ServerConnection *, std::unique_ptr<http::ServerConnection>>
        m_connections;
    bool m_isDraining = false;
    std::function<void()> m_drained;
};

} // namespace meridian::proxy
