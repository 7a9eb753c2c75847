// SPDX-License-Identifier: MIT
// Promise: HTTP/1.1 as its RFCs have it: keep-alive, pipelining in order, 100-continue, chunked
// bodies.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

class TstHttp1 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pipelinedRequestsAreAnsweredInOrder();
    void pipelinedMixedRequestsAreAnsweredInOrder();
    void keepAliveServesManyRequests();
    void connectionCloseIsHonoured();
    void http10ClosesAndIsNotChunked();
    void http10KeepAliveIsHonoured();
    void continueIsSaidBeforeTheBody();
    void continueIsNotSaidToARefusedBody();
    void requestsMayArriveByteByByte();
    void chunkedRequestBodies_data();
    void chunkedRequestBodies();
    void trailersAreDropped();
    void emptyLinesBeforeARequestAreForgiven();
    void absoluteFormTargets();
    void bodyOnGetIsSkipped();
    void halfClosedClientIsLetGo();
};

void TstHttp1::pipelinedRequestsAreAnsweredInOrder()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    // The first is the slowest: order is kept by the gateway, not by luck.
    backend.setHandler([](const RecordedRequest &request) {
        Reply reply = Reply::json(request.body);
        return request.body.find("\"n\":1") != std::string::npos ? reply.after(100ms) : reply;
    });
    RawClient client = scenario.connect();
    std::string all;
    for (int i = 1; i <= 3; ++i) {
        all += RawClient::request("POST", Scenario::ChatPath,
                                  R"({"model":"test-model","n":)" + std::to_string(i) + "}");
    }
    QVERIFY(client.send(all));
    for (int i = 1; i <= 3; ++i) {
        const HttpResponse response = client.readResponse();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.body, R"({"model":"test-model","n":)" + std::to_string(i) + "}");
    }
    QVERIFY(client.pending().empty());
}

void TstHttp1::pipelinedMixedRequestsAreAnsweredInOrder()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::sse({deltaEvent("x"), std::string(DoneEvent)}, 20ms));
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody) +
                        RawClient::request("GET", "/meridian/version") +
                        RawClient::request("GET", "/nope") +
                        RawClient::request("GET", "/healthz")));
    QCOMPARE(client.readResponse().body, deltaEvent("x") + std::string(DoneEvent));
    QVERIFY(client.readResponse().body.find("meridian") != std::string::npos);
    QCOMPARE(client.readResponse().status, 404);
    QCOMPARE(client.readResponse().status, 200);
}

void TstHttp1::keepAliveServesManyRequests()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (int i = 0; i < 200; ++i) {
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(200));
    QVERIFY2(backend.log.connections().size() <= 4, "upstream connections are not reused");
}

void TstHttp1::connectionCloseIsHonoured()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (const char *value : {"close", "Close", "keep-alive, close"}) {
        RawClient client = scenario.connect();
        const HttpResponse response = client.exchange("POST", Scenario::ChatPath,
                                                      Scenario::ChatBody, {{"Connection", value}});
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("connection"), std::string("close"));
        QCOMPARE(client.readToEnd(), IoStatus::Closed);
    }
}

void TstHttp1::http10ClosesAndIsNotChunked()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::chunks("text/plain", {"one ", "two"});
    });
    RawClient client = scenario.connect();
    QVERIFY(client.send("POST /v1/chat/completions HTTP/1.0\r\nContent-Length: " +
                        std::to_string(Scenario::ChatBody.size()) + "\r\n\r\n" +
                        std::string(Scenario::ChatBody)));
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QVERIFY(!response.isChunked);
    QCOMPARE(response.body, std::string("one two"));
    QCOMPARE(client.readToEnd(), IoStatus::Closed);
    QCOMPARE(backend.log.requests().at(0).version, std::string("HTTP/1.1"));
}

void TstHttp1::http10KeepAliveIsHonoured()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(
        client.send("GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"));
    const HttpResponse first = client.readResponse("GET");
    QCOMPARE(first.status, 200);
    if (equalsIgnoreCase(first.header("connection"), "keep-alive")) {
        QCOMPARE(client.exchange("GET", "/healthz").status, 200);
    } else { // closing is allowed, hanging is not
        QCOMPARE(client.readToEnd(), IoStatus::Closed);
    }
}

void TstHttp1::continueIsSaidBeforeTheBody()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: "
                        "application/json\r\nExpect: "
                        "100-continue\r\nContent-Length: " +
                        std::to_string(Scenario::ChatBody.size()) + "\r\n\r\n"));
    QVERIFY(client.readUntil("HTTP/1.1 100 Continue\r\n\r\n"));
    QVERIFY(client.send(Scenario::ChatBody));
    const HttpResponse response = client.readResponse();
    QCOMPARE(response.status, 200);
    QCOMPARE(response.interim, std::vector<int>{100});
    QVERIFY(!backend.log.requests().at(0).has("expect"));
    // A body that comes without waiting needs no permission, but must not break anything.
    QCOMPARE(
        client
            .exchange("POST", Scenario::ChatPath, Scenario::ChatBody, {{"Expect", "100-continue"}})
            .status,
        200);
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
}

void TstHttp1::continueIsNotSaidToARefusedBody()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "max_body_bytes", "1000");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: "
                        "application/json\r\nExpect: "
                        "100-continue\r\nContent-Length: 5000\r\n\r\n"));
    const HttpResponse response = client.readResponse();
    VERIFY_ERROR(response, 413, "invalid_request_error");
    QVERIFY(response.interim.empty());
}

void TstHttp1::requestsMayArriveByteByByte()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(
        client.sendByteByByte(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
    QCOMPARE(client.readResponse().status, 200);
    QVERIFY(client.sendByteByByte(
        "POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n" +
        chunked(Scenario::ChatBody, 7)));
    QCOMPARE(client.readResponse().status, 200);
    for (const RecordedRequest &request : backend.log.requests()) {
        QCOMPARE(request.body, std::string(Scenario::ChatBody));
    }
}

void TstHttp1::chunkedRequestBodies_data()
{
    QTest::addColumn<QByteArray>("wire");
    const auto body = std::string(Scenario::ChatBody);
    QTest::newRow("one byte each") << QByteArray::fromStdString(chunked(body, 1));
    QTest::newRow("one chunk") << QByteArray::fromStdString(chunked(body, 1000));
    const std::string size = "000000" + chunk(body); // leading zeros
    QTest::newRow("leading zeros") << QByteArray::fromStdString(size + "0\r\n\r\n");
    QByteArray upper = QByteArray::number(body.size(), 16).toUpper() + "\r\n" +
                       QByteArray::fromStdString(body) + "\r\n";
    QTest::newRow("upper-case size") << upper + "00\r\n\r\n";
    QTest::newRow("extension") << QByteArray::number(body.size(), 16) + ";name=value\r\n" +
                                      QByteArray::fromStdString(body) + "\r\n0;last\r\n\r\n";
}

void TstHttp1::chunkedRequestBodies()
{
    QFETCH(QByteArray, wire);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n" +
        wire.toStdString()));
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(backend.log.requests().at(0).body, std::string(Scenario::ChatBody));
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
}

void TstHttp1::trailersAreDropped()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n2\r\n{}\r\n0\r\n"
        "x-sum: 1\r\nset-cookie: a=b\r\n\r\n"));
    RawClient client = scenario.connect();
    std::string body = chunked(Scenario::ChatBody, 20);
    body.resize(body.size() - 2);
    QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: "
                        "application/json\r\nTrailer: "
                        "x-end\r\nTransfer-Encoding: chunked\r\n\r\n" +
                        body + "x-end: 1\r\nAuthorization: Bearer t\r\n\r\n"));
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.body, std::string("{}"));
    QVERIFY(response.trailers.empty());
    QVERIFY(!response.has("set-cookie"));
    const RecordedRequest seen = backend.log.requests().at(0);
    QVERIFY(seen.trailers.empty());
    QVERIFY(!seen.has("authorization"));
    QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 200);
}

void TstHttp1::emptyLinesBeforeARequestAreForgiven()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send("\r\n" + RawClient::request("GET", "/healthz")));
    QCOMPARE(client.readResponse("GET").status, 200); // RFC 9112 2.2
}

void TstHttp1::absoluteFormTargets()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse response =
        scenario.post("http://localhost/v1/chat/completions", Scenario::ChatBody);
    VERIFY_COMPLETE(response);
    if (response.status == 200) { // RFC 9112 3.2.2; then the backend must see the origin form
        QCOMPARE(backend.log.requests().at(0).target, std::string(Scenario::ChatPath));
    } else {
        QVERIFY(response.status == 400 || response.status == 404);
    }
}

void TstHttp1::bodyOnGetIsSkipped()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("GET", "/healthz", "GET /nope HTTP/1.1\r\n\r\n") +
                        RawClient::request("GET", "/healthz")));
    QCOMPARE(client.readResponse("GET").status, 200);
    QCOMPARE(client.readResponse("GET").status, 200);
}

void TstHttp1::halfClosedClientIsLetGo()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("GET", "/healthz")));
    QCOMPARE(client.readResponse("GET").status, 200);
    client.halfClose();
    QCOMPARE(client.readToEnd(), IoStatus::Closed);
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstHttp1)
#include "tst_http1.moc"
