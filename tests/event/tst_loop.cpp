// SPDX-License-Identifier: MIT
// The end of a turn: timers, then output, then deletions, until nothing is left.
#include "core/event/loop.h"
#include "tests/event/dispatcherthread.h"

#include <QtTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace meridian::event;
using namespace std::chrono_literals;

namespace {

class Output final : public Flushable
{
public:
    explicit Output(std::function<void()> then = {})
        : m_then(std::move(then))
    {
    }

    void flush() noexcept override
    {
        ++flushes;
        if (m_then) {
            m_then();
        }
    }

    int flushes = 0;

private:
    std::function<void()> m_then;
};

class Doomed final : public Deferred
{
public:
    explicit Doomed(std::function<void()> atEnd)
        : m_atEnd(std::move(atEnd))
    {
    }

    ~Doomed() override { m_atEnd(); }

private:
    std::function<void()> m_atEnd;
};

class Alarm final : public TimerClient
{
public:
    Alarm(TimerWheel &wheel, std::function<void()> then)
        : timer(wheel, *this)
        , m_then(std::move(then))
    {
    }

    Timer timer;

private:
    void onTimer() noexcept override { m_then(); }

    std::function<void()> m_then;
};

} // namespace

class TestLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void timersThenFlushThenDelete()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            std::string order;
            Output output([&] { order += 'f'; });
            Alarm alarm(loop.timers(), [&] {
                order += 't';
                loop.deleteLater(std::make_unique<Doomed>([&] { order += 'd'; }));
                loop.markDirty(output);
            });
            alarm.timer.start(5ms);
            QVERIFY(turnUntil(dispatcher, [&] { return !order.empty(); }));
            QCOMPARE(order, std::string("tfd"));
        });
    }

    void flushesOncePerTurnHoweverOftenMarked()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            Output output;
            for (int i = 0; i < 5; ++i) {
                loop.markDirty(output);
            }
            QCOMPARE(output.flushes, 0);
            turn(dispatcher);
            turn(dispatcher);
            QCOMPARE(output.flushes, 1);
            loop.markDirty(output);
            turn(dispatcher);
            QCOMPARE(output.flushes, 2);
        });
    }

    void forgottenOutputIsNotTouched()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            auto gone = std::make_unique<Output>();
            Output stays;
            loop.markDirty(*gone);
            loop.markDirty(stays);
            loop.forget(*gone);
            gone.reset();
            turn(dispatcher);
            QCOMPARE(stays.flushes, 1);

            Output marked; // forgotten, then dirty again: still flushed once
            loop.markDirty(marked);
            loop.forget(marked);
            loop.markDirty(marked);
            turn(dispatcher);
            QCOMPARE(marked.flushes, 1);
        });
    }

    void aFlushMayForgetAnOutputThatIsStillToCome()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            auto second = std::make_unique<Output>();
            Output first([&] {
                loop.forget(*second);
                second.reset();
            });
            Output third;
            loop.markDirty(first);
            loop.markDirty(*second);
            loop.markDirty(third);
            turn(dispatcher);
            QCOMPARE(first.flushes, 1);
            QCOMPARE(third.flushes, 1);
        });
    }

    void whatATurnsEndCausesIsDoneInTheSameTurn()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            std::string order;
            Output last([&] { order += 'l'; });
            Output second([&] {
                order += 's';
                loop.deleteLater(std::make_unique<Doomed>([&] {
                    order += 'd';
                    loop.deleteLater(std::make_unique<Doomed>([&] { order += 'e'; }));
                    loop.markDirty(last);
                }));
            });
            Output first([&] {
                order += 'f';
                loop.markDirty(second);
            });
            loop.markDirty(first);
            turn(dispatcher);
            QCOMPARE(order, std::string("fsdle"));
        });
    }

    void deletesNothingDuringTheTurn()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            bool isGone = false;
            bool wasGoneInside = true;
            loop.post([&] {
                loop.deleteLater(std::make_unique<Doomed>([&] { isGone = true; }));
                wasGoneInside = isGone;
            });
            turn(dispatcher);
            QVERIFY(!wasGoneInside);
            QVERIFY(isGone);
            loop.deleteLater(nullptr);
            turn(dispatcher);
        });
    }

    void destructionFinishesWhatIsQueued()
    {
        DispatcherThread::run([](EpollDispatcher &) {
            Output output;
            bool isGone = false;
            {
                Loop loop;
                loop.markDirty(output);
                loop.deleteLater(std::make_unique<Doomed>([&] { isGone = true; }));
            }
            QCOMPARE(output.flushes, 1);
            QVERIFY(isGone);
        });
    }

    void postedClosuresRunOnTheLoopsThreadInOrder()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            constexpr int Count = 1000;
            std::vector<int> seen;
            bool isForeign = false;
            QThread *const here = QThread::currentThread();
            std::thread poster([&] {
                for (int i = 0; i < Count; ++i) {
                    loop.post([&, i] {
                        seen.push_back(i);
                        isForeign |= QThread::currentThread() != here;
                    });
                }
            });
            const bool isDone = turnUntil(dispatcher, [&] { return seen.size() == Count; });
            poster.join();
            QVERIFY(isDone);
            QVERIFY(!isForeign);
            QVERIFY(std::is_sorted(seen.begin(), seen.end()));
        });
    }

    void buffersComeBackEmptyAndLargeOnesAreFreed()
    {
        DispatcherThread::run([](EpollDispatcher &) {
            Loop loop;
            QVERIFY(loop.takeBuffer().capacity() < 100); // none is kept yet
            std::string buffer(10'000, 'x');
            const char *const memory = buffer.data();
            loop.returnBuffer(std::move(buffer));
            std::string again = loop.takeBuffer();
            QVERIFY(again.empty());
            QVERIFY(again.data() == memory);
            QVERIFY(loop.takeBuffer().capacity() < 100); // it is given out once

            loop.returnBuffer(std::string(1024 * 1024, 'x'));
            QVERIFY(loop.takeBuffer().capacity() < 100);
            for (int i = 0; i < 1000; ++i) {
                loop.returnBuffer(std::string(1000, 'x'));
            }
            int kept = 0;
            while (loop.takeBuffer().capacity() >= 1000) {
                ++kept;
            }
            QVERIFY2(kept > 0 && kept < 1000, "kept, but not without end");
        });
    }

    void observerHearsOfBusyTurns()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            Loop loop;
            std::chrono::nanoseconds longest{0};
            loop.setTurnObserver(
                [&](std::chrono::nanoseconds busy) { longest = std::max(longest, busy); });
            loop.post([] {
                const auto end = std::chrono::steady_clock::now() + 20ms;
                while (std::chrono::steady_clock::now() < end) {
                }
            });
            turn(dispatcher);
            QVERIFY(longest >= 20ms);
        });
    }
};

QTEST_GUILESS_MAIN(TestLoop)
#include "tst_loop.moc"
