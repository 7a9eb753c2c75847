// SPDX-License-Identifier: MIT
// The usual answers of the control plane, and how its questions' parameters are read.
#pragma once

#include "service/adminjson.h"
#include "service/adminresponse.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::service {

[[nodiscard]] inline AdminResponse jsonAnswer(std::string body, int status = 200)
{
    return {status, "application/json", std::move(body), {}};
}

[[nodiscard]] inline AdminResponse
errorAnswer(int status, std::string_view message, std::string_view code)
{
    return jsonAnswer(errorJson(message, "invalid_request_error", code), status);
}

/// The value of `name` in a query string; first one wins.
[[nodiscard]] inline std::optional<std::string_view> parameter(std::string_view query,
                                                               std::string_view name)
{
    for (std::size_t start = 0; start < query.size();) {
        const std::size_t end = std::min(query.find('&', start), query.size());
        const std::string_view pair = query.substr(start, end - start);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) == name) {
            return pair.substr(std::min(equals + 1, pair.size()));
        }
        start = end + 1;
    }
    return std::nullopt;
}

/// The number in it; `fallback` when it is not there, nothing when it is no number.
[[nodiscard]] inline std::optional<std::uint64_t>
numberParameter(std::string_view query, std::string_view name, std::uint64_t fallback)
{
    const auto given = parameter(query, name);
    if (!given) {
        return fallback;
    }
    std::uint64_t number = 0;
    const char *end = given->data() + given->size();
    const auto parsed = std::from_chars(given->data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

} // namespace meridian::service
