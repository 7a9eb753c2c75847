// SPDX-License-Identifier: MIT
// The backend whose answers have been the fastest on average.
#pragma once

#include "core/upstream/strategies/secondchance.h"
#include "core/upstream/strategies/turns.h"
#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// The lowest average alone makes a herd: it is told of a request only when that has ended, so that
/// everything goes to one backend until its first slow answers come back. Hence the factor.
///
/// | order   | 1. without a sample, nothing in flight: one request finds out                  |
/// |         | 2. due for a second chance (secondchance.h)                                    |
/// |         | 3. lowest score(), in steps of 1 %; equals go round                            |
/// | score() | average latency in ms · (in flight + 1); nothing without a sample              |
/// | busy    | without a sample but asked: as if its average were the others' mean, and after |
/// |         | its equals, so that a backend which hangs is not asked again                   |
/// | failure | LoadState::noteFailure makes the average worse, never better                   |
/// | source  | spec/meridian.md §10 (alpha 0.3, first sample assigns), without its black hole |
/// | needs   | nothing of the body                                                            |
class EwmaLatency final : public Strategy
{
public:
    explicit EwmaLatency(const StrategyOptions &options) noexcept
        : m_secondChance(options.staleAfter)
    {
    }

    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    Turns m_turns;
    SecondChance m_secondChance;
};

} // namespace meridian::upstream
