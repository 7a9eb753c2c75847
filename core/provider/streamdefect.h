// SPDX-License-Identifier: MIT
// What can be wrong with a provider's stream: found by decoders, counted per backend.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::provider {

/// Labels of `meridian_stream_defects_total`. Those up to LastRepaired are mended; the others end
/// the stream with an error.
enum class StreamDefect : std::uint8_t {
    MissingTerminal,  // no [DONE], message_stop or done:true, but the answer was finished
    MissingFinish,    // the terminal event came, a reason did not: guessed from the parts
    MissingStart,     // content before the stream's first event
    MissingPartStart, // content of a part that was not opened
    MissingPartStop,
    LostRole,
    WrongIndex, // of a part or a call
    DuplicateStart,
    AfterEnd,     // events after the terminal one: dropped
    UnknownEvent, // skipped
    Truncated,    // ended in the middle
    NotJson,
    TooLarge,   // one event, or one line
    ErrorEvent, // the provider itself gave up
};
inline constexpr std::size_t StreamDefectCount = 14;
inline constexpr StreamDefect LastRepaired = StreamDefect::UnknownEvent;

[[nodiscard]] constexpr std::string_view streamDefectName(StreamDefect defect) noexcept
{
    constexpr std::array<std::string_view, StreamDefectCount> Names{
        "missing_terminal",  "missing_finish", "missing_start", "missing_part_start",
        "missing_part_stop", "lost_role",      "wrong_index",   "duplicate_start",
        "after_end",         "unknown_event",  "truncated",     "not_json",
        "too_large",         "error_event"};
    return Names[static_cast<std::size_t>(defect)];
}

/// Which defects a stream has shown; each counts once per stream.
class StreamDefects
{
public:
    void note(StreamDefect defect) noexcept { m_seen.set(static_cast<std::size_t>(defect)); }

    [[nodiscard]] bool has(StreamDefect defect) const noexcept
    {
        return m_seen.test(static_cast<std::size_t>(defect));
    }

    [[nodiscard]] bool isClean() const noexcept { return m_seen.none(); }

    /// A bit for each, in the order of the enumeration.
    [[nodiscard]] std::uint16_t bits() const noexcept
    {
        return static_cast<std::uint16_t>(m_seen.to_ulong());
    }

private:
    std::bitset<StreamDefectCount> m_seen;
};

} // namespace meridian::provider
