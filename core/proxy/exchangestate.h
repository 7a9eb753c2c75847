// SPDX-License-Identifier: MIT
// What an exchange remembers of its routing and its attempts, for the next attempt and the record.
#pragma once

#include "core/json/bodyscanner.h"
#include "core/model/requestrecord.h"
#include "core/upstream/strategy.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::proxy {

/// What the router is asked with, for every attempt alike.
struct RoutingFacts
{
    std::string_view model; // as routed: of the snapshot's aliases, or the exchange's own
    std::string session;    // value of the affinity header
    upstream::PickContext pick{};
    double roll = 0; // which side of the canary's weight
    std::chrono::steady_clock::time_point routedAt{};
    std::uint64_t client = 1; // hash of its address, never 0
    json::Extent modelValue;  // in the body, as the client wrote it
    json::Extent messages;    // likewise

    std::vector<const upstream::Backend *> tried; // and failed
    std::uint8_t rounds = 0;                      // resilience.max_retries spent
    bool hasFreshRetry = true; // a repetition when a kept connection turned out dead
    bool mayHedge = false;
    bool wantsExplanation = false;
    bool needsContinuation = false; // only a backend that can go on with a broken stream will do
    std::chrono::steady_clock::time_point queuedAt{};
};

/// What a strategy wants to know of a body (spec/meridian.md §6); the time is the caller's. Costs a
/// pass over the messages when the strategy or the tiers need it, nothing otherwise.
[[nodiscard]] upstream::PickContext estimatePick(const model::Settings &settings,
                                                 upstream::Strategy::Needs needs,
                                                 std::string_view body,
                                                 const json::BodyFields &fields);

/// How it went.
struct RoutingFindings
{
    model::RouteTrail route; // of the first decision
    std::string_view tier;
    std::string_view sessionRoute;
    std::chrono::nanoseconds queued{0};
    bool isHedged = false;
    bool isContinued = false; // another backend went on with a broken stream
    bool isCanary = false;    // the backend that answered belongs to the canary
    std::chrono::steady_clock::time_point firstByte{}; // of a stream: its first event
    bool hasFirstToken = false;                        // of an event stream
    int upstreamStatus = 0;
    std::string_view faultName; // of the attempt that failed last; static
    std::string explanation;    // for the response's header
    std::array<model::AttemptRecord, model::RequestRecord::MaxAttempts> attempts; // the first ones
};

} // namespace meridian::proxy
