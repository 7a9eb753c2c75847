// SPDX-License-Identifier: MIT
// Bucket = exponent and the next seven bits of the value; quantiles answer a bucket's middle.
#include "tests/bench/histogram.h"

#include <algorithm>
#include <bit>

namespace meridian::bench {

void Histogram::add(std::uint64_t nanoseconds)
{
    constexpr std::uint64_t Step = 35'000'000;
    std::size_t bucket = nanoseconds;
    if (nanoseconds >= (1U << SubBits)) {
        const unsigned shift = static_cast<unsigned>(std::bit_width(nanoseconds)) - SubBits - 1;
        bucket = (static_cast<std::size_t>(shift) << SubBits) +
                 static_cast<std::size_t>(nanoseconds >> shift);
    }
    ++m_buckets[bucket];
    ++m_count;
    m_max = std::max(m_max, nanoseconds);
    m_steps += nanoseconds >= Step ? 1 : 0;
}

std::uint64_t Histogram::quantile(double share) const
{
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(m_count));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < Buckets; ++bucket) {
        seen += m_buckets[bucket];
        if (seen <= wanted || m_buckets[bucket] == 0) {
            continue;
        }
        if (bucket < (2U << SubBits)) {
            return bucket;
        }
        const std::size_t shift = (bucket >> SubBits) - 1;
        const std::uint64_t low = static_cast<std::uint64_t>(bucket - (shift << SubBits)) << shift;
        return std::min(low + (std::uint64_t{1} << shift) / 2, m_max);
    }
    return m_max;
}

} // namespace meridian::bench
