// SPDX-License-Identifier: MIT
#include "core/upstream/strategies/weightedroundrobin.h"

namespace meridian::upstream {

std::size_t WeightedRoundRobin::pick(std::span<Backend *const> candidates)
{
    std::size_t best = 0;
    std::int64_t bestCredit = 0;
    std::int64_t total = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        std::int64_t &credit = m_credit[candidates[i]];
        credit += candidates[i]->settings().weight;
        total += candidates[i]->settings().weight;
        if (i == 0 || credit > bestCredit) {
            best = i;
            bestCredit = credit;
        }
    }
    m_credit[candidates[best]] -= total;
    return best;
}

} // namespace meridian::upstream
