// SPDX-License-Identifier: MIT
// The recent requests as JSON, each with the way it took.
#include "core/observe/recordformat.h"
#include "core/provider/streamdefect.h"
#include "service/adminjson.h"
#include "service/jsonfields.h"

#include <map>

namespace meridian::service {

namespace {

using json::JsonWriter;
using model::RequestRecord;

/// What the rows of one answer share.
struct Page
{
    explicit Page(const BackendNames &source)
        : names(source)
    {
    }

    const std::vector<std::string> &backendsOf(std::uint32_t generation)
    {
        const auto [entry, isNew] = known.try_emplace(generation);
        if (isNew && generation > 0) {
            entry->second = names(generation);
        }
        return entry->second;
    }

    const BackendNames &names;
    std::map<std::uint32_t, std::vector<std::string>> known;
    observe::TimestampFormat timestamps;
};

std::string hexadecimal(const std::array<std::uint8_t, 16> &bytes)
{
    constexpr std::string_view Digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += Digits[byte >> 4U];
        text += Digits[byte & 0xFU];
    }
    return text;
}

void writeRoute(JsonWriter &out,
                const model::RouteTrail &route,
                const std::vector<std::string> &backends)
{
    if (route.generation == 0) { // refused before anybody asked where it could go
        out.null("route");
        return;
    }
    out.key("route").beginObject().integer("generation", route.generation);
    if (backends.empty()) {
        out.null("verdicts"); // that configuration is forgotten
    } else {
        out.key("verdicts").beginObject();
        for (std::size_t i = 0; i < std::min<std::size_t>(route.count, backends.size()); ++i) {
            out.string(backends[i], model::routeVerdictName(route.verdicts[i]));
        }
        out.endObject();
    }
    out.endObject();
}

void writeAttempts(JsonWriter &out,
                   const RequestRecord &record,
                   const std::vector<std::string> &backends)
{
    out.key("attempts_detail").beginArray();
    for (std::size_t i = 0;
         i < std::min<std::size_t>(record.attemptRecords, RequestRecord::MaxAttempts); ++i) {
        const model::AttemptRecord &attempt = record.attemptTrail[i];
        out.beginObject();
        stringOrNull(out, "backend",
                     attempt.backend < backends.size() ? std::string_view(backends[attempt.backend])
                                                       : std::string_view());
        integerOrNull(out, "status",
                      attempt.status > 0 ? std::optional<std::int64_t>(attempt.status)
                                         : std::nullopt);
        stringOrNull(out, "fault", attempt.fault);
        out.boolean("hedge", attempt.isHedge).decimal("start_ms", milliseconds(attempt.start));
        out.decimal("end_ms", milliseconds(attempt.end)).endObject();
    }
    out.endArray();
}

void writeAnswer(JsonWriter &out, const RequestRecord &record)
{
    const auto tokens = [&](std::string_view key, std::uint64_t count) {
        integerOrNull(out, key,
                      record.hasUsage ? std::optional(static_cast<std::int64_t>(count))
                                      : std::nullopt);
    };
    tokens("cached_tokens", record.cacheReadTokens);
    tokens("cache_write_tokens", record.cacheWriteTokens);
    tokens("reasoning_tokens", record.reasoningTokens);
    stringOrNull(out, "dialect", record.dialect);
    stringOrNull(out, "provider", record.provider);
    out.boolean("translated", record.isTranslated);
    stringOrNull(out, "fidelity", record.fidelity.view());
    out.key("stream_defects").beginArray();
    for (std::size_t i = 0; i < provider::StreamDefectCount; ++i) {
        if ((record.streamDefects >> i & 1U) != 0) {
            out.string(provider::streamDefectName(static_cast<provider::StreamDefect>(i)));
        }
    }
    out.endArray();
    stringOrNull(out, "upstream_request_id", record.upstreamRequestId.view());
}

/// Those it went through, in their order.
void writeStages(JsonWriter &out, const RequestRecord &record)
{
    out.key("stages").beginObject();
    for (std::size_t i = 0; i < model::StageCount; ++i) {
        const auto stage = static_cast<model::Stage>(i);
        if (stage <= record.lastStage || stage == model::Stage::Settle) {
            out.decimal(model::stageName(stage),
                        milliseconds(std::chrono::microseconds(record.stageMicros[i])));
        }
    }
    out.endObject();
}

void write(JsonWriter &out, const RequestRecord &record, Page &page)
{
    std::string timestamp;
    page.timestamps.append(timestamp, record.timestamp);
    out.beginObject();
    out.string("request_id", record.requestId.view()).string("timestamp", timestamp);
    out.string("model", record.model.view()).boolean("stream", record.stream);
    stringOrNull(out, "chosen_backend", record.backend.view());
    out.integer("status_code", record.status).decimal("latency_ms", milliseconds(record.latency));
    stringOrNull(out, "error_type", record.errorType);
    out.null("org_id").null("team_id");
    stringOrNull(out, "tier", record.tier);
    // ours, after Meridian's
    out.string("surface", record.surface.view()).integer("attempts", record.attempts);
    decimalOrNull(out, "ttfb_ms",
                  record.firstByte.count() > 0 ? std::optional(milliseconds(record.firstByte))
                                               : std::nullopt);
    const auto tokens = [&](std::uint64_t count) {
        return record.hasUsage ? std::optional(static_cast<std::int64_t>(count)) : std::nullopt;
    };
    integerOrNull(out, "prompt_tokens", tokens(record.promptTokens));
    integerOrNull(out, "completion_tokens", tokens(record.completionTokens));
    out.string("client", record.client.view());
    stringOrNull(out, "session_route", record.sessionRoute);
    out.decimal("queued_ms", milliseconds(record.queued)).boolean("hedged", record.isHedged);
    out.boolean("continued", record.isContinued);
    stringOrNull(out, "trace_id",
                 record.trace.hasTrace() ? hexadecimal(record.trace.traceId) : std::string());
    const std::vector<std::string> &backends = page.backendsOf(record.route.generation);
    writeRoute(out, record.route, backends);
    writeAttempts(out, record, backends);
    writeAnswer(out, record);
    integer(out, "seq", record.seq);
    writeStages(out, record);
    out.endObject();
}

/// The object stays open.
void write(JsonWriter &out, const std::vector<RequestRecord> &requests, const BackendNames &names)
{
    Page page(names);
    out.beginObject().key("requests").beginArray();
    for (const RequestRecord &record : requests) {
        write(out, record, page);
    }
    out.endArray();
}

} // namespace

std::string toJson(const std::vector<RequestRecord> &requests, const BackendNames &names)
{
    JsonWriter out;
    write(out, requests, names);
    return out.endObject().take();
}

std::string toJson(const observe::RecentRequests::Page &page, const BackendNames &names)
{
    JsonWriter out;
    write(out, page.records, names);
    integer(out, "next", page.next);
    integer(out, "missed", page.missed);
    return out.endObject().take();
}

} // namespace meridian::service
