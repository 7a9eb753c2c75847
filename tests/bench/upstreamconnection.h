// SPDX-License-Identifier: MIT
// One client of the bench upstream: reads a request, answers it or runs its stream.
#pragma once

#include "tests/bench/httpreader.h"
#include "tests/bench/sockets.h"

#include <cstdint>
#include <string>

namespace meridian::bench {

/// What all connections of one upstream share: how it answers, and how often it did.
struct UpstreamManners
{
    std::uint32_t chunks = 100;    // of a stream whose request does not say
    std::uint32_t intervalMs = 0;  // likewise
    std::uint32_t delayMs = 0;     // before a completion that is not streamed
    std::uint64_t completions = 0; // POST requests read so far; `GET /bench/count` tells
};

/// Owned by BenchUpstream. Single thread. Every event of a stream is one write, so that the gateway
/// sees what an inference engine sends.
class UpstreamConnection : private BodySink
{
public:
    UpstreamConnection(Fd socket, UpstreamManners &manners);

    /// Reads until the socket is empty, answering what is complete. False: close the connection.
    [[nodiscard]] bool onReadable();
    /// The socket takes bytes again. False: close.
    [[nodiscard]] bool onWritable();
    /// Sends what is due: a delayed completion, one event of a paced stream, or up to a fair share
    /// of an unpaced one.
    [[nodiscard]] bool sendDue();

    [[nodiscard]] int fd() const { return m_socket.get(); }

    /// An unpaced stream that could write more right now.
    [[nodiscard]] bool isHungry() const;

    /// When sendDue() is to be called (monotonic nanoseconds); 0: nothing to wait for.
    [[nodiscard]] std::uint64_t nextDue() const { return m_nextDue; }

private:
    void onBody(std::string_view bytes) override;
    [[nodiscard]] bool consume();
    [[nodiscard]] bool answer();
    [[nodiscard]] bool startStream(std::string_view body);
    [[nodiscard]] bool sendCompletion();
    [[nodiscard]] bool sendEvent();
    [[nodiscard]] bool send(std::string_view bytes);

    Fd m_socket;
    UpstreamManners &m_manners;
    HttpReader m_reader{HttpReader::Kind::Request};
    std::string m_body;    // of the request being read
    std::string m_input;   // bytes that came while a response was under way
    std::string m_pending; // the rest of a write that the socket did not take whole
    bool m_isStreaming = false;
    bool m_isMessages = false; // asked in Anthropic's dialect
    bool m_isDelayed = false;  // a completion waits for m_nextDue
    std::uint32_t m_index = 0;
    std::uint32_t m_chunks = 0;
    std::uint32_t m_intervalMs = 0;
    std::uint64_t m_nextDue = 0;
};

} // namespace meridian::bench
