// SPDX-License-Identifier: MIT
// Promise: what the client sends is what the backend gets, and what the backend answers is what the
// client gets.
#include "tests/support/scenario.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace meridian::support;

class TstPassthrough : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bodyReachesTheBackendByteForByte_data();
    void bodyReachesTheBackendByteForByte();
    void everySurfaceIsPassed_data();
    void everySurfaceIsPassed();
    void responseBodyArrivesByteForByte_data();
    void responseBodyArrivesByteForByte();
    void upstreamErrorsPass_data();
    void upstreamErrorsPass();
    void queryAndBasePathAreKept();
    void headLeavesTheConnectionInStep();
    void interimResponsesOfTheBackendDoNotConfuse();
    void emptyAnswerPasses();
    void malformedAnswersBecome502_data();
    void malformedAnswersBecome502();
};

void TstPassthrough::bodyReachesTheBackendByteForByte_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("odd spacing") << QByteArray(
        "{ \"model\" :\t\"test-model\" ,\r\n \"messages\":[ ]  }  ");
    QTest::newRow("duplicate unknown keys")
        << QByteArray(R"({"x":1,"model":"test-model","x":2,"x":{"x":3}})");
    QTest::newRow("number spelling") << QByteArray(
        R"({"model":"test-model","t":1.0e0,"s":12345678901234567890123,"z":-0,"p":0.10})");
    QTest::newRow("escapes") << QByteArray(
        R"({"model":"test-model","messages":[{"content":"\u0041\/\ud83d\ude00é"}]})");
    QTest::newRow("model last") << QByteArray(
        R"({"messages":[{"model":"inner"}],"stream":false,"model":"test-model"})");
    QTest::newRow("model escaped") << QByteArray(R"({"model":"test\u002dmodel","messages":[]})");
    QTest::newRow("400 KB") << (R"({"model":"test-model","messages":[{"content":")" +
                                QByteArray(400000, 'a') + "\"}]}");
}

void TstPassthrough::bodyReachesTheBackendByteForByte()
{
    QFETCH(QByteArray, body);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(body.toStdString());
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(backend.log.requests().at(0).body, body.toStdString());
    QCOMPARE(backend.log.requests().at(0).header("content-type"), std::string("application/json"));
    QCOMPARE(scenario.stop(), 0);
}

void TstPassthrough::everySurfaceIsPassed_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path :
         {"/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses",
          "/v1/audio/speech", "/v1/images/generations", "/v1/rerank", "/v1/moderations"}) {
        QTest::newRow(path) << QString::fromLatin1(path);
    }
}

void TstPassthrough::everySurfaceIsPassed()
{
    QFETCH(QString, path);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::json(R"({"answer":1})"));
    const HttpResponse response =
        scenario.post(path.toStdString(), R"({"model":"test-model","input":"x"})");
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body, std::string(R"({"answer":1})"));
    QCOMPARE(response.header("x-meridian-backend"), std::string("a"));
    QVERIFY(QRegularExpression(QStringLiteral("^mrdn-[0-9a-f]{12}$"))
                .match(QString::fromStdString(response.header("x-request-id")))
                .hasMatch());
    QCOMPARE(backend.log.requests().at(0).target, path.toStdString());
    QCOMPARE(backend.log.requests().at(0).method, std::string("POST"));
}

void TstPassthrough::responseBodyArrivesByteForByte_data()
{
    QTest::addColumn<QString>("framing");
    QTest::addColumn<int>("size");
    for (const int size : {1, 100, 70000, 3000000}) {
        for (const char *framing : {"length", "chunked", "close"}) {
            QTest::addRow("%s, %d bytes", framing, size) << QString::fromLatin1(framing) << size;
        }
    }
}

void TstPassthrough::responseBodyArrivesByteForByte()
{
    QFETCH(QString, framing);
    QFETCH(int, size);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::string body; // every byte value: audio, not text
    for (int i = 0; i < size; ++i) {
        body += static_cast<char>((i * 31 + i / 256) % 256);
    }
    if (framing == QLatin1String("length")) {
        backend.enqueue(Reply::of(200, "audio/mpeg", body));
    } else if (framing == QLatin1String("chunked")) {
        backend.enqueue(Reply::raw(
            "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n" +
            chunked(body, 1000)));
    } else {
        backend.enqueue(Reply::closeDelimited("audio/mpeg", body));
    }
    RawClient client = scenario.connect();
    const HttpResponse response =
        client.exchange("POST", "/v1/audio/speech", R"({"model":"test-model","input":"x"})");
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("content-type"), std::string("audio/mpeg"));
    QCOMPARE(response.body.size(), body.size());
    QVERIFY(response.body == body);
    QVERIFY2(!response.endedByClose,
             "the client's connection must survive the backend's way of ending a body");
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
}

void TstPassthrough::upstreamErrorsPass_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {400, 401, 404, 422, 429, 500, 503}) {
        QTest::addRow("%d", status) << status;
    }
}

void TstPassthrough::upstreamErrorsPass()
{
    QFETCH(int, status);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string body =
        R"({"error":{"message":"said the backend","type":"its_own","code":"c"}})";
    backend.setHandler([&](const RecordedRequest &) {
        return Reply::json(body, status, {{"retry-after", "7"}});
    });
    for (const std::string_view request : {Scenario::ChatBody, Scenario::StreamBody}) {
        const HttpResponse response = scenario.chat(request);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, status);
        QCOMPARE(response.body, body);
        QCOMPARE(response.header("retry-after"), std::string("7"));
        QCOMPARE(response.header("x-meridian-backend"), std::string("a"));
    }
}

void TstPassthrough::queryAndBasePathAreKept()
{
    FakeUpstream backend;
    Scenario scenario;
    scenario.config.backend("a", backend.url() + "/base/path/");
    START_OR_FAIL(scenario);
    const HttpResponse response =
        scenario.post("/v1/chat/completions?api-version=1&x=%20y&&z", Scenario::ChatBody);
    QCOMPARE(response.status, 200);
    // the probe of a backend with a base path is recorded too, before or after ours
    const auto requests = backend.log.requests();
    const auto ours = std::find_if(requests.begin(), requests.end(),
                                   [](const auto &request) { return request.method == "POST"; });
    QVERIFY(ours != requests.end());
    QCOMPARE(ours->target, std::string("/base/path/v1/chat/completions?api-version=1&x=%20y&&z"));
}

void TstPassthrough::headLeavesTheConnectionInStep()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (const char *path : {"/healthz", "/v1/models", "/metrics"}) {
        const HttpResponse head = client.exchange("HEAD", path);
        VERIFY_COMPLETE(head);
        QVERIFY2(head.status == 200 || head.status == 405, path);
        const HttpResponse next = client.exchange("GET", "/healthz");
        QVERIFY2(next.isComplete() && next.status == 200, path);
    }
}

void TstPassthrough::interimResponsesOfTheBackendDoNotConfuse()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::json("{}").precededBy("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"));
    backend.enqueue(Reply::json("[]").precededBy("HTTP/1.1 100 Continue\r\n\r\n"));
    RawClient client = scenario.connect();
    QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).body,
             std::string("{}"));
    QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).body,
             std::string("[]"));
}

void TstPassthrough::emptyAnswerPasses()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::raw("HTTP/1.1 204 No Content\r\n\r\n"));
    backend.enqueue(Reply::of(200, "text/plain", ""));
    RawClient client = scenario.connect();
    QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).status, 204);
    const HttpResponse empty = client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
    VERIFY_COMPLETE(empty);
    QCOMPARE(empty.status, 200);
    QCOMPARE(empty.body, std::string());
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
}

void TstPassthrough::malformedAnswersBecome502_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    QTest::newRow("bad status line") << QByteArray("HTTP/1.1 abc OK\r\n\r\n");
    QTest::newRow("bad version") << QByteArray("HTTQ/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    QTest::newRow("length and chunked") << QByteArray(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    QTest::newRow("two lengths") << QByteArray(
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456");
    QTest::newRow("NUL in a header")
        << QByteArray("HTTP/1.1 200 OK\r\nx: a\0b\r\nContent-Length: 0\r\n\r\n", 53);
    QTest::newRow("endless head") << ("HTTP/1.1 200 OK\r\nx: " + QByteArray(1 << 20, 'a') +
                                      "\r\n\r\n");
}

void TstPassthrough::malformedAnswersBecome502()
{
    QFETCH(QByteArray, answer);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([&](const RecordedRequest &) {
        return Reply::raw(answer.toStdString()).ending(Ending::Close);
    });
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    QCOMPARE(scenario.get("/healthz").status, 200);
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstPassthrough)
#include "tst_passthrough.moc"
