// SPDX-License-Identifier: MIT
#include "service/signalwatch.h"

#include <sys/signalfd.h>
#include <unistd.h>

namespace meridian::service {

SignalWatch::SignalWatch(std::function<void(int signal, pid_t sender)> received)
    : m_received(std::move(received))
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : WatchedSignals) {
        sigaddset(&signals, number);
    }
    m_fd = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    m_notifier = std::make_unique<QSocketNotifier>(m_fd, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(),
                     [this] { readSignals(); });
}

SignalWatch::~SignalWatch()
{
    m_notifier.reset();
    ::close(m_fd);
}

void SignalWatch::readSignals()
{
    signalfd_siginfo info{};
    while (::read(m_fd, &info, sizeof(info)) == sizeof(info)) {
        m_received(static_cast<int>(info.ssi_signo), static_cast<pid_t>(info.ssi_pid));
    }
}

} // namespace meridian::service
