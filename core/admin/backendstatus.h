// SPDX-License-Identifier: MIT
// What the control plane tells about one backend: configuration, state and load, as a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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
    std::optional<std::int64_t> runningRequests;
    std::string telemetry; // the last scrape, for a person; empty = no telemetry, or none yet
    bool isTelemetryStale = false; // the last scrape failed

    struct Circuit
    {
        std::string model;
        std::string state; // closed, open, half_open
        int consecutiveFailures = 0;
        std::chrono::milliseconds reopensIn{0}; // while open
    };

    bool hasBreaker = false;       // circuit breakers are enabled
    std::vector<Circuit> circuits; // of models that ever failed there
    bool draining = false;         // by the operator
    int configuredWeight = 1;      // `weight` is the one in force
    std::int64_t maxConcurrency = 0;
    std::uint64_t waiting = 0;            // requests queued for it
    std::optional<double> firstByteP95Ms; // of recent requests
    std::string lastProbe; // what the last health probe found, for a person; empty = none yet
    int consecutiveFailures = 0;
    std::vector<std::string> discoveredModels; // what the backend lists, in its order
    std::string provider = "openai";

    /// Of a credential that is renewed in the background.
    struct Credential
    {
        std::chrono::seconds validFor{0}; // 0: there is none
        int failures = 0;                 // renewals that failed in a row
        std::string lastError;            // never a secret; empty = none
    };

    std::optional<Credential> credential; // unset: a fixed key, or none
    std::uint64_t keysRefused = 0;
    /// Of answers that were not as their protocol has them; only those seen.
    std::vector<std::pair<std::string, std::uint64_t>> streamDefects;
};

} // namespace meridian::admin
