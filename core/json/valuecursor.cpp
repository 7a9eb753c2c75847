// SPDX-License-Identifier: MIT
#include "core/json/valuecursor.h"

#include "core/base/hash.h"

#include <bit>
#include <cstddef>

namespace meridian::json {

namespace {

constexpr std::ptrdiff_t WordSize = 8;
constexpr std::uint64_t Ones = 0x0101010101010101;
constexpr std::uint64_t Highs = 0x8080808080808080;

/// Flags the zero bytes of `word`. Bytes above a zero byte may be flagged wrongly, so only the
/// lowest flag counts.
constexpr std::uint64_t zeroBytes(std::uint64_t word) noexcept
{
    return (word - Ones) & ~word & Highs;
}

/// Flags the first quote or backslash, and perhaps some bytes behind it.
constexpr std::uint64_t stringMarks(std::uint64_t word) noexcept
{
    return zeroBytes(word ^ (Ones * '"')) | zeroBytes(word ^ (Ones * '\\'));
}

/// A 1 in each byte of the form 10xxxxxx: the later bytes of a UTF-8 sequence.
constexpr std::uint64_t continuations(std::uint64_t word) noexcept
{
    return (word >> 7U) & (~word >> 6U) & Ones;
}

/// The sum of the bytes of `lanes`, which must be below 256.
constexpr std::uint64_t sumOfBytes(std::uint64_t lanes) noexcept
{
    return (lanes * Ones) >> 56U;
}

constexpr bool isContinuation(char byte) noexcept
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The first quote or backslash in [`at`, `end`), or `end`. Adds the continuation bytes before it.
const char *findMark(const char *at, const char *end, std::uint64_t &extra) noexcept
{
    // two words a turn: half the branches, half the products
    for (; end - at >= 2 * WordSize; at += 2 * WordSize) {
        const std::uint64_t first = loadLittle64(at);
        const std::uint64_t second = loadLittle64(at + WordSize);
        if ((stringMarks(first) | stringMarks(second)) != 0) {
            break;
        }
        extra += sumOfBytes(continuations(first) + continuations(second));
    }
    for (; end - at >= WordSize; at += WordSize) {
        const std::uint64_t word = loadLittle64(at);
        const std::uint64_t marks = stringMarks(word);
        if (marks != 0) {
            const std::uint64_t before = (marks & (0 - marks)) - 1; // all bits below the first flag
            extra += sumOfBytes(continuations(word) & before);
            return at + std::countr_zero(marks) / 8;
        }
        extra += sumOfBytes(continuations(word));
    }
    for (; at != end && *at != '"' && *at != '\\'; ++at) {
        extra += isContinuation(*at) ? 1U : 0U;
    }
    return at;
}

constexpr std::size_t UnitLength = 6; // \uXXXX

/// The UTF-16 unit of the `\uXXXX` at the start of `text`.
std::optional<unsigned> unitAt(std::string_view text) noexcept
{
    if (text.size() < UnitLength || text[0] != '\\' || text[1] != 'u') {
        return std::nullopt;
    }
    unsigned unit = 0;
    for (const char digit : text.substr(2, 4)) {
        const char lower = static_cast<char>(digit | 0x20);
        if (digit >= '0' && digit <= '9') {
            unit = unit * 16 + static_cast<unsigned>(digit - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            unit = unit * 16 + static_cast<unsigned>(lower - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return unit;
}

/// The length of the escape at the start of `text`, which stands for one code point: a pair of
/// surrogates is one, and so is a half without the other. What is no escape has two bytes, so that
/// a quote behind it is seen.
std::size_t escapeLength(std::string_view text) noexcept
{
    if (text.size() < 2 || text[1] != 'u') {
        return text.size() < 2 ? text.size() : 2;
    }
    const auto unit = unitAt(text);
    if (!unit) {
        return 2;
    }
    if ((*unit & 0xFC00U) == 0xD800U) {
        const auto next = unitAt(text.substr(UnitLength));
        if (next && (*next & 0xFC00U) == 0xDC00U) {
            return 2 * UnitLength;
        }
    }
    return UnitLength;
}

constexpr bool isSpace(char byte) noexcept
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

constexpr bool endsScalar(char byte) noexcept
{
    return byte == ',' || byte == ']' || byte == '}' || byte == ':' || isSpace(byte);
}

} // namespace

bool StringValue::means(std::string_view name) const noexcept
{
    if (points != name.size()) {
        return false;
    }
    if (raw.size() == points) {
        return raw == name;
    }
    std::string_view rest = raw; // an escape somewhere, and a \u one if it stands for a letter
    for (const char letter : name) {
        if (const auto unit = unitAt(rest)) {
            if (*unit != static_cast<unsigned char>(letter)) {
                return false;
            }
            rest.remove_prefix(UnitLength);
        } else if (rest.starts_with(letter)) {
            rest.remove_prefix(1);
        } else {
            return false;
        }
    }
    return rest.empty();
}

char ValueCursor::peek() noexcept
{
    while (m_at != m_end && isSpace(*m_at)) {
        ++m_at;
    }
    return m_at != m_end ? *m_at : '\0';
}

bool ValueCursor::take(char byte) noexcept
{
    if (peek() != byte || m_at == m_end) {
        return false;
    }
    ++m_at;
    return true;
}

std::optional<StringValue> ValueCursor::readString() noexcept
{
    if (peek() != '"') {
        skip();
        return std::nullopt;
    }
    return string();
}

/// Every byte is a code point unless it is counted in `extra`: the later bytes of UTF-8 sequences
/// and of escapes.
StringValue ValueCursor::string() noexcept
{
    const char *const begin = m_at + 1;
    const char *at = begin; // a local one stays in a register
    std::uint64_t extra = 0;
    for (;;) {
        at = findMark(at, m_end, extra);
        if (at == m_end || *at == '"') {
            break;
        }
        const std::size_t length = escapeLength({at, static_cast<std::size_t>(m_end - at)});
        extra += length - 1;
        at += length;
    }
    const auto size = static_cast<std::size_t>(at - begin);
    m_at = at == m_end ? at : at + 1; // the closing quote
    return {{begin, size}, size - extra};
}

void ValueCursor::skip() noexcept
{
    const char lead = peek();
    if (lead == '"') {
        string();
    } else if (lead != '{' && lead != '[') {
        skipScalar();
    } else {
        std::size_t depth = 0;
        while (m_at != m_end) {
            const char byte = *m_at;
            if (byte == '"') {
                string();
                continue;
            }
            ++m_at;
            if (byte == '{' || byte == '[') {
                ++depth;
            } else if ((byte == '}' || byte == ']') && --depth == 0) {
                return;
            }
        }
    }
}

void ValueCursor::skipScalar() noexcept
{
    while (m_at != m_end && !endsScalar(*m_at)) {
        if (*m_at == '"') {
            string(); // grown into a number or word: the scanner takes both for one token
        } else {
            ++m_at;
        }
    }
}

} // namespace meridian::json
