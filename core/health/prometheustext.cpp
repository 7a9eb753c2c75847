// SPDX-License-Identifier: MIT
#include "core/health/prometheustext.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace meridian::health {

namespace {

constexpr bool isLetter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

constexpr bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

void skipBlanks(std::string_view &text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
}

/// A metric's or label's name off the front; empty when there is none.
std::string_view takeName(std::string_view &text)
{
    std::size_t size = 0;
    while (size < text.size() && (isLetter(text[size]) || (size > 0 && isDigit(text[size])))) {
        ++size;
    }
    const std::string_view name = text.substr(0, size);
    text.remove_prefix(size);
    return name;
}

/// `name="value"` and a comma after it off the front; `value` keeps its escapes. False when that is
/// not what is there.
bool takeLabel(std::string_view &text, std::string_view &name, std::string_view &value)
{
    name = takeName(text);
    skipBlanks(text);
    if (name.empty() || text.empty() || text.front() != '=') {
        return false;
    }
    text.remove_prefix(1);
    skipBlanks(text);
    if (text.empty() || text.front() != '"') {
        return false;
    }
    std::size_t end = 1;
    while (end < text.size() && text[end] != '"') {
        end += text[end] == '\\' ? 2 : 1;
    }
    if (end >= text.size()) {
        return false;
    }
    value = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    skipBlanks(text);
    if (!text.empty() && text.front() == ',') {
        text.remove_prefix(1);
        skipBlanks(text);
        return true;
    }
    return text.empty() || text.front() == '}';
}

/// The text between the braces off the front, the braces with it. False when it is malformed.
bool takeLabels(std::string_view &text, std::string_view &labels)
{
    text.remove_prefix(1); // the brace that brought us here
    skipBlanks(text);
    const char *begin = text.data();
    while (!text.empty() && text.front() != '}') {
        std::string_view name;
        std::string_view value;
        if (!takeLabel(text, name, value)) {
            return false;
        }
    }
    if (text.empty()) {
        return false;
    }
    labels = std::string_view(begin, static_cast<std::size_t>(text.data() - begin));
    text.remove_prefix(1);
    return true;
}

/// The whole of `token` as a number, in any locale; +Inf, -Inf and NaN are numbers here.
bool parseNumber(std::string_view token, double &value)
{
    if (token.size() > 1 && token.front() == '+' && token[1] != '-') {
        token.remove_prefix(1); // from_chars knows no plus
    }
    const char *end = token.data() + token.size();
    const auto [stop, error] = std::from_chars(token.data(), end, value);
    if (error == std::errc::result_out_of_range) {
        value = std::numeric_limits<double>::infinity(); // or next to 0; a lie, either way
    }
    return stop == end && error != std::errc::invalid_argument;
}

std::string_view takeToken(std::string_view &text)
{
    skipBlanks(text);
    const std::string_view token = text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
    text.remove_prefix(token.size());
    return token;
}

bool parseSample(std::string_view line, PrometheusSample &sample)
{
    sample.name = takeName(line);
    if (sample.name.empty()) {
        return false;
    }
    const std::size_t before = line.size();
    skipBlanks(line);
    if (!line.empty() && line.front() == '{') {
        if (!takeLabels(line, sample.labels)) {
            return false;
        }
    } else if (line.size() == before) {
        return false; // the name ends in something that no name may hold
    }
    if (!parseNumber(takeToken(line), sample.value)) {
        return false;
    }
    skipBlanks(line);
    if (line.empty() || line.front() == '#') {
        return true; // an exemplar is one request's, not the engine's
    }
    double timestamp = 0;
    if (!parseNumber(takeToken(line), timestamp)) {
        return false;
    }
    skipBlanks(line);
    return line.empty() || line.front() == '#';
}

std::string withoutEscapes(std::string_view raw)
{
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '\\' && i + 1 < raw.size()) {
            ++i;
            text += raw[i] == 'n' ? '\n' : raw[i];
        } else {
            text += raw[i];
        }
    }
    return text;
}

} // namespace

std::optional<std::string> PrometheusSample::label(std::string_view wanted) const
{
    std::string_view rest = labels;
    std::string_view labelName;
    std::string_view raw;
    while (!rest.empty() && takeLabel(rest, labelName, raw)) {
        if (labelName == wanted) {
            return withoutEscapes(raw);
        }
    }
    return std::nullopt;
}

PrometheusText::Status PrometheusText::feed(std::string_view bytes)
{
    if (m_status == Status::Ok && bytes.size() > m_limits.bytes - m_bytes) {
        m_status = Status::TooManyBytes;
    }
    m_bytes += m_status == Status::Ok ? bytes.size() : 0;
    while (m_status == Status::Ok && !bytes.empty()) {
        const std::size_t size = std::min(bytes.find('\n'), bytes.size());
        if (m_partial.size() + size > m_limits.line) {
            m_status = Status::LineTooLong;
        } else if (size == bytes.size()) {
            m_partial.append(bytes);
            break;
        } else if (m_partial.empty()) {
            takeLine(bytes.substr(0, size));
        } else {
            m_partial.append(bytes.substr(0, size));
            takeLine(m_partial);
            m_partial.clear();
        }
        bytes.remove_prefix(size + 1 <= bytes.size() ? size + 1 : size);
    }
    return m_status;
}

void PrometheusText::takeLine(std::string_view line)
{
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    skipBlanks(line);
    if (line.empty() || m_hasEnded) {
        return;
    }
    if (line.front() == '#') {
        m_hasEnded = line == "# EOF";
        return;
    }
    PrometheusSample sample;
    if (!parseSample(line, sample)) {
        ++m_malformed;
    } else if (m_samples == m_limits.samples) {
        m_status = Status::TooManySamples;
    } else {
        ++m_samples;
        m_onSample(sample);
    }
}

} // namespace meridian::health
