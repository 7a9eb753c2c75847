// SPDX-License-Identifier: MIT
// What an edited configuration would have done with the last requests.
#pragma once

#include "core/model/requestrecord.h"
#include "core/model/settings.h"
#include "core/upstream/snapshot.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace meridian::admin {

/// A comparison of two simulations: the configuration in force and the edited one each route the
/// same requests in the same order, from the same states, with the same random numbers
/// (routingtrial.h says what is assumed of load). A request has changed when the two disagree; with
/// an unchanged configuration none has, whatever the strategy. Where the requests really went is
/// no side of it: that hung on moments which nobody can repeat.
struct DryRun
{
    using SystemTime = std::chrono::system_clock::time_point;

    static constexpr std::size_t MaxRows = 200;
    /// Requests times backends of both sides; a look at a backend costs some 100 ns, and the main
    /// thread does nothing else meanwhile. Beyond it only the newest requests are routed.
    static constexpr std::size_t MaxLooks = 250'000;
    /// What a day's figures are taken from at least: a burst of a second says little about a day.
    static constexpr std::chrono::seconds MinSpan{60};

    /// A request that has changed.
    struct Row
    {
        std::string requestId;
        SystemTime timestamp;
        std::string model; // as asked
        std::string from;  // empty: refused
        std::string to;    // empty: refused
        std::string why;   // what `from` is to the edited configuration, what `to` was to this one
    };

    /// A backend of either configuration.
    struct Part
    {
        std::string backend;
        double shareBefore = 0; // of the requests, 0 to 1
        double shareAfter = 0;
        double tokensPerDayBefore = 0; // prompt and completion
        double tokensPerDayAfter = 0;
    };

    std::size_t requests = 0;  // routed; those refused before routing are left out
    std::size_t available = 0; // would be, without MaxLooks
    std::size_t changed = 0;
    std::size_t refused = 0;          // by the edited configuration
    std::chrono::nanoseconds span{0}; // of the requests' time, at least MinSpan
    std::vector<Row> rows;            // newest first
    std::vector<Part> parts;          // in the order of the configurations, the one in force first
};

/// `newestFirst`: settled exchanges. Reads the states of `inForce` once and changes nothing.
[[nodiscard]] DryRun dryRun(const upstream::Snapshot &inForce,
                            const model::Settings &edited,
                            std::vector<model::RequestRecord> newestFirst,
                            upstream::SteadyTime now);

} // namespace meridian::admin
