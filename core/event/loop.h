// SPDX-License-Identifier: MIT
// What everything on one thread shares: the turn's end, deadlines, buffers, deferred deletion.
#pragma once

#include "core/event/timerwheel.h"
#include "core/event/turnlistener.h"

#include <QObject>
#include <QPointer>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::event {

class EpollDispatcher;

/// Base of objects that may end inside their own callback: Loop::deleteLater takes them.
class Deferred
{
public:
    Deferred() = default;
    Deferred(const Deferred &) = delete;
    Deferred &operator=(const Deferred &) = delete;
    virtual ~Deferred() = default;
};

/// Something with output to write once per turn, however often it was written to.
class Flushable
{
public:
    virtual void flush() noexcept = 0;

protected:
    virtual ~Flushable() = default;

private:
    friend class Loop;
    bool m_isDirty = false;
};

/// Per-thread companion of the thread's event dispatcher (any of Qt's, or EpollDispatcher). Create
/// it on its thread after the dispatcher. End of turn, in order: fire due timers, flush dirty
/// connections, delete what was deferred; the last two until nothing is left.
class Loop final : private TurnListener
{
public:
    static constexpr std::size_t ReadBufferSize = 64 * 1024;

    Loop();
    ~Loop();
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    [[nodiscard]] TimerWheel &timers() noexcept { return m_timers; }

    /// Scratch for one read; valid until the next read on this thread.
    [[nodiscard]] char *readBuffer() noexcept { return m_readBuffer.get(); }

    /// flush() is called before the turn ends. Call forget() before destroying a dirty object.
    void markDirty(Flushable &output);
    void forget(Flushable &output) noexcept;

    /// Destroys the object after the current turn's callbacks have returned.
    void deleteLater(std::unique_ptr<Deferred> object);

    /// Runs a closure on this loop's thread; any thread may call.
    void post(std::function<void()> task);

    /// Output and body buffers: taken when needed, returned when empty, so that an idle connection
    /// holds none. A returned buffer that has grown large is freed.
    [[nodiscard]] std::string takeBuffer();
    void returnBuffer(std::string &&buffer) noexcept;

    /// Called at the end of each turn with the time since the loop woke: while it was busy, nobody
    /// else was served.
    void setTurnObserver(std::function<void(std::chrono::nanoseconds)> observer);

    /// Flushes and deletes what is queued; called each turn, and once more before the owner tears
    /// down.
    void finish();

private:
    void onAwake() override;
    void onAboutToBlock() override;
    void flushDirty();
    void armTimer();

    class WheelAlarm;

    QObject m_context;                      // receiver of posted closures
    QPointer<EpollDispatcher> m_dispatcher; // null: another of Qt's, which is heard by signal
    TimerWheel m_timers;
    std::unique_ptr<char[]> m_readBuffer;
    std::vector<Flushable *> m_dirty;
    std::vector<std::unique_ptr<Deferred>> m_deferred;
    std::vector<std::unique_ptr<Deferred>> m_spare; // empty: room for the next
    std::vector<std::string> m_buffers;
    std::unique_ptr<WheelAlarm> m_alarm;
    std::function<void(std::chrono::nanoseconds)> m_turnObserver;
    SteadyTime m_awakeSince;
};

} // namespace meridian::event
