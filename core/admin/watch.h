// SPDX-License-Identifier: MIT
// The admin service's memory: what has been going on, looked at once a second.
#pragma once

#include "core/admin/attention.h"
#include "core/admin/eventwatch.h"
#include "core/admin/history.h"
#include "core/admin/mediator.h"
#include "core/admin/principal.h"

#include <QTimer>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::admin {

/// Main thread. Reads what workers and health checks have written anyway; the data plane does
/// nothing for it. Works as long as the thread's event loop runs.
class Watch
{
public:
    using SystemTime = Mediator::SystemTime;
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// Since midnight UTC, or since the start of the process.
    struct Today
    {
        SystemTime since;
        observe::Totals totals; // what was counted since then
    };

    /// `mediator` outlives this.
    explicit Watch(Mediator &mediator);

    /// What the timer does; a moment that is no new second changes nothing.
    void look(SteadyTime steady, SystemTime now);

    /// An action, told as it happens. `kind` and `severity` are static text.
    void note(const Principal &who,
              std::string_view kind,
              std::string_view severity,
              std::string subject,
              std::string message);

    void noteReload(const Principal &who, const ReloadOutcome &outcome);

    [[nodiscard]] const History &history() const noexcept { return m_history; }

    /// When the history's second 0 was, by today's clock.
    [[nodiscard]] SystemTime beginning() const;

    [[nodiscard]] Today today() const;

    [[nodiscard]] std::vector<Attention> attention(const std::vector<BackendStatus> &backends);

private:
    void arm();

    Mediator &m_mediator;
    const SteadyTime m_origin = std::chrono::steady_clock::now();
    History m_history;
    EventWatch m_events;
    QTimer m_timer;
    std::int64_t m_second = -1;
    std::chrono::sys_days m_day;
    Today m_midnight; // what had been counted when the day began
    std::string m_reloadProblem;
    bool m_isConfigChanged = false;
    SteadyTime m_nextConfigLook{};
};

} // namespace meridian::admin
