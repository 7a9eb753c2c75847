// SPDX-License-Identifier: MIT
// Finds the end of a message head and refuses line ends that llhttp is lenient about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::http {

/// llhttp (8.1, strict mode) still takes a bare LF after the request line and after the last
/// header, a CR alone as the end of the head, and obs-fold: the shapes request smuggling is made of
/// (RFC 9112 §2.2, §5.2).
/// This scanner looks at every line end before llhttp sees the head. One per message; fed in pieces
/// of any size.
class HeadScanner
{
public:
    enum class Outcome : std::uint8_t {
        NeedMore,
        Complete,
        BareLineFeed,
        BareCarriageReturn,
        Folded,
        EmptyName,
    };

    void reset() noexcept { *this = HeadScanner(); }

    /// For a trailer section, which may consist of its closing empty line alone.
    void resetForTrailers() noexcept
    {
        reset();
        m_hasLine = true;
    }

    /// Scans the next piece. On Complete, end() bytes of it belong to the head.
    [[nodiscard]] Outcome scan(std::string_view piece) noexcept;

    [[nodiscard]] std::size_t end() const noexcept { return m_end; }

private:
    std::size_t m_end = 0;
    std::size_t m_lineLength = 0; // of the line under way, its CR included
    bool m_lastWasCr = false;
    bool m_hasLine = false; // a non-empty line was seen: leading empty lines are tolerated (§2.2)
    bool m_atLineStart = true;
};

} // namespace meridian::http
