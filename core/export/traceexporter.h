// SPDX-License-Identifier: MIT
// Sends sampled exchanges to an OpenTelemetry collector: OTLP over HTTP, in batches.
#pragma once

#include "core/base/result.h"
#include "core/export/alarm.h"
#include "core/export/otlppost.h"
#include "core/export/retrypolicy.h"
#include "core/observe/backendnames.h"
#include "core/observe/otlpbatch.h"
#include "core/observe/spanqueue.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace meridian::exporter {

/// Posts what waits in the queue every tracing.interval, or at once when a batch is full; one POST
/// at a time. What a collector is too busy or too dead for is offered again a few times, then lost
/// and counted: memory is bounded by the queue and one batch. Trouble is logged once a minute.
/// Thread: its loop's (the main thread, with Qt's stock dispatcher).
class TraceExporter
{
public:
    /// A batch ends early at this size: collectors refuse larger bodies (20 MiB by default).
    static constexpr std::size_t MaxBatchBytes = 4 * 1024 * 1024;

    /// Counts exchanges unless said otherwise.
    struct Stats
    {
        std::uint64_t exported = 0;
        std::uint64_t exportedSpans = 0; // less those a collector said it rejected
        std::uint64_t rejectedSpans = 0;
        std::uint64_t dropped = 0;       // queue full, batch failed, or tracing turned off
        std::uint64_t failedBatches = 0; // dropped ones
        std::uint64_t retries = 0;
        std::size_t queued = 0;
    };

    /// Off until configure(). The queue must outlive this.
    TraceExporter(event::Loop &loop, observe::SpanQueue &queue, RetryPolicy retry = {});
    ~TraceExporter();
    TraceExporter(const TraceExporter &) = delete;
    TraceExporter &operator=(const TraceExporter &) = delete;

    /// At the start and on each reload; also opens and closes the queue. A POST under way ends
    /// under the old settings. Turned off, what has not been sent is dropped. On an error (TLS)
    /// everything stays as it was.
    [[nodiscard]] Result<void> configure(const model::TracingSettings &settings);

    /// What the backends of a snapshot are called, before the first exchange under it settles.
    void rememberBackends(std::uint32_t generation, std::vector<std::string> names);

    /// Sends what waits, then calls `done`, at the latest after `deadline`: what is left then is
    /// dropped. `done` is called once, possibly before this returns.
    void stop(std::chrono::nanoseconds deadline, std::function<void()> done);

    [[nodiscard]] Stats stats() const;

private:
    void onAlarm();
    void sendNext();
    void fillBatch();
    void post();
    void answered(const PostResult &result);
    void taken(const PostResult &result);
    void retryOrDrop(const PostResult &result);
    void dropBatch();
    void batchDone();
    void finishStop();
    void report(const std::string &reason);
    /// So many exchanges waiting are worth a POST before the interval is over.
    [[nodiscard]] std::size_t fullBatch() const noexcept;

    event::Loop &m_loop;
    observe::SpanQueue &m_queue;
    const RetryPolicy m_retry;
    const std::string m_instanceId;
    model::TracingSettings m_settings;
    std::shared_ptr<net::TlsContext> m_tls;
    observe::BackendNames m_names;
    Alarm m_alarm; // the interval, or the wait before a retry
    Alarm m_stopAlarm;
    std::shared_ptr<TraceExporter *> m_self; // posted closures look whether we still live

    // The batch under way; an empty body = none.
    std::string m_body;
    model::TracingSettings::Protocol m_protocol = model::TracingSettings::Protocol::Protobuf;
    std::size_t m_batchExchanges = 0;
    std::size_t m_batchSpans = 0;
    int m_tries = 0;
    std::unique_ptr<OtlpPost> m_post;

    Stats m_stats; // without `queued` and what the queue lost
    std::function<void()> m_stopped;
    std::uint64_t m_reportedLost = 0;
    std::chrono::steady_clock::time_point m_lastReport;
    bool m_hasReported = false;
};

} // namespace meridian::exporter
