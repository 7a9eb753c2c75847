// SPDX-License-Identifier: MIT
// Starts the program again, as it is on disk now, with this process's listening sockets.
#pragma once

#include "core/base/result.h"

#include <QTimer>

#include <chrono>
#include <sys/types.h>
#include <vector>

namespace meridian::service {

/// The old process's side of a hand-over. It goes on serving until its successor sends SIGTERM;
/// a successor that ends, or is not ready in time, costs nothing but a line in the log. Main
/// thread.
class HotUpgrade
{
public:
    static constexpr std::chrono::seconds Deadline{60}; // for the successor to be ready

    HotUpgrade();

    /// `sockets` stay the caller's. The successor has the same arguments, working folder and
    /// environment; sd_listen_fds(3)'s variables and PredecessorVariable are added.
    [[nodiscard]] Result<pid_t> begin(const std::vector<int> &sockets);

    [[nodiscard]] bool isUnderWay() const noexcept { return m_successor > 0; }

    [[nodiscard]] bool isSuccessor(pid_t pid) const noexcept
    {
        return pid > 0 && pid == m_successor;
    }

    /// The successor has taken over: it is no longer watched.
    void complete();

    /// Stops a successor that is not wanted any more; it is still waited for.
    void abandon() noexcept;

private:
    void watch();

    pid_t m_successor = 0;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_deadline{};
};

} // namespace meridian::service
