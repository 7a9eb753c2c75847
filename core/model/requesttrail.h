// SPDX-License-Identifier: MIT
// Where an exchange could go, where it went, and the trace it belongs to: parts of its record.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::model {

/// Why a backend was not, or was, among those a request could go to. `explain` and the recent
/// requests name them (routeVerdictName).
enum class RouteVerdict : std::uint8_t {
    Candidate,
    OtherModel,   // does not serve the model
    OtherRoute,   // belongs to other paths, or others belong to this one
    OtherSurface, // cannot do what is asked (rerank at a provider without it)
    Disabled,     // by the operator
    Draining,     // by the operator
    Isolated,     // belongs to another tenant, or this tenant has its own
    Unhealthy,
    CircuitOpen,
    RateLimited, // answered 429 and said when to come back
    Idle,        // scaled to zero
    Tried,       // this request has failed there
    Saturated,   // has its max_concurrency
    OtherPool,   // the canary's roll, or the stable pool, went the other way
    OtherTier,
    Fallback, // one with a smaller priority number can be asked
    Suspect,  // its last connection failed; asked only when nobody else can be
    Chosen,
};
inline constexpr std::size_t RouteVerdictCount = 18;

[[nodiscard]] constexpr std::string_view routeVerdictName(RouteVerdict verdict) noexcept
{
    constexpr std::array<std::string_view, RouteVerdictCount> Names{
        "candidate", "other_model", "other_route",  "other_surface", "disabled", "draining",
        "isolated",  "unhealthy",   "circuit_open", "rate_limited",  "idle",     "tried",
        "saturated", "other_pool",  "other_tier",   "fallback",      "suspect",  "chosen"};
    return Names[static_cast<std::size_t>(verdict)];
}

/// The first decision of an exchange, one verdict per backend of its snapshot, in order.
struct RouteTrail
{
    static constexpr std::size_t MaxBackends = 32; // those beyond are not kept

    std::uint32_t generation = 0; // of the snapshot, which knows the names
    std::uint8_t count = 0;
    std::array<RouteVerdict, MaxBackends> verdicts;
    // what the decision went by, to make it again (core/admin/dryrun.h)
    std::uint64_t session = 0;      // hash of what the client sent as its session; 0 = none
    std::uint64_t promptTokens = 0; // estimated; 0 = neither the strategy nor the tiers asked
    std::uint64_t maxTokens = 0;    // asked for, or the default
    std::uint64_t prefixHash = 0;   // 0 = the strategy did not ask
};

/// One attempt at a backend, for the trace and for `explain`.
struct AttemptRecord
{
    std::uint16_t backend = 0; // index in the snapshot's backends
    std::uint16_t status = 0;  // of the response head; 0 = none came
    bool isHedge = false;
    std::chrono::nanoseconds start{0}; // since the exchange's start
    std::chrono::nanoseconds end{0};
    std::string_view fault; // static; empty = none
};

/// W3C trace context of an exchange (https://www.w3.org/TR/trace-context/), as raw bytes.
struct TraceContext
{
    std::array<std::uint8_t, 16> traceId{};
    std::array<std::uint8_t, 8> spanId{};   // this exchange's own
    std::array<std::uint8_t, 8> parentId{}; // zero = the trace starts here
    bool isSampled = false;

    [[nodiscard]] bool hasTrace() const noexcept
    {
        return traceId != std::array<std::uint8_t, 16>{};
    }
};

} // namespace meridian::model
