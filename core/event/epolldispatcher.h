// SPDX-License-Identifier: MIT
// A Qt event dispatcher on epoll: what a turn costs does not depend on how many sockets are open.
#pragma once

#include "core/event/turnlistener.h"

#include <QAbstractEventDispatcher>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <sys/epoll.h>
#include <vector>

namespace meridian::event {

/// For worker threads (QThread::setEventDispatcher before start); never for the main thread, whose
/// keychain and windows need Qt's stock dispatcher. Public Qt API only. Interest changes are
/// collected and applied once before each wait, because sockets toggle far more often than they
/// wait; a descriptor whose last notifier goes is removed at once, as its number may be reused in
/// the same turn. Level-triggered. A notifier may be deleted while a batch is delivered.
class EpollDispatcher final : public QAbstractEventDispatcher
{
public:
    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    /// One; null: nobody. It hears before the receivers of the signals do.
    void setTurnListener(TurnListener *listener) noexcept { m_listener = listener; }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    [[nodiscard]] QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;
    void wakeUp() override; // any thread
    void interrupt() override;

private:
    using Clock = std::chrono::steady_clock;

    struct Descriptor
    {
        QSocketNotifier *read = nullptr;
        QSocketNotifier *write = nullptr;
        std::uint32_t applied = 0; // what the kernel has been told
        bool added = false;
        bool dirty = false;
    };

    struct QtTimer
    {
        int id;
        Qt::TimerType type;
        std::chrono::milliseconds interval;
        QObject *object;
        Clock::time_point due;
    };

    Descriptor &descriptor(int fd);
    void markDirty(int fd);
    void applyChanges();
    void deliver(int fd, std::uint32_t events);
    [[nodiscard]] int waitMilliseconds() const;
    bool fireTimers();

    TurnListener *m_listener = nullptr;
    int m_epoll;
    int m_wake;
    std::atomic<bool> m_wakePending{true}; // true: posted events are looked for in the first turn
    std::atomic<bool> m_interrupted{false};
    std::vector<Descriptor> m_descriptors; // by number
    std::vector<int> m_dirty;
    std::vector<epoll_event> m_batch;
    std::vector<QtTimer> m_timers; // a handful: connections wait on the TimerWheel
};

} // namespace meridian::event
