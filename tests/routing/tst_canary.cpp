// SPDX-License-Identifier: MIT
// The canary's share follows the schedule, and goes for good when the errors are too many.
#include "core/routing/canary.h"

#include <QtTest>

#include <thread>
#include <vector>

using namespace meridian;
using namespace meridian::routing;
using namespace std::chrono_literals;

namespace {

constexpr CanaryController::TimePoint Start{1h};

model::CanarySettings someSettings()
{
    model::CanarySettings settings;
    settings.enabled = true;
    settings.canaryTags = {"canary", "v2"};
    settings.startWeight = 1;
    settings.steps = {{5, 60s}, {25, 120s}, {50, std::nullopt}};
    settings.rollbackErrorRate = 0.5;
    settings.rollbackMinSamples = 10;
    settings.window = 60s;
    return settings;
}

void note(const CanaryController &canary, int good, int bad)
{
    for (int i = 0; i < good; ++i) {
        canary.state()->noteSample(false);
    }
    for (int i = 0; i < bad; ++i) {
        canary.state()->noteSample(true);
    }
}

} // namespace

class TestCanary : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void startsBeforeTheFirstStep()
    {
        const CanaryController canary(someSettings());
        const CanaryStatus status = canary.status();
        QVERIFY(status.enabled);
        QCOMPARE(status.weight, 1.0);
        QCOMPARE(canary.state()->weight(), 1.0);
        QCOMPARE(status.step, -1);
        QVERIFY(!status.rolledBack);
        QVERIFY(!status.scheduleDone);
        QCOMPARE(status.windowSamples, 0U);
        QVERIFY(!status.windowErrorRate);
        QCOMPARE(status.rollbacks, 0U);
    }

    void followsTheSchedule()
    {
        CanaryController canary(someSettings());
        canary.tick(Start);
        QCOMPARE(canary.status().step, 0);
        QCOMPARE(canary.state()->weight(), 5.0);
        canary.tick(Start + 60s - 1ns);
        QCOMPARE(canary.status().step, 0);
        canary.tick(Start + 60s);
        QCOMPARE(canary.status().step, 1);
        QCOMPARE(canary.state()->weight(), 25.0);
        QVERIFY(!canary.status().scheduleDone);
        canary.tick(Start + 180s - 1ns);
        QCOMPARE(canary.status().step, 1);
        canary.tick(Start + 180s);
        QCOMPARE(canary.status().step, 2);
        QVERIFY(canary.status().scheduleDone); // a step without a duration is held
        canary.tick(Start + 1000h);
        QCOMPARE(canary.status().step, 2);
        QCOMPARE(canary.state()->weight(), 50.0);
    }

    void holdsTheLastStep()
    {
        auto settings = someSettings();
        settings.steps = {{5, 10s}, {20, 10s}};
        CanaryController canary(settings);
        canary.tick(Start);
        canary.tick(Start + 10s);
        QCOMPARE(canary.status().step, 1);
        QVERIFY(!canary.status().scheduleDone);
        canary.tick(Start + 20s);
        QVERIFY(canary.status().scheduleDone);
        canary.tick(Start + 30s);
        QCOMPARE(canary.status().step, 1);
        QCOMPARE(canary.state()->weight(), 20.0);
    }

    /// A process that was stopped for an hour does not jump over steps nobody has watched.
    void aLateTickAdvancesOneStep()
    {
        CanaryController canary(someSettings());
        canary.tick(Start);
        canary.tick(Start + 1h);
        QCOMPARE(canary.status().step, 1);
        canary.tick(Start + 1h + 119s);
        QCOMPARE(canary.status().step, 1);
        canary.tick(Start + 1h + 120s);
        QCOMPARE(canary.status().step, 2);
    }

    void withoutStepsTheStartWeightIsHeld()
    {
        auto settings = someSettings();
        settings.steps.clear();
        CanaryController canary(settings);
        canary.tick(Start);
        QCOMPARE(canary.state()->weight(), 1.0);
        QCOMPARE(canary.status().step, -1);
        QVERIFY(canary.status().scheduleDone);
        note(canary, 0, 10);
        canary.tick(Start + 5s);
        QVERIFY(canary.status().rolledBack);
    }

    void rollsBack_data()
    {
        QTest::addColumn<int>("good");
        QTest::addColumn<int>("bad");
        QTest::addColumn<double>("threshold");
        QTest::addColumn<bool>("expected");
        QTest::newRow("too few samples") << 0 << 9 << 0.5 << false;
        QTest::newRow("just enough") << 0 << 10 << 0.5 << true;
        QTest::newRow("at the threshold") << 5 << 5 << 0.5 << false;
        QTest::newRow("above the threshold") << 5 << 6 << 0.5 << true;
        QTest::newRow("at three tenths") << 7 << 3 << 0.3 << false;
        QTest::newRow("no error") << 1000 << 0 << 0.001 << false;
        QTest::newRow("never above one") << 0 << 100 << 1.0 << false;
    }

    void rollsBack()
    {
        QFETCH(int, good);
        QFETCH(int, bad);
        QFETCH(double, threshold);
        QFETCH(bool, expected);
        auto settings = someSettings();
        settings.rollbackErrorRate = threshold;
        CanaryController canary(settings);
        canary.tick(Start);
        note(canary, good, bad);
        canary.tick(Start + 5s);
        const CanaryStatus status = canary.status();
        QCOMPARE(status.rolledBack, expected);
        QCOMPARE(status.weight, expected ? 0.0 : 5.0);
        QCOMPARE(status.rollbacks, expected ? 1U : 0U);
        QCOMPARE(status.windowSamples, quint64(good + bad));
        QCOMPARE(status.windowErrorRate, std::optional(double(bad) / (good + bad)));
    }

    /// A client that left is told to the canary as no error: 499s alone never roll back.
    void clientsThatLeaveAreNoErrors()
    {
        CanaryController canary(someSettings());
        canary.tick(Start);
        for (const int status : {499, 499, 499, 499, 499, 499, 499, 404, 429, 200, 499, 499}) {
            canary.state()->noteSample(status >= 500);
        }
        canary.tick(Start + 5s);
        QVERIFY(!canary.status().rolledBack);
        QCOMPARE(canary.status().windowSamples, 12U);
        QCOMPARE(canary.status().windowErrorRate, std::optional(0.0));
    }

    void aRollbackIsForGood()
    {
        CanaryController canary(someSettings());
        canary.tick(Start);
        note(canary, 0, 20);
        canary.tick(Start + 60s); // the step is over, too: the rollback comes first
        QCOMPARE(canary.status().step, 0);
        note(canary, 1000, 0);
        canary.tick(Start + 1h);
        canary.tick(Start + 2h);
        QVERIFY(canary.status().rolledBack);
        QCOMPARE(canary.state()->weight(), 0.0);
        QCOMPARE(canary.status().step, 0);
        note(canary, 0, 1000);
        canary.tick(Start + 3h);
        QCOMPARE(canary.status().rollbacks, 1U);
        QCOMPARE(canary.status().windowSamples, 1000U);
    }

    void rollsBackBeforeTheFirstStep()
    {
        CanaryController canary(someSettings());
        note(canary, 0, 10);
        canary.tick(Start);
        QVERIFY(canary.status().rolledBack);
        QCOMPARE(canary.status().step, -1);
        QCOMPARE(canary.state()->weight(), 0.0);
    }

    void forgetsWhatLeavesTheWindow()
    {
        CanaryController canary(someSettings());
        canary.tick(Start);
        note(canary, 0, 9);
        canary.tick(Start + 5s);
        note(canary, 3, 0);
        canary.tick(Start + 10s);
        QCOMPARE(canary.status().windowSamples, 12U); // and an error rate of 0.75
        QVERIFY(canary.status().rolledBack);

        CanaryController other(someSettings());
        other.tick(Start);
        note(other, 0, 9);
        other.tick(Start + 5s);
        other.tick(Start + 65s - 1ns);
        QCOMPARE(other.status().windowSamples, 9U);
        note(other, 3, 0);
        other.tick(Start + 65s);
        QCOMPARE(other.status().windowSamples, 3U);
        QCOMPARE(other.status().windowErrorRate, std::optional(0.0));
        QVERIFY(!other.status().rolledBack);
        other.tick(Start + 125s);
        QCOMPARE(other.status().windowSamples, 0U);
        QVERIFY(!other.status().windowErrorRate);
    }

    /// Ticks a millisecond apart share buckets, and are still forgotten as one window passes.
    void countsManyTicks()
    {
        auto settings = someSettings();
        settings.window = 10s;
        CanaryController canary(settings);
        for (auto now = Start; now < Start + 20s; now += 1ms) {
            note(canary, 1, 0);
            canary.tick(now);
        }
        QVERIFY(canary.status().windowSamples <= 10000);
        QVERIFY(canary.status().windowSamples >= 9950); // one bucket is a 256th
        canary.tick(Start + 30s);
        QCOMPARE(canary.status().windowSamples, 0U);
    }

    void aNewScheduleKeepsTheRollback()
    {
        CanaryController old(someSettings());
        note(old, 0, 10);
        old.tick(Start);
        auto settings = someSettings();
        settings.steps = {{80, 1s}};
        settings.canaryTags = {"v2", "canary", "v2"}; // the same set
        CanaryController next(settings, &old);
        QVERIFY(next.status().rolledBack);
        QCOMPARE(next.state()->weight(), 0.0);
        QCOMPARE(next.status().rollbacks, 1U);
        QCOMPARE(next.status().windowSamples, 0U);
        next.tick(Start + 5s);
        next.tick(Start + 15s);
        QCOMPARE(next.state()->weight(), 0.0);
        QCOMPARE(next.status().rollbacks, 1U);
    }

    void newTagsEndTheRollback_data()
    {
        QTest::addColumn<bool>("canary");
        QTest::newRow("canary tags") << true;
        QTest::newRow("stable tags") << false;
    }

    void newTagsEndTheRollback()
    {
        QFETCH(bool, canary);
        CanaryController old(someSettings());
        note(old, 0, 10);
        old.tick(Start);
        auto settings = someSettings();
        (canary ? settings.canaryTags : settings.stableTags).emplace_back("v3");
        CanaryController next(settings, &old);
        QVERIFY(!next.status().rolledBack);
        QCOMPARE(next.status().weight, 1.0);
        QCOMPARE(next.status().rollbacks, 1U); // a counter does not go back
        next.tick(Start + 5s);
        QCOMPARE(next.status().weight, 5.0);
        note(next, 0, 10);
        next.tick(Start + 10s);
        QCOMPARE(next.status().rollbacks, 2U);
    }

    /// Without a rollback a changed schedule begins anew.
    void aNewScheduleStartsAtItsBeginning()
    {
        CanaryController old(someSettings());
        old.tick(Start);
        old.tick(Start + 60s);
        auto settings = someSettings();
        settings.startWeight = 2;
        CanaryController next(settings, &old);
        QCOMPARE(next.status().step, -1);
        QCOMPARE(next.status().weight, 2.0);
        QVERIFY(old.state() != next.state()); // late samples of the old one stay there
    }

    void doesNothingWhenDisabled()
    {
        auto settings = someSettings();
        settings.enabled = false;
        CanaryController canary(settings);
        note(canary, 0, 100);
        canary.tick(Start);
        QVERIFY(!canary.status().enabled);
        QVERIFY(!canary.status().rolledBack);
        QCOMPARE(canary.status().weight, 0.0);
        QCOMPARE(canary.status().step, -1);
    }

    /// No sample is lost, and no error is seen without its sample.
    void countsSamplesOfAllThreads()
    {
        constexpr int Threads = 4;
        constexpr quint64 Samples = 100000;
        const auto state = std::make_shared<CanaryState>();
        std::vector<std::thread> threads;
        for (int t = 0; t < Threads; ++t) {
            threads.emplace_back([state] {
                for (quint64 i = 0; i < Samples; ++i) {
                    state->noteSample(i % 4 == 0);
                }
            });
        }
        CanarySamples sum;
        bool isWhole = true;
        while (sum.total < Threads * Samples / 2) {
            const CanarySamples some = state->drain();
            isWhole = isWhole && some.errors <= some.total;
            sum.total += some.total;
            sum.errors += some.errors;
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        const CanarySamples rest = state->drain();
        QVERIFY(isWhole);
        QCOMPARE(sum.total + rest.total, Threads * Samples);
        QCOMPARE(sum.errors + rest.errors, Threads * Samples / 4);
        QCOMPARE(state->drain().total, 0U);
    }
};

QTEST_GUILESS_MAIN(TestCanary)
#include "tst_canary.moc"
