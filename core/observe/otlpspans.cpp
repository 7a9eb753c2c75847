// SPDX-License-Identifier: MIT
// Turns the record of an exchange into its spans.
#include "core/observe/otlpspans.h"

#include <bit>
#include <charconv>

namespace meridian::observe {

namespace {

using namespace std::chrono;

/// Who speaks the dialect, not who runs the model (the conventions' note on provider names). The
/// first five are the conventions' words for what the configuration calls so.
std::string_view providerName(std::string_view provider) noexcept
{
    return provider.empty()                 ? "openai"
           : provider == "azure_openai"     ? "azure.ai.openai"
           : provider == "google"           ? "gcp.gemini"
           : provider == "google_vertex_ai" ? "gcp.vertex_ai"
                                            : provider; // openai, anthropic; oci_genai, ollama
}

/// When an exchange began and ended, in nanoseconds since 1970.
struct Extent
{
    explicit Extent(const model::RequestRecord &record)
        : end(static_cast<std::uint64_t>(std::max<std::int64_t>(
              duration_cast<nanoseconds>(record.timestamp.time_since_epoch()).count(), 0)))
        , start(end - std::min(end, unsignedOf(record.latency)))
    {
    }

    static std::uint64_t unsignedOf(nanoseconds span)
    {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
    }

    /// A moment of the exchange, never after its end.
    [[nodiscard]] std::uint64_t at(nanoseconds sinceStart) const
    {
        return start + std::min(unsignedOf(sinceStart), end - start);
    }

    std::uint64_t end;
    std::uint64_t start;
};

std::string spanName(std::string_view operation, std::string_view model)
{
    if (operation.empty()) {
        return "HTTP"; // the conventions' name when the method is not told
    }
    std::string name(operation);
    if (!model.empty()) {
        name.append(" ").append(model);
    }
    return name;
}

std::int64_t number(std::uint64_t value)
{
    return static_cast<std::int64_t>(value);
}

std::int64_t micros(nanoseconds span)
{
    return duration_cast<microseconds>(span).count();
}

/// A status as text, for error.type.
class StatusText
{
public:
    explicit StatusText(int status)
        : m_end(std::to_chars(m_text, m_text + sizeof m_text, status).ptr)
    {
    }

    [[nodiscard]] std::string_view view() const
    {
        return {m_text, static_cast<std::size_t>(m_end - m_text)};
    }

private:
    char m_text[8];
    char *m_end;
};

void addModelAttributes(OtlpSpan &span,
                        const model::RequestRecord &record,
                        std::string_view operation)
{
    if (operation.empty()) {
        return;
    }
    span.add("gen_ai.operation.name", operation);
    const std::string_view provider = providerName(record.provider);
    span.add("gen_ai.provider.name", provider);
    span.add("gen_ai.system", provider); // the attribute's name before 1.37
    span.add("gen_ai.request.model", record.model.view());
}

void addOwnAttributes(OtlpSpan &span, const model::RequestRecord &record)
{
    span.add("meridian.request_id", record.requestId.view());
    span.add("meridian.backend", record.backend.view());
    span.add("meridian.attempts", record.attempts);
    span.add("meridian.tier", record.tier);
    span.add("meridian.session_route", record.sessionRoute);
    if (record.stream) {
        span.addFlag("meridian.stream");
    }
    if (record.isHedged) {
        span.addFlag("meridian.hedged");
    }
    if (record.isContinued) {
        span.addFlag("meridian.continued");
    }
    if (record.isTranslated) {
        span.add("meridian.dialect", record.dialect);
        span.add("meridian.provider", record.provider);
        span.add("meridian.fidelity", record.fidelity.view());
    }
    if (record.streamDefects != 0) {
        span.add("meridian.stream_defects", std::popcount(record.streamDefects));
    }
    span.add("meridian.upstream_request_id", record.upstreamRequestId.view());
    if (record.queued.count() > 0) {
        span.add("meridian.queued_us", micros(record.queued));
    }
    if (record.firstByte.count() > 0) {
        span.add("meridian.first_byte_us", micros(record.firstByte));
    }
}

void describeServer(const model::RequestRecord &record,
                    std::string_view operation,
                    OtlpSpan &span,
                    SpanSink &sink)
{
    span.spanId = record.trace.spanId;
    span.parentId = record.trace.parentId;
    if (span.hasParent()) {
        span.flags |= OtlpSpan::RemoteParentFlag;
    }
    span.kind = SpanKind::Server;
    addModelAttributes(span, record, operation);
    if (record.hasUsage) {
        span.add("gen_ai.usage.input_tokens", number(record.promptTokens));
        span.add("gen_ai.usage.output_tokens", number(record.completionTokens));
        const auto part = [&span](std::string_view key, std::uint64_t tokens) {
            if (tokens > 0) {
                span.add(key, number(tokens));
            }
        };
        part("gen_ai.usage.cache_read.input_tokens", record.cacheReadTokens);
        part("gen_ai.usage.cache_creation.input_tokens", record.cacheWriteTokens);
        part("gen_ai.usage.reasoning.output_tokens", record.reasoningTokens);
    }
    // what got past `identify` is a POST (the surfaces' table); of the rest the record says nothing
    const bool isPost = !operation.empty() && record.lastStage > model::Stage::Identify;
    span.add("http.request.method", isPost ? std::string_view("POST") : "_OTHER");
    span.add("url.path", record.surface.view());
    span.add("http.response.status_code", record.status);
    span.add("http.request.body.size", number(record.requestBytes));
    span.add("http.response.body.size", number(record.responseBytes));
    span.add("client.address", record.client.view());
    addOwnAttributes(span, record);

    const StatusText status(record.status);
    span.isError = record.status >= 500;
    if (!record.errorType.empty() || span.isError) {
        const std::string_view type = record.errorType.empty() ? status.view() : record.errorType;
        span.add("error.type", type);
        span.add("meridian.last_stage", model::stageName(record.lastStage));
        span.errorMessage = type;
    }
    sink.onSpan(span);
}

/// A record knows how long each stage took, not when: they are laid one after the other. That is
/// how it was, but for an exchange that went through lease and send several times.
void describeStages(const model::RequestRecord &record,
                    const Extent &extent,
                    const OtlpSpan &common,
                    SpanSink &sink)
{
    microseconds begin{0};
    for (std::size_t i = 0; i < model::StageCount; ++i) {
        const microseconds took{record.stageMicros[i]};
        if (took.count() == 0) {
            continue;
        }
        const auto stage = static_cast<model::Stage>(i);
        OtlpSpan span = common;
        span.spanId = stageSpanId(record.trace, stage);
        span.name = model::stageName(stage);
        span.startNanos = extent.at(begin);
        span.endNanos = extent.at(begin + took);
        sink.onSpan(span);
        begin += took;
    }
}

void describeAttempt(const model::RequestRecord &record,
                     std::size_t index,
                     const Extent &extent,
                     OtlpSpan &span,
                     std::string_view backend,
                     std::string_view operation,
                     SpanSink &sink)
{
    const model::AttemptRecord &attempt = record.attemptTrail[index];
    span.spanId = attemptSpanId(record.trace, index);
    span.kind = SpanKind::Client;
    span.name = spanName(operation, record.model.view());
    span.startNanos = extent.at(attempt.start);
    const bool hasEnd = attempt.end >= attempt.start && attempt.end.count() > 0;
    span.endNanos = hasEnd ? extent.at(attempt.end) : extent.end;
    addModelAttributes(span, record, operation);
    span.add("http.request.method", std::string_view("POST"));
    span.add("server.address", backend);
    if (attempt.status != 0) {
        span.add("http.response.status_code", attempt.status);
    }
    span.add("meridian.attempt", number(index));
    if (attempt.isHedge) {
        span.addFlag("meridian.hedge");
    }
    // for a client, unlike for a server, a 4xx is an error (the HTTP conventions)
    const StatusText status(attempt.status);
    span.isError = !attempt.fault.empty() || attempt.status >= 400;
    if (span.isError) {
        const std::string_view type = attempt.fault.empty() ? status.view() : attempt.fault;
        span.add("error.type", type);
        span.errorMessage = type;
    }
    sink.onSpan(span);
}

/// The name of an attempt's backend. The record itself names the last one, should the snapshot be
/// forgotten.
std::string_view
backendOf(const model::RequestRecord &record, std::size_t index, const BackendNames &names)
{
    const std::string_view name =
        names.find(record.route.generation, record.attemptTrail[index].backend);
    const bool isOnly = record.attempts == 1;
    return name.empty() && isOnly ? record.backend.view() : name;
}

} // namespace

std::string_view operationName(std::string_view surface) noexcept
{
    struct Entry
    {
        std::string_view path; // a trailing '/' makes it a prefix; the first that fits counts
        std::string_view operation;
    };

    // chat to embeddings, and generate_content, are the conventions' own words
    static constexpr std::array Entries{
        Entry{"/v1/chat/completions", "chat"},
        Entry{"/v1/responses", "chat"},
        Entry{"/v1/completions", "text_completion"},
        Entry{"/v1/embeddings", "embeddings"},
        Entry{"/v1/messages", "chat"},
        Entry{"/api/chat", "chat"},
        Entry{"/api/generate", "text_completion"},
        Entry{"/api/embed", "embeddings"},
        Entry{"/api/embeddings", "embeddings"},
        Entry{"/v1/rerank", "rerank"},
        Entry{"/v1/moderations", "moderation"},
        Entry{"/v1/audio/speech", "generate_content"},
        Entry{"/v1/audio/", "transcription"},
        Entry{"/v1/images/", "generate_content"},
    };
    for (const Entry &entry : Entries) {
        const bool fits =
            entry.path.back() == '/' ? surface.starts_with(entry.path) : surface == entry.path;
        if (fits) {
            return entry.operation;
        }
    }
    const bool isGemini =
        surface.ends_with(":generateContent") || surface.ends_with(":streamGenerateContent");
    return isGemini                             ? "generate_content"
           : surface.ends_with(":embedContent") ? "embeddings"
                                                : std::string_view();
}

void describeExchange(const model::RequestRecord &record, const BackendNames &names, SpanSink &sink)
{
    const Extent extent(record);
    const std::string_view operation = operationName(record.surface.view());
    OtlpSpan common;
    common.traceId = record.trace.traceId;
    common.startNanos = extent.start;
    common.endNanos = extent.end;

    OtlpSpan server = common;
    server.name = spanName(operation, record.model.view());
    describeServer(record, operation, server, sink);

    common.parentId = record.trace.spanId;
    describeStages(record, extent, common, sink);
    const std::size_t count =
        std::min<std::size_t>(record.attemptRecords, model::RequestRecord::MaxAttempts);
    for (std::size_t i = 0; i < count; ++i) {
        OtlpSpan span = common;
        describeAttempt(record, i, extent, span, backendOf(record, i, names), operation, sink);
    }
}

} // namespace meridian::observe
