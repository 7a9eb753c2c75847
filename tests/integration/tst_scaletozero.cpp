// SPDX-License-Identifier: MIT
// Promise: a backend without traffic counts as scaled to zero and is left in peace, until the first
// request that needs it.
#include "tests/integration/routingview.h"

#include <QTest>

#include <thread>

using namespace meridian::support;

class TstScaleToZero : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIdlesRestsAndWakes();
    void neverUnlessAsked();
    void workIsNoRest();
    void othersGoFirst();
    void wakingForgetsIllHealth();
    void oneThatDoesNotComeUp();
};

namespace {

/// 0.3 seconds.
const std::pair<std::string, std::string> IdlesSoon{"idle_timeout_min", "0.005"};

void probeOften(Scenario &scenario)
{
    scenario.config.set("health", "interval_s", "0.05").set("health", "fail_threshold", "1");
}

bool isIdle(const Scenario &scenario, std::string_view backend)
{
    return statusOf(scenario, backend).value(QLatin1String("idle")).toBool();
}

double idleMetric(const Scenario &scenario, const std::string &backend)
{
    return scenario.metric("meridian_backend_idle", {"\"" + backend + "\""});
}

} // namespace

void TstScaleToZero::itIdlesRestsAndWakes()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", {IdlesSoon});
    probeOften(scenario);
    START_OR_FAIL(scenario);
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "b"), 10000); // although it never had traffic
    QCOMPARE(idleMetric(scenario, "b"), 1.0);
    QCOMPARE(scenario.metric("meridian_idle_wakes_total"), 0.0);
    const std::size_t probes = backend.log.healthCheckCount();
    std::this_thread::sleep_for(500ms);
    QVERIFY(backend.log.healthCheckCount() <= probes + 1); // one may have been on its way
    const HttpResponse response = scenario.chat(Scenario::ChatBody, Explain);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("x-meridian-backend"), std::string("b"));
    QTRY_COMPARE(scenario.metric("meridian_idle_wakes_total"), 1.0);
    QVERIFY(backend.log.waitForHealthChecks(probes + 3));   // probed again
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "b"), 10000); // and idle again
    QCOMPARE(scenario.chat().status, 200);
    QTRY_COMPARE(scenario.metric("meridian_idle_wakes_total"), 2.0);
}

void TstScaleToZero::neverUnlessAsked()
{
    Scenario scenario;
    scenario.addBackend("soon", {IdlesSoon});
    scenario.addBackend("none");
    scenario.addBackend("unset", {{"idle_timeout_min", "null"}});
    scenario.addBackend("late", {{"idle_timeout_min", "60"}});
    probeOften(scenario);
    START_OR_FAIL(scenario);
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "soon"), 10000);
    for (const char *name : {"none", "unset", "late"}) {
        QVERIFY(!isIdle(scenario, name));
        QCOMPARE(idleMetric(scenario, name), 0.0);
    }
}

void TstScaleToZero::workIsNoRest()
{
    Scenario scenario;
    const SharedGate gate = makeGate();
    FakeUpstream &busy = scenario.addBackend("busy", {{"model", "a"}, IdlesSoon});
    scenario.addBackend("quiet", {{"model", "b"}, IdlesSoon});
    busy.setHandler([gate](const RecordedRequest &) {
        return Reply::chunkedHead("text/event-stream")
            .sendChunk(deltaEvent("x"))
            .await(gate)
            .sendChunk(DoneEvent)
            .endChunks();
    });
    probeOften(scenario);
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, chatBody("hi", {}, "a"))));
    QVERIFY(client.readUntil("data:"));
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "quiet"), 10000);
    std::this_thread::sleep_for(500ms);
    QVERIFY(!isIdle(scenario, "busy"));
    gate->open();
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "busy"), 10000);
}

void TstScaleToZero::othersGoFirst()
{
    Scenario scenario;
    FakeUpstream &active = scenario.addBackend("active");
    scenario.addBackend("sleepy", {IdlesSoon});
    probeOften(scenario);
    START_OR_FAIL(scenario);
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "sleepy"), 10000);
    auto shares = sharesOf(scenario, 10);
    QCOMPARE(shares["active"], 10);
    const HttpResponse response = scenario.chat(Scenario::ChatBody, Explain);
    QCOMPARE(verdictOf(explanationOf(response), "sleepy"), std::string("idle"));
    QVERIFY(isIdle(scenario, "sleepy"));
    active.setHealthy(false);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_backend_healthy", {"\"active\""}), 0.0,
                              10000);
    QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("sleepy"));
}

void TstScaleToZero::wakingForgetsIllHealth()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", {IdlesSoon});
    probeOften(scenario);
    backend.setHealthy(false); // it has been taken down: that is what scaling to zero does
    START_OR_FAIL(scenario);
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "b"), 10000);
    backend.setHealthy(true);
    QCOMPARE(scenario.chat().status, 200);
    QTRY_COMPARE(scenario.metric("meridian_idle_wakes_total"), 1.0);
}

void TstScaleToZero::oneThatDoesNotComeUp()
{
    Scenario scenario;
    FakeUpstream &sleepy = scenario.addBackend("sleepy", {IdlesSoon});
    probeOften(scenario);
    START_OR_FAIL(scenario);
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(scenario, "sleepy"), 10000);
    sleepy.stop();
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    QVERIFY(sleepy.restart());
    QTRY_COMPARE_WITH_TIMEOUT(scenario.chat().status, 200, 10000);
}

QTEST_GUILESS_MAIN(TstScaleToZero)
#include "tst_scaletozero.moc"
