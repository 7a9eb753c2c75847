// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/leastinflight.h"

namespace meridian::upstream {

std::size_t LeastInflight::pick(std::span<Backend *const> candidates, const PickContext &context)
{
    return m_turns.lowest(candidates, [&context](const Backend &backend) {
        return backend.state()->load.pressure(context.now);
    });
}

std::optional<double> LeastInflight::score(const Backend &backend, const PickContext &context) const
{
    return backend.state()->load.pressure(context.now);
}

} // namespace meridian::upstream
