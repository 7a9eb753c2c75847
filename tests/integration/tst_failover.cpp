// SPDX-License-Identifier: MIT
// Promise: an attempt that dies before its first response byte goes to another backend, counted,
// and never twice where it may not.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>
#include <memory>

using namespace meridian::support;

class TstFailover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedConnectionsGoElsewhere();
    void deathBeforeTheFirstByteGoesElsewhere_data();
    void deathBeforeTheFirstByteGoesElsewhere();
    void withoutRetryAfterSendItIs502AndOneRequest();
    void withoutRetryAfterSendARefusedConnectionStillGoesElsewhere();
    void staleKeptAliveConnection_data();
    void staleKeptAliveConnection();
    void connectionClosedByTheBackendIsNotUsedAgain();
    void afterTheFirstByteNothingIsSentAgain();
    void allBackendsFail();
    void allBackendsUnhealthy();
    void aWholeAnswerBeforeAResetCounts();
};

void TstFailover::refusedConnectionsGoElsewhere()
{
    Scenario scenario;
    const RefusingPort refusing;
    scenario.config.backend("dead", refusing.url());
    FakeUpstream &alive = scenario.addBackend("alive");
    START_OR_FAIL(scenario);
    int failedOver = 0;
    for (int i = 0; i < 20; ++i) {
        const HttpResponse response = scenario.chat();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-backend"), std::string("alive"));
        failedOver += response.header("x-meridian-attempts") == "2" ? 1 : 0;
    }
    QVERIFY(failedOver >= 1);
    QCOMPARE(alive.log.requestCount(), std::size_t(20));
    QTRY_COMPARE(scenario.metric("meridian_upstream_retries_total"), double(failedOver));
    QCOMPARE(scenario.stop(), 0);
}

void TstFailover::deathBeforeTheFirstByteGoesElsewhere_data()
{
    QTest::addColumn<int>("accept");
    QTest::addColumn<bool>("isReset");
    QTest::addColumn<QByteArray>("body");
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        const QByteArray bytes(body.data(), static_cast<qsizetype>(body.size()));
        const char *kind = body == Scenario::ChatBody ? "plain" : "stream";
        QTest::addRow("%s, FIN before reading", kind)
            << int(AcceptMode::CloseAtOnce) << false << bytes;
        QTest::addRow("%s, RST before reading", kind)
            << int(AcceptMode::ResetAtOnce) << true << bytes;
        QTest::addRow("%s, FIN after reading", kind) << int(AcceptMode::Serve) << false << bytes;
        QTest::addRow("%s, RST after reading", kind) << int(AcceptMode::Serve) << true << bytes;
    }
}

void TstFailover::deathBeforeTheFirstByteGoesElsewhere()
{
    QFETCH(int, accept);
    QFETCH(bool, isReset);
    QFETCH(QByteArray, body);
    Scenario scenario;
    FakeUpstream &bad = scenario.addBackend("bad", {{"retry_after_send", "true"}});
    FakeUpstream &good = scenario.addBackend("good");
    START_OR_FAIL(scenario);
    bad.setAcceptMode(static_cast<AcceptMode>(accept));
    bad.setHandler([isReset](const RecordedRequest &) {
        return Reply::hangUp(isReset ? Ending::Reset : Ending::Close);
    });
    int failedOver = 0;
    for (int i = 0; i < 10; ++i) {
        const HttpResponse response = scenario.chat(body.toStdString());
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-backend"), std::string("good"));
        failedOver += response.header("x-meridian-attempts") == "2" ? 1 : 0;
    }
    QVERIFY(failedOver >= 1);
    QCOMPARE(good.log.requestCount(), std::size_t(10));
    for (const RecordedRequest &request : good.log.requests()) {
        QCOMPARE(request.body, body.toStdString());
    }
    QTRY_COMPARE(scenario.metric("meridian_upstream_retries_total", {"backend=\"bad\""}),
                 double(failedOver));
}

void TstFailover::withoutRetryAfterSendItIs502AndOneRequest()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one", {{"retry_after_send", "false"}});
    FakeUpstream &two = scenario.addBackend("two", {{"retry_after_send", "false"}});
    START_OR_FAIL(scenario);
    for (FakeUpstream *backend : {&one, &two}) {
        backend->setHandler([](const RecordedRequest &) { return Reply::hangUp(Ending::Reset); });
    }
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    QCOMPARE(one.log.requestCount() + two.log.requestCount(), std::size_t(1));
    VERIFY_ERROR(scenario.chat(Scenario::StreamBody), 502, "meridian_backend_error");
    QCOMPARE(one.log.requestCount() + two.log.requestCount(), std::size_t(2));
}

void TstFailover::withoutRetryAfterSendARefusedConnectionStillGoesElsewhere()
{
    Scenario scenario;
    const RefusingPort refusing;
    scenario.config.backend("dead", refusing.url(), {{"retry_after_send", "false"}});
    scenario.addBackend("alive", {{"retry_after_send", "false"}});
    START_OR_FAIL(scenario);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(scenario.chat().status, 200); // nothing was sent to the dead one
    }
}

void TstFailover::staleKeptAliveConnection_data()
{
    QTest::addColumn<bool>("isReset");
    QTest::newRow("FIN on the second request") << false;
    QTest::newRow("RST on the second request") << true;
}

void TstFailover::staleKeptAliveConnection()
{
    QFETCH(bool, isReset);
    Scenario scenario;
    FakeUpstream &stale = scenario.addBackend("stale");
    FakeUpstream &fine = scenario.addBackend("fine");
    START_OR_FAIL(scenario);
    // The first request of a connection is served, the second finds it dead.
    const auto seen = std::make_shared<std::vector<std::size_t>>();
    stale.setHandler([isReset, seen](const RecordedRequest &request) {
        const bool isUsed =
            std::find(seen->begin(), seen->end(), request.connection) != seen->end();
        seen->push_back(request.connection);
        return isUsed ? Reply::hangUp(isReset ? Ending::Reset : Ending::Close)
                      : Reply::json(completionBody());
    });
    RawClient client = scenario.connect();
    for (int i = 0; i < 20; ++i) {
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
    }
    QVERIFY(stale.log.requestCount() >= 2);
    QVERIFY(fine.log.requestCount() >= 1);
    QTRY_VERIFY(scenario.metric("meridian_upstream_retries_total", {"backend=\"stale\""}) >= 1);
}

void TstFailover::connectionClosedByTheBackendIsNotUsedAgain()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("only", {{"retry_after_send", "false"}});
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (int i = 0; i < 20; ++i) {
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        backend.closeIdle(); // FIN is in the gateway's socket before the next request is
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(20));
}

void TstFailover::afterTheFirstByteNothingIsSentAgain()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    START_OR_FAIL(scenario);
    const Reply cut = Reply::json(completionBody()).cutAfter(120, Ending::Reset);
    one.setHandler([&](const RecordedRequest &) { return cut; });
    two.setHandler([&](const RecordedRequest &) { return cut; });
    const HttpResponse response = scenario.chat();
    QVERIFY2(!response.isComplete() || response.status == 502,
             "half an answer passed for a whole one");
    QCOMPARE(one.log.requestCount() + two.log.requestCount(), std::size_t(1));
    QCOMPARE(scenario.get("/healthz").status, 200);
}

void TstFailover::allBackendsFail()
{
    Scenario scenario;
    const RefusingPort refusing;
    scenario.config.backend("b", refusing.url());
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat();
    VERIFY_ERROR(response, 502, "meridian_backend_error");
    QVERIFY2(response.body.find("Backend 'b' connection error") != std::string::npos,
             response.body.c_str());
    QCOMPARE(scenario.logLine(response.header("x-request-id"))
                 .value(QLatin1String("status_code"))
                 .toInt(),
             502);
    VERIFY_ERROR(scenario.chat(Scenario::StreamBody), 502, "meridian_backend_error");
}

void TstFailover::allBackendsUnhealthy()
{
    Scenario scenario;
    const RefusingPort refusing;
    scenario.config.backend("b", refusing.url());
    scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "1");
    START_OR_FAIL(scenario);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_backend_healthy", {"backend=\"b\""}), 0.0,
                              10000);
    const HttpResponse response = scenario.chat();
    VERIFY_ERROR(response, 503, "meridian_no_backend");
    QVERIFY2(response.body.find("No healthy backend available for model 'test-model'") !=
                 std::string::npos,
             response.body.c_str());
}

void TstFailover::aWholeAnswerBeforeAResetCounts()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("only");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::json(completionBody()).ending(Ending::Close);
    });
    RawClient client = scenario.connect();
    for (int i = 0; i < 50; ++i) {
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.body, completionBody());
    }
}

QTEST_GUILESS_MAIN(TstFailover)
#include "tst_failover.moc"
