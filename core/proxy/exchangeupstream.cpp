// SPDX-License-Identifier: MIT
// Stages 9 to 11 of an exchange: its attempts, and the response on its way back.
#include "core/json/jsonwriter.h"
#include "core/proxy/exchange.h"
#include "core/proxy/requestwriter.h"

#include <QLoggingCategory>

#include <algorithm>

namespace meridian::proxy {

namespace {

Q_LOGGING_CATEGORY(lcProxy, "meridian.proxy")

using http::UpstreamFault;
using model::Stage;

constexpr std::size_t CopiedBody = 16 * 1024; // larger ones are sent from where they lie
constexpr std::size_t ChunkFraming = 32;      // and the last chunk
constexpr int TooManyRequests = 429;
constexpr int ClientError = 400;
constexpr int ServerError = 500;
constexpr int BadGateway = 502;

bool isTimeout(UpstreamFault::Kind kind)
{
    return kind == UpstreamFault::Kind::ConnectTimeout ||
           kind == UpstreamFault::Kind::ReadTimeout || kind == UpstreamFault::Kind::WriteTimeout;
}

/// Who runs the backend asks for it.
std::string_view upstreamRequestId(const http::HeaderMap &headers)
{
    for (const std::string_view name : {"x-request-id", "request-id", "opc-request-id"}) {
        if (const auto id = headers.find(name)) {
            return *id;
        }
    }
    return {};
}

bool isFailure(int status)
{
    return status >= ServerError || status == TooManyRequests;
}

} // namespace

std::unique_ptr<Attempt>
Exchange::startAttempt(routing::RouteChoice choice, bool isFresh, bool isHedge)
{
    m_clock.enter(Stage::Lease);
    Attempt::Plan plan;
    plan.choice = std::move(choice);
    plan.model = m_facts.model;
    plan.client = m_facts.client;
    plan.cost = m_facts.pick.cost;
    plan.isFresh = isFresh;
    plan.isHedge = isHedge;
    plan.patience = patience();
    plan.number = m_attempts++;
    plan.started = m_clock.since();
    AttemptListener &listener = *this; // our private face, for std::make_unique
    auto attempt = std::make_unique<Attempt>(m_worker, *m_snapshot, listener, std::move(plan));
    attempt->outgoing = std::exchange(m_outgoing, {});
    return attempt;
}

void Exchange::lease(routing::RouteChoice choice, bool isFresh)
{
    if (m_wait == Wait::Hedge) { // armed for an attempt that has failed meanwhile
        m_wait = Wait::Nothing;
        m_timer.stop();
    }
    m_facts.mayHedge = false;
    m_backend = choice.backend;
    if (prepare(choice, isFresh)) {
        launch(std::move(choice), isFresh);
    }
}

void Exchange::launch(routing::RouteChoice choice, bool isFresh)
{
    m_attempt = startAttempt(std::move(choice), isFresh, false);
    send(*m_attempt);
    if (m_attempts == 1) {
        armHedge();
    }
}

void Exchange::send(Attempt &attempt)
{
    if (!attempt.isNew()) {
        m_clock.enter(Stage::Send);
    }
    attempt.begin();
    rewriteBody(attempt);
    const std::string &body = attempt.outgoing.body.empty() ? m_body : attempt.outgoing.body;
    const auto &head = m_client.head();
    const auto length =
        m_upload.isUpload ? head.contentLength : std::optional<std::uint64_t>(body.size());
    const bool isCopied = !m_upload.isUpload && body.size() <= CopiedBody;
    http::ClientConnection &connection = attempt.connection();
    std::string &out = connection.output();
    const upstream::Backend &backend = attempt.backend();
    std::string_view target = originForm(head.target);
    std::string renamed(m_surface.upstreamPath); // a path of our own means nothing to a backend
    if (!renamed.empty()) {
        target = renamed.append(target.substr(m_path.size()));
    }
    const OutgoingRequest request{
        .backend = backend,
        .call = {m_surface.dialect, m_surface.operation, target, backend.nameOf(m_facts.model),
                 m_isStream,
                 attempt.outgoing.credential
                     ? std::string_view(attempt.outgoing.credential->project)
                     : std::string_view()},
        .passage = attempt.outgoing.passage,
        .callersKey = provider::callersKey(head.headers, backend.settings()),
        .credential = attempt.outgoing.credential.get(),
        .body = body,
        .guarded = !m_client.holdsSecret() ? 0
                   : isCopied              ? m_client.headSize() + body.size()
                                           : m_client.headSize()};
    appendRequestHead(out, head, request, m_id.view(),
                      {m_trace, m_snapshot->settings.tracing.enabled, attempt.number()}, length);
    if (request.guarded != 0) {
        connection.guardOutput();
    }
    if (!m_upload.isUpload) {
        if (isCopied) {
            out.append(body);
        } else {
            connection.writeFrom(body);
        }
        connection.requestWritten();
        return;
    }
    if (attempt.isNew() && !m_upload.isWhole) {
        m_client.pauseBody(); // until connected: a refused connection can still be repeated
    }
    const bool isWhole = std::exchange(m_upload.isWhole, false);
    forwardUpload(attempt, m_body);
    m_upload.isRepeatable = true;
    if (isWhole) {
        m_upload.isWhole = true;
        forwardUpload(attempt, {});
    } else if (!attempt.isNew()) {
        onAttemptDrained(attempt); // a failed attempt before this one may have paused the body
    }
}

/// The model's name is the one thing that may differ: other bytes are never touched.
void Exchange::rewriteBody(Attempt &attempt) const
{
    if (m_upload.isUpload || !attempt.outgoing.body.empty()) {
        return;
    }
    const std::string_view name = attempt.backend().nameOf(m_facts.model);
    if (name == m_model || !m_facts.modelValue.isPresent()) {
        return;
    }
    attempt.outgoing.body.reserve(m_body.size() + name.size());
    attempt.outgoing.body.append(m_body, 0, m_facts.modelValue.offset);
    json::appendString(attempt.outgoing.body, name);
    attempt.outgoing.body.append(m_body, m_facts.modelValue.offset + m_facts.modelValue.size);
}

void Exchange::forwardUpload(Attempt &attempt, std::string_view bytes)
{
    m_upload.isRepeatable = m_upload.isRepeatable && bytes.empty();
    const bool isChunked = !m_client.head().contentLength.has_value();
    http::ClientConnection &connection = attempt.connection();
    connection.reserveOutput(bytes.size() + ChunkFraming);
    std::string &out = connection.output();
    if (isChunked) {
        appendChunk(out, bytes);
    } else {
        out.append(bytes);
    }
    if (m_upload.isWhole) {
        out.append(isChunked ? "0\r\n\r\n" : "");
        connection.requestWritten();
        return;
    }
    connection.commit();
    if (connection.isCongested()) {
        m_client.pauseBody();
    }
}

void Exchange::onAttemptConnected(Attempt &attempt)
{
    m_clock.enter(Stage::Send);
    onAttemptDrained(attempt);
}

void Exchange::onAttemptDrained(Attempt &attempt)
{
    if (m_upload.isUpload && !m_upload.isWhole && !attempt.connection().isCongested()) {
        m_client.resumeBody();
    }
}

void Exchange::onAttemptHead(Attempt &attempt)
{
    if (m_isCommitted) {
        onContinuationHead(attempt);
        return;
    }
    if (isRacing() && (isFailure(attempt.status()) || noteRefusedKey(attempt))) {
        dropRacer(attempt, attempt.status() == TooManyRequests ? "upstream_429"
                           : attempt.status() >= ServerError   ? "upstream_5xx"
                                                               : "upstream_auth");
        return;
    }
    if (failOverPage(attempt)) {
        return;
    }
    if (!isRacing() && (failOverRefusedKey(attempt) || failOverStatus(attempt))) {
        return;
    }
    if (m_facts.mayHedge && attempt.isEventStream()) {
        return; // the race is for the first token, not for the head
    }
    commit(attempt);
}

/// This attempt answers the client; a rival is not needed any more.
void Exchange::commit(Attempt &attempt)
{
    if (&attempt == m_rival.get()) {
        std::swap(m_attempt, m_rival);
        m_worker.metrics.count(observe::Counter::HedgesWon);
    }
    drop(m_rival, "hedge_lost");
    m_timer.stop();
    m_wait = Wait::Nothing;
    m_isCommitted = true;
    m_clock.enter(Stage::Relay);
    m_findings.firstByte = m_clock.since();
    m_findings.upstreamStatus = attempt.status();
    m_backend = attempt.choice().backend;
    m_findings.isCanary = attempt.choice().isCanary;
    m_findings.upstreamRequestId.assign(upstreamRequestId(attempt.head()->headers));
    if (m_surface.operation == provider::Operation::CountTokens && attempt.status() < ClientError) {
        m_findings.tokensHeader = "exact";
    }
    if (attempt.outgoing.passage == provider::Passage::Translated) {
        beginAnswer(attempt);
        return;
    }
    if (holdsErrors(attempt)) {
        m_translated.isHolding = true;
        return;
    }
    appendOwnHeaders(m_relay.startHead(*attempt.head(), attempt.mediaType()));
    m_relay.startBody();
    const bool mayContinue = m_relay.isEventStream() && attempt.status() == 200 &&
                             m_snapshot->settings.resilience.continuation &&
                             m_facts.messages.isPresent() &&
                             m_surface.dialect == provider::Dialect::OpenAiChat;
    if (mayContinue) { // the request is kept: it may have to be asked again
        m_continuation = std::make_unique<StreamContinuation>();
        m_relay.watch(m_continuation.get());
    } else if (m_relay.isEventStream() && !attempt.connection().hasUnsent()) {
        // a stream lives long, its request is history
        m_worker.loop.returnBuffer(std::move(m_body));
        m_body = std::string();
        attempt.outgoing.body = std::string();
    }
}

void Exchange::onAttemptBody(Attempt &attempt, std::string_view bytes)
{
    if (!m_isCommitted) {
        commit(attempt);
    }
    if (!m_findings.hasFirstToken && attempt.isEventStream()) {
        m_findings.hasFirstToken = true; // the head alone tells nobody anything
        m_findings.firstByte = std::chrono::steady_clock::now();
    }
    if (m_translated.answer) {
        m_translated.answer->feed(bytes);
        passAnswer(attempt);
        if (m_attempt.get() != &attempt) {
            return; // answered, or asked elsewhere
        }
    } else if (m_translated.isHolding) {
        m_translated.held.append(bytes);
        if (m_translated.held.size() > TranslationState::MaxHeld) {
            releaseHeld(attempt);
        }
    } else {
        m_relay.body(bytes);
    }
    if (m_client.isCongested()) {
        attempt.connection().pauseReading();
    }
}

void Exchange::onResponseDrained()
{
    if (m_attempt && m_isCommitted) {
        m_attempt->connection().resumeReading();
    }
}

void Exchange::onAttemptComplete(Attempt &attempt)
{
    if (!m_isCommitted) {
        commit(attempt);
    }
    if (m_translated.answer) {
        completeAnswer(attempt);
        return;
    }
    if (m_translated.isHolding) {
        releaseHeld(attempt);
        if (m_attempt.get() != &attempt) {
            return; // a larger model has been asked
        }
    }
    const PassingStream::End end = m_relay.complete();
    if (end == PassingStream::End::Truncated) {
        endTruncated(attempt);
        return;
    }
    const bool hasFailed = end == PassingStream::End::Failed; // the client has read why
    if (hasFailed) {
        attempt.noteBadAnswer();
    }
    noteAttemptEnd(attempt, hasFailed ? "stream_error" : "");
    attempt.release();
    m_worker.loop.deleteLater(std::move(m_attempt));
    const int status = hasFailed ? BadGateway : m_findings.upstreamStatus;
    settle(status, hasFailed                   ? "upstream_stream_error"
                   : status >= ServerError     ? "upstream_5xx"
                   : status == TooManyRequests ? "upstream_429"
                                               : "");
    m_client.finish(); // last: the next request may begin inside
}

void Exchange::noteAttemptEnd(const Attempt &attempt, std::string_view fault)
{
    if (attempt.number() >= m_findings.attempts.size()) {
        return;
    }
    model::AttemptRecord &record = m_findings.attempts[attempt.number()];
    record.backend = attempt.choice().index;
    record.status = static_cast<std::uint16_t>(attempt.status());
    record.isHedge = attempt.isHedge();
    record.start = attempt.started() - m_clock.start();
    record.end = std::max(m_worker.loop.timers().now() - m_clock.start(), record.start);
    record.fault = fault;
}

void Exchange::drop(std::unique_ptr<Attempt> &attempt, std::string_view fault)
{
    if (attempt) {
        noteAttemptEnd(*attempt, fault);
        attempt->end();
        m_worker.loop.deleteLater(std::move(attempt));
    }
}

/// One of two attempts has failed: the other goes on alone.
void Exchange::dropRacer(Attempt &attempt, std::string_view fault)
{
    if (&attempt == m_attempt.get()) {
        std::swap(m_attempt, m_rival);
    }
    m_facts.tried.push_back(&m_rival->backend());
    drop(m_rival, fault);
    m_backend = m_attempt->choice().backend;
    m_findings.isCanary = m_attempt->choice().isCanary;
}

void Exchange::endAttempts(std::string_view fault)
{
    drop(m_rival, fault);
    drop(m_attempt, fault);
}

void Exchange::onAttemptFailed(Attempt &attempt, const UpstreamFault &fault)
{
    const std::string &name = attempt.backend().name();
    qCInfo(lcProxy, "id=%.*s backend=%s fault=%s sent=%d responding=%d detail=%s",
           static_cast<int>(m_id.view().size()), m_id.view().data(), name.c_str(),
           http::faultName(fault.kind).data(), fault.requestSent, m_client.responseStarted(),
           fault.detail.c_str());
    if (isTimeout(fault.kind)) {
        m_worker.metrics.count(observe::Counter::Timeouts);
    }
    if (isRacing()) {
        dropRacer(attempt, http::faultName(fault.kind));
        return;
    }
    if (!m_client.responseStarted()) {
        m_timer.stop();
        m_wait = Wait::Nothing;
        failOver(attempt, fault);
        return;
    }
    if (m_translated.answer && m_translated.answer->hasEnded()) {
        completeAnswer(attempt); // only the connection's end was missing
        return;
    }
    m_worker.metrics.count(observe::Counter::MidStreamFailures);
    if (continueElsewhere(attempt)) {
        return;
    }
    const bool isStall = fault.kind == UpstreamFault::Kind::ReadTimeout;
    const std::string_view errorType =
        isStall ? "stream_read_timeout" : http::faultName(fault.kind);
    drop(m_attempt, errorType);
    settle(isStall ? 504 : 502, errorType);
    endStream(isStall ? "meridian_stream_timeout" : "meridian_backend_error",
              isStall ? "upstream read timeout" : "upstream connection error");
}

} // namespace meridian::proxy
