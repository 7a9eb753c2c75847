// SPDX-License-Identifier: MIT
// What the control plane tells about one backend: configuration, state and load, as a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meridian::admin {

/// A copy made at one moment; holds no secret.
struct BackendStatus
{
    std::string name;
    std::string url; // without credentials
    std::string engine;
    std::string model; // empty: serves any model
    int weight = 1;
    std::vector<std::string> tags;
    bool healthy = false;
    bool idle = false; // scaled to zero: gets no traffic until it is woken
    std::uint64_t inflight = 0;
    double inflightCost = 0;
    double ewmaLatencyMs = 0;               // 0 = no sample yet
    std::optional<std::int64_t> queueDepth; // telemetry; unset = not told
    std::optional<double> tokensPerSec;
    std::optional<double> gpuMemUtil; // 0..1
    std::string lastProbe; // what the last health probe found, for a person; empty = none yet
    int consecutiveFailures = 0;
    std::vector<std::string> discoveredModels; // what the backend lists, in its order
};

} // namespace meridian::admin
