// SPDX-License-Identifier: MIT
// Anthropic's answers, whole and streamed: what they mean, and what is mended.
#include "core/provider/builtincodecs.h"
#include "tests/provider/anthropic/supportstreams.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::testing;
using provider::StreamDefect;

namespace {

const std::string Text0 =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})";
const std::string Hello =
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}})";
const std::string Stop0 = R"({"type":"content_block_stop","index":0})";

provider::ApiError errorOf(int status, std::string_view body)
{
    return provider::anthropicProvider().decodeError(status, body);
}

int count(const std::string &text, std::string_view what)
{
    int found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

} // namespace

class TestAnthropicStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void means_data();
    void means();
    void mends_data();
    void mends();
    void failsOnce_data();
    void failsOnce();
    void errors_data();
    void errors();
    void equalIdsOfParallelCalls();
    void usageNeverShrinks();
};

void TestAnthropicStream::means_data()
{
    QTest::addColumn<int>("index");
    const auto all = anthropicStreams();
    for (std::size_t i = 0; i < all.size(); ++i) {
        QTest::newRow(all[i].name.c_str()) << int(i);
    }
}

void TestAnthropicStream::means()
{
    QFETCH(int, index);
    const AnthropicStream each = anthropicStreams()[std::size_t(index)];
    const provider::ProviderCodec &codec = provider::anthropicProvider();
    const Reading reading = readStream(codec, each.stream);
    QCOMPARE(reading.events, each.events);
    QVERIFY(reading.defects.isClean());
    QCOMPARE(differsWhenCut(codec, each.stream), std::string());
    QCOMPARE(readAnswer(codec, each.answer), each.events);

    // the same with CRLF, and without names of events
    std::string crlf;
    std::string nameless;
    for (std::size_t at = 0; at < each.stream.size();) {
        const std::size_t end = each.stream.find('\n', at);
        const std::string line = each.stream.substr(at, end - at);
        crlf += line + "\r\n";
        nameless += line.starts_with("event:") ? std::string() : line + "\n";
        at = end + 1;
    }
    QCOMPARE(differsWhenCut(codec, crlf), std::string());
    QCOMPARE(readStream(codec, crlf).events, each.events);
    QCOMPARE(readStream(codec, nameless).events, each.events);
    // every stream that ends too early gives either the answer or exactly one error
    for (std::size_t end = 0; end < each.stream.size(); end += 7) {
        const std::string events = readStream(codec, each.stream.substr(0, end)).events;
        QCOMPARE(count(events, "\nend\n") + count("\n" + events, "\nerror "), 1);
    }
}

void TestAnthropicStream::mends_data()
{
    QTest::addColumn<std::string>("stream");
    QTest::addColumn<std::string>("parts"); // what stands between start and finish
    QTest::addColumn<int>("defect");
    const std::string text = "part 0 text\ndelta 0 \"Hello\"\nstop 0\n";
    const auto row = [](const char *name, const std::string &stream, const std::string &parts,
                        StreamDefect defect) {
        QTest::newRow(name) << stream << parts << int(defect);
    };
    const std::string good = messageOf({Text0, Hello, Stop0});
    row("missing message_stop", good.substr(0, good.find("event: message_stop")), text,
        StreamDefect::MissingTerminal);
    std::string noStart = good.substr(good.find("event: content_block_start"));
    row("missing message_start", noStart, text, StreamDefect::MissingStart);
    row("duplicate message_start", good.substr(0, good.find("event: content_block_start")) + good,
        text, StreamDefect::DuplicateStart);
    row("missing content_block_start", messageOf({Hello, Stop0}), text,
        StreamDefect::MissingPartStart);
    row("missing content_block_stop", messageOf({Text0, Hello}), text,
        StreamDefect::MissingPartStop);
    row("wrong index of the delta",
        messageOf(
            {Text0,
             R"({"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"Hello"}})",
             Stop0}),
        text, StreamDefect::WrongIndex);
    row("no index",
        messageOf({R"({"type":"content_block_start","content_block":{"type":"text","text":""}})",
                   R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}})",
                   R"({"type":"content_block_stop"})"}),
        text, StreamDefect::WrongIndex);
    row("always index 0",
        messageOf(
            {Text0, Hello, Stop0,
             R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})",
             R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}})",
             Stop0},
            "tool_use"),
        text + "part 1 call id=t name=f\ndelta 1 \"{}\"\nstop 1\n", StreamDefect::WrongIndex);
    row("unknown event", messageOf({R"({"type":"tomorrow","x":[1]})", Text0, Hello, Stop0}), text,
        StreamDefect::UnknownEvent);
    row("unknown delta",
        messageOf({Text0, Hello,
                   R"({"type":"content_block_delta","index":0,"delta":{"type":"new"}})", Stop0}),
        text, StreamDefect::UnknownEvent);
    row("OpenAI's end", good.substr(0, good.find("event: message_stop")) + "data: [DONE]\n\n", text,
        StreamDefect::MissingTerminal);
    row("more after the end", good + good, text, StreamDefect::AfterEnd);
    row("text in the start",
        messageOf(
            {R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":"Hel"}})",
             R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo"}})",
             R"({"type":"content_block_stop","index":1})"}),
        text, StreamDefect::WrongIndex);
    row("input in the start",
        messageOf(
            {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{"a": 1}}})"},
            "tool_use"),
        "part 0 call id=t name=f\ndelta 0 \"{\\\"a\\\": 1}\"\nstop 0\n",
        StreamDefect::MissingPartStop);
    row("overlapping calls",
        messageOf(
            {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})",
             R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}})",
             R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"u","name":"g","input":{}}})",
             R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}})",
             R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":":1}"}})",
             Stop0},
            "tool_use"),
        "part 0 call id=t name=f\ndelta 0 \"{\\\"a\\\"\"\npart 1 call id=u name=g\ndelta 1 \"{}\"\n"
        "delta 0 \":1}\"\nstop 0\nstop 1\n",
        StreamDefect::MissingPartStop);
}

void TestAnthropicStream::mends()
{
    QFETCH(std::string, stream);
    QFETCH(std::string, parts);
    QFETCH(int, defect);
    const Reading reading = readStream(provider::anthropicProvider(), stream);
    const std::size_t from = reading.events.find('\n') + 1;
    QCOMPARE(reading.events.substr(from, reading.events.find("finish ") - from), parts);
    QCOMPARE(count(reading.events, "start id="), 1);
    QCOMPARE(count(reading.events, "\nend\n"), 1);
    QCOMPARE(count(reading.events, "error"), 0);
    QVERIFY(reading.defects.has(StreamDefect(defect)));
    QCOMPARE(differsWhenCut(provider::anthropicProvider(), stream), std::string());
}

void TestAnthropicStream::failsOnce_data()
{
    QTest::addColumn<std::string>("stream");
    QTest::addColumn<std::string>("error");
    QTest::addColumn<int>("defect");
    const std::string good = messageOf({Text0, Hello, Stop0});
    const std::string half = good.substr(0, good.find("event: message_delta"));
    const auto row = [](const char *name, const std::string &stream, const std::string &error,
                        StreamDefect defect) {
        QTest::newRow(name) << stream << error << int(defect);
    };
    row("nothing", "", "error upstream", StreamDefect::Truncated);
    row("truncated", half, "error upstream", StreamDefect::Truncated);
    row("truncated in an event", half + "event: message_delta\ndata: {\"type\":\"mess",
        "error upstream", StreamDefect::Truncated);
    row("html", "<html><body>502 Bad Gateway</body></html>\n\n", "error upstream",
        StreamDefect::Truncated);
    row("not json", half + "data: {oops}\n\n", "error upstream", StreamDefect::NotJson);
    row("an array", half + "data: [1]\n\n", "error upstream", StreamDefect::NotJson);
    row("not UTF-8", half + "data: {\"type\":\"\xC3\x28\"}\n\n", "error upstream",
        StreamDefect::NotJson);
    row("too deep", half + "data: " + std::string(3000, '[') + "\n\n", "error upstream",
        StreamDefect::NotJson);
    row("too large", half + "data: " + std::string(17UL * 1024 * 1024, 'x'), "error upstream",
        StreamDefect::TooLarge);
    row("overloaded",
        half +
            sseOf(
                {R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"}),
        "error overloaded \"Overloaded\"", StreamDefect::ErrorEvent);
    row("Google's envelope",
        half + "data: {\"error\":{\"code\":429,\"message\":\"quota\",\"status\":"
               "\"RESOURCE_EXHAUSTED\"}}\n\n",
        "error rate_limited \"quota\"", StreamDefect::ErrorEvent);
    row("an error without words", half + sseOf({R"({"type":"error"})"}), "error upstream",
        StreamDefect::ErrorEvent);
    row("an error and more",
        sseOf({R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})"}) + good,
        "error rate_limited \"slow\"", StreamDefect::ErrorEvent);
    row("arguments of no call",
        messageOf(
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}})"}),
        "error upstream", StreamDefect::Truncated);
    row("wrong types everywhere",
        "data: {\"type\":\"message_start\",\"message\":7}\n\n"
        "data: {\"type\":\"content_block_start\",\"index\":\"x\",\"content_block\":null}\n\n"
        "data: {\"type\":\"content_block_delta\",\"index\":1e99,\"delta\":[{}]}\n\n"
        "data: {\"type\":\"content_block_stop\",\"index\":null}\n\n"
        "data: {\"type\":\"message_delta\",\"delta\":\"x\",\"usage\":{\"output_tokens\":-3}}\n\n"
        "data: {\"type\":17}\n\ndata: {}\n\n",
        "error upstream", StreamDefect::Truncated);
}

void TestAnthropicStream::failsOnce()
{
    QFETCH(std::string, stream);
    QFETCH(std::string, error);
    QFETCH(int, defect);
    const Reading reading = readStream(provider::anthropicProvider(), stream);
    const std::string events = "\n" + reading.events;
    QCOMPARE(count(events, "\nerror "), 1);
    QVERIFY2(events.find("\n" + error) != std::string::npos, events.c_str());
    QCOMPARE(count(events, "\nend\n"), 0);
    QVERIFY(reading.defects.has(StreamDefect(defect)));
}

void TestAnthropicStream::errors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<std::string>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<std::string>("message");
    using provider::ErrorClass;
    const auto row = [](int status, const char *type, const std::string &message, ErrorClass kind) {
        QTest::addRow("%d %s", status, type)
            << status
            << std::string(R"({"type":"error","error":{"type":")") + type + R"(","message":")" +
                   message + R"("},"request_id":"req_1"})"
            << int(kind) << message;
    };
    row(400, "invalid_request_error", "bad", ErrorClass::BadRequest);
    row(400, "invalid_request_error ", "prompt is too long: 210000 tokens > 200000 maximum",
        ErrorClass::ContextTooLong);
    QTest::newRow("credit")
        << 400
        << std::string(
               R"({"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}})")
        << int(ErrorClass::Permission) << std::string("Your credit balance is too low");
    row(401, "authentication_error", "no", ErrorClass::Authentication);
    row(402, "billing_error", "pay", ErrorClass::Permission);
    row(403, "permission_error", "no", ErrorClass::Permission);
    row(404, "not_found_error", "model: x", ErrorClass::NotFound);
    row(413, "request_too_large", "big", ErrorClass::TooLarge);
    row(429, "rate_limit_error", "slow", ErrorClass::RateLimited);
    row(500, "api_error", "oh", ErrorClass::Upstream);
    row(504, "timeout_error", "late", ErrorClass::Timeout);
    row(529, "overloaded_error", "Overloaded", ErrorClass::Overloaded);
    const auto raw = [](const char *name, int status, const char *body, ErrorClass kind,
                        const char *message) {
        QTest::newRow(name) << status << std::string(body) << int(kind) << std::string(message);
    };
    raw("Vertex", 429,
        R"([{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"RetryInfo","retryDelay":"13s"}]}}])",
        ErrorClass::RateLimited, "Quota");
    raw("html", 502, "<html><h1>Bad Gateway</h1></html>", ErrorClass::Upstream, "Bad Gateway");
    raw("nothing", 503, "", ErrorClass::Overloaded,
        "the provider answered an error without a message");
    raw("nonsense", 400, R"({"error":{"type":[1],"message":{"a":1}}})", ErrorClass::BadRequest,
        "the provider answered an error without a message");
}

void TestAnthropicStream::errors()
{
    QFETCH(int, status);
    QFETCH(std::string, body);
    QFETCH(int, kind);
    QFETCH(std::string, message);
    const provider::ApiError error = errorOf(status, body);
    QCOMPARE(int(error.kind), kind);
    QCOMPARE(error.message, message);
    QCOMPARE(error.status, 0);
    if (QLatin1StringView(QTest::currentDataTag()) == QLatin1StringView("Vertex")) {
        QCOMPARE(error.retryAfter, std::chrono::nanoseconds(std::chrono::seconds(13)));
    }
}

void TestAnthropicStream::equalIdsOfParallelCalls()
{
    const std::string body =
        R"({"type":"message","content":[{"type":"tool_use","id":"x","name":"a","input":{}},{"type":"tool_use","id":"x","name":"b","input":{}},{"type":"tool_use","name":"c","input":{}}],"stop_reason":"tool_use"})";
    const std::string events = readAnswer(provider::anthropicProvider(), body);
    QCOMPARE(count(events, " id=x "), 1);
    QCOMPARE(count(events, " id=call_"), 2);
    QCOMPARE(events, readAnswer(provider::anthropicProvider(), body));
}

void TestAnthropicStream::usageNeverShrinks()
{
    // input in message_start only; cache counts in message_delta only; both at once in the sum
    const std::string stream = sseOf(
        {R"({"type":"message_start","message":{"id":"m","usage":{"input_tokens":5,"output_tokens":1}}})",
         R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"cache_read_input_tokens":7,"output_tokens":3}})",
         R"({"type":"message_delta","delta":{},"usage":{"input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}})",
         R"({"type":"message_stop"})"});
    const std::string events = readStream(provider::anthropicProvider(), stream).events;
    QVERIFY2(events.ends_with("usage input=12 cache_read=7 output=3\n"), events.c_str());
}

QTEST_GUILESS_MAIN(TestAnthropicStream)
#include "tst_anthropicstream.moc"
