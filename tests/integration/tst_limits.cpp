// SPDX-License-Identifier: MIT
// Promise: heads, bodies and waiting are limited, each limit with its own status, and the next
// client is served.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

class TstLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headTooLarge();
    void endlessHeadIsCutEarly();
    void tooManyHeaders();
    void bodyTooLargeByLength();
    void bodyTooLargeChunked();
    void bodyAtTheLimitPasses();
    void headTimeout();
    void trickledHeadTimesOutToo();
    void bodyTimeout();
    void idleConnectionIsClosedSilently();
    void clientThatNeverReadsIsDropped();
};

namespace {

std::string padded(std::size_t size)
{
    const std::string front = R"({"model":"test-model","p":")";
    return front + std::string(size - front.size() - 2, 'x') + "\"}";
}

void expectEnd(RawClient &client)
{
    QVERIFY(client.readToEnd() != IoStatus::TimedOut);
}

} // namespace

void TstLimits::headTooLarge()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "max_header_bytes", "4096");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat(Scenario::ChatBody, {{"x-big", std::string(3000, 'a')}}).status, 200);
    for (const auto &request :
         {RawClient::request("GET", "/healthz", {}, {{"x-big", std::string(6000, 'a')}}),
          RawClient::request("GET", "/healthz?" + std::string(6000, 'q')),
          RawClient::request("GET", "/healthz", {}, {{std::string(6000, 'n'), "v"}})}) {
        RawClient client = scenario.connect();
        (void)client.send(request);
        VERIFY_ERROR(client.readResponse("GET"), 431, "invalid_request_error");
        expectEnd(client);
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(1));
}

void TstLimits::endlessHeadIsCutEarly()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::uint64_t before = scenario.gateway.process().residentBytes();
    RawClient client = scenario.connect();
    (void)client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n");
    const std::string line = "x-line: " + std::string(8000, 'a') + "\r\n";
    bool isAccepted = true;
    for (int i = 0; i < 8000 && isAccepted; ++i) { // 64 MB
        isAccepted = client.send(line, 5s);
    }
    QVERIFY2(!isAccepted, "64 MB of header were taken");
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY(scenario.gateway.process().peakResidentBytes() < before + (8U << 20));
    }
    QCOMPARE(scenario.get("/healthz").status, 200);
}

void TstLimits::tooManyHeaders()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "max_headers", "20");
    START_OR_FAIL(scenario);
    Headers some;
    for (int i = 0; i < 15; ++i) {
        some.emplace_back("x-" + std::to_string(i), "v");
    }
    QCOMPARE(scenario.get("/healthz", some).status, 200);
    for (int i = 15; i < 40; ++i) {
        some.emplace_back("x-" + std::to_string(i), "v");
    }
    RawClient client = scenario.connect();
    VERIFY_ERROR(client.exchange("GET", "/healthz", {}, some), 431, "invalid_request_error");
    expectEnd(client);
}

void TstLimits::bodyTooLargeByLength()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "max_body_bytes", "10000");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    const HttpResponse response = client.exchange("POST", Scenario::ChatPath, padded(10001));
    VERIFY_ERROR(response, 413, "invalid_request_error");
    QVERIFY(response.body.find("Request body exceeds limit of 10000 bytes") != std::string::npos);
    // Refused by the head alone: the body needs not come.
    RawClient second = scenario.connect();
    QVERIFY(second.send(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 10001\r\n\r\n"));
    VERIFY_ERROR(second.readResponse(), 413, "invalid_request_error");
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
}

void TstLimits::bodyTooLargeChunked()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "max_body_bytes", "10000");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    std::string wire = chunked(padded(20000), 1000);
    wire.resize(wire.size() - 5); // no last chunk: the answer may not wait for it
    (void)client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n" +
        wire);
    VERIFY_ERROR(client.readResponse(), 413, "invalid_request_error");
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
}

void TstLimits::bodyAtTheLimitPasses()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "max_body_bytes", "10000");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat(padded(10000)).status, 200);
    RawClient client = scenario.connect();
    QVERIFY(client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n" +
        chunked(padded(10000), 999)));
    QCOMPARE(client.readResponse().status, 200);
}

void TstLimits::headTimeout()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "head_timeout_s", "1");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    const auto start = Clock::now();
    QVERIFY(client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nx-part"));
    VERIFY_ERROR(client.readResponse("GET"), 408, "invalid_request_error");
    QVERIFY(Clock::now() - start >= 900ms);
    expectEnd(client);
}

void TstLimits::trickledHeadTimesOutToo()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "head_timeout_s", "1");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send("GET /healthz HTTP/1.1\r\n"));
    // A byte now and then must not buy more time.
    const Deadline deadline = 8s;
    IoStatus status = IoStatus::TimedOut;
    while (status == IoStatus::TimedOut && !deadline.hasPassed()) {
        (void)client.send("x");
        status = client.readSome(100ms);
    }
    QVERIFY2(!deadline.hasPassed(), "a byte each 100 ms keeps a head open");
    VERIFY_ERROR(client.readResponse("GET"), 408, "invalid_request_error");
}

void TstLimits::bodyTimeout()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "body_timeout_s", "1");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 100\r\n\r\n{\"model\":"));
    VERIFY_ERROR(client.readResponse(), 408, "invalid_request_error");
    expectEnd(client);
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
}

void TstLimits::idleConnectionIsClosedSilently()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "idle_timeout_s", "1");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
    const auto start = Clock::now();
    QCOMPARE(client.readToEnd(), IoStatus::Closed);
    QVERIFY(client.pending().empty());
    QVERIFY(Clock::now() - start >= 900ms);
}

void TstLimits::clientThatNeverReadsIsDropped()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "send_timeout_s", "1");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::chunkedHead("text/event-stream")
                        .sendChunk("data: " + std::string(65000, 'x') + "\n\n", 800)
                        .endChunks());
    RawClient client = scenario.connect(4096);
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    QVERIFY(backend.log.waitForRequests(1));
    const std::size_t connection = backend.log.requests().at(0).connection;
    QVERIFY2(backend.log.waitForPeerClose(connection, 15s).has_value(),
             "a client that takes no byte holds a backend");
    QVERIFY(client.readToEnd(20s) != IoStatus::TimedOut);
}

QTEST_GUILESS_MAIN(TstLimits)
#include "tst_limits.moc"
