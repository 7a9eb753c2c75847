// SPDX-License-Identifier: MIT
// Reads untrusted bytes as UTF-8, one code point at a time, so that what we print is always valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian::json {

inline constexpr char32_t ReplacementCharacter = 0xFFFD;

/// One decoded code point and how many bytes it took (at least 1).
struct CodePoint
{
    char32_t value = ReplacementCharacter;
    std::size_t size = 1;
    bool isValid = false;
};

/// Decodes the code point at the start of `bytes`, which must not be empty. Overlong forms,
/// surrogates and cut sequences give U+FFFD and the length of the part that made sense.
[[nodiscard]] inline CodePoint decodeUtf8(std::string_view bytes) noexcept
{
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byteAt(0);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    const std::size_t size = lead >= 0xC2 && lead < 0xE0   ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
    if (size == 0) {
        return {};
    }
    char32_t value = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (i >= bytes.size()) {
            return {ReplacementCharacter, i, false};
        }
        // RFC 3629 §4: the second byte's range is narrower after four of the lead bytes
        const unsigned char next = byteAt(i);
        const bool second = i == 1;
        const unsigned char low = second && lead == 0xE0   ? 0xA0
                                  : second && lead == 0xF0 ? 0x90
                                                           : 0x80;
        const unsigned char high = second && lead == 0xED   ? 0x9F
                                   : second && lead == 0xF4 ? 0x8F
                                                            : 0xBF;
        if (next < low || next > high) {
            return {ReplacementCharacter, i, false};
        }
        value = (value << 6U) | (next & 0x3FU);
    }
    return {value, size, true};
}

/// Appends `text` with everything that is not UTF-8 replaced by U+FFFD.
inline void appendValidUtf8(std::string &out, std::string_view text)
{
    while (!text.empty()) {
        const CodePoint point = decodeUtf8(text);
        if (point.isValid) {
            out.append(text.substr(0, point.size));
        } else {
            out += "\xEF\xBF\xBD";
        }
        text.remove_prefix(point.size);
    }
}

} // namespace meridian::json
