// SPDX-License-Identifier: MIT
// The last few settled exchanges, for the status pages.
#pragma once

#include "core/model/requestrecord.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace meridian::observe {

/// A ring filled by the writer thread and read by the main thread. The mutex is fine: workers never
/// come here.
class RecentRequests
{
public:
    static constexpr std::size_t Capacity = 500; // ≈ 240 KiB; a page shows 100

    RecentRequests() { m_ring.reserve(Capacity); }

    void push(const model::RequestRecord &record);

    /// Newest first, at most `limit`.
    [[nodiscard]] std::vector<model::RequestRecord> latest(std::size_t limit) const;

    /// How many were ever pushed.
    [[nodiscard]] std::uint64_t total() const;

private:
    mutable std::mutex m_mutex;
    std::vector<model::RequestRecord> m_ring; // fills to Capacity, then wraps
    std::uint64_t m_total = 0;
};

} // namespace meridian::observe
