// SPDX-License-Identifier: MIT
#include "core/upstream/retrybudget.h"

namespace meridian::upstream {

namespace {

std::int64_t secondOf(RetryBudget::Time time) noexcept
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

RetryBudget::Bucket &RetryBudget::bucket(Time now) noexcept
{
    const std::int64_t second = secondOf(now);
    Bucket &bucket = m_buckets[static_cast<std::size_t>(second) % Seconds];
    if (bucket.second != second) {
        bucket = {second, 0, 0};
    }
    return bucket;
}

bool RetryBudget::hasRoom(Time now) const noexcept
{
    const std::int64_t oldest = secondOf(now) - static_cast<std::int64_t>(Seconds);
    std::uint64_t requests = 0;
    std::uint64_t spent = 0;
    for (const Bucket &bucket : m_buckets) {
        if (bucket.second > oldest) {
            requests += bucket.requests;
            spent += bucket.spent;
        }
    }
    const double allowed = m_share * static_cast<double>(requests) + m_minPerSecond * Seconds;
    return static_cast<double>(spent) + 1.0 <= allowed;
}

} // namespace meridian::upstream
