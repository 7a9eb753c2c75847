// SPDX-License-Identifier: MIT
// Promise: SIGTERM lets what is in flight finish, up to a deadline, then ends it well-formed;
// nothing new is begun.
#include "tests/support/scenario.h"

#include <QTest>

#include <csignal>

using namespace meridian::support;

class TstDrain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idleGatewayEndsAtOnce_data();
    void idleGatewayEndsAtOnce();
    void streamInFlightEndsNormally();
    void requestInFlightEndsNormally();
    void deadlineEndsStreamsWellFormed();
    void newConnectionsAreRefused();
    void keptAliveConnectionsAreLetGo();
    void readinessTellsWhileDraining();
    void secondSignalEndsAtOnce();
};

namespace {

/// A stream that has begun; its backend holds the rest behind `gate`.
void beginStream(RawClient &client, FakeUpstream &backend, const SharedGate &gate)
{
    backend.enqueue(Reply::chunkedHead("text/event-stream")
                        .sendChunk(deltaEvent("one"))
                        .await(gate)
                        .sendChunk(deltaEvent("two"))
                        .sendChunk(DoneEvent)
                        .endChunks());
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    QVERIFY(client.readUntil(deltaEvent("one")));
}

/// Draining begins some time after the signal: seen when connects fail.
bool waitUntilRefusing(const Scenario &scenario)
{
    const Deadline deadline = Patient;
    while (!deadline.hasPassed()) {
        RawClient probe = scenario.connect();
        if (!probe.isOpen() ||
            probe.exchange("GET", "/healthz", {}, {{"Connection", "close"}}).status == 0) {
            return true;
        }
        QTest::qWait(5);
    }
    return false;
}

} // namespace

void TstDrain::idleGatewayEndsAtOnce_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TstDrain::idleGatewayEndsAtOnce()
{
    QFETCH(int, signal);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
    const auto start = Clock::now();
    scenario.gateway.process().signal(signal);
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
    QVERIFY(Clock::now() - start < 2s * patience());
}

void TstDrain::streamInFlightEndsNormally()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const SharedGate gate = makeGate();
    RawClient client = scenario.connect();
    beginStream(client, backend, gate);
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(waitUntilRefusing(scenario));
    gate->open();
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.body, deltaEvent("one") + deltaEvent("two") + std::string(DoneEvent));
    QCOMPARE(client.readToEnd(), IoStatus::Closed);
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
    bool isLogged = false; // the last lines are written before the end
    for (const std::string &line : scenario.gateway.requestLog()) {
        isLogged = isLogged || line.find(response.header("x-request-id")) != std::string::npos;
    }
    QVERIFY(isLogged);
}

void TstDrain::requestInFlightEndsNormally()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const SharedGate gate = makeGate();
    backend.enqueue(Reply().await(gate).send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
    QVERIFY(backend.log.waitForRequests(1));
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(waitUntilRefusing(scenario));
    gate->open();
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("connection"), std::string("close"));
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
}

void TstDrain::deadlineEndsStreamsWellFormed()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "drain_timeout_s", "1");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    beginStream(client, backend, makeGate());
    const auto start = Clock::now();
    scenario.gateway.process().signal(SIGTERM);
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QVERIFY(Clock::now() - start >= 900ms);
    QVERIFY2(response.body.starts_with(deltaEvent("one") + "data: {\"error\":"),
             response.body.c_str());
    QVERIFY2(response.body.ends_with("\n\n" + std::string(DoneEvent)), response.body.c_str());
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
    QVERIFY(Clock::now() - start < 5s * patience());
}

void TstDrain::newConnectionsAreRefused()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const SharedGate gate = makeGate();
    RawClient client = scenario.connect();
    beginStream(client, backend, gate);
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(waitUntilRefusing(scenario));
    // Each worker closes its own socket, not all in the same instant.
    int refused = 0;
    for (int i = 0; i < 2000 && refused < 50; ++i) {
        refused = RawClient(scenario.gateway.port()).isOpen() ? 0 : refused + 1;
    }
    QCOMPARE(refused, 50);
    QCOMPARE(backend.log.requestCount(), std::size_t(1));
    gate->open();
    QVERIFY(client.readUntil("0\r\n\r\n"));
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
}

void TstDrain::keptAliveConnectionsAreLetGo()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient idle = scenario.connect();
    QCOMPARE(idle.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    const SharedGate gate = makeGate();
    RawClient client = scenario.connect();
    beginStream(client, backend, gate);
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(waitUntilRefusing(scenario));
    // Either closed by now, or the next request is answered and then closed; never held, never run.
    const HttpResponse late = idle.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
    if (late.isComplete()) {
        QCOMPARE(late.header("connection"), std::string("close"));
    }
    QVERIFY(idle.readToEnd() != IoStatus::TimedOut);
    gate->open();
    QVERIFY(client.readUntil("0\r\n\r\n"));
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
}

void TstDrain::readinessTellsWhileDraining()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient prober = scenario.connect();
    QTRY_COMPARE(prober.exchange("GET", "/readyz").status, 200);
    const SharedGate gate = makeGate();
    RawClient client = scenario.connect();
    beginStream(client, backend, gate);
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(waitUntilRefusing(scenario));
    const HttpResponse response = prober.exchange("GET", "/readyz");
    if (response.isComplete()) { // else its connection was closed, which says the same
        QCOMPARE(response.status, 503);
    }
    gate->open();
    QVERIFY(client.readUntil("0\r\n\r\n"));
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 0);
}

void TstDrain::secondSignalEndsAtOnce()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "drain_timeout_s", "60");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    beginStream(client, backend, makeGate());
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY(waitUntilRefusing(scenario));
    QVERIFY(scenario.gateway.process().isRunning());
    const auto start = Clock::now();
    scenario.gateway.process().signal(SIGTERM);
    QVERIFY2(scenario.gateway.process().waitForExit(Patient).has_value(), "still running");
    QVERIFY(Clock::now() - start < 3s * patience());
    QVERIFY(client.readToEnd() != IoStatus::TimedOut);
}

QTEST_GUILESS_MAIN(TstDrain)
#include "tst_drain.moc"
