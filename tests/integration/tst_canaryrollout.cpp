// SPDX-License-Identifier: MIT
// Promise: the canary gets its share and no more, its schedule goes on by itself, and errors take
// the share back.
#include "tests/integration/routingview.h"

#include <QTest>

#include <thread>

using namespace meridian::support;

class TstCanaryRollout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startWeight_data();
    void startWeight();
    void ownTags();
    void stepsGoOnByThemselves();
    void aStepWithoutEndIsHeld();
    void theScheduleMovesByTicks();
    void errorsTakeItBack();
    void whatIsNoReasonToTakeItBack_data();
    void whatIsNoReasonToTakeItBack();
    void theWindowForgets();
    void theOtherPoolStepsIn();
    void offIsNotThere();
};

namespace {

QJsonObject canary(const Scenario &scenario)
{
    return jsonOf(scenario.get("/meridian/status")).value(QLatin1String("canary")).toObject();
}

double number(const Scenario &scenario, const char *key)
{
    return canary(scenario).value(QLatin1String(key)).toDouble(-2);
}

FakeUpstream &addPools(Scenario &scenario)
{
    scenario.addBackend("old", {{"tags", "[stable]"}});
    FakeUpstream &fresh = scenario.addBackend("new", {{"tags", "[canary]"}});
    scenario.config.set("canary", "enabled", "true").set("canary", "tick_s", "0.05");
    return fresh;
}

} // namespace

void TstCanaryRollout::startWeight_data()
{
    QTest::addColumn<QByteArray>("weight");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    QTest::newRow("0") << QByteArray("0") << 0 << 0;
    QTest::newRow("30") << QByteArray("30") << 60 << 180; // of 400: ± six standard deviations
    QTest::newRow("100") << QByteArray("100") << 400 << 400;
}

void TstCanaryRollout::startWeight()
{
    QFETCH(QByteArray, weight);
    QFETCH(int, least);
    QFETCH(int, most);
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("canary", "start_weight", weight.toStdString());
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 400);
    QCOMPARE(shares["new"] + shares["old"], 400);
    QVERIFY2(shares["new"] >= least && shares["new"] <= most,
             std::to_string(shares["new"]).c_str());
    QCOMPARE(scenario.metric("meridian_canary_weight"), weight.toDouble());
    QCOMPARE(scenario.metric("meridian_canary_step"), -1.0);
    QCOMPARE(scenario.metric("meridian_canary_rollbacks_total"), 0.0);
    const QJsonObject status = canary(scenario);
    QCOMPARE(status.value(QLatin1String("enabled")).toBool(), true);
    QCOMPARE(status.value(QLatin1String("weight")).toDouble(-1), weight.toDouble());
    QCOMPARE(status.value(QLatin1String("rolled_back")).toBool(true), false);
    QCOMPARE(status.value(QLatin1String("step")).toInt(), -1);
    QCOMPARE(status.value(QLatin1String("canary_tags")).toArray(),
             QJsonArray{QStringLiteral("canary")});
    QCOMPARE(status.value(QLatin1String("stable_tags")).toArray(),
             QJsonArray{QStringLiteral("stable")});
    QTRY_COMPARE(number(scenario, "window_samples"), double(shares["new"]));
}

void TstCanaryRollout::ownTags()
{
    Scenario scenario;
    scenario.addBackend("a", {{"tags", "[current]"}});
    scenario.addBackend("b", {{"tags", "[next, eu]"}});
    scenario.addBackend("c", {{"tags", "[next]"}});
    scenario.config.set("canary", "enabled", "true")
        .set("canary", "start_weight", "100")
        .set("canary", "canary_tags", "[next, eu]")
        .set("canary", "stable_tags", "[current]");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 10);
    QCOMPARE(shares["b"], 10);
}

void TstCanaryRollout::stepsGoOnByThemselves()
{
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("canary", "start_weight", "0")
        .set("canary", "steps",
             "[{weight: 10, duration_s: 0.3}, {weight: 20, duration_s: 0.3}, {weight: 100}]");
    START_OR_FAIL(scenario);
    QTRY_COMPARE_WITH_TIMEOUT(number(scenario, "step"), 2.0, 20000);
    const QJsonObject status = canary(scenario);
    QCOMPARE(status.value(QLatin1String("weight")).toDouble(), 100.0);
    QCOMPARE(status.value(QLatin1String("schedule_done")).toBool(), true);
    QCOMPARE(scenario.metric("meridian_canary_step"), 2.0);
    QCOMPARE(scenario.metric("meridian_canary_weight"), 100.0);
    auto shares = sharesOf(scenario, 20);
    QCOMPARE(shares["new"], 20);
}

void TstCanaryRollout::aStepWithoutEndIsHeld()
{
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("canary", "steps", "[{weight: 40}, {weight: 100}]");
    START_OR_FAIL(scenario);
    QTRY_COMPARE_WITH_TIMEOUT(number(scenario, "step"), 0.0, 10000);
    std::this_thread::sleep_for(600ms); // two ticks
    QCOMPARE(number(scenario, "step"), 0.0);
    QCOMPARE(number(scenario, "weight"), 40.0);
    QCOMPARE(canary(scenario).value(QLatin1String("schedule_done")).toBool(), true);
}

void TstCanaryRollout::theScheduleMovesByTicks()
{
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("canary", "tick_s", "3600")
        .set("canary", "steps", "[{weight: 10, duration_s: 0.01}, {weight: 100}]");
    START_OR_FAIL(scenario);
    QTRY_COMPARE_WITH_TIMEOUT(number(scenario, "step"), 0.0, 10000); // the first comes at once
    std::this_thread::sleep_for(600ms);
    QCOMPARE(number(scenario, "step"), 0.0); // the second would be in an hour
    QCOMPARE(number(scenario, "weight"), 10.0);
}

void TstCanaryRollout::errorsTakeItBack()
{
    Scenario scenario;
    FakeUpstream &fresh = addPools(scenario);
    scenario.config.set("canary", "start_weight", "100")
        .set("canary", "rollback_min_samples", "5")
        .set("canary", "rollback_error_rate", "0.2");
    START_OR_FAIL(scenario);
    QCOMPARE(sharesOf(scenario, 5)["new"], 5);
    fresh.setHandler([](const RecordedRequest &) { return Reply::json("{}", 500); });
    QCOMPARE(sharesOf(scenario, 5).count("old"), std::size_t(0)); // 5 of 10 are too many
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_canary_weight"), 0.0, 10000);
    QCOMPARE(scenario.metric("meridian_canary_rollbacks_total"), 1.0);
    QJsonObject status = canary(scenario);
    QCOMPARE(status.value(QLatin1String("rolled_back")).toBool(), true);
    QCOMPARE(status.value(QLatin1String("weight")).toDouble(-1), 0.0);
    fresh.setHandler({});
    auto shares = sharesOf(scenario, 30);
    QCOMPARE(shares["old"], 30);
    std::this_thread::sleep_for(600ms); // two ticks later it still stays so
    QCOMPARE(number(scenario, "weight"), 0.0);
}

void TstCanaryRollout::whatIsNoReasonToTakeItBack_data()
{
    QTest::addColumn<QByteArray>("rate");
    QTest::addColumn<QByteArray>("samples");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("bad");
    QTest::newRow("too few samples") << QByteArray("0.1") << QByteArray("11") << 500 << 10;
    QTest::newRow("just the rate") << QByteArray("0.5") << QByteArray("10") << 500 << 5;
    QTest::newRow("the rate is all of them") << QByteArray("1") << QByteArray("1") << 500 << 10;
    QTest::newRow("the clients' own mistakes") << QByteArray("0.1") << QByteArray("1") << 400 << 10;
}

void TstCanaryRollout::whatIsNoReasonToTakeItBack()
{
    QFETCH(QByteArray, rate);
    QFETCH(QByteArray, samples);
    QFETCH(int, status);
    QFETCH(int, bad);
    Scenario scenario;
    FakeUpstream &fresh = addPools(scenario);
    scenario.config.set("canary", "start_weight", "100")
        .set("canary", "rollback_min_samples", samples.toStdString())
        .set("canary", "rollback_error_rate", rate.toStdString());
    START_OR_FAIL(scenario);
    (void)sharesOf(scenario, 10 - bad); // the good ones first: at no moment is the share above
    fresh.enqueue(Reply::json("{}", status), static_cast<std::size_t>(bad));
    (void)sharesOf(scenario, bad);
    QTRY_COMPARE_WITH_TIMEOUT(number(scenario, "window_samples"), 10.0, 10000); // it was looked at
    std::this_thread::sleep_for(300ms);
    QCOMPARE(number(scenario, "weight"), 100.0);
    QCOMPARE(canary(scenario).value(QLatin1String("window_error_rate")).toDouble(-1),
             status >= 500 ? bad / 10.0 : 0.0);
    QCOMPARE(scenario.metric("meridian_canary_rollbacks_total"), 0.0);
}

void TstCanaryRollout::theWindowForgets()
{
    Scenario scenario;
    FakeUpstream &fresh = addPools(scenario);
    scenario.config.set("canary", "start_weight", "100")
        .set("canary", "window_s", "2")
        .set("canary", "rollback_min_samples", "8")
        .set("canary", "rollback_error_rate", "0.5");
    START_OR_FAIL(scenario);
    for (int round = 0; round < 2; ++round) { // ten errors in all, and never eight in a window
        fresh.enqueue(Reply::json("{}", 500), 5);
        (void)sharesOf(scenario, 5);
        QTRY_COMPARE_WITH_TIMEOUT(number(scenario, "window_samples"), 5.0, 10000);
        QTRY_COMPARE_WITH_TIMEOUT(number(scenario, "window_samples"), 0.0, 10000);
        QVERIFY(canary(scenario).value(QLatin1String("window_error_rate")).isNull());
    }
    QCOMPARE(number(scenario, "weight"), 100.0);
}

void TstCanaryRollout::theOtherPoolStepsIn()
{
    Scenario scenario;
    FakeUpstream &fresh = addPools(scenario);
    scenario.config.set("canary", "start_weight", "100");
    START_OR_FAIL(scenario);
    fresh.stop();
    auto shares = sharesOf(scenario, 10);
    QCOMPARE(shares["old"], 10); // no client saw that the canary died
    QVERIFY(fresh.restart());
}

void TstCanaryRollout::offIsNotThere()
{
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("canary", "enabled", "false").set("canary", "start_weight", "100");
    START_OR_FAIL(scenario);
    QCOMPARE(sharesOf(scenario, 20).size(), std::size_t(2));
    QVERIFY(!jsonOf(scenario.get("/meridian/status")).contains(QLatin1String("canary")));
    QCOMPARE(scenario.metric("meridian_canary_weight"), -1.0);
}

QTEST_GUILESS_MAIN(TstCanaryRollout)
#include "tst_canaryrollout.moc"
