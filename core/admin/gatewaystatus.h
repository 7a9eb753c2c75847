// SPDX-License-Identifier: MIT
// What AdminService answers about the gateway as a whole, as values.
#pragma once

#include "core/admin/attention.h"
#include "core/admin/backendstatus.h"
#include "core/admin/history.h"
#include "core/admin/operations.h"
#include "core/observe/metricspage.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {

struct Version
{
    std::string_view name;
    std::string_view version;
    std::string_view api; // the Meridian admin API this one is compatible with
};

struct GatewayStatus
{
    std::string strategy;
    std::vector<BackendStatus> backends;
    bool ready = false;
    bool draining = false;
    bool paused = false;
    std::vector<std::string> listen;
    std::chrono::seconds uptime{0};
    std::size_t workers = 0;
    observe::Totals totals;
    std::optional<CanaryView> canary;
    std::uint32_t generation = 0;
    observe::ReloadFigures reloads;
    std::vector<Attention> attention;                 // worst first; empty = all quiet
    std::chrono::system_clock::time_point todaySince; // midnight UTC, or the start
    observe::Totals today;                            // counted since then
};

/// May this gateway get traffic? `reason` says why not, in one word for machines.
struct Readiness
{
    bool ready = false;
    std::string_view reason;
};

struct ServedModel
{
    std::string id;
    std::chrono::system_clock::time_point created;
};

/// `begin` is when the first step of the series begins.
struct HistoryAnswer
{
    std::chrono::system_clock::time_point begin;
    History::Series series;
};

} // namespace meridian::admin
