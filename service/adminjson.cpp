// SPDX-License-Identifier: MIT
// The control plane's answers as JSON: field names and order are a contract with Meridian's
// clients.
#include "service/adminjson.h"

#include "core/json/jsonwriter.h"
#include "core/observe/recordformat.h"

namespace meridian::service {

namespace {

using admin::AdminService;
using admin::BackendStatus;
using json::JsonWriter;

double milliseconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

void strings(JsonWriter &out, std::string_view key, const std::vector<std::string> &values)
{
    out.key(key).beginArray();
    for (const std::string &value : values) {
        out.string(value);
    }
    out.endArray();
}

void stringOrNull(JsonWriter &out, std::string_view key, std::string_view value)
{
    if (value.empty()) {
        out.null(key);
    } else {
        out.string(key, value);
    }
}

void decimalOrNull(JsonWriter &out, std::string_view key, const std::optional<double> &value)
{
    if (value) {
        out.decimal(key, *value);
    } else {
        out.null(key);
    }
}

void integerOrNull(JsonWriter &out, std::string_view key, const std::optional<std::int64_t> &value)
{
    if (value) {
        out.integer(key, *value);
    } else {
        out.null(key);
    }
}

void integer(JsonWriter &out, std::string_view key, std::uint64_t value)
{
    out.integer(key, static_cast<std::int64_t>(value));
}

void write(JsonWriter &out, const BackendStatus &backend)
{
    out.beginObject();
    out.string("name", backend.name).string("url", backend.url).string("engine", backend.engine);
    out.string("model", backend.model).integer("weight", backend.weight);
    strings(out, "tags", backend.tags);
    out.boolean("healthy", backend.healthy).boolean("idle", backend.idle);
    integer(out, "inflight", backend.inflight);
    out.decimal("inflight_cost", backend.inflightCost);
    out.decimal("ewma_latency_ms", backend.ewmaLatencyMs);
    integerOrNull(out, "queue_depth", backend.queueDepth);
    decimalOrNull(out, "tokens_per_sec", backend.tokensPerSec);
    decimalOrNull(out, "gpu_mem_util", backend.gpuMemUtil);
    out.null("circuit"); // no breaker yet
    // ours, after Meridian's
    stringOrNull(out, "last_probe", backend.lastProbe);
    out.integer("consecutive_failures", backend.consecutiveFailures);
    strings(out, "models", backend.discoveredModels);
    out.endObject();
}

void write(JsonWriter &out, const AdminService::Model &model)
{
    const auto created =
        std::chrono::duration_cast<std::chrono::seconds>(model.created.time_since_epoch());
    out.beginObject().string("id", model.id).string("object", "model");
    out.integer("created", created.count()).string("owned_by", "meridian").endObject();
}

void write(JsonWriter &out,
           const model::RequestRecord &record,
           observe::TimestampFormat &timestamps)
{
    std::string timestamp;
    timestamps.append(timestamp, record.timestamp);
    out.beginObject();
    out.string("request_id", record.requestId.view()).string("timestamp", timestamp);
    out.string("model", record.model.view()).boolean("stream", record.stream);
    stringOrNull(out, "chosen_backend", record.backend.view());
    out.integer("status_code", record.status).decimal("latency_ms", milliseconds(record.latency));
    stringOrNull(out, "error_type", record.errorType);
    out.null("org_id").null("team_id").null("tier");
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
    out.string("client", record.client.view()).endObject();
}

} // namespace

std::string toJson(const AdminService::Status &status)
{
    JsonWriter out;
    out.beginObject().string("strategy", status.strategy);
    out.key("backends").beginArray();
    for (const BackendStatus &backend : status.backends) {
        write(out, backend);
    }
    out.endArray();
    // ours, after Meridian's
    out.boolean("ready", status.ready).boolean("draining", status.draining);
    strings(out, "listen", status.listen);
    out.integer("uptime_s", status.uptime.count());
    integer(out, "workers", status.workers);
    out.key("totals").beginObject();
    integer(out, "requests", status.totals.requests);
    integer(out, "failures", status.totals.failures);
    integer(out, "prompt_tokens", status.totals.promptTokens);
    integer(out, "completion_tokens", status.totals.completionTokens);
    integer(out, "connections_open", status.totals.connectionsOpen);
    return out.endObject().endObject().take();
}

std::string toJson(const AdminService::Version &version)
{
    JsonWriter out;
    out.beginObject().string("name", version.name).string("version", version.version);
    return out.string("api", version.api).endObject().take();
}

std::string toJson(const AdminService::Readiness &readiness)
{
    JsonWriter out;
    out.beginObject().string("status", readiness.ready ? "ready" : "not_ready");
    if (!readiness.ready) {
        out.string("reason", readiness.reason);
    }
    return out.endObject().take();
}

std::string toJson(const AdminService::Model &model)
{
    JsonWriter out;
    write(out, model);
    return out.take();
}

std::string toJson(const std::vector<AdminService::Model> &models)
{
    JsonWriter out;
    out.beginObject().string("object", "list").key("data").beginArray();
    for (const AdminService::Model &model : models) {
        write(out, model);
    }
    return out.endArray().endObject().take();
}

std::string toJson(const std::vector<model::RequestRecord> &requests)
{
    JsonWriter out;
    observe::TimestampFormat timestamps;
    out.beginObject().key("requests").beginArray();
    for (const model::RequestRecord &record : requests) {
        write(out, record, timestamps);
    }
    return out.endArray().endObject().take();
}

std::string errorJson(std::string_view message, std::string_view type, std::string_view code)
{
    JsonWriter out;
    out.beginObject().key("error").beginObject();
    out.string("message", message).string("type", type).string("code", code);
    return out.endObject().endObject().take();
}

} // namespace meridian::service
