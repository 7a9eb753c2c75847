// SPDX-License-Identifier: MIT
#include "service/simulate/strict/rules.h"

#include <algorithm>

namespace meridian::simulate {

namespace {

bool isLetterOrDigit(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

void Rules::refuse(const std::string &path, std::string_view what)
{
    if (!m_refusal) {
        m_refusal =
            Refusal{path.empty() ? std::string(what) : path + ": " + std::string(what), path};
    }
}

void Rules::only(json::Value object, const std::string &path, Words names)
{
    object.members([&](json::Value name, json::Value) {
        const bool isMock = path.empty() && name.raw().starts_with("\"mock_");
        if (!hasRefused() && !isMock && !isOneOf(name, names)) {
            refuse(within(path, name.text().substr(0, 128)), m_unknown);
        }
    });
}

void Rules::text(json::Value object, const std::string &path, std::string_view name)
{
    if (const json::Value value = object[name]; !value.isMissing() && !value.isString()) {
        refuse(within(path, name), "Input should be a valid string");
    }
}

void Rules::boolean(json::Value object, const std::string &path, std::string_view name)
{
    if (const json::Value value = object[name];
        !value.isMissing() && !value.isTrue() && !value.isFalse()) {
        refuse(within(path, name), "Input should be a valid boolean");
    }
}

void Rules::number(
    json::Value object, const std::string &path, std::string_view name, double least, double most)
{
    const json::Value value = object[name];
    if (value.isMissing()) {
        return;
    }
    const auto number = value.number();
    if (!number || *number < least || *number > most) {
        refuse(within(path, name), "must be a number between " + std::to_string(least) + " and " +
                                       std::to_string(most));
    }
}

void Rules::integer(json::Value object,
                    const std::string &path,
                    std::string_view name,
                    std::int64_t least,
                    std::int64_t most)
{
    const json::Value value = object[name];
    if (value.isMissing()) {
        return;
    }
    const auto number = value.integer();
    if (!number || *number < least || *number > most) {
        refuse(within(path, name), "must be an integer from " + std::to_string(least));
    }
}

void Rules::word(json::Value object, const std::string &path, std::string_view name, Words words)
{
    if (const json::Value value = object[name]; !value.isMissing() && !isOneOf(value, words)) {
        std::string what = "must be one of";
        for (const std::string_view each : words) {
            what.append(" ").append(each);
        }
        refuse(within(path, name), what);
    }
}

void Rules::texts(json::Value object,
                  const std::string &path,
                  std::string_view name,
                  std::size_t most)
{
    const json::Value value = object[name];
    if (value.isMissing()) {
        return;
    }
    if (!value.isArray() || value.count() > most) {
        refuse(within(path, name),
               "must be a list of at most " + std::to_string(most) + " strings");
    }
    each(value, within(path, name), [this](json::Value each, const std::string &place) {
        if (!each.isString()) {
            refuse(place, "Input should be a valid string");
        }
    });
}

bool Rules::needsText(json::Value object, const std::string &path, std::string_view name)
{
    const json::Value value = object[name];
    if (!value.isString() || value.raw() == "\"\"") {
        refuse(within(path, name),
               value.isMissing() ? "Field required" : "must be a string with text");
        return false;
    }
    return true;
}

bool Rules::needsObject(json::Value object, const std::string &path, std::string_view name)
{
    const json::Value value = object[name];
    if (!value.isObject()) {
        refuse(within(path, name), value.isMissing() ? "Field required" : "must be an object");
    }
    return value.isObject();
}

bool Rules::needsArray(json::Value object, const std::string &path, std::string_view name)
{
    const json::Value value = object[name];
    if (!value.isArray() || value.count() == 0) {
        refuse(within(path, name),
               value.isMissing() ? "Field required" : "must be a list that is not empty");
        return false;
    }
    return true;
}

bool isOneOf(json::Value text, Words words) noexcept
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.is(word); });
}

std::string within(const std::string &path, std::string_view name)
{
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

bool isName(std::string_view text, std::string_view more, std::size_t longest) noexcept
{
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [more](char c) {
               return isLetterOrDigit(c) || more.find(c) != std::string_view::npos;
           });
}

bool isBlank(std::string_view text) noexcept
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool isBase64(std::string_view text) noexcept
{
    std::size_t end = text.size();
    for (int i = 0; i < 2 && end > 0 && text[end - 1] == '='; ++i) {
        --end;
    }
    return !text.empty() && text.size() % 4 == 0 &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
                       [](char c) { return isLetterOrDigit(c) || c == '+' || c == '/'; });
}

} // namespace meridian::simulate
