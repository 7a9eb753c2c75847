// SPDX-License-Identifier: MIT
#include "core/proxy/passingstream.h"

#include <algorithm>
#include <cstring>

namespace meridian::proxy {

namespace {

using provider::Dialect;
using provider::StreamDefect;

constexpr std::size_t NotFound = std::string_view::npos;

/// memmem() is several times faster than string_view::find() on text that lacks the word.
std::size_t search(std::string_view text, std::string_view word, std::size_t from = 0) noexcept
{
    if (from >= text.size()) {
        return NotFound;
    }
    const void *hit = memmem(text.data() + from, text.size() - from, word.data(), word.size());
    return hit == nullptr ? NotFound
                          : static_cast<std::size_t>(static_cast<const char *>(hit) - text.data());
}

/// A quote with a backslash before it is part of a text.
bool isInText(std::string_view text, std::size_t at) noexcept
{
    return at > 0 && text[at - 1] == '\\';
}

/// What follows the key that ends at `at`, its colon left out; empty when it was no key.
std::string_view valueAt(std::string_view text, std::size_t at) noexcept
{
    const auto skip = [&] {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) {
            ++at;
        }
    };
    skip();
    if (at >= text.size() || text[at] != ':') {
        return {};
    }
    ++at;
    skip();
    return text.substr(std::min(at, text.size()));
}

/// Calls `found(position behind the word)` for each place where `word`, which begins with a quote,
/// is not part of a text, until it returns false.
template <typename Found>
void forEach(std::string_view text, std::string_view word, Found found) noexcept
{
    std::size_t at = search(text, word);
    while (at != NotFound && (isInText(text, at) || found(at + word.size()))) {
        at = search(text, word, at + word.size());
    }
}

/// Errors come alone, so that nobody searches every chunk for the word.
bool beginsWithError(std::string_view events, std::string_view key) noexcept
{
    if (!events.starts_with(key)) {
        return false;
    }
    const std::string_view value = valueAt(events, key.size());
    return value.starts_with('{') || value.starts_with('"');
}

} // namespace

void PassingStream::feed(std::string_view events, bool isWhole) noexcept
{
    m_isCut = m_isCut || !isWhole;
    switch (m_dialect) {
    case Dialect::OpenAiChat:
    case Dialect::OpenAiCompletions:
        feedOpenAi(events);
        return;
    case Dialect::OpenAiResponses:
        feedResponses(events);
        return;
    case Dialect::Anthropic:
        feedAnthropic(events);
        return;
    case Dialect::Gemini:
        feedGemini(events);
        return;
    case Dialect::OllamaChat:
    case Dialect::OllamaGenerate:
        feedOllama(events);
        return;
    default:
        return;
    }
}

void PassingStream::feedOpenAi(std::string_view events) noexcept
{
    m_hasFailed = m_hasFailed || beginsWithError(events, "data: {\"error\"");
    if (m_isFinished) {
        return;
    }
    // how most chunks end, which saves the search: what finishes last has no such chunk behind it
    if (events.ends_with("\"finish_reason\":null}]}\n\n") ||
        events.ends_with("\"finish_reason\":null}],\"usage\":null}\n\n")) {
        m_isKnown = true;
        return;
    }
    forEach(events, "\"finish_reason\"", [&](std::size_t behind) {
        const std::string_view value = valueAt(events, behind);
        m_isKnown = m_isKnown || !value.empty();
        m_isFinished = value.starts_with('"');
        return !m_isFinished;
    });
}

void PassingStream::feedResponses(std::string_view events) noexcept
{
    m_hasFailed = m_hasFailed || events.starts_with("event: error");
    if (m_isTerminated) {
        return;
    }
    forEach(events, "\"response.", [&](std::size_t behind) {
        const std::string_view name = events.substr(behind, 16);
        m_isKnown = true;
        m_hasFailed = m_hasFailed || name.starts_with("failed\"");
        m_isTerminated = name.starts_with("completed\"") || name.starts_with("incomplete\"") ||
                         name.starts_with("failed\"");
        return !m_isTerminated;
    });
}

void PassingStream::feedAnthropic(std::string_view events) noexcept
{
    m_hasFailed = m_hasFailed || events.starts_with("event: error");
    if (m_isTerminated) {
        return;
    }
    forEach(events, "\"message_", [&](std::size_t behind) {
        const std::string_view rest = events.substr(behind);
        m_isKnown = m_isKnown || rest.starts_with("start\"");
        m_isTerminated = rest.starts_with("stop\"");
        if (rest.starts_with("delta\"")) {
            const std::size_t at = search(rest, "\"stop_reason\"");
            m_isFinished =
                m_isFinished || (at != NotFound && valueAt(rest, at + 13).starts_with('"'));
        }
        return !m_isTerminated;
    });
}

void PassingStream::feedGemini(std::string_view events) noexcept
{
    m_hasFailed = m_hasFailed || beginsWithError(events, "data: {\"error\"");
    m_isKnown = m_isKnown || search(events, "\"candidates\"") != NotFound;
    if (!m_isTerminated) {
        forEach(events, "\"finishReason\"", [&](std::size_t behind) {
            m_isTerminated = valueAt(events, behind).starts_with('"');
            return !m_isTerminated;
        });
    }
}

void PassingStream::feedOllama(std::string_view lines) noexcept
{
    m_hasFailed = m_hasFailed || beginsWithError(lines, "{\"error\"");
    if (!m_isTerminated) {
        forEach(lines, "\"done\"", [&](std::size_t behind) {
            const std::string_view value = valueAt(lines, behind);
            m_isKnown = m_isKnown || !value.empty();
            m_isTerminated = value.starts_with("true");
            return !m_isTerminated;
        });
    }
}

PassingStream::End PassingStream::finish(bool isDone) noexcept
{
    if (m_hasFailed) {
        m_defects.note(StreamDefect::ErrorEvent);
        return End::Failed;
    }
    if (isDone || m_isTerminated || !m_isKnown || m_isCut) {
        return End::Whole;
    }
    if (m_isFinished) {
        m_defects.note(StreamDefect::MissingTerminal);
        return End::Mended;
    }
    m_defects.note(StreamDefect::Truncated);
    return End::Truncated;
}

std::string_view PassingStream::repair() const noexcept
{
    return m_dialect == Dialect::Anthropic
               ? "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
               : "data: [DONE]\n\n";
}

} // namespace meridian::proxy
