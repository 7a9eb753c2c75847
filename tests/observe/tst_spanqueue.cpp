// SPDX-License-Identifier: MIT
// The queue between the record writer and the exporter: bounded, counted, fed by the writer.
#include "core/observe/spanqueue.h"
#include "core/observe/writer.h"
#include "tests/observe/tracedrecord.h"

#include <QTest>

#include <thread>
#include <vector>

using namespace meridian;
using namespace std::chrono_literals;
using observe::SpanQueue;
using test::record;

class TestSpanQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOrderAndBound();
    void closedTakesNothing();
    void shrinking();
    void alarmOncePerTake();
    void producersInThreads();
    void writerOffersSampledOnly();
};

void TestSpanQueue::keepsOrderAndBound()
{
    SpanQueue queue(3);
    model::RequestRecord taken;
    QVERIFY(!queue.take(taken));
    for (const char *name : {"a", "b", "c"}) {
        QVERIFY(queue.offer(record(name)));
    }
    QVERIFY(!queue.offer(record("d")));
    QCOMPARE(queue.lost(), 1U);
    QCOMPARE(queue.size(), 3U);
    for (const char *name : {"a", "b", "c"}) {
        QVERIFY(queue.take(taken));
        QCOMPARE(std::string(taken.backend.view()), std::string(name));
    }
    QVERIFY(!queue.take(taken));
    QVERIFY(queue.offer(record()));
}

void TestSpanQueue::closedTakesNothing()
{
    SpanQueue queue;
    QVERIFY(!queue.offer(record()));
    QCOMPARE(queue.lost(), 0U); // tracing is off: nothing is lost
    queue.setCapacity(1);
    QVERIFY(queue.offer(record()));
}

void TestSpanQueue::shrinking()
{
    SpanQueue queue(10);
    for (int i = 0; i < 10; ++i) {
        QVERIFY(queue.offer(record(std::to_string(i))));
    }
    queue.setCapacity(4);
    QCOMPARE(queue.size(), 4U);
    QCOMPARE(queue.lost(), 6U);
    model::RequestRecord taken;
    QVERIFY(queue.take(taken));
    QCOMPARE(std::string(taken.backend.view()), std::string("0")); // the oldest stay
    queue.setCapacity(0);
    QCOMPARE(queue.lost(), 9U);
}

void TestSpanQueue::alarmOncePerTake()
{
    SpanQueue queue(10);
    int alarms = 0;
    queue.setAlarm([&] { ++alarms; }, 3);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(queue.offer(record()));
        QCOMPARE(alarms, i < 2 ? 0 : 1);
    }
    model::RequestRecord taken;
    QVERIFY(queue.take(taken));
    QVERIFY(queue.offer(record()));
    QCOMPARE(alarms, 2);
    queue.setAlarm({}, 0);
    QVERIFY(queue.take(taken));
    QVERIFY(queue.offer(record()));
    QCOMPARE(alarms, 2);
}

void TestSpanQueue::producersInThreads()
{
    constexpr int Threads = 3;
    constexpr std::uint64_t Each = 3'000;
    SpanQueue queue(100);
    std::vector<std::thread> threads;
    std::atomic<std::uint64_t> refused{0};
    std::atomic<int> running{Threads};
    for (int i = 0; i < Threads; ++i) {
        threads.emplace_back([&] {
            for (std::uint64_t n = 0; n < Each; ++n) {
                refused += queue.offer(record()) ? 0U : 1U;
            }
            --running;
        });
    }
    std::uint64_t taken = 0;
    model::RequestRecord record;
    while (running > 0) {
        taken += queue.take(record) ? 1U : 0U;
        QVERIFY(queue.size() <= 100);
    }
    for (auto &thread : threads) {
        thread.join();
    }
    while (queue.take(record)) {
        ++taken;
    }
    QCOMPARE(taken + refused, Threads * Each);
    QCOMPARE(queue.lost(), refused.load());
}

void TestSpanQueue::writerOffersSampledOnly()
{
    SpanQueue queue(100);
    observe::RecordWriter writer({});
    auto *producer = writer.addProducer();
    writer.setTraceSink(&queue);
    QVERIFY(writer.start());
    for (int i = 0; i < 20; ++i) {
        model::RequestRecord *slot = producer->claim();
        QVERIFY(slot != nullptr);
        *slot = test::tracedRecord();
        slot->trace.isSampled = i % 2 == 0;
        slot->promptTokens = static_cast<std::uint64_t>(i);
        producer->publish();
    }
    QVERIFY(writer.collect(5s));
    QCOMPARE(queue.size(), 10U);
    model::RequestRecord taken;
    for (std::uint64_t i = 0; i < 20; i += 2) {
        QVERIFY(queue.take(taken));
        QCOMPARE(taken.promptTokens, i);
    }
    QCOMPARE(writer.recent().total(), 20U);
}

QTEST_GUILESS_MAIN(TestSpanQueue)
#include "tst_spanqueue.moc"
