// SPDX-License-Identifier: MIT
// Promise: what happens to the gateway is told to those who ask and to those who listen, in order,
// and nobody who listens badly costs anything.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace meridian::support;

namespace {

const Headers Stream{{"Accept", "text/event-stream"}};

/// Somebody who listens; the stream stands when this returns.
RawClient listen(const Scenario &scenario, const Headers &extra = {}, int receiveBuffer = 0)
{
    RawClient client = scenario.connect(receiveBuffer);
    Headers fields = Stream;
    fields.insert(fields.end(), extra.begin(), extra.end());
    (void)client.send(RawClient::request("GET", "/meridian/events", {}, fields));
    const HttpResponse head = client.readHead();
    if (head.status != 200 || !head.header("content-type").starts_with("text/event-stream") ||
        !client.readUntil(":\n\n")) {
        client.close();
    }
    return client;
}

bool setWeight(const Scenario &scenario, int weight)
{
    return scenario
               .post("/meridian/backends/a/weight", R"({"weight":)" + std::to_string(weight) + "}")
               .status == 200;
}

QJsonArray events(const Scenario &scenario, const std::string &query = {})
{
    return jsonOf(scenario.get("/meridian/events?" + query))[QLatin1String("events")].toArray();
}

} // namespace

class TstEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDeadBackendIsTold();
    void actionsAndReloadsAreTold();
    void resumesAfterTheLastEvent();
    void listenersAreCounted();
    void aSlowReaderIsSentAway();
    void drainEndsTheStream();
    void aNewTokenEndsTheStream();
};

void TstEvents::aDeadBackendIsTold()
{
    Scenario scenario;
    scenario.config.set("health", "interval_s", "0.2")
        .set("health", "fail_threshold", "1")
        .set("health", "success_threshold", "1");
    FakeUpstream &a = scenario.addBackend("a");
    scenario.addBackend("b");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(scenario.get("/readyz").status, 200);
    RawClient listener = listen(scenario);
    QVERIFY(listener.isOpen());
    a.stop();
    QVERIFY(listener.readUntil("event: backend_unhealthy\n", 30s));
    QVERIFY(listener.readUntil("\"subject\":\"a\"", 30s));
    const QJsonArray attention =
        jsonOf(scenario.get("/meridian/status"))[QLatin1String("attention")].toArray();
    QVERIFY(!attention.isEmpty());
    QCOMPARE(attention[0][QLatin1String("subject")].toString(), QStringLiteral("a"));
    QVERIFY(a.restart());
    QVERIFY(listener.readUntil("event: backend_healthy\n", 30s));
    QTRY_VERIFY_WITH_TIMEOUT(
        jsonOf(scenario.get("/meridian/status"))[QLatin1String("attention")].toArray().isEmpty(),
        30'000);
}

void TstEvents::actionsAndReloadsAreTold()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient listener = listen(scenario);
    QVERIFY(scenario.post("/meridian/backends/a/drain", "").status == 200);
    QVERIFY(scenario.post("/meridian/backends/a/enable", "").status == 200);
    QVERIFY(setWeight(scenario, 3));
    QVERIFY(scenario.post("/meridian/reload", "").status == 200);
    for (const char *kind : {"drain", "enable", "weight", "reload"}) {
        QVERIFY2(listener.readUntil(std::string("event: ") + kind + "\n"), kind);
    }
    const QJsonArray all = events(scenario);
    QCOMPARE(all.size(), 4);
    for (int i = 0; i < 4; ++i) {
        QCOMPARE(all[i][QLatin1String("seq")].toInt(), i + 1);
        QCOMPARE(all[i][QLatin1String("principal")].toString(), QStringLiteral("local 127.0.0.1"));
    }
    QCOMPARE(all[0][QLatin1String("subject")].toString(), QStringLiteral("a"));
    QVERIFY(listener.pending().find("id: 4\nevent: reload\ndata: {\"seq\":4,") !=
            std::string::npos);
    // by signal: nobody asked over HTTP
    scenario.gateway.process().signal(SIGHUP);
    QVERIFY(listener.readUntil("\"principal\":\"process SIGHUP\""));
}

void TstEvents::resumesAfterTheLastEvent()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (int i = 1; i <= 5; ++i) {
        QVERIFY(setWeight(scenario, i));
    }
    RawClient fresh = listen(scenario); // is not told what was before
    QVERIFY(setWeight(scenario, 6));
    QVERIFY(fresh.readUntil("id: 6\n"));
    QVERIFY(fresh.pending().find("id: 5\n") == std::string::npos);
    RawClient back = listen(scenario, {{"Last-Event-ID", "3"}});
    QVERIFY(back.readUntil("id: 6\n"));
    QVERIFY(back.pending().find("id: 4\n") < back.pending().find("id: 5\n"));
    QVERIFY(back.pending().find("id: 3\n") == std::string::npos);
    QVERIFY(back.pending().find("event: missed") == std::string::npos);
    RawClient stranger = listen(scenario, {{"Last-Event-ID", "900"}}); // of an earlier process
    QVERIFY(stranger.readUntil("id: 6\n"));
    QVERIFY(stranger.pending().find("event: missed") < stranger.pending().find("id: 1\n"));
    QCOMPARE(events(scenario, "after=4").size(), 2);
}

void TstEvents::listenersAreCounted()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::vector<RawClient> listeners;
    for (int i = 0; i < 64; ++i) {
        listeners.push_back(listen(scenario));
        QVERIFY(listeners.back().isOpen());
    }
    QCOMPARE(scenario.metric("meridian_event_subscribers"), 64.0);
    RawClient tooMany = scenario.connect();
    VERIFY_ERROR(tooMany.exchange("GET", "/meridian/events", {}, Stream), 503);
    QVERIFY(setWeight(scenario, 2));
    for (RawClient &listener : listeners) {
        QVERIFY(listener.readUntil("event: weight\n"));
    }
    listeners.resize(10);
    QTRY_COMPARE(scenario.metric("meridian_event_subscribers"), 10.0);
    QVERIFY(listen(scenario).isOpen());
}

void TstEvents::aSlowReaderIsSentAway()
{
    Scenario scenario;
    const std::string name(60, 's'); // large events fill the buffers sooner
    scenario.addBackend(name);
    START_OR_FAIL(scenario);
    RawClient slow = listen(scenario, {}, 4096);
    RawClient good = listen(scenario);
    QVERIFY(slow.isOpen() && good.isOpen());
    // many orders at once: what the kernel and the gateway hold for the reader must fill up
    RawClient operatorClient = scenario.connect();
    const std::string order =
        RawClient::request("PUT", "/meridian/backends/" + name + "/weight", R"({"weight":5})");
    constexpr int AtOnce = 100;
    std::string orders;
    for (int i = 0; i < AtOnce; ++i) {
        orders += order;
    }
    const Deadline end(180s);
    while (scenario.metric("meridian_event_subscribers_dropped_total") < 1 && !end.hasPassed()) {
        QVERIFY(operatorClient.send(orders));
        for (int i = 0; i < AtOnce; ++i) {
            QCOMPARE(operatorClient.readResponse("PUT").status, 200);
        }
        QVERIFY(good.readUntil("event: weight\n"));
        (void)good.takePending();
    }
    QCOMPARE(scenario.metric("meridian_event_subscribers_dropped_total"), 1.0);
    QCOMPARE(scenario.metric("meridian_event_subscribers"), 1.0);
    QVERIFY(slow.readUntil("\"reason\":\"slow\"", 60s));
    const std::string got = slow.takePending();
    QVERIFY(got.find("event: end") != std::string::npos);
    // it comes back where it was
    const std::size_t at = got.rfind("id: ");
    const std::string last = got.substr(at + 4, got.find('\n', at) - at - 4);
    RawClient back = listen(scenario, {{"Last-Event-ID", last}});
    QVERIFY(back.readUntil("id: "));
}

void TstEvents::drainEndsTheStream()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "drain_timeout_s", "120");
    START_OR_FAIL(scenario);
    RawClient listener = listen(scenario);
    QVERIFY(listener.isOpen());
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(listener.readUntil("\"reason\":\"draining\""));
    QCOMPARE(listener.readToEnd(), IoStatus::Closed);
    QVERIFY(listener.pending().ends_with("0\r\n\r\n")); // a whole body
    QCOMPARE(scenario.stop(), 0);
}

void TstEvents::aNewTokenEndsTheStream()
{
    Scenario scenario;
    scenario.addBackend("a");
    const std::string file = scenario.gateway.writeFile("token", "the-first-token-1234");
    scenario.config.set("admin", "token", "file:" + file);
    START_OR_FAIL(scenario);
    RawClient listener = listen(scenario, {{"Authorization", "Bearer the-first-token-1234"}});
    QVERIFY(listener.isOpen());
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200); // nothing is different
    QVERIFY(listener.readUntil("event: reload\n"));
    (void)scenario.gateway.writeFile("token", "the-second-token-123");
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200);
    QVERIFY(listener.readUntil("\"reason\":\"access\""));
}

QTEST_GUILESS_MAIN(TstEvents)
#include "tst_events.moc"
