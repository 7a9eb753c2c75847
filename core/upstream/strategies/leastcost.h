// SPDX-License-Identifier: MIT
// The backend where the request costs the least money.
#pragma once

#include "core/upstream/strategies/turns.h"
#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// Load has no say between different prices: `max_concurrency` keeps a cheap backend from drowning,
/// because one that is full is no candidate and the next price is paid.
///
/// | rule    | lowest price; of equal prices as least_inflight                                |
/// | score() | prompt tokens · price.prompt + max_tokens · price.completion, in the           |
/// |         | configuration's currency; a backend without a price is free, as one's own are  |
/// | needs   | prompt tokens                                                                  |
class LeastCost final : public Strategy
{
public:
    Needs needs() const noexcept override { return {.promptTokens = true, .prefixHash = false}; }

    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    Turns m_turns;
};

} // namespace meridian::upstream
