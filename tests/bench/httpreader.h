// SPDX-License-Identifier: MIT
// An incremental HTTP/1.1 message reader, strict enough to notice a gateway's framing mistakes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::bench {

/// Takes the body of a message, piece by piece, without its framing.
class BodySink
{
public:
    virtual ~BodySink() = default;
    virtual void onBody(std::string_view bytes) = 0;
};

/// Reads one message at a time; reset() between messages. Single thread, copies only the head.
class HttpReader
{
public:
    enum class Kind : std::uint8_t { Request, Response };

    explicit HttpReader(Kind kind)
        : m_kind(kind)
    {
    }

    /// Takes bytes of one message and returns how many it used: fewer than given only when the
    /// message is complete or malformed. Interim (1xx) responses are skipped.
    std::size_t feed(std::string_view bytes, BodySink &sink);
    /// The peer closed: completes a response that is framed by the end of the connection.
    void finish();
    void reset();

    [[nodiscard]] bool isStarted() const { return m_state != State::Head || !m_head.empty(); }

    [[nodiscard]] bool isHeadComplete() const { return m_state > State::Head; }

    [[nodiscard]] bool isComplete() const { return m_state == State::Complete; }

    [[nodiscard]] bool isMalformed() const { return m_state == State::Malformed; }

    [[nodiscard]] bool isKeepAlive() const { return m_keepAlive; }

    [[nodiscard]] int status() const { return m_status; }

    /// Start line and header fields of the message, valid until reset().
    [[nodiscard]] std::string_view head() const { return m_head; }

private:
    enum class State : std::uint8_t {
        Head,
        Length,
        UntilClose,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Complete,
        Malformed,
    };

    std::size_t takeHead(std::string_view bytes);
    std::size_t takeLine(std::string_view bytes);
    std::size_t takeData(std::string_view bytes, BodySink &sink);
    void readHead();
    void endOfLine();

    Kind m_kind;
    State m_state = State::Head;
    bool m_keepAlive = true;
    int m_status = 0;
    std::uint64_t m_left = 0; // body or chunk bytes still to come
    std::string m_head;
    std::string m_line; // chunk size or trailer line split between reads
};

} // namespace meridian::bench
