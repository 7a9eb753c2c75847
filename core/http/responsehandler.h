// SPDX-License-Identifier: MIT
// What a client connection tells those who asked something over it.
#pragma once

#include "core/http/messageparser.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::http {

/// Why an exchange with an upstream ended without a complete response.
struct UpstreamFault
{
    enum class Kind : std::uint8_t {
        Connect, // refused, unreachable, TLS
        ConnectTimeout,
        Closed, // by the peer, before the response was complete
        ReadTimeout,
        WriteTimeout,
        Malformed,
        NoDescriptor, // ours, not the backend's: the process has no socket left
    };

    Kind kind = Kind::Closed;
    bool requestSent = false; // the peer may have read (part of) the request
    std::string detail;       // for the log
};

/// The log's word for it (spec/meridian.md §15 names its ancestors).
[[nodiscard]] std::string_view faultName(UpstreamFault::Kind kind) noexcept;

/// Receives a response. Exactly one of onResponseComplete() and onUpstreamFailed() ends it. The
/// connection must not be destroyed inside a callback (Loop::deleteLater).
class ResponseHandler
{
public:
    virtual void onUpstreamConnected() {}

    virtual void onResponseHead(const MessageHead &head) = 0;
    virtual void onResponseBody(std::string_view bytes) = 0;
    virtual void onResponseComplete() = 0;
    virtual void onUpstreamFailed(const UpstreamFault &fault) = 0;

    virtual void onUpstreamDrained() {}

protected:
    ~ResponseHandler() = default;
};

class ClientConnection;

/// Told when an idle connection cannot be used any more.
class IdleListener
{
public:
    virtual void idleConnectionLost(ClientConnection &connection) = 0;

protected:
    ~IdleListener() = default;
};

struct ClientTimeouts
{
    std::chrono::nanoseconds connect{std::chrono::seconds(5)};
    std::chrono::nanoseconds read{
        std::chrono::seconds(300)}; // to the first byte, and between bytes
    std::chrono::nanoseconds write{std::chrono::seconds(5)};
};

} // namespace meridian::http
