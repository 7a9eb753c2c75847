// SPDX-License-Identifier: MIT
// TLS by OpenSSL on our own descriptors: one context per listener or https backend.
#pragma once

#include "core/base/result.h"

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

namespace meridian::net {

struct SslDeleter
{
    void operator()(SSL *ssl) const noexcept { SSL_free(ssl); }
};

using SslPointer = std::unique_ptr<SSL, SslDeleter>;

/// Immutable after construction but for the client's cache of one session; shared by the workers.
/// TLS 1.2 and newer, HTTP/1.1 by ALPN, buffers released when idle.
class TlsContext
{
public:
    /// For the listener. Errors name the file and OpenSSL's reason.
    [[nodiscard]] static Result<std::shared_ptr<TlsContext>>
    forListener(const std::string &certFile, const std::string &keyFile);

    /// For upstream connections. An empty caFile means the system's store; `serverName` is sent as
    /// SNI and verified against the certificate unless it is an address, which is verified as one.
    [[nodiscard]] static Result<std::shared_ptr<TlsContext>>
    forUpstream(const std::string &caFile, const std::string &serverName, bool verify);

    ~TlsContext();
    TlsContext(const TlsContext &) = delete;
    TlsContext &operator=(const TlsContext &) = delete;

    /// A session on a connected (or connecting) descriptor, in the context's role.
    [[nodiscard]] SslPointer newSession(int fd);

    /// The topmost OpenSSL error of this thread as a sentence; clears the queue.
    [[nodiscard]] static std::string lastError();

private:
    explicit TlsContext(bool isServer);

    static int onNewSession(SSL *ssl, SSL_SESSION *session);

    SSL_CTX *m_context;
    bool m_isServer;
    std::string m_serverName;
    std::mutex m_sessionLock; // taken per handshake, never per request
    SSL_SESSION *m_session = nullptr;
};

} // namespace meridian::net
