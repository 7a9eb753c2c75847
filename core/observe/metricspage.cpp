// SPDX-License-Identifier: MIT
// The /metrics page: every worker's cells summed, with what backends and the process say.
#include "core/observe/metricspage.h"

#include "core/json/utf8.h"
#include "core/observe/prometheus.h"
#include "core/observe/workermetrics.h"

#include <array>
#include <map>
#include <tuple>
#include <vector>

namespace meridian::observe {

namespace {

using Workers = std::span<const WorkerMetrics *const>;

/// Label values as they will be printed: two names that differ only in invalid bytes are one
/// series.
std::string label(std::string_view name)
{
    std::string out;
    json::appendValidUtf8(out, name);
    return out;
}

/// Several workers' histograms over the same bounds, added up.
template <const auto &Bounds>
class Sum
{
public:
    void add(const Histogram<Bounds> &histogram)
    {
        for (std::size_t i = 0; i < m_counts.size(); ++i) {
            m_counts[i] += histogram.bucket(i);
        }
        m_micros += histogram.sum();
    }

    [[nodiscard]] bool isEmpty() const { return m_counts == decltype(m_counts){}; }

    /// `unit` is how many microseconds one printed unit has.
    void print(PrometheusText &page, PrometheusText::Labels labels, double unit) const
    {
        std::array<double, Bounds.size()> bounds{};
        for (std::size_t i = 0; i < bounds.size(); ++i) {
            bounds[i] = Bounds[i] / unit;
        }
        page.histogram(labels, bounds, m_counts, static_cast<double>(m_micros) / unit);
    }

private:
    std::array<std::uint64_t, Histogram<Bounds>::BucketCount> m_counts{};
    std::uint64_t m_micros = 0;
};

constexpr double Seconds = 1e6;
constexpr double Milliseconds = 1e3;

struct CounterSeries
{
    Counter counter;
    std::string_view name;
    std::string_view help;
};

constexpr std::array<CounterSeries, CounterCount> Counters{{
    {Counter::ConnectionsAccepted, "meridian_connections_accepted_total",
     "Client connections accepted."},
    {Counter::ConnectionsRejectedAtCap, "meridian_accept_pauses_total",
     "Times accepting was paused at the connection cap."},
    {Counter::AcceptErrors, "meridian_accept_errors_total",
     "Failed accept calls, such as out of descriptors."},
    {Counter::MalformedRequests, "meridian_malformed_requests_total",
     "Requests refused by the HTTP parser."},
    {Counter::ClientGone, "meridian_client_disconnects_total",
     "Clients that left before their response was complete."},
    {Counter::UpstreamConnects, "meridian_upstream_connects_total", "New connections to backends."},
    {Counter::UpstreamReused, "meridian_upstream_reused_total",
     "Requests sent on a kept-alive backend connection."},
    {Counter::Failovers, "meridian_failovers_total",
     "Exchanges moved to another backend before their first byte."},
    {Counter::LogDropped, "meridian_log_dropped_total",
     "Log records dropped because the queue was full."},
    {Counter::ControlRequests, "meridian_control_requests_total",
     "Requests handed to the control plane."},
    {Counter::MidStreamFailures, "meridian_mid_stream_failures_total",
     "Responses that failed after their first byte."},
    {Counter::Timeouts, "meridian_timeouts_total", "Waits for a peer that reached their deadline."},
}};

void printRequests(PrometheusText &page, Workers workers)
{
    std::map<std::tuple<std::string, std::string, std::uint16_t, bool>, std::uint64_t> counts;
    std::map<std::pair<std::string, std::string>, Sum<LatencyBounds>> latencies;
    for (const WorkerMetrics *worker : workers) {
        const auto names = [&](std::uint16_t row) {
            const auto &pair = worker->pairs()[row];
            return std::pair(label(worker->backends()[pair.backend].name),
                             label(worker->models()[pair.model].name));
        };
        for (std::size_t i = 0; i < worker->requests().size(); ++i) {
            const auto &cells = worker->requests()[i];
            if (const std::uint64_t count = cells.count.value(); count > 0) {
                const auto [backend, model] = names(cells.pair);
                counts[{backend, model, cells.status, cells.stream}] += count;
            }
        }
        for (std::size_t i = 0; i < worker->pairs().size(); ++i) {
            latencies[names(static_cast<std::uint16_t>(i))].add(worker->pairs()[i].latency);
        }
    }
    page.family("meridian_requests_total", "counter", "Settled exchanges.");
    for (const auto &[key, count] : counts) {
        const auto &[backend, model, status, stream] = key;
        const std::string code = status == 0 ? "other" : std::to_string(status);
        page.sample({{"backend", backend},
                     {"model", model},
                     {"status", code},
                     {"stream", stream ? "true" : "false"}},
                    count);
    }
    page.family("meridian_request_latency_ms", "histogram",
                "Time from the first byte of a request to the last of its response.");
    for (const auto &[names, sum] : latencies) {
        if (!sum.isEmpty()) {
            sum.print(page, {{"backend", names.first}, {"model", names.second}}, Milliseconds);
        }
    }
}

void printPerBackend(PrometheusText &page, Workers workers)
{
    std::map<std::string, std::uint64_t> retries;
    std::map<std::string, Sum<FirstByteBounds>> firstBytes;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->backends().size(); ++i) {
            const auto &cells = worker->backends()[i];
            retries[label(cells.name)] += cells.retries.value();
            firstBytes[label(cells.name)].add(cells.firstByte);
        }
    }
    page.family("meridian_upstream_retries_total", "counter", "Repeated upstream attempts.");
    for (const auto &[backend, count] : retries) {
        if (count > 0) {
            page.sample({{"backend", backend}}, count);
        }
    }
    page.family("meridian_time_to_first_byte_seconds", "histogram",
                "Time to the head of the upstream's response.");
    for (const auto &[backend, sum] : firstBytes) {
        if (!sum.isEmpty()) {
            sum.print(page, {{"backend", backend}}, Seconds);
        }
    }
}

void printTokens(PrometheusText &page, Workers workers)
{
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> tokens;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->models().size(); ++i) {
            const auto &cells = worker->models()[i];
            auto &sum = tokens[cells.name.empty() ? "unknown" : label(cells.name)];
            sum.first += cells.promptTokens.value();
            sum.second += cells.completionTokens.value();
        }
    }
    page.family("meridian_tokens_total", "counter", "Tokens as the backends report them.");
    for (const auto &[model, sum] : tokens) {
        if (sum.first + sum.second > 0) {
            page.sample({{"model", model}, {"kind", "completion"}}, sum.second);
            page.sample({{"model", model}, {"kind", "prompt"}}, sum.first);
        }
    }
}

void printBackendGauges(PrometheusText &page, std::span<const BackendGauges> backends)
{
    page.family("meridian_backend_inflight", "gauge", "Exchanges a backend is working on.");
    for (const BackendGauges &backend : backends) {
        page.sample({{"backend", backend.name}}, backend.inflight);
    }
    page.family("meridian_backend_healthy", "gauge", "1 if the backend gets traffic.");
    for (const BackendGauges &backend : backends) {
        page.sample({{"backend", backend.name}}, std::uint64_t{backend.healthy ? 1U : 0U});
    }
}

void printStages(PrometheusText &page, Workers workers)
{
    page.family("meridian_gateway_stage_seconds", "histogram",
                "Time exchanges spent in each stage.");
    Sum<StageBounds> overhead;
    for (std::size_t i = 0; i < model::StageCount; ++i) {
        const auto stage = static_cast<model::Stage>(i);
        Sum<StageBounds> sum;
        for (const WorkerMetrics *worker : workers) {
            sum.add(worker->stage(stage));
        }
        sum.print(page, {{"stage", model::stageName(stage)}}, Seconds);
    }
    page.family(
        "meridian_gateway_overhead_seconds", "histogram",
        "The gateway's own share of an exchange: all stages but collect, lease, send, relay.");
    for (const WorkerMetrics *worker : workers) {
        overhead.add(worker->overhead());
    }
    overhead.print(page, {}, Seconds);
}

void printWorkers(PrometheusText &page, Workers workers)
{
    for (const CounterSeries &series : Counters) {
        page.family(series.name, "counter", series.help);
        std::uint64_t sum = 0;
        for (const WorkerMetrics *worker : workers) {
            sum += worker->counter(series.counter);
        }
        page.sample({}, sum);
    }
    page.family("meridian_connections_open", "gauge", "Open client connections.");
    for (std::size_t i = 0; i < workers.size(); ++i) {
        page.sample({{"worker", std::to_string(i)}}, workers[i]->connectionsOpen());
    }
    page.family("meridian_event_loop_turn_seconds", "histogram",
                "How long a worker was busy in one turn of its event loop.");
    for (std::size_t i = 0; i < workers.size(); ++i) {
        Sum<TurnBounds> sum;
        sum.add(workers[i]->turns());
        sum.print(page, {{"worker", std::to_string(i)}}, Seconds);
    }
}

void printLog(PrometheusText &page, const RecordWriter::Stats &log)
{
    page.family("meridian_log_lines_total", "counter", "Lines written to the request log.");
    page.sample({}, log.linesWritten);
    page.family("meridian_log_lines_lost_total", "counter",
                "Lines the request log's file did not take.");
    page.sample({}, log.linesLost);
    page.family("meridian_log_write_errors_total", "counter",
                "Failed writes and opens of the request log.");
    page.sample({}, log.writeErrors);
}

template <typename T>
void printGauge(PrometheusText &page,
                std::string_view name,
                std::string_view help,
                const std::optional<T> &value)
{
    if (value) {
        page.family(name, "gauge", help);
        page.sample({}, *value);
    }
}

void printProcess(PrometheusText &page, const ProcessFigures &process)
{
    if (process.cpuSeconds) {
        page.family("process_cpu_seconds_total", "counter", "User and system CPU time spent.");
        page.sample({}, *process.cpuSeconds);
    }
    printGauge(page, "process_resident_memory_bytes", "Resident memory size.",
               process.residentBytes);
    printGauge(page, "process_virtual_memory_bytes", "Virtual memory size.", process.virtualBytes);
    printGauge(page, "process_open_fds", "Open file descriptors.", process.openDescriptors);
    printGauge(page, "process_max_fds", "Limit of open file descriptors.", process.maxDescriptors);
    printGauge(page, "process_start_time_seconds", "Start time since the epoch.",
               process.startTimeSeconds);
}

} // namespace

std::string metricsPage(const MetricsSources &sources)
{
    PrometheusText page;
    page.family("meridian_build_info", "gauge", "Always 1; the version is a label.");
    page.sample({{"version", sources.version}}, std::uint64_t{1});
    printRequests(page, sources.workers);
    printBackendGauges(page, sources.backends);
    printTokens(page, sources.workers);
    printPerBackend(page, sources.workers);
    printStages(page, sources.workers);
    printWorkers(page, sources.workers);
    printLog(page, sources.log);
    printProcess(page, sources.process);
    return page.take();
}

Totals totals(std::span<const WorkerMetrics *const> workers)
{
    Totals sum;
    for (const WorkerMetrics *worker : workers) {
        for (std::size_t i = 0; i < worker->requests().size(); ++i) {
            const auto &cells = worker->requests()[i];
            const std::uint64_t count = cells.count.value();
            sum.requests += count;
            sum.failures += cells.status >= 500 ? count : 0;
        }
        for (std::size_t i = 0; i < worker->models().size(); ++i) {
            sum.promptTokens += worker->models()[i].promptTokens.value();
            sum.completionTokens += worker->models()[i].completionTokens.value();
        }
        sum.connectionsOpen += worker->connectionsOpen();
    }
    return sum;
}

} // namespace meridian::observe
