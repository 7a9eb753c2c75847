// SPDX-License-Identifier: MIT
// A table that only grows, up to a cap: one thread appends, others read what is published.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace meridian::observe {

/// Rows never move, so a reader may keep a reference. The owner fills a row with append() and hands
/// it out with publish(); a reader loops to size() and never sees an unfinished row. Memory comes
/// in chunks as rows are needed.
template <typename T, std::size_t Capacity, std::size_t ChunkRows = 16>
class PublishedTable
{
public:
    /// Owner: the next row, not visible yet; nullptr when the cap is reached.
    [[nodiscard]] T *append()
    {
        const std::size_t next = m_size.load(std::memory_order_relaxed);
        if (next == Capacity) {
            return nullptr;
        }
        std::unique_ptr<T[]> &chunk = m_chunks[next / ChunkRows];
        if (!chunk) {
            chunk = std::make_unique<T[]>(ChunkRows);
        }
        return &chunk[next % ChunkRows];
    }

    /// Owner: makes the row of append() visible.
    void publish() noexcept
    {
        // release: whoever sees the new size sees the chunk pointer and the row's plain members
        m_size.store(m_size.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    [[nodiscard]] std::size_t size() const noexcept
    {
        return m_size.load(std::memory_order_acquire);
    }

    [[nodiscard]] T &operator[](std::size_t row) noexcept
    {
        return m_chunks[row / ChunkRows][row % ChunkRows];
    }

    [[nodiscard]] const T &operator[](std::size_t row) const noexcept
    {
        return m_chunks[row / ChunkRows][row % ChunkRows];
    }

    [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }

private:
    std::array<std::unique_ptr<T[]>, (Capacity + ChunkRows - 1) / ChunkRows> m_chunks;
    std::atomic<std::size_t> m_size{0};
};

} // namespace meridian::observe
