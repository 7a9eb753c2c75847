// SPDX-License-Identifier: MIT
// Melis' names for the same figures, so that its dashboards and alerts keep working.
#include "core/observe/histogramsum.h"
#include "core/observe/metricfamilies.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace meridian::observe {

namespace {

using Name = std::string_view;
using Names = std::pair<Name, Name>;
using NameAndStatus = std::pair<Name, std::uint16_t>;
using Row = ExchangeRows::Row;

constexpr Name Anonymous = "anonymous"; // nobody has to say who they are yet

struct Tokens
{
    std::uint64_t input = 0;
    std::uint64_t output = 0;

    void add(const RequestCells &cells)
    {
        input += cells.promptTokens.sum();
        output += cells.completionTokens.sum();
    }
};

void appendRequests(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<NameAndStatus, std::uint64_t> counts;
    std::map<Names, HistogramSum<bounds::Exchange>> times;
    std::map<NameAndStatus, HistogramSum<bounds::MelisBackend>> backends;
    for (const Row &row : rows.all()) {
        const RequestCells &cells = *row.cells;
        const Name route = surfacePath(cells.surface);
        if (const std::uint64_t count = cells.latency.count(); count > 0) {
            counts[{route, cells.status}] += count;
            times[{route, row.provider}].add(cells.latency);
        }
        if (row.hasBackend) {
            backends[{row.provider, cells.status}].add(cells.upstream);
        }
    }
    page.family("melis_gateway_requests_total", "counter", "Requests by route and status.");
    for (const auto &[key, count] : counts) {
        page.sample(
            {{"route", key.first}, {"client", Anonymous}, {"status", statusLabel(key.second)}},
            count);
    }
    page.family("melis_request_total_duration_seconds", "histogram",
                "Time from the first byte of a request to the last of its response.");
    for (const auto &[names, sum] : times) {
        sum.print<bounds::MelisTotal>(page, {{"route", names.first}, {"provider", names.second}},
                                      Seconds);
    }
    page.family("melis_backend_latency_seconds", "histogram", "Time spent on a provider.");
    for (const auto &[key, sum] : backends) {
        if (!sum.isEmpty()) {
            sum.print(page, {{"provider", key.first}, {"status", statusLabel(key.second)}},
                      Seconds);
        }
    }
}

void appendOverhead(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<Name, HistogramSum<bounds::Overhead>> perProvider;
    HistogramSum<bounds::Overhead> all;
    for (const WorkerMetrics *worker : rows.workers()) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            const BackendCells &cells = worker->backends()[i];
            const Name provider =
                cells.name.empty() ? "none" : rows.providers().of(labelText(cells.name));
            perProvider[provider].add(cells.overhead);
            all.add(cells.overhead);
        }
    }
    page.family("melis_request_duration_seconds", "histogram", "Gateway overhead per request");
    for (const auto &[provider, sum] : perProvider) {
        if (!sum.isEmpty()) {
            sum.print<bounds::MelisRequest>(page, {{"provider", provider}}, Seconds);
        }
    }
    page.family("melis_gateway_overhead_seconds", "histogram", "Gateway overhead per request.");
    all.print<bounds::MelisOverhead>(page, {}, Seconds);
}

void appendTokens(PrometheusText &page, const ExchangeRows &rows)
{
    std::map<Name, Tokens> perProvider;
    std::map<Name, Tokens> perModel;
    for (const Row &row : rows.all()) {
        perProvider[row.provider].add(*row.cells);
        perModel[row.model.empty() ? "unknown" : row.model].add(*row.cells);
    }
    page.family("melis_tokens_total", "counter", "Tokens by provider.");
    for (const auto &[provider, tokens] : perProvider) {
        if (tokens.input + tokens.output > 0) {
            page.sample({{"provider", provider}, {"direction", "input"}}, tokens.input);
            page.sample({{"provider", provider}, {"direction", "output"}}, tokens.output);
        }
    }
    page.family("melis_llm_tokens_total", "counter", "Tokens by model.");
    for (const auto &[model, tokens] : perModel) {
        if (tokens.input + tokens.output > 0) {
            page.sample({{"direction", "input"}, {"model", model}, {"client_id", Anonymous}},
                        tokens.input);
            page.sample({{"direction", "output"}, {"model", model}, {"client_id", Anonymous}},
                        tokens.output);
        }
    }
}

void appendFailures(PrometheusText &page, const ExchangeRows &rows)
{
    constexpr std::uint16_t ClientLeft = 499;
    std::map<Names, std::uint64_t> failovers;
    std::map<NameAndStatus, std::uint64_t> errors;
    for (const Row &row : rows.all()) {
        const std::uint16_t status = row.cells->status;
        if (row.hasBackend && status >= 400 && status != ClientLeft) {
            errors[{row.provider, status}] += row.cells->latency.count();
        }
    }
    for (const WorkerMetrics *worker : rows.workers()) {
        for (std::size_t i = 0; i < worker->failovers().size(); ++i) {
            const FailoverCells &cells = worker->failovers()[i];
            const Name provider =
                rows.providers().of(labelText(worker->backends()[cells.backend].name));
            const std::uint64_t count = cells.count.value();
            failovers[{provider, failoverReasonName(cells.reason)}] += count;
            if (cells.status != 0) {
                errors[{provider, cells.status}] += count;
            }
        }
    }
    page.family("melis_failover_total", "counter",
                "Exchanges that went on at another backend, by the provider that failed.");
    for (const auto &[names, count] : failovers) {
        if (count > 0) {
            page.sample({{"provider", names.first}, {"reason", names.second}}, count);
        }
    }
    page.family("melis_provider_errors_total", "counter",
                "Error answers of providers, and errors the gateway made of their failures.");
    for (const auto &[key, count] : errors) {
        if (count > 0) {
            page.sample({{"provider", key.first}, {"status_code", statusLabel(key.second)}}, count);
        }
    }
}

void appendBreakers(PrometheusText &page, std::span<const BackendGauges> backends)
{
    constexpr int Open = 1;
    std::map<Name, int> worst;
    for (const BackendGauges &backend : backends) {
        if (backend.circuitOpen) {
            int &state = worst[backend.engine.empty() ? Name("unknown") : backend.engine];
            // open is worse than half-open, whose number is higher
            state = state == Open                  ? Open
                    : *backend.circuitOpen == Open ? Open
                                                   : std::max(state, *backend.circuitOpen);
        }
    }
    if (worst.empty()) {
        return;
    }
    page.family("melis_circuit_breaker_state", "gauge",
                "The worst of a provider's breakers: 0 closed, 1 open, 2 half-open.");
    for (const auto &[provider, state] : worst) {
        page.sample({{"provider", provider}}, static_cast<double>(state));
    }
}

} // namespace

void appendMelisFamilies(PrometheusText &page,
                         const ExchangeRows &rows,
                         std::span<const BackendGauges> backends)
{
    appendOverhead(page, rows);
    appendTokens(page, rows);
    appendBreakers(page, backends);
    appendRequests(page, rows);
    appendFailures(page, rows);
}

} // namespace meridian::observe
