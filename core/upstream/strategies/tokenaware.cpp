// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/tokenaware.h"

#include <tuple>

namespace meridian::upstream {

namespace {

using Key = std::tuple<bool, double, std::int64_t>;

} // namespace

double TokenAware::scoreOf(const Backend &backend, const PickContext &context) const noexcept
{
    const BackendState &state = *backend.state();
    const double average = state.load.ewmaLatencyMs();
    return (state.load.inflightCost() + context.cost) * (average > 0 ? average : 1.0) +
           state.capacity.queueDepth() * m_settings.queueWeight +
           state.capacity.memUtil() * m_settings.memWeight;
}

std::size_t TokenAware::pick(std::span<Backend *const> candidates, const PickContext &context)
{
    m_secondChance.beginPick();
    const std::size_t chosen = m_turns.lowest(candidates, [&](const Backend &backend) -> Key {
        return m_secondChance.isDue(backend, context.now)
                   ? Key{false, SecondChance::order(backend), 0}
                   : Key{true, scoreOf(backend, context), backend.inflight()};
    });
    m_secondChance.picked(*candidates[chosen], context.now);
    return chosen;
}

std::optional<double> TokenAware::score(const Backend &backend, const PickContext &context) const
{
    return scoreOf(backend, context);
}

} // namespace meridian::upstream
