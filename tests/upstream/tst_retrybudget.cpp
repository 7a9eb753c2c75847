// SPDX-License-Identifier: MIT
// Extra attempts stay within their share of the last ten seconds' requests.
#include "core/upstream/retrybudget.h"

#include <QtTest>

using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

constexpr RetryBudget::Time Start{1h};

RetryBudget budgetOf(double percent, double minPerSecond, int requests = 0)
{
    RetryBudget budget;
    budget.configure(percent, minPerSecond);
    for (int i = 0; i < requests; ++i) {
        budget.noteRequest(Start);
    }
    return budget;
}

/// How many can be had now.
int spendAll(RetryBudget &budget, RetryBudget::Time now)
{
    int count = 0;
    while (count < 100'000 && budget.hasRoom(now)) {
        budget.spend(now);
        ++count;
    }
    return count;
}

} // namespace

class TestRetryBudget : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void aShareOfTheRequests_data()
    {
        QTest::addColumn<double>("percent");
        QTest::addColumn<double>("minPerSecond");
        QTest::addColumn<int>("requests");
        QTest::addColumn<int>("allowed");
        QTest::newRow("the default, no traffic") << 20.0 << 10.0 << 0 << 100;
        QTest::newRow("the default, traffic") << 20.0 << 10.0 << 1000 << 300;
        QTest::newRow("a share alone") << 5.0 << 0.0 << 1000 << 50;
        QTest::newRow("a share rounds down") << 5.0 << 0.0 << 39 << 1;
        QTest::newRow("too little traffic for one") << 5.0 << 0.0 << 19 << 0;
        QTest::newRow("the floor alone") << 0.0 << 0.5 << 1000 << 5;
        QTest::newRow("all") << 100.0 << 0.0 << 7 << 7;
        QTest::newRow("none") << 0.0 << 0.0 << 1000 << 0;
    }

    void aShareOfTheRequests()
    {
        QFETCH(double, percent);
        QFETCH(double, minPerSecond);
        QFETCH(int, requests);
        QFETCH(int, allowed);
        RetryBudget budget = budgetOf(percent, minPerSecond, requests);
        QCOMPARE(spendAll(budget, Start), allowed);
        QVERIFY(!budget.hasRoom(Start));
    }

    void tenSecondsLaterAllIsForgotten()
    {
        RetryBudget budget = budgetOf(10, 0, 100);
        QCOMPARE(spendAll(budget, Start), 10);
        QVERIFY(!budget.hasRoom(Start + 9s));
        QVERIFY(!budget.hasRoom(Start + 10s)); // the requests are gone as well
        for (int i = 0; i < 100; ++i) {
            budget.noteRequest(Start + 10s);
        }
        QCOMPARE(spendAll(budget, Start + 10s), 10);
    }

    void spentAndEarnedSlideTogether()
    {
        RetryBudget budget = budgetOf(10, 0);
        int spent = 0;
        for (int second = 0; second < 60; ++second) {
            const auto now = Start + std::chrono::seconds(second);
            for (int i = 0; i < 50; ++i) {
                budget.noteRequest(now);
                spent += spendAll(budget, now);
            }
        }
        QCOMPARE(spent, 60 * 50 / 10); // exactly the share, however it is asked for
    }

    void aLongSilenceLeavesNothingBehind()
    {
        RetryBudget budget = budgetOf(50, 0, 100);
        QVERIFY(!budget.hasRoom(Start + 24h));
        budget.noteRequest(Start + 24h);
        budget.noteRequest(Start + 24h);
        QCOMPARE(spendAll(budget, Start + 24h), 1);
    }

    void configuringKeepsTheCounts()
    {
        RetryBudget budget = budgetOf(10, 0, 100);
        QCOMPARE(spendAll(budget, Start), 10);
        budget.configure(20, 0);
        QCOMPARE(spendAll(budget, Start), 10);
        budget.configure(5, 0);
        QVERIFY(!budget.hasRoom(Start));
    }
};

QTEST_GUILESS_MAIN(TestRetryBudget)
#include "tst_retrybudget.moc"
