// SPDX-License-Identifier: MIT
// Writes JSON in the order it is told, into one string.
#include "core/json/jsonwriter.h"

#include "core/base/append.h"
#include "core/json/utf8.h"

#include <QtGlobal>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace meridian::json {

namespace {

void appendUnit(std::string &out, char32_t unit)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) {
        out += Digits[(unit >> static_cast<unsigned>(shift)) & 0xFU];
    }
}

void appendEscaped(std::string &out, char32_t point)
{
    if (point > 0xFFFF) {
        const char32_t rest = point - 0x10000;
        appendUnit(out, 0xD800 + (rest >> 10U));
        appendUnit(out, 0xDC00 + (rest & 0x3FFU));
        return;
    }
    appendUnit(out, point);
}

/// The two-character escape of a byte that has one, else 0.
char shortEscape(char byte)
{
    switch (byte) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

constexpr auto Plain = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0x20; i < 0x7F; ++i) {
        table[i] = i != '"' && i != '\\';
    }
    return table;
}();

bool isPlain(char byte)
{
    return Plain[static_cast<unsigned char>(byte)];
}

} // namespace

void appendString(std::string &out, std::string_view text, Escape escape)
{
    if (std::all_of(text.begin(), text.end(), isPlain)) { // nearly always
        appendAll(out, "\"", text, "\"");
        return;
    }
    out += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && isPlain(text[plain])) {
            ++plain;
        }
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) {
            break;
        }
        if (const char mark = shortEscape(text.front()); mark != 0) {
            out += '\\';
            out += mark;
            text.remove_prefix(1);
            continue;
        }
        const CodePoint point = decodeUtf8(text);
        const bool raw = escape == Escape::ControlsOnly && point.value >= 0x7F;
        if (!raw) {
            appendEscaped(out, point.value);
        } else if (point.isValid) {
            out.append(text.substr(0, point.size));
        } else {
            out += "\xEF\xBF\xBD";
        }
        text.remove_prefix(point.size);
    }
    out += '"';
}

void appendInteger(std::string &out, std::int64_t value)
{
    std::array<char, 24>
        digits; // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills it
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
}

void appendHundredths(std::string &out, std::int64_t hundredths)
{
    const std::uint64_t size = hundredths < 0 ? -static_cast<std::uint64_t>(hundredths)
                                              : static_cast<std::uint64_t>(hundredths);
    const auto rest = static_cast<unsigned>(size % 100);
    const char decimals[]{static_cast<char>('0' + rest / 10), static_cast<char>('0' + rest % 10)};
    appendAll(out, hundredths < 0 ? "-" : "", Digits(size / 100), ".",
              std::string_view(decimals, rest % 10 != 0 ? 2 : 1));
}

JsonWriter &JsonWriter::beginObject()
{
    return open('{');
}

JsonWriter &JsonWriter::endObject()
{
    return close('}');
}

JsonWriter &JsonWriter::beginArray()
{
    return open('[');
}

JsonWriter &JsonWriter::endArray()
{
    return close(']');
}

JsonWriter &JsonWriter::key(std::string_view name)
{
    Q_ASSERT(!m_afterKey && !m_hasElement.empty());
    separate();
    appendString(m_out, name, m_escape);
    m_out += ':';
    m_afterKey = true;
    return *this;
}

JsonWriter &JsonWriter::string(std::string_view text)
{
    separate();
    appendString(m_out, text, m_escape);
    return *this;
}

JsonWriter &JsonWriter::integer(std::int64_t value)
{
    separate();
    appendInteger(m_out, value);
    return *this;
}

JsonWriter &JsonWriter::boolean(bool value)
{
    separate();
    m_out += value ? "true" : "false";
    return *this;
}

JsonWriter &JsonWriter::null()
{
    separate();
    m_out += "null";
    return *this;
}

JsonWriter &JsonWriter::raw(std::string_view json)
{
    separate();
    m_out.append(json);
    return *this;
}

JsonWriter &JsonWriter::decimal(double value)
{
    constexpr double Largest = 9e16; // beyond it, hundredths no longer fit 64 bits
    if (!std::isfinite(value) || std::abs(value) > Largest) {
        return null();
    }
    separate();
    appendHundredths(m_out, std::llround(value * 100));
    return *this;
}

std::string JsonWriter::take()
{
    Q_ASSERT(m_hasElement.empty() && !m_afterKey);
    return std::exchange(m_out, {});
}

void JsonWriter::separate()
{
    if (m_afterKey) {
        m_afterKey = false;
        return;
    }
    if (m_hasElement.empty()) {
        return;
    }
    if (m_hasElement.back()) {
        m_out += ',';
    }
    m_hasElement.back() = true;
}

JsonWriter &JsonWriter::open(char bracket)
{
    separate();
    m_out += bracket;
    m_hasElement.push_back(false);
    return *this;
}

JsonWriter &JsonWriter::close(char bracket)
{
    Q_ASSERT(!m_hasElement.empty() && !m_afterKey);
    m_out += bracket;
    m_hasElement.pop_back();
    return *this;
}

} // namespace meridian::json
