// SPDX-License-Identifier: MIT
// Reads HTTP/1.x messages: the head strictly, the body as a stream. llhttp does the grammar.
#pragma once

#include "core/base/wipe.h"
#include "core/http/headermap.h"
#include "core/http/headscanner.h"

#include <llhttp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::http {

/// A parsed head. Views point into the parser and hold until its next message.
struct MessageHead
{
    std::string_view method; // requests
    std::string_view target;
    int status = 0; // responses
    std::string_view reason;
    int minorVersion = 1;
    HeaderMap headers;
    std::optional<std::uint64_t> contentLength;
    bool isChunked = false;
    bool keepAlive = true; // what the peer allows
};

/// Receives body bytes, without framing.
class BodySink
{
public:
    virtual void onBodyBytes(std::string_view bytes) = 0;

protected:
    ~BodySink() = default;
};

/// One direction of a connection. Feed it what arrives; it stops at the end of a head and at the
/// end of a message, so that the owner decides what comes next. Nothing after an error is
/// interpreted.
class MessageParser
{
public:
    enum class Kind : std::uint8_t { Request, Response };

    enum class State : std::uint8_t {
        Head,     // wants (more of) a head
        Body,     // the head is there; wants body bytes
        Complete, // the message is there; reset() for the next
        Failed,
    };

    enum class Fault : std::uint8_t { None, Malformed, HeadTooLarge, TooManyHeaders };

    struct Limits
    {
        std::size_t headBytes = 32 * 1024;
        std::size_t headers = 100;
    };

    MessageParser(Kind kind, Limits limits);

    ~MessageParser() { wipeSecret(); }

    MessageParser(const MessageParser &) = delete;
    MessageParser &operator=(const MessageParser &) = delete;

    /// Forgets the message; keeps its memory for the next one.
    void reset() noexcept;

    /// Gives the head's memory back too: for connections that go idle.
    void release() noexcept;

    /// Consumes bytes up to the end of the head or of the message and returns how many.
    std::size_t feed(std::string_view bytes, BodySink &sink);

    /// The peer closed. True when the message is complete by that (a body without length, RFC 9112
    /// §6.3).
    bool finish();

    /// The response to a HEAD request has no body, whatever its head says.
    void expectNoBody() noexcept { m_noBody = true; }

    [[nodiscard]] State state() const noexcept { return m_state; }

    [[nodiscard]] Fault fault() const noexcept { return m_fault; }

    [[nodiscard]] const char *faultReason() const noexcept { return m_reason; }

    [[nodiscard]] const MessageHead &head() const noexcept { return m_head; }

    /// The request's head carries a key, or may: a query, an incomplete or malformed head. Its
    /// bytes are overwritten when they are forgotten here; what was fed is the owner's to
    /// overwrite.
    [[nodiscard]] bool holdsSecret() const noexcept { return m_holdsSecret; }

    /// Overwrites such a head before its time: views of it hold, but say nothing any more.
    void wipeSecret() noexcept
    {
        if (m_holdsSecret) {
            wipe(m_raw);
        }
    }

    [[nodiscard]] std::size_t headSize() const noexcept { return m_raw.size(); }

    /// False until the first byte of a message has come.
    [[nodiscard]] bool hasStarted() const noexcept
    {
        return m_state != State::Head || !m_raw.empty();
    }

private:
    std::size_t feedHead(std::string_view bytes);
    std::size_t feedBody(std::string_view bytes, BodySink &sink);
    void parseHead();
    void checkHead();
    [[nodiscard]] bool statusForbidsBody() const noexcept;
    [[nodiscard]] bool trailersAreClean(std::string_view bytes) noexcept;
    void fail(Fault fault, const char *reason) noexcept;
    void failByLlhttp() noexcept;

    static const llhttp_settings_t &settings();
    struct Callbacks;

    llhttp_t m_parser;
    HeadScanner m_scanner;
    Kind m_kind;
    State m_state = State::Head;
    Fault m_fault = Fault::None;
    bool m_noBody = false;
    bool m_inTrailers = false;
    bool m_holdsSecret = false;
    const char *m_reason = "";
    Limits m_limits;
    std::size_t m_trailerBytes = 0;
    std::string m_raw; // the head as it came
    std::string_view m_field;
    MessageHead m_head;
    BodySink *m_sink = nullptr;
};

} // namespace meridian::http
