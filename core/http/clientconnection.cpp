// SPDX-License-Identifier: MIT
#include "core/http/clientconnection.h"

#include "core/base/wipe.h"

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace meridian::http {

namespace {

constexpr MessageParser::Limits ResponseLimits{64 * 1024,
                                               200}; // providers send more than clients do

} // namespace

std::string_view faultName(UpstreamFault::Kind kind) noexcept
{
    constexpr std::array<std::string_view, 7> Names{
        "ConnectError", "ConnectTimeout",      "RemoteProtocolError", "ReadTimeout",
        "WriteTimeout", "RemoteProtocolError", "NoDescriptor"};
    return Names[static_cast<std::size_t>(kind)];
}

ClientConnection::ClientConnection(event::Loop &loop,
                                   std::vector<net::SocketAddress> addresses,
                                   net::TlsContext *tls)
    : m_loop(loop)
    , m_tls(tls)
    , m_addresses(std::move(addresses))
    , m_parser(MessageParser::Kind::Response, ResponseLimits)
    , m_timer(loop.timers(), *this)
{
    connectNext();
}

ClientConnection::ClientConnection(event::Loop &loop, int fd)
    : m_loop(loop)
    , m_connection(std::make_unique<net::Connection>(loop, fd, events()))
    , m_parser(MessageParser::Kind::Response, ResponseLimits)
    , m_timer(loop.timers(), *this)
    , m_phase(Phase::Idle)
{
}

ClientConnection::~ClientConnection()
{
    close();
}

void ClientConnection::connectNext()
{
    m_loop.deleteLater(std::move(m_connection)); // its callback may be the one that brought us here
    if (m_nextAddress < m_addresses.size()) {
        m_connection = std::make_unique<net::Connection>(m_loop, m_addresses[m_nextAddress++],
                                                         events(), m_tls);
        if (!m_connection->isOpen()) {
            m_connection.reset(); // out of descriptors: told from the timer, as nobody listens yet
        }
    }
    if (!m_connection) {
        m_timer.start(std::chrono::nanoseconds(0));
    }
}

void ClientConnection::begin(ResponseHandler &handler, const ClientTimeouts &timeouts, bool isHead)
{
    m_handler = &handler;
    m_idleListener = nullptr;
    m_timeouts = timeouts;
    m_isRequestWritten = m_isReusable = m_isPaused = false;
    m_isHead = isHead;
    m_parser.reset();
    if (isHead) {
        m_parser.expectNoBody();
    }
    if (m_phase == Phase::Connecting) {
        if (m_connection) {
            m_timer.start(timeouts.connect);
        }
        return;
    }
    m_phase = Phase::Writing;
    m_sentAtBegin = m_sentAtCheck = m_connection->bytesSent();
    m_timer.start(timeouts.write);
}

std::string &ClientConnection::output()
{
    return m_phase == Phase::Connecting ? m_early : m_connection->output();
}

void ClientConnection::commit()
{
    if (m_phase != Phase::Connecting && m_phase != Phase::Closed) {
        if (m_phase == Phase::Writing && !m_timer.isActive()) { // onFlushed() had stopped it
            m_sentAtCheck = m_connection->bytesSent();
            m_timer.start(m_timeouts.write);
        }
        m_connection->commit();
    }
}

void ClientConnection::guardOutput() noexcept
{
    if (m_phase == Phase::Connecting) {
        m_guarded = m_early.size();
    } else {
        m_connection->guardOutput(m_connection->output().size());
    }
}

void ClientConnection::reserveOutput(std::size_t bytes)
{
    if (m_phase != Phase::Connecting) {
        m_connection->reserveOutput(bytes);
    } else if (m_guarded != 0) {
        reserveWiped(m_early, bytes);
    }
}

void ClientConnection::dropEarly() noexcept
{
    wipe(std::string_view(m_early).substr(0, m_guarded));
    m_guarded = 0;
    m_early = std::string();
}

void ClientConnection::writeFrom(std::string_view bytes)
{
    if (m_phase == Phase::Connecting) {
        m_earlyExternal = bytes;
    } else if (m_phase != Phase::Closed) {
        m_connection->writeFrom(bytes);
    }
}

void ClientConnection::requestWritten()
{
    m_isRequestWritten = true;
    commit();
}

void ClientConnection::onConnected()
{
    m_phase = Phase::Writing;
    m_timer.start(m_timeouts.write);
    m_connection->write(m_early);
    m_connection->guardOutput(m_guarded);
    dropEarly();
    if (!m_earlyExternal.empty()) {
        m_connection->writeFrom(std::exchange(m_earlyExternal, {}));
    }
    if (m_handler != nullptr) {
        m_handler->onUpstreamConnected();
    }
}

void ClientConnection::setReadTimeout(std::chrono::nanoseconds gap)
{
    m_timeouts.read = gap;
    if (m_phase == Phase::Waiting && !m_isPaused) {
        m_timer.start(gap);
    }
}

void ClientConnection::pauseReading()
{
    if (!m_isPaused && m_connection) {
        m_isPaused = true;
        m_timer.stop(); // the client is slow, not the upstream
        m_connection->pauseReading();
    }
}

void ClientConnection::resumeReading()
{
    if (m_isPaused && m_connection) {
        m_isPaused = false;
        m_timer.start(m_timeouts.read);
        m_connection->resumeReading();
    }
}

bool ClientConnection::isCongested() const noexcept
{
    return m_phase == Phase::Connecting ? m_early.size() > net::Connection::HighWatermark
                                        : m_connection && m_connection->isCongested();
}

bool ClientConnection::hasUnsent() const noexcept
{
    return !m_early.empty() || !m_earlyExternal.empty() ||
           (m_connection && m_connection->unsent() > 0);
}

void ClientConnection::becomeIdle(IdleListener &listener, std::chrono::nanoseconds lifetime)
{
    m_phase = Phase::Idle;
    m_handler = nullptr;
    m_idleListener = &listener;
    m_timer.start(lifetime);
}

bool ClientConnection::looksAlive() const noexcept
{
    return m_connection && m_connection->isOpen() && m_connection->isQuiet();
}

void ClientConnection::close() noexcept
{
    m_phase = Phase::Closed;
    m_handler = nullptr;
    m_idleListener = nullptr;
    m_isReusable = false;
    m_timer.stop();
    dropEarly();
    if (m_connection) {
        m_connection->close();
    }
}

void ClientConnection::onBytes(std::string_view bytes)
{
    if (m_phase == Phase::Idle) {
        if (m_idleListener != nullptr) {
            m_idleListener->idleConnectionLost(*this); // nobody asked it anything
        }
        return;
    }
    if (m_isRequestWritten) {
        // Until the head is whole this is a deadline and no gap: neither a head that drips in nor
        // one interim response after the other makes it longer.
        if (m_phase != Phase::Waiting || m_parser.state() != MessageParser::State::Head) {
            m_timer.start(m_timeouts.read);
        }
        m_phase = Phase::Waiting;
    }
    while (!bytes.empty() && m_handler != nullptr) {
        const auto before = m_parser.state();
        bytes.remove_prefix(m_parser.feed(bytes, *this));
        if (m_handler == nullptr) {
            return; // closed from inside a body callback
        }
        if (m_parser.state() == MessageParser::State::Failed) {
            fail(UpstreamFault::Kind::Malformed, m_parser.faultReason());
            return;
        }
        if (before == MessageParser::State::Head && m_parser.state() != before) {
            const int status = m_parser.head().status;
            if (status >= 100 && status < 200) {
                if (status == 101) {
                    fail(UpstreamFault::Kind::Malformed, "unexpected protocol switch");
                    return;
                }
                m_parser.reset(); // 100, 103: an interim response, not the one (RFC 9110 §15.2)
                if (m_isHead) {
                    m_parser.expectNoBody();
                }
                continue;
            }
            m_handler->onResponseHead(m_parser.head());
        }
        if (m_parser.state() == MessageParser::State::Complete && m_handler != nullptr) {
            complete(bytes.empty() && m_parser.head().keepAlive);
            return;
        }
    }
}

void ClientConnection::onBodyBytes(std::string_view bytes)
{
    if (m_handler != nullptr) {
        m_handler->onResponseBody(bytes);
    }
}

void ClientConnection::complete(bool cleanly)
{
    m_isReusable = cleanly && m_isRequestWritten && m_connection->isOpen() &&
                   m_connection->unsent() == 0 && !m_isPaused;
    m_timer.stop();
    ResponseHandler *handler = std::exchange(m_handler, nullptr);
    handler->onResponseComplete();
}

void ClientConnection::onPeerClosed()
{
    if (m_phase == Phase::Idle) {
        if (m_idleListener != nullptr) {
            m_idleListener->idleConnectionLost(*this);
        }
    } else if (m_handler != nullptr && m_parser.finish()) {
        complete(false);
    } else {
        fail(UpstreamFault::Kind::Closed, "the backend closed the connection");
    }
}

void ClientConnection::onFailed(int, const std::string &reason)
{
    if (m_phase == Phase::Connecting) {
        if (m_nextAddress < m_addresses.size()) {
            connectNext();
            return;
        }
        fail(UpstreamFault::Kind::Connect, reason);
    } else if (m_phase == Phase::Idle) {
        if (m_idleListener != nullptr) {
            m_idleListener->idleConnectionLost(*this);
        }
    } else {
        fail(UpstreamFault::Kind::Closed, reason);
    }
}

void ClientConnection::onDrained()
{
    if (m_handler != nullptr) {
        m_handler->onUpstreamDrained();
    }
}

void ClientConnection::onFlushed()
{
    if (m_phase != Phase::Writing) {
        return;
    }
    if (m_isRequestWritten) {
        m_phase = Phase::Waiting;
        m_timer.start(m_timeouts.read);
    } else {
        m_timer.stop(); // waiting for more of the client's body
        m_sentAtCheck = m_connection->bytesSent();
    }
}

void ClientConnection::onTimer() noexcept
{
    switch (m_phase) {
    case Phase::Connecting:
        if (!m_connection && m_addresses.empty()) {
            fail(UpstreamFault::Kind::Connect, "the name has no address (yet)");
        } else if (!m_connection) {
            fail(UpstreamFault::Kind::NoDescriptor, "no descriptor is left for a connection");
        } else {
            fail(UpstreamFault::Kind::ConnectTimeout, "no connection within the deadline");
        }
        break;
    case Phase::Idle:
        if (m_idleListener != nullptr) {
            m_idleListener->idleConnectionLost(*this);
        }
        break;
    case Phase::Writing:
        if (m_connection->bytesSent() > m_sentAtCheck) {
            m_sentAtCheck = m_connection->bytesSent();
            m_timer.start(m_timeouts.write);
        } else {
            fail(UpstreamFault::Kind::WriteTimeout, "the backend took no byte within the deadline");
        }
        break;
    case Phase::Waiting:
        fail(UpstreamFault::Kind::ReadTimeout, "no byte within the deadline");
        break;
    case Phase::Closed:
        break;
    }
}

void ClientConnection::fail(UpstreamFault::Kind kind, std::string detail)
{
    UpstreamFault fault{kind, false, std::move(detail)};
    fault.requestSent =
        m_phase != Phase::Connecting && m_connection && m_connection->bytesSent() > m_sentAtBegin;
    ResponseHandler *handler = m_handler;
    close();
    if (handler != nullptr) {
        handler->onUpstreamFailed(fault);
    }
}

} // namespace meridian::http
