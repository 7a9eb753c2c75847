// SPDX-License-Identifier: MIT
// Sends sampled exchanges to an OpenTelemetry collector: OTLP over HTTP, in batches.
#include "core/export/traceexporter.h"

#include "core/export/partialsuccess.h"

#include <QLoggingCategory>
#include <QUuid>

namespace meridian::exporter {

namespace {

using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcExport, "meridian.export")

constexpr auto ReportEvery = 1min;

unsigned long long count(std::uint64_t value)
{
    return value;
}

} // namespace

TraceExporter::TraceExporter(event::Loop &loop, observe::SpanQueue &queue, RetryPolicy retry)
    : m_loop(loop)
    , m_queue(queue)
    , m_retry(retry)
    , m_instanceId(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString())
    , m_alarm(loop.timers(), [this] { onAlarm(); })
    , m_stopAlarm(loop.timers(), [this] { finishStop(); })
    , m_self(std::make_shared<TraceExporter *>(this))
{
}

TraceExporter::~TraceExporter()
{
    m_queue.setAlarm({}, 0);
    m_queue.setCapacity(0);
}

Result<void> TraceExporter::configure(const model::TracingSettings &settings)
{
    if (settings == m_settings) {
        return {};
    }
    std::shared_ptr<net::TlsContext> tls;
    if (settings.enabled && settings.https) {
        auto context = net::TlsContext::forUpstream({}, settings.host, true);
        if (!context) {
            return failure(context.error().code, "tracing.endpoint: " + context.error().detail);
        }
        tls = *context;
    }
    m_settings = settings;
    m_tls = std::move(tls);
    if (!settings.enabled) {
        m_queue.setAlarm({}, 0);
        m_queue.setCapacity(0);
        if (!m_body.empty()) {
            dropBatch();
        }
        m_alarm.stop();
        m_reportedLost = m_queue.lost(); // no trouble: we were told to
        return {};
    }
    m_queue.setCapacity(settings.queueSize);
    m_queue.setAlarm(
        [this, alive = std::weak_ptr(m_self)] {
            m_loop.post([alive] {
                if (const auto self = alive.lock()) {
                    (*self)->sendNext();
                }
            });
        },
        fullBatch());
    if (m_body.empty()) {
        batchDone(); // looks what waits already
    }
    return {};
}

std::size_t TraceExporter::fullBatch() const noexcept
{
    return std::min(m_settings.batchSize, m_settings.queueSize);
}

void TraceExporter::rememberBackends(std::uint32_t generation, std::vector<std::string> names)
{
    m_names.remember(generation, std::move(names));
}

TraceExporter::Stats TraceExporter::stats() const
{
    Stats stats = m_stats;
    stats.dropped += m_queue.lost();
    stats.queued = m_queue.size();
    return stats;
}

/// The interval is over, or the wait before a retry.
void TraceExporter::onAlarm()
{
    if (m_body.empty()) {
        sendNext();
    } else {
        ++m_stats.retries;
        post();
    }
}

void TraceExporter::sendNext()
{
    if (!m_body.empty() || !m_settings.enabled) {
        return; // one at a time: the end of that one looks again
    }
    if (const std::uint64_t lost = m_queue.lost(); lost != m_reportedLost) {
        m_reportedLost = lost;
        report("the queue was full");
    }
    fillBatch();
    if (!m_body.empty()) {
        post();
    } else if (m_stopped) {
        finishStop();
    } else {
        m_alarm.start(m_settings.interval);
    }
}

void TraceExporter::fillBatch()
{
    observe::OtlpBatch batch(m_settings.protocol);
    model::RequestRecord record;
    while (batch.exchanges() < m_settings.batchSize && batch.bytes() < MaxBatchBytes &&
           m_queue.take(record)) {
        batch.add(record, m_names);
    }
    if (batch.exchanges() == 0) {
        return;
    }
    m_body = batch.request({m_settings.serviceName, MERIDIAN_VERSION, m_instanceId});
    m_protocol = batch.protocol();
    m_batchExchanges = batch.exchanges();
    m_batchSpans = batch.spans();
    m_tries = 0;
}

void TraceExporter::post()
{
    m_alarm.stop();
    ++m_tries;
    m_post = std::make_unique<OtlpPost>(m_loop, m_settings, m_tls, m_protocol, m_body,
                                        [this](const PostResult &result) { answered(result); });
}

void TraceExporter::answered(const PostResult &result)
{
    m_loop.deleteLater(std::move(m_post));
    if (result.status >= 200 && result.status < 300) {
        taken(result);
    } else {
        retryOrDrop(result);
    }
}

void TraceExporter::taken(const PostResult &result)
{
    const PartialSuccess partial =
        result.isJson ? readJsonResponse(result.body) : readProtobufResponse(result.body);
    const std::uint64_t rejected = std::min<std::uint64_t>(partial.rejectedSpans, m_batchSpans);
    m_stats.exported += m_batchExchanges;
    m_stats.exportedSpans += m_batchSpans - rejected;
    m_stats.rejectedSpans += rejected;
    if (!partial.isComplete()) {
        report("the collector rejected spans: " + partial.message);
    }
    batchDone();
}

void TraceExporter::retryOrDrop(const PostResult &result)
{
    const std::string reason = result.status == 0
                                   ? result.detail
                                   : "the collector answered " + std::to_string(result.status);
    const bool again = result.status == 0 || isRetryable(result.status);
    if (again && m_tries <= m_retry.retries) {
        report(reason);
        m_alarm.start(m_retry.delay(m_tries, result.retryAfter));
        return;
    }
    dropBatch();
    report(reason);
    batchDone();
}

void TraceExporter::dropBatch()
{
    if (m_post) {
        m_post->cancel(); // it sends from the body, and may be flushed once more this turn
        m_loop.deleteLater(std::move(m_post));
    }
    m_stats.dropped += m_batchExchanges;
    ++m_stats.failedBatches;
    m_body = {};
}

void TraceExporter::batchDone()
{
    m_body = {};
    if (m_stopped || m_queue.size() >= fullBatch()) {
        sendNext();
    } else {
        m_alarm.start(m_settings.interval);
    }
}

void TraceExporter::stop(std::chrono::nanoseconds deadline, std::function<void()> done)
{
    m_stopped = std::move(done);
    if (!m_settings.enabled) {
        finishStop();
        return;
    }
    m_stopAlarm.start(deadline);
    sendNext();
}

void TraceExporter::finishStop()
{
    m_stopAlarm.stop();
    m_alarm.stop();
    if (!m_body.empty()) {
        dropBatch();
    }
    m_queue.setAlarm({}, 0);
    m_queue.setCapacity(0); // counts what is left
    m_settings.enabled = false;
    if (m_stopped) {
        std::exchange(m_stopped, nullptr)();
    }
}

void TraceExporter::report(const std::string &reason)
{
    const auto now = std::chrono::steady_clock::now();
    if (m_hasReported && now - m_lastReport < ReportEvery) {
        return;
    }
    m_hasReported = true;
    m_lastReport = now;
    const Stats totals = stats();
    qCWarning(lcExport,
              "traces endpoint=%s exported=%llu dropped=%llu rejected_spans=%llu retries=%llu "
              "queued=%zu reason=\"%s\"",
              m_settings.endpoint.c_str(), count(totals.exported), count(totals.dropped),
              count(totals.rejectedSpans), count(totals.retries), totals.queued, reason.c_str());
}

} // namespace meridian::exporter
