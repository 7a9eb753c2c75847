// SPDX-License-Identifier: MIT
// What an Ollama server answers: whole, streamed and cut at every byte, as an error, as garbage.
#include "core/provider/builtincodecs.h"
#include "core/provider/ollama/linedecoder.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <set>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

const std::string Head = R"({"model":"llama3.2","created_at":"2026-01-31T12:00:00.5Z",)";

std::string line(const std::string &rest)
{
    return Head + rest + "}\n";
}

std::string piece(const std::string &message)
{
    return line(R"("message":{"role":"assistant",)" + message + R"(},"done":false)");
}

std::string last(const std::string &reason, const std::string &message = R"("content":"")")
{
    return line(R"("message":{"role":"assistant",)" + message + R"(},"done":true,"done_reason":")" +
                reason +
                R"(","total_duration":5,"load_duration":1,"prompt_eval_count":26,)"
                R"("prompt_eval_duration":2,"eval_count":298,"eval_duration":3)");
}

const std::string Start = "start id= model=llama3.2 created=1769860800\n";
const std::string Usage = "usage input=26 output=298\n";

std::size_t countOf(const std::string &text, const std::string &what)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

} // namespace

class tst_OllamaAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streams_data();
    void streams();
    void whole_data();
    void whole();
    void idsAreMadeAndUnique();
    void garbage_data();
    void garbage();
    void longLines();
    void manyCalls();
    void errors_data();
    void errors();
};

void tst_OllamaAnswers::streams_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("wanted");
    QTest::addColumn<int>("defect"); // -1: none
    const auto row = [](const char *name, const std::string &stream, const std::string &wanted,
                        int defect = -1) {
        QTest::newRow(name) << QByteArray::fromStdString(stream)
                            << QByteArray::fromStdString(wanted) << defect;
    };
    const auto as = [](StreamDefect defect) { return static_cast<int>(defect); };
    row("text", piece(R"("content":"Hello")") + piece(R"("content":", world")") + last("stop"),
        Start + "part 0 text\ndelta 0 \"Hello, world\"\nstop 0\nfinish stop\nend\n" + Usage);
    row("unicode",
        piece(R"("content":"Zürich \u6771")") + piece("\"content\":\"京 🙂 \\\"\\n\"") +
            last("stop"),
        Start + "part 0 text\ndelta 0 \"Zürich 東京 🙂 \\\"\\n\"\nstop 0\nfinish stop\nend\n" +
            Usage);
    row("thinking",
        piece(R"("content":"","thinking":"Hm")") + piece(R"("content":"391","thinking":"m.")") +
            last("stop"),
        Start +
            "part 0 thinking\ndelta 0 \"Hmm.\"\nstop 0\npart 1 text\ndelta 1 \"391\"\nstop 1\n"
            "finish stop\nend\n" +
            Usage);
    row("tool",
        piece(
            R"("content":"","tool_calls":[{"id":"call_a","function":{"index":0,"name":"get_weather","arguments":{"city":"Zürich"}}}])") +
            last("stop"),
        Start +
            "part 0 call id=call_a name=get_weather\ndelta 0 \"{\\\"city\\\":\\\"Zürich\\\"}\"\n"
            "stop 0\nfinish tool_calls\nend\n" +
            Usage);
    row("parallel tools",
        piece(
            R"("content":"Let me look.","tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}},{"id":"b","function":{"name":"g","arguments":{"x":1.50}}}])") +
            piece(R"("content":"","tool_calls":[{"id":"c","function":{"name":"f"}}])") +
            last("stop"),
        Start +
            "part 0 text\ndelta 0 \"Let me look.\"\nstop 0\n"
            "part 1 call id=a name=f\ndelta 1 \"{}\"\nstop 1\n"
            "part 2 call id=b name=g\ndelta 2 \"{\\\"x\\\":1.50}\"\nstop 2\n"
            "part 3 call id=c name=f\ndelta 3 \"{}\"\nstop 3\nfinish tool_calls\nend\n" +
            Usage);
    row("length", piece(R"("content":"Once")") + last("length"),
        Start + "part 0 text\ndelta 0 \"Once\"\nstop 0\nfinish max_tokens\nend\n" + Usage);
    row("content in the last line", last("stop", R"("content":"All")"),
        Start + "part 0 text\ndelta 0 \"All\"\nstop 0\nfinish stop\nend\n" + Usage);
    row("error line", piece(R"("content":"On")") + "{\"error\":\"an error was encountered\"}\n",
        Start + "part 0 text\ndelta 0 \"On\"\nerror upstream \"an error was encountered\"\n",
        as(StreamDefect::ErrorEvent));
    row("error of the context", "{\"error\":\"the input length exceeds the context length\"}\n",
        "error context_too_long code=context_length_exceeded \"the input length exceeds the "
        "context "
        "length\"\n",
        as(StreamDefect::ErrorEvent));
    row("load",
        line(R"("message":{"role":"assistant","content":""},"done":true,"done_reason":"load")"),
        Start + "finish stop\nend\n");
    row("unload",
        line(R"("message":{"role":"assistant","content":""},"done":true,"done_reason":"unload")"),
        Start + "finish stop\nend\n");
    row("no prompt count",
        line(R"("message":{"content":"x"},"done":true,"done_reason":"stop","eval_count":1)"),
        Start + "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\nusage input=0 output=1\n");
    row("generate",
        line(R"("response":"a","done":false)") +
            line(
                R"("response":"b","done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":2)"),
        Start + "part 0 text\ndelta 0 \"ab\"\nstop 0\nfinish stop\nend\nusage input=1 output=2\n");
    std::string crlf = piece(R"("content":"x")");
    crlf.insert(crlf.size() - 1, "\r");
    row("crlf and blank lines", "\r\n\n" + crlf + "\r\n  \n" + last("stop"),
        Start + "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n" + Usage);
    std::string unended = last("stop");
    unended.pop_back();
    row("no last line end", piece(R"("content":"x")") + unended,
        Start + "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n" + Usage);
    row("no reason", piece(R"("content":"x")") + line(R"("done":true)"),
        Start + "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\nusage input=0 output=0\n",
        as(StreamDefect::MissingFinish));
    row("unknown reason", last("tired", R"("content":"x")"),
        Start + "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n" + Usage);
    row("something after the end", last("stop") + piece(R"("content":"more")"),
        Start + "finish stop\nend\n" + Usage, as(StreamDefect::AfterEnd));
    row("an unknown line", "{\"status\":\"warming up\"}\n" + last("stop"),
        Start + "finish stop\nend\n" + Usage, as(StreamDefect::UnknownEvent));
}

void tst_OllamaAnswers::streams()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, wanted);
    QFETCH(int, defect);
    const Reading reading = readStream(ollamaChatProvider(), stream.toStdString());
    QCOMPARE(QByteArray::fromStdString(reading.events), wanted);
    QCOMPARE(reading.defects.isClean(), defect < 0);
    if (defect >= 0) {
        QVERIFY(reading.defects.has(static_cast<StreamDefect>(defect)));
    }
    const std::string difference = differsWhenCut(ollamaChatProvider(), stream.toStdString());
    QVERIFY2(difference.empty(), difference.c_str());
}

void tst_OllamaAnswers::whole_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("wanted");
    const auto row = [](const char *name, const std::string &body, const std::string &wanted) {
        QTest::newRow(name) << QByteArray::fromStdString(body) << QByteArray::fromStdString(wanted);
    };
    row("everything",
        last(
            "stop",
            R"("content":"Look.","thinking":"Hm.","tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":1}}}])"),
        Start +
            "part 0 thinking\ndelta 0 \"Hm.\"\nstop 0\npart 1 text\ndelta 1 \"Look.\"\nstop 1\n"
            "part 2 call id=a name=f\ndelta 2 \"{\\\"x\\\":1}\"\nstop 2\nfinish tool_calls\n"
            "end\n" +
            Usage);
    row("length", last("length", R"("content":"x")"),
        Start + "part 0 text\ndelta 0 \"x\"\nstop 0\nfinish max_tokens\nend\n" + Usage);
    row("without done", R"({"message":{"content":"x"}})",
        "start id= model= created=0\npart 0 text\ndelta 0 \"x\"\nstop 0\nfinish stop\nend\n"
        "usage input=0 output=0\n");
    row("error", R"({"error":"out of memory"})", "error upstream \"out of memory\"\n");
    row("nothing", "{}", "error upstream \"the Ollama server's answer is none\"\n");
    row("another dialect's", R"({"choices":[{"message":{"content":"x"}}]})",
        "error upstream \"the Ollama server's answer is none\"\n");
}

void tst_OllamaAnswers::whole()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, wanted);
    QCOMPARE(QByteArray::fromStdString(readAnswer(ollamaChatProvider(), body.toStdString())),
             wanted);
}

/// Without an id, and with the same one twice, each call gets its own; again the same ones when the
/// stream is read again.
void tst_OllamaAnswers::idsAreMadeAndUnique()
{
    const std::string call = R"({"function":{"name":"f","arguments":{}}})";
    const std::string named = R"({"id":"x","function":{"name":"f","arguments":{}}})";
    const std::string stream = piece(R"("content":"","tool_calls":[)" + call + "," + call + "," +
                                     named + "," + named + "]") +
                               last("stop");
    const Reading reading = readStream(ollamaChatProvider(), stream);
    QCOMPARE(countOf(reading.events, "part "), std::size_t(4));
    QCOMPARE(countOf(reading.events, "id=x "), std::size_t(1));
    QCOMPARE(countOf(reading.events, "id=call_"), std::size_t(3));
    std::set<std::string> ids;
    for (std::size_t at = reading.events.find("id=call_"); at != std::string::npos;
         at = reading.events.find("id=call_", at + 1)) {
        ids.insert(reading.events.substr(at, 24));
    }
    QCOMPARE(ids.size(), std::size_t(3));
    QVERIFY(reading.defects.has(StreamDefect::WrongIndex));
    QCOMPARE(readStream(ollamaChatProvider(), stream).events, reading.events);
}

void tst_OllamaAnswers::garbage_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<int>("defect");
    const auto row = [](const char *name, const std::string &stream, StreamDefect defect) {
        QTest::newRow(name) << QByteArray::fromStdString(stream) << static_cast<int>(defect);
    };
    const std::string good = piece(R"("content":"x")");
    row("nothing", "", StreamDefect::Truncated);
    row("blank", "\n\r\n", StreamDefect::Truncated);
    row("no end", good + good, StreamDefect::Truncated);
    row("cut in a line", good + good.substr(0, good.size() / 2), StreamDefect::Truncated);
    row("html", "<html><body>502</body></html>\n", StreamDefect::NotJson);
    row("html later", good + "<html>\n" + good, StreamDefect::NotJson);
    row("an event stream", "data: {\"choices\":[]}\n\ndata: [DONE]\n\n", StreamDefect::NotJson);
    row("array", "[1]\n", StreamDefect::NotJson);
    row("string", good + "\"x\"\n", StreamDefect::NotJson);
    row("not utf-8", good + "{\"message\":{\"content\":\"\xFF\"}}\n", StreamDefect::NotJson);
    row("nul bytes", std::string(100, '\0') + "\n", StreamDefect::NotJson);
    row("deep", std::string(100000, '[') + "\n", StreamDefect::NotJson);
    row("two objects in a line", "{}{}\n", StreamDefect::NotJson);
    row("wrong types",
        R"({"model":1,"created_at":[],"message":{"role":null,"content":7,"thinking":{},"tool_calls":{"a":1}},"done":"yes"})"
        "\n",
        StreamDefect::Truncated);
    row("calls that are none",
        R"({"message":{"tool_calls":[1,null,"x",[],{},{"function":7},{"function":{"name":""}},{"function":{"name":null}}]}})"
        "\n",
        StreamDefect::Truncated);
    row("error of a wrong type", "{\"error\":[1,2]}\n", StreamDefect::ErrorEvent);
}

void tst_OllamaAnswers::garbage()
{
    QFETCH(QByteArray, stream);
    QFETCH(int, defect);
    const Reading reading = readStream(ollamaChatProvider(), stream.toStdString());
    QCOMPARE(countOf("\n" + reading.events, "\nerror "), std::size_t(1));
    QCOMPARE(countOf("\n" + reading.events, "\nend"), std::size_t(0));
    QVERIFY(reading.events.rfind("error ") >
                reading.events.rfind("\n", reading.events.size() - 2) ||
            reading.events.starts_with("error "));
    QVERIFY(reading.defects.has(static_cast<StreamDefect>(defect)));
    if (stream.size() < 4000) {
        const std::string difference = differsWhenCut(ollamaChatProvider(), stream.toStdString());
        QVERIFY2(difference.empty(), difference.c_str());
    }
}

void tst_OllamaAnswers::longLines()
{
    constexpr std::size_t Limit = ollama::LineDecoder::MaxLine;
    const std::string frame = piece(R"("content":"")");
    const std::string fits =
        piece("\"content\":\"" + std::string(Limit - frame.size() + 1, 'x') + "\"");
    QCOMPARE(fits.size(), Limit + 1); // and its line end
    const std::string large = piece("\"content\":\"" + std::string(Limit, 'x') + "\"");
    for (const std::size_t step : {large.size(), std::size_t(65536)}) {
        std::vector<std::size_t> cuts;
        for (std::size_t at = step; at < fits.size(); at += step) {
            cuts.push_back(at);
        }
        const Reading reading = readStream(ollamaChatProvider(), fits + last("stop"), cuts);
        QVERIFY(reading.defects.isClean());
        const Reading refused = readStream(ollamaChatProvider(), large + last("stop"), cuts);
        QVERIFY(refused.defects.has(StreamDefect::TooLarge));
        QVERIFY(refused.events.starts_with("error upstream "));
        QCOMPARE(countOf(refused.events, "\n"), std::size_t(1));
    }
    // without an end in sight
    const Reading endless = readStream(ollamaChatProvider(), std::string(Limit + 1, ' '));
    QVERIFY(endless.defects.has(StreamDefect::TooLarge));
}

void tst_OllamaAnswers::manyCalls()
{
    std::string calls;
    for (int i = 0; i < 20000; ++i) {
        calls.append(i == 0 ? "" : ",").append(R"({"function":{"name":"f","arguments":{}}})");
    }
    const Reading reading = readStream(
        ollamaChatProvider(), piece(R"("content":"","tool_calls":[)" + calls + "]") + last("stop"));
    QVERIFY(reading.defects.has(StreamDefect::TooLarge));
    QCOMPARE(countOf("\n" + reading.events, "\nerror "), std::size_t(1));
}

void tst_OllamaAnswers::errors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, int status, const char *body, ErrorClass kind,
                        const char *message) {
        QTest::newRow(name) << status << QByteArray(body) << static_cast<int>(kind)
                            << QByteArray(message);
    };
    row("bad request", 400, R"({"error":"models.example/library/x does not support tools"})",
        ErrorClass::BadRequest, "models.example/library/x does not support tools");
    row("too long", 400, R"({"error":"the input length exceeds the context length"})",
        ErrorClass::ContextTooLong, "the input length exceeds the context length");
    row("model missing", 404, R"({"error":"model 'x' not found"})", ErrorClass::NotFound,
        "model 'x' not found (pull it on the Ollama server: `ollama pull <model>`)");
    row("model missing, old", 404, R"({"error":"model \"x\" not found, try pulling it first"})",
        ErrorClass::NotFound, "model \"x\" not found, try pulling it first");
    row("busy", 503,
        R"({"error":"server busy, please try again.  maximum pending requests exceeded"})",
        ErrorClass::Overloaded,
        "server busy, please try again.  maximum pending requests exceeded");
    row("rate limited", 429, R"({"error":"too many"})", ErrorClass::RateLimited, "too many");
    row("crashed", 500, R"({"error":"model runner has unexpectedly stopped"})",
        ErrorClass::Upstream, "model runner has unexpectedly stopped");
    row("as OpenAI says it", 401, R"({"error":{"message":"unauthorized","type":"x"}})",
        ErrorClass::Authentication, "unauthorized");
    row("a proxy's page", 502, "<html><h1>Bad Gateway</h1></html>", ErrorClass::Upstream,
        "Bad Gateway");
    row("nothing", 500, "", ErrorClass::Upstream, "the Ollama server answered with status 500");
    row("no object", 500, "[{}]", ErrorClass::Upstream, "[{}]");
    row("null", 500, R"({"error":null})", ErrorClass::Upstream, R"({"error":null})");
}

void tst_OllamaAnswers::errors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, kind);
    QFETCH(QByteArray, message);
    const ApiError error = ollamaChatProvider().decodeError(status, body.toStdString());
    QCOMPARE(static_cast<int>(error.kind), kind);
    QCOMPARE(QByteArray::fromStdString(error.message), message);
    QCOMPARE(error.status, 0);
}

QTEST_GUILESS_MAIN(tst_OllamaAnswers)
#include "tst_ollamaanswers.moc"
