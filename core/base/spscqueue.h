// SPDX-License-Identifier: MIT
// A bounded queue between exactly one writing and one reading thread: no lock, no allocation.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>

namespace meridian {

/// Single-producer, single-consumer ring. T must be default constructible and assignable. The
/// producer writes a slot in place, so a large T is never copied twice. Capacity is rounded up to a
/// power of two.
template <typename T>
class SpscQueue
{
public:
    explicit SpscQueue(std::size_t capacity)
        : m_mask(std::bit_ceil(capacity) - 1)
        , m_slots(std::make_unique<T[]>(m_mask + 1))
    {
    }

    /// Producer: the next free slot, or nullptr when the queue is full. Fill it, then call
    /// publish().
    [[nodiscard]] T *claim() noexcept
    {
        const std::size_t tail = m_tail.load(std::memory_order_relaxed);
        if (tail - m_cachedHead > m_mask) {
            m_cachedHead = m_head.load(std::memory_order_acquire);
            if (tail - m_cachedHead > m_mask) {
                return nullptr;
            }
        }
        return &m_slots[tail & m_mask];
    }

    /// Producer: hands the claimed slot to the consumer.
    void publish() noexcept
    {
        m_tail.store(m_tail.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// Consumer: the oldest element, or nullptr when empty. Valid until release().
    [[nodiscard]] T *front() noexcept
    {
        const std::size_t head = m_head.load(std::memory_order_relaxed);
        if (head == m_tail.load(std::memory_order_acquire)) {
            return nullptr;
        }
        return &m_slots[head & m_mask];
    }

    /// Consumer: gives the slot of front() back to the producer.
    void release() noexcept
    {
        m_head.store(m_head.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// Either side: a momentary count.
    [[nodiscard]] std::size_t size() const noexcept
    {
        return m_tail.load(std::memory_order_acquire) - m_head.load(std::memory_order_acquire);
    }

    [[nodiscard]] std::size_t capacity() const noexcept { return m_mask + 1; }

private:
    const std::size_t m_mask;
    std::unique_ptr<T[]> m_slots;
    alignas(64) std::atomic<std::size_t> m_head{0};
    alignas(64) std::atomic<std::size_t> m_tail{0};
    std::size_t m_cachedHead = 0; // producer's copy of m_head: spares a cache miss per push
};

} // namespace meridian
