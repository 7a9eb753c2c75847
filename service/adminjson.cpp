// SPDX-License-Identifier: MIT
// The control plane's answers as JSON: field names and order are a contract with Meridian's
// clients.
#include "service/adminjson.h"

#include "core/observe/recordformat.h"
#include "service/backendjson.h"
#include "service/jsonfields.h"

namespace meridian::service {

namespace {

using admin::AdminService;
using json::JsonWriter;

void write(JsonWriter &out, const AdminService::Model &model)
{
    const auto created =
        std::chrono::duration_cast<std::chrono::seconds>(model.created.time_since_epoch());
    out.beginObject().string("id", model.id).string("object", "model");
    out.integer("created", created.count()).string("owned_by", "meridian").endObject();
}

void write(JsonWriter &out, const admin::CanaryView &canary)
{
    out.key("canary").beginObject().boolean("enabled", true).decimal("weight", canary.weight);
    out.integer("step", canary.step).boolean("rolled_back", canary.rolledBack);
    out.boolean("schedule_done", canary.scheduleDone);
    integer(out, "window_samples", canary.windowSamples);
    decimalOrNull(out, "window_error_rate", canary.windowErrorRate);
    strings(out, "canary_tags", canary.canaryTags);
    strings(out, "stable_tags", canary.stableTags);
    integer(out, "rollbacks", canary.rollbacks); // ours
    out.endObject();
}

void write(JsonWriter &out, const observe::ReloadFigures &reloads)
{
    out.key("reloads").beginObject();
    integer(out, "succeeded", reloads.succeeded);
    integer(out, "failed", reloads.failed);
    std::string lastSuccess;
    if (reloads.lastSuccess) {
        observe::TimestampFormat().append(lastSuccess, *reloads.lastSuccess);
    }
    stringOrNull(out, "last_success", lastSuccess);
    out.endObject();
}

void write(JsonWriter &out, const std::vector<admin::Attention> &attention)
{
    out.key("attention").beginArray();
    for (const admin::Attention &one : attention) {
        out.beginObject().string("severity", one.isError ? "error" : "warning");
        out.string("subject", one.subject).string("page", one.page);
        out.string("message", one.message).string("cure", one.cure).endObject();
    }
    out.endArray();
}

void writeToday(JsonWriter &out, const AdminService::Status &status)
{
    std::string since;
    observe::TimestampFormat().append(since, status.todaySince);
    out.key("today").beginObject().string("since", since);
    integer(out, "requests", status.today.requests);
    integer(out, "failures", status.today.failures);
    integer(out, "prompt_tokens", status.today.promptTokens);
    integer(out, "completion_tokens", status.today.completionTokens);
    out.endObject();
}

void writeError(JsonWriter &out,
                std::string_view message,
                std::string_view type,
                std::string_view code)
{
    out.beginObject().key("error").beginObject();
    out.string("message", message).string("type", type).string("code", code);
}

} // namespace

std::string toJson(const AdminService::Status &status)
{
    JsonWriter out;
    out.beginObject().string("strategy", status.strategy);
    out.key("backends").beginArray();
    for (const admin::BackendStatus &backend : status.backends) {
        writeBackend(out, backend);
    }
    out.endArray();
    if (status.canary) {
        write(out, *status.canary);
    }
    // ours, after Meridian's
    out.boolean("ready", status.ready).boolean("draining", status.draining);
    out.boolean("paused", status.paused);
    strings(out, "listen", status.listen);
    out.integer("uptime_s", status.uptime.count());
    integer(out, "workers", status.workers);
    out.key("totals").beginObject();
    integer(out, "requests", status.totals.requests);
    integer(out, "failures", status.totals.failures);
    integer(out, "prompt_tokens", status.totals.promptTokens);
    integer(out, "completion_tokens", status.totals.completionTokens);
    integer(out, "connections_open", status.totals.connectionsOpen);
    out.endObject().integer("generation", status.generation);
    write(out, status.reloads);
    write(out, status.attention);
    writeToday(out, status);
    return out.endObject().take();
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

std::string toJson(const admin::ReloadOutcome &outcome)
{
    JsonWriter out;
    if (!outcome.isApplied()) {
        std::string message = "Config reload failed: " + outcome.problems.front();
        if (outcome.problems.size() > 1) {
            message += " (and " + std::to_string(outcome.problems.size() - 1) + " more)";
        }
        writeError(out, message, "invalid_request_error", "reload_failed");
        strings(out, "problems", outcome.problems);
        return out.endObject().endObject().take();
    }
    out.beginObject().boolean("reloaded", true).string("scope", "full").integer("keys", 0);
    // ours, after Meridian's
    out.integer("generation", outcome.generation);
    strings(out, "changes", outcome.changes);
    strings(out, "warnings", outcome.warnings);
    strings(out, "need_restart", outcome.needRestart);
    return out.endObject().take();
}

std::string errorJson(std::string_view message, std::string_view type, std::string_view code)
{
    JsonWriter out;
    writeError(out, message, type, code);
    return out.endObject().endObject().take();
}

} // namespace meridian::service
