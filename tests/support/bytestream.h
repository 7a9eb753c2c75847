// SPDX-License-Identifier: MIT
// One connected socket, plain or TLS, with deadlines on everything: the ground under the fakes.
#pragma once

#include "tests/support/deadline.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::support {

/// How an operation on a ByteStream ended.
enum class IoStatus : std::uint8_t {
    Ok,
    Closed,   // the peer sent FIN
    Reset,    // any socket or TLS error
    TimedOut, // the deadline passed
    Stopped,  // the stop descriptor became readable
};

[[nodiscard]] const char *ioStatusName(IoStatus status);

/// Owns a non-blocking descriptor. Used by one thread at a time; abort() and close() too.
class ByteStream
{
public:
    ByteStream() = default;
    explicit ByteStream(int fd);
    ~ByteStream();
    ByteStream(ByteStream &&other) noexcept;
    ByteStream &operator=(ByteStream &&other) noexcept;

    /// A connection to 127.0.0.1; `receiveBuffer` > 0 sets SO_RCVBUF before connecting.
    [[nodiscard]] static ByteStream
    connectTo(std::uint16_t port, Deadline deadline, int receiveBuffer = 0);

    /// When readable, waits end with Stopped. Not owned.
    void setStopDescriptor(int fd) { m_stopFd = fd; }

    [[nodiscard]] IoStatus acceptTls(SSL_CTX *context, Deadline deadline);
    /// `session` (may be null) is offered for resumption. Verification is as `context` says.
    [[nodiscard]] IoStatus connectTls(SSL_CTX *context,
                                      const std::string &serverName,
                                      Deadline deadline,
                                      SSL_SESSION *session = nullptr);

    /// At least one byte is appended to `into`, at most `limit`.
    [[nodiscard]] IoStatus readSome(std::string &into, std::size_t limit, Deadline deadline);
    /// All of `bytes`; `written` (may be null) tells how many went out.
    [[nodiscard]] IoStatus
    writeAll(std::string_view bytes, Deadline deadline, std::size_t *written = nullptr);
    /// Until the peer closes, or `wakeFd` (when not -1) is readable (then Ok).
    [[nodiscard]] IoStatus waitForPeerClose(Deadline deadline, int wakeFd = -1) const;

    void shutdownWrite();
    /// Closes with RST.
    void abort();
    void close();

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }

    [[nodiscard]] int fd() const { return m_fd; }

    [[nodiscard]] SSL *tls() const { return m_ssl; }

private:
    [[nodiscard]] IoStatus waitFor(short events, Deadline deadline) const;
    [[nodiscard]] IoStatus handshake(Deadline deadline);

    int m_fd = -1;
    int m_stopFd = -1;
    SSL *m_ssl = nullptr;
};

/// A listening (or, with `isListening` false, only bound) socket on 127.0.0.1; port 0 = any.
/// -1 on failure.
[[nodiscard]] int bindLoopback(std::uint16_t port, bool isListening, int backlog = 511);
[[nodiscard]] std::uint16_t localPort(int fd);

} // namespace meridian::support
