// SPDX-License-Identifier: MIT
// Streams as OpenAI-compatible backends really send them: every one also cut at every byte.
#include "core/provider/builtincodecs.h"
#include "tests/provider/openai/openaitest.h"
#include "tests/provider/support/golden.h"

#include <QtTest>

namespace {

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

constexpr const char *Start = "start id=c1 model=m created=17\n";
const std::string Opening =
    chunk(R"("delta":{"role":"assistant","content":""},"finish_reason":null)");
const std::string Stop = chunk(R"("delta":{},"finish_reason":"stop")");
const std::string Calls = chunk(R"("delta":{},"finish_reason":"tool_calls")");

std::string delta(std::string_view members)
{
    return chunk(std::string("\"delta\":{").append(members).append("},\"finish_reason\":null"));
}

std::string call(std::string_view members)
{
    return delta(std::string("\"tool_calls\":[{").append(members).append("}]"));
}

struct Row
{
    const char *name;
    std::string stream;
    std::string events; // after the start
    std::vector<StreamDefect> defects;
};

std::string calling(std::string_view finish = "tool_calls")
{
    return std::string("part 0 call id=a name=f\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\n"
                       "part 1 call id=b name=g\ndelta 1 \"{}\"\nstop 1\nfinish ")
        .append(finish)
        .append("\nend\n");
}

std::vector<Row> usual()
{
    const std::string usage =
        R"({"id":"c1","object":"chat.completion.chunk","created":17,"model":"m","choices":[],"usage":)"
        R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":8},)"
        R"("completion_tokens_details":{"reasoning_tokens":2}}})";
    return {
        {"text",
         sse({Opening, delta(R"("content":"Hel")"), delta(R"("content":"lo")"), Stop}),
         "part 0 text\ndelta 0 \"Hello\"\nstop 0\nfinish stop\nend\n",
         {}},
        {"unicode",
         sse({Opening, delta("\"content\":\"Zürich 🙂\""), delta(R"("content":"\u6771京\n")"),
              Stop}),
         "part 0 text\ndelta 0 \"Zürich 🙂東京\\n\"\nstop 0\nfinish stop\nend\n",
         {}},
        {"thinking",
         sse({Opening, delta(R"("reasoning_content":"17*23")"), delta(R"("content":"391")"), Stop}),
         "part 0 thinking\ndelta 0 \"17*23\"\nstop 0\npart 1 text\ndelta 1 \"391\"\nstop 1\nfinish "
         "stop\nend\n",
         {}},
        {"thinking as reasoning",
         sse({Opening, delta(R"("reasoning":"hm","reasoning_content":"hm")"),
              delta(R"("reasoning":"!","content":"x")"), Stop}),
         "part 0 thinking\ndelta 0 \"hm!\"\nstop 0\npart 1 text\ndelta 1 \"x\"\nstop 1\nfinish "
         "stop\nend\n",
         {}},
        {"tool",
         sse({Opening,
              call(
                  R"("index":0,"id":"a","type":"function","function":{"name":"f","arguments":""})"),
              call(R"("index":0,"function":{"arguments":"{\"x"})"),
              call(R"("index":0,"function":{"arguments":"\":1}"})"), Calls}),
         "part 0 call id=a name=f\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\nfinish tool_calls\nend\n",
         {}},
        {"parallel tools",
         sse({Opening,
              call(
                  R"("index":0,"id":"a","type":"function","function":{"name":"f","arguments":""})"),
              call(R"("index":0,"function":{"arguments":"{\"x\":1}"})"),
              call(
                  R"("index":1,"id":"b","type":"function","function":{"name":"g","arguments":""})"),
              call(R"("index":1,"function":{"arguments":"{}"})"), Calls}),
         calling(),
         {}},
        {"cached usage",
         sse({Opening, delta(R"("content":"x")"), Stop, usage}),
         "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n"
         "usage input=10 cache_read=8 output=5 reasoning=2\n",
         {}},
        {"max tokens",
         sse({Opening, delta(R"("content":"On")"),
              chunk(R"("delta":{},"finish_reason":"length")")}),
         "part 0 text\ndelta 0 \"On\"\nstop 0\nfinish max_tokens\nend\n",
         {}},
        {"filter",
         sse({Opening, chunk(R"("delta":{},"finish_reason":"content_filter")")}),
         "finish filtered\nend\n",
         {}},
        {"refusal",
         sse({Opening, delta(R"("refusal":"I will")"), delta(R"("refusal":" not")"), Stop}),
         "part 0 refusal\ndelta 0 \"I will not\"\nstop 0\nfinish stop\nend\n",
         {}},
    };
}

std::vector<Row> quirks()
{
    const std::string f = R"("function":{"name":"f","arguments":"{\"x\":1}"})";
    const std::string g = R"("function":{"name":"g","arguments":"{}"})";
    std::string cutShort = sse({Opening, delta(R"("content":"x")"), Stop});
    cutShort.resize(cutShort.size() - std::string_view("data: [DONE]\n\n").size());
    std::string crlf;
    for (const char c : sse({Opening, delta(R"("content":"x")"), Stop})) {
        crlf.append(c == '\n' ? "\r\n" : std::string(1, c));
    }
    const std::string x = "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n";
    return {
        {"no [DONE]", cutShort, x, {StreamDefect::MissingTerminal}},
        {"no last blank line", cutShort + "data: [DONE]", x, {}},
        {"CRLF", crlf, x, {}},
        {"no space after data:",
         "data:" + Opening + "\n\ndata:" + delta(R"("content":"x")") + "\n\ndata:" + Stop +
             "\n\ndata:[DONE]\n\n",
         x,
         {}},
        {"comments",
         ": OPENROUTER PROCESSING\n\n" + sse({Opening, delta(R"("content":"x")"), Stop}),
         x,
         {}},
        {"[DONE] in the content",
         sse({Opening, delta(R"("content":"data: [DONE]\n\ndata: [DONE]")"), Stop}),
         "part 0 text\ndelta 0 \"data: [DONE]\\n\\ndata: [DONE]\"\nstop 0\nfinish stop\nend\n",
         {}},
        {"[DONE] is the content",
         sse({Opening, delta(R"("content":"[DONE]")"), delta(R"("content":"x")"), Stop}),
         "part 0 text\ndelta 0 \"[DONE]x\"\nstop 0\nfinish stop\nend\n",
         {}},
        {"no role", sse({delta(R"("content":"x")"), Stop}), x, {StreamDefect::LostRole}},
        {"no finish reason",
         sse({Opening, delta(R"("content":"x")")}),
         x,
         {StreamDefect::MissingFinish}},
        {"unknown finish reason",
         sse({Opening, delta(R"("content":"x")"), chunk(R"("delta":{},"finish_reason":"abort")")}),
         x,
         {}},
        {"stop with calls",
         sse({Opening, call(R"("index":0,"id":"a",)" + f), call(R"("index":1,"id":"b",)" + g),
              Stop}),
         calling(),
         {}},
        {"length with calls",
         sse({Opening, call(R"("index":0,"id":"a",)" + f), call(R"("index":1,"id":"b",)" + g),
              chunk(R"("delta":{},"finish_reason":"length")")}),
         calling("max_tokens"),
         {}},
        {"tool_calls without calls", sse({Opening, delta(R"("content":"x")"), Calls}), x, {}},
        {"all calls at index 0",
         sse({Opening, call(R"("index":0,"id":"a",)" + f), call(R"("index":0,"id":"b",)" + g),
              Calls}),
         calling(),
         {StreamDefect::WrongIndex}},
        {"pieces of calls at index 0",
         sse({Opening, call(R"("index":0,"id":"a","function":{"name":"f","arguments":""})"),
              call(R"("index":0,"function":{"arguments":"{\"x\":"})"),
              call(R"("index":0,"function":{"arguments":"1}"})"),
              call(R"("index":0,"id":"b","function":{"name":"g"})"),
              call(R"("index":0,"function":{"arguments":"{}"})"), Calls}),
         calling(),
         {StreamDefect::WrongIndex}},
        {"no index",
         sse({Opening, call(R"("id":"a",)" + f), call(R"("id":"b",)" + g), Calls}),
         calling(),
         {}},
        {"both in one chunk",
         sse({Opening,
              delta(R"("tool_calls":[{"index":0,"id":"a",)" + f + R"(},{"index":1,"id":"b",)" + g +
                    "}]"),
              Calls}),
         calling(),
         {}},
        {"an index that was not opened",
         sse({Opening, call(R"("index":1,"id":"a","function":{"name":"f","arguments":""})"),
              call(R"("index":0,"function":{"arguments":"{\"x\":1}"})"),
              call(R"("index":2,"id":"b",)" + g), Calls}),
         calling(),
         {StreamDefect::WrongIndex}},
        {"id and name in every piece",
         sse({Opening, call(R"("index":0,"id":"a","function":{"name":"f","arguments":"{\"x"})"),
              call(R"("index":0,"id":"a","function":{"name":"f","arguments":"\":1}"})"),
              call(R"("index":1,"id":"b",)" + g), Calls}),
         calling(),
         {}},
        {"interleaved",
         sse({Opening, call(R"("index":0,"id":"a","function":{"name":"f","arguments":"{\"x"})"),
              call(R"("index":1,"id":"b","function":{"name":"g","arguments":"{"})"),
              call(R"("index":0,"function":{"arguments":"\":1}"})"),
              call(R"("index":1,"function":{"arguments":"}"})"), Calls}),
         "part 0 call id=a name=f\ndelta 0 \"{\\\"x\"\npart 1 call id=b name=g\ndelta 1 "
         "\"{\"\ndelta 0 \"\\\":1}\"\ndelta 1 \"}\"\n"
         "stop 0\nstop 1\nfinish tool_calls\nend\n",
         {}},
        {"an object as arguments",
         sse({Opening, call(R"("index":0,"id":"a","function":{"name":"f","arguments":{"x":1}})"),
              call(R"("index":1,"id":"b",)" + g), Calls}),
         calling(),
         {}},
        {"a call with a signature",
         sse({Opening,
              call(R"("id":"a",)" + g + R"(,"extra_content":{"google":{"thought_signature":"s"}})"),
              Calls}),
         "part 0 call id=a name=g\ndelta 0 \"{}\"\nsignature 0 google \"s\"\nstop 0\nfinish "
         "tool_calls\nend\n",
         {}},
        {"legacy function_call",
         sse({Opening, delta(R"("function_call":{"name":"f","arguments":""})"),
              delta(R"("function_call":{"arguments":"{"})"),
              delta(R"("function_call":{"arguments":"}"})"),
              chunk(R"("delta":{},"finish_reason":"function_call")")}),
         "part 0 call id=made name=f\ndelta 0 \"{}\"\nstop 0\nfinish "
         "tool_calls\nend\n",
         {}},
        {"Azure's filter first",
         sse({R"({"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]})",
              Opening, delta(R"("content":"x")"), Stop}),
         x,
         {}},
        {"other choices",
         sse({Opening,
              R"({"id":"c1","choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"length"}]})",
              delta(R"("content":"x")"), Stop}),
         x,
         {}},
        {"an unknown event",
         sse({Opening, R"({"type":"heartbeat"})", delta(R"("content":"x")"), Stop}),
         x,
         {StreamDefect::UnknownEvent}},
        {"nulls",
         sse({Opening,
              R"({"id":null,"choices":[{"index":0,"delta":{"role":null,"content":null,"tool_calls":null,"function_call":null,"refusal":null,"reasoning_content":null}}],"usage":null,"error":null})",
              delta(R"("content":"x")"), Stop}),
         x,
         {}},
        {"usage in every chunk",
         sse({Opening,
              R"({"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":0}})",
              R"({"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}})"}),
         x + "usage input=3 output=1\n",
         {}},
        {"Groq's usage",
         sse({Opening, delta(R"("content":"x")"),
              R"({"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":1}}})"}),
         x + "usage input=3 output=1\n",
         {}},
        {"the message again at the end",
         sse({Opening, delta(R"("content":"x")"),
              R"({"choices":[{"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]})"}),
         x,
         {}},
        {"the message only",
         sse({R"({"id":"c1","model":"m","created":17,"choices":[{"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]})"}),
         x,
         {}},
        {"vLLM's stop",
         sse({Opening, delta(R"("content":"x")"),
              chunk(R"("delta":{},"finish_reason":"stop","stop_reason":"five")")}),
         "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop_sequence \"five\"\nend\n",
         {}},
        {"after the end",
         sse({Opening, delta(R"("content":"x")"), Stop}) + "data: " + delta(R"("content":"y")") +
             "\n\n",
         x,
         {StreamDefect::AfterEnd}},
        {"usage cut off",
         cutShort + R"(data: {"id":"c1","choices":[],"usa)",
         x,
         {StreamDefect::MissingTerminal}},
    };
}

std::vector<Row> broken()
{
    const std::string begun =
        "data: " + Opening + "\n\ndata: " + delta(R"("content":"x")") + "\n\n";
    const std::string said = "part 0 text\ndelta 0 \"x\"\n";
    const auto data = [&](std::string_view text) {
        return begun + "data: " + std::string(text) + "\n\n";
    };
    const std::string wrong = "\" of a wrong type\"\n";
    return {
        {"cut",
         begun,
         said + "error upstream \"the provider's stream ended early\"\n",
         {StreamDefect::Truncated}},
        {"cut in an event",
         begun + "data: {\"id\"",
         said + "error upstream \"the provider's stream ended early\"\n",
         {StreamDefect::Truncated}},
        {"no JSON",
         data("{\"id\":"),
         said + "error upstream \"the provider's stream holds something that is no JSON\"\n",
         {StreamDefect::NotJson}},
        {"no object",
         data("[1]"),
         said + "error upstream \"the provider's stream holds something that is no JSON\"\n",
         {StreamDefect::NotJson}},
        {"nested too deep",
         data(std::string(2000, '[')),
         said + "error upstream \"the provider's stream holds something that is no JSON\"\n",
         {StreamDefect::NotJson}},
        {"error object",
         data(R"({"error":{"message":"out of memory","type":"server_error","code":null}})"),
         said + "error upstream \"out of memory\"\n",
         {StreamDefect::ErrorEvent}},
        {"error text",
         data(R"({"error":"gone"})"),
         said + "error upstream \"gone\"\n",
         {StreamDefect::ErrorEvent}},
        {"vLLM's error",
         data(R"({"object":"error","message":"bad","type":"BadRequestError","code":400})"),
         said + "error bad_request \"bad\"\n",
         {StreamDefect::ErrorEvent}},
        {"error with a status",
         data(R"({"error":{"message":"later","code":429}})"),
         said + "error rate_limited \"later\"\n",
         {StreamDefect::ErrorEvent}},
        {"context",
         data(R"({"error":{"message":"too long","code":"context_length_exceeded"}})"),
         said + "error context_too_long code=context_length_exceeded \"too long\"\n",
         {StreamDefect::ErrorEvent}},
        {"error event",
         begun + "event: error\ndata: it broke\n\n",
         said + "error upstream \"it broke\"\n",
         {StreamDefect::ErrorEvent}},
        {"error outside an event",
         begun + R"({"error":{"message":"it broke"}})" + "\n",
         said + "error upstream \"it broke\"\n",
         {StreamDefect::ErrorEvent}},
        {"choices of a wrong type",
         data(R"({"choices":{}})"),
         said + "error upstream \"the provider sent choices of a wrong type\"\n",
         {StreamDefect::NotJson}},
        {"choice of a wrong type",
         data(R"({"choices":[7]})"),
         said + "error upstream \"the provider sent a choice of a wrong type\"\n",
         {StreamDefect::NotJson}},
        {"delta of a wrong type",
         data(R"({"choices":[{"delta":"x"}]})"),
         said + "error upstream \"the provider sent a delta of a wrong type\"\n",
         {StreamDefect::NotJson}},
        {"content of a wrong type",
         data(delta("\"content\":7")),
         said + "error upstream \"the provider sent content of a wrong type\"\n",
         {StreamDefect::NotJson}},
        {"calls of a wrong type",
         data(delta("\"tool_calls\":7")),
         said + "error upstream \"the provider sent tool_calls of a wrong type\"\n",
         {StreamDefect::NotJson}},
        {"arguments without a call",
         data(call(R"("index":0,"function":{"arguments":"{"})")),
         said +
             "error upstream \"the provider sent arguments before the tool call they belong to\"\n",
         {StreamDefect::MissingPartStart}},
    };
}

/// Streams that must end in one error, whatever else they say; too large to be cut everywhere.
std::vector<std::pair<const char *, std::string>> garbage()
{
    return {
        {"nothing", ""},
        {"[DONE] only", "data: [DONE]\n\n"},
        {"role and [DONE] only", sse({Opening})},
        {"HTML", "<html>\n<body>502 Bad Gateway</body>\n</html>\n"},
        {"JSON instead of a stream", R"({"choices":[{"message":{"content":"x"}}]})"},
        {"10 MB string",
         "data: " + delta("\"content\":\"" + std::string(10 * 1024 * 1024, 'x') + "\"") + "\n\n"},
        {"10 MB without a line end", std::string(10 * 1024 * 1024, 'x')},
        {"nesting",
         "data: {\"choices\":" + std::string(1000, '[') + std::string(1000, ']') + "}\n\n"},
        {"invalid UTF-8", "data: {\"choices\":[{\"delta\":{\"content\":\"\xff\xfe\"}}]}\n\n"},
        {"zeros", std::string(4096, '\0')},
        {"events after the error",
         "data: {\"error\":\"x\"}\n\ndata: {\"error\":\"y\"}\n\n" + sse({Opening, Stop})},
    };
}

} // namespace

class TestOpenAiChatStream final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streams_data();
    void streams();
    void garbage_data();
    void garbage();
    void manyCalls();
    void translated_data();
    void translated();
    void errorsAndPings();
    void usageOnlyWhenAsked();
};

void TestOpenAiChatStream::streams_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("events");
    QTest::addColumn<QByteArray>("defects");
    for (const auto &rows : {usual(), quirks(), broken()}) {
        for (const Row &row : rows) {
            QByteArray defects;
            for (std::size_t i = 0; i < StreamDefectCount; ++i) {
                const auto defect = static_cast<StreamDefect>(i);
                if (std::find(row.defects.begin(), row.defects.end(), defect) !=
                    row.defects.end()) {
                    defects += streamDefectName(defect).data();
                    defects += ' ';
                }
            }
            QTest::newRow(row.name) << QByteArray::fromStdString(row.stream)
                                    << QByteArray::fromStdString(Start + row.events) << defects;
        }
    }
}

void TestOpenAiChatStream::streams()
{
    QFETCH(const QByteArray, stream);
    QFETCH(const QByteArray, events);
    QFETCH(const QByteArray, defects);
    const Reading reading = readStream(openAiChatProvider(), stream.toStdString());
    static const QRegularExpression Made(QStringLiteral("id=call_[0-9a-f]{16}\\b"));
    const QString told =
        QString::fromStdString(reading.events).replace(Made, QStringLiteral("id=made"));
    QCOMPARE(told, QString::fromUtf8(events));
    QByteArray seen;
    for (std::size_t i = 0; i < StreamDefectCount; ++i) {
        if (reading.defects.has(static_cast<StreamDefect>(i))) {
            seen += streamDefectName(static_cast<StreamDefect>(i)).data();
            seen += ' ';
        }
    }
    QCOMPARE(seen, defects);
    QCOMPARE(differsWhenCut(openAiChatProvider(), stream.toStdString()), std::string());
}

void TestOpenAiChatStream::garbage_data()
{
    QTest::addColumn<QByteArray>("stream");
    for (const auto &[name, stream] : ::garbage()) {
        QTest::newRow(name) << QByteArray::fromStdString(stream);
    }
}

void TestOpenAiChatStream::garbage()
{
    QFETCH(const QByteArray, stream);
    const std::string text = stream.toStdString();
    for (const std::vector<std::size_t> &cuts :
         {std::vector<std::size_t>{}, {text.size() / 2}, {text.size() / 3, text.size() / 2}}) {
        const Reading reading = readStream(openAiChatProvider(), text, cuts);
        QCOMPARE(QByteArray::fromStdString("\n" + reading.events).count("\nerror "), 1);
        QVERIFY(("\n" + reading.events).find("\nend\n") == std::string::npos);
    }
}

void TestOpenAiChatStream::manyCalls()
{
    std::string stream = "data: " + Opening + "\n\n";
    for (int i = 0; i < 1025; ++i) {
        stream += "data: " + call(R"("function":{"name":"f","arguments":"{}"})") + "\n\n";
    }
    const Reading reading = readStream(openAiChatProvider(), stream);
    QVERIFY(reading.defects.has(StreamDefect::TooLarge));
    QCOMPARE(QByteArray::fromStdString(reading.events).count("part "), 1024);
    QCOMPARE(QByteArray::fromStdString(reading.events).count("error "), 1);
}

void TestOpenAiChatStream::translated_data()
{
    QTest::addColumn<QByteArray>("stream");
    for (const auto &rows : {usual(), quirks()}) {
        for (const Row &row : rows) {
            QTest::newRow(row.name) << QByteArray::fromStdString(row.stream);
        }
    }
}

/// A decoder speaks into the encoder: what comes out is clean, and means the same.
void TestOpenAiChatStream::translated()
{
    QFETCH(const QByteArray, stream);
    const std::string given = stream.toStdString();
    ChatRequest request;
    request.wantsUsage = true;
    AnswerContext context;
    context.request = &request;
    std::string written;
    StreamDefects defects;
    const auto encoder = openAiChatClient().streamEncoder(written, context);
    const auto decoder = openAiChatProvider().streamDecoder(*encoder, defects, "seed");
    decoder->feed(given);
    decoder->bodyEnded();
    Reading wanted = readStream(openAiChatProvider(), given);
    if (const auto at = wanted.events.find("finish stop_sequence"); at != std::string::npos) {
        wanted.events.replace(at, wanted.events.find('\n', at) - at, "finish stop");
    }
    const Reading reading = readStream(openAiChatProvider(), written);
    QCOMPARE(reading.events, wanted.events);
    QVERIFY(reading.defects.isClean());
}

void TestOpenAiChatStream::errorsAndPings()
{
    ChatRequest request;
    AnswerContext context;
    context.requestId = "r1";
    context.model = "m";
    context.created = 5;
    context.request = &request;
    std::string stream;
    const auto encoder = openAiChatClient().streamEncoder(stream, context);
    encoder->start({});
    encoder->ping();
    encoder->partStart(0, {});
    encoder->partDelta(0, "a");
    ApiError error;
    error.kind = ErrorClass::Overloaded;
    error.message = "a \"line\"\nmore";
    encoder->error(error);
    QCOMPARE(differsFromText("openai/stream_error.sse", stream), std::string());
}

void TestOpenAiChatStream::usageOnlyWhenAsked()
{
    Answer answer;
    answer.usage.input = 3;
    answer.usage.output = 1;
    ChatRequest request;
    AnswerContext context;
    context.request = &request;
    for (const bool isAsked : {false, true}) {
        request.wantsUsage = isAsked;
        std::string stream;
        replay(answer, *openAiChatClient().streamEncoder(stream, context));
        QCOMPARE(stream.find("usage") != std::string::npos, isAsked);
        QVERIFY(stream.ends_with("data: [DONE]\n\n"));
    }
}

QTEST_GUILESS_MAIN(TestOpenAiChatStream)
#include "tst_openaichatstream.moc"
