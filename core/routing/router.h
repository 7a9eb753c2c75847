// SPDX-License-Identifier: MIT
// Finds the backend for an attempt, and says why the others were left out.
#pragma once

#include "core/upstream/snapshot.h"
#include "core/upstream/strategy.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace meridian::routing {

/// What a request asks of a backend.
struct RouteQuery
{
    std::string_view model; // empty: only a backend that serves any model will do
};

enum class RouteOutcome : std::uint8_t {
    Chosen,
    NoSuchModel, // no backend of the configuration serves it
    NoneHealthy, // some do, none of them is healthy
    Exhausted,   // the healthy ones have all been tried
};

struct RouteChoice
{
    RouteOutcome outcome = RouteOutcome::NoSuchModel;
    std::shared_ptr<upstream::Backend> backend; // when Chosen
};

/// Thread: its worker's; holds the worker's strategy.
class Router
{
public:
    void setStrategy(std::unique_ptr<upstream::Strategy> strategy) noexcept
    {
        m_strategy = std::move(strategy);
    }

    /// `tried` holds the backends this exchange has failed on.
    [[nodiscard]] RouteChoice choose(const upstream::Snapshot &snapshot,
                                     const RouteQuery &query,
                                     const std::vector<const upstream::Backend *> &tried);

private:
    std::unique_ptr<upstream::Strategy> m_strategy;
    std::vector<upstream::Backend *> m_candidates; // scratch, kept for its capacity
    std::vector<std::size_t> m_positions;          // of the candidates in the snapshot
};

} // namespace meridian::routing
