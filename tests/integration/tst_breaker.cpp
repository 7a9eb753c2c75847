// SPDX-License-Identifier: MIT
// Promise: a backend that fails at a model is left alone, for a time that grows, until one single
// probe finds it well; and no client can take it away from the others.
#include "tests/integration/crowd.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <array>
#include <cstdlib>
#include <regex>

using namespace meridian::support;

namespace {

/// The settings of resilience.circuit_breaker, beside `enabled`.
void breakers(Scenario &scenario, std::string_view settings)
{
    scenario.config.set("resilience", "circuit_breaker",
                        "{enabled: true, " + std::string(settings) + "}");
}

Reply failure()
{
    return Reply::json(R"({"error":{"message":"out of memory"}})", 500);
}

Reply success()
{
    return Reply::json(completionBody());
}

double openCircuits(const Scenario &scenario)
{
    return scenario.metric("meridian_backend_circuit_open");
}

int secondsOf(const HttpResponse &response)
{
    return std::atoi(response.header("retry-after").c_str());
}

constexpr std::string_view Poison = R"({"model":"test-model","messages":[],"x":"poison"})";

} // namespace

class TstBreaker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensAfterARunOfFailures();
    void anAnswerEndsTheRun();
    void offByDefault();
    void failedConnectionsOpenItForEverybody();
    void routingPassesOverIt();
    void opensAtARate();
    void theRateForgets();
    void retryAfterSetsTheTime();
    void oneProbeAtATime();
    void eachFailedProbeDoublesTheTime();
    void eachModelHasItsOwn();
    void aProbeWhoseClientLeavesIsFollowedByAnother();
    void oneClientsPromptsOpenItForThatClient();
    void whatTwoClientsSeeOpensItForAll();
};

void TstBreaker::opensAfterARunOfFailures()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 3, open_seconds: 60");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return failure(); });
    QCOMPARE(openCircuits(scenario), 0.0);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(scenario.chat().status, 500); // the backend's own answer
    }
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        const HttpResponse refusal = scenario.chat(body);
        VERIFY_ERROR(refusal, 503, "meridian_circuit_open", "circuit_open");
        QCOMPARE(
            jsonOf(refusal)[QLatin1String("error")].toObject()[QLatin1String("message")].toString(),
            QStringLiteral("Backend 'b' circuit is open"));
        QVERIFY(secondsOf(refusal) >= 1 && secondsOf(refusal) <= 60);
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(3));
    QCOMPARE(openCircuits(scenario), 1.0);
    QTRY_COMPARE(scenario.metric("meridian_breaker_rejections_total"), 2.0);
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0); // a refusal holds nothing
}

void TstBreaker::anAnswerEndsTheRun()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 3, open_seconds: 60");
    START_OR_FAIL(scenario);
    for (const int other : {200, 404, 429}) {
        backend.enqueue(failure(), 2);
        backend.enqueue(Reply::json("{}", other, {{"retry-after", "0"}}));
    }
    std::string statuses;
    while (backend.log.requestCount() < 8) {
        statuses += std::to_string(scenario.chat().status) + " ";
    }
    QCOMPARE(statuses, std::string("500 500 200 500 500 404 500 500 "));
    QCOMPARE(openCircuits(scenario), 0.0);
}

void TstBreaker::offByDefault()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return failure(); });
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().status, 500);
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(20));
}

void TstBreaker::failedConnectionsOpenItForEverybody()
{
    Scenario scenario;
    const RefusingPort refusing;
    scenario.config.backend("b", refusing.url());
    breakers(scenario, "failure_threshold: 2, open_seconds: 60");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    VERIFY_ERROR(scenario.chat(), 503, "meridian_circuit_open");
    VERIFY_ERROR(chatFrom(scenario, "127.0.0.2"), 503, "meridian_circuit_open");
}

void TstBreaker::routingPassesOverIt()
{
    Scenario scenario;
    FakeUpstream &bad = scenario.addBackend("bad");
    FakeUpstream &good = scenario.addBackend("good");
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    breakers(scenario, "failure_threshold: 2, open_seconds: 60");
    START_OR_FAIL(scenario);
    bad.setHandler([](const RecordedRequest &) { return failure(); });
    for (int i = 0; i < 20 && bad.log.requestCount() < 2; ++i) {
        (void)scenario.chat();
    }
    QCOMPARE(bad.log.requestCount(), std::size_t(2));
    good.log.clearRequests();
    for (int i = 0; i < 30; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    QCOMPARE(bad.log.requestCount(), std::size_t(2));
    QCOMPARE(good.log.requestCount(), std::size_t(30));
    QCOMPARE(scenario.metric("meridian_backend_circuit_open", {"backend=\"bad\""}), 1.0);
    QCOMPARE(scenario.metric("meridian_backend_circuit_open", {"backend=\"good\""}), 0.0);
    const QJsonArray backends =
        jsonOf(scenario.get("/meridian/status"))[QLatin1String("backends")].toArray();
    QCOMPARE(backends.size(), 2);
    QVERIFY2(QJsonDocument(backends[0].toObject()).toJson().contains("\"open\""),
             "the status does not tell");
    QVERIFY(!QJsonDocument(backends[1].toObject()).toJson().contains("\"open\""));
}

void TstBreaker::opensAtARate()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 1000, failure_rate: 0.5, min_requests: 10, "
                       "window_s: 3600, open_seconds: 60");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 4; ++i) {
        backend.enqueue(failure());
        backend.enqueue(success());
    }
    backend.enqueue(failure(), 10); // the second of these is the tenth request, the sixth failure
    for (int i = 0; i < 10; ++i) {
        const int status = scenario.chat().status;
        QCOMPARE(status, i < 8 && i % 2 == 1 ? 200 : 500);
    }
    VERIFY_ERROR(scenario.chat(), 503, "meridian_circuit_open");
    QCOMPARE(backend.log.requestCount(), std::size_t(10));
}

void TstBreaker::theRateForgets()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 1000, failure_rate: 0.5, min_requests: 5, "
                       "window_s: 0.5, open_seconds: 60");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return failure(); });
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(scenario.chat().status, 500); // never five within the window
        }
        QTest::qWait(700);
    }
    QCOMPARE(openCircuits(scenario), 0.0);
}

void TstBreaker::retryAfterSetsTheTime()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 1, open_seconds: 1, max_open_seconds: 300");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::json("{}", 503, {{"retry-after", "120"}}));
    QCOMPARE(scenario.chat().status, 503);
    const HttpResponse refusal = scenario.chat();
    VERIFY_ERROR(refusal, 503, "meridian_circuit_open");
    QVERIFY2(secondsOf(refusal) > 60 && secondsOf(refusal) <= 120,
             refusal.header("retry-after").c_str());
}

void TstBreaker::oneProbeAtATime()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 1, open_seconds: 0.2");
    scenario.config.set("gateway", "workers", "3");
    START_OR_FAIL(scenario);
    backend.enqueue(failure());
    QCOMPARE(scenario.chat().status, 500);
    QTRY_COMPARE(openCircuits(scenario), 0.0); // half-open
    const SharedGate gate = makeGate();
    // The reply is held back whole, so that the probe lasts until the gate opens.
    backend.setHandler([gate](const RecordedRequest &) {
        return Reply().await(gate).send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    });
    Crowd crowd(scenario);
    crowd.send(20);
    QTRY_COMPARE_WITH_TIMEOUT(crowd.count(503), 19, 20'000);
    QCOMPARE(backend.log.requestCount(), std::size_t(2)); // the failure, and one probe
    for (const HttpResponse &refusal : crowd.answers()) {
        VERIFY_ERROR(refusal, 503, "meridian_circuit_open");
        QVERIFY(secondsOf(refusal) >= 1);
    }
    gate->open();
    crowd.join();
    QCOMPARE(crowd.count(200), 1);
    for (int i = 0; i < 5; ++i) { // closed
        QCOMPARE(scenario.chat().status, 200);
    }
}

void TstBreaker::eachFailedProbeDoublesTheTime()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 1, open_seconds: 0.1, max_open_seconds: 0.4");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return failure(); });
    for (std::size_t count = 1; count <= 5; ++count) {
        const Deadline deadline = Patient;
        while (backend.log.requestCount() < count && !deadline.hasPassed()) {
            (void)scenario.chat();
        }
        QCOMPARE(backend.log.requestCount(), count);
    }
    const auto requests = backend.log.requests();
    const std::array periods{100ms, 200ms, 400ms, 400ms};
    for (std::size_t i = 0; i < periods.size(); ++i) {
        QVERIFY(requests[i + 1].headAt - requests[i].headAt >= periods[i]);
    }
    const std::string said = scenario.gateway.process().standardError();
    const std::regex pattern("circuit opens for ([0-9]+) ms");
    std::vector<int> announced;
    for (std::sregex_iterator match(said.begin(), said.end(), pattern), end; match != end;
         ++match) {
        announced.push_back(std::stoi((*match)[1]));
    }
    QVERIFY(announced.size() >= 5);
    announced.resize(5);
    QCOMPARE(announced, (std::vector<int>{100, 200, 400, 400, 400}));
}

void TstBreaker::eachModelHasItsOwn()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 2, open_seconds: 60");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &request) {
        return request.body.find("sick") != std::string::npos ? failure() : success();
    });
    constexpr std::string_view Sick = R"({"model":"sick","messages":[]})";
    constexpr std::string_view Well = R"({"model":"well","messages":[]})";
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(scenario.chat(Sick).status, 500);
        QCOMPARE(scenario.chat(Well).status, 200); // does not end the other model's run
    }
    for (int i = 0; i < 5; ++i) {
        VERIFY_ERROR(scenario.chat(Sick), 503, "meridian_circuit_open");
        QCOMPARE(scenario.chat(Well).status, 200);
    }
}

void TstBreaker::aProbeWhoseClientLeavesIsFollowedByAnother()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 1, open_seconds: 0.1");
    START_OR_FAIL(scenario);
    backend.enqueue(failure());
    backend.enqueue(Reply::never());
    QCOMPARE(scenario.chat().status, 500);
    QTRY_COMPARE(openCircuits(scenario), 0.0);
    RawClient probing = scenario.connect();
    QVERIFY(probing.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
    QVERIFY(backend.log.waitForRequests(2));
    VERIFY_ERROR(scenario.chat(), 503, "meridian_circuit_open");
    probing.abort();
    QTRY_COMPARE_WITH_TIMEOUT(scenario.chat().status, 200, 10'000);
}

void TstBreaker::oneClientsPromptsOpenItForThatClient()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 3, open_seconds: 60");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &request) {
        return request.body.find("poison") != std::string::npos ? failure() : success();
    });
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(chatFrom(scenario, "127.0.0.1", Poison).status, 500);
    }
    for (int i = 0; i < 5; ++i) {
        VERIFY_ERROR(chatFrom(scenario, "127.0.0.1"), 503, "meridian_circuit_open");
        QCOMPARE(chatFrom(scenario, "127.0.0.2").status, 200);
        QCOMPARE(chatFrom(scenario, "127.0.0.3").status, 200);
    }
}

void TstBreaker::whatTwoClientsSeeOpensItForAll()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    breakers(scenario, "failure_threshold: 4, open_seconds: 60");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return failure(); });
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(chatFrom(scenario, "127.0.0.1").status, 500);
        QCOMPARE(chatFrom(scenario, "127.0.0.2").status, 500);
    }
    for (const char *address : {"127.0.0.1", "127.0.0.2", "127.0.0.3"}) {
        VERIFY_ERROR(chatFrom(scenario, address), 503, "meridian_circuit_open");
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(4));
}

QTEST_GUILESS_MAIN(TstBreaker)
#include "tst_breaker.moc"
