// SPDX-License-Identifier: MIT
// The coercions, one function a type. Ranges are checked here so that they are worded alike.
#include "core/config/scalars.h"

#include "core/json/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace meridian::config {

namespace {

constexpr double MaxSeconds = 1e9;  // 31 years; fits nanoseconds in 64 bits
constexpr double MinSeconds = 1e-3; // the timers' grain

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char &c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return out;
}

std::string_view trimmed(std::string_view text) noexcept
{
    const std::size_t first = text.find_first_not_of(" \t");
    const std::size_t last = text.find_last_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, last - first + 1);
}

// The digits of a number as from_chars wants them: no underscores, no plus sign; empty when the
// text is something else or endless.
std::string plainDigits(const YamlNode &node)
{
    constexpr std::size_t MaxDigits = 64;
    std::string_view text = trimmed(node.text);
    if (text.size() > MaxDigits) {
        return {};
    }
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-') {
        text.remove_prefix(1);
    }
    std::string digits(text);
    std::erase(digits, '_');
    return digits;
}

// NaN when the text is not a number.
double toNumber(const YamlNode &node)
{
    const std::string digits = plainDigits(node);
    const bool isWord =
        digits.empty() || digits.find_first_not_of("0123456789+-.eE") != std::string::npos;
    double number = NAN;
    const char *end = digits.data() + digits.size();
    if (isWord || std::from_chars(digits.data(), end, number).ptr != end) {
        return NAN;
    }
    return number;
}

bool hasLeadingZero(const YamlNode &node)
{
    const std::string digits = plainDigits(node);
    const std::size_t first = digits.starts_with('-') ? 1 : 0;
    return digits.size() > first + 1 && digits[first] == '0' &&
           digits.find_first_not_of("0123456789", first) == std::string::npos;
}

// Decimal, 0x, or a whole number in float form (8080.0); saturated where 64 bits do not suffice.
std::optional<std::int64_t> toInteger(const YamlNode &node)
{
    constexpr auto Least = std::numeric_limits<std::int64_t>::min();
    constexpr auto Most = std::numeric_limits<std::int64_t>::max();
    const std::string digits = plainDigits(node);
    const bool isHex = digits.starts_with("0x") && digits.size() > 2 && digits[2] != '-';
    const char *begin = digits.data() + (isHex ? 2 : 0);
    const char *end = digits.data() + digits.size();
    std::int64_t integer = 0;
    const auto [stop, failure] = std::from_chars(begin, end, integer, isHex ? 16 : 10);
    if (begin != end && stop == end) {
        const bool isTooBig = failure == std::errc::result_out_of_range;
        return !isTooBig ? integer : digits.starts_with('-') ? Least : Most;
    }
    const double number = isHex ? NAN : toNumber(node);
    if (std::isnan(number) || number != std::floor(number)) {
        return std::nullopt;
    }
    constexpr double Limit = 9223372036854775808.0; // 2^63
    if (number < -Limit || number >= Limit) {
        return number < 0 ? Least : Most;
    }
    return static_cast<std::int64_t>(number);
}

bool isFiniteWord(const YamlNode &node)
{
    const std::string word = lowered(trimmed(node.text));
    return word.find("inf") == std::string::npos && word.find("nan") == std::string::npos;
}

bool mayBeNumber(const YamlNode &node)
{
    return node.kind == YamlNode::Kind::Scalar && scalarType(node) != ScalarType::Boolean;
}

std::string formatNumber(double number)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                   std::chars_format::fixed)
                         .ptr;
    return {buffer.data(), end};
}

} // namespace

std::optional<std::string> readString(const Cursor &value)
{
    const YamlNode &node = value.node();
    if (node.kind != YamlNode::Kind::Scalar) {
        value.expected("a string");
        return std::nullopt;
    }
    if (scalarType(node) != ScalarType::String) {
        value.error("expected a string, found " + std::string(describe(node)) +
                    "; put it in quotes");
        return std::nullopt;
    }
    return node.text;
}

std::optional<bool> booleanOf(const YamlNode &node)
{
    if (node.kind != YamlNode::Kind::Scalar) {
        return std::nullopt;
    }
    const std::string word = lowered(trimmed(node.text));
    for (std::string_view yes : {"true", "yes", "on", "t", "y", "1"}) {
        if (word == yes) {
            return true;
        }
    }
    for (std::string_view no : {"false", "no", "off", "f", "n", "0"}) {
        if (word == no) {
            return false;
        }
    }
    return std::nullopt;
}

std::optional<bool> readBoolean(const Cursor &value)
{
    const auto boolean = booleanOf(value.node());
    if (!boolean) {
        value.expected("a boolean (true or false)");
    }
    return boolean;
}

std::optional<std::int64_t> readInteger(const Cursor &value, std::int64_t min, std::int64_t max)
{
    const YamlNode &node = value.node();
    if (mayBeNumber(node) && hasLeadingZero(node)) {
        value.error("an integer with a leading zero is octal to YAML 1.1 and decimal to others; "
                    "write it without");
        return std::nullopt;
    }
    const auto integer = mayBeNumber(node) ? toInteger(node) : std::nullopt;
    if (!integer) {
        value.expected("an integer");
        return std::nullopt;
    }
    if (*integer < min || *integer > max) {
        value.error("must be between " + std::to_string(min) + " and " + std::to_string(max));
        return std::nullopt;
    }
    return integer;
}

std::optional<double> readNumber(const Cursor &value, double min)
{
    const YamlNode &node = value.node();
    if (mayBeNumber(node) && !isFiniteWord(node)) {
        value.error("must be a finite number");
        return std::nullopt;
    }
    const double number = mayBeNumber(node) ? toNumber(node) : NAN;
    if (std::isnan(number)) {
        value.expected("a number");
        return std::nullopt;
    }
    if (number < min) {
        value.error("must be at least " + formatNumber(min));
        return std::nullopt;
    }
    return number;
}

std::optional<double> readNumber(const Cursor &value, double min, double max)
{
    const auto number = readNumber(value, std::numeric_limits<double>::lowest());
    if (number && (*number < min || *number > max)) {
        value.error("must be between " + formatNumber(min) + " and " + formatNumber(max));
        return std::nullopt;
    }
    return number;
}

std::optional<double> readPositive(const Cursor &value, double max)
{
    const auto number = readNumber(value, std::numeric_limits<double>::lowest());
    if (number && (*number <= 0 || *number > max)) {
        value.error("must be greater than 0 and at most " + formatNumber(max));
        return std::nullopt;
    }
    return number;
}

std::optional<model::Duration> readSeconds(const Cursor &value)
{
    const auto number = readNumber(value, std::numeric_limits<double>::lowest());
    if (!number) {
        return std::nullopt;
    }
    if (*number <= 0) {
        value.error("must be greater than 0 seconds");
        return std::nullopt;
    }
    if (*number < MinSeconds || *number > MaxSeconds) {
        value.error("must be between 0.001 and 1000000000 seconds");
        return std::nullopt;
    }
    return std::chrono::round<model::Duration>(std::chrono::duration<double>(*number));
}

std::optional<std::vector<std::string>> readStrings(const Cursor &value)
{
    if (!value.requireSequence("a list of strings")) {
        return std::nullopt;
    }
    std::vector<std::string> strings;
    bool isComplete = true;
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        if (auto text = readString(value.item(i))) {
            strings.push_back(std::move(*text));
        } else {
            isComplete = false;
        }
    }
    return isComplete ? std::optional(std::move(strings)) : std::nullopt;
}

std::optional<std::string> readName(const Cursor &value, std::size_t maxBytes, bool mayBeEmpty)
{
    auto text = readString(value);
    if (!text) {
        return std::nullopt;
    }
    if (text->empty() && !mayBeEmpty) {
        value.error("must not be empty");
        return std::nullopt;
    }
    if (text->size() > maxBytes) {
        value.error("must not be longer than " + std::to_string(maxBytes) + " bytes");
        return std::nullopt;
    }
    if (hasControlCharacter(*text)) {
        value.error("must not hold control characters");
        return std::nullopt;
    }
    return text;
}

bool hasControlCharacter(std::string_view text) noexcept
{
    while (!text.empty()) {
        const json::CodePoint point = json::decodeUtf8(text);
        if (!point.isValid || point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0)) {
            return true;
        }
        text.remove_prefix(point.size);
    }
    return false;
}

} // namespace meridian::config
