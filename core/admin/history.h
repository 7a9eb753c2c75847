// SPDX-License-Identifier: MIT
// The traffic of the last hour by seconds and of the last day by minutes, in memory.
#pragma once

#include "core/admin/historypoint.h"
#include "core/observe/traffic.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {

/// Main thread. Given a sample a second; a second that nobody sampled is a gap, and so is the one
/// after it, because nobody can tell their counts apart. Takes 302 KB for all traffic and for each
/// of the first MaxBackends backends: less than 4 MiB in all.
class History
{
public:
    enum class Range : std::uint8_t { Hour, Day };

    static constexpr std::size_t HourSteps = 3600; // of a second
    static constexpr std::size_t DaySteps = 1440;  // of a minute
    static constexpr std::size_t MaxBackends = 12;

    struct Series
    {
        std::chrono::seconds step{1};
        std::uint32_t begin = 0;          // in seconds since the history began
        std::vector<HistoryPoint> points; // oldest first; unknown ones are gaps
    };

    History();

    /// `second` counts from 0 and never goes back. `inflight` as `names`.
    void add(std::uint32_t second,
             const observe::TrafficSample &sample,
             const std::vector<std::string_view> &names,
             const std::vector<std::uint64_t> &inflight);

    /// Of all traffic, or of one backend: nothing when it has no history. Neighbours are merged
    /// until there are at most `maxPoints`; steps that are not over yet are left out then.
    [[nodiscard]] std::optional<Series>
    series(Range range, std::string_view backend, std::size_t maxPoints) const;

private:
    /// Of one backend, or of all.
    struct Track
    {
        explicit Track(std::string name);

        void add(std::uint32_t second, const observe::Traffic &now, std::uint64_t inflight);

        std::string name;
        observe::Traffic last;       // at lastSecond
        observe::Traffic minuteBase; // at the beginning of the minute
        std::optional<std::uint32_t> lastSecond;
        std::uint32_t mostInflight = 0; // in the minute
        HistoryRing seconds;
        HistoryRing minutes;
    };

    Track m_total;
    std::vector<std::unique_ptr<Track>> m_backends;
    std::uint32_t m_now = 0;
};

} // namespace meridian::admin
