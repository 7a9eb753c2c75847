// SPDX-License-Identifier: MIT
// Backends in proportion to their weights, evenly spread.
#pragma once

#include "core/upstream/strategies/backendmemory.h"
#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// Smooth weighted round robin: at each pick every candidate gains its weight, the richest is
/// chosen and pays the sum. With weights 5, 1, 1 the order is a a b a c a a, never five in a row.
///
/// | rule    | the most credit; a change of a weight clears the candidates' credits, else     |
/// |         | what was earned under the old weights would be paid out under the new ones     |
/// | source  | the interleaving of nginx's upstream module                                    |
/// | needs   | nothing of the body                                                            |
/// | score() | minus the credit the pick would compare                                        |
class WeightedRoundRobin final : public Strategy
{
public:
    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    struct Account
    {
        std::int64_t credit = 0;
        int weight = -1; // at the last pick; negative = none yet
    };

    BackendMemory<Account> m_accounts;
};

} // namespace meridian::upstream
