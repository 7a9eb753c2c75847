// SPDX-License-Identifier: MIT
// Stages 3 to 8 and 12; the upstream's side is in exchangeupstream.cpp.
#include "core/proxy/exchange.h"

#include "core/proxy/uploadmodel.h"

namespace meridian::proxy {

namespace {

using http::HttpError;
using model::Stage;

constexpr std::size_t UploadWindow = 256 * 1024; // where an upload's model is looked for
constexpr std::size_t LargeRead = 16 * 1024;     // a client that sends so much at once means its length

HttpError errorOf(json::ScanOutcome outcome)
{
    switch (outcome) {
    case json::ScanOutcome::NotAnObject:
        return HttpError::NotAnObject;
    case json::ScanOutcome::DuplicateKey:
    case json::ScanOutcome::ModelNotAString:
    case json::ScanOutcome::StreamNotABoolean:
        return HttpError::InvalidField;
    case json::ScanOutcome::OutOfMemory:
        return HttpError::Internal;
    default:
        return HttpError::InvalidJson;
    }
}

bool isJson(std::string_view contentType)
{
    constexpr std::string_view Json = "application/json";
    return contentType.empty() ||
           (contentType.size() >= Json.size() &&
            http::equalsIgnoreCase(contentType.substr(0, Json.size()), Json));
}

} // namespace

Exchange::Exchange(http::ServerConnection &client, WorkerContext &worker, const Surface &surface)
    : m_client(client)
    , m_worker(worker)
    , m_surface(surface)
    , m_snapshot(worker.snapshot)
    , m_clock(client.requestStart())
    , m_path(pathOf(client.head().target))
    , m_relay(client)
{
}

Exchange::~Exchange()
{
    endAttempt();
    settle(499, "gateway_stopped");
    m_worker.loop.returnBuffer(std::move(m_body));
}

filter::FilterContext Exchange::filterContext() const
{
    return {m_client.head(), m_client.peer(), *m_snapshot, false, false};
}

void Exchange::start()
{
    identify();
}

void Exchange::identify()
{
    m_clock.enter(Stage::Identify);
    if (m_surface.plane == Plane::Unknown) {
        refuse(HttpError::UnknownPath, http::errorMessage(HttpError::UnknownPath, m_path));
        return;
    }
    if (m_client.head().method != m_surface.allow) {
        refuse(HttpError::MethodNotAllowed);
        return;
    }
    if (const auto refusal = m_worker.filters.onHead(filterContext())) {
        refuse(*refusal);
        return;
    }
    collect();
}

void Exchange::collect()
{
    m_clock.enter(Stage::Collect);
    const auto &head = m_client.head();
    m_isUpload = m_surface.body == BodyKind::Upload &&
                 !isJson(head.headers.find("content-type").value_or(""));
    const auto &gateway = m_snapshot->settings.gateway;
    const std::size_t limit = m_isUpload ? gateway.maxUploadBytes : gateway.maxBodyBytes;
    if (head.contentLength.value_or(0) > limit) {
        refuse(HttpError::BodyTooLarge, http::bodyTooLargeMessage(limit));
        return;
    }
    m_body = m_worker.loop.takeBuffer();
    m_client.acceptBody(!m_isUpload);
}

void Exchange::onRequestBody(std::string_view bytes)
{
    m_received += bytes.size();
    const auto &gateway = m_snapshot->settings.gateway;
    const std::size_t limit = m_isUpload ? gateway.maxUploadBytes : gateway.maxBodyBytes;
    if (m_received > limit) {
        if (m_client.responseStarted()) {
            m_faultName = "body_too_large";
            endAttempt();
            settle(413, m_faultName);
            m_client.abandon();
        } else {
            refuse(HttpError::BodyTooLarge, http::bodyTooLargeMessage(limit));
        }
        return;
    }
    if (!m_isUpload) {
        if (bytes.size() >= LargeRead) { // it really comes: one allocation instead of many
            m_body.reserve(m_client.head().contentLength.value_or(0));
        }
        m_body.append(bytes);
    } else if (m_upstream) {
        forwardUpload(bytes);
    } else {
        m_body.append(bytes);
        sniffUpload(false);
    }
}

void Exchange::onRequestComplete()
{
    if (!m_isUpload) {
        scan();
        return;
    }
    m_isUploadWhole = true;
    if (!m_upstream) {
        sniffUpload(true);
    } else {
        forwardUpload({});
    }
}

void Exchange::sniffUpload(bool isWhole)
{
    const auto &headers = m_client.head().headers;
    if (const auto given = headers.find("x-meridian-model")) {
        m_model = *given;
    } else {
        const UploadModel found =
            findUploadModel(headers.find("content-type").value_or(""), m_body);
        if (found.outcome == UploadModelOutcome::NeedMore && !isWhole &&
            m_body.size() < UploadWindow) {
            return;
        }
        m_model = found.model;
    }
    m_clock.enter(Stage::Filter);
    json::BodyFields fields;
    fields.model = m_model;
    if (const auto refusal = m_worker.filters.onRequest(filterContext(), fields)) {
        refuse(*refusal);
        return;
    }
    route();
}

void Exchange::scan()
{
    m_clock.enter(Stage::Scan);
    const json::ScanResult result = m_worker.scanner.scan(m_body);
    if (result.outcome != json::ScanOutcome::Ok) {
        const HttpError error = errorOf(result.outcome);
        refuse(error, error == HttpError::InvalidField ? result.reason : std::string_view());
        return;
    }
    m_model = result.fields.model;
    m_isStream = result.fields.stream;
    m_clock.enter(Stage::Filter);
    if (const auto refusal = m_worker.filters.onRequest(filterContext(), result.fields)) {
        refuse(*refusal);
        return;
    }
    route();
}

void Exchange::route()
{
    m_clock.enter(Stage::Route);
    auto choice = m_worker.router.choose(*m_snapshot, {m_model}, m_tried);
    if (choice.outcome != routing::RouteOutcome::Chosen) {
        refuseUnrouted(choice.outcome);
        return;
    }
    lease(std::move(choice.backend), false);
}

void Exchange::refuseUnrouted(routing::RouteOutcome outcome)
{
    if (outcome == routing::RouteOutcome::NoSuchModel) {
        if (m_model.empty()) {
            refuse(HttpError::InvalidField,
                   m_isUpload
                       ? "the form's 'model' was not found in its first bytes: put it before the "
                         "file, or send the header x-meridian-model"
                       : "you must provide a 'model'");
        } else {
            refuse(HttpError::ModelNotFound, http::errorMessage(HttpError::ModelNotFound, m_model));
        }
        return;
    }
    refuse(HttpError::NoBackend, http::errorMessage(HttpError::NoBackend, m_model));
}

std::string Exchange::ownHeaders() const
{
    std::string lines;
    lines.reserve(128);
    lines.append("x-request-id: ").append(m_id.view()).append("\r\n");
    if (m_backend) {
        lines.append("x-meridian-backend: ").append(m_backend->name()).append("\r\n");
    }
    if (m_attempts > 1) {
        lines.append("x-meridian-attempts: ").append(std::to_string(m_attempts)).append("\r\n");
    }
    return lines;
}

void Exchange::refuse(http::HttpError error, std::string_view message)
{
    endAttempt();
    const http::ErrorSpec &spec = http::errorSpec(error);
    std::string lines = ownHeaders();
    lines.append("content-type: application/json\r\n");
    if (spec.retryAfter.count() > 0) {
        lines.append("retry-after: ")
            .append(std::to_string(spec.retryAfter.count()))
            .append("\r\n");
    }
    if (error == HttpError::MethodNotAllowed) {
        lines.append("allow: ").append(m_surface.allow).append("\r\n");
    }
    settle(spec.status, m_faultName.empty() ? spec.code : m_faultName);
    m_client.respond(spec.status, lines, http::errorBody(error, message));
}

void Exchange::onRequestFailed(http::MessageParser::Fault fault, bool timedOut)
{
    if (m_client.responseStarted()) {
        m_faultName = timedOut ? "body_timeout" : "malformed_request";
        endAttempt();
        settle(timedOut ? 408 : 400, m_faultName);
        m_client.abandon();
        return;
    }
    Q_UNUSED(fault);
    refuse(timedOut ? HttpError::BodyTimeout : HttpError::MalformedRequest);
}

void Exchange::onClientGone()
{
    endAttempt(); // first of all: the backend must stop working for nobody
    m_worker.metrics.count(observe::Counter::ClientGone);
    settle(499, "client_disconnect");
}

void Exchange::onShutdown()
{
    if (!m_client.responseStarted()) {
        refuse(HttpError::Draining);
        return;
    }
    endAttempt();
    settle(503, "gateway_stopped");
    m_relay.breakOff(m_surface.dialect, http::errorSpec(HttpError::Draining).type,
                     http::errorSpec(HttpError::Draining).message);
}

void Exchange::settle(int status, std::string_view errorType)
{
    if (m_isSettled) {
        return;
    }
    m_isSettled = true;
    const Stage last = m_clock.stage();
    m_clock.enter(Stage::Settle);
    const auto now = m_clock.since();
    model::RequestRecord spare;
    model::RequestRecord *slot = m_worker.log.claim();
    model::RequestRecord &record = slot != nullptr ? *slot : spare;
    record.timestamp = std::chrono::system_clock::now();
    record.latency = now - m_clock.start();
    record.firstByte = m_firstByte == decltype(m_firstByte){} ? std::chrono::nanoseconds(0)
                                                              : m_firstByte - m_clock.start();
    const json::Usage &usage = m_relay.usage();
    record.hasUsage = usage.found;
    record.promptTokens = usage.prompt;
    record.completionTokens = usage.completion;
    record.requestBytes = m_received;
    record.responseBytes = m_client.bodyBytesSent();
    record.status = static_cast<std::uint16_t>(status);
    record.attempts = m_attempts;
    record.stream = m_isStream;
    record.lastStage = last;
    record.errorType = errorType;
    record.requestId.assign(m_id.view());
    record.surface.assign(m_path);
    record.client.assign(m_client.peerName());
    record.backend.assign(m_backend ? std::string_view(m_backend->name()) : std::string_view());
    record.model.assign(m_model);
    m_clock.enter(Stage::Settle);
    record.stageMicros = m_clock.micros();
    m_worker.metrics.settle(record);
    if (slot != nullptr) {
        m_worker.log.publish();
    } else {
        m_worker.metrics.count(observe::Counter::LogDropped);
    }
}

} // namespace meridian::proxy
