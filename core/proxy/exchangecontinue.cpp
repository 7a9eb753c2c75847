// SPDX-License-Identifier: MIT
// A stream that broke is gone on with by another backend, where that is configured.
#include "core/proxy/exchange.h"

#include <QLoggingCategory>

namespace meridian::proxy {

namespace {

Q_LOGGING_CATEGORY(lcContinue, "meridian.proxy.continuation")

using routing::RouteOutcome;

constexpr int Ok = 200;

} // namespace

/// True when another backend has been asked for the rest; `attempt` is gone then.
bool Exchange::continueElsewhere(Attempt &attempt)
{
    if (!m_continuation || !m_continuation->canContinue()) {
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!m_worker.retryBudget.hasRoom(now) || !m_relay.rewind()) {
        return false;
    }
    m_facts.tried.push_back(&attempt.backend());
    m_facts.routedAt = now; // the deadline is for a first byte: it starts anew
    m_facts.needsContinuation = true;
    auto choice = chooseBackend();
    if (choice.outcome != RouteOutcome::Chosen) {
        return false;
    }
    const std::string_view name = choice.backend->nameOf(m_facts.model);
    std::string rest = m_continuation->request(m_body, m_facts.messages, m_facts.modelValue,
                                               name == m_model ? std::string_view() : name);
    drop(m_attempt, "stream_broken");
    m_worker.retryBudget.spend(now);
    noteFailover(attempt);
    m_backend = choice.backend;
    m_outgoing = {}; // the router has looked for one that speaks the client's dialect
    if (choice.backend->credentials() != nullptr) {
        m_outgoing.credential = choice.backend->credentials()->current();
    }
    m_attempt = startAttempt(std::move(choice), false, false);
    m_attempt->outgoing.body = std::move(rest);
    send(*m_attempt);
    return true;
}

/// The client has a response already: this one must be a stream to go on with.
void Exchange::onContinuationHead(Attempt &attempt)
{
    const bool isEncoded = attempt.head()->headers.find("content-encoding").has_value();
    if (attempt.status() != Ok || !attempt.isEventStream() || isEncoded) {
        qCInfo(lcContinue, "id=%.*s backend=%s refused to continue: status=%d",
               static_cast<int>(m_id.view().size()), m_id.view().data(),
               attempt.backend().name().c_str(), attempt.status());
        m_worker.metrics.count(observe::Counter::ContinuationsFailed);
        drop(m_attempt, "continuation_refused");
        settle(502, "continuation_refused");
        endStream("meridian_backend_error", "upstream connection error");
        return;
    }
    m_clock.enter(model::Stage::Relay);
    m_worker.metrics.count(observe::Counter::Continuations);
    m_findings.isContinued = true;
    m_relay.comment("meridian: continued by backend " + attempt.backend().name());
}

} // namespace meridian::proxy
