// SPDX-License-Identifier: MIT
// The upstream's side of HTTP/1.1: one request at a time, sent exactly once.
#pragma once

#include "core/event/loop.h"
#include "core/http/messageparser.h"
#include "core/http/responsehandler.h"
#include "core/net/connection.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::http {

/// Nothing is ever re-sent here: a request that may have been read is the caller's decision.
/// Thread: its loop's.
class ClientConnection final : public event::Deferred,
                               private net::ConnectionEvents,
                               private event::TimerClient,
                               private BodySink
{
public:
    /// Connects to the first address that answers, trying them in order.
    ClientConnection(event::Loop &loop,
                     std::vector<net::SocketAddress> addresses,
                     net::TlsContext *tls);

    /// Takes a connected descriptor (the in-process pair).
    ClientConnection(event::Loop &loop, int fd);
    ~ClientConnection() override;

    /// Starts an exchange: write the request next. `isHead`: the response has no body.
    void begin(ResponseHandler &handler, const ClientTimeouts &timeouts, bool isHead);
    [[nodiscard]] std::string &output();
    void commit();

    /// What output() holds now has secrets in it; see net::Connection::guardOutput().
    void guardOutput() noexcept;
    void reserveOutput(std::size_t bytes);

    /// See net::Connection::writeFrom(): the bytes must stay until the response's head or the end.
    void writeFrom(std::string_view bytes);

    /// The whole request has been written: from now on the peer is waited for.
    void requestWritten();

    /// The longest gap between two reads of this response, from now on.
    void setReadTimeout(std::chrono::nanoseconds gap);
    void pauseReading();
    void resumeReading();
    [[nodiscard]] bool isCongested() const noexcept;

    /// Part of the request has not left yet: bytes given to writeFrom() are still needed.
    [[nodiscard]] bool hasUnsent() const noexcept;

    /// After onResponseComplete(): can carry another exchange.
    [[nodiscard]] bool isReusable() const noexcept { return m_isReusable; }

    /// Puts the connection to sleep: it watches for the peer's close for at most `lifetime`.
    void becomeIdle(IdleListener &listener, std::chrono::nanoseconds lifetime);

    /// Looks whether the peer has closed an idle connection that the loop has not heard of yet.
    [[nodiscard]] bool looksAlive() const noexcept;

    /// Stops the exchange, if any; no further callback.
    void close() noexcept;

private:
    enum class Phase : std::uint8_t { Connecting, Idle, Writing, Waiting, Closed };

    void onConnected() override;
    void onBytes(std::string_view bytes) override;
    void onPeerClosed() override;
    void onFailed(int error, const std::string &reason) override;
    void onDrained() override;
    void onFlushed() override;
    void onTimer() noexcept override;
    void onBodyBytes(std::string_view bytes) override;

    /// Our private face, for std::make_unique.
    [[nodiscard]] net::ConnectionEvents &events() noexcept { return *this; }

    void connectNext();
    void dropEarly() noexcept;
    void complete(bool cleanly);
    void fail(UpstreamFault::Kind kind, std::string detail);

    event::Loop &m_loop;
    net::TlsContext *m_tls = nullptr;
    std::vector<net::SocketAddress> m_addresses;
    std::size_t m_nextAddress = 0;
    std::unique_ptr<net::Connection> m_connection;
    MessageParser m_parser;
    event::Timer m_timer;
    ClientTimeouts m_timeouts;
    ResponseHandler *m_handler = nullptr;
    IdleListener *m_idleListener = nullptr;
    std::string m_early;       // written before the connection was there
    std::size_t m_guarded = 0; // first bytes of m_early that may hold secrets
    std::string_view m_earlyExternal;
    std::uint64_t m_sentAtBegin = 0;
    std::uint64_t m_sentAtCheck = 0;
    Phase m_phase = Phase::Connecting;
    bool m_isRequestWritten = false;
    bool m_isReusable = false;
    bool m_isHead = false;
    bool m_isPaused = false;
};

} // namespace meridian::http
