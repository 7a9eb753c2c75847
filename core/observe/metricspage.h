// SPDX-License-Identifier: MIT
// The /metrics page: every worker's cells summed, with what backends and the process say.
#pragma once

#include "core/observe/eventlog.h"
#include "core/observe/processfigures.h"
#include "core/observe/writer.h"
#include "core/provider/streamdefect.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::observe {

class ProviderNames;
class WorkerMetrics;

/// What the page shows of a backend at the moment of the scrape.
struct BackendGauges
{
    std::string name;
    std::uint64_t inflight = 0;
    bool healthy = false;

    // whatever an initialiser leaves out has its default from here on
    std::string engine = {}; // names the provider of Melis' and OpenTelemetry's series
    double inflightCost = 0;
    bool idle = false; // scaled to zero
    bool draining = false;
    int weight = 1;
    std::optional<int> circuitOpen = {}; // the worst of its breakers: 0 closed, 1 open, 2 half-open
    int consecutiveFailures = 0;
    double ewmaLatencyMs = 0;  // 0 = no sample yet
    std::uint64_t waiting = 0; // requests that queue here for it
    // what the backend's telemetry says; unset while it says nothing
    std::optional<double> queueDepth = {};
    std::optional<double> runningRequests = {};
    std::optional<double> tokensPerSec = {};
    std::optional<double> gpuMemUtil = {}; // 0..1
    // of a credential that is renewed; unset: none is
    std::optional<double> credentialSeconds = {}; // until it ends; 0: there is none
    std::optional<int> credentialFailures = {};   // renewals that failed in a row
};

struct CanaryFigures
{
    double weight = 0; // percent
    std::uint64_t rollbacks = 0;
    int step = -1; // -1 before the first
};

struct ReloadFigures
{
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::optional<std::chrono::system_clock::time_point> lastSuccess;
};

/// Of the exporter of traces. All but `queued` since the start, in traces (one per exchange).
struct TracingFigures
{
    std::uint64_t exported = 0;
    std::uint64_t dropped = 0; // the queue was full
    std::uint64_t queued = 0;  // now
    std::uint64_t failed = 0;  // given up after the collector refused them or did not answer
};

struct MetricsSources
{
    std::span<const WorkerMetrics *const> workers; // the index is the worker label
    std::span<const BackendGauges> backends;       // names unique
    RecordWriter::Stats log;
    ProcessFigures process;
    std::string_view version;

    /// Kept from scrape to scrape; without it the figures of removed backends change provider.
    ProviderNames *providers = nullptr;
    std::uint64_t snapshotGeneration = 0;
    ReloadFigures reloads = {};
    std::optional<CanaryFigures> canary = {};   // unset: none is configured
    std::optional<TracingFigures> tracing = {}; // unset: off
    std::optional<std::uint64_t> sessions = {}; // unset: no session affinity
    std::uint64_t admissionQueue = 0;           // requests that wait for a free backend
    EventLog::Figures events = {};              // those who follow the events
};

/// The whole page. Series are sorted by their labels, so that two scrapes compare line by line.
/// Never called on a worker: it allocates, and takes about a millisecond for a thousand series.
[[nodiscard]] std::string metricsPage(const MetricsSources &sources);

/// What is counted of one backend's answers, over all workers, for the status page.
struct AnswerFigures
{
    std::array<std::uint64_t, provider::StreamDefectCount> defects{}; // by provider::StreamDefect
    std::uint64_t keysRefused = 0;
};

[[nodiscard]] AnswerFigures answerFigures(std::span<const WorkerMetrics *const> workers,
                                          std::string_view backend);

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
