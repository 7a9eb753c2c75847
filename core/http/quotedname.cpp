// SPDX-License-Identifier: MIT
#include "core/http/quotedname.h"

#include "core/json/utf8.h"

#include <algorithm>
#include <array>

namespace meridian::http {

namespace {

struct Range
{
    char32_t first;
    char32_t last;
};

/// Characters that print nothing, or change the order of what is printed (Unicode categories Cc,
/// Cf, Zs, Zl, Zp, Co).
constexpr std::array<Range, 20> Invisible{{
    {0x00, 0x1F},     {0x7F, 0xA0},     {0xAD, 0xAD},       {0x600, 0x605},     {0x61C, 0x61C},
    {0x6DD, 0x6DD},   {0x70F, 0x70F},   {0x1680, 0x1680},   {0x180E, 0x180E},   {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},   {0xE000, 0xF8FF},   {0xFEFF, 0xFEFF},
    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
}};

bool isInvisible(char32_t point) noexcept
{
    return std::any_of(Invisible.begin(), Invisible.end(), [point](const Range &range) {
        return point >= range.first && point <= range.last;
    });
}

void appendHex(std::string &out, char mark, char32_t value, unsigned digits)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    out += '\\';
    out += mark;
    while (digits-- > 0) {
        out += Digits[(value >> (digits * 4)) & 0xFU];
    }
}

void appendEscaped(std::string &out, char32_t point)
{
    if (point == '\n') {
        out += "\\n";
    } else if (point == '\r') {
        out += "\\r";
    } else if (point == '\t') {
        out += "\\t";
    } else if (point < 0x100) {
        appendHex(out, 'x', point, 2);
    } else if (point < 0x10000) {
        appendHex(out, 'u', point, 4);
    } else {
        appendHex(out, 'U', point, 8);
    }
}

/// The start of `name`, at most LongestQuotedName bytes, not ending within a character.
std::string_view cut(std::string_view name) noexcept
{
    if (name.size() <= LongestQuotedName) {
        return name;
    }
    std::size_t size = LongestQuotedName;
    while (size > LongestQuotedName - 4 &&
           (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return name.substr(0, size);
}

} // namespace

std::string quotedName(std::string_view name)
{
    name = cut(name);
    const bool hasSingle = name.find('\'') != std::string_view::npos;
    const bool hasDouble = name.find('"') != std::string_view::npos;
    const char quote = hasSingle && !hasDouble ? '"' : '\'';

    std::string out(1, quote);
    while (!name.empty()) {
        const json::CodePoint point = json::decodeUtf8(name);
        if (!point.isValid) {
            for (const char byte : name.substr(0, point.size)) {
                appendHex(out, 'x', static_cast<unsigned char>(byte), 2);
            }
        } else if (isInvisible(point.value) && point.value != ' ') {
            appendEscaped(out, point.value);
        } else {
            if (name.front() == quote || name.front() == '\\') {
                out += '\\';
            }
            out.append(name.substr(0, point.size));
        }
        name.remove_prefix(point.size);
    }
    out += quote;
    return out;
}

} // namespace meridian::http
