// SPDX-License-Identifier: MIT
// Promise: least_inflight picks the idle backend and spreads ties; weighted_round_robin keeps its
// proportions.
#include "tests/support/scenario.h"

#include <QTest>

#include <cstdlib>

using namespace meridian::support;

class TstDistribution : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leastInflightPicksTheIdleOne();
    void leastInflightSpreadsTies();
    void leastInflightForgetsWhatEnded();
    void weightedRoundRobinKeepsProportions();
    void onlyBackendsOfTheModelAreAsked();
};

void TstDistribution::leastInflightPicksTheIdleOne()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    scenario.config.set("gateway", "strategy", "least_inflight");
    START_OR_FAIL(scenario);
    one.setHandler([](const RecordedRequest &) { return Reply::never(); });
    RawClient occupying;
    while (one.log.requestCount() == 0) { // ties are spread: soon one of them gets stuck
        occupying = scenario.connect();
        QVERIFY(occupying.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
        QTRY_VERIFY(one.log.requestCount() == 1 || occupying.readSome(10ms) == IoStatus::Ok);
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"one\""}), 1.0);
    const std::size_t before = two.log.requestCount();
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("two"));
    }
    QCOMPARE(two.log.requestCount(), before + 20);
}

void TstDistribution::leastInflightSpreadsTies()
{
    Scenario scenario;
    std::vector<FakeUpstream *> backends;
    for (const char *name : {"one", "two", "three"}) {
        backends.push_back(&scenario.addBackend(name));
    }
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (int i = 0; i < 150; ++i) {
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    }
    for (FakeUpstream *backend : backends) {
        QVERIFY2(backend->log.requestCount() >= 25,
                 std::to_string(backend->log.requestCount()).c_str());
    }
}

void TstDistribution::leastInflightForgetsWhatEnded()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    START_OR_FAIL(scenario);
    // Every way an exchange can end gives its place back.
    const auto mixed = [](const RecordedRequest &request) {
        switch (request.body.size() % 3) {
        case 0:
            return Reply::json("{}", 500);
        case 1:
            return Reply::sse({deltaEvent("x")}).cutAfter(150, Ending::Reset);
        default:
            return Reply::json(completionBody());
        }
    };
    one.setHandler(mixed);
    two.setHandler(mixed);
    for (int i = 0; i < 60; ++i) {
        RawClient client = scenario.connect();
        (void)client.exchange("POST", Scenario::ChatPath,
                              R"({"model":"test-model","stream":true,"x":")" +
                                  std::string(static_cast<std::size_t>(i), 'x') + "\"}");
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstDistribution::weightedRoundRobinKeepsProportions()
{
    Scenario scenario;
    FakeUpstream &heavy = scenario.addBackend("heavy", {{"weight", "4"}});
    FakeUpstream &light = scenario.addBackend("light", {{"weight", "1"}});
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (int i = 0; i < 1000; ++i) {
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    }
    QCOMPARE(heavy.log.requestCount() + light.log.requestCount(), std::size_t(1000));
    const int deviation = std::abs(static_cast<int>(heavy.log.requestCount()) - 800);
    QVERIFY2(deviation <= 50, std::to_string(heavy.log.requestCount()).c_str());
}

void TstDistribution::onlyBackendsOfTheModelAreAsked()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one", {{"model", "m1"}});
    FakeUpstream &two = scenario.addBackend("two", {{"model", "m2"}});
    START_OR_FAIL(scenario);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(scenario.chat(R"({"model":"m1"})").header("x-meridian-backend"),
                 std::string("one"));
        QCOMPARE(scenario.chat(R"({"model":"m2"})").header("x-meridian-backend"),
                 std::string("two"));
    }
    QCOMPARE(one.log.requestCount(), std::size_t(10));
    QCOMPARE(two.log.requestCount(), std::size_t(10));
}

QTEST_GUILESS_MAIN(TstDistribution)
#include "tst_distribution.moc"
