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
    static constexpr std::size_t Capacity = 2000; // a page shows 100
    static_assert(Capacity * sizeof(model::RequestRecord) < std::size_t{4} << 20U, "4 MiB");

    struct Page
    {
        std::vector<model::RequestRecord> records; // newest first
        std::uint64_t next = 0;                    // to ask for what comes after these
        std::uint64_t missed = 0; // after the number asked for, and not among these
    };

    RecentRequests() { m_ring.reserve(Capacity); }

    /// Gives it its number, which counts from 1.
    void push(const model::RequestRecord &record);

    /// Newest first, at most `limit`.
    [[nodiscard]] std::vector<model::RequestRecord> latest(std::size_t limit) const;

    /// The newest of those after `seq`, at most `limit`. A number that this process has not reached
    /// yet is of an earlier one: then everything is new.
    [[nodiscard]] Page after(std::uint64_t seq, std::size_t limit) const;

    /// How many were ever pushed.
    [[nodiscard]] std::uint64_t total() const;

private:
    mutable std::mutex m_mutex;
    std::vector<model::RequestRecord> m_ring; // fills to Capacity, then wraps
    std::uint64_t m_total = 0;
};

} // namespace meridian::observe
