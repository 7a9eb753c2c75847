// SPDX-License-Identifier: MIT
// One streaming chat request as its client lives it: connect, ask, check every byte.
#pragma once

#include "tests/bench/histogram.h"
#include "tests/bench/httpreader.h"
#include "tests/bench/payload.h"
#include "tests/bench/report.h"
#include "tests/bench/sockets.h"

#include <cstdint>
#include <optional>
#include <string>

namespace meridian::bench {

/// What is expected of a stream.
enum class StreamForm : std::uint8_t {
    Exact,    // the upstream's bytes
    Chat,     // every token once and in order, in OpenAI's chunks
    Messages, // likewise, in Anthropic's events
};

/// What all streams of a run share: the question, and what is counted.
struct StreamRun
{
    sockaddr_in target{};
    std::string request;
    std::uint32_t chunks = 0;
    StreamForm form = StreamForm::Exact;
    Histogram delays; // age of a token on arrival
    Tally tally;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0; // of decoded body
    std::uint64_t completed = 0;
};

/// One connection of StreamLoad. Single thread; `run` outlives it.
class ClientStream : private BodySink
{
public:
    explicit ClientStream(StreamRun &run)
        : m_run(run)
    {
    }

    /// Connects and asks. False if not even connect() could start (counted).
    bool open();
    /// Asks again on a connection whose last stream is complete; opens a new one if it was closed.
    bool askAgain();
    /// Reads what there is. Counts its own failure and closes then.
    void onEvent();
    /// The run's time is up: a stream that is not complete is counted as a timeout.
    void expire();

    [[nodiscard]] int fd() const { return m_socket.get(); }

    [[nodiscard]] bool isOpen() const { return m_socket.isOpen(); }

    [[nodiscard]] bool isLive() const { return isOpen() && m_reader.isHeadComplete(); }

    [[nodiscard]] bool isComplete() const { return m_isComplete; }

    /// Complete or failed.
    [[nodiscard]] bool isOver() const { return m_isComplete || !isOpen(); }

private:
    void onBody(std::string_view bytes) override;
    bool ask();
    void checkEvent();
    void checkTranslated();
    void settle();
    void fail(Failure failure);

    StreamRun &m_run;
    Fd m_socket;
    HttpReader m_reader{HttpReader::Kind::Response};
    bool m_hasAsked = false;
    bool m_isComplete = false;
    bool m_isMismatch = false;
    std::uint32_t m_index = 0; // of the event being received; of a translated stream, the token
    std::string m_event;       // its bytes so far
};

} // namespace meridian::bench
