// SPDX-License-Identifier: MIT
// Lets a backend that was slow or failing once show that it no longer is.
#pragma once

#include "core/upstream/backend.h"

#include <algorithm>

namespace meridian::upstream {

/// For strategies that compare averages: who looks bad is not asked, and who is not asked goes on
/// looking bad. A backend is due when nothing is in flight there and its last sample is older than
/// `staleAfter`, or than its average, up to six times as long: who failed again and again waits
/// longer. At most every 20th pick goes to one that is due, so that rare traffic, to which every
/// average is old, still mostly goes where it is fast.
class SecondChance
{
public:
    static constexpr int Every = 20; // picks

    explicit SecondChance(model::Duration staleAfter) noexcept
        : m_staleAfter(staleAfter)
    {
    }

    void beginPick() noexcept { m_since = std::min(m_since + 1, Every); }

    [[nodiscard]] bool isDue(const Backend &backend, SteadyTime now) const noexcept
    {
        if (m_since < Every || backend.inflight() > 0 || backend.ewmaLatencyMs() <= 0) {
            return false;
        }
        const std::chrono::duration<double, std::milli> average(backend.ewmaLatencyMs());
        const std::chrono::duration<double, std::milli> least(m_staleAfter);
        return now - backend.state()->load.lastSample() > std::clamp(average, least, 6 * least);
    }

    void picked(const Backend &backend, SteadyTime now) noexcept
    {
        if (isDue(backend, now)) {
            m_since = 0;
        }
    }

    /// Of several that are due, the one that has waited longest comes first.
    [[nodiscard]] static double order(const Backend &backend) noexcept
    {
        const auto since = backend.state()->load.lastSample().time_since_epoch();
        return std::chrono::duration<double>(since).count();
    }

private:
    const model::Duration m_staleAfter;
    int m_since = Every;
};

} // namespace meridian::upstream
