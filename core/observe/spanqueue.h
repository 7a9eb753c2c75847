// SPDX-License-Identifier: MIT
// Sampled exchanges on their way from the record writer's thread to the exporter.
#pragma once

#include "core/model/requestrecord.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace meridian::observe {

/// Bounded; what does not fit is counted and lost, because nobody may wait for a collector. Any
/// number of threads may offer and take; none of them is a worker, so a lock does no harm.
class SpanQueue
{
public:
    /// 0 = closed: nothing is taken in, and nothing counted.
    explicit SpanQueue(std::size_t capacity = 0) noexcept
        : m_capacity(capacity)
    {
    }

    SpanQueue(const SpanQueue &) = delete;
    SpanQueue &operator=(const SpanQueue &) = delete;

    /// Copies the record. False when the queue is full or closed.
    bool offer(const model::RequestRecord &record);

    /// The oldest one; false when there is none.
    [[nodiscard]] bool take(model::RequestRecord &record);

    /// Records beyond the new capacity, the newest, are lost and counted.
    void setCapacity(std::size_t capacity);

    /// Calls `alarm` when `threshold` records wait, once until some have been taken. It runs on the
    /// offering thread and must only post something. After setAlarm({}, 0) has returned no call is
    /// under way.
    void setAlarm(std::function<void()> alarm, std::size_t threshold);

    [[nodiscard]] std::size_t size() const;

    /// Offered when full, or cut off by setCapacity().
    [[nodiscard]] std::uint64_t lost() const noexcept
    {
        return m_lost.load(std::memory_order_relaxed);
    }

private:
    mutable std::mutex m_mutex;
    std::deque<model::RequestRecord> m_records; // gives memory back when it drains
    std::atomic<std::size_t> m_capacity;
    std::atomic<std::uint64_t> m_lost{0};
    std::function<void()> m_alarm;
    std::size_t m_threshold = 0;
    bool m_isAlarmed = false;
};

} // namespace meridian::observe
