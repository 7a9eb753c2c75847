// SPDX-License-Identifier: MIT
#include "core/upstream/latencyquantile.h"

#include <algorithm>
#include <cmath>

namespace meridian::upstream {

namespace {

constexpr double Growth = 1.14; // from one bucket's bound to the next; 1.14^104 ms = 14 minutes

} // namespace

void LatencyQuantile::note(std::chrono::nanoseconds duration) noexcept
{
    const double ms = std::max(std::chrono::duration<double, std::milli>(duration).count(), 1.0);
    const auto bucket = static_cast<std::size_t>(std::log(ms) / std::log(Growth));
    m_counts[std::min(bucket, Buckets - 1)].fetch_add(1, std::memory_order_relaxed);
    if (m_sinceHalved.fetch_add(1, std::memory_order_relaxed) + 1 == HalveEvery) {
        for (auto &count : m_counts) { // a sample lost to a race is one sample
            count.store(count.load(std::memory_order_relaxed) / 2, std::memory_order_relaxed);
        }
        m_sinceHalved.store(0, std::memory_order_relaxed);
    }
}

std::optional<std::chrono::nanoseconds> LatencyQuantile::quantile(double q) const noexcept
{
    std::array<std::uint32_t, Buckets> counts;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < Buckets; ++i) {
        counts[i] = m_counts[i].load(std::memory_order_relaxed);
        total += counts[i];
    }
    if (total < MinSamples) {
        return std::nullopt;
    }
    const double wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(total));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    std::uint64_t seen = 0;
    std::size_t bucket = 0;
    while (bucket + 1 < Buckets && (seen += counts[bucket]) < rank) {
        ++bucket;
    }
    const std::chrono::duration<double, std::milli> upper(
        std::pow(Growth, static_cast<double>(bucket + 1)));
    return std::chrono::duration_cast<std::chrono::nanoseconds>(upper);
}

} // namespace meridian::upstream
