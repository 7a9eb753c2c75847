// SPDX-License-Identifier: MIT
// The grammar of AnswerSink is kept whatever a decoder tells the writer, in whatever order.
#include "core/provider/answerwriter.h"
#include "tests/provider/support/golden.h"
#include "tests/provider/support/grammarsink.h"

#include <QTest>

#include <random>

using namespace meridian;
using namespace meridian::provider;
using meridian::testing::EventLog;
using meridian::testing::GrammarSink;

namespace {

/// A writer whose sink checks the grammar and writes it down.
struct Bench
{
    EventLog log;
    GrammarSink sink{&log};
    StreamDefects defects;
    AnswerWriter writer{sink, defects, "seed"};
};

void anyCall(AnswerWriter &writer, std::mt19937 &random)
{
    const auto pick = [&random](unsigned count) { return static_cast<int>(random() % count); };
    const std::int64_t key = pick(4);
    const char *const texts[] = {"", "a", "{", "}", "{\"a\":", "\"]\"", "\\", "[1]"};
    const char *const text = texts[pick(8)];
    TokenUsage usage;
    usage.output = random() % 100;
    switch (pick(22)) {
    case 0:
        return writer.start({"id", "m", 1});
    case 1:
    case 2:
    case 3:
        return writer.text(text);
    case 4:
    case 5:
        return writer.thinking(text);
    case 6:
        return writer.thinkingSignature(text, Vendor::Anthropic);
    case 7:
        return writer.redactedThinking(text);
    case 8:
        return writer.refusal(text);
    case 9:
        return writer.opaque("{}", Dialect::Gemini);
    case 10:
    case 11:
        return writer.openCall(key, pick(2) == 0 ? "" : "id", "f");
    case 12:
    case 13:
        static_cast<void>(writer.callArguments(key, text));
        return;
    case 14:
        return writer.callSignature(key, text, Vendor::Google);
    case 15:
        return writer.closeCall(key);
    case 16:
        return writer.closeContent();
    case 17:
        return writer.usage(usage);
    case 18:
        return writer.ping();
    case 19:
        return writer.finish(FinishReason::Stop, text);
    case 20:
        return pick(20) == 0 ? writer.end() : writer.text(text);
    default:
        return pick(40) == 0 ? writer.fail(StreamDefect::NotJson, "x") : writer.thinking(text);
    }
}

} // namespace

class TestAnswerWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void keepsTheGrammarUnderAnyCalls()
    {
        int ended = 0;
        int failed = 0;
        for (unsigned seed = 0; seed < 4000; ++seed) {
            std::mt19937 random(seed);
            Bench bench;
            for (unsigned i = random() % 60; i > 0; --i) {
                anyCall(bench.writer, random);
            }
            bench.writer.bodyEnded();
            QVERIFY2(bench.sink.flaw().empty(), qPrintable(QString::fromStdString(
                                                    std::to_string(seed) + ": " +
                                                    bench.sink.flaw() + "\n" + bench.log.text())));
            QVERIFY(bench.sink.isOver());
            (bench.sink.hasFailed() ? failed : ended)++;
            const std::string before = bench.log.text();
            for (int i = 0; i < 20; ++i) { // nothing is told after the end
                anyCall(bench.writer, random);
            }
            bench.writer.end();
            bench.writer.bodyEnded();
            QVERIFY2(bench.log.text() == before,
                     (std::to_string(seed) + before + bench.log.text()).c_str());
        }
        QVERIFY(ended > 400); // both ends are reached
        QVERIFY(failed > 400);
    }

    void signedThoughtIsOver()
    {
        Bench bench;
        bench.writer.thinking("a");
        bench.writer.thinkingSignature("s1", Vendor::Google);
        bench.writer.thinking("b");
        bench.writer.thinkingSignature("s2", Vendor::Google);
        bench.writer.thinkingSignature("s3", Vendor::Google);
        bench.writer.finish(FinishReason::Stop);
        bench.writer.end();
        QCOMPARE(bench.sink.flaw(), std::string());
        QCOMPARE(bench.log.text(), std::string("start id= model= created=0\n"
                                               "part 0 thinking\ndelta 0 \"a\"\n"
                                               "signature 0 google \"s1\"\nstop 0\n"
                                               "part 1 thinking\ndelta 1 \"b\"\n"
                                               "signature 1 google \"s2\"\nstop 1\n"
                                               "part 2 thinking\nsignature 2 google \"s3\"\n"
                                               "stop 2\nfinish stop\nend\n"));
        QVERIFY(bench.defects.has(StreamDefect::MissingStart));
    }

    void callIsSignedAfterItsArguments()
    {
        Bench bench;
        bench.writer.start({"i", "m", 0});
        bench.writer.openCall(7, "c", "f");
        bench.writer.callSignature(7, "s", Vendor::Google);
        QVERIFY(bench.writer.callArguments(7, "{}"));
        bench.writer.finish(FinishReason::Stop);
        bench.writer.end();
        QCOMPARE(bench.log.text(),
                 std::string("start id=i model=m created=0\npart 0 call id=c name=f\n"
                             "delta 0 \"{}\"\nsignature 0 google \"s\"\nstop 0\n"
                             "finish tool_calls\nend\n"));
        QVERIFY(bench.defects.isClean());
    }

    void keyUsedAgainMeansTheNewCall()
    {
        Bench bench;
        bench.writer.openCall(0, "a", "f");
        QVERIFY(bench.writer.callArguments(0, "{}"));
        bench.writer.openCall(0, "b", "g");
        QCOMPARE(bench.writer.callId(0), std::string_view("b"));
        QVERIFY(bench.writer.callArguments(0, "{\"x\":1}"));
        bench.writer.end();
        QVERIFY(bench.log.text().find("delta 1 \"{\\\"x\\\":1}\"") != std::string::npos);
        QVERIFY(bench.defects.has(StreamDefect::MissingFinish));
    }

    void overlappingCallsKeepTheirArguments()
    {
        Bench bench;
        bench.writer.openCall(0, "a", "f");
        bench.writer.callArguments(0, "{\"x\":");
        bench.writer.openCall(1, "b", "g");
        bench.writer.callArguments(1, "{}");
        QVERIFY(bench.writer.callArguments(0, "1}"));
        bench.writer.text("x"); // closes both
        QVERIFY(!bench.writer.callArguments(0, " "));
        QVERIFY(!bench.writer.callArguments(5, "{}"));
        bench.writer.finish(FinishReason::MaxTokens);
        bench.writer.end();
        QCOMPARE(bench.sink.flaw(), std::string());
        QVERIFY(bench.log.text().find("finish max_tokens") != std::string::npos);
    }

    void madeIdsDifferAndRepeat()
    {
        const auto ids = [](std::string_view seed) {
            EventLog log;
            StreamDefects defects;
            AnswerWriter writer(log, defects, seed);
            writer.openCall(0, "", "f");
            writer.openCall(1, "", "f");
            return std::string(writer.callId(0)) + " " + std::string(writer.callId(1));
        };
        QCOMPARE(ids("x"), ids("x"));
        QVERIFY(ids("x") != ids("y"));
        const std::string both = ids("x");
        QVERIFY(both.substr(0, 21) != both.substr(22));
        QCOMPARE(both.size(), std::size_t(43));
    }

    void usageBeforeTheStartIsTold()
    {
        Bench bench;
        TokenUsage usage;
        usage.input = 5;
        bench.writer.usage(usage);
        bench.writer.text("x");
        bench.writer.end();
        QVERIFY(bench.log.text().ends_with("usage input=5\n"));
    }

    void bodyEndsBeforeTheAnswer_data()
    {
        QTest::addColumn<bool>("isFinished");
        QTest::addColumn<QString>("last");
        QTest::newRow("finished") << true << "finish stop\nend\n";
        QTest::newRow("not") << false << "error upstream \"the provider's stream ended early\"\n";
    }

    void bodyEndsBeforeTheAnswer()
    {
        QFETCH(bool, isFinished);
        QFETCH(QString, last);
        Bench bench;
        bench.writer.start({});
        bench.writer.text("x");
        if (isFinished) {
            bench.writer.finish(FinishReason::Stop);
        }
        bench.writer.bodyEnded();
        bench.writer.bodyEnded();
        QVERIFY(QString::fromStdString(bench.log.text()).endsWith(last));
        QCOMPARE(bench.defects.has(StreamDefect::MissingTerminal), isFinished);
        QCOMPARE(bench.defects.has(StreamDefect::Truncated), !isFinished);
    }
};

QTEST_GUILESS_MAIN(TestAnswerWriter)
#include "tst_answerwriter.moc"
