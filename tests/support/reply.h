// SPDX-License-Identifier: MIT
// What a FakeUpstream does with one request: a list of steps, built in words.
#pragma once

#include "tests/support/deadline.h"
#include "tests/support/gate.h"
#include "tests/support/httptext.h"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace meridian::support {

/// How the connection is left after the last step.
enum class Ending : std::uint8_t { KeepAlive, Close, Reset };

/// Values only; copied into the connection that plays it. Steps are public for the player.
class Reply
{
public:
    struct Send
    {
        std::string bytes;
        std::size_t times = 1;
    };

    struct Pause
    {
        std::chrono::milliseconds span{0};
    };

    struct AwaitGate
    {
        SharedGate gate;
    };

    struct AwaitPeerClose
    {
    };

    using Step = std::variant<Send, Pause, AwaitGate, AwaitPeerClose>;

    // whole answers
    static Reply
    of(int status, std::string_view contentType, std::string_view body, const Headers &extra = {});
    static Reply json(std::string_view body, int status = 200, const Headers &extra = {});
    static Reply chunks(std::string_view contentType,
                        const std::vector<std::string> &parts,
                        std::chrono::milliseconds pause = {},
                        int status = 200,
                        const Headers &extra = {});
    /// One chunk per event; the events are sent as given.
    static Reply sse(const std::vector<std::string> &events, std::chrono::milliseconds pause = {});
    static Reply closeDelimited(std::string_view contentType, std::string_view body);
    static Reply raw(std::string_view bytes);
    /// No byte, ever; ends when the peer leaves.
    static Reply never();
    static Reply hangUp(Ending ending);

    // pieces
    /// Status line and headers of a chunked answer; no body yet.
    static Reply
    chunkedHead(std::string_view contentType, int status = 200, const Headers &extra = {});
    Reply &send(std::string_view bytes, std::size_t times = 1);
    Reply &sendChunk(std::string_view bytes, std::size_t times = 1);
    Reply &endChunks();
    Reply &pause(std::chrono::milliseconds span);
    Reply &await(SharedGate gate);
    Reply &awaitPeerClose();
    /// Puts bytes (an interim response) in front.
    Reply &precededBy(std::string_view bytes);
    /// A wait in front of everything: a slow first byte.
    Reply &after(std::chrono::milliseconds span);
    /// Forgets what would be sent after `count` bytes, and ends the connection so.
    Reply &cutAfter(std::size_t count, Ending ending);
    Reply &ending(Ending ending);

    [[nodiscard]] const std::vector<Step> &steps() const { return m_steps; }

    [[nodiscard]] Ending ending() const { return m_ending; }

    /// Without what follows the first final head: the answer to HEAD.
    [[nodiscard]] Reply headOnly() const;

private:
    std::vector<Step> m_steps;
    Ending m_ending = Ending::KeepAlive;
};

/// A chat completion of `model` with usage 7 + 3.
[[nodiscard]] std::string completionBody(std::string_view model = "test-model");
/// One SSE event of a streamed completion: `data: {…}\n\n`.
[[nodiscard]] std::string deltaEvent(std::string_view text);
/// The event that carries usage 11 + 5, and the one that ends a stream.
[[nodiscard]] std::string usageEvent();
inline constexpr std::string_view DoneEvent = "data: [DONE]\n\n";

} // namespace meridian::support
