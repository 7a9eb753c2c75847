// SPDX-License-Identifier: MIT
// Promise: a stream is relayed byte for byte as it arrives, and a slow reader holds back only its
// own backend.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>

using namespace meridian::support;

class TstStreaming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsArriveByteForByte_data();
    void eventsArriveByteForByte();
    void firstEventDoesNotWaitForTheNext();
    void eventsDoNotComeInSteps();
    void slowReaderHoldsBackItsBackendOnly();
    void streamOfOtherSurfacesPasses();
    void connectionServesOnAfterAStream();
    void manyStreamsAtOnce();
};

void TstStreaming::eventsArriveByteForByte_data()
{
    QTest::addColumn<int>("chunkSize");
    for (const int size : {1, 2, 3, 5, 17, 1000, 100000}) {
        QTest::addRow("chunks of %d", size) << size;
    }
}

void TstStreaming::eventsArriveByteForByte()
{
    QFETCH(int, chunkSize);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::string stream = ": a comment\n\nevent: odd\r\nid:7\r\ndata:no space\r\n\r\nretry: "
                         "10\n\ndata: one\ndata: two\n\n";
    for (int i = 0; i < 50; ++i) {
        stream += deltaEvent("h\xc3\xa9llo " + std::to_string(i));
    }
    stream += usageEvent() + std::string(DoneEvent);
    backend.enqueue(Reply::raw(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
        chunked(stream, static_cast<std::size_t>(chunkSize))));
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QVERIFY(response.header("content-type").starts_with("text/event-stream"));
    QVERIFY(response.isChunked);
    QCOMPARE(response.body, stream);
}

void TstStreaming::firstEventDoesNotWaitForTheNext()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const SharedGate first = makeGate();
    const SharedGate second = makeGate();
    backend.enqueue(Reply::chunkedHead("text/event-stream")
                        .await(first)
                        .sendChunk(deltaEvent("one"))
                        .await(second)
                        .sendChunk(deltaEvent("two"))
                        .sendChunk(DoneEvent)
                        .endChunks());
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    const HttpResponse head = client.readHead(); // before any event exists
    QVERIFY2(head.isComplete(), head.problem.c_str());
    first->open();
    QVERIFY2(client.readUntil(deltaEvent("one")), "the event waits for the next one");
    QVERIFY(client.pending().find("two") == std::string::npos);
    second->open();
    QVERIFY(client.readUntil("0\r\n\r\n"));
}

void TstStreaming::eventsDoNotComeInSteps()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::vector<std::string> events(60, deltaEvent("x"));
    backend.enqueue(Reply::sse(events, 5ms));
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    const HttpResponse head = client.readHead();
    QCOMPARE(head.status, 200);
    std::vector<double> gaps;
    auto last = Clock::now();
    while (client.pending().find("0\r\n\r\n") == std::string::npos &&
           client.readSome(Patient) == IoStatus::Ok) {
        const auto now = Clock::now();
        gaps.push_back(std::chrono::duration<double, std::milli>(now - last).count());
        last = now;
    }
    std::sort(gaps.begin(), gaps.end());
    QVERIFY2(gaps.size() >= 40, "events were put together");
    const double median = gaps[gaps.size() / 2];
    qInfo("gap between events sent 5 ms apart: median %.2f ms, longest %.2f ms", median,
          gaps.back());
    QVERIFY2(median < 20 * patience(), "Nagle and delayed acknowledgements at work");
}

void TstStreaming::slowReaderHoldsBackItsBackendOnly()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
    const std::uint64_t before = scenario.gateway.process().residentBytes();
    const std::string event = "data: " + std::string(65528, 'x') + "\n\n"; // 64 KiB
    constexpr std::size_t Events = 800;                                    // 50 MiB
    backend.enqueue(Reply::chunkedHead("text/event-stream").sendChunk(event, Events).endChunks());
    RawClient slow = scenario.connect(4096);
    QVERIFY(slow.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    QVERIFY(slow.readAtLeast(2000));
    QVERIFY2(!backend.log.waitForWritten(40U << 20, 500ms), "the backend is not held back");
    QCOMPARE(scenario.chat().status, 200); // others go on
    const HttpResponse rest = slow.readResponse("POST", 60s);
    VERIFY_COMPLETE(rest);
    QCOMPARE(rest.body.size(), Events * event.size());
    const std::uint64_t peak = scenario.gateway.process().peakResidentBytes();
    qInfo("resident: before %.1f MiB, peak %.1f MiB", double(before) / 1048576,
          double(peak) / 1048576);
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY2(peak < before + (8U << 20), "the stream is kept in memory");
    }
}

void TstStreaming::streamOfOtherSurfacesPasses()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string stream =
        "event: response.created\ndata: {\"type\":\"response.created\"}\n\n"
        "event: response.completed\ndata: {\"type\":\"response.completed\"}\n\n";
    for (const char *path :
         {"/v1/responses", "/v1/completions", "/v1/audio/speech", "/v1/images/generations"}) {
        backend.enqueue(Reply::sse({stream}));
        const HttpResponse response = scenario.post(path, Scenario::StreamBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.body, stream); // no [DONE] of our own
    }
}

void TstStreaming::connectionServesOnAfterAStream()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (int i = 0; i < 20; ++i) {
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, Scenario::StreamBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.body,
                 deltaEvent("hel") + deltaEvent("lo") + usageEvent() + std::string(DoneEvent));
    }
    QVERIFY2(backend.log.connections().size() <= 4,
             "upstream connections are not reused after a stream");
}

void TstStreaming::manyStreamsAtOnce()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const SharedGate gate = makeGate();
    backend.setHandler([gate](const RecordedRequest &) {
        return Reply::chunkedHead("text/event-stream")
            .sendChunk(deltaEvent("one"))
            .await(gate)
            .sendChunk(DoneEvent)
            .endChunks();
    });
    std::vector<RawClient> clients;
    for (int i = 0; i < 300; ++i) {
        clients.push_back(scenario.connect());
        QVERIFY(clients.back().send(
            RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    }
    for (RawClient &client : clients) {
        QVERIFY(client.readUntil(deltaEvent("one"), 30s));
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"a\""}), 300.0);
    gate->open();
    for (RawClient &client : clients) {
        const HttpResponse response = client.readResponse("POST", 30s);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.body, deltaEvent("one") + std::string(DoneEvent));
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"a\""}), 0.0);
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstStreaming)
#include "tst_streaming.moc"
