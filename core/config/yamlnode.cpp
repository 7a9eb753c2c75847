// SPDX-License-Identifier: MIT
// Lookup in a mapping, and which type a plain scalar has in YAML 1.1.
#include "core/config/yamlnode.h"

#include <algorithm>
#include <array>

namespace meridian::config {

namespace {

bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

std::string_view withoutSign(std::string_view text) noexcept
{
    return !text.empty() && (text.front() == '-' || text.front() == '+') ? text.substr(1) : text;
}

// 10, -10, 10_000, 0x1F; octal (a leading zero) is an integer too, though nobody means it
bool looksLikeInteger(std::string_view text) noexcept
{
    if (text.starts_with("0x")) {
        return text.size() > 2 && std::all_of(text.begin() + 2, text.end(), [](char c) {
                   return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
                          c == '_';
               });
    }
    const std::string_view digits = withoutSign(text);
    return !digits.empty() && isDigit(digits.front()) &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return isDigit(c) || c == '_'; });
}

// 1.5, .5, 1., 1.5e+3, .inf, .nan; like YAML 1.1, 1e3 without a point is a string
bool looksLikeNumber(std::string_view text) noexcept
{
    const std::string_view body = withoutSign(text);
    for (std::string_view word : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"}) {
        if (body == word) {
            return true;
        }
    }
    const std::size_t point = body.find('.');
    if (point == std::string_view::npos || body.size() == 1) {
        return false;
    }
    const std::size_t exponent = body.find_first_of("eE", point);
    const std::string_view whole = body.substr(0, point);
    const std::string_view fraction = body.substr(
        point + 1, exponent == std::string_view::npos ? exponent : exponent - point - 1);
    const auto isDigits = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(), [](char c) { return isDigit(c) || c == '_'; });
    };
    if (!isDigits(whole) || !isDigits(fraction) || whole.size() + fraction.size() == 0) {
        return false;
    }
    if (exponent == std::string_view::npos) {
        return true;
    }
    const std::string_view power = body.substr(exponent + 1);
    return power.size() > 1 && withoutSign(power).size() == power.size() - 1 &&
           isDigits(withoutSign(power));
}

} // namespace

const YamlNode *YamlNode::find(std::string_view key) const noexcept
{
    for (const YamlEntry &entry : entries) {
        if (entry.key.kind == Kind::Scalar && entry.key.text == key) {
            return &entry.value;
        }
    }
    return nullptr;
}

bool isBooleanWord(std::string_view text) noexcept
{
    static constexpr std::array<std::string_view, 18> Words{
        "yes",  "Yes",  "YES",  "no",    "No",    "NO",    "on",  "On",  "ON",
        "true", "True", "TRUE", "false", "False", "FALSE", "off", "Off", "OFF"};
    return std::find(Words.begin(), Words.end(), text) != Words.end();
}

ScalarType scalarType(const YamlNode &scalar) noexcept
{
    if (!scalar.isPlain) {
        return ScalarType::String;
    }
    if (isBooleanWord(scalar.text)) {
        return ScalarType::Boolean;
    }
    if (looksLikeInteger(scalar.text)) {
        return ScalarType::Integer;
    }
    return looksLikeNumber(scalar.text) ? ScalarType::Number : ScalarType::String;
}

std::string_view describe(const YamlNode &node) noexcept
{
    switch (node.kind) {
    case YamlNode::Kind::Null:
        return "nothing";
    case YamlNode::Kind::Sequence:
        return "a list";
    case YamlNode::Kind::Mapping:
        return "a mapping";
    case YamlNode::Kind::Scalar:
        break;
    }
    switch (scalarType(node)) {
    case ScalarType::Integer:
        return "an integer";
    case ScalarType::Number:
        return "a number";
    case ScalarType::Boolean:
        return "a boolean";
    case ScalarType::String:
        break;
    }
    return "a string";
}

} // namespace meridian::config
