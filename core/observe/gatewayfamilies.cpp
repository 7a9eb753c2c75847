// SPDX-License-Identifier: MIT
// Series of which a process has one each: log, configuration, canary, sessions, traces, process.
#include "core/observe/metricfamilies.h"

#include <optional>

namespace meridian::observe {

namespace {

template <typename T>
void appendSingle(PrometheusText &page,
                  std::string_view name,
                  std::string_view type,
                  std::string_view help,
                  const T &value)
{
    page.family(name, type, help);
    page.sample({}, value);
}

template <typename T>
void appendGauge(PrometheusText &page,
                 std::string_view name,
                 std::string_view help,
                 const std::optional<T> &value)
{
    if (value) {
        appendSingle(page, name, "gauge", help, *value);
    }
}

std::optional<double> epochSeconds(std::optional<std::chrono::system_clock::time_point> time)
{
    return time ? std::optional(std::chrono::duration<double>(time->time_since_epoch()).count())
                : std::nullopt;
}

void appendConfiguration(PrometheusText &page, const MetricsSources &sources)
{
    appendSingle(page, "meridian_snapshot_generation", "gauge",
                 "Number of the configuration in force; it grows with each reload.",
                 sources.snapshotGeneration);
    page.family("meridian_reloads_total", "counter", "Reloads of the configuration.");
    page.sample({{"result", "failure"}}, sources.reloads.failed);
    page.sample({{"result", "success"}}, sources.reloads.succeeded);
    appendGauge(page, "meridian_last_reload_success_timestamp_seconds",
                "When a reload last succeeded, since the epoch.",
                epochSeconds(sources.reloads.lastSuccess));
}

void appendTracing(PrometheusText &page, const TracingFigures &tracing)
{
    appendSingle(page, "meridian_traces_exported_total", "counter",
                 "Traces the collector has taken.", tracing.exported);
    appendSingle(page, "meridian_traces_dropped_total", "counter",
                 "Traces dropped because the queue was full.", tracing.dropped);
    appendSingle(page, "meridian_traces_failed_total", "counter",
                 "Traces lost because the collector did not take them.", tracing.failed);
    appendSingle(page, "meridian_traces_queued", "gauge", "Traces that wait for the exporter.",
                 tracing.queued);
}

} // namespace

void appendGatewayFamilies(PrometheusText &page, const MetricsSources &sources)
{
    appendSingle(page, "meridian_log_lines_total", "counter", "Lines written to the request log.",
                 sources.log.linesWritten);
    appendSingle(page, "meridian_log_lines_lost_total", "counter",
                 "Lines the request log's file did not take.", sources.log.linesLost);
    appendSingle(page, "meridian_log_write_errors_total", "counter",
                 "Failed writes and opens of the request log.", sources.log.writeErrors);
    appendConfiguration(page, sources);
    appendSingle(page, "meridian_queue_length", "gauge", "Requests that wait for a free backend.",
                 sources.admissionQueue);
    appendSingle(page, "meridian_event_subscribers", "gauge",
                 "Callers that follow the events as a stream.", sources.events.subscribers);
    appendSingle(page, "meridian_event_subscribers_dropped_total", "counter",
                 "Callers that followed the events too slowly and were sent away.",
                 sources.events.dropped);
    appendGauge(page, "meridian_sessions", "Sessions that are pinned to a backend.",
                sources.sessions);
    if (sources.canary) {
        appendSingle(page, "meridian_canary_weight", "gauge",
                     "Percent of the traffic that goes to the canary.", sources.canary->weight);
        appendSingle(page, "meridian_canary_step", "gauge",
                     "Step of the canary's schedule; -1 before the first.",
                     static_cast<double>(sources.canary->step));
        appendSingle(page, "meridian_canary_rollbacks_total", "counter",
                     "Times the canary was taken back because it failed.",
                     sources.canary->rollbacks);
    }
    if (sources.tracing) {
        appendTracing(page, *sources.tracing);
    }
}

void appendProcessFamilies(PrometheusText &page, const ProcessFigures &process)
{
    if (process.cpuSeconds) {
        appendSingle(page, "process_cpu_seconds_total", "counter",
                     "User and system CPU time spent.", *process.cpuSeconds);
    }
    appendGauge(page, "process_resident_memory_bytes", "Resident memory size.",
                process.residentBytes);
    appendGauge(page, "process_virtual_memory_bytes", "Virtual memory size.", process.virtualBytes);
    appendGauge(page, "process_open_fds", "Open file descriptors.", process.openDescriptors);
    appendGauge(page, "process_max_fds", "Limit of open file descriptors.", process.maxDescriptors);
    appendGauge(page, "process_start_time_seconds", "Start time since the epoch.",
                process.startTimeSeconds);
}

} // namespace meridian::observe
