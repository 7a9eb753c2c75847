// SPDX-License-Identifier: MIT
// Answers in another dialect than the client's, and errors that are looked at before they pass.
#include "core/http/statusline.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/common.h"
#include "core/proxy/dialecterrors.h"
#include "core/proxy/exchange.h"

#include <algorithm>

namespace meridian::proxy {

namespace {

using http::HttpError;
using http::UpstreamFault;
using provider::ApiError;
using provider::Dialect;
using provider::ErrorClass;

constexpr int Ok = 200;
constexpr int BadRequest = 400;
constexpr int TooLarge = 413;
constexpr int ClientError = 400;
constexpr int BadGateway = 502;
constexpr std::uint8_t MaxFallbacks = 3; // models.context_fallback may go in circles

/// Who reads the errors of a backend that speaks the client's own dialect.
const provider::ProviderCodec &readerOf(Dialect dialect)
{
    const provider::ProviderCodec *codec =
        provider::providerCodec(dialect == Dialect::OllamaGenerate ? Dialect::OllamaChat : dialect);
    return codec != nullptr ? *codec : provider::openAiChatProvider();
}

} // namespace

void Exchange::beginAnswer(Attempt &attempt)
{
    const http::MessageHead &head = *attempt.head();
    m_translated.fidelity = attempt.outgoing.fidelity;
    m_translated.answer = m_translated.translation->answerOf(
        {attempt.status(), head.headers.find("content-type").value_or("")},
        attempt.outgoing.dialect, m_id.view(), m_model);
}

/// Passes on what has been translated so far.
void Exchange::passAnswer(Attempt &attempt)
{
    provider::AnswerTranslator &answer = *m_translated.answer;
    if (answer.failure() && !m_client.responseStarted()) {
        failAnswer(attempt);
        return;
    }
    if (!m_translated.translation->isStream() || !answer.mayPass()) {
        return; // whole answers are passed on when they are whole
    }
    if (!m_client.responseStarted()) {
        startStream(attempt);
    }
    if (!answer.output().empty()) {
        m_client.writeBody(answer.output());
        answer.output().clear();
    }
    if (answer.failure()) { // the client's stream has been ended well-formed
        attempt.noteBadAnswer();
        m_worker.metrics.count(observe::Counter::MidStreamFailures);
        drop(m_attempt, "stream_error");
        settle(BadGateway, "upstream_stream_error");
        m_client.finish();
    }
}

void Exchange::startStream(Attempt &attempt)
{
    std::string &out = m_client.startHead(Ok);
    out.append("content-type: ").append(m_translated.answer->contentType());
    out.append("\r\ncache-control: no-cache\r\n");
    appendOwnHeaders(out);
    m_client.startBody(std::nullopt);
    if (!attempt.connection().hasUnsent()) { // a stream lives long, its request is history
        m_worker.loop.returnBuffer(std::exchange(m_body, std::string()));
        attempt.outgoing.body = std::string();
    }
}

void Exchange::completeAnswer(Attempt &attempt)
{
    provider::AnswerTranslator &answer = *m_translated.answer;
    answer.bodyEnded();
    passAnswer(attempt);
    if (m_attempt.get() != &attempt) {
        return;
    }
    rememberResponse();
    noteAttemptEnd(attempt, {});
    attempt.release(); // a connection that broke behind the answer's end is not kept by the pool
    m_worker.loop.deleteLater(std::move(m_attempt));
    if (m_client.responseStarted()) {
        settle(Ok, {});
        m_client.finish();
        return;
    }
    respondWhole(Ok, {}, answer.output());
}

/// Nothing has been passed on: somebody else may do better, or the client is told in its dialect.
void Exchange::failAnswer(Attempt &attempt)
{
    const ApiError error = *m_translated.answer->failure();
    const bool isAnswered = attempt.status() >= ClientError;
    if (tryLargerModel(error)) {
        return;
    }
    if (isAnswered) {
        const auto retryAfter = std::max(attempt.retryAfter(), error.retryAfter);
        drop(m_attempt, "upstream_error");
        refuse(error, retryAfter);
        return;
    }
    attempt.noteBadAnswer();
    m_worker.metrics.defects(attempt.backend().name(), m_translated.answer->defects().bits());
    m_isCommitted = false;
    failOver(attempt, {UpstreamFault::Kind::Malformed, true, error.message});
}

/// A page for people where an answer should be: a proxy's, or a wrong address.
bool Exchange::failOverPage(Attempt &attempt)
{
    if (!attempt.isPage() || m_surface.body == BodyKind::Upload) {
        return false;
    }
    attempt.noteBadAnswer();
    provider::StreamDefects defects;
    defects.note(provider::StreamDefect::NotJson);
    m_worker.metrics.defects(attempt.backend().name(), defects.bits());
    if (isRacing()) {
        dropRacer(attempt, http::faultName(UpstreamFault::Kind::Malformed));
    } else {
        failOver(attempt, {UpstreamFault::Kind::Malformed, true, "the answer is HTML"});
    }
    return true;
}

/// The answer ended by itself, in its middle.
void Exchange::endTruncated(Attempt &attempt)
{
    m_worker.metrics.count(observe::Counter::MidStreamFailures);
    attempt.noteBadAnswer();
    if (continueElsewhere(attempt)) {
        // the record tells of the backend that goes on
        m_worker.metrics.defects(attempt.backend().name(), m_relay.takeDefects().bits());
        return;
    }
    drop(m_attempt, "stream_truncated");
    settle(BadGateway, "stream_truncated");
    endStream("meridian_backend_error", "upstream ended the stream in the middle of the answer");
}

/// Head and body at once, with content type JSON.
void Exchange::respondWhole(int status, std::string_view errorType, std::string_view body)
{
    std::string &out = m_client.startHead(status);
    out.append("content-type: application/json\r\n");
    appendOwnHeaders(out);
    m_client.startBody(body.size());
    m_client.writeBody(body);
    settle(status, errorType);
    m_client.finish(); // last: the next request may begin inside
}

/// The client has the beginning of a stream; this is its end.
void Exchange::endStream(std::string_view type, std::string_view message)
{
    if (!m_translated.answer) {
        m_relay.breakOff(type, message);
        return;
    }
    ApiError error;
    error.code = type;
    error.message = message;
    m_translated.answer->broken(error);
    m_client.writeBody(m_translated.answer->output());
    m_client.finish();
}

/// A prompt that is too long may fit another model: then its refusal is not for the client.
bool Exchange::holdsErrors(const Attempt &attempt) const
{
    const auto &fallback = m_snapshot->settings.models.contextFallback;
    return (attempt.status() == BadRequest || attempt.status() == TooLarge) && !fallback.empty() &&
           !m_upload.isUpload && m_translated.fallbacks < MaxFallbacks &&
           fallback.contains(std::string(m_facts.model));
}

/// The held error is looked at, and passed on unless the request goes to a larger model.
void Exchange::releaseHeld(Attempt &attempt)
{
    m_translated.isHolding = false;
    const std::string held = std::exchange(m_translated.held, std::string());
    if (held.size() <= TranslationState::MaxHeld &&
        tryLargerModel(readerOf(m_surface.dialect).decodeError(attempt.status(), held))) {
        return;
    }
    appendOwnHeaders(m_relay.startHead(*attempt.head(), attempt.mediaType()));
    m_relay.startBody();
    m_relay.body(held);
}

bool Exchange::tryLargerModel(const ApiError &error)
{
    if (error.kind != ErrorClass::ContextTooLong || m_translated.fallbacks >= MaxFallbacks) {
        return false;
    }
    const auto &fallback = m_snapshot->settings.models.contextFallback;
    const auto larger = fallback.find(std::string(m_facts.model));
    if (larger == fallback.end() || m_upload.isUpload) {
        return false;
    }
    const std::string_view model = m_facts.model;
    const auto tried = std::exchange(m_facts.tried, {});
    m_facts.model = larger->second; // of the snapshot, which we hold
    auto choice = chooseBackend();
    const bool isSaturated = choice.outcome == routing::RouteOutcome::Saturated;
    if (choice.outcome != routing::RouteOutcome::Chosen && !isSaturated) {
        m_facts.model = model; // nobody has it now: the refusal says more than our own would
        m_facts.tried = tried;
        return false;
    }
    ++m_translated.fallbacks;
    m_worker.metrics.count(observe::Counter::ContextFallbacks);
    m_translated.lossy.clear();
    m_translated.allowsLoss = false;
    m_translated.fidelity.clear();
    drop(m_attempt, "context_exceeded");
    m_translated.answer.reset();
    m_isCommitted = false;
    if (isSaturated) {
        enqueue();
    } else {
        lease(std::move(choice), false);
    }
    return true;
}

void Exchange::refuse(const ApiError &error, std::chrono::nanoseconds retryAfter)
{
    const int status = statusIn(m_surface.dialect, provider::statusOf(error));
    const std::string body = errorBodyIn(m_surface.dialect, error, status, m_id.view());
    std::string &out = m_client.startHead(status);
    out.append("content-type: application/json\r\n");
    appendOwnHeaders(out);
    if (retryAfter.count() > 0) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(retryAfter);
        out.append("retry-after: ").append(std::to_string(seconds.count())).append("\r\n");
    }
    m_client.startBody(body.size());
    m_client.writeBody(body);
    settle(status, error.kind == ErrorClass::RateLimited ? "upstream_429"
                   : status >= 500                       ? "upstream_5xx"
                                                         : "upstream_4xx");
    m_client.finish();
}

} // namespace meridian::proxy
