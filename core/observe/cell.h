// SPDX-License-Identifier: MIT
// Numbers one thread writes and any other may read: relaxed atomics without a lock prefix.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
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

/// Where a value belongs among ascending upper bounds (inclusive): the first bound that is not
/// below it, or Bounds.size(). A table leads to the bounds of the value's power of two, so that
/// three comparisons or fewer remain of any number of bounds; none of them is a branch.
template <const auto &Bounds>
class BucketFinder
{
public:
    [[nodiscard]] static constexpr std::size_t find(std::uint64_t value) noexcept
    {
        const auto capped = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, Sentinel));
        std::size_t bucket = Starts[static_cast<std::size_t>(std::bit_width(capped))];
        for (std::size_t i = 0; i < Steps; ++i) {
            bucket += capped > Padded[bucket] ? 1U : 0U;
        }
        return bucket;
    }

private:
    static constexpr std::uint32_t Sentinel = UINT32_MAX; // no value is above it
    static_assert(std::is_sorted(Bounds.begin(), Bounds.end()) && Bounds.back() < Sentinel);

    /// Per bit width: how many bounds are below every value of that width.
    static constexpr auto Starts = [] {
        std::array<std::uint8_t, 33> starts{};
        for (std::size_t width = 1; width < starts.size(); ++width) {
            const std::uint32_t least = std::uint32_t{1} << (width - 1);
            for (const std::uint32_t bound : Bounds) {
                starts[width] += bound < least ? 1 : 0;
            }
        }
        return starts;
    }();

    /// The most bounds that lie within one power of two.
    static constexpr std::size_t Steps = [] {
        std::size_t most = Bounds.size() - Starts.back();
        for (std::size_t width = 1; width < Starts.size(); ++width) {
            most = std::max<std::size_t>(most, Starts[width] - Starts[width - 1]);
        }
        return most;
    }();

    static constexpr auto Padded = [] {
        std::array<std::uint32_t, Bounds.size() + 1> padded{};
        std::copy(Bounds.begin(), Bounds.end(), padded.begin());
        padded.back() = Sentinel;
        return padded;
    }();
};

/// A histogram over fixed upper bounds (inclusive, ascending, whole units: microseconds or tokens).
/// Cells as above.
template <const auto &Bounds>
class Histogram
{
public:
    static constexpr std::size_t BucketCount = Bounds.size() + 1; // the last one is +Inf

    void observe(std::uint64_t value) noexcept
    {
        m_buckets[BucketFinder<Bounds>::find(value)].add();
        m_sum.add(value);
    }

    /// How many values fell into each bucket; not cumulative.
    [[nodiscard]] std::uint64_t bucket(std::size_t index) const noexcept
    {
        return m_buckets[index].value();
    }

    /// How many values were observed.
    [[nodiscard]] std::uint64_t count() const noexcept
    {
        std::uint64_t count = 0;
        for (const Cell &bucket : m_buckets) {
            count += bucket.value();
        }
        return count;
    }

    /// Of all values, in their unit.
    [[nodiscard]] std::uint64_t sum() const noexcept { return m_sum.value(); }

private:
    std::array<Cell, BucketCount> m_buckets;
    Cell m_sum;
};

} // namespace meridian::observe
