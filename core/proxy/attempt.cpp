// SPDX-License-Identifier: MIT
#include "core/proxy/attempt.h"

#include "core/http/retryafter.h"

#include <QLoggingCategory>

#include <algorithm>

namespace meridian::proxy {

namespace {

Q_LOGGING_CATEGORY(lcBackend, "meridian.backend")

using upstream::CircuitBreaker;
using namespace std::chrono_literals;

constexpr int TooManyRequests = 429;
constexpr int ServerError = 500;
constexpr int ClientError = 400;
constexpr std::chrono::nanoseconds LongestRateLimit = 60s;

} // namespace

Attempt::Attempt(WorkerContext &worker,
                 const upstream::Snapshot &snapshot,
                 AttemptListener &listener,
                 Plan plan)
    : m_worker(worker)
    , m_snapshot(snapshot)
    , m_listener(listener)
    , m_plan(std::move(plan))
    , m_slot(m_plan.choice.backend, m_plan.cost, snapshot.admission.get())
    , m_total(worker.loop.timers(), *this)
    , m_holdsProbe(m_plan.choice.isProbe)
{
    auto lease = worker.pool.lease(m_plan.choice.backend, m_plan.isFresh);
    m_connection = std::move(lease.connection);
    m_isNew = lease.isNew;
    worker.metrics.count(m_isNew ? observe::Counter::UpstreamConnects
                                 : observe::Counter::UpstreamReused);
}

Attempt::~Attempt()
{
    end();
}

void Attempt::begin()
{
    const model::TimeoutSettings &timeouts = backend().settings().timeouts;
    const auto patience = std::max<std::chrono::nanoseconds>(m_plan.patience, 1ms);
    m_connection->begin(
        *this,
        {std::min<std::chrono::nanoseconds>(timeouts.connect, patience),
         std::min<std::chrono::nanoseconds>(timeouts.firstByte.value_or(timeouts.read), patience),
         timeouts.write},
        false);
    if (timeouts.total) {
        m_total.start(*timeouts.total);
    }
}

void Attempt::end()
{
    m_total.stop();
    if (m_connection && !std::exchange(m_hasFirstByte, true)) {
        noteGivenUp();
    }
    m_slot.release();
    if (m_holdsProbe) {
        m_holdsProbe = false;
        m_plan.choice.probe->abandonProbe();
    }
    if (m_connection) {
        m_head = nullptr;
        m_connection->close();
        m_worker.loop.deleteLater(std::move(m_connection));
    }
}

/// It was at least so late. Were the losers of races missing from the figures, what counts as late
/// would become ever earlier; a client that leaves early, on the other hand, tells nothing.
void Attempt::noteGivenUp()
{
    upstream::LoadState &load = backend().state()->load;
    const auto now = std::chrono::steady_clock::now();
    const auto late = load.firstByte().quantile(m_snapshot.settings.resilience.hedge.quantile);
    if (late && now - m_plan.started >= *late) {
        load.noteFirstByte(now - m_plan.started, now);
    }
}

void Attempt::noteBadAnswer()
{
    m_isBad = true;
    noteBreakerFailure(m_plan.client);
}

void Attempt::release()
{
    if (provesItselfLater() && m_head->status < ClientError && !m_isBad) {
        noteBreakerSuccess();
    }
    m_total.stop();
    m_slot.release();
    m_head = nullptr;
    m_worker.pool.giveBack(m_plan.choice.backend, std::move(m_connection));
}

void Attempt::onUpstreamConnected()
{
    m_listener.onAttemptConnected(*this);
}

void Attempt::onUpstreamDrained()
{
    m_listener.onAttemptDrained(*this);
}

void Attempt::onResponseHead(const http::MessageHead &head)
{
    m_head = &head;
    m_mediaType = http::mediaTypeOf(head);
    m_isPage = head.status < ClientError && m_mediaType == http::MediaType::Html;
    const model::TimeoutSettings &timeouts = backend().settings().timeouts;
    m_connection->setReadTimeout(isEventStream() ? timeouts.streamRead.value_or(timeouts.read)
                                                 : timeouts.read);
    judgeHead();
    if (!isEventStream()) {
        noteFirstByte();
    }
    m_listener.onAttemptHead(*this);
}

void Attempt::judgeHead()
{
    backend().state()->health.noteAnswer();
    if (m_head->status == TooManyRequests || m_head->status >= ServerError) {
        m_retryAfter = http::parseRetryAfter(m_head->headers.find("retry-after").value_or(""))
                           .value_or(std::chrono::nanoseconds(0));
    }
    if (m_head->status >= ServerError) {
        const auto now = m_worker.loop.timers().now();
        backend().state()->load.noteFailure(now - m_plan.started, now);
        noteBreakerFailure(m_plan.client);
        return;
    }
    const bool isUnread = m_isPage || outgoing.passage == provider::Passage::Translated;
    if (!provesItselfLater() || (m_holdsProbe && !isUnread)) {
        noteBreakerSuccess(); // a stream has yet to prove itself, but nobody waits for that to
                              // probe
    }
    if (m_head->status == TooManyRequests) {
        const auto now = m_worker.loop.timers().now();
        const auto wait = m_retryAfter.count() > 0 ? m_retryAfter : DefaultRateLimit;
        backend()
            .state()
            ->breakers.at(m_plan.model, now)
            .limitRate(now + std::min(wait, LongestRateLimit));
    }
}

bool Attempt::isEventStream() const noexcept
{
    return m_mediaType == http::MediaType::EventStream || m_mediaType == http::MediaType::JsonLines;
}

/// A good status says little of a stream, of a page, or of what has yet to be understood.
bool Attempt::provesItselfLater() const noexcept
{
    return isEventStream() || m_isPage || outgoing.passage == provider::Passage::Translated;
}

void Attempt::noteFirstByte()
{
    if (!m_hasFirstByte && m_head->status < ClientError) {
        const auto now = m_worker.loop.timers().now();
        backend().state()->load.noteFirstByte(now - m_plan.started, now);
    }
    m_hasFirstByte = true;
}

void Attempt::noteBreakerSuccess()
{
    CircuitBreaker *breaker =
        m_holdsProbe ? m_plan.choice.probe : backend().state()->breakers.find(m_plan.model);
    if (breaker != nullptr) {
        breaker->noteSuccess(m_worker.loop.timers().now(), std::exchange(m_holdsProbe, false),
                             m_snapshot.settings.resilience.breaker);
    }
}

void Attempt::noteBreakerFailure(CircuitBreaker::Client client)
{
    const model::BreakerSettings &settings = m_snapshot.settings.resilience.breaker;
    if (!settings.enabled) {
        return;
    }
    const auto now = m_worker.loop.timers().now();
    CircuitBreaker &breaker =
        m_holdsProbe ? *m_plan.choice.probe : backend().state()->breakers.at(m_plan.model, now);
    if (breaker.noteFailure(now, client, std::exchange(m_holdsProbe, false), m_retryAfter,
                            settings)) {
        qCWarning(lcBackend, "backend=%s model=%s circuit opens for %lld ms",
                  backend().name().c_str(), std::string(m_plan.model).c_str(),
                  static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                             breaker.reopensAt() - now)
                                             .count()));
    }
}

void Attempt::onResponseBody(std::string_view bytes)
{
    if (!m_hasFirstByte) {
        noteFirstByte();
    }
    m_listener.onAttemptBody(*this, bytes);
}

void Attempt::onResponseComplete()
{
    const auto now = m_worker.loop.timers().now();
    if (m_head->status < ClientError) {
        backend().state()->load.noteLatency(now - m_plan.started, now);
    }
    m_listener.onAttemptComplete(*this);
}

void Attempt::onUpstreamFailed(const http::UpstreamFault &fault)
{
    using Kind = http::UpstreamFault::Kind;
    const bool isOurs = fault.kind == Kind::NoDescriptor;
    const bool isConnect = fault.kind == Kind::Connect || fault.kind == Kind::ConnectTimeout;
    // A kept connection that the backend closed before it saw the request says nothing about it.
    const bool isStale = !m_isNew && fault.kind == Kind::Closed && m_head == nullptr;
    if (isConnect) {
        backend().state()->health.noteSuspicion();
        if (m_plan.choice.backend->noteFailure()) {
            qCWarning(lcBackend, "backend=%s is unhealthy: %s", backend().name().c_str(),
                      fault.detail.c_str());
        }
    }
    if (!isOurs && !isStale) {
        const auto now = m_worker.loop.timers().now();
        backend().state()->load.noteFailure(now - m_plan.started, now);
        m_hasFirstByte = true; // nothing more to say of its time
        // Only a connection that fails cannot be the request's own doing.
        noteBreakerFailure(isConnect ? CircuitBreaker::Nobody : m_plan.client);
    }
    m_listener.onAttemptFailed(*this, fault);
}

void Attempt::onTimer() noexcept
{
    onUpstreamFailed({http::UpstreamFault::Kind::ReadTimeout, true,
                      "the response was not complete within timeouts.total"});
}

} // namespace meridian::proxy
