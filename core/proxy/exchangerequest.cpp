// SPDX-License-Identifier: MIT
// Stages 4 to 7 of an exchange: what the client sent, until it is known whole enough to be routed.
#include "core/observe/tracecontext.h"
#include "core/provider/geminitarget.h"
#include "core/proxy/exchange.h"
#include "core/proxy/uploadmodel.h"

namespace meridian::proxy {

namespace {

using http::HttpError;
using model::Stage;

constexpr std::size_t UploadWindow = 256 * 1024; // where an upload's model is looked for
constexpr std::size_t LargeRead = 16 * 1024; // a client that sends so much at once means its length

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

filter::FilterContext Exchange::filterContext() const
{
    return {m_client.head(), m_client.peer(), *m_snapshot, false, false};
}

void Exchange::identify()
{
    m_clock.enter(Stage::Identify);
    const model::TracingSettings &tracing = m_snapshot->settings.tracing;
    if (tracing.enabled) {
        const auto &headers = m_client.head().headers; // given twice: as good as not at all
        const std::string_view value = headers.find("traceparent").value_or("");
        m_trace = observe::startTrace(
            headers.count("traceparent") == 1 ? observe::parseTraceparent(value) : std::nullopt,
            tracing.sampleRatio);
    }
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
    m_upload.isUpload = m_surface.body == BodyKind::Upload &&
                        !isJson(head.headers.find("content-type").value_or(""));
    const auto &gateway = m_snapshot->settings.gateway;
    const std::size_t limit = m_upload.isUpload ? gateway.maxUploadBytes : gateway.maxBodyBytes;
    if (head.contentLength.value_or(0) > limit) {
        refuse(HttpError::BodyTooLarge, http::bodyTooLargeMessage(limit));
        return;
    }
    m_body = m_worker.loop.takeBuffer();
    m_client.acceptBody(!m_upload.isUpload);
}

void Exchange::onRequestBody(std::string_view bytes)
{
    m_received += bytes.size();
    const auto &gateway = m_snapshot->settings.gateway;
    const std::size_t limit = m_upload.isUpload ? gateway.maxUploadBytes : gateway.maxBodyBytes;
    if (m_received > limit) {
        if (m_client.responseStarted()) {
            m_findings.faultName = "body_too_large";
            endAttempts(m_findings.faultName);
            settle(413, m_findings.faultName);
            m_client.abandon();
        } else {
            refuse(HttpError::BodyTooLarge, http::bodyTooLargeMessage(limit));
        }
        return;
    }
    if (!m_upload.isUpload) {
        if (bytes.size() >= LargeRead) { // it really comes: one allocation instead of many
            m_body.reserve(m_client.head().contentLength.value_or(0));
        }
        m_body.append(bytes);
    } else if (m_attempt) {
        // What is small enough to be kept whole can be repeated to its end.
        const bool isKept =
            m_upload.isRepeatable && !m_isCommitted && m_body.size() + bytes.size() <= UploadWindow;
        forwardUpload(*m_attempt, bytes);
        if (isKept) {
            m_body.append(bytes);
            m_upload.isRepeatable = true;
        }
    } else {
        m_body.append(bytes);
        if (m_wait == Wait::Nothing) {
            sniffUpload(false);
        }
    }
}

void Exchange::onRequestComplete()
{
    if (!m_upload.isUpload) {
        scan();
        return;
    }
    m_upload.isWhole = true;
    if (m_attempt) {
        forwardUpload(*m_attempt, {});
    } else if (m_wait == Wait::Nothing) {
        sniffUpload(true);
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
    prepareRouting(fields);
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
    json::BodyFields fields = result.fields;
    if (m_surface.dialect == provider::Dialect::Gemini) { // says it in the path
        const auto target = provider::parseGeminiTarget(m_client.head().target);
        m_model = provider::percentDecoded(target.model);
        fields.model = m_model;
        fields.modelValue = {};
        fields.stream = target.verb == "streamGenerateContent";
    } else {
        m_model = fields.model;
    }
    m_facts.modelValue = fields.modelValue;
    m_facts.messages = fields.messages;
    const bool isOllama = provider::vendorOf(m_surface.dialect) == provider::Vendor::Ollama;
    m_isStream = fields.stream || (isOllama && !fields.hasStream &&
                                   m_surface.operation == provider::Operation::Generate);
    if (m_surface.operation == provider::Operation::Embed ||
        m_surface.operation == provider::Operation::CountTokens) {
        m_isStream = false; // whatever the body says: there is no such stream
    }
    m_clock.enter(Stage::Filter);
    if (const auto refusal = m_worker.filters.onRequest(filterContext(), fields)) {
        refuse(*refusal);
        return;
    }
    recallResponse(fields);
    prepareRouting(fields);
    route();
}

} // namespace meridian::proxy
