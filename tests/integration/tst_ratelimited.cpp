// SPDX-License-Identifier: MIT
// Promise: a backend that says 429 is left alone for as long as it asks, others are asked instead,
// and it is not taken for broken.
#include "tests/integration/crowd.h"

#include <QTest>

#include <cstdlib>

using namespace meridian::support;

namespace {

Reply wait(const std::string &retryAfter)
{
    return Reply::json(R"({"error":{"message":"slow down","type":"tokens"}})", 429,
                       {{"retry-after", retryAfter}});
}

int secondsOf(const HttpResponse &response)
{
    return std::atoi(response.header("retry-after").c_str());
}

void withBreakers(Scenario &scenario)
{
    scenario.config.set("resilience", "circuit_breaker",
                        "{enabled: true, failure_threshold: 1, open_seconds: 60}");
}

} // namespace

class TstRateLimited : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void othersAreAskedInstead_data();
    void othersAreAskedInstead();
    void theLastResortIsAskedAllTheSame();
    void withBreakersItIsHonouredStrictly();
    void itIsAskedAgainAfterItsTime();
    void theSoonestOfSeveralIsTold();
    void oneModelOnly();
};

void TstRateLimited::othersAreAskedInstead_data()
{
    QTest::addColumn<bool>("hasBreakers");
    QTest::newRow("breakers off") << false;
    QTest::newRow("breakers on") << true;
}

void TstRateLimited::othersAreAskedInstead()
{
    QFETCH(bool, hasBreakers);
    Scenario scenario;
    FakeUpstream &limited = scenario.addBackend("limited");
    FakeUpstream &free = scenario.addBackend("free");
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    if (hasBreakers) {
        withBreakers(scenario);
    }
    START_OR_FAIL(scenario);
    limited.setHandler([](const RecordedRequest &) { return wait("60"); });
    int repeated = 0;
    for (int i = 0; i < 30; ++i) {
        const HttpResponse response = scenario.chat();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-backend"), std::string("free"));
        repeated += response.header("x-meridian-attempts") == "2" ? 1 : 0;
    }
    QCOMPARE(repeated, 1);
    QCOMPARE(limited.log.requestCount(), std::size_t(1));
    QCOMPARE(free.log.requestCount(), std::size_t(30));
}

void TstRateLimited::theLastResortIsAskedAllTheSame()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    START_OR_FAIL(scenario);
    backend.enqueue(wait("60"), 3);
    for (int i = 0; i < 3; ++i) {
        const HttpResponse response = scenario.chat();
        QCOMPARE(response.status, 429); // its own words
        QCOMPARE(response.header("retry-after"), std::string("60"));
        QCOMPARE(response.body,
                 std::string(R"({"error":{"message":"slow down","type":"tokens"}})"));
    }
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(backend.log.requestCount(), std::size_t(4));
}

void TstRateLimited::withBreakersItIsHonouredStrictly()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    withBreakers(scenario);
    START_OR_FAIL(scenario);
    backend.enqueue(wait("50"));
    QCOMPARE(scenario.chat().header("retry-after"), std::string("50"));
    for (int i = 0; i < 5; ++i) {
        const HttpResponse refusal = scenario.chat();
        VERIFY_ERROR(refusal, 429, "rate_limit_exceeded", "backend_rate_limited");
        QVERIFY2(secondsOf(refusal) >= 1 && secondsOf(refusal) <= 50,
                 refusal.header("retry-after").c_str());
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(1));
    // It is no failure: the breaker, which one failure would open, is closed.
    QCOMPARE(scenario.metric("meridian_backend_circuit_open"), 0.0);
    QCOMPARE(scenario.metric("meridian_backend_healthy"), 1.0);
    QCOMPARE(scenario.metric("meridian_breaker_rejections_total"), 0.0);
}

void TstRateLimited::itIsAskedAgainAfterItsTime()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    withBreakers(scenario);
    START_OR_FAIL(scenario);
    backend.enqueue(wait("1"));
    QCOMPARE(scenario.chat().status, 429);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.chat().status, 200, 10'000);
    const auto requests = backend.log.requests();
    QVERIFY(requests.at(1).headAt - requests.at(0).headAt >= 1s);
}

void TstRateLimited::theSoonestOfSeveralIsTold()
{
    Scenario scenario;
    FakeUpstream &late = scenario.addBackend("late");
    FakeUpstream &soon = scenario.addBackend("soon");
    withBreakers(scenario);
    START_OR_FAIL(scenario);
    late.setHandler([](const RecordedRequest &) { return wait("55"); });
    soon.setHandler([](const RecordedRequest &) { return wait("20"); });
    const HttpResponse first = scenario.chat();
    QCOMPARE(first.status, 429); // both were asked, the last one's answer is the client's
    QCOMPARE(first.header("x-meridian-attempts"), std::string("2"));
    const HttpResponse second = scenario.chat();
    VERIFY_ERROR(second, 429, "rate_limit_exceeded", "backend_rate_limited");
    QVERIFY2(secondsOf(second) <= 20, second.header("retry-after").c_str());
    QCOMPARE(late.log.requestCount() + soon.log.requestCount(), std::size_t(2));
}

void TstRateLimited::oneModelOnly()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    withBreakers(scenario);
    START_OR_FAIL(scenario);
    backend.enqueue(wait("60"));
    QCOMPARE(scenario.chat(R"({"model":"dear"})").status, 429);
    VERIFY_ERROR(scenario.chat(R"({"model":"dear"})"), 429, "rate_limit_exceeded");
    QCOMPARE(scenario.chat(R"({"model":"cheap"})").status, 200);
}

QTEST_GUILESS_MAIN(TstRateLimited)
#include "tst_ratelimited.moc"
