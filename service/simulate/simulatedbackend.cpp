// SPDX-License-Identifier: MIT
#include "service/simulate/simulatedbackend.h"

#include "core/base/ids.h"
#include "core/net/listener.h"
#include "service/simulate/dialects/errors.h"
#include "service/simulate/log.h"
#include "service/simulate/reply.h"
#include "service/simulate/simulatedexchange.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace meridian::simulate {

namespace {

constexpr std::uint64_t RateLimit = 10000; // requests that one is told to have left when idle

std::string_view requestIdHeader(Protocol protocol) noexcept
{
    switch (protocol) {
    case Protocol::Anthropic:
        return "request-id";
    case Protocol::Oci:
        return "opc-request-id";
    default:
        return "x-request-id";
    }
}

/// Between 0 and 1.
double randomShare() noexcept
{
    return static_cast<double>(randomBits() >> 11U) * 0x1.0p-53;
}

} // namespace

SimulatedBackend::SimulatedBackend(event::Loop &loop, SimulatorOptions options)
    : m_loop(loop)
    , m_options(std::move(options))
    , m_text(m_options.name)
    , m_budget(m_options.connections)
{
}

SimulatedBackend::~SimulatedBackend()
{
    stop();
}

Result<std::uint16_t> SimulatedBackend::start()
{
    Q_ASSERT(m_acceptor == nullptr);
    auto listeners = net::ListenerSet::bind(m_options.host, m_options.port, 1);
    if (!listeners) {
        return tl::unexpected(listeners.error());
    }
    net::Acceptor::Events events;
    events.accepted = [this](int fd, const net::SocketAddress &peer) { accept(fd, peer); };
    events.pausedAtCap = [this] {
        qCWarning(lcSimulate, "backend=%s event=connection_cap limit=%zu", m_options.name.c_str(),
                  m_budget.limit());
    };
    events.failed = [this](int error) {
        qCWarning(lcSimulate, "backend=%s event=accept_failed error=\"%s\"", m_options.name.c_str(),
                  std::strerror(error));
    };
    m_acceptor =
        std::make_unique<net::Acceptor>(m_loop, listeners->release(), m_budget, std::move(events));
    return listeners->address().port();
}

void SimulatedBackend::stop()
{
    m_acceptor.reset();
    std::vector<http::ServerConnection *> open;
    open.reserve(m_connections.size());
    for (const auto &[connection, owner] : m_connections) {
        open.push_back(connection);
    }
    for (http::ServerConnection *const connection : open) { // each takes itself out of the map
        if (connection->isBusy()) {
            connection->handler()->onShutdown();
        } else {
            connection->abandon();
        }
    }
}

void SimulatedBackend::accept(int fd, const net::SocketAddress &peer)
{
    m_budget.add();
    auto connection =
        std::make_unique<http::ServerConnection>(m_loop, fd, peer, m_limits, *this, nullptr);
    auto *const key = connection.get();
    m_connections.emplace(key, std::move(connection));
}

void SimulatedBackend::connectionClosed(http::ServerConnection &connection)
{
    auto node = m_connections.extract(&connection);
    Q_ASSERT(!node.empty());
    m_budget.remove();
    m_loop.deleteLater(std::move(node.mapped()));
}

std::unique_ptr<http::RequestHandler>
SimulatedBackend::createHandler(http::ServerConnection &connection)
{
    return std::make_unique<SimulatedExchange>(*this, connection);
}

std::string
SimulatedBackend::malformedRequest(http::ServerConnection &, int status, const char *reason)
{
    return errorOf(m_options.protocol, status, reason).body;
}

std::string SimulatedBackend::standardHeaders()
{
    return "content-type: application/json\r\n" + ownHeaders({});
}

std::string SimulatedBackend::ownHeaders(std::chrono::nanoseconds processing) const
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(processing);
    const std::uint64_t left = RateLimit - std::min(RateLimit, m_load.inflight());
    std::string lines(requestIdHeader(m_options.protocol));
    lines.append(": req_");
    lines.append(RequestId::next().view().substr(RequestId::Size - 12)); // without our prefix
    if (m_options.protocol != Protocol::OpenAi) {
        return lines.append("\r\n");
    }
    lines.append("\r\nopenai-processing-ms: ").append(std::to_string(milliseconds.count()));
    lines.append("\r\nx-ratelimit-limit-requests: ").append(std::to_string(RateLimit));
    lines.append("\r\nx-ratelimit-remaining-requests: ").append(std::to_string(left));
    lines.append("\r\n");
    return lines;
}

std::chrono::milliseconds SimulatedBackend::drawLatency() const noexcept
{
    const auto jitter = static_cast<double>(m_options.jitter.count());
    const auto shift = static_cast<std::int64_t>(jitter * (2 * randomShare() - 1));
    return std::max(m_options.latency + std::chrono::milliseconds(shift),
                    std::chrono::milliseconds(0));
}

bool SimulatedBackend::drawError() const noexcept
{
    return m_options.errorRate > 0 && randomShare() < m_options.errorRate;
}

std::int64_t SimulatedBackend::unixTime() noexcept
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

} // namespace meridian::simulate
