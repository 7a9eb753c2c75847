// SPDX-License-Identifier: MIT
// The dispatcher's promises to notifiers, timers and posted events.
#include "tests/event/dispatcherthread.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSemaphore>
#include <QSocketNotifier>
#include <QtTest>

#include <memory>
#include <numeric>
#include <string>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <vector>

using namespace meridian::event;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<QSocketNotifier>
notify(int fd, QSocketNotifier::Type type, std::function<void()> handler)
{
    auto notifier = std::make_unique<QSocketNotifier>(fd, type);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(),
                     [handler = std::move(handler)] { handler(); });
    return notifier;
}

void put(int fd)
{
    QCOMPARE(::write(fd, "x", 1), ssize_t{1});
}

} // namespace

class TestEpollDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void readNotifierIsLevelTriggered()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            const SocketPair pair;
            int reads = 0;
            const auto reader = notify(pair.ours, QSocketNotifier::Read, [&] { ++reads; });
            turn(dispatcher);
            QCOMPARE(reads, 0);
            put(pair.theirs);
            turn(dispatcher);
            turn(dispatcher);
            QCOMPARE(reads, 2); // nobody has read the byte
            char byte = 0;
            QCOMPARE(::read(pair.ours, &byte, 1), ssize_t{1});
            turn(dispatcher);
            QCOMPARE(reads, 2);
        });
    }

    void writeNotifierWaitsForRoomAndSeesTheHangUp()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            SocketPair pair;
            const std::string block(64 * 1024, 'x');
            while (::write(pair.ours, block.data(), block.size()) > 0) {
            }
            int writes = 0;
            const auto writer = notify(pair.ours, QSocketNotifier::Write, [&] { ++writes; });
            turn(dispatcher);
            QCOMPARE(writes, 0);
            std::string sink(1024 * 1024, '\0');
            while (::read(pair.theirs, sink.data(), sink.size()) > 0) {
            }
            turn(dispatcher);
            QCOMPARE(writes, 1);
            SocketPair::closeEnd(pair.theirs);
            turn(dispatcher);
            QCOMPARE(writes, 2); // so that the next write reports the error
        });
    }

    void notifierDeletedWhileItsBatchIsDelivered()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            const SocketPair pairs[3];
            std::unique_ptr<QSocketNotifier> readers[3];
            int calls = 0;
            for (int i = 0; i < 3; ++i) {
                readers[i] = notify(pairs[i].ours, QSocketNotifier::Read, [&, i] {
                    ++calls;
                    for (int other = 0; other < 3; ++other) {
                        if (other != i) {
                            readers[other].reset();
                        }
                    }
                });
                put(pairs[i].theirs);
            }
            turn(dispatcher);
            QCOMPARE(calls, 1);
            turn(dispatcher);
            QCOMPARE(calls, 2); // the survivor
        });
    }

    void readHandlerMayDeleteTheWriterOfItsDescriptor()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            const SocketPair pair;
            int writes = 0;
            int reads = 0;
            auto writer = notify(pair.ours, QSocketNotifier::Write, [&] { ++writes; });
            const auto reader = notify(pair.ours, QSocketNotifier::Read, [&] {
                ++reads;
                writer.reset();
            });
            put(pair.theirs);
            turn(dispatcher);
            turn(dispatcher);
            QCOMPARE(reads, 2);
            QCOMPARE(writes, 0);
        });
    }

    void reusedNumberHearsNothingOfItsPredecessor()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            const SocketPair pairs[2];
            const SocketPair fresh;
            std::unique_ptr<QSocketNotifier> readers[2];
            std::unique_ptr<QSocketNotifier> successor;
            int calls = 0;
            int successorCalls = 0;
            for (int i = 0; i < 2; ++i) {
                readers[i] = notify(pairs[i].ours, QSocketNotifier::Read, [&, i] {
                    if (++calls > 1) {
                        return;
                    }
                    // the other is in the same batch: its number gets a new, silent socket
                    const int number = pairs[1 - i].ours;
                    readers[1 - i].reset();
                    QCOMPARE(::dup2(fresh.ours, number), number);
                    successor = notify(number, QSocketNotifier::Read, [&] { ++successorCalls; });
                });
                put(pairs[i].theirs);
            }
            turn(dispatcher);
            QCOMPARE(calls, 1);
            QCOMPARE(successorCalls, 0);
            turn(dispatcher);
            QCOMPARE(successorCalls, 0);
            put(fresh.theirs);
            turn(dispatcher);
            QCOMPARE(successorCalls, 1);
        });
    }

    void togglesCountOnlyAtTheEndOfTheTurn()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            const SocketPair pair;
            int reads = 0;
            const auto reader = notify(pair.ours, QSocketNotifier::Read, [&] { ++reads; });
            put(pair.theirs);
            reader->setEnabled(false);
            turn(dispatcher);
            QCOMPARE(reads, 0);
            for (int i = 0; i < 101; ++i) {
                reader->setEnabled(i % 2 == 0);
            }
            turn(dispatcher);
            QCOMPARE(reads, 1);
            const auto writer = notify(pair.ours, QSocketNotifier::Write, [] {});
            for (int i = 0; i < 101; ++i) {
                reader->setEnabled(i % 2 == 1); // ends off, the writer stays
            }
            turn(dispatcher);
            QCOMPARE(reads, 1);
            reader->setEnabled(true);
            turn(dispatcher);
            QCOMPARE(reads, 2);
        });
    }

    void timersFireInTimeAndMayStopEachOther()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            QElapsedTimer clock;
            clock.start();
            int ticks = 0;
            QTimer periodic;
            periodic.setTimerType(Qt::PreciseTimer);
            QObject::connect(&periodic, &QTimer::timeout, &periodic, [&] { ++ticks; });
            periodic.start(15ms);
            QCOMPARE(dispatcher.registeredTimers(&periodic).size(), qsizetype{1});
            QVERIFY(dispatcher.remainingTime(periodic.timerId()) <= 15);
            QVERIFY(turnUntil(dispatcher, [&] { return ticks == 3; }));
            QVERIFY(clock.elapsed() >= 45);
            periodic.stop();
            QVERIFY(dispatcher.registeredTimers(&periodic).isEmpty());

            QTimer rivals[2];
            int fired = 0;
            for (int i = 0; i < 2; ++i) {
                QObject::connect(&rivals[i], &QTimer::timeout, &rivals[i], [&, i] {
                    ++fired;
                    rivals[1 - i].stop();
                });
                rivals[i].start(0ms);
            }
            turn(dispatcher);
            QCOMPARE(fired, 1);
            QCOMPARE(ticks, 3);
        });
    }

    void postedEventWakesABlockedLoop()
    {
        QThread thread;
        auto *dispatcher = new EpollDispatcher;
        thread.setEventDispatcher(dispatcher);
        QObject target;
        target.moveToThread(&thread);
        QSemaphore blocking;
        QSemaphore handled;
        QObject::connect(
            dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher,
            [&] { blocking.release(); }, Qt::DirectConnection);
        thread.start();
        for (int i = 0; i < 2000; ++i) {
            if (i % 2 == 0) { // else: while the loop is still busy with the last one
                QVERIFY(blocking.tryAcquire(1, 10'000));
            }
            QMetaObject::invokeMethod(
                &target, [&] { handled.release(); }, Qt::QueuedConnection);
            QVERIFY2(handled.tryAcquire(1, 10'000), "a wake-up was lost");
        }
        thread.quit();
        QVERIFY(thread.wait(10'000));
    }

    void quitRightAfterStartEndsTheLoop()
    {
        for (int i = 0; i < 200; ++i) {
            QThread thread;
            thread.setEventDispatcher(new EpollDispatcher);
            thread.start();
            thread.quit();
            QVERIFY2(thread.wait(10'000), "an interrupt was lost");
        }
    }

    void interruptIsNotLostBehindAPendingWakeUp()
    {
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            QTimer rescue; // what ends the wait if the interrupt does not
            rescue.start(5s);
            QElapsedTimer clock;
            clock.start();
            dispatcher.interrupt(); // before the first turn
            dispatcher.processEvents(QEventLoop::WaitForMoreEvents);
            QVERIFY(clock.elapsed() < 2500);

            // another thread wakes us between the wait and the reading of the eventfd
            QObject context;
            QObject::connect(&dispatcher, &QAbstractEventDispatcher::awake, &context,
                             [&] { dispatcher.wakeUp(); });
            dispatcher.wakeUp();
            turn(dispatcher);
            QObject::disconnect(&dispatcher, nullptr, &context, nullptr);
            dispatcher.interrupt();
            dispatcher.processEvents(QEventLoop::WaitForMoreEvents);
            QVERIFY(clock.elapsed() < 2500);
        });
    }

    void aThousandIdleDescriptors()
    {
        rlimit limit{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);
        DispatcherThread::run([](EpollDispatcher &dispatcher) {
            constexpr std::size_t Count = 1000; // several batches
            std::vector<int> fds;
            std::vector<std::unique_ptr<QSocketNotifier>> readers;
            std::vector<int> calls(Count, 0);
            for (std::size_t i = 0; i < Count; ++i) {
                fds.push_back(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
                QVERIFY(fds.back() >= 0);
                readers.push_back(notify(fds.back(), QSocketNotifier::Read, [&, i] {
                    eventfd_t value = 0;
                    ::eventfd_read(fds[i], &value);
                    ++calls[i];
                }));
            }
            const auto total = [&] { return std::accumulate(calls.begin(), calls.end(), 0); };
            turn(dispatcher);
            QCOMPARE(total(), 0);
            for (std::size_t i = 0; i < Count; i += 100) {
                ::eventfd_write(fds[i], 1);
            }
            turn(dispatcher);
            QCOMPARE(total(), 10);
            for (std::size_t i = 0; i < Count; ++i) {
                QCOMPARE(calls[i], i % 100 == 0 ? 1 : 0);
                ::eventfd_write(fds[i], 1);
            }
            QVERIFY(turnUntil(dispatcher, [&] { return total() >= 1010; }));
            turn(dispatcher);
            QCOMPARE(total(), 1010);
            readers.clear();
            for (const int fd : fds) {
                ::close(fd);
            }
        });
    }
};

QTEST_GUILESS_MAIN(TestEpollDispatcher)
#include "tst_epolldispatcher.moc"
