// SPDX-License-Identifier: MIT
// A sampled exchange with everything in it: two stages, a failed attempt, a hedge that won.
#pragma once

#include "core/observe/tracecontext.h"
#include "tests/observe/records.h"

namespace meridian::test {

inline constexpr std::string_view CallersTraceparent =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Snapshot 7, backends 0 (failed after 2 ms) and 1 (answered as a hedge).
inline model::RequestRecord tracedRecord(std::string_view traceparent = CallersTraceparent)
{
    using namespace std::chrono;
    model::RequestRecord made = record("second", "llama-3");
    made.attempts = 2;
    made.stream = true;
    made.isHedged = true;
    made.tier = "long_prompt";
    made.sessionRoute = "pinned";
    made.queued = 250us;
    made.requestBytes = 321;
    made.responseBytes = 4321;
    made.lastStage = model::Stage::Settle;
    made.trace = observe::startTrace(observe::parseTraceparent(traceparent), 1.0);
    made.route.generation = 7;
    made.stageMicros[static_cast<std::size_t>(model::Stage::Route)] = 40;
    made.stageMicros[static_cast<std::size_t>(model::Stage::Relay)] = 9'000;
    made.attemptRecords = 2;
    made.attemptTrail[0] = {0, 0, false, 100us, 2'100us, "ConnectError"};
    made.attemptTrail[1] = {1, 200, true, 500us, 12'000us, {}};
    return made;
}

} // namespace meridian::test
