// SPDX-License-Identifier: MIT
// The workers' cells of one moment added up, in all and by backend: what a history is made from.
#pragma once

#include "core/observe/bounds.h"
#include "core/observe/cell.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace meridian::observe {

class WorkerMetrics;

/// Counts since the start of the process.
struct Traffic
{
    template <const auto &Bounds>
    using Counts = std::array<std::uint64_t, Histogram<Bounds>::BucketCount>;

    std::uint64_t requests = 0;
    std::uint64_t failures = 0; // the status is 500 or above, as in Totals
    std::uint64_t status2xx = 0;
    std::uint64_t status4xx = 0;
    std::uint64_t status5xx = 0;
    std::uint64_t promptTokens = 0;
    std::uint64_t completionTokens = 0;
    std::uint64_t cachedTokens = 0;
    Counts<bounds::Exchange> latency{};
    Counts<bounds::Head> firstByte{};
};

/// Traffic by backend, in the order of `names`, and of all requests, those that reached no backend
/// included.
struct TrafficSample
{
    Traffic total;
    std::vector<Traffic> backends;
};

/// Main thread; reads cells that workers write meanwhile.
[[nodiscard]] TrafficSample sampleTraffic(std::span<const WorkerMetrics *const> workers,
                                          std::span<const std::string_view> names);

/// What happened between two samples; counts that only grow.
[[nodiscard]] Traffic operator-(const Traffic &later, const Traffic &earlier) noexcept;

/// In milliseconds, interpolated within its bucket; NaN when nothing was counted. `q` from 0 to 1.
[[nodiscard]] double latencyQuantile(const Traffic &traffic, double q) noexcept;
[[nodiscard]] double firstByteQuantile(const Traffic &traffic, double q) noexcept;

} // namespace meridian::observe
