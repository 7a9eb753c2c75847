// SPDX-License-Identifier: MIT
// The backend that has seen this conversation's beginning before, unless it is overloaded.
#pragma once

#include "core/upstream/strategies/leastinflight.h"
#include "core/upstream/strategy.h"

namespace meridian::upstream {

/// Engines keep the key-value cache of a prompt's prefix: the next turn of a conversation is cheap
/// where the last one was. Without state: every worker and every gateway chooses alike, and a
/// backend that leaves or joins moves only its own share of the conversations.
///
/// | rule    | each candidate draws by hash(prefix, its name) and its weight; the highest     |
/// |         | draw wins, of those that are not full                                          |
/// | full    | more in flight than 1.25 times its share (by weight) of all in flight, and     |
/// |         | that on average of half a minute as well, or more than chance explains (two    |
/// |         | standard deviations). Bounding each moment would scatter conversations at      |
/// |         | every coincidence: with 8 in flight each, one turn in four                     |
/// | none    | without a prefix: least_inflight                                               |
/// | source  | rendezvous hashing: Thaler and Ravishankar, 1998; weights by -w / ln u; bounded |
/// |         | loads: Mirrokni, Thorup and Zadimoghaddam, SODA 2018                           |
/// | needs   | the prefix's hash                                                              |
/// | score() | minus the draw; without a prefix as least_inflight                             |
class PrefixHash final : public Strategy
{
public:
    static constexpr double LoadBound = 1.25;

    Needs needs() const noexcept override { return {.promptTokens = false, .prefixHash = true}; }

    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    struct Load
    {
        double inflight = 0;
        double average = 0;
        SteadyTime at;
    };

    const Load &observe(const Backend &backend, SteadyTime now);
    [[nodiscard]] static bool isFull(const Load &own, const Load &all, double share) noexcept;

    LeastInflight m_withoutPrefix;
    BackendMemory<Load> m_loads;
};

} // namespace meridian::upstream
