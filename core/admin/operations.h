// SPDX-License-Identifier: MIT
// What an operator can do to a running gateway, and how it went, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace meridian::admin {

/// How a reload went. All or nothing: with problems the old configuration goes on unchanged.
struct ReloadOutcome
{
    std::vector<std::string> problems;    // a line each, with place, cause and cure
    std::vector<std::string> warnings;    // of the new configuration
    std::vector<std::string> changes;     // what is different now, for a person
    std::vector<std::string> needRestart; // changed keys that this process cannot apply
    std::uint32_t generation = 0;         // of the configuration in force

    [[nodiscard]] bool isApplied() const noexcept { return problems.empty(); }
};

/// Something an operator does to one backend.
struct BackendAction
{
    enum class Kind : std::uint8_t {
        Drain,     // no new exchange; those in flight end by themselves
        Enable,    // takes Drain back
        SetWeight, // until it is reset, or the configured weight changes; 0 = no traffic
        ResetWeight,
        ProbeNow,
    };

    Kind kind = Kind::ProbeNow;
    int weight = 0;
};

inline constexpr int MaxWeight = 1'000'000;

/// The canary's block of the status page (spec/meridian.md §3).
struct CanaryView
{
    double weight = 0;
    int step = -1;
    bool rolledBack = false;
    bool scheduleDone = false;
    std::uint64_t windowSamples = 0;
    std::optional<double> windowErrorRate;
    std::uint64_t rollbacks = 0;
    std::vector<std::string> canaryTags;
    std::vector<std::string> stableTags;
};

} // namespace meridian::admin
