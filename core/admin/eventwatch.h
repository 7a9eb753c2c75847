// SPDX-License-Identifier: MIT
// Notices what happens to backends by comparing how they are with how they were.
#pragma once

#include "core/admin/backendstatus.h"
#include "core/admin/operations.h"
#include "core/observe/eventlog.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {

/// Main thread; looks once a second. What repeats itself (refused keys, stream defects) is an event
/// once a minute and backend. A backend that is seen for the first time has no before: only bad
/// news is told.
class EventWatch
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::minutes RepeatAfter{1};
    /// How long something that happened once deserves attention.
    static constexpr std::chrono::minutes Recent{5};

    /// `log` outlives this.
    explicit EventWatch(observe::EventLog &log)
        : m_log(log)
    {
    }

    void look(const std::vector<BackendStatus> &backends,
              const std::optional<CanaryView> &canary,
              Time now);

    [[nodiscard]] bool hadDefects(std::string_view backend, Time now) const;
    [[nodiscard]] bool hadRefusedKeys(std::string_view backend, Time now) const;

private:
    /// Something that is counted: reported at once, and then at most once a minute.
    struct Count
    {
        std::uint64_t seen = 0;
        std::uint64_t told = 0;
        std::optional<Time> grew;
        std::optional<Time> toldAt;

        /// How many are to be told now; 0 = nothing to tell.
        [[nodiscard]] std::uint64_t take(std::uint64_t now, Time time);
        [[nodiscard]] bool isRecent(Time now) const;
    };

    struct Seen
    {
        bool isHealthy = true;
        bool hasOpenBreaker = false;
        bool hasFailingCredential = false;
        Count keysRefused;
        Count defects;
    };

    void lookAt(const BackendStatus &backend, Seen &seen, Time now);
    void lookAtCanary(const std::optional<CanaryView> &canary);
    void tell(std::string_view kind,
              std::string_view severity,
              const std::string &subject,
              std::string message);

    observe::EventLog &m_log;
    std::map<std::string, Seen, std::less<>> m_seen;
    std::optional<CanaryView> m_canary;
};

[[nodiscard]] bool hasOpenBreaker(const BackendStatus &backend);

} // namespace meridian::admin
