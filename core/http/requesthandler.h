// SPDX-License-Identifier: MIT
// What a server connection needs from those who answer its requests.
#pragma once

#include "core/event/loop.h"
#include "core/http/messageparser.h"

#include <chrono>
#include <memory>
#include <string>

namespace meridian::http {

class ServerConnection;

/// The life of one request, made by a RequestHandlerFactory when its head has been read. Called on
/// the connection's thread. The connection destroys it, deferred, after finish(), abandon() or
/// onClientGone().
class RequestHandler : public event::Deferred
{
public:
    /// The head is there: called once, right after construction.
    virtual void start() = 0;

    virtual void onRequestBody(std::string_view bytes) = 0;
    virtual void onRequestComplete() = 0;

    /// The response's unsent bytes have left, after ServerConnection::isCongested().
    virtual void onResponseDrained() {}

    /// The body broke a rule (malformed chunk) or a deadline. Answer with an error, or abandon().
    virtual void onRequestFailed(MessageParser::Fault fault, bool timedOut) = 0;

    /// The client left, or stopped taking bytes. Do not touch the connection any more.
    virtual void onClientGone() = 0;

    /// The drain's deadline has passed: end the response now, as well-formed as it can be.
    virtual void onShutdown() = 0;
};

/// What a server connection asks of its owner.
class ServerConnectionOwner
{
public:
    virtual std::unique_ptr<RequestHandler> createHandler(ServerConnection &connection) = 0;

    /// A head that cannot be answered by a handler; returns the body of the error response.
    virtual std::string
    malformedRequest(ServerConnection &connection, int status, const char *reason) = 0;

    /// Headers every response carries that no handler made; each with its CRLF.
    virtual std::string standardHeaders() = 0;

    virtual void connectionClosed(ServerConnection &connection) = 0;
    [[nodiscard]] virtual bool isDraining() const = 0;

protected:
    ~ServerConnectionOwner() = default;
};

struct ServerLimits
{
    MessageParser::Limits parser;
    std::chrono::nanoseconds headTimeout{std::chrono::seconds(10)};
    std::chrono::nanoseconds bodyTimeout{std::chrono::seconds(60)};
    std::chrono::nanoseconds idleTimeout{std::chrono::seconds(75)};
    std::chrono::nanoseconds sendTimeout{std::chrono::seconds(60)};
};

} // namespace meridian::http
