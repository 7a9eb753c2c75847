// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/leastinflight.h"

namespace meridian::upstream {

std::size_t LeastInflight::pick(std::span<Backend *const> candidates)
{
    const std::size_t first = m_turn++ % candidates.size();
    std::size_t best = first;
    for (std::size_t step = 1; step < candidates.size(); ++step) {
        const std::size_t index = (first + step) % candidates.size();
        if (candidates[index]->inflight() < candidates[best]->inflight()) {
            best = index;
        }
    }
    return best;
}

} // namespace meridian::upstream
