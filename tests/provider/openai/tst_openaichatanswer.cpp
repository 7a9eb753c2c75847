// SPDX-License-Identifier: MIT
// Whole answers and errors of OpenAI's chat dialect, in both directions.
#include "core/provider/builtincodecs.h"
#include "tests/provider/openai/openaitest.h"
#include "tests/provider/support/golden.h"

#include <QtTest>

namespace {

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

/// A whole answer with this message, finish reason and what follows.
std::string
whole(std::string_view message,
      std::string_view finish,
      std::string_view usage = R"({"prompt_tokens":9,"completion_tokens":4,"total_tokens":13})")
{
    return std::string(R"({"id":"chatcmpl-1","object":"chat.completion","created":1700000000,)")
        .append(R"("model":"m","choices":[{"index":0,"message":)")
        .append(message)
        .append(R"(,"logprobs":null,"finish_reason":")")
        .append(finish)
        .append(R"("}],"usage":)")
        .append(usage)
        .append("}");
}

struct Row
{
    const char *name;
    std::string body;
    const char *events; // after the start
};

std::vector<Row> rows()
{
    const char *usage = R"({"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,)"
                        R"("prompt_tokens_details":{"cached_tokens":64,"cache_write_tokens":3},)"
                        R"("completion_tokens_details":{"reasoning_tokens":12}})";
    return {
        {"text", whole(R"({"role":"assistant","content":"Hello"})", "stop"),
         "part 0 text\ndelta 0 \"Hello\"\nstop 0\nfinish stop\nend\nusage input=9 output=4\n"},
        {"unicode",
         whole(R"({"role":"assistant","content":"Z\u00fcrich \ud83d\ude42 東京\n\"q\" \\"})",
               "stop"),
         "part 0 text\ndelta 0 \"Zürich 🙂 東京\\n\\\"q\\\" \\\\\"\nstop 0\nfinish stop\nend\n"
         "usage input=9 output=4\n"},
        {"thinking",
         whole(R"({"role":"assistant","content":"391","reasoning_content":"17*23"})", "stop"),
         "part 0 thinking\ndelta 0 \"17*23\"\nstop 0\npart 1 text\ndelta 1 \"391\"\nstop 1\n"
         "finish stop\nend\nusage input=9 output=4\n"},
        {"tool",
         whole(
             R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",)"
             R"("function":{"name":"f","arguments":"{\"x\":1}"},)"
             R"("extra_content":{"google":{"thought_signature":"c2ln"}}}]})",
             "tool_calls"),
         "part 0 call id=call_1 name=f\ndelta 0 \"{\\\"x\\\":1}\"\nsignature 0 google \"c2ln\"\n"
         "stop 0\nfinish tool_calls\nend\nusage input=9 output=4\n"},
        {"parallel_tools",
         whole(R"({"role":"assistant","content":"Let me see.","tool_calls":[)"
               R"({"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},)"
               R"({"id":"b","type":"function","function":{"name":"g","arguments":"{\"y\":[]}"}}]})",
               "tool_calls"),
         "part 0 text\ndelta 0 \"Let me see.\"\nstop 0\npart 1 call id=a name=f\ndelta 1 \"{}\"\n"
         "stop 1\npart 2 call id=b name=g\ndelta 2 \"{\\\"y\\\":[]}\"\nstop 2\nfinish tool_calls\n"
         "end\nusage input=9 output=4\n"},
        {"cached_usage", whole(R"({"role":"assistant","content":"x"})", "stop", usage),
         "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n"
         "usage input=100 cache_read=64 cache_write=3 output=20 reasoning=12\n"},
        {"max_tokens", whole(R"({"role":"assistant","content":"Once"})", "length"),
         "part 0 text\ndelta 0 \"Once\"\nstop 0\nfinish max_tokens\nend\nusage input=9 output=4\n"},
        {"filter", whole(R"({"role":"assistant","content":""})", "content_filter"),
         "finish filtered\nend\nusage input=9 output=4\n"},
        {"refusal", whole(R"({"role":"assistant","content":null,"refusal":"I will not."})", "stop"),
         "part 0 refusal\ndelta 0 \"I will not.\"\nstop 0\nfinish stop\nend\nusage input=9 "
         "output=4\n"},
    };
}

AnswerContext contextFor(const ChatRequest &request)
{
    AnswerContext context;
    context.requestId = "r1";
    context.model = "m";
    context.created = 1700000001;
    context.request = &request;
    return context;
}

std::string afterStart(const std::string &events)
{
    return events.substr(events.find('\n') + 1);
}

} // namespace

class TestOpenAiChatAnswer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whole_data();
    void whole();
    void quirks_data();
    void quirks();
    void noAnswers_data();
    void noAnswers();
    void idsThatWereNotGiven();
    void othersSignatures();
    void errorsOfProviders_data();
    void errorsOfProviders();
    void errorsForClients();
};

void TestOpenAiChatAnswer::whole_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("events");
    for (const Row &row : rows()) {
        QTest::newRow(row.name) << QByteArray::fromStdString(row.body) << QByteArray(row.events);
    }
}

/// Read, written again, and told as a stream.
void TestOpenAiChatAnswer::whole()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, events);
    const std::string text = body.toStdString();
    const std::string read = readAnswer(openAiChatProvider(), text);
    QVERIFY(read.starts_with("start id=chatcmpl-1 model=m created=1700000000\n"));
    QCOMPARE(afterStart(read), events.toStdString());

    ChatRequest request;
    request.wantsUsage = true;
    const AnswerContext context = contextFor(request);
    const Answer answer = answerOf(text);
    const std::string written = openAiChatClient().encodeAnswer(answer, context);
    QCOMPARE(differsAsJson(text, written), std::string());
    const std::string tag = QTest::currentDataTag();
    QCOMPARE(differsFromGolden("openai/answer_" + tag + ".json", written), std::string());

    std::string stream;
    const auto encoder = openAiChatClient().streamEncoder(stream, context);
    replay(answer, *encoder);
    QCOMPARE(differsFromText("openai/stream_" + tag + ".sse", stream), std::string());
    const Reading again = readStream(openAiChatProvider(), stream);
    QCOMPARE(again.events, read);
    QVERIFY(again.defects.isClean());
    QCOMPARE(differsWhenCut(openAiChatProvider(), stream), std::string());
}

void TestOpenAiChatAnswer::quirks_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("part"); // of the events
    const auto row = [](const char *name, const std::string &body, const char *part) {
        QTest::newRow(name) << QByteArray::fromStdString(body) << QByteArray(part);
    };
    const char *calls = R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]})";
    row("stop with calls", ::whole(calls, "stop"), "\nfinish tool_calls\n");
    row("tool_calls without calls", ::whole(R"({"content":"x"})", "tool_calls"), "\nfinish stop\n");
    row("unknown reason", ::whole(R"({"content":"x"})", "eos_token"), "\nfinish stop\n");
    row("calls cut short", ::whole(calls, "length"), "\nfinish max_tokens\n");
    row("legacy call",
        ::whole(R"({"function_call":{"name":"f","arguments":"{}"}})", "function_call"),
        "name=f\ndelta 0 \"{}\"\nstop 0\nfinish tool_calls\n");
    row("arguments as an object",
        ::whole(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":1}}}]})",
                "stop"),
        "delta 0 \"{\\\"x\\\":1}\"\n");
    row("calls without ids",
        ::whole(R"({"tool_calls":[{"function":{"name":"f"}},{"function":{"name":"g"}}]})", "stop"),
        "part 1 call id=call_");
    row("equal ids",
        ::whole(
            R"({"tool_calls":[{"id":"a","function":{"name":"f"}},{"id":"a","function":{"name":"g"}}]})",
            "stop"),
        "part 1 call id=call_");
    row("reasoning", ::whole(R"({"content":"x","reasoning":"hm"})", "stop"),
        "part 0 thinking\ndelta 0 \"hm\"\n");
    row("thought in both fields",
        ::whole(R"({"content":"x","reasoning":"hm","reasoning_content":"hm"})", "stop"),
        "part 0 thinking\ndelta 0 \"hm\"\nstop 0\n");
    row("content in parts",
        ::whole(
            R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"x"}]})",
            "stop"),
        "part 0 thinking\ndelta 0 \"hm\"\nstop 0\npart 1 text\ndelta 1 \"x\"\n");
    row("DeepSeek's cache",
        ::whole(R"({"content":"x"})", "stop",
                R"({"prompt_tokens":9,"completion_tokens":4,"prompt_cache_hit_tokens":5})"),
        "usage input=9 cache_read=5 output=4\n");
    row("reasoning beside the completion",
        ::whole(
            R"({"content":"x"})", "stop",
            R"({"prompt_tokens":9,"completion_tokens":4,"total_tokens":23,"completion_tokens_details":{"reasoning_tokens":10}})"),
        "usage input=9 output=14 reasoning=10\n");
    row("usage of wrong types",
        ::whole(R"({"content":"x"})", "stop", R"({"prompt_tokens":"9","completion_tokens":-4})"),
        "\nend\nusage\n");
    row("vLLM's stop",
        R"({"choices":[{"message":{"content":"x"},"finish_reason":"stop","stop_reason":"five"}]})",
        "\nfinish stop_sequence \"five\"\n");
    row("vLLM's stop token",
        R"({"choices":[{"message":{"content":"x"},"finish_reason":"stop","stop_reason":128009}]})",
        "\nfinish stop\n");
    row("second choice first",
        R"({"choices":[{"index":1,"message":{"content":"no"}},{"index":0,"message":{"content":"yes"}}]})",
        "delta 0 \"yes\"\n");
}

void TestOpenAiChatAnswer::quirks()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, part);
    const std::string events = readAnswer(openAiChatProvider(), body.toStdString());
    QVERIFY2(events.find(part.toStdString()) != std::string::npos, events.c_str());
    QVERIFY2(events.find("\nend\n") != std::string::npos, events.c_str());
}

void TestOpenAiChatAnswer::noAnswers_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body :
         {R"({})", R"({"choices":[]})", R"({"choices":null})", R"({"choices":{"a":1}})",
          R"({"choices":[7]})", R"({"choices":[{"message":"x"}]})",
          R"({"choices":[{"message":{"content":7}}]})",
          R"({"choices":[{"message":{"content":["x"]}}]})",
          R"({"choices":[{"message":{"tool_calls":{}}}]})",
          R"({"choices":[{"message":{"tool_calls":[{}]}}]})",
          R"({"choices":[{"message":{"tool_calls":[{"function":"f"}]}}]})",
          R"({"choices":[{"message":{"function_call":[]}}]})", R"({"error":{"message":"x"}})",
          R"({"error":"x"})", R"({"object":"error","message":"x"})",
          R"({"choices":[{"message":{"content":"x"},"finish_reason":"error"}]})"}) {
        QTest::newRow(body) << QByteArray(body);
    }
}

void TestOpenAiChatAnswer::noAnswers()
{
    QFETCH(const QByteArray, body);
    const std::string events = readAnswer(openAiChatProvider(), body.toStdString());
    QCOMPARE(QByteArray::fromStdString(events).count("error "), 1);
    QVERIFY2(events.find("end\n") == std::string::npos, events.c_str());
    QVERIFY2(events.find("finish ") == std::string::npos, events.c_str());
}

void TestOpenAiChatAnswer::idsThatWereNotGiven()
{
    const ChatRequest request;
    const Answer answer =
        answerOf(R"({"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]})");
    const std::string wanted =
        R"({"id":"chatcmpl-r1","object":"chat.completion","created":1700000001,)"
        R"("model":"m","choices":[{"index":0,"message":{"role":"assistant",)"
        R"("content":"x","refusal":null},"logprobs":null,"finish_reason":"stop"}]})";
    QCOMPARE(openAiChatClient().encodeAnswer(answer, contextFor(request)), wanted);
}

void TestOpenAiChatAnswer::othersSignatures()
{
    Answer answer;
    answer.parts.resize(3);
    answer.parts[0].kind = Part::Kind::Thinking;
    answer.parts[0].text = "hm";
    answer.parts[0].signature = "sig";
    answer.parts[0].signedBy = Vendor::Anthropic;
    answer.parts[1].kind = Part::Kind::RedactedThinking;
    answer.parts[1].text = "opaque";
    answer.parts[2].text = "x";
    const ChatRequest request;
    const std::string body = openAiChatClient().encodeAnswer(answer, contextFor(request));
    QVERIFY(body.find("\"reasoning_content\":\"hm\"") != std::string::npos);
    QVERIFY(body.find("sig") == std::string::npos && body.find("opaque") == std::string::npos);
    std::string stream;
    const auto encoder = openAiChatClient().streamEncoder(stream, contextFor(request));
    replay(answer, *encoder);
    QVERIFY(stream.find("sig") == std::string::npos && stream.find("opaque") == std::string::npos);
}

void TestOpenAiChatAnswer::errorsOfProviders_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, int status, const QByteArray &body, ErrorClass kind,
                        const char *code, const char *message) {
        QTest::newRow(name) << status << body << static_cast<int>(kind) << QByteArray(code)
                            << QByteArray(message);
    };
    row("openai", 429,
        R"({"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}})",
        ErrorClass::RateLimited, "rate_limit_exceeded", "slow down");
    row("openai's context", 400,
        R"({"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}})",
        ErrorClass::ContextTooLong, "context_length_exceeded",
        "This model's maximum context length is 8192 tokens.");
    row("vllm", 400,
        R"({"object":"error","message":"no","type":"BadRequestError","param":null,"code":400})",
        ErrorClass::BadRequest, "", "no");
    row("vllm's context", 400,
        R"({"object":"error","message":"maximum context length is 10","type":"BadRequestError","code":400})",
        ErrorClass::ContextTooLong, "context_length_exceeded", "maximum context length is 10");
    row("fastapi", 422,
        R"({"detail":[{"loc":["body","messages",0],"msg":"field required","type":"x"}]})",
        ErrorClass::BadRequest, "", "field required");
    row("fastapi's text", 404, R"({"detail":"Not Found"})", ErrorClass::NotFound, "", "Not Found");
    row("text", 404, R"({"error":"model \"x\" not found"})", ErrorClass::NotFound, "",
        "model \"x\" not found");
    row("google's list", 403,
        R"([{"error":{"code":403,"message":"denied","status":"PERMISSION_DENIED"}}])",
        ErrorClass::Permission, "", "denied");
    row("key", 401, R"({"error":{"message":"bad key","code":"invalid_api_key"}})",
        ErrorClass::Authentication, "invalid_api_key", "bad key");
    row("html", 502,
        "<html><head><title>502 Bad Gateway</title></head><body>\n<h1>nginx</h1></body></html>",
        ErrorClass::Upstream, "", "502 Bad Gateway nginx");
    row("nothing", 503, "", ErrorClass::Overloaded, "",
        "the provider answered 503 and did not say why");
    row("other json", 500, R"({"status":"down"})", ErrorClass::Upstream, "",
        R"({"status":"down"})");
    row("deep", 500, QByteArray(2000, '['), ErrorClass::Upstream, "", nullptr);
    row("huge", 500, R"({"error":{"message":")" + QByteArray(10 * 1024 * 1024, 'x') + R"("}})",
        ErrorClass::Upstream, "", nullptr);
}

void TestOpenAiChatAnswer::errorsOfProviders()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const int, kind);
    QFETCH(const QByteArray, code);
    QFETCH(const QByteArray, message);
    const ApiError error = openAiChatProvider().decodeError(status, body.toStdString());
    QCOMPARE(static_cast<int>(error.kind), kind);
    QCOMPARE(QByteArray::fromStdString(error.code), code);
    QVERIFY(!error.message.empty() && error.message.size() < 5000);
    QCOMPARE(error.status, 0);
    if (!message.isEmpty()) {
        QCOMPARE(QByteArray::fromStdString(error.message), message);
    }
}

void TestOpenAiChatAnswer::errorsForClients()
{
    // §12 of the wire formats
    const char *const wanted[] = {
        R"("type":"invalid_request_error","param":null,"code":null)",
        R"("type":"invalid_request_error","param":null,"code":"context_length_exceeded")",
        R"("type":"invalid_request_error","param":null,"code":"invalid_api_key")",
        R"("type":"provider_error","param":null,"code":"upstream_auth")",
        R"("type":"permission_error","param":null,"code":null)",
        R"("type":"invalid_request_error","param":null,"code":"model_not_found")",
        R"("type":"invalid_request_error","param":null,"code":null)",
        R"("type":"rate_limit_error","param":null,"code":"rate_limit_exceeded")",
        R"("type":"service_error","param":null,"code":null)",
        R"("type":"timeout","param":null,"code":null)",
        R"("type":"provider_error","param":null,"code":null)",
        R"("type":"meridian_internal_error","param":null,"code":"internal_error")"};
    for (std::size_t i = 0; i < ErrorClassCount; ++i) {
        ApiError error;
        error.kind = static_cast<ErrorClass>(i);
        error.message = "no \"quotes\"";
        const std::string body =
            std::string(R"({"error":{"message":"no \"quotes\"",)").append(wanted[i]).append("}}");
        QCOMPARE(openAiChatClient().encodeError(error, 500, "r"), body);
        QCOMPARE(openAiCompletionsClient().encodeError(error, 500, "r"), body);
    }
    ApiError error;
    error.kind = ErrorClass::BadRequest;
    error.code = "unsupported_value";
    error.param = "messages[0]";
    const std::string body = R"({"error":{"message":"","type":"invalid_request_error",)"
                             R"("param":"messages[0]","code":"unsupported_value"}})";
    QCOMPARE(openAiChatClient().encodeError(error, 400, "r"), body);
}

QTEST_GUILESS_MAIN(TestOpenAiChatAnswer)
#include "tst_openaichatanswer.moc"
