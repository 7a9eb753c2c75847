// SPDX-License-Identifier: MIT
// Promise: multipart and binary uploads stream through; the gateway never holds one whole.
#include "tests/support/scenario.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace meridian::support;

namespace {

const std::string Boundary = "----tests7MA4YWxkTrZu0gW";

std::string field(const std::string &name, const std::string &value)
{
    return "--" + Boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" +
           value + "\r\n";
}

std::string filePart(std::size_t size)
{
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<char>((i * 7 + i / 251) % 256);
    }
    return "--" + Boundary +
           "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
           "Content-Type: audio/wav\r\n\r\n" +
           bytes + "\r\n";
}

std::string ending()
{
    return "--" + Boundary + "--\r\n";
}

Headers multipart()
{
    return {{"Content-Type", "multipart/form-data; boundary=" + Boundary}};
}

constexpr std::string_view Transcriptions = "/v1/audio/transcriptions";

} // namespace

class TstUpload : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void multipartArrivesByteForByte_data();
    void multipartArrivesByteForByte();
    void uploadStreamsWhileItIsSent();
    void memoryDoesNotGrowByTheBody();
    void modelIsReadFromTheForm_data();
    void modelIsReadFromTheForm();
    void uploadLimitIsKept();
    void clientThatLeavesMidUploadCancels();
    void shortUploadInPiecesGoesElsewhere();
};

void TstUpload::multipartArrivesByteForByte_data()
{
    QTest::addColumn<bool>("isChunked");
    QTest::addColumn<QString>("path");
    for (const char *path : {"/v1/audio/transcriptions", "/v1/audio/translations",
                             "/v1/images/edits", "/v1/images/variations"}) {
        QTest::addRow("%s, content-length", path) << false << QString::fromLatin1(path);
        QTest::addRow("%s, chunked", path) << true << QString::fromLatin1(path);
    }
}

void TstUpload::multipartArrivesByteForByte()
{
    QFETCH(bool, isChunked);
    QFETCH(QString, path);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string body = field("model", "test-model") + filePart(5 << 20) + ending();
    RawClient client = scenario.connect();
    std::string text =
        "POST " + path.toStdString() + " HTTP/1.1\r\nHost: x\r\n" + headerLines(multipart());
    text += isChunked ? "Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 10007)
                      : "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    QVERIFY(client.send(text, 60s));
    const HttpResponse response = client.readResponse("POST", 60s);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    QVERIFY(seen.bodyComplete);
    QCOMPARE(seen.body.size(), body.size());
    QVERIFY(seen.body == body);
    QCOMPARE(seen.header("content-type"), multipart().at(0).second);
    QCOMPARE(scenario.stop(), 0);
}

void TstUpload::uploadStreamsWhileItIsSent()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string body = field("model", "test-model") + filePart(1 << 20) + ending();
    RawClient client = scenario.connect();
    QVERIFY(client.send("POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\n" +
                        headerLines(multipart()) +
                        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n"));
    QVERIFY(client.send(std::string_view(body).substr(0, 500000)));
    // The rest is not even written yet, and the backend has most of the first part.
    QVERIFY(backend.log.waitForBodyBytes(300000));
    QVERIFY(client.send(std::string_view(body).substr(500000)));
    QCOMPARE(client.readResponse().status, 200);
    QVERIFY(backend.log.requests().at(0).body == body);
}

void TstUpload::memoryDoesNotGrowByTheBody()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    const SharedGate gate = makeGate();
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200); // what is allocated once is allocated now
    backend.setBodyGate(gate);             // and the backend does not read
    const std::uint64_t before = scenario.gateway.process().residentBytes();
    const std::string body = field("model", "test-model") + filePart(64U << 20) + ending();
    RawClient client = scenario.connect();
    std::thread sender([&] {
        (void)client.send(RawClient::request("POST", Transcriptions, body, multipart()), 120s);
    });
    const bool wasRead = backend.log.waitForBodyBytes(Scenario::ChatBody.size() + 1, 500ms);
    const std::uint64_t held = scenario.gateway.process().residentBytes();
    gate->open();
    sender.join();
    const HttpResponse response = client.readResponse("POST", 60s);
    const std::uint64_t peak = scenario.gateway.process().peakResidentBytes();
    QVERIFY(!wasRead);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(backend.log.requests().back().body.size(), body.size());
    qInfo("resident: before %.1f MiB, held %.1f MiB, peak %.1f MiB", double(before) / 1048576,
          double(held) / 1048576, double(peak) / 1048576);
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY2(peak < before + (8U << 20), "the body is kept in memory");
    }
}

void TstUpload::modelIsReadFromTheForm_data()
{
    QTest::addColumn<bool>("isModelFirst");
    QTest::newRow("model before the file") << true;
    QTest::newRow("model after a small file") << false;
}

void TstUpload::modelIsReadFromTheForm()
{
    QFETCH(bool, isModelFirst);
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one", {{"model", "model-one"}});
    FakeUpstream &two = scenario.addBackend("two", {{"model", "model-two"}});
    START_OR_FAIL(scenario);
    for (int i = 0; i < 4; ++i) {
        const std::string model = field("model", "model-two");
        const std::string file = filePart(2000);
        const std::string body = (isModelFirst ? model + file : file + model) + ending();
        const HttpResponse response = scenario.post(Transcriptions, body, multipart());
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-backend"), std::string("two"));
    }
    QCOMPARE(one.log.requestCount(), std::size_t(0));
    QCOMPARE(two.log.requestCount(), std::size_t(4));
    const HttpResponse unknown = scenario.post(
        Transcriptions, field("model", "no-such") + filePart(100) + ending(), multipart());
    VERIFY_ERROR(unknown, 404, "invalid_request_error", "model_not_found");
}

void TstUpload::uploadLimitIsKept()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "max_upload_bytes", "100000");
    START_OR_FAIL(scenario);
    const std::string body = field("model", "test-model") + filePart(200000) + ending();
    VERIFY_ERROR(scenario.post(Transcriptions, body, multipart()), 413, "invalid_request_error");
    RawClient client = scenario.connect();
    (void)client.send("POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\n" +
                      headerLines(multipart()) + "Transfer-Encoding: chunked\r\n\r\n" +
                      chunked(body, 5000));
    // By then the backend may have begun to answer; what must not happen is success.
    const HttpResponse response = client.readResponse();
    QVERIFY2(response.status == 413, response.problem.c_str());
    QCOMPARE(scenario.get("/healthz").status, 200);
}

void TstUpload::clientThatLeavesMidUploadCancels()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    {
        RawClient client = scenario.connect();
        const std::string body = field("model", "test-model") + filePart(300000);
        QVERIFY(client.send("POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\n" +
                            headerLines(multipart()) + "Content-Length: 9000000\r\n\r\n" + body));
        QVERIFY(backend.log.waitForBodyBytes(200000));
        client.abort();
    }
    QVERIFY(backend.log.waitForRequests(1));
    QVERIFY(!backend.log.requests().at(0).bodyComplete);
    QCOMPARE(scenario.logLineWith("status_code", 499).value(QLatin1String("error_type")).toString(),
             QStringLiteral("client_disconnect"));
    QCOMPARE(scenario.stop(), 0);
}

void TstUpload::shortUploadInPiecesGoesElsewhere()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a");
    FakeUpstream &b = scenario.addBackend("b");
    START_OR_FAIL(scenario);
    // Whoever is asked first refuses it, after it has come whole.
    std::atomic<int> asked{0};
    const auto handler = [&asked](const RecordedRequest &) {
        return asked++ == 0 ? Reply::json("{}", 503) : Reply::json("{\"text\":\"ok\"}");
    };
    a.setHandler(handler);
    b.setHandler(handler);
    const std::string body = field("model", "test-model") + filePart(100000) + ending();
    RawClient client = scenario.connect();
    QVERIFY(client.send("POST " + std::string(Transcriptions) + " HTTP/1.1\r\nHost: x\r\n" +
                        headerLines(multipart()) +
                        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n"));
    for (std::size_t at = 0; at < body.size(); at += 20000) {
        QVERIFY(client.send(body.substr(at, 20000)));
        QTest::qWait(20); // so that the pieces travel alone
    }
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    for (const FakeUpstream *backend : {&a, &b}) {
        QCOMPARE(backend->log.requestCount(), std::size_t(1));
        QVERIFY(backend->log.requests().at(0).body == body);
    }
}

QTEST_GUILESS_MAIN(TstUpload)
#include "tst_upload.moc"
