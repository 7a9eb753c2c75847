// SPDX-License-Identifier: MIT
// A gateway's figures with something in every family of the metrics page.
#pragma once

#include "core/observe/metricspage.h"
#include "core/observe/providernames.h"
#include "core/observe/workermetrics.h"
#include "tests/observe/exchanges.h"

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace meridian::test {

/// Two workers, four backends of two engines; everything but the process' own figures.
class MetricScenario
{
public:
    explicit MetricScenario(bool withTranslations = false)
    {
        using namespace std::chrono_literals;
        first->settle(exchange("v1", "llama", 200));
        second->settle(exchange("v2", "llama", 200)); // another backend, same provider
        first->settle(stream("s1", "llama", 1'280ms, 320ms, 97));
        first->settle(stream("s1", "llama", 30s, 10s, 1)); // one token: no time per further token
        second->settle(stream("s1", "qwen", 90s, 12s, 4'097));
        first->settle(exchange("v1", "llama", 400));
        second->settle(exchange("v1", "llama", 499));
        model::RequestRecord refused = exchange("", "nobody-has-this", 404);
        refused.attempts = 0;
        refused.firstByte = 0ns;
        refused.hasUsage = false;
        first->settle(refused);
        model::RequestRecord embedded = exchange("gone", "bge", 200);
        embedded.surface.assign("/v1/embeddings");
        embedded.completionTokens = 0;
        first->settle(embedded);
        model::RequestRecord waited = exchange("v1", "llama", 200);
        waited.queued = 40ms;
        waited.tier = "long_prompt";
        waited.sessionRoute = "pinned";
        waited.stageMicros[static_cast<std::size_t>(model::Stage::Filter)] = 1'700;
        waited.stageMicros[static_cast<std::size_t>(model::Stage::Route)] += 40'000;
        first->settle(waited);
        waited.tier = "default";
        second->settle(waited);

        model::AttemptRecord attempt;
        attempt.fault = "ConnectError";
        first->failover("v1", attempt);
        attempt.fault = "ReadTimeout";
        second->failover("v2", attempt);
        second->failover("v1", attempt);
        attempt.status = 429;
        first->failover("s1", attempt);
        attempt.status = 503;
        first->failover("gone", attempt);
        for (std::size_t i = 0; i < observe::CounterCount; ++i) {
            for (std::size_t times = 0; times <= i; ++times) {
                (times % 2 == 0 ? first : second)->count(static_cast<observe::Counter>(i));
            }
        }
        model::RequestRecord translated = stream("s1", "llama", 1'280ms, 320ms, 97);
        translated.isTranslated = true;
        translated.dialect = "anthropic";
        translated.provider = "openai";
        translated.fidelity.assign("lossless");
        translated.cacheReadTokens = 6;
        translated.cacheWriteTokens = 3;
        translated.reasoningTokens = 40;
        translated.streamDefects = 0b1; // missing_terminal
        first->keyRefused("v1");
        first->defects("v2", 0b100'0000'0000); // truncated
        if (withTranslations) {
            first->settle(translated);
            translated.fidelity.assign("degraded; top_k dropped");
            translated.streamDefects = 0b1000'0000'0001; // and not_json
            first->settle(translated);
            second->settle(translated);
        }
        first->retry("v1");
        first->turn(60us);
        second->connectionOpened();

        gauge(0, "s1", "sglang", 2);
        gauge(1, "v1", "vllm", 2);
        gauge(2, "v2", "vllm", 1);
        gauge(3, "wild \"name\"\\", "vllm", 0);
        observe::BackendGauges &told = backends[1];
        told.inflight = 3;
        told.inflightCost = 1'024.5;
        told.healthy = true;
        told.weight = 5;
        told.waiting = 7;
        told.ewmaLatencyMs = 512;
        told.queueDepth = 4;
        told.runningRequests = 12;
        told.tokensPerSec = 1'530.25;
        told.gpuMemUtil = 0.75;
        told.credentialSeconds = 1'800;
        told.credentialFailures = 2;
        backends[2].draining = true;
        backends[3].idle = true;
        backends[3].consecutiveFailures = 3;
        providers.learn("gone", "vllm"); // a backend that a reload has removed

        sources.workers = workers;
        sources.backends = backends;
        sources.log = {7, 1, 2};
        sources.version = "1.0.0";
        sources.providers = &providers;
        sources.snapshotGeneration = 4;
        sources.reloads = {3, 1, std::chrono::system_clock::time_point(1'700'000'000'250ms)};
        sources.canary = {{12.5, 1, 2}};
        sources.tracing = {{90, 5, 3, 2}};
        sources.sessions = 11;
        sources.admissionQueue = 7;
    }

    [[nodiscard]] std::string page() const { return observe::metricsPage(sources); }

    std::unique_ptr<observe::WorkerMetrics> first = std::make_unique<observe::WorkerMetrics>();
    std::unique_ptr<observe::WorkerMetrics> second = std::make_unique<observe::WorkerMetrics>();
    std::array<const observe::WorkerMetrics *, 2> workers{first.get(), second.get()};
    std::array<observe::BackendGauges, 4> backends;
    observe::ProviderNames providers;
    observe::MetricsSources sources;

private:
    void gauge(std::size_t index, std::string_view name, std::string_view engine, int circuit)
    {
        backends[index].name = name;
        backends[index].engine = engine;
        backends[index].circuitOpen = circuit;
    }
};

} // namespace meridian::test
