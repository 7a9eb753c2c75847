// SPDX-License-Identifier: MIT
// Unix signals as ordinary events of the main loop.
#pragma once

#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace meridian::service {

/// Reads SIGTERM, SIGINT and SIGHUP from a signalfd; prepareProcess() has blocked them. Main
/// thread.
class SignalWatch
{
public:
    explicit SignalWatch(std::function<void(int signal)> received);
    ~SignalWatch();
    SignalWatch(const SignalWatch &) = delete;
    SignalWatch &operator=(const SignalWatch &) = delete;

private:
    void readSignals();

    int m_fd;
    std::function<void(int signal)> m_received;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace meridian::service
