// SPDX-License-Identifier: MIT
// Sampled exchanges on their way from the record writer's thread to the exporter.
#include "core/observe/spanqueue.h"

#include <utility>

namespace meridian::observe {

bool SpanQueue::offer(const model::RequestRecord &record)
{
    if (m_capacity.load(std::memory_order_relaxed) == 0) {
        return false; // tracing is off: not even the lock
    }
    const std::lock_guard lock(m_mutex);
    if (m_records.size() >= m_capacity.load(std::memory_order_relaxed)) {
        m_lost.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    m_records.push_back(record);
    if (m_alarm && !m_isAlarmed && m_records.size() >= m_threshold) {
        m_isAlarmed = true;
        m_alarm();
    }
    return true;
}

bool SpanQueue::take(model::RequestRecord &record)
{
    const std::lock_guard lock(m_mutex);
    m_isAlarmed = false;
    if (m_records.empty()) {
        return false;
    }
    record = m_records.front();
    m_records.pop_front();
    return true;
}

void SpanQueue::setCapacity(std::size_t capacity)
{
    const std::lock_guard lock(m_mutex);
    m_capacity.store(capacity, std::memory_order_relaxed);
    if (m_records.size() > capacity) {
        m_lost.fetch_add(m_records.size() - capacity, std::memory_order_relaxed);
        m_records.resize(capacity);
    }
}

void SpanQueue::setAlarm(std::function<void()> alarm, std::size_t threshold)
{
    const std::lock_guard lock(m_mutex);
    m_alarm = std::move(alarm);
    m_threshold = threshold;
    m_isAlarmed = false;
}

std::size_t SpanQueue::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_records.size();
}

} // namespace meridian::observe
