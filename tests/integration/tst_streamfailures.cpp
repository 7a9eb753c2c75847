// SPDX-License-Identifier: MIT
// Promise: a stream that dies ends well-formed in the caller's dialect, with no half event passed
// on.
#include "tests/support/scenario.h"

#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

class TstStreamFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deathMidStreamEndsWellFormed_data();
    void deathMidStreamEndsWellFormed();
    void stallMidStreamEndsWellFormed();
    void streamReadFallsBackToRead();
    void steadyStreamOutlivesTheTimeout();
    void deathOfAPlainAnswerIsNoSuccess_data();
    void deathOfAPlainAnswerIsNoSuccess();
};

namespace {

// `body` must be `kept`, then one error event of `type` and `message`, then [DONE].
void verifyErrorEnd(const std::string &body,
                    const std::string &kept,
                    const char *type,
                    const char *message)
{
    QVERIFY2(body.starts_with(kept), body.c_str());
    const std::string rest = body.substr(kept.size());
    const std::string done(DoneEvent);
    QVERIFY2(rest.starts_with("data: ") && rest.ends_with("\n\n" + done), rest.c_str());
    const std::string json = rest.substr(6, rest.size() - 6 - 2 - done.size());
    QVERIFY2(json.find('\n') == std::string::npos, json.c_str());
    const QJsonObject error = QJsonDocument::fromJson(QByteArray::fromStdString(json))
                                  .object()
                                  .value(QLatin1String("error"))
                                  .toObject();
    QCOMPARE(error.value(QLatin1String("type")).toString(), QString::fromLatin1(type));
    QCOMPARE(error.value(QLatin1String("message")).toString(), QString::fromLatin1(message));
}

} // namespace

void TstStreamFailures::deathMidStreamEndsWellFormed_data()
{
    QTest::addColumn<QByteArray>("partial");
    QTest::addColumn<int>("ending");
    const int fin = int(Ending::Close);
    const int rst = int(Ending::Reset);
    QTest::newRow("FIN between events") << QByteArray() << fin;
    QTest::newRow("RST between events") << QByteArray() << rst;
    QTest::newRow("FIN inside data") << QByteArray("data: {\"id\":\"chatc") << fin;
    QTest::newRow("RST inside data") << QByteArray("data: {\"id\":\"chatc") << rst;
    QTest::newRow("FIN after the first letter") << QByteArray("d") << fin;
    QTest::newRow("FIN after the line, before the empty one") << QByteArray("data: {}\n") << fin;
    QTest::newRow("FIN inside a long event") << ("data: " + QByteArray(30000, 'x')) << fin;
}

void TstStreamFailures::deathMidStreamEndsWellFormed()
{
    QFETCH(QByteArray, partial);
    QFETCH(int, ending);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const SharedGate gate = makeGate();
    Reply reply = Reply::chunkedHead("text/event-stream").sendChunk(deltaEvent("one"));
    if (!partial.isEmpty()) {
        reply.sendChunk(partial.toStdString());
    }
    backend.enqueue(reply.await(gate).ending(static_cast<Ending>(ending)));
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    QVERIFY(client.readUntil(deltaEvent("one")));
    gate->open();
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    verifyErrorEnd(response.body, deltaEvent("one"), "meridian_backend_error",
                   "upstream connection error");
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 502);
    QCOMPARE(line.value(QLatin1String("chosen_backend")).toString(), QStringLiteral("a"));
    QVERIFY(!line.value(QLatin1String("error_type")).toString().isEmpty());
    QCOMPARE(backend.log.requestCount(), std::size_t(1)); // never re-sent
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"a\""}), 0.0);
    QCOMPARE(scenario.stop(), 0);
}

void TstStreamFailures::stallMidStreamEndsWellFormed()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("timeouts", "stream_read", "0.4");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::chunkedHead("text/event-stream")
                        .sendChunk(deltaEvent("one"))
                        .sendChunk("data: {\"ha")
                        .awaitPeerClose());
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    verifyErrorEnd(response.body, deltaEvent("one"), "meridian_stream_timeout",
                   "upstream read timeout");
    QVERIFY(backend.log.waitForPeerClose(backend.log.requests().at(0).connection).has_value());
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 504);
    QCOMPARE(line.value(QLatin1String("error_type")).toString(),
             QStringLiteral("stream_read_timeout"));
}

void TstStreamFailures::streamReadFallsBackToRead()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("timeouts", "read", "0.4");
    START_OR_FAIL(scenario);
    backend.enqueue(
        Reply::chunkedHead("text/event-stream").sendChunk(deltaEvent("one")).awaitPeerClose());
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    verifyErrorEnd(response.body, deltaEvent("one"), "meridian_stream_timeout",
                   "upstream read timeout");
}

void TstStreamFailures::steadyStreamOutlivesTheTimeout()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("timeouts", "stream_read", "1");
    START_OR_FAIL(scenario);
    std::vector<std::string> events(15, deltaEvent("x"));
    events.emplace_back(DoneEvent);
    backend.enqueue(Reply::sse(events, 150ms)); // longer than the timeout in all, never in one gap
    const HttpResponse response =
        scenario.connect().exchange("POST", Scenario::ChatPath, Scenario::StreamBody, {}, 30s);
    VERIFY_COMPLETE(response);
    QVERIFY2(response.body.find("error") == std::string::npos, response.body.c_str());
}

void TstStreamFailures::deathOfAPlainAnswerIsNoSuccess_data()
{
    QTest::addColumn<bool>("isChunked");
    QTest::addColumn<int>("ending");
    QTest::newRow("length, FIN") << false << int(Ending::Close);
    QTest::newRow("length, RST") << false << int(Ending::Reset);
    QTest::newRow("chunked, FIN") << true << int(Ending::Close);
    QTest::newRow("chunked, RST") << true << int(Ending::Reset);
}

void TstStreamFailures::deathOfAPlainAnswerIsNoSuccess()
{
    QFETCH(bool, isChunked);
    QFETCH(int, ending);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const Reply whole = isChunked ? Reply::chunks("application/json", {completionBody(), "   "})
                                  : Reply::json(completionBody());
    backend.enqueue(Reply(whole).cutAfter(200, static_cast<Ending>(ending)));
    RawClient client = scenario.connect();
    const HttpResponse response = client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
    QVERIFY2(!response.isComplete() || response.status == 502,
             "half an answer passed for a whole one");
    if (!response.isComplete()) {
        QVERIFY2(client.readToEnd() != IoStatus::TimedOut, "the client waits for the rest");
    }
    QVERIFY(!scenario.logLineWith("status_code", 502).isEmpty());
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstStreamFailures)
#include "tst_streamfailures.moc"
