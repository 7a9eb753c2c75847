// SPDX-License-Identifier: MIT
// The last few settled exchanges, for the status pages.
#include "core/observe/recentrequests.h"

#include <algorithm>

namespace meridian::observe {

void RecentRequests::push(const model::RequestRecord &record)
{
    const std::lock_guard lock(m_mutex);
    if (m_ring.size() < Capacity) {
        m_ring.push_back(record);
    } else {
        m_ring[m_total % Capacity] = record;
    }
    m_ring[m_total % Capacity].seq = m_total + 1;
    ++m_total;
}

std::vector<model::RequestRecord> RecentRequests::latest(std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    const std::size_t count = std::min(limit, m_ring.size());
    std::vector<model::RequestRecord> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(m_ring[(m_total - 1 - i) % Capacity]);
    }
    return out;
}

RecentRequests::Page RecentRequests::after(std::uint64_t seq, std::size_t limit) const
{
    const std::lock_guard lock(m_mutex);
    const std::uint64_t fresh = m_total - (seq <= m_total ? seq : 0);
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>({fresh, limit, m_ring.size()}));
    Page page;
    page.records.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        page.records.push_back(m_ring[(m_total - 1 - i) % Capacity]);
    }
    page.next = m_total;
    page.missed = fresh - count;
    return page;
}

std::uint64_t RecentRequests::total() const
{
    const std::lock_guard lock(m_mutex);
    return m_total;
}

} // namespace meridian::observe
