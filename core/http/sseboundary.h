// SPDX-License-Identifier: MIT
// Where whole server-sent events end in a stream that arrives in pieces: what a relay may pass on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::http {

/// Says how much of each piece of an event stream may be passed on without cutting an event in two.
/// Keeps two bytes of state and no data; lines may end in LF, CRLF or CR, and pieces may be cut
/// anywhere. One per stream.
class SseBoundary
{
public:
    /// How many bytes at the start of `chunk` complete events: up to the last blank line in it. The
    /// rest (and, when 0, the whole chunk) begins or continues an event whose end is yet to come;
    /// the caller holds it back and does not give it again. Looks at the end of the chunk first, so
    /// that a chunk of whole events costs a few instructions.
    [[nodiscard]] std::size_t completePrefix(std::string_view chunk) noexcept;

    /// Nothing but whole events has come so far.
    [[nodiscard]] bool isBetweenEvents() const noexcept { return m_isBetweenEvents; }

private:
    /// What the byte before the next one was. A CR may be half a CRLF, which ends one line and not
    /// two.
    enum class Last : std::uint8_t { Other, LineFeed, Return, ReturnAfterBlank };

    Last m_last = Last::LineFeed; // the start of a stream is the start of a line
    bool m_isBetweenEvents = true;
};

} // namespace meridian::http
