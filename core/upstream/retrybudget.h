// SPDX-License-Identifier: MIT
// Bounds extra attempts to a share of the traffic, so that retries never become the outage.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace meridian::upstream {

/// Counts over the last ten seconds. One per worker and purpose (retries, hedges): each worker may
/// spend its share of its own traffic. Thread: its worker's.
class RetryBudget
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `minPerSecond` are allowed however little traffic there is.
    void configure(double percent, double minPerSecond) noexcept
    {
        m_share = percent / 100.0;
        m_minPerSecond = minPerSecond;
    }

    void noteRequest(Time now) noexcept { ++bucket(now).requests; }

    /// One more extra attempt is within the budget.
    [[nodiscard]] bool hasRoom(Time now) const noexcept;

    void spend(Time now) noexcept { ++bucket(now).spent; }

private:
    static constexpr std::size_t Seconds = 10;

    struct Bucket
    {
        std::int64_t second = -1;
        std::uint32_t requests = 0;
        std::uint32_t spent = 0;
    };

    Bucket &bucket(Time now) noexcept;

    double m_share = 0.2;
    double m_minPerSecond = 10;
    std::array<Bucket, Seconds> m_buckets{};
};

} // namespace meridian::upstream
