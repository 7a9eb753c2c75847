// SPDX-License-Identifier: MIT
// Times as Ollama, Anthropic and Google write them: RFC 3339.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::provider {

/// `2026-01-31T12:00:00Z` of seconds since 1970; what no calendar of four-digit years holds is
/// 1970's beginning.
[[nodiscard]] std::string timestamp(std::int64_t seconds);

/// Seconds since 1970, fractions cut off; 0 when `text` is no such time.
[[nodiscard]] std::int64_t secondsOf(std::string_view text) noexcept;

} // namespace meridian::provider
