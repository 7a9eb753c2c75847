// SPDX-License-Identifier: MIT
#include "core/event/loop.h"

#include "core/event/epolldispatcher.h"

#include <QAbstractEventDispatcher>
#include <QBasicTimer>
#include <QTimerEvent>

#include <algorithm>
#include <utility>

namespace meridian::event {

namespace {

constexpr std::size_t KeptBuffers = 64;
constexpr std::size_t LargestKeptBuffer = 64 * 1024;

} // namespace

/// The one Qt timer behind the wheel. It only wakes the dispatcher: the turn's end does the
/// work.
class Loop::WheelAlarm final : public QObject
{
public:
    void arm(SteadyTime due, SteadyTime now)
    {
        if (due == SteadyTime::max() || (m_timer.isActive() && m_due <= due)) {
            return; // nothing to wait for, or woken early enough already
        }
        m_due = due;
        const auto delay = std::chrono::ceil<std::chrono::milliseconds>(due - now);
        m_timer.start(static_cast<int>(std::max<std::int64_t>(delay.count(), 1)), Qt::PreciseTimer,
                      this);
    }

protected:
    void timerEvent(QTimerEvent *) override { m_timer.stop(); }

private:
    QBasicTimer m_timer;
    SteadyTime m_due;
};

Loop::Loop()
    : m_timers(std::chrono::steady_clock::now())
    , m_readBuffer(std::make_unique_for_overwrite<char[]>(ReadBufferSize))
    , m_alarm(std::make_unique<WheelAlarm>())
    , m_awakeSince(m_timers.now())
{
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    Q_ASSERT(dispatcher != nullptr);
    m_dispatcher = dynamic_cast<EpollDispatcher *>(dispatcher);
    if (m_dispatcher) {
        m_dispatcher->setTurnListener(this);
        return;
    }
    QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, &m_context,
                     [this] { onAwake(); });
    QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, &m_context,
                     [this] { onAboutToBlock(); });
}

Loop::~Loop()
{
    if (m_dispatcher) {
        m_dispatcher->setTurnListener(nullptr);
    }
    finish();
}

void Loop::onAwake()
{
    m_awakeSince = std::chrono::steady_clock::now();
    m_timers.setNow(m_awakeSince);
}

void Loop::finish()
{
    do { // flushing can end objects, and a destructor can leave something to flush
        flushDirty();
        auto batch = std::exchange(m_deferred, std::move(m_spare));
        batch.clear();
        m_spare = std::move(batch);
    } while (!m_dirty.empty() || !m_deferred.empty());
}

void Loop::markDirty(Flushable &output)
{
    if (!output.m_isDirty) {
        output.m_isDirty = true;
        m_dirty.push_back(&output);
    }
}

void Loop::forget(Flushable &output) noexcept
{
    if (output.m_isDirty) {
        output.m_isDirty = false;
        std::replace(m_dirty.begin(), m_dirty.end(), &output, static_cast<Flushable *>(nullptr));
    }
}

void Loop::deleteLater(std::unique_ptr<Deferred> object)
{
    if (object) {
        m_deferred.push_back(std::move(object));
    }
}

void Loop::post(std::function<void()> task)
{
    QMetaObject::invokeMethod(&m_context, std::move(task), Qt::QueuedConnection);
}

std::string Loop::takeBuffer()
{
    if (m_buffers.empty()) {
        return {};
    }
    std::string buffer = std::move(m_buffers.back());
    m_buffers.pop_back();
    return buffer;
}

void Loop::returnBuffer(std::string &&buffer) noexcept
{
    if (m_buffers.size() < KeptBuffers && buffer.capacity() <= LargestKeptBuffer &&
        buffer.capacity() > sizeof(std::string)) {
        buffer.clear();
        m_buffers.push_back(std::move(buffer));
        return;
    }
    std::string().swap(buffer);
}

void Loop::setTurnObserver(std::function<void(std::chrono::nanoseconds)> observer)
{
    m_turnObserver = std::move(observer);
}

void Loop::flushDirty()
{
    // by index: a flush that fails may mark another output dirty
    for (std::size_t i = 0; i < m_dirty.size(); ++i) {
        if (Flushable *output = m_dirty[i]; output != nullptr) {
            output->m_isDirty = false;
            output->flush();
        }
    }
    m_dirty.clear();
}

void Loop::onAboutToBlock()
{
    if (m_timers.nextDue() <= m_timers.now()) {
        m_timers.advance();
    }
    finish();
    const auto now = std::chrono::steady_clock::now();
    if (m_turnObserver) {
        m_turnObserver(now - m_awakeSince);
    }
    m_awakeSince = now;
    m_timers.setNow(now);
    armTimer();
}

void Loop::armTimer()
{
    m_alarm->arm(m_timers.nextDue(), m_timers.now());
}

} // namespace meridian::event
