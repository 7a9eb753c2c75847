// SPDX-License-Identifier: MIT
// Fuzzes what backends and collectors may say to the control plane: metrics pages, telemetry,
// Retry-After, traceparent.
#include "core/health/enginemetrics.h"
#include "core/health/prometheustext.h"
#include "core/health/telemetryjson.h"
#include "core/http/retryafter.h"
#include "core/observe/tracecontext.h"

#include <cmath>
#include <cstdlib>
#include <string>

using namespace meridian;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

void checkSignals(const upstream::CapacitySignals &signals)
{
    require(!signals.queueDepth ||
            (*signals.queueDepth >= 0 && *signals.queueDepth <= upstream::MaxRequestCount));
    require(!signals.running ||
            (*signals.running >= 0 && *signals.running <= upstream::MaxRequestCount));
    require(!signals.tokensPerSec ||
            (std::isfinite(*signals.tokensPerSec) && *signals.tokensPerSec >= 0));
    require(!signals.memUtil || (*signals.memUtil >= 0 && *signals.memUtil <= 1));
}

/// Where a page is cut must not matter.
std::size_t samplesOf(std::string_view page, std::size_t cut)
{
    std::size_t seen = 0;
    health::PrometheusText reader([&](const health::PrometheusSample &sample) {
        require(!sample.name.empty());
        static_cast<void>(sample.label("model_name"));
        ++seen;
    });
    static_cast<void>(reader.feed(page.substr(0, cut)));
    static_cast<void>(reader.feed(page.substr(cut)));
    require(reader.samples() == seen);
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    require(samplesOf(text, 0) == samplesOf(text, size / 2));
    health::EngineMetrics metrics("vllm", "m");
    health::PrometheusText reader(
        [&](const health::PrometheusSample &sample) { metrics.add(sample); });
    metrics.beginPage();
    static_cast<void>(reader.feed(text));
    if (const auto found = metrics.endPage({})) {
        checkSignals(*found);
    }
    if (const auto signals = health::parseTelemetryJson(text)) {
        checkSignals(*signals);
    }
    if (const auto wait = http::parseRetryAfter(text)) {
        require(wait->count() >= 0 && *wait <= http::LongestRetryAfter);
    }
    if (const auto parent = observe::parseTraceparent(text)) {
        std::string again;
        model::TraceContext context;
        context.traceId = parent->traceId;
        context.isSampled = parent->isSampled;
        observe::appendTraceparent(again, context, parent->spanId);
        const auto parsed = observe::parseTraceparent(again);
        require(parsed && parsed->traceId == parent->traceId);
    }
    return 0;
}
