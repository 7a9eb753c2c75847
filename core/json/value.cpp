// SPDX-License-Identifier: MIT
#include "core/json/value.h"

#include "core/json/number.h"
#include "core/json/unescape.h"

#include <charconv>
#include <cmath>

namespace meridian::json {

Value::Kind Value::kind() const noexcept
{
    if (m_raw.empty()) {
        return Kind::Missing;
    }
    switch (m_raw[0]) {
    case 'n':
        return Kind::Null;
    case 't':
    case 'f':
        return Kind::Boolean;
    case '"':
        return Kind::String;
    case '[':
        return Kind::Array;
    case '{':
        return Kind::Object;
    default:
        return Kind::Number;
    }
}

std::string Value::text() const
{
    std::string out;
    appendText(out);
    return out;
}

void Value::appendText(std::string &out) const
{
    if (isString() && m_raw.size() >= 2) {
        static_cast<void>(appendUnescaped(out, m_raw.substr(1, m_raw.size() - 2)));
    }
}

bool Value::is(std::string_view ascii) const noexcept
{
    if (!isString() || m_raw.size() < 2) {
        return false;
    }
    const std::string_view inside = m_raw.substr(1, m_raw.size() - 2);
    if (inside == ascii) {
        return true;
    }
    if (inside.find('\\') == std::string_view::npos) {
        return false;
    }
    std::string meant;
    return appendUnescaped(meant, inside) && meant == ascii;
}

std::optional<double> Value::number() const noexcept
{
    double value = 0;
    if (kind() != Kind::Number || !json::isNumber(m_raw)) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(m_raw.data(), m_raw.data() + m_raw.size(), value);
    if (error != std::errc() || end != m_raw.data() + m_raw.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::int64_t> Value::integer() const noexcept
{
    std::int64_t whole = 0;
    const char *end = m_raw.data() + m_raw.size();
    if (kind() != Kind::Number) {
        return std::nullopt;
    }
    const auto [stop, error] = std::from_chars(m_raw.data(), end, whole);
    if (error == std::errc() && stop == end) {
        return whole;
    }
    constexpr double Exact = 9007199254740992.0; // 2^53: beyond it a double skips integers
    const auto value = number();
    if (!value || std::trunc(*value) != *value || std::fabs(*value) > Exact) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*value);
}

Value Value::operator[](std::string_view asciiName) const noexcept
{
    Value found;
    members([&](Value name, Value value) {
        if (name.is(asciiName)) {
            found = value;
        }
    });
    return found;
}

std::size_t Value::count() const noexcept
{
    std::size_t count = 0;
    elements([&](Value) { ++count; });
    return count;
}

Value Value::next(ValueCursor &cursor) noexcept
{
    static_cast<void>(cursor.peek()); // steps over white space
    const char *begin = cursor.position();
    cursor.skip();
    std::string_view raw(begin, static_cast<std::size_t>(cursor.position() - begin));
    while (!raw.empty() &&
           (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\r' || raw.back() == '\t')) {
        raw.remove_suffix(1);
    }
    return Value(raw);
}

} // namespace meridian::json
