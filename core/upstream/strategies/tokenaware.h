// SPDX-License-Identifier: MIT
// The backend where the request's tokens will wait the least.
#pragma once

#include "core/upstream/strategies/secondchance.h"
#include "core/upstream/strategies/turns.h"
#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// | rule    | lowest (score, in flight); exact ties go round                                 |
/// | score() | (cost in flight + the request's cost) · (average latency in ms, or 1.0)        |
/// |         | + queue depth · queue_weight + memory use · mem_weight                         |
/// | cost    | prompt tokens · prefill_weight + max_tokens · decode_weight                    |
/// | source  | spec/meridian.md §10 and §6, to the letter: a backend without a sample counts  |
/// |         | as 1 ms, so that until its first answer only max_concurrency bounds it         |
/// | besides | a backend that is due for a second chance (secondchance.h) goes first          |
/// | needs   | prompt tokens                                                                  |
class TokenAware final : public Strategy
{
public:
    explicit TokenAware(const StrategyOptions &options) noexcept
        : m_settings(options.cost)
        , m_secondChance(options.staleAfter)
    {
    }

    Needs needs() const noexcept override { return {.promptTokens = true, .prefixHash = false}; }

    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    [[nodiscard]] double scoreOf(const Backend &backend, const PickContext &context) const noexcept;

    const model::TokenCostSettings m_settings;
    Turns m_turns;
    SecondChance m_secondChance;
};

} // namespace meridian::upstream
