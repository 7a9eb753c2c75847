// SPDX-License-Identifier: MIT
// Unix signals as ordinary events of the main loop.
#pragma once

#include <QSocketNotifier>

#include <csignal>
#include <functional>
#include <memory>
#include <sys/types.h>

namespace meridian::service {

/// Stop, stop, reload, hand over to a successor.
inline constexpr int WatchedSignals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR2};

/// Reads WatchedSignals from a signalfd; prepareProcess() has blocked them. Main thread.
class SignalWatch
{
public:
    /// `sender` is a process id, 0 when the kernel sent the signal (a terminal's Ctrl+C).
    explicit SignalWatch(std::function<void(int signal, pid_t sender)> received);
    ~SignalWatch();
    SignalWatch(const SignalWatch &) = delete;
    SignalWatch &operator=(const SignalWatch &) = delete;

private:
    void readSignals();

    int m_fd;
    std::function<void(int signal, pid_t sender)> m_received;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace meridian::service
