// SPDX-License-Identifier: MIT
// When a batch that a collector did not take is offered again (OTLP/HTTP, "Failures").
#pragma once

#include <chrono>
#include <optional>

namespace meridian::exporter {

/// Values with the defaults of a gateway; tests have less time.
struct RetryPolicy
{
    int retries = 5; // after the first try
    std::chrono::nanoseconds firstDelay{std::chrono::seconds(1)};
    std::chrono::nanoseconds longestDelay{std::chrono::seconds(30)};
    /// A collector may ask for more; whoever waits longer only loses more.
    std::chrono::nanoseconds longestRetryAfter{std::chrono::minutes(5)};

    /// How long to wait before retry number `retry` (from 1): doubled each time, give or take a
    /// fifth, so that many gateways do not come back together. What the collector asked for goes
    /// first.
    [[nodiscard]] std::chrono::nanoseconds
    delay(int retry, std::optional<std::chrono::nanoseconds> retryAfter) const;
};

/// 429, 502, 503, 504: the others would answer the same again.
[[nodiscard]] bool isRetryable(int status) noexcept;

} // namespace meridian::exporter
