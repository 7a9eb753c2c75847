// SPDX-License-Identifier: MIT
// Says in JSON where a request goes, why, and where it would go next.
#pragma once

#include "core/routing/router.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::routing {

/// What a decision compares, as it was before it: choosing takes a slot, which changes the scores.
struct BackendFigures
{
    std::optional<double> score;
    std::int64_t inflight = 0;
    double ewmaLatencyMs = 0;
};

/// One per backend of the snapshot, in order.
[[nodiscard]] std::vector<BackendFigures> figuresOf(const upstream::Snapshot &snapshot,
                                                    const upstream::Strategy &strategy,
                                                    const upstream::PickContext &pick);

/// A decision with its reasons, ready to be shown.
struct Explanation
{
    std::string_view requestedModel;
    RouteQuery query;
    RouteChoice choice;
    std::vector<BackendFigures> figures;
    std::vector<model::RouteVerdict> verdicts; // one per backend of the snapshot
};

[[nodiscard]] std::string_view routeOutcomeName(RouteOutcome outcome) noexcept;

/// One line of ASCII. `router` decides the later attempts in dry runs: give one of your own, since
/// they advance its strategy. At most MaxExplained backends and retries are listed.
inline constexpr std::size_t MaxExplained = 64;
[[nodiscard]] std::string
explain(const upstream::Snapshot &snapshot, Router &router, const Explanation &decision);

} // namespace meridian::routing
