// SPDX-License-Identifier: MIT
// Promise: what an operator does to a backend takes effect with the next request, and only that.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

namespace {

int requestsOf(const FakeUpstream &backend)
{
    return static_cast<int>(backend.log.requestCount());
}

} // namespace

class TstActions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drainAndEnable();
    void weightTakesEffectAtOnce();
    void probeNow();
    void unknownBackendChangesNothing();
    void ordersFromOtherSitesAreRefused();
    void aLargeBodyIsRefused();
    void encodedNames();
};

void TstActions::drainAndEnable()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a");
    FakeUpstream &b = scenario.addBackend("b");
    START_OR_FAIL(scenario);
    const HttpResponse drained = scenario.post("/meridian/backends/a/drain", "");
    QCOMPARE(drained.status, 200);
    QVERIFY(jsonOf(drained)[QLatin1String("draining")].toBool());
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("b"));
    }
    QCOMPARE(requestsOf(a), 0);
    QCOMPARE(scenario.post("/meridian/backends/b/drain", "").status, 200);
    QCOMPARE(scenario.chat().status, 503);
    QCOMPARE(scenario.post("/meridian/backends/a/enable", "").status, 200);
    QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("a"));
    QCOMPARE(requestsOf(b), 10);
}

void TstActions::weightTakesEffectAtOnce()
{
    Scenario scenario;
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    FakeUpstream &a = scenario.addBackend("a", {{"weight", "1"}});
    FakeUpstream &b = scenario.addBackend("b", {{"weight", "1"}});
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect(); // one connection, one worker: an exact distribution
    const auto chat = [&] {
        return client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status;
    };
    QCOMPARE(scenario.post("/meridian/backends/a/weight", R"({"weight":3})").status, 200);
    for (int i = 0; i < 40; ++i) {
        QCOMPARE(chat(), 200);
    }
    QCOMPARE(requestsOf(a), 30);
    QCOMPARE(requestsOf(b), 10);
    const HttpResponse none =
        client.exchange("PUT", "/meridian/backends/a/weight", R"({"weight":0})");
    QCOMPARE(none.status, 200);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(chat(), 200);
    }
    QCOMPARE(requestsOf(b), 20);
    const HttpResponse reset = scenario.post("/meridian/backends/a/weight", R"({"weight":null})");
    QCOMPARE(jsonOf(reset)[QLatin1String("weight")].toInt(), 1);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(chat(), 200);
    }
    QCOMPARE(requestsOf(a), 40);
    VERIFY_ERROR(scenario.post("/meridian/backends/a/weight", "{}"), 400, "invalid_request_error",
                 "invalid_weight");
}

void TstActions::probeNow()
{
    Scenario scenario; // the next regular probe is an hour away
    scenario.config.set("health", "fail_threshold", "1");
    FakeUpstream &a = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const auto isHealthy = [&] {
        return jsonOf(scenario.get("/meridian/backends/a"))[QLatin1String("healthy")].toBool();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isHealthy(), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.get("/readyz").status, 200, 10'000);
    a.setHealthy(false);
    QCOMPARE(scenario.post("/meridian/backends/a/probe", "").status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(!isHealthy(), 10'000);
}

void TstActions::unknownBackendChangesNothing()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const QJsonObject before = jsonOf(scenario.get("/meridian/backends/a"));
    const HttpResponse response = scenario.post("/meridian/backends/nope/drain", "");
    VERIFY_ERROR(response, 404, "invalid_request_error", "backend_not_found");
    QVERIFY(response.body.find("known: a") != std::string::npos);
    const QJsonObject after = jsonOf(scenario.get("/meridian/backends/a"));
    for (const char *field : {"draining", "weight", "healthy"}) {
        QCOMPARE(after[QLatin1String(field)], before[QLatin1String(field)]);
    }
    QCOMPARE(scenario.chat().status, 200);
}

void TstActions::ordersFromOtherSitesAreRefused()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (const char *path : {"/meridian/reload", "/meridian/backends/a/drain"}) {
        VERIFY_ERROR(scenario.post(path, "", {{"Origin", "https://evil.test"}}), 403,
                     "permission_error", "forbidden");
        VERIFY_ERROR(scenario.post(path, "", {{"X-Forwarded-For", "192.0.2.1"}}), 403,
                     "permission_error", "forbidden");
    }
    QVERIFY(!jsonOf(scenario.get("/meridian/backends/a"))[QLatin1String("draining")].toBool());
}

void TstActions::aLargeBodyIsRefused()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string large(2U << 20, ' ');
    QCOMPARE(scenario.post("/meridian/backends/a/weight", large).status, 413);
    QCOMPARE(scenario.post("/meridian/explain", large).status, 413);
}

void TstActions::encodedNames()
{
    Scenario scenario;
    scenario.addBackend("gpu one");
    START_OR_FAIL(scenario);
    const HttpResponse drained = scenario.post("/meridian/backends/gpu%20one/drain", "");
    QCOMPARE(drained.status, 200);
    QCOMPARE(jsonOf(drained)[QLatin1String("name")].toString(), QStringLiteral("gpu one"));
}

QTEST_GUILESS_MAIN(TstActions)
#include "tst_actions.moc"
