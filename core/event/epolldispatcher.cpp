// SPDX-License-Identifier: MIT
#include "core/event/epolldispatcher.h"

#include <QCoreApplication>
#include <QEvent>
#include <QSocketNotifier>

#include <algorithm>
#include <sys/eventfd.h>
#include <unistd.h>

namespace meridian::event {

namespace {

constexpr std::size_t BatchSize =
    256; // descriptors delivered per wait; more wait for the next turn

} // namespace

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent)
    , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    , m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_batch(BatchSize)
{
    if (m_epoll < 0 || m_wake < 0) {
        qFatal("cannot create the event loop's descriptors"); // a process without them has no use
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = m_wake;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wake, &event);
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_wake);
    ::close(m_epoll);
}

EpollDispatcher::Descriptor &EpollDispatcher::descriptor(int fd)
{
    const auto index = static_cast<std::size_t>(fd);
    if (index >= m_descriptors.size()) {
        m_descriptors.resize(std::max(index + 1, m_descriptors.size() * 2));
    }
    return m_descriptors[index];
}

void EpollDispatcher::markDirty(int fd)
{
    Descriptor &entry = descriptor(fd);
    if (!entry.dirty) {
        entry.dirty = true;
        m_dirty.push_back(fd);
    }
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const int fd = static_cast<int>(notifier->socket());
    Descriptor &entry = descriptor(fd);
    if (notifier->type() == QSocketNotifier::Read) {
        entry.read = notifier;
    } else if (notifier->type() == QSocketNotifier::Write) {
        entry.write = notifier;
    } else {
        return; // out-of-band data: nobody here asks for it
    }
    markDirty(fd);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const int fd = static_cast<int>(notifier->socket());
    Descriptor &entry = descriptor(fd);
    if (entry.read == notifier) {
        entry.read = nullptr;
    } else if (entry.write == notifier) {
        entry.write = nullptr;
    } else {
        return;
    }
    if (entry.read != nullptr || entry.write != nullptr) {
        markDirty(fd);
        return;
    }
    if (entry.added) {
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, fd, nullptr);
        entry.added = false;
        entry.applied = 0;
    }
}

void EpollDispatcher::applyChanges()
{
    for (const int fd : m_dirty) {
        Descriptor &entry = m_descriptors[static_cast<std::size_t>(fd)];
        entry.dirty = false;
        const std::uint32_t wanted = (entry.read != nullptr ? std::uint32_t{EPOLLIN} : 0U) |
                                     (entry.write != nullptr ? std::uint32_t{EPOLLOUT} : 0U);
        if (wanted == 0 || (entry.added && wanted == entry.applied)) {
            continue;
        }
        epoll_event event{};
        event.events = wanted;
        event.data.fd = fd;
        if (::epoll_ctl(m_epoll, entry.added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0) {
            entry.added = true;
            entry.applied = wanted;
        }
    }
    m_dirty.clear();
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_interrupted.store(false, std::memory_order_relaxed);
    bool delivered = false;
    // postEvent() always calls wakeUp(), so without a pending wake-up there is nothing posted
    if (m_wakePending.exchange(false, std::memory_order_acquire)) {
        QCoreApplication::sendPostedEvents();
        delivered = true;
    }
    if (m_interrupted.load(std::memory_order_relaxed)) {
        return delivered;
    }
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) &&
                         !m_wakePending.load(std::memory_order_acquire);
    if (m_listener != nullptr) {
        m_listener->onAboutToBlock();
    }
    Q_EMIT aboutToBlock();
    applyChanges();
    const int timeout =
        mayWait && !m_wakePending.load(std::memory_order_acquire) ? waitMilliseconds() : 0;
    const int ready = ::epoll_wait(m_epoll, m_batch.data(), static_cast<int>(BatchSize), timeout);
    if (m_listener != nullptr) {
        m_listener->onAwake();
    }
    Q_EMIT awake();
    for (int i = 0; i < ready; ++i) {
        const epoll_event &event = m_batch[static_cast<std::size_t>(i)];
        if (event.data.fd == m_wake) {
            eventfd_t ignored = 0;
            ::eventfd_read(m_wake, &ignored);
            continue;
        }
        deliver(event.data.fd, event.events);
        delivered = true;
    }
    return fireTimers() || delivered;
}

void EpollDispatcher::deliver(int fd, std::uint32_t events)
{
    if (!descriptor(fd).added) {
        return; // closed in this batch; who has the number now has not been waited for yet
    }
    QEvent event(QEvent::SockAct);
    // The entry is looked up again before each call: a handler may have deleted either notifier.
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0U) {
        if (QSocketNotifier *reader = descriptor(fd).read; reader != nullptr) {
            QCoreApplication::sendEvent(reader, &event);
        }
    }
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0U) {
        if (QSocketNotifier *writer = descriptor(fd).write; writer != nullptr) {
            QCoreApplication::sendEvent(writer, &event);
        }
    }
}

void EpollDispatcher::registerTimer(int timerId,
                                    qint64 interval,
                                    Qt::TimerType type,
                                    QObject *object)
{
    const std::chrono::milliseconds step(interval);
    m_timers.push_back({timerId, type, step, object, Clock::now() + step});
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    return std::erase_if(m_timers,
                         [timerId](const QtTimer &timer) { return timer.id == timerId; }) != 0;
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    return std::erase_if(m_timers,
                         [object](const QtTimer &timer) { return timer.object == object; }) != 0;
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> result;
    for (const QtTimer &timer : m_timers) {
        if (timer.object == object) {
            result.append(
                TimerInfo(timer.id, static_cast<int>(timer.interval.count()), timer.type));
        }
    }
    return result;
}

int EpollDispatcher::remainingTime(int timerId)
{
    for (const QtTimer &timer : m_timers) {
        if (timer.id == timerId) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(timer.due - Clock::now());
            return std::max(0, static_cast<int>(left.count()));
        }
    }
    return -1;
}

int EpollDispatcher::waitMilliseconds() const
{
    if (m_timers.empty()) {
        return -1;
    }
    const auto first =
        std::min_element(m_timers.begin(), m_timers.end(),
                         [](const QtTimer &a, const QtTimer &b) { return a.due < b.due; });
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first->due - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

bool EpollDispatcher::fireTimers()
{
    if (m_timers.empty()) {
        return false;
    }
    const auto now = Clock::now();
    std::vector<int> due;
    for (QtTimer &timer : m_timers) {
        if (timer.due <= now) {
            due.push_back(timer.id);
            timer.due = now + timer.interval;
        }
    }
    for (const int id : due) {
        // looked up again: an earlier handler may have stopped it
        const auto timer =
            std::find_if(m_timers.begin(), m_timers.end(),
                         [id](const QtTimer &candidate) { return candidate.id == id; });
        if (timer != m_timers.end()) {
            QTimerEvent event(id);
            QCoreApplication::sendEvent(timer->object, &event);
        }
    }
    return !due.empty();
}

void EpollDispatcher::wakeUp()
{
    if (!m_wakePending.exchange(true, std::memory_order_acq_rel)) {
        ::eventfd_write(m_wake, 1);
    }
}

void EpollDispatcher::interrupt()
{
    m_interrupted.store(true, std::memory_order_relaxed);
    // Written although a wake-up may be pending: a turn that is just beginning forgets both flags,
    // and must still not wait.
    m_wakePending.store(true, std::memory_order_release);
    ::eventfd_write(m_wake, 1);
}

} // namespace meridian::event
