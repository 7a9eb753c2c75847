// SPDX-License-Identifier: MIT
// Promise: token usage is read off the answer on its way, however it is cut, and shown in the log
// and the metrics.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

class TstUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainAnswers();
    void streamsCutAtEveryByte();
    void streamsArrivingByteByByte();
    void plainAnswersInChunks();
    void answersWithoutUsage();
    void usageInTheTextIsNotUsage();
};

namespace {

double tokens(const Scenario &scenario, const char *kind)
{
    return scenario.metric("meridian_tokens_total", {std::string("kind=\"") + kind + "\""});
}

void verifyTokens(const Scenario &scenario,
                  const HttpResponse &response,
                  int prompt,
                  int completion)
{
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QVERIFY2(!line.isEmpty(), "no line in the request log");
    QCOMPARE(line.value(QLatin1String("prompt_tokens")).toInt(-1), prompt);
    QCOMPARE(line.value(QLatin1String("completion_tokens")).toInt(-1), completion);
}

} // namespace

void TstUsage::plainAnswers()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat();
    verifyTokens(scenario, response, 7, 3);
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("model")).toString(), QStringLiteral("test-model"));
    QCOMPARE(line.value(QLatin1String("chosen_backend")).toString(), QStringLiteral("a"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 200);
    QCOMPARE(line.value(QLatin1String("stream")).toBool(true), false);
    QVERIFY(line.value(QLatin1String("error_type")).isNull());
    QVERIFY(line.value(QLatin1String("latency_ms")).toDouble(-1) >= 0);
    QTRY_COMPARE(tokens(scenario, "prompt"), 7.0);
    QTRY_COMPARE(tokens(scenario, "completion"), 3.0);
}

void TstUsage::streamsCutAtEveryByte()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string front = deltaEvent("x");
    const std::string stream = front + usageEvent() + std::string(DoneEvent);
    RawClient client = scenario.connect();
    int count = 0;
    for (std::size_t cut = front.size(); cut < front.size() + usageEvent().size(); ++cut, ++count) {
        backend.enqueue(Reply::sse({stream.substr(0, cut), stream.substr(cut)}));
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, Scenario::StreamBody);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.body, stream);
    }
    QTRY_COMPARE(tokens(scenario, "prompt"), 11.0 * count);
    QTRY_COMPARE(tokens(scenario, "completion"), 5.0 * count);
}

void TstUsage::streamsArrivingByteByByte()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::vector<std::string> bytes;
    const std::string stream = deltaEvent("x") + usageEvent() + std::string(DoneEvent);
    for (const char c : stream) {
        bytes.emplace_back(1, c);
    }
    backend.enqueue(Reply::sse(bytes, 1ms)); // separate reads, not only separate chunks
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    QCOMPARE(response.body, stream);
    verifyTokens(scenario, response, 11, 5);
}

void TstUsage::plainAnswersInChunks()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (const std::size_t size : {1U, 2U, 3U, 7U, 50U, 200U}) {
        backend.enqueue(Reply::raw("HTTP/1.1 200 OK\r\nContent-Type: "
                                   "application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                   chunked(completionBody(), size)));
        const HttpResponse response = scenario.chat();
        QCOMPARE(response.body, completionBody());
        verifyTokens(scenario, response, 7, 3);
    }
}

void TstUsage::answersWithoutUsage()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::json(R"({"id":"x","choices":[]})"));
    const HttpResponse response = scenario.chat();
    verifyTokens(scenario, response, -1, -1);
    QVERIFY(tokens(scenario, "prompt") <= 0);
}

void TstUsage::usageInTheTextIsNotUsage()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string text = R"(\"usage\":{\"prompt_tokens\":999,\"completion_tokens\":999})";
    backend.enqueue(Reply::json(R"({"choices":[{"message":{"content":")" + text +
                                R"("}}],"usage":{"prompt_tokens":7,"completion_tokens":3}})"));
    verifyTokens(scenario, scenario.chat(), 7, 3);
    backend.enqueue(
        Reply::sse({deltaEvent(text), usageEvent(), deltaEvent(text), std::string(DoneEvent)}));
    verifyTokens(scenario, scenario.chat(Scenario::StreamBody), 11, 5);
}

QTEST_GUILESS_MAIN(TstUsage)
#include "tst_usage.moc"
