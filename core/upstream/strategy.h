// SPDX-License-Identifier: MIT
// How one of several eligible backends is chosen.
#pragma once

#include "core/upstream/backend.h"

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace meridian::upstream {

/// One instance per worker, used by its thread only: a strategy may keep state without locks.
class Strategy
{
public:
    Strategy() = default;
    Strategy(const Strategy &) = delete;
    Strategy &operator=(const Strategy &) = delete;
    virtual ~Strategy() = default;

    /// The index of the chosen candidate; `candidates` is never empty. Called once per attempt.
    [[nodiscard]] virtual std::size_t pick(std::span<Backend *const> candidates) = 0;
};

/// A line of the registry (builtinstrategies.cpp).
struct StrategyEntry
{
    std::string_view name;
    std::unique_ptr<Strategy> (*create)();
};

/// Every strategy this build knows, in the order of the documentation.
[[nodiscard]] std::span<const StrategyEntry> builtinStrategies();

/// Unknown names give least_inflight: the configuration has been checked before.
[[nodiscard]] std::unique_ptr<Strategy> makeStrategy(std::string_view name);

} // namespace meridian::upstream
