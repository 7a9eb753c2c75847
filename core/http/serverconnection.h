// SPDX-License-Identifier: MIT
// The client's side of HTTP/1.1: one request after the other, each given to a handler.
#pragma once

#include "core/event/loop.h"
#include "core/http/messageparser.h"
#include "core/http/requesthandler.h"
#include "core/net/connection.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace meridian::http {

/// Parses requests, keeps responses in order, times out what is slow. Thread: its loop's; the owner
/// keeps it until connectionClosed() and hands it to Loop::deleteLater then.
class ServerConnection final : public event::Deferred,
                               private net::ConnectionEvents,
                               private event::TimerClient,
                               private BodySink
{
public:
    ServerConnection(event::Loop &loop,
                     int fd,
                     const net::SocketAddress &peer,
                     const ServerLimits &limits,
                     ServerConnectionOwner &owner,
                     net::TlsContext *tls);
    ~ServerConnection() override;

    [[nodiscard]] event::Loop &loop() noexcept { return m_loop; }

    [[nodiscard]] const MessageHead &head() const noexcept { return m_parser.head(); }

    [[nodiscard]] const net::SocketAddress &peer() const noexcept { return m_peer; }

    [[nodiscard]] const std::string &peerName() const noexcept { return m_peerName; }

    /// Of peerName(); never 0.
    [[nodiscard]] std::uint64_t peerHash() const noexcept { return m_peerHash; }

    /// The head carries a key: what it is copied into must be overwritten after use. The copy in
    /// a request to a backend takes no more than headSize() bytes of it.
    [[nodiscard]] bool holdsSecret() const noexcept { return m_parser.holdsSecret(); }

    [[nodiscard]] std::size_t headSize() const noexcept { return m_parser.headSize(); }

    /// When the first byte of the current request came.
    [[nodiscard]] std::chrono::steady_clock::time_point requestStart() const noexcept
    {
        return m_requestStart;
    }

    // --- the request's body
    /// Asks for the body, with 100 Continue if the client waits for it. `isCollected`: the whole
    /// body has one deadline; otherwise only its gaps have.
    void acceptBody(bool isCollected);
    void pauseBody();
    void resumeBody();

    // --- the response
    /// Starts "HTTP/1.1 <status>" and returns the buffer: append header lines, each with CRLF, then
    /// call startBody() before returning to the loop.
    [[nodiscard]] std::string &startHead(int status, std::string_view reason = {});

    /// Ends the head. With a length the body is sent as it is, else chunked (HTTP/1.0: until
    /// close).
    void startBody(std::optional<std::uint64_t> contentLength);
    void writeBody(std::string_view bytes);

    /// The response is complete. The handler is gone when the turn ends.
    void finish();

    /// Head and body at once.
    void respond(int status, std::string_view headerLines, std::string_view body);

    /// The response cannot be completed: closes, so that the client sees it cut.
    void abandon();

    [[nodiscard]] bool responseStarted() const noexcept { return m_responseStarted; }

    [[nodiscard]] bool isCongested() const noexcept { return m_connection.isCongested(); }

    [[nodiscard]] std::uint64_t bodyBytesSent() const noexcept { return m_bodyBytes; }

    /// No further request after the current one.
    void closeWhenIdle();

    /// Is a request being answered?
    [[nodiscard]] bool isBusy() const noexcept { return m_handler != nullptr; }

    [[nodiscard]] RequestHandler *handler() noexcept { return m_handler.get(); }

private:
    void onBytes(std::string_view bytes) override;
    void onPeerClosed() override;
    void onFailed(int error, const std::string &reason) override;
    void onDrained() override;
    void onFlushed() override;
    void onTimer() noexcept override;
    void onBodyBytes(std::string_view bytes) override;

    void process(std::string_view bytes);
    void requestArrived();
    void rejectHead();
    void nextRequest();
    void lingerAndClose();
    void closeNow();
    void dropHandler();

    event::Loop &m_loop;
    ServerConnectionOwner &m_owner;
    const ServerLimits &m_limits;
    net::SocketAddress m_peer;
    std::string m_peerName; // its address as text
    std::uint64_t m_peerHash;
    net::Connection m_connection;
    MessageParser m_parser;
    event::Timer m_timer;
    std::unique_ptr<RequestHandler> m_handler;
    std::string m_pending; // bytes of the next requests, read while one is being answered
    std::chrono::steady_clock::time_point m_requestStart;
    std::uint64_t m_bodyBytes = 0;
    std::uint64_t m_sentAtCheck = 0;
    std::size_t m_lingered = 0;
    bool m_isHead = false;
    bool m_keepAlive = true;
    bool m_responseStarted = false;
    bool m_isChunked = false;
    bool m_bodyWanted = false;
    bool m_bodyIsCollected = false;
    bool m_requestDelivered = false; // onRequestComplete() or onRequestFailed() was called
    bool m_isProcessing = false;
    bool m_lingering = false;
    bool m_bodyPaused = false;
};

} // namespace meridian::http
