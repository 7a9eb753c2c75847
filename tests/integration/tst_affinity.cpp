// SPDX-License-Identifier: MIT
// Promise: a session keeps to its backend while that is well, for as long and as many as
// configured.
#include "tests/integration/routingview.h"

#include <QTest>

#include <thread>

using namespace meridian::support;

class TstAffinity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSessionKeepsItsBackend();
    void streamsKeepToItToo();
    void theHeaderIsConfigured();
    void offRemembersNothing();
    void aSessionIsForgottenAfterItsTime();
    void forgottenSessionsAreSweptAway();
    void noMoreThanSoMany();
    void aSickBackendLosesItsSessions();
    void aDeadBackendLosesItsSessions();
    void explainingIsNoUseOfASession();
};

namespace {

Headers session(std::string_view name)
{
    return {{"x-meridian-session", std::string(name)}};
}

void addTwo(Scenario &scenario)
{
    scenario.addBackend("one");
    scenario.addBackend("two");
    scenario.config.set("session_affinity", "enabled", "true");
}

std::string routeOf(const HttpResponse &response)
{
    return response.header("x-meridian-session-route");
}

} // namespace

void TstAffinity::aSessionKeepsItsBackend()
{
    Scenario scenario;
    addTwo(scenario);
    scenario.config.set("gateway", "workers", "2");
    START_OR_FAIL(scenario);
    for (const char *name : {"a", "b", "c"}) {
        const HttpResponse first = scenario.chat(Scenario::ChatBody, session(name));
        QCOMPARE(routeOf(first), std::string("new"));
        for (int i = 0; i < 6; ++i) { // on connections of their own: whatever worker they meet
            const HttpResponse next = scenario.chat(Scenario::ChatBody, session(name));
            QCOMPARE(routeOf(next), std::string("pinned"));
            QCOMPARE(next.header("x-meridian-backend"), first.header("x-meridian-backend"));
        }
        QCOMPARE(scenario.logLine(first.header("x-request-id"))
                     .value(QLatin1String("session_route"))
                     .toString(),
                 QStringLiteral("new"));
    }
    QCOMPARE(scenario.metric("meridian_sessions"), 3.0);
    QTRY_COMPARE(scenario.metric("meridian_session_requests_total", {"\"pinned\""}), 18.0);
    QCOMPARE(scenario.metric("meridian_session_requests_total", {"\"new\""}), 3.0);
}

void TstAffinity::streamsKeepToItToo()
{
    Scenario scenario;
    addTwo(scenario);
    START_OR_FAIL(scenario);
    const HttpResponse first = scenario.chat(Scenario::ChatBody, session("s"));
    for (int i = 0; i < 4; ++i) {
        const HttpResponse next = scenario.chat(Scenario::StreamBody, session("s"));
        QCOMPARE(routeOf(next), std::string("pinned"));
        QCOMPARE(next.header("x-meridian-backend"), first.header("x-meridian-backend"));
    }
}

void TstAffinity::theHeaderIsConfigured()
{
    Scenario scenario;
    addTwo(scenario);
    scenario.config.set("session_affinity", "header", "X-Conversation");
    START_OR_FAIL(scenario);
    QVERIFY(routeOf(scenario.chat(Scenario::ChatBody, session("s"))).empty());
    QVERIFY(routeOf(scenario.chat()).empty());
    QVERIFY(routeOf(scenario.chat(Scenario::ChatBody, {{"x-conversation", ""}})).empty());
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, {{"x-conversation", "s"}})),
             std::string("new"));
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, {{"X-CONVERSATION", "s"}})),
             std::string("pinned"));
}

void TstAffinity::offRemembersNothing()
{
    Scenario scenario;
    addTwo(scenario);
    scenario.config.set("session_affinity", "enabled", "false").set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 10, Scenario::ChatBody, session("s"));
    QCOMPARE(shares["one"], 5);
    QVERIFY(routeOf(scenario.chat(Scenario::ChatBody, session("s"))).empty());
    QCOMPARE(scenario.metric("meridian_sessions"), -1.0);
}

void TstAffinity::aSessionIsForgottenAfterItsTime()
{
    Scenario scenario;
    addTwo(scenario);
    scenario.config.set("session_affinity", "ttl_s", "0.2")
        .set("session_affinity", "sweep_interval_s", "3600"); // the look-up itself notices
    START_OR_FAIL(scenario);
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, session("s"))), std::string("new"));
    std::this_thread::sleep_for(250ms);
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, session("s"))), std::string("new"));
}

void TstAffinity::forgottenSessionsAreSweptAway()
{
    Scenario scenario;
    addTwo(scenario);
    scenario.config.set("session_affinity", "ttl_s", "2")
        .set("session_affinity", "sweep_interval_s", "0.1");
    START_OR_FAIL(scenario);
    const auto before = Clock::now();
    for (int i = 0; i < 5; ++i) {
        (void)scenario.chat(Scenario::ChatBody, session(std::to_string(i)));
    }
    const double sessions = scenario.metric("meridian_sessions");
    QVERIFY(sessions == 5.0 || Clock::now() - before > 2s);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_sessions"), 0.0, 20000);
    QVERIFY(Clock::now() - before >= 2s); // not before their time
}

void TstAffinity::noMoreThanSoMany()
{
    Scenario scenario;
    addTwo(scenario);
    scenario.config.set("session_affinity", "max_sessions", "2");
    START_OR_FAIL(scenario);
    for (const char *name : {"a", "b", "c"}) {
        QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, session(name))), std::string("new"));
    }
    QCOMPARE(scenario.metric("meridian_sessions"), 2.0);
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, session("c"))), std::string("pinned"));
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, session("b"))), std::string("pinned"));
    QCOMPARE(routeOf(scenario.chat(Scenario::ChatBody, session("a"))), std::string("new"));
    QCOMPARE(scenario.metric("meridian_sessions"), 2.0);
}

void TstAffinity::aSickBackendLosesItsSessions()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    scenario.config.set("session_affinity", "enabled", "true")
        .set("health", "interval_s", "0.1")
        .set("health", "fail_threshold", "1");
    START_OR_FAIL(scenario);
    const std::string home =
        scenario.chat(Scenario::ChatBody, session("s")).header("x-meridian-backend");
    (home == "one" ? one : two).setHealthy(false);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_backend_healthy", {"\"" + home + "\""}),
                              0.0, 10000);
    const HttpResponse moved = scenario.chat(Scenario::ChatBody, session("s"));
    QCOMPARE(routeOf(moved), std::string("remapped"));
    QVERIFY(moved.header("x-meridian-backend") != home);
    QCOMPARE(routeOf(moved), std::string("remapped"));
    (home == "one" ? one : two).setHealthy(true);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_backend_healthy", {"\"" + home + "\""}),
                              1.0, 10000);
    const HttpResponse next = scenario.chat(Scenario::ChatBody, session("s"));
    QCOMPARE(routeOf(next), std::string("pinned")); // it stays where its cache is now
    QCOMPARE(next.header("x-meridian-backend"), moved.header("x-meridian-backend"));
    QTRY_COMPARE(scenario.metric("meridian_session_requests_total", {"\"remapped\""}), 1.0);
}

void TstAffinity::aDeadBackendLosesItsSessions()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    scenario.config.set("session_affinity", "enabled", "true");
    START_OR_FAIL(scenario);
    const std::string home =
        scenario.chat(Scenario::ChatBody, session("s")).header("x-meridian-backend");
    (home == "one" ? one : two).stop();
    const HttpResponse moved = scenario.chat(Scenario::ChatBody, session("s"));
    QCOMPARE(moved.status, 200);
    QVERIFY(moved.header("x-meridian-backend") != home);
    QCOMPARE(routeOf(moved), std::string("remapped"));
    const HttpResponse next = scenario.chat(Scenario::ChatBody, session("s"));
    QCOMPARE(routeOf(next), std::string("pinned"));
    QCOMPARE(next.header("x-meridian-backend"), moved.header("x-meridian-backend"));
}

void TstAffinity::explainingIsNoUseOfASession()
{
    Scenario scenario;
    addTwo(scenario);
    START_OR_FAIL(scenario);
    const auto explain = [&scenario] {
        return jsonOf(scenario.post("/meridian/explain", Scenario::ChatBody, session("s")))
            .value(QLatin1String("session_route"))
            .toString()
            .toStdString();
    };
    QCOMPARE(explain(), std::string("new"));
    QCOMPARE(explain(), std::string("new"));
    QCOMPARE(scenario.metric("meridian_sessions"), 0.0);
    (void)scenario.chat(Scenario::ChatBody, session("s"));
    QCOMPARE(explain(), std::string("pinned"));
}

QTEST_GUILESS_MAIN(TstAffinity)
#include "tst_affinity.moc"
