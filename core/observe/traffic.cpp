// SPDX-License-Identifier: MIT
// The workers' cells of one moment added up, in all and by backend: what a history is made from.
#include "core/observe/traffic.h"

#include "core/observe/histogramsum.h"
#include "core/observe/workermetrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace meridian::observe {

namespace {

template <const auto &Bounds>
void addHistogram(Traffic::Counts<Bounds> &into, const Histogram<Bounds> &histogram)
{
    for (std::size_t i = 0; i < into.size(); ++i) {
        into[i] += histogram.bucket(i);
    }
}

void addRow(Traffic &into, const RequestCells &cells)
{
    const std::uint64_t count = cells.latency.count();
    into.requests += count;
    into.failures += cells.status >= 500 ? count : 0;
    into.status2xx += cells.status >= 200 && cells.status < 300 ? count : 0;
    into.status4xx += cells.status >= 400 && cells.status < 500 ? count : 0;
    into.status5xx += cells.status >= 500 ? count : 0;
    into.promptTokens += cells.promptTokens.sum();
    into.completionTokens += cells.completionTokens.sum();
    addHistogram<bounds::Exchange>(into.latency, cells.latency);
    addHistogram<bounds::Head>(into.firstByte, cells.firstByte);
}

/// A cell that was read before another one may be behind it.
std::uint64_t grown(std::uint64_t later, std::uint64_t earlier) noexcept
{
    return later - std::min(later, earlier);
}

template <const auto &Bounds>
double quantile(const Traffic::Counts<Bounds> &counts, double q) noexcept
{
    std::uint64_t all = 0;
    for (const std::uint64_t count : counts) {
        all += count;
    }
    if (all == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double rank = q * static_cast<double>(all);
    double below = 0;
    for (std::size_t i = 0; i < Bounds.size(); ++i) {
        const auto here = static_cast<double>(counts[i]);
        if (here > 0 && below + here >= rank) {
            const double low = i == 0 ? 0 : Bounds[i - 1];
            return (low + (Bounds[i] - low) * (rank - below) / here) / Milliseconds;
        }
        below += here;
    }
    return Bounds.back() / Milliseconds; // nothing is known beyond the last bound
}

} // namespace

TrafficSample sampleTraffic(std::span<const WorkerMetrics *const> workers,
                            std::span<const std::string_view> names)
{
    TrafficSample sample;
    sample.backends.resize(names.size());
    for (const WorkerMetrics *worker : workers) {
        std::vector<Traffic *> ofRow(worker->backends().size(), nullptr);
        for (std::size_t row = 0; row < ofRow.size(); ++row) {
            const BackendCells &cells = worker->backends()[row];
            sample.total.cachedTokens += cells.cacheReadTokens.value();
            const auto name = std::find(names.begin(), names.end(), cells.name);
            if (name != names.end()) {
                ofRow[row] = &sample.backends[static_cast<std::size_t>(name - names.begin())];
                ofRow[row]->cachedTokens += cells.cacheReadTokens.value();
            }
        }
        for (std::size_t row = 0; row < worker->requests().size(); ++row) {
            const RequestCells &cells = worker->requests()[row];
            addRow(sample.total, cells);
            const std::size_t backend = worker->pairs()[cells.pair].backend;
            if (backend < ofRow.size() && ofRow[backend] != nullptr) {
                addRow(*ofRow[backend], cells);
            }
        }
    }
    return sample;
}

Traffic operator-(const Traffic &later, const Traffic &earlier) noexcept
{
    Traffic difference;
    const auto subtract = [&](std::uint64_t Traffic::*field) {
        difference.*field = grown(later.*field, earlier.*field);
    };
    for (const auto field : {&Traffic::requests, &Traffic::failures, &Traffic::status2xx,
                             &Traffic::status4xx, &Traffic::status5xx, &Traffic::promptTokens,
                             &Traffic::completionTokens, &Traffic::cachedTokens}) {
        subtract(field);
    }
    std::transform(later.latency.begin(), later.latency.end(), earlier.latency.begin(),
                   difference.latency.begin(), grown);
    std::transform(later.firstByte.begin(), later.firstByte.end(), earlier.firstByte.begin(),
                   difference.firstByte.begin(), grown);
    return difference;
}

double latencyQuantile(const Traffic &traffic, double q) noexcept
{
    return quantile<bounds::Exchange>(traffic.latency, q);
}

double firstByteQuantile(const Traffic &traffic, double q) noexcept
{
    return quantile<bounds::Head>(traffic.firstByte, q);
}

} // namespace meridian::observe
