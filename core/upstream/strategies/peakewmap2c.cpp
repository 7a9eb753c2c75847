// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/peakewmap2c.h"

namespace meridian::upstream {

namespace {

constexpr double FadedMs = 0.01;
constexpr double UnknownAndBusy = 1e12; // above every product of a time and a count

double scoreOf(const Backend &backend, SteadyTime now) noexcept
{
    const double peak = backend.state()->load.peakFirstByteMs(now);
    const auto inflight = static_cast<double>(backend.inflight());
    if (peak < FadedMs && inflight > 0) {
        return UnknownAndBusy + inflight;
    }
    return peak * (inflight + 1);
}

} // namespace

std::size_t PeakEwmaP2c::pick(std::span<Backend *const> candidates, const PickContext &context)
{
    const std::size_t count = candidates.size();
    if (count == 1) {
        return 0;
    }
    const std::size_t first = m_random() % count;
    const std::size_t second = (first + 1 + m_random() % (count - 1)) % count;
    return scoreOf(*candidates[second], context.now) < scoreOf(*candidates[first], context.now)
               ? second
               : first;
}

std::optional<double> PeakEwmaP2c::score(const Backend &backend, const PickContext &context) const
{
    return scoreOf(backend, context.now);
}

} // namespace meridian::upstream
