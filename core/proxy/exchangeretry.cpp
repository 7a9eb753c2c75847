// SPDX-License-Identifier: MIT
// What an exchange does about an attempt that failed, or is late: another backend, a pause, a
// hedge.
#include "core/provider/authorization.h"
#include "core/proxy/exchange.h"
#include "core/routing/canary.h"

#include <QLoggingCategory>

#include <algorithm>
#include <cmath>

namespace meridian::proxy {

namespace {

Q_LOGGING_CATEGORY(lcRetry, "meridian.proxy.retry")

using http::HttpError;
using http::UpstreamFault;
using model::Stage;
using routing::RouteOutcome;

constexpr int Unauthorized = 401;
constexpr int Forbidden = 403;
constexpr int TooManyRequests = 429;
constexpr int MostAttempts = 200; // m_attempts is a byte

bool isTimeout(UpstreamFault::Kind kind)
{
    return kind == UpstreamFault::Kind::ConnectTimeout ||
           kind == UpstreamFault::Kind::ReadTimeout || kind == UpstreamFault::Kind::WriteTimeout;
}

} // namespace

/// What is left of resilience.deadline_s, or of the route's own.
std::chrono::nanoseconds Exchange::patience() const
{
    const auto spent = std::chrono::steady_clock::now() - m_facts.routedAt;
    const auto whole = m_facts.route != nullptr && m_facts.route->deadline
                           ? *m_facts.route->deadline
                           : m_snapshot->settings.resilience.deadline;
    return whole - spent;
}

/// May the request be sent once more? `isAnswered`: by an answer that says the work was refused.
bool Exchange::mayRepeat(const Attempt &attempt, bool requestSent, bool isAnswered) const
{
    if (requestSent && !isAnswered && !attempt.backend().settings().retryAfterSend) {
        return false; // it may have been read, worked on and paid for
    }
    if (m_facts.route != nullptr &&
        m_facts.failovers >= m_facts.route->maxFailovers.value_or(MostAttempts)) {
        return false;
    }
    return m_attempts < MostAttempts && (!m_upload.isUpload || m_upload.isRepeatable) &&
           patience().count() > 0;
}

void Exchange::failOver(Attempt &attempt, const UpstreamFault &fault)
{
    m_findings.faultName = http::faultName(fault.kind);
    HttpError error =
        isTimeout(fault.kind) ? HttpError::BackendTimeout
        : fault.kind == UpstreamFault::Kind::Malformed &&
                (attempt.outgoing.passage == provider::Passage::Translated || attempt.isPage())
            ? HttpError::BadAnswer
        : fault.kind == UpstreamFault::Kind::NoDescriptor ? HttpError::Overloaded
                                                          : HttpError::BackendError;
    const std::string name = attempt.backend().name();
    const bool wasKept = !attempt.isNew();
    const bool mayGoOn = mayRepeat(attempt, fault.requestSent, false);
    m_facts.tried.push_back(&attempt.backend());
    drop(m_attempt, m_findings.faultName);
    m_isCommitted = false; // a translated answer may have failed before any of it was passed on
    m_translated.answer.reset();
    m_translated.fidelity.clear();
    m_translated.isHolding = false; // what was held of an error is not the next answer's beginning
    m_translated.held.clear();
    const auto now = std::chrono::steady_clock::now();
    if (mayGoOn && !m_worker.retryBudget.hasRoom(now)) {
        m_worker.metrics.count(observe::Counter::RetryBudgetExhausted);
        error = HttpError::RetryBudget;
    } else if (mayGoOn) {
        auto choice = chooseNext();
        if (choice.outcome == RouteOutcome::Chosen) {
            m_worker.retryBudget.spend(now);
            noteFailover(attempt);
            m_findings.faultName = {};
            lease(std::move(choice), false);
            return;
        }
        if (choice.outcome == RouteOutcome::Saturated) {
            m_worker.retryBudget.spend(now);
            m_worker.metrics.retry(name);
            m_findings.faultName = {};
            enqueue();
            return;
        }
        // Nobody else: a kept connection that the backend had closed meanwhile says nothing about
        // the backend itself.
        if (wasKept && m_facts.hasFreshRetry) {
            m_facts.hasFreshRetry = false;
            m_facts.tried.pop_back();
            auto again = chooseBackend();
            if (again.outcome == RouteOutcome::Chosen) {
                m_worker.metrics.retry(name);
                m_findings.faultName = {};
                lease(std::move(again), true);
                return;
            }
        }
        if (backOff(std::chrono::nanoseconds(0))) {
            m_worker.retryBudget.spend(now);
            m_worker.metrics.retry(name);
            return;
        }
    }
    refuse(error, http::errorMessage(error, name));
}

/// Counts the step to another backend; the attempt that failed is the last on record.
void Exchange::noteFailover(const Attempt &failed)
{
    ++m_facts.failovers;
    const std::string_view backend = failed.backend().name();
    if (failed.choice().isCanary && m_snapshot->canary) {
        m_snapshot->canary->noteSample(true); // the other backend's answer must not hide it
    }
    m_worker.metrics.count(observe::Counter::Failovers);
    m_worker.metrics.retry(backend);
    if (m_attempts <= m_findings.attempts.size()) {
        m_worker.metrics.failover(backend, m_findings.attempts[m_attempts - 1U]);
    }
}

/// An answer that another backend may better: true when it has been dropped for another attempt.
bool Exchange::failOverStatus(Attempt &attempt)
{
    const auto &statuses = m_snapshot->settings.resilience.retryStatuses;
    const int status = attempt.status();
    if (std::find(statuses.begin(), statuses.end(), status) == statuses.end() ||
        !mayRepeat(attempt, true, true)) {
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!m_worker.retryBudget.hasRoom(now)) {
        m_worker.metrics.count(observe::Counter::RetryBudgetExhausted);
        return false;
    }
    const std::string name = attempt.backend().name();
    const auto retryAfter = attempt.retryAfter();
    m_facts.tried.push_back(&attempt.backend());
    auto choice = chooseNext();
    const std::string_view reason = status == TooManyRequests ? "upstream_429" : "upstream_5xx";
    if (choice.outcome == RouteOutcome::Chosen) {
        drop(m_attempt, reason);
        m_worker.retryBudget.spend(now);
        noteFailover(attempt);
        lease(std::move(choice), false);
        return true;
    }
    const bool isUntold = status == TooManyRequests && retryAfter.count() == 0;
    if (backOff(isUntold ? Attempt::DefaultRateLimit : retryAfter)) {
        drop(m_attempt, reason);
        m_worker.retryBudget.spend(now);
        m_worker.metrics.retry(name);
        return true;
    }
    return false; // nobody does better: the client gets this answer
}

/// Does the answer say that the gateway's own key is not accepted? Then it is told to whom it
/// concerns.
bool Exchange::noteRefusedKey(const Attempt &attempt)
{
    if (attempt.status() != Unauthorized && attempt.status() != Forbidden) {
        return false;
    }
    const upstream::Backend &backend = attempt.backend();
    const bool isOwn = (attempt.outgoing.credential || provider::hasOwnKey(backend.settings())) &&
                       !provider::callersKey(m_client.head().headers, backend.settings());
    if (!isOwn) {
        return false;
    }
    qCWarning(lcRetry, "id=%.*s backend=%s refuses the gateway's own key: status=%d",
              static_cast<int>(m_id.view().size()), m_id.view().data(), backend.name().c_str(),
              attempt.status());
    m_worker.metrics.keyRefused(backend.name());
    if (attempt.outgoing.credential && attempt.status() == Unauthorized) {
        backend.credentials()->invalidate(attempt.outgoing.credential);
    }
    return true;
}

/// The gateway's own key was not accepted: nothing the caller could mend, and no reason to leave it
/// at that while others may do.
bool Exchange::failOverRefusedKey(Attempt &attempt)
{
    if (!noteRefusedKey(attempt)) {
        return false;
    }
    const upstream::Backend &backend = attempt.backend();
    const std::string name = backend.name();
    const auto now = std::chrono::steady_clock::now();
    const bool renews = attempt.outgoing.credential && attempt.status() == Unauthorized;
    if (!renews || std::exchange(m_translated.hasRenewed, true)) {
        m_facts.tried.push_back(&backend);
    }
    const bool mayGoOn = mayRepeat(attempt, true, true) && m_worker.retryBudget.hasRoom(now);
    auto choice = mayGoOn ? chooseNext() : routing::RouteChoice{};
    if (choice.outcome == RouteOutcome::Chosen) {
        drop(m_attempt, "upstream_auth");
        m_worker.retryBudget.spend(now);
        noteFailover(attempt);
        lease(std::move(choice), false);
        return true;
    }
    if (choice.outcome == RouteOutcome::Saturated) {
        drop(m_attempt, "upstream_auth");
        m_worker.retryBudget.spend(now);
        m_worker.metrics.retry(name);
        enqueue();
        return true;
    }
    if (attempt.status() == Forbidden) {
        return false; // it may be about this request after all
    }
    drop(m_attempt, "upstream_auth");
    refuse(HttpError::UpstreamAuth, http::errorMessage(HttpError::UpstreamAuth, name));
    return true;
}

/// Everybody has failed: waits, then asks them all again (resilience.max_retries times).
bool Exchange::backOff(std::chrono::nanoseconds retryAfter)
{
    const model::ResilienceSettings &settings = m_snapshot->settings.resilience;
    if (m_facts.rounds >= settings.maxRetries) {
        return false;
    }
    const double factor = std::pow(2.0, m_facts.rounds);
    const double longest = static_cast<double>(settings.retryBackoffMax.count());
    const double base = static_cast<double>(settings.retryBackoffBase.count());
    // Half of it is chance: clients that failed together should not come back together.
    const double chance = 0.5 + 0.5 * static_cast<double>(randomBits() % 1024) / 1023.0;
    const std::chrono::nanoseconds pause(
        static_cast<std::int64_t>(std::min(base * factor, longest) * chance));
    const auto wait = std::max(pause, retryAfter);
    if (wait > settings.retryBackoffMax || wait >= patience()) {
        return false;
    }
    ++m_facts.rounds;
    m_facts.tried.clear();
    m_facts.hasFreshRetry = true;
    m_findings.faultName = {};
    m_wait = Wait::Backoff;
    m_clock.enter(Stage::Lease); // the pause is the backends' doing, not ours
    if (m_upload.isUpload && !m_upload.isWhole) {
        m_client.pauseBody();
    }
    m_timer.start(wait);
    return true;
}

/// Called when the first attempt has begun: decides how long its first token may take.
void Exchange::armHedge()
{
    const model::HedgeSettings &hedge = m_snapshot->settings.resilience.hedge;
    const upstream::Backend &backend = m_attempt->backend();
    m_facts.mayHedge = hedge.enabled && m_attempts == 1 && !m_upload.isUpload &&
                       m_surface.operation != provider::Operation::Embed && // one form of vectors
                       backend.settings().retryAfterSend && m_snapshot->backends.size() > 1;
    if (!m_facts.mayHedge) {
        return;
    }
    const auto delay =
        hedge.after ? hedge.after : backend.state()->load.firstByte().quantile(hedge.quantile);
    if (!delay) {
        m_facts.mayHedge = false; // too few samples to know what late is
        return;
    }
    m_wait = Wait::Hedge;
    m_timer.start(*delay);
}

void Exchange::startHedge()
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_attempt || m_isCommitted) {
        return;
    }
    if (!m_worker.hedgeBudget.hasRoom(now)) {
        m_worker.metrics.count(observe::Counter::HedgeBudgetExhausted);
        return;
    }
    const Stage stage = m_clock.stage();
    // Not those either that are paid for every request they have read: the loser's would be wasted.
    const std::size_t before = m_facts.tried.size();
    m_facts.tried.push_back(&m_attempt->backend());
    for (const auto &backend : m_snapshot->backends) {
        if (!backend->settings().retryAfterSend) {
            m_facts.tried.push_back(backend.get());
        }
    }
    // A second try for speed moves nobody's session and is not what the record tells of.
    const std::string session = std::exchange(m_facts.session, {});
    const auto sessionRoute = m_findings.sessionRoute;
    const auto tier = m_findings.tier;
    const bool isCanary = m_findings.isCanary;
    auto choice = chooseBackend();
    m_facts.session = session;
    m_findings.sessionRoute = sessionRoute;
    m_findings.tier = tier;
    m_findings.isCanary = isCanary;
    m_facts.tried.resize(before);
    if (choice.outcome == RouteOutcome::Chosen && !prepareRival(choice)) {
        releaseChoice(std::move(choice));
    } else if (choice.outcome == RouteOutcome::Chosen) {
        m_worker.hedgeBudget.spend(now);
        m_worker.metrics.count(observe::Counter::HedgesStarted);
        m_findings.isHedged = true;
        m_rival = startAttempt(std::move(choice), false, true);
        send(*m_rival);
    }
    m_clock.enter(stage);
}

void Exchange::onTimer() noexcept
{
    switch (std::exchange(m_wait, Wait::Nothing)) {
    case Wait::Queue:
        leaveQueue();
        m_worker.metrics.count(observe::Counter::QueueTimeouts);
        refuseSaturated(HttpError::QueueTimeout);
        return;
    case Wait::Backoff:
        route();
        return;
    case Wait::Hedge:
        startHedge();
        return;
    case Wait::Credential:
        onCredential(failure(ErrorCode::SecretUnavailable, "not renewed in time"));
        return;
    case Wait::Nothing:
        return;
    }
}

} // namespace meridian::proxy
