// SPDX-License-Identifier: MIT
// Promise: when the client leaves, its upstream connection is closed within 50 ms and the exchange
// is recorded as 499.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>

using namespace meridian::support;

class TstClientGone : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void upstreamIsClosed_data();
    void upstreamIsClosed();
    void leavingWhilePipelinedRequestsWait();
    void leavingBetweenRequestsIsNoError();
};

void TstClientGone::upstreamIsClosed_data()
{
    QTest::addColumn<bool>("isStreaming"); // else: still waiting for the first byte
    QTest::addColumn<bool>("isReset");
    QTest::newRow("mid-stream, FIN") << true << false;
    QTest::newRow("mid-stream, RST") << true << true;
    QTest::newRow("before the first byte, FIN") << false << false;
    QTest::newRow("before the first byte, RST") << false << true;
}

void TstClientGone::upstreamIsClosed()
{
    QFETCH(bool, isStreaming);
    QFETCH(bool, isReset);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([isStreaming](const RecordedRequest &) {
        return isStreaming ? Reply::chunkedHead("text/event-stream")
                                 .sendChunk(deltaEvent("one"))
                                 .awaitPeerClose()
                           : Reply::never();
    });
    double longest = 0;
    for (int i = 0; i < 10; ++i) {
        RawClient client = scenario.connect();
        QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
        QVERIFY(backend.log.waitForRequests(static_cast<std::size_t>(i) + 1));
        if (isStreaming) {
            QVERIFY(client.readUntil(deltaEvent("one")));
        }
        const auto left = Clock::now();
        if (isReset) {
            client.abort();
        } else {
            client.close();
        }
        const auto closed = backend.log.waitForPeerClose(backend.log.requests().back().connection);
        QVERIFY2(closed.has_value(), "the backend goes on generating for nobody");
        longest =
            std::max(longest, std::chrono::duration<double, std::milli>(*closed - left).count());
    }
    qInfo("client gone to upstream closed: at most %.2f ms", longest);
    QVERIFY2(longest < 500.0 * patience(), "far beyond the promised 50 ms");
    const QJsonObject line = scenario.logLineWith("status_code", 499);
    QCOMPARE(line.value(QLatin1String("error_type")).toString(),
             QStringLiteral("client_disconnect"));
    QCOMPARE(line.value(QLatin1String("chosen_backend")).toString(), QStringLiteral("a"));
    QTRY_COMPARE(scenario.metric("meridian_requests_total", {"status=\"499\""}), 10.0);
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"a\""}), 0.0);
    QCOMPARE(scenario.stop(), 0);
}

void TstClientGone::leavingWhilePipelinedRequestsWait()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return Reply::never(); });
    RawClient client = scenario.connect();
    const std::string one = RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody);
    QVERIFY(client.send(one + one + one));
    QVERIFY(backend.log.waitForRequests(1));
    client.abort();
    QVERIFY(backend.log.waitForPeerClose(backend.log.requests().at(0).connection).has_value());
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"a\""}), 0.0);
    QCOMPARE(backend.log.requestCount(), std::size_t(1)); // the waiting ones were never begun
    QCOMPARE(scenario.get("/healthz").status, 200);
    QCOMPARE(scenario.stop(), 0);
}

void TstClientGone::leavingBetweenRequestsIsNoError()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 20; ++i) {
        RawClient client = scenario.connect();
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
        client.abort();
    }
    QTRY_COMPARE(scenario.metric("meridian_requests_total", {"status=\"200\""}), 20.0);
    QVERIFY(scenario.metric("meridian_requests_total", {"status=\"499\""}) <= 0);
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstClientGone)
#include "tst_clientgone.moc"
