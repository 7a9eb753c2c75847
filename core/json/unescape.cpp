// SPDX-License-Identifier: MIT
#include "core/json/unescape.h"

#include "core/json/utf8.h"

#include <optional>

namespace meridian::json {

namespace {

/// The character of a two-character escape, 0 when there is none.
char meaningOf(char mark) noexcept
{
    switch (mark) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case '/':
        return '/';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

/// The UTF-16 unit of `\uXXXX` at the start of `text`.
std::optional<char32_t> unitAt(std::string_view text) noexcept
{
    constexpr std::size_t Length = 6;
    if (text.size() < Length || text[0] != '\\' || text[1] != 'u') {
        return std::nullopt;
    }
    char32_t unit = 0;
    for (const char digit : text.substr(2, 4)) {
        unit <<= 4U;
        if (digit >= '0' && digit <= '9') {
            unit |= static_cast<char32_t>(digit - '0');
        } else if (digit >= 'a' && digit <= 'f') {
            unit |= static_cast<char32_t>(digit - 'a' + 10);
        } else if (digit >= 'A' && digit <= 'F') {
            unit |= static_cast<char32_t>(digit - 'A' + 10);
        } else {
            return std::nullopt;
        }
    }
    return unit;
}

bool isHighSurrogate(char32_t unit) noexcept
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

bool isLowSurrogate(char32_t unit) noexcept
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

void appendUtf8(std::string &out, char32_t point)
{
    const auto tail = [point](unsigned shift) {
        return static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
    };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | (point >> 6U));
        out += tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | (point >> 12U));
        out += tail(6);
        out += tail(0);
    } else {
        out += static_cast<char>(0xF0U | (point >> 18U));
        out += tail(12);
        out += tail(6);
        out += tail(0);
    }
}

} // namespace

bool appendUnescaped(std::string &out, std::string_view raw)
{
    for (;;) {
        const std::size_t plain = raw.find('\\');
        out.append(raw.substr(0, plain));
        if (plain == std::string_view::npos) {
            return true;
        }
        raw.remove_prefix(plain);
        if (const char meaning = raw.size() > 1 ? meaningOf(raw[1]) : '\0'; meaning != 0) {
            out += meaning;
            raw.remove_prefix(2);
            continue;
        }
        const auto unit = unitAt(raw);
        if (!unit) {
            return false;
        }
        raw.remove_prefix(6);
        char32_t point = *unit;
        if (isHighSurrogate(point)) {
            const auto low = unitAt(raw);
            if (low && isLowSurrogate(*low)) {
                point = 0x10000 + ((point - 0xD800) << 10U) + (*low - 0xDC00);
                raw.remove_prefix(6);
            } else {
                point = ReplacementCharacter;
            }
        } else if (isLowSurrogate(point)) {
            point = ReplacementCharacter;
        }
        appendUtf8(out, point);
    }
}

} // namespace meridian::json
