// SPDX-License-Identifier: MIT
// Says whether a stream that passes as it came was whole, and what it lacks at its end.
#pragma once

#include "core/provider/dialect.h"
#include "core/provider/streamdefect.h"

#include <cstdint>
#include <string_view>
#include <utility>

namespace meridian::proxy {

/// Watches the whole events of one stream (of Ollama: whole lines) for the few words that say how
/// its dialect ends; nothing is parsed or kept. Only a stream that has shown to be of the dialect
/// is judged: what speaks of no end cannot lack one. One per exchange.
class PassingStream
{
public:
    explicit PassingStream(provider::Dialect dialect) noexcept
        : m_dialect(dialect)
    {
    }

    enum class End : std::uint8_t {
        Whole,     // or nobody can tell
        Mended,    // repair() is missing
        Truncated, // ended in the middle of the answer
        Failed,    // ended with the provider's own error, which the client has
    };

    /// Bytes that SseBoundary called complete, in order. `isWhole`: no event is cut in two.
    void feed(std::string_view events, bool isWhole) noexcept;

    /// The body has ended by itself. `isDone`: `data: [DONE]` has passed.
    [[nodiscard]] End finish(bool isDone) noexcept;

    /// The missing end, on whole lines.
    [[nodiscard]] std::string_view repair() const noexcept;

    [[nodiscard]] const provider::StreamDefects &defects() const noexcept { return m_defects; }

    /// Forgets them: another backend goes on with the stream.
    [[nodiscard]] provider::StreamDefects takeDefects() noexcept
    {
        return std::exchange(m_defects, {});
    }

private:
    void feedOpenAi(std::string_view events) noexcept;
    void feedResponses(std::string_view events) noexcept;
    void feedAnthropic(std::string_view events) noexcept;
    void feedGemini(std::string_view events) noexcept;
    void feedOllama(std::string_view lines) noexcept;

    const provider::Dialect m_dialect;
    bool m_isKnown = false;    // it is of the dialect
    bool m_isFinished = false; // it has said why the answer ends
    bool m_isTerminated = false;
    bool m_hasFailed = false;
    bool m_isCut = false; // an event came in pieces: a word may have been missed
    provider::StreamDefects m_defects;
};

} // namespace meridian::proxy
