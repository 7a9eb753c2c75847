// SPDX-License-Identifier: MIT
// What happens when a backend fails, is slow or is full, as values with their only defaults.
#pragma once

#include "core/model/duration.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meridian::model {

/// `resilience.circuit_breaker:` — one breaker per backend and model.
struct BreakerSettings
{
    bool enabled = false;
    int failureThreshold = 5;          // consecutive failures that open it
    std::optional<double> failureRate; // 0..1 of the window's exchanges, beside the threshold
    int minRequests = 5;               // the rate means nothing below
    Duration window = 60s;             // of the rate
    Duration open = 30s;               // first time; doubled by each probe that fails …
    Duration maxOpen = 300s;           // … up to this

    bool operator==(const BreakerSettings &) const = default;
};

/// `resilience.retry_budget:` — retries may be at most this share of the requests of the last ten
/// seconds, so that a failing fleet is not hit with a multiple of its load.
struct RetryBudgetSettings
{
    double percent = 20;
    double minPerSecond = 10; // always allowed: with little traffic a share is nothing

    bool operator==(const RetryBudgetSettings &) const = default;
};

/// `resilience.hedge:` — a second attempt when the first token is late.
struct HedgeSettings
{
    bool enabled = false;
    double quantile = 0.95;        // of the backend's own times to first token …
    std::optional<Duration> after; // … or a fixed wait
    double budgetPercent = 5;      // of the requests of the last ten seconds

    bool operator==(const HedgeSettings &) const = default;
};

/// `resilience:`.
struct ResilienceSettings
{
    int maxRetries = 0; // attempts at backends that have been tried before, after a pause
    Duration retryBackoffBase = 100ms;
    Duration retryBackoffMax = 5s;
    /// Answers that are worth asking another backend.
    std::vector<int> retryStatuses{429, 502, 503, 504, 529};
    Duration deadline = 300s; // until the first byte of the answer: queue, retries and all
    RetryBudgetSettings retryBudget;
    BreakerSettings breaker;
    HedgeSettings hedge;
    bool continuation = false; // a stream that broke may be continued by another backend

    bool operator==(const ResilienceSettings &) const = default;
};

/// `admission:` — what happens when every backend has its max_concurrency.
struct AdmissionSettings
{
    std::size_t maxQueue = 0; // waiting requests per backend; 0 = refused at once
    Duration queueTimeout = 10s;
    int overloadStatus = 503;   // or 429
    std::string priorityHeader; // lower case; empty: everybody is equal

    bool operator==(const AdmissionSettings &) const = default;
};

} // namespace meridian::model
