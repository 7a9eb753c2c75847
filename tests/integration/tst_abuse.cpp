// SPDX-License-Identifier: MIT
// Promise: slow, silent and senseless clients cost themselves; everybody else is served as before.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace meridian::support;

class TstAbuse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slowLorisDoesNotDisturb();
    void slowReadersDoNotDisturb();
    void silentBackendsDoNotDisturb();
    void randomBytesDoNoHarm();
    void mutatedRequestsDoNoHarm();
    void connectionCapMakesOthersWait();
    void connectionsAreNotLeaked();

private:
    /// The slowest of 50 ordinary requests, in ms; fails the test when one is not 200.
    double slowestRequest(const Scenario &scenario);
};

double TstAbuse::slowestRequest(const Scenario &scenario)
{
    double slowest = 0;
    for (int i = 0; i < 50; ++i) {
        const auto start = Clock::now();
        const HttpResponse response = scenario.chat();
        slowest = std::max(slowest,
                           std::chrono::duration<double, std::milli>(Clock::now() - start).count());
        if (!response.isComplete() || response.status != 200) {
            QTest::qFail((std::to_string(response.status) + " " + response.problem).c_str(),
                         __FILE__, __LINE__);
            break;
        }
    }
    return slowest;
}

void TstAbuse::slowLorisDoesNotDisturb()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "head_timeout_s", "2");
    START_OR_FAIL(scenario);
    const std::uint64_t before = scenario.gateway.process().residentBytes();
    std::vector<RawClient> slow;
    for (int i = 0; i < 500; ++i) {
        slow.push_back(scenario.connect());
        QVERIFY(slow.back().isOpen());
        (void)slow.back().send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nx-slow: ");
    }
    const double slowest = slowestRequest(scenario);
    for (RawClient &client : slow) {
        (void)client.send("a"); // one more byte each
    }
    const std::uint64_t after = scenario.gateway.process().residentBytes();
    qInfo("slowest of 50 requests: %.1f ms; memory for 500 slow connections: %.1f MiB", slowest,
          (double(after) - double(before)) / 1048576);
    QVERIFY(slowest < 1000.0 * patience());
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY(after < before + (16U << 20));
    }
    for (RawClient &client : slow) { // all of them are thrown out in time
        QVERIFY(client.readToEnd() != IoStatus::TimedOut);
    }
    QCOMPARE(scenario.stop(), 0);
}

void TstAbuse::slowReadersDoNotDisturb()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string big(1 << 20, 'b');
    backend.setHandler([&](const RecordedRequest &request) {
        return request.body.find("\"big\"") != std::string::npos ? Reply::of(200, "text/plain", big)
                                                                 : Reply::json(completionBody());
    });
    const std::uint64_t before = scenario.gateway.process().residentBytes();
    std::vector<RawClient> readers;
    for (int i = 0; i < 100; ++i) {
        readers.push_back(scenario.connect(4096));
        QVERIFY(readers.back().send(
            RawClient::request("POST", Scenario::ChatPath, R"({"model":"test-model","x":"big"})")));
    }
    QVERIFY(backend.log.waitForRequests(100, 30s));
    const double slowest = slowestRequest(scenario);
    const std::uint64_t peak = scenario.gateway.process().peakResidentBytes();
    qInfo("slowest of 50 requests: %.1f ms; memory for 100 slow readers: %.1f MiB", slowest,
          (double(peak) - double(before)) / 1048576);
    QVERIFY(slowest < 1000.0 * patience());
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY2(peak < before + (48U << 20), "whole answers are kept for slow readers");
    }
    for (RawClient &reader : readers) {
        const HttpResponse response = reader.readResponse("POST", 60s);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.body.size(), big.size());
    }
}

void TstAbuse::silentBackendsDoNotDisturb()
{
    Scenario scenario;
    FakeUpstream &mute = scenario.addBackend("mute", {{"model", "mute"}});
    scenario.addBackend("good", {{"model", "test-model"}});
    START_OR_FAIL(scenario);
    mute.setHandler([](const RecordedRequest &) { return Reply::never(); });
    std::vector<RawClient> waiting;
    for (int i = 0; i < 300; ++i) { // more than any shared pool should need
        waiting.push_back(scenario.connect());
        QVERIFY(waiting.back().send(
            RawClient::request("POST", Scenario::ChatPath, R"({"model":"mute"})")));
    }
    QVERIFY(mute.log.waitForRequests(300, 30s));
    const double slowest = slowestRequest(scenario);
    qInfo("slowest of 50 requests: %.1f ms", slowest);
    QVERIFY(slowest < 1000.0 * patience());
    QCOMPARE(scenario.metric("meridian_backend_healthy", {"backend=\"good\""}), 1.0);
}

void TstAbuse::randomBytesDoNoHarm()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "head_timeout_s", "1");
    START_OR_FAIL(scenario);
    std::mt19937 random(20240607);
    std::vector<RawClient> clients;
    for (int i = 0; i < 200; ++i) {
        std::string bytes(1 + random() % 3000, '\0');
        std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
        clients.push_back(scenario.connect());
        (void)clients.back().send(bytes);
    }
    for (RawClient &client : clients) {
        QVERIFY2(client.readToEnd() != IoStatus::TimedOut, "garbage keeps a connection");
        QVERIFY2(client.pending().empty() || client.pending().starts_with("HTTP/1.1 4"),
                 client.pending().c_str());
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(scenario.stop(), 0);
}

void TstAbuse::mutatedRequestsDoNoHarm()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "head_timeout_s", "1")
        .set("gateway", "body_timeout_s", "1")
        .set("gateway", "idle_timeout_s", "1");
    START_OR_FAIL(scenario);
    const std::string good =
        RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody, {{"x-a", "b"}}) +
        "POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
        chunked(Scenario::ChatBody, 9);
    std::mt19937 random(42);
    std::vector<RawClient> clients;
    for (int i = 0; i < 400; ++i) {
        std::string bytes = good;
        for (unsigned n = 1 + random() % 3; n > 0; --n) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 3) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes.erase(at, 1 + random() % 5);
                break;
            default:
                bytes.insert(at, 1, "\r\n\t :\0;0"[random() % 8]);
            }
        }
        clients.push_back(scenario.connect());
        (void)clients.back().send(bytes);
    }
    for (RawClient &client : clients) {
        QVERIFY2(client.readToEnd(20s) != IoStatus::TimedOut, "a connection is held");
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(scenario.stop(), 0);
}

void TstAbuse::connectionCapMakesOthersWait()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "max_connections", "20").set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    std::vector<RawClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(scenario.connect());
        QCOMPARE(clients.back().exchange("GET", "/healthz").status, 200);
    }
    RawClient waiting = scenario.connect(); // the kernel takes it, the gateway does not yet
    QVERIFY(waiting.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
    QCOMPARE(waiting.readSome(300ms), IoStatus::TimedOut);
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    for (RawClient &client : clients) { // those inside are not disturbed
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
    }
    clients.pop_back();
    const HttpResponse response = waiting.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    clients.clear();
    waiting.close();
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(scenario.stop(), 0);
}

void TstAbuse::connectionsAreNotLeaked()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
    const std::size_t before = scenario.gateway.process().openDescriptors();
    backend.setHandler([](const RecordedRequest &request) {
        switch (request.connection % 4) {
        case 0:
            return Reply::hangUp(Ending::Reset);
        case 1:
            return Reply::json(completionBody()).ending(Ending::Close);
        case 2:
            return Reply::closeDelimited("text/plain", "x");
        default:
            return Reply::sse({deltaEvent("x")}).cutAfter(150, Ending::Reset);
        }
    });
    for (int i = 0; i < 200; ++i) {
        RawClient client = scenario.connect();
        (void)client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody));
        if (i % 3 == 0) {
            client.abort();
        } else {
            (void)client.readResponse();
        }
    }
    QTRY_VERIFY2(scenario.gateway.process().openDescriptors() <= before + 4,
                 qPrintable(QStringLiteral("%1 descriptors, before %2")
                                .arg(scenario.gateway.process().openDescriptors())
                                .arg(before)));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstAbuse)
#include "tst_abuse.moc"
