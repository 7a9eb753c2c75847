// SPDX-License-Identifier: MIT
// Gemini's answers: read whole, read from streams in both framings, and written to clients.
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/gemini/counttokens.h"
#include "tests/provider/support/golden.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;
using namespace std::chrono_literals;

namespace {

struct Sample
{
    const char *name;
    std::vector<std::string> chunks;
    const char *events; // of the stream; what is not told there is checked by hand below
};

std::string candidate(const std::string &parts, const std::string &more = {})
{
    return R"({"candidates":[{"content":{"role":"model","parts":[)" + parts + R"(]},"index":0)" +
           more + R"(}],"modelVersion":"gemini-2.5-flash","responseId":"r1")";
}

const std::string Stop = R"(,"finishReason":"STOP")";
const std::string Head = "start id=r1 model=gemini-2.5-flash created=0\n";

std::vector<Sample> samples()
{
    const auto events = [](const char *text) { return text; };
    return {
        {"text",
         {candidate(R"({"text":"Hello, "})") + "}", candidate(R"({"text":"world!"})") + "}",
          candidate(R"({"text":""})", Stop) +
              R"(,"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":3,"totalTokenCount":8}})"},
         events("part 0 text\ndelta 0 \"Hello, world!\"\nstop 0\nfinish stop\nend\n"
                "usage input=5 output=3\n")},
        {"unicode",
         {candidate(R"({"text":"Zürich \ud83d"})") + "}",
          candidate(R"({"text":"東京 🙂 \u00e9 ] } \" ["})", Stop) + "}"},
         events("part 0 text\ndelta 0 \"Zürich \xEF\xBF\xBD東京 🙂 é ] } \\\" [\"\nstop 0\n"
                "finish stop\nend\n")},
        {"thinking",
         {candidate(R"({"text":"hm ","thought":true})") + "}",
          candidate(R"({"text":"so","thought":true,"thoughtSignature":"QUI="})") + "}",
          candidate(R"({"text":"391"})", Stop) +
              R"(,"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2,"thoughtsTokenCount":40,"totalTokenCount":49}})"},
         events("part 0 thinking\ndelta 0 \"hm so\"\nsignature 0 google \"QUI=\"\nstop 0\n"
                "part 1 text\ndelta 1 \"391\"\nstop 1\nfinish stop\nend\n"
                "usage input=7 output=42 reasoning=40\n")},
        {"signed call",
         {candidate(
              R"({"functionCall":{"id":"c1","name":"f","args":{"city":"Zürich"}},"thoughtSignature":"QUJD"})",
              Stop) +
          "}"},
         events("part 0 call id=c1 name=f\ndelta 0 \"{\\\"city\\\":\\\"Zürich\\\"}\"\n"
                "signature 0 google \"QUJD\"\nstop 0\nfinish tool_calls\nend\n")},
        {"parallel calls",
         {candidate(R"({"text":"Let me see."})") + "}",
          candidate(
              R"({"functionCall":{"id":"c1","name":"f","args":{}}},{"functionCall":{"id":"c1","name":"g"}})",
              Stop) +
              "}"},
         events("part 0 text\ndelta 0 \"Let me see.\"\nstop 0\n"
                "part 1 call id=c1 name=f\ndelta 1 \"{}\"\nstop 1\n"
                "part 2 call id=call_SEED name=g\ndelta 2 \"{}\"\nstop 2\n"
                "finish tool_calls\nend\n")},
        {"cached usage",
         {candidate(R"({"text":"a"})") +
              R"(,"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":90}})",
          candidate(R"({"text":"b"})", Stop) +
              R"(,"usageMetadata":{"promptTokenCount":100,"toolUsePromptTokenCount":20,"cachedContentTokenCount":90,"candidatesTokenCount":2,"totalTokenCount":122}})"},
         events("part 0 text\ndelta 0 \"ab\"\nstop 0\nfinish stop\nend\n"
                "usage input=120 cache_read=90 output=2\n")},
        {"max tokens",
         {candidate(R"({"text":"Once"})", R"(,"finishReason":"MAX_TOKENS")") + "}"},
         events("part 0 text\ndelta 0 \"Once\"\nstop 0\nfinish max_tokens\nend\n")},
        {"safety",
         {candidate(R"({"text":"I"})") + "}",
          R"({"candidates":[{"finishReason":"SAFETY","index":0,"safetyRatings":[]}]})"},
         events("part 0 text\ndelta 0 \"I\"\nstop 0\nfinish filtered\nend\n")},
        {"blocked",
         {R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4},"modelVersion":"gemini-2.5-flash","responseId":"r1"})"},
         events("finish filtered\nend\nusage input=4\n")},
        {"malformed call",
         {R"({"candidates":[{"content":{},"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"x"}],"modelVersion":"gemini-2.5-flash","responseId":"r1"})"},
         events("finish stop\nend\n")},
        {"unknown reason",
         {candidate(R"({"text":"a"})", R"(,"finishReason":"SOMETHING_NEW")") + "}"},
         events("part 0 text\ndelta 0 \"a\"\nstop 0\nfinish stop\nend\n")},
        {"executed code",
         {candidate(R"({"executableCode":{"code":"1"}},{"text":"x"})", Stop) + "}"},
         events("part 0 opaque \"{\\\"executableCode\\\":{\\\"code\\\":\\\"1\\\"}}\"\nstop 0\n"
                "part 1 text\ndelta 1 \"x\"\nstop 1\nfinish stop\nend\n")},
    };
}

std::string asEvents(const std::vector<std::string> &chunks, const char *lineEnd = "\r\n")
{
    std::string stream;
    for (const std::string &chunk : chunks) {
        stream += "data: " + chunk + lineEnd + lineEnd;
    }
    return stream;
}

std::string asArray(const std::vector<std::string> &chunks)
{
    std::string stream = "[";
    for (const std::string &chunk : chunks) {
        stream += (stream.size() > 1 ? ",\r\n" : "") + chunk;
    }
    return stream + "\n]\n";
}

/// Made ids hang on the seed alone.
std::string withoutMadeIds(std::string events)
{
    for (std::size_t at = events.find("id=call_"); at != std::string::npos;
         at = events.find("id=call_", at + 8)) {
        if (events.substr(at + 8, 4) != "SEED") {
            events.replace(at + 8, 16, "SEED");
        }
    }
    return events;
}

void addSamples()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Sample &sample : samples()) {
        QTest::newRow(sample.name) << index++;
    }
}

std::size_t errorsIn(const std::string &events)
{
    std::size_t count = 0;
    for (std::size_t at = events.find("error "); at != std::string::npos;
         at = events.find("error ", at + 1)) {
        count += at == 0 || events[at - 1] == '\n' ? 1 : 0;
    }
    return count;
}

Answer richAnswer()
{
    Answer answer;
    answer.start = {"r1", "gemini-2.5-flash", 0};
    answer.parts.resize(4);
    answer.parts[0].kind = Part::Kind::Thinking;
    answer.parts[0].text = "hm";
    answer.parts[0].signature = "QUI=";
    answer.parts[0].signedBy = Vendor::Google;
    answer.parts[1].text = "Zürich\n";
    for (std::size_t i = 2; i < 4; ++i) {
        answer.parts[i].kind = Part::Kind::ToolCall;
        answer.parts[i].id = "c" + std::to_string(i);
        answer.parts[i].name = "get_weather";
        answer.parts[i].text = i == 2 ? "{\n\"city\":\"東京\"}" : "";
    }
    answer.parts[2].signature = "QUJD";
    answer.parts[2].signedBy = Vendor::Google;
    answer.finish = FinishReason::ToolCalls;
    answer.usage.input = 100;
    answer.usage.cacheRead = 60;
    answer.usage.output = 50;
    answer.usage.reasoning = 30;
    return answer;
}

ChatRequest streamRequest(const char *query)
{
    return *readRequest(geminiClient(), R"({"contents":[{"parts":[{"text":"?"}]}]})",
                        std::string("/v1beta/models/m:streamGenerateContent") + query);
}

} // namespace

class tst_GeminiAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void streams_data() { addSamples(); }

    void streams();

    void wholeAnswers_data() { addSamples(); }

    void wholeAnswers();
    void endings_data();
    void endings();
    void everyCutIsTold();
    void garbage_data();
    void garbage();
    void bounded();
    void errorBodies_data();
    void errorBodies();
    void answersToClients();
    void streamsToClients_data();
    void streamsToClients();
    void errorsToClients();
    void tokenCounts();
};

void tst_GeminiAnswers::streams()
{
    QFETCH(int, index);
    const Sample sample = samples()[static_cast<std::size_t>(index)];
    for (const std::string &stream :
         {asEvents(sample.chunks), asEvents(sample.chunks, "\n"), asArray(sample.chunks)}) {
        const Reading reading = readStream(geminiProvider(), stream);
        QCOMPARE(QString::fromStdString(withoutMadeIds(reading.events)),
                 QString::fromStdString(Head + sample.events));
        QVERIFY(reading.defects.isClean());
        const std::string differs = differsWhenCut(geminiProvider(), stream);
        QVERIFY2(differs.empty(), differs.c_str());
    }
}

void tst_GeminiAnswers::wholeAnswers()
{
    QFETCH(int, index);
    const Sample sample = samples()[static_cast<std::size_t>(index)];
    if (sample.chunks.size() != 1) {
        const std::string first = readAnswer(geminiProvider(), sample.chunks.front());
        QVERIFY(first.starts_with(Head)); // the first chunk alone: an answer without a reason
        QVERIFY(first.find("finish stop\nend\n") != std::string::npos);
        return;
    }
    QCOMPARE(QString::fromStdString(readAnswer(geminiProvider(), sample.chunks[0])),
             QString::fromStdString(Head + sample.events));
}

void tst_GeminiAnswers::endings_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("tail");
    QTest::addColumn<int>("defect"); // -1: none
    const auto row = [](const char *name, const std::string &stream, const char *tail, int defect) {
        QTest::newRow(name) << QByteArray::fromStdString(stream) << QByteArray(tail) << defect;
    };
    const std::string text = candidate(R"({"text":"a"})") + "}";
    const std::string last = candidate(R"({"text":"b"})", Stop) + "}";
    const int truncated = static_cast<int>(StreamDefect::Truncated);
    const char *cutOff = "error upstream \"the provider's stream ended early\"\n";
    row("no reason", asEvents({text}), cutOff, truncated);
    row("no reason, array", asArray({text}), cutOff, truncated);
    row("nothing", "", cutOff, truncated);
    row("blank", "\r\n \n", cutOff, truncated);
    row("cut in an event", asEvents({text}) + "data: " + last.substr(0, 40), cutOff, truncated);
    row("cut in an element", "[" + text + "," + last.substr(0, 40), cutOff, truncated);
    row("no blank line", asEvents({text}) + "data: " + last, "finish stop\nend\n", -1);
    row("array left open", "[" + text + "," + last, "finish stop\nend\n",
        static_cast<int>(StreamDefect::MissingTerminal));
    row("one object", last, "finish stop\nend\n", -1);
    row("[DONE]", asEvents({last, "[DONE]"}), "finish stop\nend\n", -1);
    row("[DONE] in a text", asEvents({candidate(R"({"text":"data: [DONE]\n\n"})", Stop) + "}"}),
        "finish stop\nend\n", -1);
    row("comments", ": ping\n\n" + asEvents({last}), "finish stop\nend\n", -1);
    row("after the array", asArray({last}) + "x", "finish stop\nend\n",
        static_cast<int>(StreamDefect::AfterEnd));
    const std::string error =
        R"({"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}})";
    const int event = static_cast<int>(StreamDefect::ErrorEvent);
    const char *told = "error overloaded \"overloaded\"\n";
    row("error", asEvents({text, error}), told, event);
    row("error at once", error, told, event);
    row("error in a list", "[" + error + "]", told, event);
    row("error in a list, event", asEvents({"[" + error + "]"}), told, event);
    row("error, array", asArray({text, error, last}), told, event);
}

void tst_GeminiAnswers::endings()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, tail);
    QFETCH(int, defect);
    const Reading reading = readStream(geminiProvider(), stream.toStdString());
    QVERIFY2(reading.events.ends_with(tail.toStdString()), reading.events.c_str());
    QVERIFY(errorsIn(reading.events) == (tail.startsWith("error") ? 1U : 0U));
    for (std::size_t i = 0; i < StreamDefectCount; ++i) {
        QCOMPARE(reading.defects.has(static_cast<StreamDefect>(i)), static_cast<int>(i) == defect);
    }
    const std::string differs = differsWhenCut(geminiProvider(), stream.toStdString());
    QVERIFY2(differs.empty(), differs.c_str());
}

/// A stream that ends anywhere before its reason is never taken for a whole answer.
void tst_GeminiAnswers::everyCutIsTold()
{
    const std::vector<std::string> chunks = samples()[4].chunks;
    for (const std::string &stream : {asEvents(chunks), asArray(chunks)}) {
        const std::size_t whole = stream.rfind('}');
        for (std::size_t i = 0; i < whole; ++i) {
            const Reading reading = readStream(geminiProvider(), stream.substr(0, i));
            QCOMPARE(errorsIn(reading.events), 1U);
            QVERIFY(reading.defects.has(StreamDefect::Truncated));
            QVERIFY(reading.events.find("end\n") == std::string::npos);
        }
    }
}

void tst_GeminiAnswers::garbage_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body :
         {"<html><body>502 Bad Gateway</body></html>",
          "null",
          "42",
          "\"text\"",
          "[]",
          "[[]]",
          "{}",
          "[1]",
          "{\"candidates\":5}",
          "{\"candidates\":[5]}",
          "{\"error\":7}",
          "{\"error\":\"no\"}",
          "{\"candidates\":[{\"content\":{\"parts\":[7]}}]}",
          "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":7}}]}}]}",
          "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":"
          "\"x\"}}]}}]}",
          "{\"candidates\":[{\"content\":{\"parts\":\"x\"}}]}",
          "{\"usageMetadata\":[]}",
          "[,]",
          "[{}{}]",
          "[{\"a\":tru}]",
          "{\"promptFeedback\":{\"blockReason\":5}}",
          "\xFF\xFE",
          "][",
          "{\"candidates\":[]}"}) {
        QTest::newRow(body) << QByteArray(body);
    }
}

void tst_GeminiAnswers::garbage()
{
    QFETCH(QByteArray, body);
    const std::string text = body.toStdString();
    for (const std::string &stream : {text, "data: " + text + "\n\n", "[" + text + "]"}) {
        const Reading reading = readStream(geminiProvider(), stream);
        QVERIFY2(errorsIn(reading.events) == 1, reading.events.c_str());
        QVERIFY(reading.events.find("end\n") == std::string::npos);
        QVERIFY(!reading.defects.isClean());
    }
    json::Checker checker;
    if (const auto value = checker.check(text); value && value->isObject()) {
        const std::string whole = readAnswer(geminiProvider(), text);
        const bool isEmptyAnswer = whole.find("end\n") != std::string::npos;
        QVERIFY2(errorsIn(whole) + (isEmptyAnswer ? 1 : 0) == 1, whole.c_str());
    }
}

void tst_GeminiAnswers::bounded()
{
    EventLog log;
    StreamDefects defects;
    const auto decoder = geminiProvider().streamDecoder(log, defects, "seed");
    decoder->feed("[{\"a\":\"");
    const std::string piece(1024UL * 1024, 'x');
    for (int i = 0; i < 40; ++i) {
        decoder->feed(piece);
    }
    decoder->bodyEnded();
    QVERIFY(defects.has(StreamDefect::TooLarge));
    QCOMPARE(errorsIn(log.text()), 1U);
    std::string calls;
    for (int i = 0; i < 2000; ++i) {
        calls += (i > 0 ? "," : "") + std::string(R"({"functionCall":{"name":"f"}})");
    }
    const Reading many = readStream(geminiProvider(), asEvents({candidate(calls, Stop) + "}"}));
    QVERIFY(many.defects.has(StreamDefect::TooLarge));
    QCOMPARE(errorsIn(many.events), 1U);
    const std::string deep =
        candidate(R"({"x":)" + std::string(100000, '[') + std::string(100000, ']') + "}", Stop) +
        "}";
    QCOMPARE(errorsIn(readStream(geminiProvider(), asEvents({deep})).events), 1U);
}

void tst_GeminiAnswers::errorBodies_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<int>("retryMs");
    const auto row = [](const char *name, int status, const char *body, ErrorClass kind,
                        const char *message, int retryMs = 0) {
        QTest::newRow(name) << status << QByteArray(body) << static_cast<int>(kind)
                            << QByteArray(message) << retryMs;
    };
    row("exhausted", 429,
        R"({"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.Help"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"13s"}]}})",
        ErrorClass::RateLimited, "Quota", 13000);
    row("fraction", 429,
        R"([{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"x/google.rpc.RetryInfo","retryDelay":"1.5s"}]}}])",
        ErrorClass::RateLimited, "Quota", 1500);
    row("bad delay", 429,
        R"({"error":{"message":"Quota","details":[{"@type":"google.rpc.RetryInfo","retryDelay":"-5s"},{"@type":"google.rpc.RetryInfo","retryDelay":"soon"}]}})",
        ErrorClass::RateLimited, "Quota", 0);
    row("too long", 400,
        R"({"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}})",
        ErrorClass::ContextTooLong,
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).");
    row("bad request", 400, R"({"error":{"code":400,"message":"x","status":"INVALID_ARGUMENT"}})",
        ErrorClass::BadRequest, "x");
    row("bad key", 400,
        R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})",
        ErrorClass::Authentication, "API key not valid.");
    row("unauthenticated", 401, R"({"error":{"message":"x","status":"UNAUTHENTICATED"}})",
        ErrorClass::Authentication, "x");
    row("permission", 403, R"({"error":{"message":"x","status":"PERMISSION_DENIED"}})",
        ErrorClass::Permission, "x");
    row("not found", 404, R"({"error":{"message":"x","status":"NOT_FOUND"}})", ErrorClass::NotFound,
        "x");
    row("unavailable", 503, R"({"error":{"message":"x","status":"UNAVAILABLE"}})",
        ErrorClass::Overloaded, "x");
    row("deadline", 504, R"({"error":{"message":"x","status":"DEADLINE_EXCEEDED"}})",
        ErrorClass::Timeout, "x");
    row("internal", 500, R"({"error":{"message":"x","status":"INTERNAL"}})", ErrorClass::Upstream,
        "x");
    row("html", 502, "<html><title>Bad</title> Gateway</html>", ErrorClass::Upstream,
        "Bad Gateway");
    row("nothing", 503, "", ErrorClass::Overloaded, "the provider answered 503");
    row("wrong types", 500, R"({"error":{"message":[],"status":{},"details":"x","code":"y"}})",
        ErrorClass::Upstream, "the provider answered an error without a message");
}

void tst_GeminiAnswers::errorBodies()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, kind);
    QFETCH(QByteArray, message);
    QFETCH(int, retryMs);
    const ApiError error = geminiProvider().decodeError(status, body.toStdString());
    QCOMPARE(static_cast<int>(error.kind), kind);
    QCOMPARE(QByteArray::fromStdString(error.message), message);
    QVERIFY(error.retryAfter == std::chrono::milliseconds(retryMs));
    QCOMPARE(error.status, 0);
}

void tst_GeminiAnswers::answersToClients()
{
    const ChatRequest request = streamRequest("");
    const AnswerContext context{"req-1", "asked-model", 0, &request};
    std::string differs = differsFromGolden("gemini/answer/rich.json",
                                            geminiClient().encodeAnswer(richAnswer(), context));
    QVERIFY2(differs.empty(), differs.c_str());
    Answer empty;
    empty.finish = FinishReason::Filtered;
    differs = differsFromGolden("gemini/answer/filtered.json",
                                geminiClient().encodeAnswer(empty, context));
    QVERIFY2(differs.empty(), differs.c_str());
    // and back: what was told is what is read
    const std::string told = geminiClient().encodeAnswer(richAnswer(), context);
    EventLog direct;
    Answer answer = richAnswer();
    answer.parts[3].text = "{}";
    replay(answer, direct);
    QCOMPARE(QString::fromStdString(readAnswer(geminiProvider(), told)),
             QString::fromStdString(direct.text()));
}

void tst_GeminiAnswers::streamsToClients_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("file");
    QTest::newRow("events") << QStringLiteral("?alt=sse") << QStringLiteral("stream.sse");
    QTest::newRow("array") << QString() << QStringLiteral("stream.json");
}

void tst_GeminiAnswers::streamsToClients()
{
    QFETCH(QString, query);
    QFETCH(QString, file);
    const ChatRequest request = streamRequest(query.toLatin1().constData());
    const AnswerContext context{"req-1", "asked-model", 0, &request};
    std::string out;
    const auto encoder = geminiClient().streamEncoder(out, context);
    replay(richAnswer(), *encoder);
    const std::string path = "gemini/answer/" + file.toStdString();
    if (qgetenv("MERIDIAN_GOLDEN") == "write") {
        QFile golden(QStringLiteral(MERIDIAN_SOURCE_DIR "/tests/golden/") +
                     QString::fromStdString(path));
        QVERIFY(golden.open(QIODevice::WriteOnly));
        golden.write(QByteArray::fromStdString(out));
    } else {
        QCOMPARE(QByteArray::fromStdString(out), QByteArray::fromStdString(goldenFile(path)));
    }
    const Reading reading = readStream(geminiProvider(), out);
    QVERIFY(reading.defects.isClean());
    QVERIFY(reading.events.ends_with(
        "finish tool_calls\nend\nusage input=100 cache_read=60 output=50 reasoning=30\n"));
    // an error ends it well-formed, before anything and in the middle
    for (const bool isLate : {false, true}) {
        std::string broken;
        const auto failing = geminiClient().streamEncoder(broken, context);
        if (isLate) {
            failing->start({});
            failing->partStart(0, {});
            failing->partDelta(0, "a");
        }
        failing->error({ErrorClass::Overloaded, 0, "busy", {}, {}, 2s});
        const Reading told = readStream(geminiProvider(), broken);
        QVERIFY2(told.events.ends_with("error overloaded \"busy\"\n"), told.events.c_str());
        QVERIFY(!query.isEmpty() ||
                QJsonDocument::fromJson(QByteArray::fromStdString(broken)).isArray());
    }
}

void tst_GeminiAnswers::errorsToClients()
{
    const std::string body = geminiClient().encodeError(
        {ErrorClass::RateLimited, 0, "slow \"down\"", {}, "contents[0]", 1500ms}, 429, "req-1");
    const std::string differs = differsFromGolden("gemini/answer/error.json", body);
    QVERIFY2(differs.empty(), differs.c_str());
    const ApiError back = geminiProvider().decodeError(429, body);
    QCOMPARE(back.kind, ErrorClass::RateLimited);
    QVERIFY(back.retryAfter == 2s); // whole seconds, never too early
    const QJsonObject plain =
        QJsonDocument::fromJson(QByteArray::fromStdString(geminiClient().encodeError(
                                    {ErrorClass::UpstreamAuth, 0, "x", {}, {}, 0ns}, 502, {})))
            .object()[QLatin1String("error")]
            .toObject();
    QCOMPARE(plain[QLatin1String("code")].toInt(), 502);
    QCOMPARE(plain[QLatin1String("status")].toString(), QStringLiteral("UNAVAILABLE"));
    QVERIFY(!plain.contains(QLatin1String("details")));
}

void tst_GeminiAnswers::tokenCounts()
{
    using namespace gemini;
    const json::Value request(
        R"({"systemInstruction":{"parts":[]},"toolConfig":{},"safetySettings":[],"generationConfig":{},"contents":[{"a":1}]})");
    QCOMPARE(
        countTokensBody(request, "m", CountFlavour::GeminiApi),
        std::string(
            R"({"generateContentRequest":{"model":"models/m","systemInstruction":{"parts":[]},"toolConfig":{},"safetySettings":[],"generationConfig":{},"contents":[{"a":1}]}})"));
    QCOMPARE(
        countTokensBody(request, "m", CountFlavour::VertexAi),
        std::string(
            R"({"systemInstruction":{"parts":[]},"generationConfig":{},"contents":[{"a":1}]})"));
    const auto count = readTokenCount(
        json::Value(R"({"totalTokens":31,"cachedContentTokenCount":12,"promptTokensDetails":[]})"));
    QVERIFY(count);
    QCOMPARE(count->total, std::uint64_t(31));
    QCOMPARE(count->cached.value_or(0), std::uint64_t(12));
    QCOMPARE(writeTokenCount(*count),
             std::string(R"({"totalTokens":31,"cachedContentTokenCount":12})"));
    for (const char *bad : {"{}", R"({"totalTokens":"x"})", R"({"totalTokens":-1})", "[]"}) {
        QVERIFY(!readTokenCount(json::Value(bad)));
    }
}

QTEST_GUILESS_MAIN(tst_GeminiAnswers)
#include "tst_geminianswers.moc"
