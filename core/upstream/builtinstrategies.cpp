// SPDX-License-Identifier: MIT
// The registry of strategies: a new one is one line here.
#include "core/upstream/strategies/leastinflight.h"
#include "core/upstream/strategies/weightedroundrobin.h"
#include "core/upstream/strategy.h"

#include <array>

namespace meridian::upstream {

namespace {

template <typename T>
std::unique_ptr<Strategy> create()
{
    return std::make_unique<T>();
}

constexpr std::array Entries{
    StrategyEntry{"least_inflight", create<LeastInflight>},
    StrategyEntry{"weighted_round_robin", create<WeightedRoundRobin>},
};

} // namespace

std::span<const StrategyEntry> builtinStrategies()
{
    return Entries;
}

std::unique_ptr<Strategy> makeStrategy(std::string_view name)
{
    for (const StrategyEntry &entry : Entries) {
        if (entry.name == name) {
            return entry.create();
        }
    }
    return create<LeastInflight>();
}

} // namespace meridian::upstream
