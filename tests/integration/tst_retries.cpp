// SPDX-License-Identifier: MIT
// Promise: what may be repeated is, elsewhere first, then after a pause, within a budget and a
// deadline; and what the client gets at the end is an answer that a backend gave.
#include "tests/integration/crowd.h"

#include <QTest>

#include <array>
#include <cstdlib>

using namespace meridian::support;

namespace {

Reply sorry(int status, const Headers &extra = {})
{
    return Reply::json(R"({"error": {"message":"not now",  "n": 1.0}})", status, extra);
}

/// Two backends, of which the first asked is the bad one within two requests.
struct Pair
{
    explicit Pair(const GatewayConfig::Entries &extra = {})
        : bad(scenario.addBackend("bad", extra))
        , good(scenario.addBackend("good", extra))
    {
        scenario.config.set("gateway", "strategy", "weighted_round_robin");
        scenario.config.set("gateway", "workers", "1"); // one rotation, one budget
    }

    /// Sends until the bad one has been asked; its answer to that one.
    HttpResponse chatWithBad(std::string_view body = Scenario::ChatBody)
    {
        HttpResponse response;
        for (int i = 0; i < 4 && bad.log.requestCount() == 0; ++i) {
            good.log.clearRequests();
            response = scenario.chat(body);
        }
        return response;
    }

    Scenario scenario;
    FakeUpstream &bad;
    FakeUpstream &good;
};

constexpr std::string_view Boundary = "xYzZY";

std::string form(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<char>((i * 7 + i / 251) % 256);
    }
    const std::string line = "--" + std::string(Boundary);
    return line + "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ntest-model\r\n" +
           line + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n" +
           bytes + "\r\n" + line + "--\r\n";
}

HttpResponse upload(const Scenario &scenario, const std::string &body)
{
    return scenario.post(
        "/v1/audio/transcriptions", body,
        {{"Content-Type", "multipart/form-data; boundary=" + std::string(Boundary)}});
}

} // namespace

class TstRetries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statusesThatGoElsewhere_data();
    void statusesThatGoElsewhere();
    void theLastAnswerPassesUnchanged();
    void answersGoElsewhereEvenWithoutRetryAfterSend();
    void theBodyIsRepeatedByteForByte();
    void smallUploadsAreRepeatedLargeOnesNot();
    void maxRetriesAsksTheSameBackendAgain_data();
    void maxRetriesAsksTheSameBackendAgain();
    void pausesGrowUpToTheLongest();
    void retryAfterIsWaitedForOrNotAtAll();
    void theBudgetBoundsFailovers_data();
    void theBudgetBoundsFailovers();
    void theBudgetIsAShareOfTheTraffic();
    void theDeadlineEndsRetries();
    void theDeadlineEndsAWait();
};

void TstRetries::statusesThatGoElsewhere_data()
{
    QTest::addColumn<QByteArray>("statuses"); // of the configuration; empty: the default
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("goesElsewhere");
    for (const int status : {429, 502, 503, 504, 529}) {
        QTest::addRow("%d by default", status) << QByteArray() << status << true;
    }
    for (const int status : {400, 401, 404, 408, 500, 501}) {
        QTest::addRow("%d not by default", status) << QByteArray() << status << false;
    }
    QTest::newRow("500 when asked for") << QByteArray("[500]") << 500 << true;
    QTest::newRow("503 when not") << QByteArray("[500]") << 503 << false;
    QTest::newRow("none") << QByteArray("[]") << 503 << false;
}

void TstRetries::statusesThatGoElsewhere()
{
    QFETCH(QByteArray, statuses);
    QFETCH(int, status);
    QFETCH(bool, goesElsewhere);
    Pair pair;
    if (!statuses.isEmpty()) {
        pair.scenario.config.set("resilience", "retry_statuses", statuses.toStdString());
    }
    START_OR_FAIL(pair.scenario);
    pair.bad.setHandler([status](const RecordedRequest &) { return sorry(status); });
    const HttpResponse response = pair.chatWithBad(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    QCOMPARE(pair.bad.log.requestCount(), std::size_t(1));
    QCOMPARE(response.status, goesElsewhere ? 200 : status);
    QCOMPARE(response.header("x-meridian-attempts"), std::string(goesElsewhere ? "2" : ""));
    QCOMPARE(response.header("x-meridian-backend"), std::string(goesElsewhere ? "good" : "bad"));
    QCOMPARE(pair.good.log.requestCount(), std::size_t(goesElsewhere ? 1 : 0));
}

void TstRetries::theLastAnswerPassesUnchanged()
{
    Pair pair;
    START_OR_FAIL(pair.scenario);
    for (FakeUpstream *backend : {&pair.bad, &pair.good}) {
        const std::string port = std::to_string(backend->port());
        backend->setHandler([port](const RecordedRequest &) {
            return Reply::of(503, "text/x-own", "busy \x01 " + port, {{"x-own", port}});
        });
    }
    const HttpResponse response = pair.scenario.chat();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 503);
    QCOMPARE(response.header("content-type"), std::string("text/x-own"));
    QCOMPARE(response.body, "busy \x01 " + response.header("x-own"));
    QCOMPARE(response.header("x-meridian-attempts"), std::string("2"));
    QCOMPARE(pair.bad.log.requestCount() + pair.good.log.requestCount(), std::size_t(2));
}

void TstRetries::answersGoElsewhereEvenWithoutRetryAfterSend()
{
    Pair pair(GatewayConfig::Entries{{"retry_after_send", "false"}});
    START_OR_FAIL(pair.scenario);
    pair.bad.setHandler([](const RecordedRequest &) { return sorry(503); });
    QCOMPARE(pair.chatWithBad().status, 200); // it said itself that it had not done the work
    QCOMPARE(pair.good.log.requestCount(), std::size_t(1));
}

void TstRetries::theBodyIsRepeatedByteForByte()
{
    Pair pair;
    START_OR_FAIL(pair.scenario);
    pair.bad.setHandler([](const RecordedRequest &) { return sorry(503); });
    std::string body = R"({ "model" : "test-model", "messages":[{"role":"user","content":")";
    for (int i = 0; i < 30'000; ++i) {
        body += "\\u00e9 " + std::to_string(i);
    }
    body += "\"}], \"x\": 1.50, \"x\": 2 }\n";
    QCOMPARE(pair.chatWithBad(body).status, 200);
    const RecordedRequest first = pair.bad.log.requests().at(0);
    const RecordedRequest second = pair.good.log.requests().at(0);
    QVERIFY(first.body == body);
    QVERIFY(second.body == body);
    QCOMPARE(second.target, first.target);
    QCOMPARE(second.header("content-length"), std::to_string(body.size()));
    QCOMPARE(second.header("content-type"), first.header("content-type"));
}

void TstRetries::smallUploadsAreRepeatedLargeOnesNot()
{
    for (const bool isLarge : {false, true}) {
        Pair pair;
        START_OR_FAIL(pair.scenario);
        pair.bad.setHandler([](const RecordedRequest &) { return sorry(503); });
        const std::string body = form(isLarge ? 4'000'000 : 500);
        HttpResponse response;
        for (int i = 0; i < 4 && pair.bad.log.requestCount() == 0; ++i) {
            pair.good.log.clearRequests();
            response = upload(pair.scenario, body);
        }
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, isLarge ? 503 : 200);
        QCOMPARE(pair.good.log.requestCount(), std::size_t(isLarge ? 0 : 1));
        if (!isLarge) {
            QVERIFY(pair.good.log.requests().at(0).body == body);
        }
    }
}

void TstRetries::maxRetriesAsksTheSameBackendAgain_data()
{
    QTest::addColumn<int>("maxRetries");
    QTest::addColumn<int>("failures");
    QTest::addColumn<bool>("isReset");
    QTest::addColumn<int>("expected");
    for (const bool isReset : {false, true}) {
        const char *kind = isReset ? "connection lost" : "status";
        QTest::addRow("%s: none by default", kind) << 0 << 1 << isReset << (isReset ? 502 : 503);
        QTest::addRow("%s: the last one helps", kind) << 2 << 2 << isReset << 200;
        QTest::addRow("%s: too few", kind) << 2 << 3 << isReset << (isReset ? 502 : 503);
    }
}

void TstRetries::maxRetriesAsksTheSameBackendAgain()
{
    QFETCH(int, maxRetries);
    QFETCH(int, failures);
    QFETCH(bool, isReset);
    QFETCH(int, expected);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("resilience", "max_retries", std::to_string(maxRetries));
    scenario.config.set("resilience", "retry_backoff_base", "0.02");
    START_OR_FAIL(scenario);
    backend.enqueue(isReset ? Reply::hangUp(Ending::Reset) : sorry(503),
                    static_cast<std::size_t>(failures));
    const HttpResponse response = scenario.chat();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, expected);
    const int attempts = std::min(maxRetries, failures) + 1;
    QCOMPARE(backend.log.requestCount(), static_cast<std::size_t>(attempts));
    QTRY_COMPARE(scenario.metric("meridian_upstream_retries_total"),
                 maxRetries == 0 ? -1.0 : double(attempts - 1));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstRetries::pausesGrowUpToTheLongest()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("resilience", "max_retries", "4");
    scenario.config.set("resilience", "retry_backoff_base", "0.1");
    scenario.config.set("resilience", "retry_backoff_max", "0.3");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return sorry(503); });
    QCOMPARE(scenario.chat().status, 503);
    const auto requests = backend.log.requests();
    QCOMPARE(requests.size(), std::size_t(5));
    const std::array least{50ms, 100ms, 150ms, 150ms}; // jitter takes up to half away
    for (std::size_t i = 0; i < least.size(); ++i) {
        QVERIFY(requests[i + 1].headAt - requests[i].headAt >= least[i]);
    }
}

void TstRetries::retryAfterIsWaitedForOrNotAtAll()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("resilience", "max_retries", "1");
    scenario.config.set("resilience", "retry_backoff_base", "0.01");
    scenario.config.set("resilience", "retry_backoff_max", "3");
    START_OR_FAIL(scenario);
    backend.enqueue(sorry(503, {{"retry-after", "1"}}));
    QCOMPARE(scenario.chat().status, 200);
    const auto requests = backend.log.requests();
    QVERIFY(requests.at(1).headAt - requests.at(0).headAt >= 1s);
    backend.enqueue(sorry(503, {{"retry-after", "20"}})); // beyond the longest pause
    const HttpResponse response = scenario.chat();
    QCOMPARE(response.status, 503);
    QCOMPARE(response.header("retry-after"), std::string("20"));
    QCOMPARE(backend.log.requestCount(), std::size_t(3));
}

void TstRetries::theBudgetBoundsFailovers_data()
{
    QTest::addColumn<bool>("isReset");
    QTest::newRow("statuses") << false;
    QTest::newRow("lost connections") << true;
}

void TstRetries::theBudgetBoundsFailovers()
{
    QFETCH(bool, isReset);
    Pair pair;
    pair.scenario.config.set("resilience", "retry_budget", "{percent: 0, min_per_second: 0.3}");
    START_OR_FAIL(pair.scenario);
    pair.bad.setHandler([isReset](const RecordedRequest &) {
        return isReset ? Reply::hangUp(Ending::Reset) : sorry(503);
    });
    int repeated = 0;
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        const HttpResponse response = pair.scenario.chat();
        repeated += response.status == 200 && response.header("x-meridian-attempts") == "2";
        if (response.status != 200) {
            ++refused;
            if (isReset) {
                VERIFY_ERROR(response, 502, "meridian_backend_error", "retry_budget_exhausted");
            } else {
                QCOMPARE(response.status, 503); // what the backend said
            }
        }
    }
    QCOMPARE(repeated + refused, static_cast<int>(pair.bad.log.requestCount()));
    QVERIFY2(repeated >= 3 && refused >= 1, std::to_string(repeated).c_str());
    QTRY_COMPARE(pair.scenario.metric("meridian_retry_budget_exhausted_total"), double(refused));
}

void TstRetries::theBudgetIsAShareOfTheTraffic()
{
    Pair pair;
    pair.scenario.config.set("resilience", "retry_budget", "{percent: 20, min_per_second: 0}");
    pair.scenario.config.set("resilience", "max_retries", "5");
    pair.scenario.config.set("resilience", "retry_backoff_base", "0.001");
    START_OR_FAIL(pair.scenario);
    for (FakeUpstream *backend : {&pair.bad, &pair.good}) {
        backend->setHandler([](const RecordedRequest &) { return sorry(503); });
    }
    for (int i = 0; i < 200; ++i) {
        QCOMPARE(pair.scenario.chat().status, 503);
    }
    // Without the budget it would be 2400: each asks both, five times more.
    const std::size_t sent = pair.bad.log.requestCount() + pair.good.log.requestCount();
    qInfo("200 requests became %zu", sent);
    QVERIFY2(sent > 200 && sent <= 240, std::to_string(sent).c_str());
}

void TstRetries::theDeadlineEndsRetries()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("resilience", "max_retries", "100");
    scenario.config.set("resilience", "retry_backoff_base", "0.05");
    scenario.config.set("resilience", "retry_backoff_max", "0.05");
    scenario.config.set("resilience", "deadline_s", "0.5");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return sorry(503); });
    QCOMPARE(scenario.chat().status, 503);
    QVERIFY2(backend.log.requestCount() >= 2 && backend.log.requestCount() <= 21,
             std::to_string(backend.log.requestCount()).c_str());
}

void TstRetries::theDeadlineEndsAWait()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one");
    FakeUpstream &two = scenario.addBackend("two");
    scenario.config.set("resilience", "deadline_s", "0.4");
    START_OR_FAIL(scenario);
    for (FakeUpstream *backend : {&one, &two}) {
        backend->setHandler([](const RecordedRequest &) { return Reply::never(); });
    }
    const HttpResponse response = scenario.chat(); // within its ordinary 30 s, not the 300 of read
    VERIFY_ERROR(response, 504, "meridian_backend_timeout");
    QCOMPARE(one.log.requestCount() + two.log.requestCount(), std::size_t(1)); // no time for more
}

QTEST_GUILESS_MAIN(TstRetries)
#include "tst_retries.moc"
