// SPDX-License-Identifier: MIT
// Beginning and end of an exchange: stages 3 and 12, and every way to refuse.
#include "core/proxy/exchange.h"

#include "core/base/append.h"
#include "core/proxy/dialecterrors.h"
#include "core/routing/canary.h"

#include <algorithm>

namespace meridian::proxy {

namespace {

using http::HttpError;
using model::Stage;

constexpr int ServerError = 500;

json::Usage usageOf(const provider::TokenUsage &told)
{
    json::Usage usage;
    usage.prompt = told.input.value_or(0);
    usage.completion = told.output.value_or(0);
    usage.cacheRead = told.cacheRead.value_or(0);
    usage.cacheWrite = told.cacheWrite.value_or(0);
    usage.reasoning = told.reasoning.value_or(0);
    usage.found = told.input || told.output;
    return usage;
}

} // namespace

Exchange::Exchange(http::ServerConnection &client,
                   WorkerContext &worker,
                   const Surface &surface,
                   std::string_view path)
    : ExchangeCore(client, worker, surface, path, static_cast<event::TimerClient &>(*this))
{
}

Exchange::~Exchange()
{
    leaveQueue(); // a grant must not find us, nor our loop, gone
    endAttempts("gateway_stopped");
    settle(499, "gateway_stopped");
    m_worker.loop.returnBuffer(std::move(m_body));
}

void Exchange::start()
{
    identify();
}

void Exchange::appendOwnHeaders(std::string &out) const
{
    const auto add = [&out](std::string_view name, std::string_view value) {
        appendAll(out, name, ": ", value, "\r\n");
    };
    if (m_backend) {
        appendAll(out, "x-request-id: ", m_id.view(), "\r\nx-meridian-backend: ", m_backend->name(),
                  "\r\n");
    } else {
        add("x-request-id", m_id.view());
    }
    if (m_attempts > 1) {
        add("x-meridian-attempts", std::to_string(m_attempts));
    }
    if (!m_findings.tier.empty()) {
        add("x-meridian-tier", m_findings.tier);
    }
    if (!m_findings.sessionRoute.empty()) {
        add("x-meridian-session-route", m_findings.sessionRoute);
    }
    if (!m_findings.explanation.empty()) {
        add("x-meridian-explain", m_findings.explanation);
    }
    if (!m_translated.fidelity.empty()) {
        add("x-meridian-fidelity", m_translated.fidelity);
    }
    if (!m_findings.tokensHeader.empty()) {
        add("x-meridian-tokens", m_findings.tokensHeader);
    }
}

void Exchange::refuse(http::HttpError error, std::string_view message, Instead instead)
{
    leaveQueue();
    endAttempts(m_findings.faultName);
    const http::ErrorSpec &spec = http::errorSpec(error);
    const int status =
        statusIn(m_surface.dialect, instead.status != 0 ? instead.status : spec.status);
    const auto retryAfter = std::max(instead.retryAfter, spec.retryAfter);
    std::string lines;
    appendOwnHeaders(lines);
    lines.append("content-type: application/json\r\n");
    if (retryAfter.count() > 0) {
        lines.append("retry-after: ").append(std::to_string(retryAfter.count())).append("\r\n");
    }
    if (error == HttpError::MethodNotAllowed) {
        lines.append("allow: ");
        lines.append(allowedMethods(m_surface, m_path, m_snapshot->settings.routes)).append("\r\n");
    }
    settle(status, m_findings.faultName.empty() ? spec.code : m_findings.faultName);
    m_client.respond(status, lines,
                     errorBodyIn(m_surface.dialect, error, message, status, m_id.view()));
}

void Exchange::refuse(const filter::Refusal &refusal)
{
    refuse(refusal.error, refusal.message);
}

void Exchange::onRequestFailed(http::MessageParser::Fault fault, bool timedOut)
{
    if (m_client.responseStarted()) {
        m_findings.faultName = timedOut ? "body_timeout" : "malformed_request";
        endAttempts(m_findings.faultName);
        settle(timedOut ? 408 : 400, m_findings.faultName);
        m_client.abandon();
        return;
    }
    Q_UNUSED(fault);
    refuse(timedOut ? HttpError::BodyTimeout : HttpError::MalformedRequest);
}

void Exchange::onClientGone()
{
    endAttempts("client_disconnect"); // first of all: the backend must stop working for nobody
    leaveQueue();
    m_worker.metrics.count(observe::Counter::ClientGone);
    settle(499, "client_disconnect");
}

void Exchange::onShutdown()
{
    if (!m_client.responseStarted()) {
        refuse(HttpError::Draining);
        return;
    }
    endAttempts("gateway_stopped");
    settle(503, "gateway_stopped");
    endStream(http::errorSpec(HttpError::Draining).type,
              http::errorSpec(HttpError::Draining).message);
}

void Exchange::settle(int status, std::string_view errorType)
{
    if (m_isSettled) {
        return;
    }
    m_isSettled = true;
    m_timer.stop();
    if (m_findings.isCanary && m_snapshot->canary && m_attempts > 0) {
        m_snapshot->canary->noteSample(status >= ServerError);
    }
    if (model::RequestRecord *slot = m_worker.log.claim()) {
        fill(*slot, status, errorType);
        m_worker.metrics.settle(*slot);
        m_worker.log.publish();
    } else { // the writer is behind: counted, and not logged
        model::RequestRecord spare;
        fill(spare, status, errorType);
        m_worker.metrics.settle(spare);
        m_worker.metrics.count(observe::Counter::LogDropped);
    }
}

void Exchange::fill(model::RequestRecord &record, int status, std::string_view errorType)
{
    record.lastStage = m_clock.stage();
    m_clock.enter(Stage::Settle);
    record.timestamp = std::chrono::system_clock::now();
    record.latency = m_clock.since() - m_clock.start();
    record.firstByte = m_findings.firstByte == Time{} ? std::chrono::nanoseconds(0)
                                                      : m_findings.firstByte - m_clock.start();
    const json::Usage usage =
        m_translated.answer ? usageOf(m_translated.answer->usage()) : m_relay.usage();
    record.hasUsage = usage.found;
    record.promptTokens = usage.prompt;
    record.completionTokens = usage.completion;
    record.cacheReadTokens = usage.cacheRead;
    record.cacheWriteTokens = usage.cacheWrite;
    record.reasoningTokens = usage.reasoning;
    record.isTranslated = m_translated.answer != nullptr;
    record.streamDefects =
        (m_translated.answer ? m_translated.answer->defects() : m_relay.defects()).bits();
    record.dialect = provider::dialectName(m_surface.dialect);
    record.provider =
        m_backend ? model::providerName(m_backend->settings().provider) : std::string_view();
    record.fidelity.assign(m_translated.fidelity);
    record.upstreamRequestId = m_findings.upstreamRequestId;
    record.requestBytes = m_received;
    record.responseBytes = m_client.bodyBytesSent();
    record.status = static_cast<std::uint16_t>(status);
    record.attempts = m_attempts;
    record.stream = m_isStream;
    record.isHedged = m_findings.isHedged;
    record.isContinued = m_findings.isContinued;
    record.errorType = errorType;
    record.tier = m_findings.tier;
    record.sessionRoute = m_findings.sessionRoute;
    record.queued = m_findings.queued;
    record.requestId.assign(m_id.view());
    record.surface.assign(m_path);
    record.client.assign(m_client.peerName());
    record.backend.assign(m_backend ? std::string_view(m_backend->name()) : std::string_view());
    record.model.assign(m_model);
    record.trace = m_trace;
    record.route = m_findings.route;
    const std::size_t kept = std::min<std::size_t>(m_attempts, m_findings.attempts.size());
    record.attemptRecords = static_cast<std::uint8_t>(kept);
    std::copy_n(m_findings.attempts.begin(), kept, record.attemptTrail.begin());
    m_clock.enter(Stage::Settle);
    record.stageMicros = m_clock.micros();
}

} // namespace meridian::proxy
