// SPDX-License-Identifier: MIT
// Answers as Anthropic's clients get them: whole, streamed, and as errors.
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "tests/provider/anthropic/supportstreams.h"
#include "tests/provider/support/golden.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace meridian;
using namespace meridian::testing;
using namespace meridian::provider;

namespace {

const ChatRequest Request;
const AnswerContext Context{"req-7", "claude-x", 0, &Request};

std::string differsFromText(const std::string &path, const std::string &actual)
{
    if (qgetenv("MERIDIAN_GOLDEN") == "write") {
        QFile file(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/golden/") +
                   QString::fromStdString(path));
        return file.open(QIODevice::WriteOnly) && file.write(QByteArray::fromStdString(actual)) >= 0
                   ? std::string()
                   : "cannot write " + path;
    }
    const std::string wanted = goldenFile(path);
    return wanted == actual ? std::string() : "wanted:\n" + wanted + "given:\n" + actual;
}

/// What the client's stream means to somebody who reads it.
std::string readBack(const std::string &stream)
{
    const Reading reading = readStream(anthropicProvider(), stream);
    return reading.defects.isClean() ? reading.events : "defects in\n" + stream;
}

} // namespace

class TestAnthropicEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streams_data();
    void streams();
    void overlappingCalls();
    void carriesSignatures();
    void refusalsOfOthers();
    void usageKnownLate();
    void errorsEndStreams();
    void errorBodies();
};

#ifndef Q_MOC_RUN // moc 6.4 stumbles over raw strings in the arguments of macros

void TestAnthropicEncoder::streams_data()
{
    QTest::addColumn<int>("index");
    const auto all = anthropicStreams();
    for (std::size_t i = 0; i < all.size(); ++i) {
        QTest::newRow(all[i].name.c_str()) << int(i);
    }
}

void TestAnthropicEncoder::streams()
{
    QFETCH(int, index);
    const AnthropicStream each = anthropicStreams()[std::size_t(index)];
    json::Checker checker;
    AnswerBuilder builder;
    anthropicProvider().decodeAnswer(*checker.check(each.answer), builder, "seed");
    QVERIFY(builder.isComplete());
    const std::string whole = anthropicClient().encodeAnswer(builder.answer(), Context);
    QCOMPARE(differsFromGolden("anthropic/answer_" + each.name + ".json", whole), std::string());

    std::string stream;
    const auto encoder = anthropicClient().streamEncoder(stream, Context);
    StreamDefects defects;
    const auto decoder = anthropicProvider().streamDecoder(*encoder, defects, "seed");
    decoder->feed(each.stream);
    decoder->bodyEnded();
    QCOMPARE(differsFromText("anthropic/stream_" + each.name + ".sse", stream), std::string());
    QCOMPARE(readBack(stream), readAnswer(anthropicProvider(), whole));
    QCOMPARE(stream.find("event: ping") != std::string::npos, each.name == "text"); // not swallowed

    std::string replayed;
    replay(builder.answer(), *anthropicClient().streamEncoder(replayed, Context));
    QCOMPARE(readBack(replayed), readBack(stream));
}

void TestAnthropicEncoder::overlappingCalls()
{
    std::string stream;
    const auto encoder = anthropicClient().streamEncoder(stream, Context);
    encoder->start({});
    for (std::uint32_t i = 0; i < 3; ++i) {
        const std::string id = "c" + std::to_string(i);
        encoder->partStart(i, {Part::Kind::ToolCall, id, "f", {}, Dialect::OpenAiChat});
    }
    for (const char *piece : {"{\"a\"", ":", "1}"}) {
        for (std::uint32_t i = 0; i < 3; ++i) {
            encoder->partDelta(i, piece);
        }
    }
    for (const std::uint32_t i : {2U, 0U, 1U}) {
        encoder->partStop(i);
    }
    encoder->finish(FinishReason::ToolCalls, {});
    encoder->end();
    std::string calls;
    for (const char *i : {"0", "1", "2"}) {
        calls.append("part ").append(i).append(" call id=c").append(i).append(" name=f\ndelta ");
        calls.append(i).append(R"( "{\"a\":1}")").append("\nstop ").append(i).append("\n");
    }
    QCOMPARE(readBack(stream),
             "start id=msg_req-7 model=claude-x created=0\n" + calls +
                 "finish tool_calls\nend\nusage input=0 cache_read=0 cache_write=0 output=0\n");
}

void TestAnthropicEncoder::carriesSignatures()
{
    Answer answer;
    Part thought;
    thought.kind = Part::Kind::Thinking;
    thought.text = "hm";
    thought.signature = "Zw==";
    thought.signedBy = Vendor::Google;
    Part call;
    call.kind = Part::Kind::ToolCall;
    call.id = "call_1";
    call.name = "f";
    call.text = R"({"a":1})";
    call.signature = "Y2FsbA==";
    call.signedBy = Vendor::Google;
    answer.parts = {thought, call};
    answer.finish = FinishReason::ToolCalls;
    const std::string whole = anthropicClient().encodeAnswer(answer, Context);
    QVERIFY(whole.find(R"("signature":"mrdn:google:Zw==")") != std::string::npos);
    std::string stream;
    replay(answer, *anthropicClient().streamEncoder(stream, Context));
    QCOMPARE(readBack(stream), readAnswer(anthropicProvider(), whole));

    // the client sends it back, and every signature is where it was
    const std::size_t from = whole.find("\"content\":") + 10;
    const std::string content = whole.substr(from, whole.find(",\"stop_reason\"") - from);
    const auto request = readRequest(
        anthropicClient(),
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":)" +
            content + "}]}");
    QVERIFY(request.has_value());
    const std::vector<Part> &parts = request->turns[1].parts;
    QCOMPARE(parts.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        QCOMPARE(parts[i].kind, answer.parts[i].kind);
        QCOMPARE(parts[i].text, answer.parts[i].text);
        QCOMPARE(parts[i].signature, answer.parts[i].signature);
        QVERIFY(parts[i].signedBy == Vendor::Google);
    }
}

void TestAnthropicEncoder::refusalsOfOthers()
{
    Answer answer;
    Part refusal;
    refusal.kind = Part::Kind::Refusal;
    refusal.text = "No.";
    answer.parts = {refusal};
    const std::string whole = anthropicClient().encodeAnswer(answer, Context);
    QVERIFY(whole.find(R"({"type":"text","text":"No."})") != std::string::npos);
    QVERIFY(whole.find(R"("stop_reason":"refusal")") != std::string::npos);
    std::string stream;
    replay(answer, *anthropicClient().streamEncoder(stream, Context));
    QCOMPARE(readBack(stream), readAnswer(anthropicProvider(), whole));
}

void TestAnthropicEncoder::usageKnownLate()
{
    std::string stream;
    const auto encoder = anthropicClient().streamEncoder(stream, Context);
    encoder->start({"chatcmpl-1", "gpt", 5});
    encoder->partStart(0, {});
    encoder->partDelta(0, "a");
    encoder->partStop(0);
    TokenUsage usage;
    usage.input = 100;
    usage.cacheRead = 60;
    usage.output = 3;
    encoder->usage(usage);
    encoder->finish(FinishReason::Stop, {});
    encoder->end();
    QVERIFY(stream.find(R"("usage":{"input_tokens":0,)") != std::string::npos);
    QVERIFY2(
        stream.find(
            R"("usage":{"input_tokens":40,"cache_read_input_tokens":60,"output_tokens":3}})") !=
            std::string::npos,
        stream.c_str());
    QVERIFY(readBack(stream).ends_with("usage input=100 cache_read=60 cache_write=0 output=3\n"));
}

void TestAnthropicEncoder::errorsEndStreams()
{
    for (const bool hasBegun : {false, true}) {
        std::string stream;
        const auto encoder = anthropicClient().streamEncoder(stream, Context);
        encoder->start({});
        if (hasBegun) {
            encoder->partStart(0, {});
            encoder->partDelta(0, "a");
        }
        encoder->error({ErrorClass::Overloaded, 0, "busy \"now\"\n", {}, {}, {}});
        const std::string ended = stream;
        encoder->partDelta(0, "b");
        encoder->partStop(0);
        encoder->end();
        encoder->error({});
        QCOMPARE(stream, ended);
        QVERIFY(stream.ends_with(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            "\"message\":\"busy \\\"now\\\"\\n\"},\"request_id\":\"req-7\"}\n\n"));
        QCOMPARE(stream.starts_with("event: message_start"), hasBegun);
    }
}

void TestAnthropicEncoder::errorBodies()
{
    constexpr const char *Types[] = {"invalid_request_error",
                                     "invalid_request_error",
                                     "authentication_error",
                                     "api_error",
                                     "permission_error",
                                     "not_found_error",
                                     "request_too_large",
                                     "rate_limit_error",
                                     "overloaded_error",
                                     "timeout_error",
                                     "api_error",
                                     "api_error"};
    for (int i = 0; i < int(ErrorClassCount); ++i) {
        const bool isTooLong = ErrorClass(i) == ErrorClass::ContextTooLong;
        QCOMPARE(anthropicClient().encodeError({ErrorClass(i), 0, "why", {}, {}, {}}, 400, "r"),
                 std::string(R"({"type":"error","error":{"type":")") + Types[i] +
                     R"(","message":")" + (isTooLong ? "prompt is too long: " : "") +
                     R"(why"},"request_id":"r"})");
    }
}

#endif

QTEST_GUILESS_MAIN(TestAnthropicEncoder)
#include "tst_anthropicencoder.moc"
