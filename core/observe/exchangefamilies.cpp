// SPDX-License-Identifier: MIT
// Meridian's own series about exchanges.
#include "core/observe/histogramsum.h"
#include "core/observe/metricfamilies.h"

#include <map>
#include <tuple>
#include <utility>

namespace meridian::observe {

namespace {

using Names = std::pair<std::string_view, std::string_view>;

void appendTokens(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<std::string_view, std::pair<std::uint64_t, std::uint64_t>> tokens;
    for (const ExchangeRows::Row &row : rows.all()) {
        auto &sum = tokens[row.model.empty() ? "unknown" : row.model];
        sum.first += row.cells->promptTokens.sum();
        sum.second += row.cells->completionTokens.sum();
    }
    page.family("meridian_tokens_total", "counter", "Tokens as the backends report them.");
    for (const auto &[model, sum] : tokens) {
        if (sum.first + sum.second > 0) {
            page.sample({{"model", model}, {"kind", "completion"}}, sum.second);
            page.sample({{"model", model}, {"kind", "prompt"}}, sum.first);
        }
    }
}

void appendPerBackend(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<std::string, std::uint64_t> retries;
    for (const WorkerMetrics *worker : rows.workers()) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            const BackendCells &cells = worker->backends()[i];
            retries[labelText(cells.name)] += cells.retries.value();
        }
    }
    page.family("meridian_upstream_retries_total", "counter", "Repeated upstream attempts.");
    for (const auto &[backend, count] : retries) {
        if (count > 0) {
            page.sample({{"backend", backend}}, count);
        }
    }
    std::map<std::string_view, HistogramSum<bounds::Head>> firstBytes;
    for (const ExchangeRows::Row &row : rows.all()) {
        firstBytes[row.backend].add(row.cells->firstByte);
    }
    page.family("meridian_time_to_first_byte_seconds", "histogram",
                "Time to the head of the upstream's response.");
    for (const auto &[backend, sum] : firstBytes) {
        if (!sum.isEmpty()) {
            sum.print<bounds::FirstByte>(page, {{"backend", backend}}, Seconds);
        }
    }
}

void appendStages(PrometheusText &page, Workers workers)
{
    page.family("meridian_gateway_stage_seconds", "histogram",
                "Time exchanges spent in each stage.");
    for (std::size_t i = 0; i < model::StageCount; ++i) {
        const auto stage = static_cast<model::Stage>(i);
        HistogramSum<bounds::Stage> sum;
        for (const WorkerMetrics *worker : workers) {
            sum.add(worker->stage(stage));
        }
        sum.print(page, {{"stage", model::stageName(stage)}}, Seconds);
    }
    page.family(
        "meridian_gateway_overhead_seconds", "histogram",
        "The gateway's own share of an exchange: all stages but collect, lease, send, relay.");
    HistogramSum<bounds::Overhead> overhead;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            overhead.add(worker->backends()[i].overhead);
        }
    }
    overhead.print<bounds::Stage>(page, {}, Seconds);
}

} // namespace

void appendRequestFamilies(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<std::tuple<std::string_view, std::string_view, std::uint16_t, bool>, std::uint64_t>
        counts;
    std::map<Names, HistogramSum<bounds::Exchange>> latencies;
    for (const ExchangeRows::Row &row : rows.all()) {
        const RequestCells &cells = *row.cells;
        if (const std::uint64_t count = cells.latency.count(); count > 0) {
            counts[{row.backend, row.model, cells.status, cells.stream}] += count;
            latencies[{row.backend, row.model}].add(cells.latency);
        }
    }
    page.family("meridian_requests_total", "counter", "Settled exchanges.");
    for (const auto &[key, count] : counts) {
        const auto &[backend, model, status, stream] = key;
        page.sample({{"backend", backend},
                     {"model", model},
                     {"status", statusLabel(status)},
                     {"stream", stream ? "true" : "false"}},
                    count);
    }
    page.family("meridian_request_latency_ms", "histogram",
                "Time from the first byte of a request to the last of its response.");
    for (const auto &[names, sum] : latencies) {
        if (!sum.isEmpty()) {
            sum.print<bounds::Latency>(page, {{"backend", names.first}, {"model", names.second}},
                                       Milliseconds);
        }
    }
}

void appendExchangeFamilies(PrometheusText &page, const ExchangeRows &rows)
{
    appendTokens(page, rows);
    appendPerBackend(page, rows);
    appendStages(page, rows.workers());
}

} // namespace meridian::observe
