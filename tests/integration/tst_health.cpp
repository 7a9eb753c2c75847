// SPDX-License-Identifier: MIT
// Promise: a backend leaves after fail_threshold bad probes, gets no traffic, and returns after
// success_threshold good ones.
#include "tests/support/scenario.h"

#include <QTest>

#include <atomic>

using namespace meridian::support;

class TstHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesAndReturns();
    void thresholdsAreCounted();
    void probeTimeoutCountsAsFailure();
    void probeUsesTheConfiguredPathAndCredential();
    void restartedBackendComesBack();
};

namespace {

double healthy(const Scenario &scenario, const char *name)
{
    return scenario.metric("meridian_backend_healthy", {std::string("backend=\"") + name + "\""});
}

} // namespace

void TstHealth::leavesAndReturns()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "2");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(healthy(scenario, "one"), 1.0);
    one.setHealthy(false);
    QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "one"), 0.0, 10000);
    one.log.clearRequests();
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("two"));
    }
    QCOMPARE(one.log.requestCount(), std::size_t(0));
    one.setHealthy(true);
    QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "one"), 1.0, 10000);
    two.setHealthy(false);
    QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "two"), 0.0, 10000);
    QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("one"));
}

void TstHealth::thresholdsAreCounted()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("health", "interval_s", "0.1")
        .set("health", "timeout_s", "30")
        .set("health", "fail_threshold", "4")
        .set("health", "success_threshold", "3");
    // Probe 1 is good, 2 to 5 are bad, the rest is good; the deciding answers wait for us.
    std::atomic<int> asked{0};
    const SharedGate fourthBad = makeGate();
    const SharedGate thirdGood = makeGate();
    backend.setHealthScripted(true);
    backend.setHandler([&](const RecordedRequest &) {
        const int number = ++asked;
        Reply reply;
        if (number == 5) {
            reply.await(fourthBad);
        } else if (number == 8) {
            reply.await(thirdGood);
        }
        const bool isBad = number >= 2 && number <= 5;
        return reply.send(isBad ? "HTTP/1.1 500 Bad\r\ncontent-length: 2\r\n\r\n{}"
                                : "HTTP/1.1 200 Good\r\ncontent-length: 2\r\n\r\n{}");
    });
    START_OR_FAIL(scenario);
    QTRY_COMPARE_WITH_TIMEOUT(asked.load(), 5, 10000);
    QCOMPARE(healthy(scenario, "a"), 1.0); // three bad ones have been answered
    fourthBad->open();
    QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "a"), 0.0, 10000);
    QTRY_COMPARE_WITH_TIMEOUT(asked.load(), 8, 10000);
    QCOMPARE(healthy(scenario, "a"), 0.0); // two good ones have
    thirdGood->open();
    QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "a"), 1.0, 10000);
}

void TstHealth::probeTimeoutCountsAsFailure()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("health", "interval_s", "0.1")
        .set("health", "timeout_s", "0.2")
        .set("health", "fail_threshold", "1");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(healthy(scenario, "a"), 1.0);
    backend.setHealthScripted(true);
    backend.setHandler([](const RecordedRequest &) { return Reply::never(); });
    QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "a"), 0.0, 10000);
    VERIFY_ERROR(scenario.chat(), 503, "meridian_no_backend");
}

void TstHealth::probeUsesTheConfiguredPathAndCredential()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend(
        "a", {{"health_endpoint", "/special/health"}, {"auth_header", "\"Bearer probe-me\""}});
    scenario.config.set("health", "interval_s", "0.1");
    START_OR_FAIL(scenario);
    QVERIFY(backend.log.waitForRequests(1));
    const RecordedRequest probe = backend.log.requests().at(0);
    QCOMPARE(probe.method, std::string("GET"));
    QCOMPARE(probe.target, std::string("/special/health"));
    QCOMPARE(probe.header("authorization"), std::string("Bearer probe-me"));
    QVERIFY(!probe.header("host").empty());
}

void TstHealth::restartedBackendComesBack()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "2");
    START_OR_FAIL(scenario);
    for (int round = 0; round < 3; ++round) {
        QTRY_COMPARE_WITH_TIMEOUT(scenario.chat().status, 200, 10000);
        backend.stop();
        QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "a"), 0.0, 10000);
        VERIFY_ERROR(scenario.chat(), 503, "meridian_no_backend");
        QVERIFY(backend.restart());
        QTRY_COMPARE_WITH_TIMEOUT(healthy(scenario, "a"), 1.0, 10000);
    }
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstHealth)
#include "tst_health.moc"
