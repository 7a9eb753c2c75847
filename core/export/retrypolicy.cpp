// SPDX-License-Identifier: MIT
// When a batch that a collector did not take is offered again (OTLP/HTTP, "Failures").
#include "core/export/retrypolicy.h"

#include "core/base/ids.h"

#include <algorithm>

namespace meridian::exporter {

using namespace std::chrono;

nanoseconds RetryPolicy::delay(int retry, std::optional<nanoseconds> retryAfter) const
{
    if (retryAfter) {
        return std::clamp(*retryAfter, nanoseconds(0), longestRetryAfter);
    }
    const int doublings = std::clamp(retry - 1, 0, 20);
    const nanoseconds plain = std::min(firstDelay * (1 << doublings), longestDelay);
    const auto percent = static_cast<std::int64_t>(80 + randomBits() % 41);
    return plain * percent / 100;
}

bool isRetryable(int status) noexcept
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

} // namespace meridian::exporter
