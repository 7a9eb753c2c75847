// SPDX-License-Identifier: MIT
// The /metrics page: every worker's cells summed, with what backends and the process say.
#pragma once

#include "core/observe/processfigures.h"
#include "core/observe/writer.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {

class WorkerMetrics;

/// What the page shows of a backend at the moment of the scrape.
struct BackendGauges
{
    std::string name;
    std::uint64_t inflight = 0;
    bool healthy = false;
};

struct MetricsSources
{
    std::span<const WorkerMetrics *const> workers; // the index is the worker label
    std::span<const BackendGauges> backends;       // names unique
    RecordWriter::Stats log;
    ProcessFigures process;
    std::string_view version;
};

/// The whole page. Series are sorted by their labels, so that two scrapes compare line by line.
/// Never called on a worker: it allocates, and takes about a millisecond for a thousand series.
[[nodiscard]] std::string metricsPage(const MetricsSources &sources);

/// Sums over all workers, for the status page.
struct Totals
{
    std::uint64_t requests = 0;
    std::uint64_t failures = 0; // status 500 and above
    std::uint64_t promptTokens = 0;
    std::uint64_t completionTokens = 0;
    std::uint64_t connectionsOpen = 0;
};

[[nodiscard]] Totals totals(std::span<const WorkerMetrics *const> workers);

} // namespace meridian::observe
