// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/ewmalatency.h"

#include <cmath>
#include <tuple>

namespace meridian::upstream {

namespace {

enum Rank { Unknown, Due, Known };

using Key = std::tuple<Rank, double, bool>; // of equals those without a sample come last

/// The logarithm in steps of 1 %: what is nearer than that is the same.
double stepOf(double averageMs, std::int64_t inflight) noexcept
{
    const double product = averageMs * static_cast<double>(inflight + 1);
    return std::floor(std::log(product) / std::log(1.01));
}

double meanOf(std::span<Backend *const> candidates) noexcept
{
    double sum = 0;
    int sampled = 0;
    for (const Backend *backend : candidates) {
        const double average = backend->ewmaLatencyMs();
        sum += average;
        sampled += average > 0 ? 1 : 0;
    }
    return sampled > 0 ? sum / sampled : 1; // any: they are all equal
}

} // namespace

std::size_t EwmaLatency::pick(std::span<Backend *const> candidates, const PickContext &context)
{
    const double mean = meanOf(candidates);
    m_secondChance.beginPick();
    const std::size_t chosen = m_turns.lowest(candidates, [&](const Backend &backend) -> Key {
        const double average = backend.ewmaLatencyMs();
        const std::int64_t inflight = backend.inflight();
        if (average <= 0) {
            return inflight <= 0 ? Key{Unknown, 0, true} : Key{Known, stepOf(mean, inflight), true};
        }
        if (m_secondChance.isDue(backend, context.now)) {
            return {Due, SecondChance::order(backend), false};
        }
        return {Known, stepOf(average, inflight), false};
    });
    m_secondChance.picked(*candidates[chosen], context.now);
    return chosen;
}

std::optional<double> EwmaLatency::score(const Backend &backend, const PickContext &) const
{
    const double average = backend.ewmaLatencyMs();
    return average > 0 ? std::optional(average * static_cast<double>(backend.inflight() + 1))
                       : std::nullopt;
}

} // namespace meridian::upstream
