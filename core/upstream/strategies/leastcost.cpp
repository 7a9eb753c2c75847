// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/leastcost.h"

#include <utility>

namespace meridian::upstream {

namespace {

double priceOf(const Backend &backend, const PickContext &context) noexcept
{
    const auto &price = backend.settings().price;
    if (!price) {
        return 0;
    }
    return (static_cast<double>(context.promptTokens) * price->promptPerMillion +
            static_cast<double>(context.maxTokens) * price->completionPerMillion) /
           1e6;
}

} // namespace

std::size_t LeastCost::pick(std::span<Backend *const> candidates, const PickContext &context)
{
    return m_turns.lowest(candidates, [&](const Backend &backend) {
        return std::pair(priceOf(backend, context), backend.state()->load.pressure(context.now));
    });
}

std::optional<double> LeastCost::score(const Backend &backend, const PickContext &context) const
{
    return priceOf(backend, context);
}

} // namespace meridian::upstream
