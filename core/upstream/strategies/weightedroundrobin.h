// SPDX-License-Identifier: MIT
// Backends in proportion to their weights, evenly spread.
#pragma once

#include "core/upstream/strategy.h"

#include <unordered_map>

namespace meridian::upstream {

/// Smooth weighted round robin: at each pick every candidate gains its weight, the richest is
/// chosen and pays the sum. With weights 5, 1, 1 the order is a a b a c a a, never five in a row.
class WeightedRoundRobin final : public Strategy
{
public:
    std::size_t pick(std::span<Backend *const> candidates) override;

private:
    std::unordered_map<const Backend *, std::int64_t>
        m_credit; // one entry per backend of the snapshot
};

} // namespace meridian::upstream
