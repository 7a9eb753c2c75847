// SPDX-License-Identifier: MIT
// The exact bytes of a request log line: keys, order, spaces and escapes of Python's json.dumps.
#include "core/observe/recordformat.h"
#include "core/provider/streamdefect.h"
#include "tests/observe/records.h"

#include <QJsonDocument>
#include <QTest>

#include <cstdint>
#include <string>

using namespace meridian;
using namespace std::chrono_literals;
using test::record;

namespace {

std::string line(const model::RequestRecord &record)
{
    std::string out;
    observe::TimestampFormat timestamps;
    observe::formatLine(out, record, timestamps);
    return out;
}

} // namespace

class TestRecordFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goldenLine();
    void goldenLineOfAFailure();
    void answersSayMoreAtTheEnd();
    void escaping_data();
    void escaping();
    void longestLineFits();
    void formatCost();
};

void TestRecordFormat::goldenLine()
{
    QCOMPARE(
        line(record("fast", "demo-model")),
        std::string(
            R"({"request_id": "mrdn-000000000001", "timestamp": "2026-01-31T13:05:09.000042+00:00", )"
            R"("model": "demo-model", "stream": false, "chosen_backend": "fast", "status_code": 200, )"
            R"("latency_ms": 12.34, "error_type": null, "tier": null, "session_route": null, )"
            R"("org_id": null, "team_id": null, "pii": null, "surface": "/v1/chat/completions", )"
            R"("attempts": 1, "ttfb_ms": 5.5, "prompt_tokens": 10, "completion_tokens": 20, )"
            R"("client": "127.0.0.1", "queued_ms": 0.0, "hedged": false, "continued": false, )"
            R"("trace_id": null})"
            "\n"));
}

void TestRecordFormat::goldenLineOfAFailure()
{
    model::RequestRecord failed = record("", "", 503);
    failed.errorType = "no_backend";
    failed.stream = true;
    failed.hasUsage = false;
    failed.firstByte = 0ns;
    failed.latency = 2ms;
    failed.attempts = 0;
    QCOMPARE(
        line(failed),
        std::string(
            R"({"request_id": "mrdn-000000000001", "timestamp": "2026-01-31T13:05:09.000042+00:00", )"
            R"("model": "", "stream": true, "chosen_backend": null, "status_code": 503, )"
            R"("latency_ms": 2.0, "error_type": "no_backend", "tier": null, "session_route": null, )"
            R"("org_id": null, "team_id": null, "pii": null, "surface": "/v1/chat/completions", )"
            R"("attempts": 0, "ttfb_ms": null, "prompt_tokens": null, "completion_tokens": null, )"
            R"("client": "127.0.0.1", "queued_ms": 0.0, "hedged": false, "continued": false, )"
            R"("trace_id": null})"
            "\n"));
}

void TestRecordFormat::answersSayMoreAtTheEnd()
{
    const std::string plain = line(record());
    model::RequestRecord told = record();
    told.dialect = "openai_chat"; // says nothing that the surface does not
    told.provider = "openai";
    QCOMPARE(line(told), plain);
    told.cacheReadTokens = 6;
    told.cacheWriteTokens = 2;
    told.reasoningTokens = 5;
    told.isTranslated = true;
    told.provider = "anthropic";
    told.fidelity.assign("degraded; logprobs dropped");
    told.streamDefects = 0b1000'0000'0001;
    told.upstreamRequestId.assign("req_1");
    const std::string more =
        R"(, "cached_tokens": 6, "cache_write_tokens": 2, "reasoning_tokens": 5, )"
        R"("dialect": "openai_chat", "provider": "anthropic", )"
        R"("fidelity": "degraded; logprobs dropped", )"
        R"("stream_defects": ["missing_terminal", "not_json"], "upstream_request_id": "req_1"})"
        "\n";
    QCOMPARE(line(told), plain.substr(0, plain.size() - 2) + more);
    told.isHedged = true; // the other way through
    const std::string hedged = line(told);
    QVERIFY(hedged.ends_with(R"("trace_id": null)" + more));
}

void TestRecordFormat::escaping_data()
{
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("quote and backslash") << QByteArray("a\"b\\c") << QByteArray(R"("a\"b\\c")");
    QTest::newRow("controls") << QByteArray("\n\r\t\b\f\x01\x7F")
                              << QByteArray(R"("\n\r\t\b\f\u0001\u007f")");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray(R"("a\u0000b")");
    QTest::newRow("two bytes") << QByteArray("mod\xC3\xA8le") << QByteArray(R"("mod\u00e8le")");
    QTest::newRow("surrogate pair")
        << QByteArray("\xF0\x9F\x98\x80") << QByteArray(R"("\ud83d\ude00")");
    QTest::newRow("line separator") << QByteArray("\xE2\x80\xA8") << QByteArray(R"("\u2028")");
    QTest::newRow("stray byte") << QByteArray("a\xFF"
                                              "b")
                                << QByteArray(R"("a\ufffdb")");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray(R"("\ufffd\ufffd")");
    QTest::newRow("lone surrogate")
        << QByteArray("\xED\xA0\x80") << QByteArray(R"("\ufffd\ufffd\ufffd")");
    QTest::newRow("cut") << QByteArray("x\xE2\x82") << QByteArray(R"("x\ufffd")");
}

void TestRecordFormat::escaping()
{
    QFETCH(QByteArray, model);
    QFETCH(QByteArray, text);
    const QByteArray out = QByteArray::fromStdString(line(record("fast", model.toStdString())));
    const QByteArray expected = "\"model\": " + text + ", \"stream\"";
    QVERIFY2(out.contains(expected), out.constData());
    QVERIFY(QJsonDocument::fromJson(out).isObject());
}

void TestRecordFormat::longestLineFits()
{
    const std::string worst(200, '\x01');
    model::RequestRecord big = record(worst, worst);
    big.requestId.assign(worst);
    big.surface.assign(worst);
    big.client.assign(worst);
    big.fidelity.assign(worst);
    big.upstreamRequestId.assign(worst);
    big.isTranslated = big.isHedged = big.isContinued = true;
    big.dialect = big.provider = "openai_completions";
    big.streamDefects = (1U << provider::StreamDefectCount) - 1U;
    big.cacheReadTokens = big.cacheWriteTokens = big.reasoningTokens = INT64_MAX;
    big.trace.traceId.fill(0xFF);
    big.queued = std::chrono::nanoseconds::max() / 2;
    big.tier = "long_decode";
    big.sessionRoute = "remapped";
    big.errorType = "upstream_connection_closed_before_response";
    big.promptTokens = big.completionTokens = INT64_MAX;
    big.latency = big.firstByte = std::chrono::nanoseconds::max() / 2;
    QVERIFY(line(big).size() < observe::MaxLineBytes);
}

void TestRecordFormat::formatCost()
{
    std::string out;
    out.reserve(1024);
    observe::TimestampFormat timestamps;
    const model::RequestRecord plain = record("fast", "llama-3.1-8b-instruct");
    QBENCHMARK
    {
        out.clear();
        observe::formatLine(out, plain, timestamps);
    }
    QVERIFY(!out.empty());
}

QTEST_GUILESS_MAIN(TestRecordFormat)
#include "tst_recordformat.moc"
