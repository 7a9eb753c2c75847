// SPDX-License-Identifier: MIT
// Members of the control plane's JSON that may be unknown: null then.
#pragma once

#include "core/json/jsonwriter.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::service {

[[nodiscard]] inline double milliseconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

inline void
strings(json::JsonWriter &out, std::string_view key, const std::vector<std::string> &values)
{
    out.key(key).beginArray();
    for (const std::string &value : values) {
        out.string(value);
    }
    out.endArray();
}

/// Empty is unknown.
inline void stringOrNull(json::JsonWriter &out, std::string_view key, std::string_view value)
{
    if (value.empty()) {
        out.null(key);
    } else {
        out.string(key, value);
    }
}

inline void
decimalOrNull(json::JsonWriter &out, std::string_view key, const std::optional<double> &value)
{
    if (value) {
        out.decimal(key, *value);
    } else {
        out.null(key);
    }
}

inline void
integerOrNull(json::JsonWriter &out, std::string_view key, const std::optional<std::int64_t> &value)
{
    if (value) {
        out.integer(key, *value);
    } else {
        out.null(key);
    }
}

inline void integer(json::JsonWriter &out, std::string_view key, std::uint64_t value)
{
    out.integer(key, static_cast<std::int64_t>(value));
}

} // namespace meridian::service
