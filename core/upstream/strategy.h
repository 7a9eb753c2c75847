// SPDX-License-Identifier: MIT
// How one of several eligible backends is chosen.
#pragma once

#include "core/upstream/backend.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace meridian::upstream {

/// What a strategy may know of the request. Fields a strategy does not ask for (Strategy::needs)
/// may be 0.
struct PickContext
{
    SteadyTime now;
    std::uint64_t promptTokens = 0; // estimated (json/promptestimate.h)
    std::uint64_t maxTokens = 0;    // asked for, or the default
    double cost = 0; // promptTokens · prefill_weight + maxTokens · decode_weight (spec §6)
    std::uint64_t prefixHash = 0; // of the conversation's beginning; 0 = none
};

/// One instance per worker, used by its thread only: a strategy may keep state without locks.
class Strategy
{
public:
    Strategy() = default;
    Strategy(const Strategy &) = delete;
    Strategy &operator=(const Strategy &) = delete;
    virtual ~Strategy() = default;

    /// What must be computed from the body before pick(): both cost time on large bodies.
    struct Needs
    {
        bool promptTokens = false;
        bool prefixHash = false;
    };

    [[nodiscard]] virtual Needs needs() const noexcept { return {}; }

    /// The index of the chosen candidate; `candidates` is never empty. Called once per attempt.
    [[nodiscard]] virtual std::size_t pick(std::span<Backend *const> candidates,
                                           const PickContext &context) = 0;

    /// What pick() compares, for `explain`; lower is better. Nothing: it does not score.
    [[nodiscard]] virtual std::optional<double> score(const Backend &, const PickContext &) const
    {
        return std::nullopt;
    }
};

/// What a strategy is made with.
struct StrategyOptions
{
    model::TokenCostSettings cost;
    /// A backend without a latency sample for so long is tried again, one request at a time.
    model::Duration staleAfter = std::chrono::seconds(10);
    std::uint64_t seed = 1; // of its random choices
};

/// A line of the registry (builtinstrategies.cpp).
struct StrategyEntry
{
    std::string_view name;
    std::unique_ptr<Strategy> (*create)(const StrategyOptions &options);
};

/// Every strategy this build knows, in the order of the documentation.
[[nodiscard]] std::span<const StrategyEntry> builtinStrategies();

/// Unknown names give least_inflight: the configuration has been checked before.
[[nodiscard]] std::unique_ptr<Strategy> makeStrategy(std::string_view name,
                                                     const StrategyOptions &options);

} // namespace meridian::upstream
