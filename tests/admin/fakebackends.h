// SPDX-License-Identifier: MIT
// The backends of FakeMediator.
#pragma once

#include "core/admin/backendstatus.h"

#include <vector>

namespace meridian::test {

/// "fast" has one model, "wild" any and lists two; both are healthy.
inline std::vector<admin::BackendStatus> fakeBackends()
{
    admin::BackendStatus fast;
    fast.name = "fast";
    fast.url = "http://127.0.0.1:9001";
    fast.engine = "vllm";
    fast.model = "demo-model";
    fast.weight = 3;
    fast.configuredWeight = 3;
    fast.tags = {"prefill", "general"};
    fast.healthy = true;
    fast.inflight = 2;
    fast.inflightCost = 1024.126;
    fast.ewmaLatencyMs = 51.005;
    fast.lastProbe = "200 in 1 ms";
    admin::BackendStatus wild;
    wild.name = "wild";
    wild.url = "http://127.0.0.1:9002";
    wild.engine = "ollama";
    wild.healthy = true;
    wild.queueDepth = 4;
    wild.tokensPerSec = 88.5;
    wild.gpuMemUtil = 0.75;
    wild.discoveredModels = {"qwen/qwen2.5:0.5b", "demo-model"};
    return {fast, wild};
}

} // namespace meridian::test
