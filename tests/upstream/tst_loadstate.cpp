// SPDX-License-Identifier: MIT
// What is in flight at a backend and how fast it has been.
#include "core/upstream/loadstate.h"
#include "tests/upstream/somebackends.h"

#include <QtTest>

#include <cmath>
#include <thread>
#include <vector>

using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

bool isNear(double actual, double expected)
{
    return std::abs(actual - expected) <= 1e-6 * std::max(1.0, std::abs(expected));
}

} // namespace

class TestLoadState : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void countsAndCostsComeBackToNought()
    {
        LoadState load(TestEpoch);
        load.enter(1034.5, TestEpoch);
        load.enter(0.1, TestEpoch);
        QCOMPARE(load.inflight(), std::int64_t{2});
        QVERIFY(isNear(load.inflightCost(), 1034.6));
        load.leave(1034.5, TestEpoch);
        QVERIFY(isNear(load.inflightCost(), 0.1));
        load.leave(0.1, TestEpoch);
        for (int i = 0; i < 10'000; ++i) { // a sum of doubles would be off by now
            load.enter(0.1 * i, TestEpoch);
        }
        for (int i = 0; i < 10'000; ++i) {
            load.leave(0.1 * i, TestEpoch);
        }
        QCOMPARE(load.inflight(), std::int64_t{0});
        QCOMPARE(load.inflightCost(), 0.0);
    }

    void limitHoldsAgainstManyThreads()
    {
        LoadState load(TestEpoch);
        std::atomic<int> entered{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i) {
                    entered += load.tryEnter(100, 2, TestEpoch) ? 1 : 0;
                }
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        QCOMPARE(entered.load(), 100);
        QCOMPARE(load.inflight(), std::int64_t{100});
        QCOMPARE(load.inflightCost(), 200.0);
        load.leave(2, TestEpoch);
        QVERIFY(load.tryEnter(100, 2, TestEpoch) && !load.tryEnter(100, 2, TestEpoch));
        QVERIFY(load.tryEnter(0, 2, TestEpoch)); // no limit
    }

    void averageStartsWithTheFirstSample()
    {
        LoadState load(TestEpoch);
        QCOMPARE(load.ewmaLatencyMs(), 0.0);
        load.noteLatency(100ms, TestEpoch);
        QCOMPARE(load.ewmaLatencyMs(), 100.0);
        load.noteLatency(200ms, TestEpoch + 1s);
        QVERIFY(isNear(load.ewmaLatencyMs(), 130.0));
        load.noteLatency(500us, TestEpoch + 2s);
        QVERIFY(isNear(load.ewmaLatencyMs(), 91.15));
        QVERIFY(load.lastSample() == TestEpoch + 2s);
    }

    void failuresNeverMakeItLookFast()
    {
        LoadState load(TestEpoch);
        load.noteFailure(1ms, TestEpoch + 1s);
        QVERIFY(load.ewmaLatencyMs() >= 1000);
        QVERIFY(load.lastSample() == TestEpoch + 1s);
        for (const auto usual : {20ms, 300ms, 4000ms, 90000ms}) {
            LoadState other(TestEpoch);
            other.noteLatency(usual, TestEpoch);
            other.noteFirstByte(usual / 4, TestEpoch);
            for (int i = 0; i < 100; ++i) {
                const double average = other.ewmaLatencyMs();
                const double peak = other.peakFirstByteMs(TestEpoch);
                other.noteFailure(1ms, TestEpoch);
                QVERIFY(other.ewmaLatencyMs() > average || average >= 599'000);
                QVERIFY(other.peakFirstByteMs(TestEpoch) >= peak);
            }
            QVERIFY(other.ewmaLatencyMs() <= 600'000);
            for (int i = 0; i < 60; ++i) { // and it can recover
                other.noteLatency(usual, TestEpoch);
            }
            QVERIFY(other.ewmaLatencyMs() < 1.01 * double(usual.count()));
        }
    }

    void failuresPressForAWhile()
    {
        LoadState load(TestEpoch);
        load.enter(1, TestEpoch);
        QCOMPARE(load.pressure(TestEpoch), 1.0);
        load.noteFailure(1ms, TestEpoch);
        load.noteFailure(1ms, TestEpoch);
        QCOMPARE(load.pressure(TestEpoch), 9.0);
        QCOMPARE(load.pressure(TestEpoch + 10s), 3.0); // 1 + 8 / e
        QCOMPARE(load.pressure(TestEpoch + 30s), 1.0);
        for (int i = 0; i < 1000; ++i) {
            load.noteFailure(1ms, TestEpoch);
        }
        QCOMPARE(load.pressure(TestEpoch), 65.0);
        QCOMPARE(load.pressure(TestEpoch + 60s), 1.0); // however often it failed
    }

    void peakRisesAtOnceAndDecays()
    {
        LoadState load(TestEpoch);
        QCOMPARE(load.peakFirstByteMs(TestEpoch), 0.0);
        load.noteFirstByte(100ms, TestEpoch);
        load.noteFirstByte(400ms, TestEpoch + 1s);
        QVERIFY(isNear(load.peakFirstByteMs(TestEpoch + 1s), 400));
        QVERIFY(isNear(load.peakFirstByteMs(TestEpoch + 11s), 400 / std::exp(1.0)));
        load.noteFirstByte(100ms, TestEpoch + 11s); // a faster one counts the more, the later
        QVERIFY(isNear(load.peakFirstByteMs(TestEpoch + 11s),
                       400 / std::exp(1.0) + 100 * (1 - 1 / std::exp(1.0))));
        QVERIFY(load.firstByte().quantile(0.5) == std::nullopt); // three samples are no quantile
    }

    void everythingThatEntersOrLeavesIsActivity()
    {
        LoadState load(TestEpoch);
        QVERIFY(load.lastActivity() == TestEpoch);
        load.enter(1, TestEpoch + 1s);
        QVERIFY(load.lastActivity() == TestEpoch + 1s);
        load.leave(1, TestEpoch + 5s);
        QVERIFY(load.lastActivity() == TestEpoch + 5s);
        QVERIFY(load.tryEnter(1, 1, TestEpoch + 6s));
        QVERIFY(!load.tryEnter(1, 1, TestEpoch + 7s));
        QVERIFY(load.lastActivity() == TestEpoch + 6s);
    }
};

QTEST_GUILESS_MAIN(TestLoadState)
#include "tst_loadstate.moc"
