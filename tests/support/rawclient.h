// SPDX-License-Identifier: MIT
// A client that sends exactly the bytes it is told to and shows exactly what came back.
#pragma once

#include "tests/support/bytestream.h"
#include "tests/support/httptext.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::support {

/// One connection. Every call is bounded by a deadline; used by one thread.
class RawClient
{
public:
    RawClient() = default;
    explicit RawClient(std::uint16_t port, Deadline deadline = Patient, int receiveBuffer = 0);

    [[nodiscard]] bool startTls(SSL_CTX *context,
                                const std::string &serverName = "localhost",
                                SSL_SESSION *session = nullptr);

    [[nodiscard]] bool isOpen() const { return m_stream.isOpen(); }

    /// False when the peer closed or the deadline passed.
    bool send(std::string_view bytes, Deadline deadline = Patient);
    /// One write per byte.
    bool sendByteByByte(std::string_view bytes, Deadline deadline = Patient);

    /// A well-formed request with Host, and Content-Length when there is a body.
    static std::string request(std::string_view method,
                               std::string_view target,
                               std::string_view body = {},
                               const Headers &extra = {});

    /// The next final response; 1xx before it are listed in it. `method` of the request it answers.
    [[nodiscard]] HttpResponse readResponse(std::string_view method = "POST",
                                            Deadline deadline = Patient);
    /// Only the head; the body stays to be read with the calls below (still chunked).
    [[nodiscard]] HttpResponse readHead(Deadline deadline = Patient);
    /// Sends a request and reads its response.
    [[nodiscard]] HttpResponse exchange(std::string_view method,
                                        std::string_view target,
                                        std::string_view body = {},
                                        const Headers &extra = {},
                                        Deadline deadline = Patient);

    /// Reads until pending() holds `text`; false when the connection ended or time was up.
    [[nodiscard]] bool readUntil(std::string_view text, Deadline deadline = Patient);
    [[nodiscard]] bool readAtLeast(std::size_t count, Deadline deadline = Patient);
    /// Reads one piece; the status tells what happened.
    IoStatus readSome(Deadline deadline, std::size_t limit = 65536);
    /// Everything until the peer closes (Closed or Reset); TimedOut when it does not.
    [[nodiscard]] IoStatus readToEnd(Deadline deadline = Patient);

    /// Received and not yet consumed.
    [[nodiscard]] const std::string &pending() const { return m_pending; }

    [[nodiscard]] std::string takePending() { return std::move(m_pending); }

    void halfClose() { m_stream.shutdownWrite(); }

    void abort() { m_stream.abort(); }

    void close() { m_stream.close(); }

    [[nodiscard]] ByteStream &stream() { return m_stream; }

private:
    ByteStream m_stream;
    std::string m_pending;
};

} // namespace meridian::support
