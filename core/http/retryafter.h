// SPDX-License-Identifier: MIT
// How long a server asked its callers to stay away.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace meridian::http {

/// The value of Retry-After (RFC 9110 §10.2.3): seconds, or a date that is compared with `now`.
/// Seconds with a fraction are taken, too, since some servers send them. Nothing when it is
/// neither; a date that has passed gives 0; at most LongestRetryAfter.
inline constexpr std::chrono::seconds LongestRetryAfter{86400};
[[nodiscard]] std::optional<std::chrono::nanoseconds>
parseRetryAfter(std::string_view value,
                std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

} // namespace meridian::http
