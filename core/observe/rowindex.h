// SPDX-License-Identifier: MIT
// Finds a row number by a 32-bit key: open addressing, fixed size, no allocation after start.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace meridian::observe {

/// Holds at most Rows entries in twice as many slots, so a probe always ends soon. One thread.
template <std::size_t Rows>
class RowIndex
{
public:
    static constexpr std::uint16_t NotFound = 0xFFFF;

    /// The first row under `key` that `matches(row)` accepts. Several rows may share a key (a
    /// hash).
    template <typename Matches>
    [[nodiscard]] std::uint16_t find(std::uint32_t key, Matches matches) const
    {
        for (std::size_t slot = home(key);; slot = (slot + 1) & Mask) {
            const Slot &entry = m_slots[slot];
            if (entry.rowPlusOne == 0) {
                return NotFound;
            }
            const auto row = static_cast<std::uint16_t>(entry.rowPlusOne - 1);
            if (entry.key == key && matches(row)) {
                return row;
            }
        }
    }

    [[nodiscard]] std::uint16_t find(std::uint32_t key) const
    {
        return find(key, [](std::uint16_t) { return true; });
    }

    /// Pre-condition: fewer than Rows inserted so far.
    void insert(std::uint32_t key, std::uint16_t row) noexcept
    {
        std::size_t slot = home(key);
        while (m_slots[slot].rowPlusOne != 0) {
            slot = (slot + 1) & Mask;
        }
        m_slots[slot] = {key, static_cast<std::uint16_t>(row + 1)};
    }

private:
    struct Slot
    {
        std::uint32_t key = 0;
        std::uint16_t rowPlusOne = 0; // 0 = free
    };

    static constexpr std::size_t SlotCount = std::bit_ceil(Rows * 2);
    static constexpr std::size_t Mask = SlotCount - 1;
    static_assert(Rows < NotFound);

    [[nodiscard]] static std::size_t home(std::uint32_t key) noexcept
    {
        const std::uint64_t mixed = key * 0x9E3779B97F4A7C15ULL; // Fibonacci hashing
        return static_cast<std::size_t>(mixed >> 32U) & Mask;
    }

    std::array<Slot, SlotCount> m_slots;
};

} // namespace meridian::observe
