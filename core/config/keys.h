// SPDX-License-Identifier: MIT
// The usual kinds of key, bound to a field: type, default text and reader from one line.
#pragma once

#include "core/config/scalars.h"
#include "core/config/section.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace meridian::config {

/// Defaults as YAML shows them.
[[nodiscard]] std::string defaultOf(const std::string &text);
[[nodiscard]] std::string defaultOf(bool value);
[[nodiscard]] std::string defaultOf(double number);
[[nodiscard]] std::string defaultOf(model::Duration duration);

template <typename S>
Key<S> booleanKey(std::string name, bool S::*field)
{
    return {std::move(name), "boolean", defaultOf(S{}.*field),
            [field](const Cursor &value, S &into) {
                if (const auto read = readBoolean(value)) {
                    into.*field = *read;
                }
            }};
}

template <typename S, typename I>
Key<S> integerKey(std::string name, I S::*field, std::int64_t min, std::int64_t max)
{
    return {std::move(name), "integer", std::to_string(S{}.*field),
            [field, min, max](const Cursor &value, S &into) {
                if (const auto read = readInteger(value, min, max)) {
                    into.*field = static_cast<I>(*read);
                }
            }};
}

template <typename S>
Key<S> secondsKey(std::string name, model::Duration S::*field)
{
    return {std::move(name), "seconds", defaultOf(S{}.*field),
            [field](const Cursor &value, S &into) {
                if (const auto read = readSeconds(value)) {
                    into.*field = *read;
                }
            }};
}

/// A span that may be left open: null spells the default out.
template <typename S>
Key<S> optionalSecondsKey(std::string name, std::optional<model::Duration> S::*field)
{
    return {std::move(name), "seconds", "none", [field](const Cursor &value, S &into) {
                if (!value.isNull()) {
                    if (const auto read = readSeconds(value)) {
                        into.*field = *read;
                    }
                }
            }};
}

template <typename S>
Key<S> numberKey(std::string name, double S::*field, double min, double max)
{
    return {std::move(name), "number", defaultOf(S{}.*field),
            [field, min, max](const Cursor &value, S &into) {
                if (const auto read = readNumber(value, min, max)) {
                    into.*field = *read;
                }
            }};
}

template <typename S>
Key<S>
nameKey(std::string name, std::string S::*field, std::size_t maxBytes, bool mayBeEmpty = false)
{
    return {std::move(name), "string", defaultOf(S{}.*field),
            [field, maxBytes, mayBeEmpty](const Cursor &value, S &into) {
                if (auto read = readName(value, maxBytes, mayBeEmpty)) {
                    into.*field = std::move(*read);
                }
            }};
}

/// Any other key: its reader does everything.
template <typename S>
Key<S> customKey(std::string name,
                 std::string type,
                 std::string defaultText,
                 std::function<void(const Cursor &, S &)> read)
{
    return {std::move(name), std::move(type), std::move(defaultText), std::move(read)};
}

template <typename S>
Key<S> required(Key<S> key)
{
    key.isRequired = true;
    key.defaultText = "required";
    return key;
}

/// A key whose value is a mapping described by its own section.
template <typename S, typename T>
Key<S> nested(Key<S> key, const Section<T> &section)
{
    key.children = section.describeKeys(".");
    return key;
}

/// A mapping that is read into a member.
template <typename S, typename T>
Key<S> mappingKey(std::string name, T S::*field, const Section<T> &section)
{
    return nested(customKey<S>(std::move(name), "mapping", "none",
                               [field, &section](const Cursor &value, S &into) {
                                   section.read(value, into.*field);
                               }),
                  section);
}

} // namespace meridian::config
