// SPDX-License-Identifier: MIT
// When a credential is renewed, and how long everything about it may take.
#pragma once

#include "core/export/retrypolicy.h"

#include <algorithm>
#include <chrono>

namespace meridian::credentials {

/// Values with the defaults of a gateway; tests have less time.
struct RefreshPolicy
{
    /// Between attempts that failed. A server's Retry-After goes first, within bounds.
    exporter::RetryPolicy retry{.retries = 0,
                                .firstDelay = std::chrono::seconds(1),
                                .longestDelay = std::chrono::seconds(60),
                                .longestRetryAfter = std::chrono::seconds(60)};
    std::chrono::nanoseconds attempt{std::chrono::seconds(20)}; // one, all its calls together
    std::chrono::nanoseconds wait{std::chrono::seconds(25)};    // whoever waits, whatever happens
    std::chrono::nanoseconds watch{std::chrono::seconds(5)};    // between looks at watched files
    /// One that was refused so soon after it was got because the one before had been refused too
    /// stays: the provider refuses them all, and renewing for each request would only add to it.
    std::chrono::nanoseconds refusedAgain{std::chrono::seconds(10)};

    /// How long after it was got a credential with this life is renewed: at 80 %, or five minutes
    /// before its end when that is earlier, but never in the first half.
    [[nodiscard]] static constexpr std::chrono::nanoseconds
    renewAfter(std::chrono::nanoseconds life) noexcept
    {
        constexpr std::chrono::nanoseconds Least = std::chrono::seconds(1);
        constexpr std::chrono::nanoseconds Spare = std::chrono::minutes(5);
        const auto early = std::min(life / 5 * 4, life - Spare);
        return std::max({early, life / 2, Least});
    }
};

} // namespace meridian::credentials
