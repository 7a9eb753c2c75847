// SPDX-License-Identifier: MIT
// Numbers one thread writes and any other may read: relaxed atomics without a lock prefix.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace meridian::observe {

/// A count owned by one writing thread: a plain load and store, no read-modify-write. A reader sees
/// a recent value, never a torn one; two cells read together may differ by what happened in
/// between.
class Cell
{
public:
    void add(std::uint64_t amount = 1) noexcept
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }

    void subtract(std::uint64_t amount = 1) noexcept
    {
        m_value.store(m_value.load(std::memory_order_relaxed) - amount, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t value() const noexcept
    {
        return m_value.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> m_value{0};
};

/// A histogram over fixed upper bounds (inclusive, ascending, whole microseconds). Cells as above.
template <const auto &Bounds>
class Histogram
{
public:
    static constexpr std::size_t BucketCount = Bounds.size() + 1; // the last one is +Inf

    void observe(std::uint64_t micros) noexcept
    {
        std::uint32_t bucket = 0;
        if (micros > Bounds.front()) { // most stages take no time worth a search
            // counting beats searching: no branch depends on the value, four bounds a step
            const auto value =
                static_cast<std::uint32_t>(std::min<std::uint64_t>(micros, UINT32_MAX));
            for (const std::uint32_t bound : Bounds) {
                bucket += value > bound ? 1U : 0U;
            }
        }
        m_buckets[bucket].add();
        m_sum.add(micros);
    }

    /// How many values fell into each bucket; not cumulative.
    [[nodiscard]] std::uint64_t bucket(std::size_t index) const noexcept
    {
        return m_buckets[index].value();
    }

    /// Microseconds.
    [[nodiscard]] std::uint64_t sum() const noexcept { return m_sum.value(); }

private:
    std::array<Cell, BucketCount> m_buckets;
    Cell m_sum;
};

/// Upper bounds in microseconds.
inline constexpr std::array<std::uint32_t, 10> LatencyBounds{
    10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
inline constexpr std::array<std::uint32_t, 20> StageBounds{
    5,      10,     25,     50,      100,     250,     500,       1'000,     2'500,     5'000,
    10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
inline constexpr std::array<std::uint32_t, 15> FirstByteBounds{
    1'000,   2'500,     5'000,     10'000,    25'000,     50'000,     100'000,   250'000,
    500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000, 60'000'000};
inline constexpr std::array<std::uint32_t, 13> TurnBounds{
    10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 50'000, 100'000, 1'000'000};

} // namespace meridian::observe
