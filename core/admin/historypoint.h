// SPDX-License-Identifier: MIT
// One step of the history: what happened in a second, in a minute, or in several of them.
#pragma once

#include "core/observe/traffic.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace meridian::admin {

/// Counts of the step; quantiles in milliseconds, NaN where no request ended.
struct HistoryPoint
{
    static constexpr float Unknown = std::numeric_limits<float>::quiet_NaN();

    std::uint32_t stamp = 0; // number of the step + 1; 0 = nothing is known
    std::uint32_t requests = 0;
    std::uint32_t failures = 0;
    std::uint32_t status2xx = 0;
    std::uint32_t status4xx = 0;
    std::uint32_t status5xx = 0;
    std::uint32_t promptTokens = 0;
    std::uint32_t completionTokens = 0;
    std::uint32_t cachedTokens = 0;
    std::uint32_t inflight = 0; // at the end of the step; of merged steps the most
    float latencyP50 = Unknown;
    float latencyP95 = Unknown;
    float latencyP99 = Unknown;
    float firstByteP50 = Unknown;
    float firstByteP95 = Unknown;

    [[nodiscard]] static HistoryPoint of(const observe::Traffic &step, std::uint64_t inflight);

    [[nodiscard]] bool isKnown() const noexcept { return stamp != 0; }

    /// Adds a neighbour: counts are added, a quantile becomes the mean weighted by requests.
    void merge(const HistoryPoint &other) noexcept;
};

/// The last `capacity` steps, each at its own place: what was never put there is a gap.
class HistoryRing
{
public:
    explicit HistoryRing(std::size_t capacity);

    /// Steps are numbered from 0 on; later ones come later.
    void put(std::uint32_t step, HistoryPoint point);

    /// Unknown when there is none, or not any more.
    [[nodiscard]] HistoryPoint at(std::uint32_t step) const noexcept;

    [[nodiscard]] std::size_t capacity() const noexcept { return m_capacity; }

private:
    std::size_t m_capacity;
    std::vector<HistoryPoint> m_points; // grows to the capacity
};

} // namespace meridian::admin
