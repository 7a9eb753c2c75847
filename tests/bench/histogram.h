// SPDX-License-Identifier: MIT
// A fixed-size latency histogram: below 1 % error, 58 KiB however many samples.
#pragma once

#include <array>
#include <cstdint>

namespace meridian::bench {

/// Log-linear buckets over nanoseconds. Single thread.
class Histogram
{
public:
    void add(std::uint64_t nanoseconds);

    [[nodiscard]] std::uint64_t count() const { return m_count; }

    [[nodiscard]] std::uint64_t max() const { return m_max; }

    /// Samples at or above 35 ms: where delayed ACK meets Nagle a 40 ms step appears.
    [[nodiscard]] std::uint64_t steps() const { return m_steps; }

    /// Nanoseconds below which `share` (0..1) of the samples lie; 0 without samples.
    [[nodiscard]] std::uint64_t quantile(double share) const;

private:
    static constexpr unsigned SubBits = 7; // 128 steps per power of two
    static constexpr std::size_t Buckets = (64 - SubBits + 1) << SubBits;

    std::array<std::uint64_t, Buckets> m_buckets{};
    std::uint64_t m_count = 0;
    std::uint64_t m_max = 0;
    std::uint64_t m_steps = 0;
};

} // namespace meridian::bench
