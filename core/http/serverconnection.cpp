// SPDX-License-Identifier: MIT
#include "core/http/serverconnection.h"

#include "core/base/append.h"
#include "core/http/statusline.h"

#include <functional>

namespace meridian::http {

namespace {

/// An idle connection may have a request on its way that we have not read: closing at once would
/// reset it. So long one may still come, and is answered with "connection: close".
constexpr std::chrono::milliseconds LastRequestGrace{250};

using namespace std::chrono_literals;

constexpr std::size_t MaxPipelined = 64 * 1024; // read ahead while a response is under way
constexpr std::size_t MaxLingered =
    512 * 1024; // of a rejected request's body, so that the answer arrives
constexpr auto LingerTime = 2s;

} // namespace

ServerConnection::ServerConnection(event::Loop &loop,
                                   int fd,
                                   const net::SocketAddress &peer,
                                   const ServerLimits &limits,
                                   ServerConnectionOwner &owner,
                                   net::TlsContext *tls)
    : m_loop(loop)
    , m_owner(owner)
    , m_limits(limits)
    , m_peer(peer)
    , m_peerName(peer.host())
    , m_peerHash(std::hash<std::string_view>{}(m_peerName) | 1U)
    , m_connection(loop, fd, *this, tls)
    , m_parser(MessageParser::Kind::Request, limits.parser)
    , m_timer(loop.timers(), *this)
{
    m_timer.start(m_limits.headTimeout);
}

ServerConnection::~ServerConnection()
{
    wipe(m_pending); // requests with their keys
}

void ServerConnection::onBytes(std::string_view bytes)
{
    if (m_lingering) {
        wipe(bytes);
        m_lingered += bytes.size();
        if (m_lingered > MaxLingered) {
            closeNow();
        }
        return;
    }
    process(bytes);
}

void ServerConnection::process(std::string_view bytes)
{
    m_isProcessing = true;
    while (!bytes.empty() && m_connection.isOpen() && !m_lingering) {
        if (m_parser.state() == MessageParser::State::Complete) {
            // the next request waits its turn: responses go out in order
            reserveWiped(m_pending, bytes.size());
            m_pending.append(bytes);
            if (m_pending.size() >= MaxPipelined) {
                m_connection.pauseReading();
            }
            break;
        }
        if (!m_parser.hasStarted()) {
            m_requestStart = std::chrono::steady_clock::now();
            m_timer.start(m_limits.headTimeout);
        }
        const auto before = m_parser.state();
        const std::size_t taken = m_parser.feed(bytes, *this);
        if (before == MessageParser::State::Head && m_parser.holdsSecret()) {
            wipe(bytes.substr(0, taken)); // the parser has them now
        }
        bytes.remove_prefix(taken);
        if (m_parser.state() == MessageParser::State::Failed) {
            if (before == MessageParser::State::Head) {
                rejectHead();
            } else if (m_handler && !m_requestDelivered) {
                m_requestDelivered = true;
                m_handler->onRequestFailed(m_parser.fault(), false);
            }
            break;
        }
        if (before == MessageParser::State::Head && m_parser.state() != before) {
            requestArrived();
        }
        if (m_parser.state() == MessageParser::State::Complete && m_handler &&
            !m_requestDelivered) {
            m_requestDelivered = true;
            m_timer.stop();
            m_handler->onRequestComplete();
        }
    }
    wipe(bytes); // not looked at here, but they may hold the keys of the next requests
    m_isProcessing = false;
}

void ServerConnection::requestArrived()
{
    m_isHead = m_parser.head().method == "HEAD";
    m_responseStarted = m_isChunked = m_bodyWanted = m_requestDelivered = m_bodyPaused = false;
    m_keepAlive = true;
    m_bodyBytes = 0;
    m_handler = m_owner.createHandler(*this);
    m_handler->start();
}

void ServerConnection::acceptBody(bool isCollected)
{
    m_bodyWanted = true;
    m_bodyIsCollected = isCollected;
    m_timer.start(m_limits.bodyTimeout);
    const auto expect = head().headers.find("expect");
    if (expect && equalsIgnoreCase(*expect, "100-continue") && head().minorVersion == 1 &&
        m_parser.state() == MessageParser::State::Body) {
        m_connection.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
}

void ServerConnection::onBodyBytes(std::string_view bytes)
{
    if (!m_handler || !m_bodyWanted) {
        return; // answered without it: read only so that the answer arrives
    }
    if (!m_bodyIsCollected && !m_bodyPaused) {
        m_timer.start(m_limits.bodyTimeout);
    }
    m_handler->onRequestBody(bytes);
}

void ServerConnection::pauseBody()
{
    m_bodyPaused = true;
    m_timer.stop(); // the upstream's write deadline watches now
    m_connection.pauseReading();
}

void ServerConnection::resumeBody()
{
    if (m_bodyPaused) {
        m_bodyPaused = false;
        if (!m_requestDelivered) {
            m_timer.start(m_limits.bodyTimeout);
        }
        m_connection.resumeReading();
    }
}

std::string &ServerConnection::startHead(int status, std::string_view reason)
{
    m_responseStarted = true;
    m_keepAlive = m_keepAlive && m_parser.state() == MessageParser::State::Complete &&
                  head().keepAlive && !m_owner.isDraining();
    std::string &out = m_connection.output();
    appendStatusLine(out, status, reason);
    if (status == 204 || status == 304) {
        m_isHead = true; // these have no body and no framing either (RFC 9110 §8.6)
    }
    return out;
}

void ServerConnection::startBody(std::optional<std::uint64_t> contentLength)
{
    std::string &out = m_connection.output();
    if (contentLength) {
        appendAll(out, "content-length: ", Digits(*contentLength), "\r\n");
    } else if (!m_isHead) {
        if (head().minorVersion == 1) {
            m_isChunked = true;
            out.append("transfer-encoding: chunked\r\n");
        } else {
            m_keepAlive = false; // HTTP/1.0: the body ends with the connection
        }
    }
    if (!m_keepAlive) {
        out.append("connection: close\r\n");
    } else if (head().minorVersion == 0) {
        out.append("connection: keep-alive\r\n");
    }
    out.append("\r\n");
    m_connection.commit();
}

void ServerConnection::writeBody(std::string_view bytes)
{
    if (bytes.empty() || !m_connection.isOpen()) {
        return;
    }
    m_bodyBytes += bytes.size();
    if (m_isHead) {
        return;
    }
    m_timer.start(m_limits.sendTimeout);
    std::string &out = m_connection.output();
    if (m_isChunked) {
        appendAll(out, Digits(bytes.size(), 16), "\r\n", bytes, "\r\n");
    } else {
        out.append(bytes);
    }
    m_connection.commit();
}

void ServerConnection::finish()
{
    if (m_isChunked && !m_isHead) {
        m_connection.write("0\r\n\r\n");
    }
    dropHandler();
    if (!m_keepAlive || m_parser.state() != MessageParser::State::Complete ||
        m_owner.isDraining()) {
        lingerAndClose();
        return;
    }
    m_parser.reset();
    m_timer.start(m_limits.idleTimeout);
    if (m_bodyPaused) {
        m_bodyPaused = false; // paused on the body's last bytes: nobody else would resume
        m_connection.resumeReading();
    }
    nextRequest();
}

void ServerConnection::respond(int status, std::string_view headerLines, std::string_view body)
{
    startHead(status).append(headerLines);
    startBody(body.size());
    writeBody(body);
    finish();
}

void ServerConnection::nextRequest()
{
    if (m_isProcessing || m_pending.empty()) {
        return; // process() goes on by itself
    }
    std::string pending = std::exchange(m_pending, std::string());
    m_connection.resumeReading();
    process(pending);
    wipe(pending);
}

void ServerConnection::abandon()
{
    dropHandler();
    m_connection.flush(); // what the client was promised so far
    closeNow();
}

void ServerConnection::closeWhenIdle()
{
    m_keepAlive = false;
    if (!m_handler && !m_lingering && !m_parser.hasStarted() && m_connection.unsent() == 0) {
        m_timer.start(LastRequestGrace);
    }
}

void ServerConnection::rejectHead()
{
    const auto fault = m_parser.fault();
    const int status = fault == MessageParser::Fault::Malformed ? 400 : 431;
    m_isHead = m_isChunked = false;
    const std::string body = m_owner.malformedRequest(*this, status, m_parser.faultReason());
    startHead(status).append(m_owner.standardHeaders());
    startBody(body.size());
    writeBody(body);
    lingerAndClose();
}

void ServerConnection::lingerAndClose()
{
    // Closing with unread bytes in the socket would reset it, and the reset may overtake the
    // answer.
    m_lingering = true;
    m_parser.wipeSecret();               // nobody reads the head any more
    m_timer.start(m_limits.sendTimeout); // until the answer has left: onFlushed() shortens it
    m_connection.resumeReading();
    m_connection.shutdownWrite();
}

void ServerConnection::closeNow()
{
    if (m_connection.isOpen()) {
        m_connection.close();
    }
    m_timer.stop();
    m_lingering = true; // nothing is processed any more
    m_owner.connectionClosed(*this);
}

void ServerConnection::dropHandler()
{
    m_loop.deleteLater(std::move(m_handler));
}

void ServerConnection::onPeerClosed()
{
    if (m_handler) {
        m_handler->onClientGone();
        dropHandler();
    }
    closeNow();
}

void ServerConnection::onFailed(int, const std::string &)
{
    onPeerClosed();
}

void ServerConnection::onDrained()
{
    if (m_handler) {
        m_handler->onResponseDrained();
    }
}

void ServerConnection::onFlushed()
{
    if (m_lingering) {
        m_timer.start(LingerTime);
    } else if (m_requestDelivered && m_handler) {
        m_timer.stop(); // nothing unsent: the client is not what we wait for
    }
}

void ServerConnection::onTimer() noexcept
{
    if (m_lingering) {
        closeNow();
    } else if (m_handler && m_responseStarted) {
        if (m_connection.bytesSent() > m_sentAtCheck) {
            m_sentAtCheck = m_connection.bytesSent(); // slow, but alive
            m_timer.start(m_limits.sendTimeout);
        } else {
            onPeerClosed(); // took no byte for too long
        }
    } else if (m_handler && !m_requestDelivered) {
        m_requestDelivered = true;
        m_handler->onRequestFailed(MessageParser::Fault::None, true);
    } else if (!m_handler && m_parser.hasStarted()) {
        m_isHead = m_isChunked = false;
        const std::string body =
            m_owner.malformedRequest(*this, 408, "the request head took too long");
        startHead(408).append(m_owner.standardHeaders());
        startBody(body.size());
        writeBody(body);
        lingerAndClose();
    } else if (!m_handler) {
        closeNow();
    }
}

} // namespace meridian::http
