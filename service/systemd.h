// SPDX-License-Identifier: MIT
// The service manager's protocols, spoken without its library: notifications and handed-over
// sockets (sd_notify(3), sd_listen_fds(3)).
#pragma once

#include <QTimer>

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace meridian::service {

/// What a process finds at its start.
struct Inherited
{
    std::vector<int> sockets; // listening; the finder owns them
    pid_t predecessor = 0;    // waits for this process to take over; 0 = nobody
};

inline constexpr const char *PredecessorVariable = "MERIDIAN_HANDOVER_PID";

/// Once, before the first thread: takes the variables out of the environment. Sockets meant for
/// another process (LISTEN_PID) are not touched; a predecessor is believed only when it is the
/// parent.
[[nodiscard]] Inherited takeInherited();

/// Datagrams to $NOTIFY_SOCKET; without one every call does nothing. Main thread. Never blocks.
class Notifier
{
public:
    Notifier();

    void ready() const;
    /// For Type=notify and Type=notify-reload; ready() ends it.
    void reloading() const;
    void stopping() const;
    void mainProcess(pid_t pid) const;

    /// Beats as often as WATCHDOG_USEC asks for, from the main loop: it tells that this one turns.
    void startWatchdog();

private:
    void send(std::string_view message) const;

    std::string m_address; // of the socket; empty: nobody listens
    QTimer m_watchdog;
};

} // namespace meridian::service
