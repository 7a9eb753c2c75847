// SPDX-License-Identifier: MIT
// Streams of OCI's three formats, read whole and cut at every byte.
#include "core/provider/builtincodecs.h"
#include "core/provider/oci/eventdecoder.h"
#include "core/provider/oci/toolcalls.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

const ProviderCodec &codecOf(int format)
{
    return format == 0   ? ociGenericProvider()
           : format == 1 ? ociCohereProvider()
                         : ociCohereV2Provider();
}

std::size_t count(const std::string &text, const std::string &what)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

/// Ids that the gateway made, by their order.
std::string withoutMadeIds(std::string events)
{
    char next = '0';
    for (std::size_t at = events.find("id=call_"); at != std::string::npos;
         at = events.find("id=call_")) {
        const std::size_t end = events.find(' ', at);
        events.replace(at, end - at, std::string("id=MADE") + next++);
    }
    return events;
}

/// A generic event with calls.
std::string calls(const char *list)
{
    return std::string(R"(data: {"index":0,"message":{"role":"ASSISTANT","toolCalls":[)") + list +
           "]}}\n\n";
}

const char *const Start = "start id= model= created=0\n";
const char *const Finished = "data: {\"finishReason\":\"tool_calls\",\"pad\":\"aa\"}\n\n";

} // namespace

class TestOciStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streams_data();
    void streams();
    void callsArePutTogether_data();
    void callsArePutTogether();
    void cleanStreamsHaveNoDefects();
    void garbage_data();
    void garbage();
    void tooLarge();
    void tooManyCalls();
    void nothingAfterTheEnd();
};

void TestOciStreams::streams_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char *name, int format, const char *stream, const char *events) {
        QTest::newRow(name) << format << QByteArray(stream) << QByteArray(events);
    };
    const char *text =
        "start id= model= created=0\npart 0 text\ndelta 0 \"Grüezi 東京 🙂\"\nstop 0\n"
        "finish stop\nend\nusage input=40 cache_read=32 output=20 reasoning=5\n";
    row("generic", 0,
        "data: {\"index\":0,\"message\":{\"role\":\"ASSISTANT\",\"content\":[{\"type\":\"TEXT\","
        "\"text\":\"Grüezi \"}]},\"pad\":\"aaaaaaaa\"}\n\n"
        "data: {\"index\":0,\"message\":{\"role\":\"ASSISTANT\",\"content\":[{\"type\":\"TEXT\","
        "\"text\":\"東京 🙂\"}]},\"pad\":\"a\"}\n\n"
        "data: {\"finishReason\":\"stop\",\"pad\":\"aaa\"}\n\n"
        "data: {\"usage\":{\"promptTokens\":40,\"completionTokens\":20,\"totalTokens\":60,"
        "\"promptTokensDetails\":{\"cachedTokens\":32},\"completionTokensDetails\":"
        "{\"reasoningTokens\":5}},\"pad\":\"\"}\n\n"
        "data: [DONE]\n\n",
        text);
    row("generic, single line ends, no space, no last end", 0,
        "event: message\n: remark\nid: 7\n"
        "data:{\"message\":{\"content\":[{\"type\":\"TEXT\",\"text\":\"Grüezi \"}]}}\n"
        "data:{\"message\":{\"content\":\"東京 🙂\"}}\r\n\r\n"
        "data:{\"finishReason\":\"STOP\"}\n"
        "data:{\"usage\":{\"promptTokens\":40,\"completionTokens\":20,\"promptTokensDetails\":"
        "{\"cachedTokens\":32},\"completionTokensDetails\":{\"reasoningTokens\":5}}}",
        text);
    row("generic, reasoning and length", 0,
        "data: {\"message\":{\"reasoningContent\":\"Let \"}}\n\n"
        "data: {\"message\":{\"reasoningContent\":\"me\",\"content\":[]}}\n\n"
        "data: {\"message\":{\"content\":[{\"type\":\"TEXT\",\"text\":\"Once\"}]}}\n\n"
        "data: {\"message\":{\"content\":null},\"finishReason\":\"length\"}\n\n",
        "start id= model= created=0\npart 0 thinking\ndelta 0 \"Let me\"\nstop 0\npart 1 text\n"
        "delta 1 \"Once\"\nstop 1\nfinish max_tokens\nend\n");
    row("generic, cut off", 0, "data: {\"message\":{\"content\":\"He\"}}\n\ndata: {\"mess",
        "start id= model= created=0\npart 0 text\ndelta 0 \"He\"\n"
        "error upstream \"the provider's stream ended early\"\n");
    row("generic, error in the middle", 0,
        "data: {\"message\":{\"content\":\"He\"}}\n\n"
        "data: {\"code\":\"429\",\"message\":\"slow down\"}\n\ndata: [DONE]\n\n",
        "start id= model= created=0\npart 0 text\ndelta 0 \"He\"\n"
        "error rate_limited \"slow down\"\n");
    row("generic, error instead of a stream", 0,
        "{\"code\":\"NotAuthorizedOrNotFound\",\"message\":\"no\"}",
        "error not_found \"no (OCI says the same of a model that does not exist and of a policy "
        "that does not allow its use in this compartment)\"\n");
    row("generic, whole answer instead of a stream", 0,
        "{\"modelId\":\"m\",\"chatResponse\":{\"choices\":[{\"index\":0,\"message\":{\"content\":"
        "[{\"type\":\"TEXT\",\"text\":\"Hi\"}]},\"finishReason\":\"stop\"}]}}",
        "start id= model=m created=0\npart 0 text\ndelta 0 \"Hi\"\nstop 0\nfinish stop\nend\n");
    row("cohere, the last event says it all again", 1,
        "data: {\"apiFormat\":\"COHERE\",\"text\":\"Hel\",\"pad\":\"aaa\"}\n\n"
        "data: {\"apiFormat\":\"COHERE\",\"text\":\"lo 🙂\",\"pad\":\"a\"}\n\n"
        "data: {\"apiFormat\":\"COHERE\",\"text\":\"Hello "
        "🙂\",\"chatHistory\":[{\"role\":\"USER\","
        "\"message\":\"Hi\"}],\"finishReason\":\"COMPLETE\",\"usage\":{\"promptTokens\":3,"
        "\"completionTokens\":2},\"pad\":\"aa\"}\n\n",
        "start id= model= created=0\npart 0 text\ndelta 0 \"Hello 🙂\"\nstop 0\nfinish "
        "stop\nend\n"
        "usage input=3 output=2\n");
    row("cohere, calls told twice, text repeated with them", 1,
        "data: {\"text\":\"I look.\"}\n\n"
        "data: {\"text\":\"I look.\",\"toolCalls\":[{\"name\":\"f\",\"parameters\":{\"x\":1}},"
        "{\"name\":\"f\",\"parameters\":{\"x\":2}}]}\n\n"
        "data: {\"text\":\"I look.\",\"finishReason\":\"COMPLETE\",\"toolCalls\":[{\"name\":\"f\","
        "\"parameters\":{\"x\":1}},{\"name\":\"f\",\"parameters\":{\"x\":2}}]}\n\n",
        "start id= model= created=0\npart 0 text\ndelta 0 \"I look.\"\nstop 0\n"
        "part 1 call id=MADE0 name=f\ndelta 1 \"{\\\"x\\\":1}\"\nstop 1\n"
        "part 2 call id=MADE1 name=f\ndelta 2 \"{\\\"x\\\":2}\"\nstop 2\nfinish tool_calls\nend\n");
    row("cohere, everything in one event", 1,
        "data: {\"text\":\"Hello\",\"finishReason\":\"MAX_TOKENS\"}\n\n",
        "start id= model= created=0\npart 0 text\ndelta 0 \"Hello\"\nstop 0\nfinish max_tokens\n"
        "end\n");
    row("cohere, filtered with a word about it", 1,
        "data: {\"text\":\"He\"}\n\ndata: {\"text\":\"He\",\"finishReason\":\"ERROR_TOXIC\","
        "\"errorMessage\":\"toxic\"}\n\n",
        "start id= model= created=0\npart 0 text\ndelta 0 \"He\"\nstop 0\nfinish filtered\nend\n");
    row("cohere, cancelled", 1,
        "data: {\"text\":\"He\"}\n\ndata: {\"text\":\"He\",\"finishReason\":\"USER_CANCEL\"}\n\n",
        "start id= model= created=0\npart 0 text\ndelta 0 \"He\"\n"
        "error upstream \"the provider ended the answer with an error\"\n");
    row("cohere v2", 2,
        "data: {\"apiFormat\":\"COHEREV2\",\"id\":\"r-1\",\"message\":{\"role\":\"ASSISTANT\","
        "\"content\":[{\"type\":\"THINKING\",\"thinking\":\"Hm\"}]}}\n\n"
        "data: "
        "{\"id\":\"r-1\",\"message\":{\"content\":[{\"type\":\"TEXT\",\"text\":\"Hel\"}]}}\n\n"
        "data: {\"id\":\"r-1\",\"message\":{\"content\":[{\"type\":\"TEXT\",\"text\":\"lo\"}]}}\n\n"
        "data: {\"id\":\"r-1\",\"message\":{\"content\":[{\"type\":\"TEXT\",\"text\":\"Hello\"}]},"
        "\"finishReason\":\"COMPLETE\"}\n\n"
        "data: {\"usage\":{\"promptTokens\":3,\"completionTokens\":2}}\n\n",
        "start id=r-1 model= created=0\npart 0 thinking\ndelta 0 \"Hm\"\nstop 0\npart 1 text\n"
        "delta 1 \"Hello\"\nstop 1\nfinish stop\nend\nusage input=3 output=2\n");
    row("cohere v2, calls in pieces and once more", 2,
        "data: {\"message\":{\"toolPlan\":\"I look.\"}}\n\n"
        "data: {\"message\":{\"toolCalls\":[{\"id\":\"a\",\"type\":\"FUNCTION\",\"function\":"
        "{\"name\":\"f\",\"arguments\":\"\"}}]}}\n\n"
        "data: {\"message\":{\"toolCalls\":[{\"function\":{\"arguments\":\"{\\\"x\\\":\"}}]}}\n\n"
        "data: {\"message\":{\"toolCalls\":[{\"function\":{\"arguments\":\"1}\"}}]}}\n\n"
        "data: {\"message\":{\"toolPlan\":\"I look.\",\"toolCalls\":[{\"id\":\"a\",\"function\":"
        "{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}},{\"id\":\"b\",\"function\":{\"name\":"
        "\"g\",\"arguments\":\"{}\"}}]},\"finishReason\":\"TOOL_CALL\"}\n\n",
        "start id= model= created=0\npart 0 thinking\ndelta 0 \"I look.\"\nstop 0\n"
        "part 1 call id=a name=f\ndelta 1 \"{\\\"x\\\":1}\"\nstop 1\n"
        "part 2 call id=b name=g\ndelta 2 \"{}\"\nstop 2\nfinish tool_calls\nend\n");
}

void TestOciStreams::streams()
{
    QFETCH(int, format);
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, events);
    const std::string text = stream.toStdString();
    QCOMPARE(withoutMadeIds(readStream(codecOf(format), text).events), events.toStdString());
    const std::string difference = differsWhenCut(codecOf(format), text);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestOciStreams::callsArePutTogether_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char *name, const std::string &stream, const char *events) {
        QTest::newRow(name) << QByteArray::fromStdString(stream + Finished)
                            << QByteArray(Start) + QByteArray(events) + "finish tool_calls\nend\n";
    };
    row("pieces without id",
        calls(R"({"id":"a","type":"FUNCTION","name":"f","arguments":""})") +
            calls(R"({"type":"FUNCTION","arguments":"{\"x\""})") + calls(R"({"arguments":":1}"})"),
        "part 0 call id=a name=f\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\n");
    row("parallel, all at position 0",
        calls(R"({"id":"a","name":"f","arguments":""})") + calls(R"({"arguments":"{\"x\":1}"})") +
            calls(R"({"id":"b","name":"f","arguments":""})") +
            calls(R"({"arguments":"{\"x\":2}"})"),
        "part 0 call id=a name=f\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\n"
        "part 1 call id=b name=f\ndelta 1 \"{\\\"x\\\":2}\"\nstop 1\n");
    row("a repeated id",
        calls(R"({"id":"a","name":"f","arguments":"{"})") +
            calls(R"({"id":"b","name":"g","arguments":"{"})") +
            calls(R"({"id":"a","name":"f","arguments":"}"})") +
            calls(R"({"id":"b","name":"g","arguments":"}"})"),
        "part 0 call id=a name=f\ndelta 0 \"{\"\npart 1 call id=b name=g\ndelta 1 \"{\"\n"
        "delta 0 \"}\"\ndelta 1 \"}\"\nstop 0\nstop 1\n");
    row("side by side",
        calls(R"({"id":"a","name":"f","arguments":"{"},{"id":"b","name":"g","arguments":"{"})") +
            calls(R"({"arguments":"}"},{"arguments":"\"y\":2}"})"),
        "part 0 call id=a name=f\ndelta 0 \"{\"\npart 1 call id=b name=g\ndelta 1 \"{\"\n"
        "delta 0 \"}\"\ndelta 1 \"\\\"y\\\":2}\"\nstop 0\nstop 1\n");
    row("whole, without id",
        calls(R"({"type":"FUNCTION","name":"f","arguments":"{\"x\":1}"})") +
            calls(R"({"type":"FUNCTION","name":"f","arguments":"{\"x\":2}"})"),
        "part 0 call id=MADE0 name=f\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\n"
        "part 1 call id=MADE1 name=f\ndelta 1 \"{\\\"x\\\":2}\"\nstop 1\n");
    row("an object, nulls, no arguments",
        calls(R"({"id":"a","name":"f","arguments":{"x": 1}})") +
            calls(R"({"id":"b","name":"g","arguments":null},null,7)"),
        "part 0 call id=a name=f\ndelta 0 \"{\\\"x\\\": 1}\"\nstop 0\n"
        "part 1 call id=b name=g\nstop 1\n");
    row("text before",
        "data: {\"message\":{\"content\":\"Let me see.\"}}\n\n" +
            calls(R"({"id":"a","name":"f","arguments":"{}"})"),
        "part 0 text\ndelta 0 \"Let me see.\"\nstop 0\npart 1 call id=a name=f\n"
        "delta 1 \"{}\"\nstop 1\n");
}

void TestOciStreams::callsArePutTogether()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, events);
    const std::string text = stream.toStdString();
    QCOMPARE(withoutMadeIds(readStream(ociGenericProvider(), text).events), events.toStdString());
    const std::string difference = differsWhenCut(ociGenericProvider(), text);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestOciStreams::cleanStreamsHaveNoDefects()
{
    const std::string text = "data: {\"message\":{\"content\":\"Hi\"}}\n\n";
    const std::string finish = "data: {\"finishReason\":\"stop\"}\n\n";
    QVERIFY(readStream(codecOf(0), text + finish).defects.isClean());
    QVERIFY(readStream(codecOf(0), text + finish + "data: [DONE]\n\n").defects.isClean());
    const Reading unfinished = readStream(codecOf(0), text + "data: [DONE]\n\n");
    QVERIFY(unfinished.defects.has(StreamDefect::MissingFinish));
    QVERIFY(unfinished.events.ends_with("finish stop\nend\n"));
    QVERIFY(readStream(codecOf(0), text).defects.has(StreamDefect::Truncated));
    QVERIFY(readStream(codecOf(0), text + "data: {\"code\":\"x\",\"message\":\"y\"}\n")
                .defects.has(StreamDefect::ErrorEvent));
    QVERIFY(
        readStream(codecOf(0), "what?\n" + text + finish).defects.has(StreamDefect::UnknownEvent));
}

void TestOciStreams::garbage_data()
{
    QTest::addColumn<QByteArray>("stream");
    for (const char *stream :
         {"", "\n\n", "data: [DONE]\n\n", "data: {}\n\ndata: [DONE]\n\n", "data: 7\n\n",
          "data: nonsense\n\n", "data: {\"message\":\n\n", "data: \xff\xfe\n\n",
          "<html>\n</html>\n", "data: [1,2]\n\n",
          "data: {\"error\":\"x\"}\n\ndata: {\"error\":\"x\"}\n\n",
          "{\"code\":500,\"message\":\"x\"}\n{\"code\":500,\"message\":\"x\"}\n",
          "data: {\"message\":{\"content\":{\"a\":1},\"toolCalls\":{\"a\":1}}}\n\n",
          "data: {\"message\":7,\"text\":9,\"toolCalls\":[7],\"usage\":[1],\"finishReason\":3}\n\n",
          "data: {\"message\":{\"toolCalls\":[{\"arguments\":\"x\"}]},\"usage\":"
          "{\"promptTokens\":-1,\"completionTokens\":1e400}}\n\n"}) {
        QTest::newRow(stream) << QByteArray(stream);
    }
}

void TestOciStreams::garbage()
{
    QFETCH(QByteArray, stream);
    for (int format = 0; format < 3; ++format) {
        const Reading reading = readStream(codecOf(format), stream.toStdString());
        QCOMPARE(count(reading.events, "error "), std::size_t(1));
        QCOMPARE(count(reading.events, "end\n"), std::size_t(0));
        QVERIFY(differsWhenCut(codecOf(format), stream.toStdString()).empty());
    }
}

void TestOciStreams::tooLarge()
{
    const std::string piece(1 << 20, 'x');
    EventLog log;
    StreamDefects defects;
    const auto decoder = ociGenericProvider().streamDecoder(log, defects, "seed");
    decoder->feed("data: {\"message\":{\"content\":\"");
    for (std::size_t sent = 0; sent <= oci::EventDecoder::MaxLine; sent += piece.size()) {
        decoder->feed(piece);
    }
    QVERIFY(defects.has(StreamDefect::TooLarge));
    decoder->feed("\"}}\n\ndata: [DONE]\n\n");
    decoder->bodyEnded();
    QCOMPARE(log.text(),
             std::string("error upstream \"an event of the provider's is too large\"\n"));
}

void TestOciStreams::tooManyCalls()
{
    std::string stream;
    for (std::size_t i = 0; i <= oci::ToolCalls::MaxCalls; ++i) {
        stream += calls(R"({"name":"f","arguments":"{}"})");
    }
    const Reading reading = readStream(ociGenericProvider(), stream + Finished);
    QCOMPARE(count(reading.events, " call id="), oci::ToolCalls::MaxCalls);
    QCOMPARE(count(reading.events, "error upstream"), std::size_t(1));
}

void TestOciStreams::nothingAfterTheEnd()
{
    const std::string stream =
        "data: {\"message\":{\"content\":\"Hi\"},\"finishReason\":\"stop\"}\n\n"
        "data: [DONE]\n\n";
    const Reading whole = readStream(codecOf(0), stream);
    const Reading more = readStream(
        codecOf(0), stream + "data: {\"message\":{\"content\":\"!\"}}\n\ndata: [DONE]\n\n");
    QCOMPARE(more.events, whole.events);
    QVERIFY(more.defects.has(StreamDefect::AfterEnd));
}

QTEST_GUILESS_MAIN(TestOciStreams)
#include "tst_ocistreams.moc"
