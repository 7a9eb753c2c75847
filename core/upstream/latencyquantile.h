// SPDX-License-Identifier: MIT
// Quantiles of recent durations, shared by all workers without a lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace meridian::upstream {

/// A logarithmic histogram (relative error about 7 %: the sketch of Masson, Rim and Lee, DDSketch,
/// VLDB 2019, with fixed bounds from 1 ms to 15 minutes) whose counts are halved now and then, so
/// that it follows a backend that becomes slower or faster.
class LatencyQuantile
{
public:
    static constexpr std::uint32_t MinSamples = 20; // below, a tail is a guess
    static constexpr std::uint32_t HalveEvery = 512;

    void note(std::chrono::nanoseconds duration) noexcept;

    /// The duration below which `q` (0..1) of the samples lie; nothing with too few samples.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> quantile(double q) const noexcept;

private:
    static constexpr std::size_t Buckets = 104;

    std::array<std::atomic<std::uint32_t>, Buckets> m_counts{};
    std::atomic<std::uint32_t> m_sinceHalved{0};
};

} // namespace meridian::upstream
