// SPDX-License-Identifier: MIT
// Promise: a backend that does not connect or does not answer costs its timeout, then the next is
// asked; 504 at the end.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

class TstTimeouts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectTimeoutGoesElsewhere();
    void connectTimeoutOfTheLastIs504();
    void firstByteTimeoutGoesElsewhere();
    void firstByteTimeoutOfTheLastIs504();
    void firstByteTimeoutRespectsRetryAfterSend();
    void slowButInTimeIsServed();
    void backendTimeoutOverridesTheGlobalOne();
    void stalledBodyEnds();
};

void TstTimeouts::connectTimeoutGoesElsewhere()
{
    Scenario scenario;
    const SilentPort silent;
    scenario.config.backend("silent", silent.url()).set("timeouts", "connect", "0.3");
    scenario.addBackend("good");
    START_OR_FAIL(scenario);
    int failedOver = 0;
    for (int i = 0; i < 6; ++i) {
        const HttpResponse response = scenario.chat();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        failedOver += response.header("x-meridian-attempts") == "2" ? 1 : 0;
    }
    QVERIFY(failedOver >= 1);
}

void TstTimeouts::connectTimeoutOfTheLastIs504()
{
    Scenario scenario;
    const SilentPort silent;
    scenario.config.backend("silent", silent.url()).set("timeouts", "connect", "0.5");
    START_OR_FAIL(scenario);
    const auto start = Clock::now();
    VERIFY_ERROR(scenario.chat(), 504);
    QVERIFY(Clock::now() - start >= 400ms);
    QVERIFY(Clock::now() - start < 5s * patience());
}

void TstTimeouts::firstByteTimeoutGoesElsewhere()
{
    Scenario scenario;
    FakeUpstream &mute = scenario.addBackend("mute");
    scenario.addBackend("good");
    scenario.config.set("timeouts", "read", "0.4");
    START_OR_FAIL(scenario);
    mute.setHandler([](const RecordedRequest &) { return Reply::never(); });
    int failedOver = 0;
    for (int i = 0; i < 4; ++i) {
        const HttpResponse response = scenario.chat();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        failedOver += response.header("x-meridian-attempts") == "2" ? 1 : 0;
    }
    QVERIFY(failedOver >= 1);
    QVERIFY2(mute.log.waitForPeerClose(mute.log.requests().at(0).connection),
             "the connection given up on stays open");
}

void TstTimeouts::firstByteTimeoutOfTheLastIs504()
{
    Scenario scenario;
    FakeUpstream &mute = scenario.addBackend("mute");
    scenario.config.set("timeouts", "read", "0.4");
    START_OR_FAIL(scenario);
    mute.setHandler([](const RecordedRequest &) { return Reply::never(); });
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        const HttpResponse response = scenario.chat(body);
        VERIFY_ERROR(response, 504);
        QCOMPARE(scenario.logLine(response.header("x-request-id"))
                     .value(QLatin1String("status_code"))
                     .toInt(),
                 504);
    }
}

void TstTimeouts::firstByteTimeoutRespectsRetryAfterSend()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one", {{"retry_after_send", "false"}});
    FakeUpstream &two = scenario.addBackend("two", {{"retry_after_send", "false"}});
    scenario.config.set("timeouts", "read", "0.4");
    START_OR_FAIL(scenario);
    for (FakeUpstream *backend : {&one, &two}) {
        backend->setHandler([](const RecordedRequest &) { return Reply::never(); });
    }
    VERIFY_ERROR(scenario.chat(), 504);
    QCOMPARE(one.log.requestCount() + two.log.requestCount(), std::size_t(1));
}

void TstTimeouts::slowButInTimeIsServed()
{
    Scenario scenario;
    FakeUpstream &slow = scenario.addBackend("slow");
    scenario.config.set("timeouts", "read", "2");
    START_OR_FAIL(scenario);
    slow.setHandler(
        [](const RecordedRequest &) { return Reply::json(completionBody()).after(600ms); });
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(slow.log.requestCount(), std::size_t(1));
}

void TstTimeouts::backendTimeoutOverridesTheGlobalOne()
{
    Scenario scenario;
    FakeUpstream &mute = scenario.addBackend("mute", {{"timeout", "{read: 0.3}"}});
    scenario.config.set("timeouts", "read", "60");
    START_OR_FAIL(scenario);
    mute.setHandler([](const RecordedRequest &) { return Reply::never(); });
    const auto start = Clock::now();
    VERIFY_ERROR(scenario.chat(), 504);
    QVERIFY(Clock::now() - start < 10s * patience());
}

void TstTimeouts::stalledBodyEnds()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("timeouts", "read", "0.4");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                          "100\r\n\r\n{\"half\":")
            .awaitPeerClose();
    });
    RawClient client = scenario.connect();
    const HttpResponse response = client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
    QVERIFY2(!response.isComplete() || response.status == 504,
             "half an answer passed for a whole one");
    QVERIFY(backend.log.waitForPeerClose(backend.log.requests().at(0).connection).has_value());
    QVERIFY(!scenario.logLineWith("status_code", 504).isEmpty());
}

QTEST_GUILESS_MAIN(TstTimeouts)
#include "tst_timeouts.moc"
