// SPDX-License-Identifier: MIT
// What the page says of each backend at the moment of the scrape.
#include "core/observe/metricfamilies.h"

#include <optional>

namespace meridian::observe {

namespace {

/// One gauge of every backend that has a value; none of them has: no family.
template <typename Value>
void appendGauge(PrometheusText &page,
                 std::span<const BackendGauges> backends,
                 std::string_view name,
                 std::string_view help,
                 Value value)
{
    bool isBegun = false;
    for (const BackendGauges &backend : backends) {
        const std::optional<double> sample = value(backend);
        if (!sample) {
            continue;
        }
        if (!isBegun) {
            page.family(name, "gauge", help);
            isBegun = true;
        }
        page.sample({{"backend", backend.name}}, *sample);
    }
}

constexpr double flag(bool value)
{
    return value ? 1 : 0;
}

} // namespace

void appendBackendFamilies(PrometheusText &page, std::span<const BackendGauges> backends)
{
    using B = const BackendGauges &;
    using Value = std::optional<double>;
    const auto gauge = [&](std::string_view name, std::string_view help, auto value) {
        appendGauge(page, backends, name, help, value);
    };

    page.family("meridian_backend_inflight", "gauge", "Exchanges a backend is working on.");
    for (const BackendGauges &backend : backends) {
        page.sample({{"backend", backend.name}}, backend.inflight);
    }
    page.family("meridian_backend_healthy", "gauge", "1 if the backend gets traffic.");
    for (const BackendGauges &backend : backends) {
        page.sample({{"backend", backend.name}}, std::uint64_t{backend.healthy ? 1U : 0U});
    }
    gauge("meridian_backend_circuit_open", "1 while a circuit breaker of the backend is open.",
          [](B b) { return b.circuitOpen ? Value(flag(*b.circuitOpen == 1)) : Value(); });
    gauge("meridian_backend_idle", "1 while the backend is scaled to zero.",
          [](B b) { return Value(flag(b.idle)); });
    gauge("meridian_backend_draining", "1 while the operator keeps new exchanges away.",
          [](B b) { return Value(flag(b.draining)); });
    gauge("meridian_backend_weight", "The weight in force.", [](B b) { return Value(b.weight); });
    gauge("meridian_backend_inflight_cost", "Estimated cost of the exchanges in flight.",
          [](B b) { return Value(b.inflightCost); });
    gauge("meridian_backend_waiting_requests", "Requests that wait in the gateway for a backend.",
          [](B b) { return Value(static_cast<double>(b.waiting)); });
    gauge("meridian_backend_consecutive_failures", "Failed probes and connections in a row.",
          [](B b) { return Value(b.consecutiveFailures); });
    gauge("meridian_backend_ewma_latency_seconds",
          "Moving average of the latency; absent before the first sample.",
          [](B b) { return b.ewmaLatencyMs > 0 ? Value(b.ewmaLatencyMs / 1000) : Value(); });
    gauge("meridian_backend_queue_depth", "Requests queued in the backend, as it reports.",
          [](B b) { return b.queueDepth; });
    gauge("meridian_backend_running_requests", "Requests the backend works on, as it reports.",
          [](B b) { return b.runningRequests; });
    gauge("meridian_backend_tokens_per_second", "The backend's throughput, as it reports.",
          [](B b) { return b.tokensPerSec; });
    gauge("meridian_backend_gpu_memory_ratio", "Used share of the KV cache or GPU memory, 0 to 1.",
          [](B b) { return b.gpuMemUtil; });
    gauge("meridian_credential_valid_seconds",
          "Until the backend's credential ends; 0: it has none.",
          [](B b) { return b.credentialSeconds; });
    gauge("meridian_credential_consecutive_failures", "Renewals of it that failed in a row.",
          [](B b) { return b.credentialFailures ? Value(*b.credentialFailures) : Value(); });
}

} // namespace meridian::observe
