// SPDX-License-Identifier: MIT
// Stages 9 to 11 of an exchange: its attempts, and the response on its way back.
#include "core/proxy/exchange.h"
#include "core/proxy/requestwriter.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcProxy, "meridian.proxy")

namespace meridian::proxy {

namespace {

using http::HttpError;
using http::UpstreamFault;
using model::Stage;

constexpr std::size_t CopiedBody = 16 * 1024; // larger ones are sent from where they lie

bool isTimeout(UpstreamFault::Kind kind)
{
    return kind == UpstreamFault::Kind::ConnectTimeout ||
           kind == UpstreamFault::Kind::ReadTimeout || kind == UpstreamFault::Kind::WriteTimeout;
}

bool isConnectFault(UpstreamFault::Kind kind)
{
    return kind == UpstreamFault::Kind::Connect || kind == UpstreamFault::Kind::ConnectTimeout;
}

} // namespace

void Exchange::lease(std::shared_ptr<upstream::Backend> backend, bool fresh)
{
    m_clock.enter(Stage::Lease);
    m_backend = std::move(backend);
    m_inflight = upstream::InflightGuard(*m_backend);
    ++m_attempts;
    auto lease = m_worker.pool.lease(m_backend, fresh);
    m_upstream = std::move(lease.connection);
    m_isAttemptFresh = lease.isNew;
    m_worker.metrics.count(lease.isNew ? observe::Counter::UpstreamConnects
                                       : observe::Counter::UpstreamReused);
    send();
}

void Exchange::send()
{
    if (!m_isAttemptFresh) {
        m_clock.enter(Stage::Send);
    }
    const model::TimeoutSettings &timeouts = m_backend->settings().timeouts;
    m_upstream->begin(*this, {timeouts.connect, timeouts.read, timeouts.write}, false);
    const auto &head = m_client.head();
    const auto length =
        m_isUpload ? head.contentLength : std::optional<std::uint64_t>(m_body.size());
    std::string &out = m_upstream->output();
    appendRequestHead(out, head, *m_backend, m_id.view(), length);
    if (!m_isUpload) {
        if (m_body.size() <= CopiedBody) {
            out.append(m_body);
        } else {
            m_upstream->writeFrom(m_body);
        }
        m_upstream->requestWritten();
        return;
    }
    if (m_isAttemptFresh && !m_isUploadWhole) {
        m_client.pauseBody(); // until connected: a refused connection can still be repeated
    }
    const bool isWhole = std::exchange(m_isUploadWhole, false);
    forwardUpload(m_body);
    m_isUploadRepeatable = true;
    if (isWhole) {
        m_isUploadWhole = true;
        forwardUpload({});
    } else if (!m_isAttemptFresh) {
        onUpstreamDrained(); // a failed attempt before this one may have paused the body
    }
}

void Exchange::forwardUpload(std::string_view bytes)
{
    m_isUploadRepeatable = m_isUploadRepeatable && bytes.empty();
    const bool isChunked = !m_client.head().contentLength.has_value();
    std::string &out = m_upstream->output();
    if (isChunked) {
        appendChunk(out, bytes);
    } else {
        out.append(bytes);
    }
    if (m_isUploadWhole) {
        out.append(isChunked ? "0\r\n\r\n" : "");
        m_upstream->requestWritten();
        return;
    }
    m_upstream->commit();
    if (m_upstream->isCongested()) {
        m_client.pauseBody();
    }
}

void Exchange::onUpstreamConnected()
{
    m_clock.enter(Stage::Send);
    onUpstreamDrained();
}

void Exchange::onUpstreamDrained()
{
    if (m_isUpload && !m_isUploadWhole && m_upstream && !m_upstream->isCongested()) {
        m_client.resumeBody();
    }
}

void Exchange::onResponseHead(const http::MessageHead &head)
{
    m_clock.enter(Stage::Relay);
    m_firstByte = m_clock.since();
    m_upstreamStatus = head.status;
    m_backend->noteAnswer();
    m_relay.start(head, ownHeaders());
    if (m_relay.isEventStream()) {
        const model::TimeoutSettings &timeouts = m_backend->settings().timeouts;
        m_upstream->setReadTimeout(timeouts.streamRead.value_or(timeouts.read));
        if (!m_upstream->hasUnsent()) {
            m_worker.loop.returnBuffer(
                std::move(m_body)); // a stream lives long, its request is history
            m_body = std::string();
        }
    }
}

void Exchange::onResponseBody(std::string_view bytes)
{
    m_relay.body(bytes);
    if (m_client.isCongested()) {
        m_upstream->pauseReading();
    }
}

void Exchange::onResponseDrained()
{
    if (m_upstream) {
        m_upstream->resumeReading();
    }
}

void Exchange::onResponseComplete()
{
    const auto latency = std::chrono::steady_clock::now() - m_clock.start();
    if (m_upstreamStatus < 500) {
        m_backend->noteLatency(latency);
    }
    m_inflight.release();
    m_worker.pool.giveBack(m_backend, std::move(m_upstream));
    m_relay.complete();
    settle(m_upstreamStatus, m_upstreamStatus >= 500 ? "upstream_5xx" : "");
    m_client.finish(); // last: the next request may begin inside
}

void Exchange::endAttempt()
{
    m_inflight.release();
    if (m_upstream) {
        m_upstream->close();
        m_worker.loop.deleteLater(std::move(m_upstream));
    }
}

void Exchange::onUpstreamFailed(const UpstreamFault &fault)
{
    qCInfo(lcProxy, "id=%.*s backend=%s fault=%s sent=%d responding=%d detail=%s",
           static_cast<int>(m_id.view().size()), m_id.view().data(), m_backend->name().c_str(),
           http::faultName(fault.kind).data(), fault.requestSent, m_client.responseStarted(),
           fault.detail.c_str());
    if (isTimeout(fault.kind)) {
        m_worker.metrics.count(observe::Counter::Timeouts);
    }
    if (isConnectFault(fault.kind) && m_backend->noteFailure()) {
        qCWarning(lcProxy, "backend=%s is unhealthy: %s", m_backend->name().c_str(),
                  fault.detail.c_str());
    }
    endAttempt();
    if (!m_client.responseStarted()) {
        failOver(fault);
        return;
    }
    m_worker.metrics.count(observe::Counter::MidStreamFailures);
    const bool isStall = fault.kind == UpstreamFault::Kind::ReadTimeout;
    settle(isStall ? 504 : 502, isStall ? "stream_read_timeout" : http::faultName(fault.kind));
    m_relay.breakOff(m_surface.dialect,
                     isStall ? "meridian_stream_timeout" : "meridian_backend_error",
                     isStall ? "upstream read timeout" : "upstream connection error");
}

bool Exchange::mayRetry(const UpstreamFault &fault) const
{
    if (fault.requestSent && !m_backend->settings().retryAfterSend) {
        return false; // it may have been read, worked on and paid for
    }
    return !m_isUpload || m_isUploadRepeatable;
}

void Exchange::failOver(const UpstreamFault &fault)
{
    m_faultName = http::faultName(fault.kind);
    if (mayRetry(fault)) {
        m_tried.push_back(m_backend.get());
        m_clock.enter(Stage::Route);
        auto choice = m_worker.router.choose(*m_snapshot, {m_model}, m_tried);
        if (choice.outcome == routing::RouteOutcome::Chosen) {
            m_worker.metrics.count(observe::Counter::Failovers);
            m_worker.metrics.retry(m_backend->name());
            m_faultName = {};
            lease(std::move(choice.backend), false);
            return;
        }
        // Nobody else: a kept connection that the backend had closed meanwhile says nothing about
        // the backend itself.
        if (!m_isAttemptFresh && m_hasFreshRetry) {
            m_hasFreshRetry = false;
            m_worker.metrics.retry(m_backend->name());
            m_faultName = {};
            lease(m_backend, true);
            return;
        }
    }
    const HttpError error = isTimeout(fault.kind) ? HttpError::BackendTimeout
                            : fault.kind == UpstreamFault::Kind::NoDescriptor
                                ? HttpError::Overloaded
                                : HttpError::BackendError;
    refuse(error, http::errorMessage(error, m_backend->name()));
}

} // namespace meridian::proxy
