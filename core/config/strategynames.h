// SPDX-License-Identifier: MIT
// What `gateway.strategy` may be; a test holds it against the registry of strategies.
#pragma once

#include <array>
#include <string_view>

namespace meridian::config {

/// In the order of the documentation. The first four are Meridian 0.12's.
inline constexpr std::array<std::string_view, 7> StrategyNames{
    "weighted_round_robin", "least_inflight", "ewma_latency", "token_aware",
    "peak_ewma_p2c",        "prefix_hash",    "least_cost"};

} // namespace meridian::config
