// SPDX-License-Identifier: MIT
// Of two backends drawn at random, the one that will answer sooner.
#pragma once

#include "core/upstream/strategy.h"

#include <random>

namespace meridian::upstream {

/// | rule    | two different candidates at random, the lower score() of the two               |
/// | score() | peak time to first byte in ms · (in flight + 1); without a sample 0 while      |
/// |         | nothing is in flight, so that one request finds out, else beyond all others    |
/// | faded   | a peak decays with silence; below 0.01 ms it counts as no sample, because a    |
/// |         | product of nearly nothing would not grow with what is in flight                |
/// | source  | Mitzenmacher, "The power of two choices in randomized load balancing", 2001;   |
/// |         | the peak average as Finagle's load balancer defines it                         |
/// | needs   | nothing of the body                                                            |
class PeakEwmaP2c final : public Strategy
{
public:
    explicit PeakEwmaP2c(const StrategyOptions &options)
        : m_random(options.seed)
    {
    }

    std::size_t pick(std::span<Backend *const> candidates, const PickContext &context) override;
    std::optional<double> score(const Backend &backend, const PickContext &context) const override;

private:
    std::mt19937_64 m_random;
};

} // namespace meridian::upstream
