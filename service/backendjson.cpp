// SPDX-License-Identifier: MIT
// A backend's state as JSON.
#include "service/backendjson.h"

#include "service/adminjson.h"
#include "service/jsonfields.h"

#include <algorithm>

namespace meridian::service {

namespace {

using admin::BackendStatus;
using json::JsonWriter;

std::string_view worstState(const std::vector<BackendStatus::Circuit> &circuits)
{
    for (const std::string_view state : {"open", "half_open"}) {
        if (std::any_of(circuits.begin(), circuits.end(),
                        [&](const auto &circuit) { return circuit.state == state; })) {
            return state;
        }
    }
    return "closed";
}

void writeCircuit(JsonWriter &out, const BackendStatus &backend)
{
    if (!backend.hasBreaker) {
        out.null("circuit");
        return;
    }
    int failures = 0;
    for (const BackendStatus::Circuit &circuit : backend.circuits) {
        failures = std::max(failures, circuit.consecutiveFailures);
    }
    out.key("circuit").beginObject().string("state", worstState(backend.circuits));
    out.integer("consecutive_failures", failures).key("models").beginArray();
    for (const BackendStatus::Circuit &circuit : backend.circuits) {
        out.beginObject().string("model", circuit.model).string("state", circuit.state);
        out.integer("consecutive_failures", circuit.consecutiveFailures);
        out.integer("reopens_in_ms", circuit.reopensIn.count()).endObject();
    }
    out.endArray().endObject();
}

void writeCredential(JsonWriter &out, const BackendStatus &backend)
{
    if (!backend.credential) {
        out.null("credential");
        return;
    }
    out.key("credential").beginObject();
    out.integer("valid_for_s", backend.credential->validFor.count());
    out.integer("failures", backend.credential->failures);
    stringOrNull(out, "last_error", backend.credential->lastError);
    out.endObject();
}

} // namespace

void writeBackend(JsonWriter &out, const BackendStatus &backend)
{
    std::vector<std::string> tags = backend.tags;
    std::sort(tags.begin(), tags.end());
    out.beginObject();
    out.string("name", backend.name).string("url", backend.url).string("engine", backend.engine);
    out.string("model", backend.model).integer("weight", backend.weight);
    strings(out, "tags", tags);
    out.boolean("healthy", backend.healthy).boolean("idle", backend.idle);
    integer(out, "inflight", backend.inflight);
    out.decimal("inflight_cost", backend.inflightCost);
    out.decimal("ewma_latency_ms", backend.ewmaLatencyMs);
    integerOrNull(out, "queue_depth", backend.queueDepth);
    decimalOrNull(out, "tokens_per_sec", backend.tokensPerSec);
    decimalOrNull(out, "gpu_mem_util", backend.gpuMemUtil);
    writeCircuit(out, backend);
    // ours, after Meridian's
    stringOrNull(out, "last_probe", backend.lastProbe);
    out.integer("consecutive_failures", backend.consecutiveFailures);
    strings(out, "models", backend.discoveredModels);
    out.boolean("draining", backend.draining);
    out.integer("configured_weight", backend.configuredWeight);
    out.integer("max_concurrency", backend.maxConcurrency);
    integer(out, "waiting", backend.waiting);
    decimalOrNull(out, "ttfb_p95_ms", backend.firstByteP95Ms);
    integerOrNull(out, "running_requests", backend.runningRequests);
    stringOrNull(out, "telemetry", backend.telemetry);
    out.string("provider", backend.provider);
    writeCredential(out, backend);
    integer(out, "keys_refused", backend.keysRefused);
    out.key("stream_defects").beginObject();
    for (const auto &[defect, count] : backend.streamDefects) {
        integer(out, defect, count);
    }
    out.endObject();
    out.endObject();
}

std::string toJson(const BackendStatus &backend)
{
    JsonWriter out;
    writeBackend(out, backend);
    return out.take();
}

std::string toJson(const std::vector<BackendStatus> &backends)
{
    JsonWriter out;
    out.beginObject().key("backends").beginArray();
    for (const BackendStatus &backend : backends) {
        writeBackend(out, backend);
    }
    return out.endArray().endObject().take();
}

} // namespace meridian::service
