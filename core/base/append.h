// SPDX-License-Identifier: MIT
// Writes several pieces of text behind a string that grows once for all of them.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace meridian {

/// Appends the pieces (anything a std::string_view can be made of) in order. They must not lie in
/// `out`. Several calls of append() cost about three times as much, and heads are written for each
/// request.
template <typename... Pieces>
void appendAll(std::string &out, const Pieces &...pieces)
{
    const std::size_t before = out.size();
    out.resize(before + (std::string_view(pieces).size() + ...));
    char *at = out.data() + before;
    const auto put = [&at](std::string_view piece) {
        if (!piece.empty()) { // an empty view may point nowhere
            std::memcpy(at, piece.data(), piece.size());
            at += piece.size();
        }
    };
    (put(std::string_view(pieces)), ...);
}

/// The digits of a number, as a piece for appendAll().
class Digits
{
public:
    explicit Digits(std::uint64_t value, int base = 10) noexcept
        : m_end(std::to_chars(m_text, m_text + sizeof(m_text), value, base).ptr)
    {
    }

    Digits(const Digits &) = delete; // m_end points into itself
    Digits &operator=(const Digits &) = delete;
    ~Digits() = default;

    explicit operator std::string_view() const noexcept
    {
        return {m_text, static_cast<std::size_t>(m_end - m_text)};
    }

private:
    char m_text[64]; // 64 binary digits
    const char *m_end;
};

} // namespace meridian
