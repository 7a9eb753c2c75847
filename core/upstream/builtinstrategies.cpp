// SPDX-License-Identifier: MIT
// The registry of strategies: a new one is one line here.
#include "core/upstream/strategies/ewmalatency.h"
#include "core/upstream/strategies/leastcost.h"
#include "core/upstream/strategies/leastinflight.h"
#include "core/upstream/strategies/peakewmap2c.h"
#include "core/upstream/strategies/prefixhash.h"
#include "core/upstream/strategies/tokenaware.h"
#include "core/upstream/strategies/weightedroundrobin.h"
#include "core/upstream/strategy.h"

#include <array>
#include <type_traits>

namespace meridian::upstream {

namespace {

template <typename T>
std::unique_ptr<Strategy> create([[maybe_unused]] const StrategyOptions &options)
{
    if constexpr (std::is_default_constructible_v<T>) {
        return std::make_unique<T>();
    } else {
        return std::make_unique<T>(options);
    }
}

constexpr std::array Entries{
    StrategyEntry{"weighted_round_robin", create<WeightedRoundRobin>},
    StrategyEntry{"least_inflight", create<LeastInflight>},
    StrategyEntry{"ewma_latency", create<EwmaLatency>},
    StrategyEntry{"token_aware", create<TokenAware>},
    StrategyEntry{"peak_ewma_p2c", create<PeakEwmaP2c>},
    StrategyEntry{"prefix_hash", create<PrefixHash>},
    StrategyEntry{"least_cost", create<LeastCost>},
};

} // namespace

std::span<const StrategyEntry> builtinStrategies()
{
    return Entries;
}

std::unique_ptr<Strategy> makeStrategy(std::string_view name, const StrategyOptions &options)
{
    for (const StrategyEntry &entry : Entries) {
        if (entry.name == name) {
            return entry.create(options);
        }
    }
    return create<LeastInflight>(options);
}

} // namespace meridian::upstream
