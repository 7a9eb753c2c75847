// SPDX-License-Identifier: MIT
// What workers count one by one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace meridian::observe {

/// Things that happen to a worker outside of a settled exchange. counterfamilies.cpp names their
/// series.
enum class Counter : std::uint8_t {
    ConnectionsAccepted,
    ConnectionsRejectedAtCap, // accepting was paused
    AcceptErrors,             // EMFILE and its kin
    MalformedRequests,
    ClientGone,
    UpstreamConnects,
    UpstreamReused,
    Failovers,
    LogDropped, // RecordWriter::Producer::claim() found no room
    ControlRequests,
    MidStreamFailures,
    Timeouts,
    RetryBudgetExhausted, // a repetition was due, and not allowed
    HedgesStarted,
    HedgesWon,            // the second attempt answered first
    HedgeBudgetExhausted, // a hedge was due, and not allowed
    Continuations,        // a broken stream went on at another backend
    ContinuationsFailed,
    QueueTimeouts, // waited for a free backend to the deadline
    QueueFull,     // refused: as many wait as may
    SessionPinned, // a session's request went where the session is
    SessionNew,
    SessionRemapped,
    BreakerRejected, // refused: every backend left was behind an open breaker
    IdleWakes,       // a backend scaled to zero was woken
    CredentialFailures, // no credential for a backend in time
    ContextFallbacks,   // a prompt too long for its model went to a larger one
};
inline constexpr std::size_t CounterCount = 27;

} // namespace meridian::observe
