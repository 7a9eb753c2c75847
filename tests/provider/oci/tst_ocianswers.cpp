// SPDX-License-Identifier: MIT
// Whole answers and errors of OCI's three formats.
#include "core/provider/builtincodecs.h"
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

} // namespace

class TestOciAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void reasons_data();
    void reasons();
    void garbage_data();
    void garbage();
    void errors_data();
    void errors();
};

void TestOciAnswers::answers_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("events");
    const auto row = [](const char *name, int format, const char *body, const char *events) {
        QTest::newRow(name) << format << QByteArray(body) << QByteArray(events);
    };
    row("generic text", 0,
        R"({"modelId":"meta.llama-3.3-70b-instruct","modelVersion":"1.0.0","chatResponse":{"apiFormat":"GENERIC","timeCreated":"2025-01-31T12:00:00.250Z","choices":[{"index":0,"message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"Grüezi "},{"type":"TEXT","text":"東京 🙂"}],"toolCalls":null},"finishReason":"stop","logprobs":{}}],"usage":{"promptTokens":40,"completionTokens":20,"totalTokens":60,"promptTokensDetails":{"cachedTokens":32},"completionTokensDetails":{"reasoningTokens":5}}}})",
        "start id= model=meta.llama-3.3-70b-instruct created=1738324800\npart 0 text\n"
        "delta 0 \"Grüezi 東京 🙂\"\nstop 0\nfinish stop\nend\n"
        "usage input=40 cache_read=32 output=20 reasoning=5\n");
    row("generic reasoning, refusal, second choice", 0,
        R"({"modelId":"m","chatResponse":{"choices":[{"index":1,"message":{"content":[{"type":"TEXT","text":"other"}]},"finishReason":"stop"},{"index":0,"message":{"role":"ASSISTANT","content":"no","reasoningContent":"hm","refusal":"I must not"},"finishReason":"CONTENT_FILTER"}]}})",
        "start id= model=m created=0\npart 0 thinking\ndelta 0 \"hm\"\nstop 0\npart 1 text\n"
        "delta 1 \"no\"\nstop 1\npart 2 refusal\ndelta 2 \"I must not\"\nstop 2\nfinish filtered\n"
        "end\n");
    row("generic calls, one id for two, one without", 0,
        R"({"modelId":"m","chatResponse":{"choices":[{"message":{"role":"ASSISTANT","content":null,"toolCalls":[{"id":"a","type":"FUNCTION","name":"f","arguments":"{\"x\":1}"},{"id":"a","type":"FUNCTION","name":"f","arguments":"{\"x\":2}"},{"type":"FUNCTION","name":"g","arguments":{"y": 3}}]},"finishReason":"stop"}]}})",
        "start id= model=m created=0\npart 0 call id=a name=f\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\n"
        "part 1 call id=CALL1 name=f\ndelta 1 \"{\\\"x\\\":2}\"\nstop 1\n"
        "part 2 call id=CALL2 name=g\ndelta 2 \"{\\\"y\\\": 3}\"\nstop 2\nfinish "
        "tool_calls\nend\n");
    row("cohere text", 1,
        R"({"modelId":"cohere.command-r","chatResponse":{"apiFormat":"COHERE","text":"Hello","finishReason":"COMPLETE","errorMessage":null,"chatHistory":[{"role":"USER","message":"Hi"}],"usage":{"promptTokens":3,"completionTokens":1}}})",
        "start id= model=cohere.command-r created=0\npart 0 text\ndelta 0 \"Hello\"\nstop 0\n"
        "finish stop\nend\nusage input=3 output=1\n");
    row("cohere calls, two alike", 1,
        R"({"modelId":"m","chatResponse":{"apiFormat":"COHERE","text":"I will look.","finishReason":"COMPLETE","toolCalls":[{"name":"f","parameters":{"x":1}},{"name":"f","parameters":{"x":1}},{"name":"g","parameters":null}]}})",
        "start id= model=m created=0\npart 0 text\ndelta 0 \"I will look.\"\nstop 0\n"
        "part 1 call id=CALL0 name=f\ndelta 1 \"{\\\"x\\\":1}\"\nstop 1\n"
        "part 2 call id=CALL1 name=f\ndelta 2 \"{\\\"x\\\":1}\"\nstop 2\n"
        "part 3 call id=CALL2 name=g\nstop 3\nfinish tool_calls\nend\n");
    row("cohere v2", 2,
        R"({"modelId":"cohere.command-a","chatResponse":{"apiFormat":"COHEREV2","id":"r-1","message":{"role":"ASSISTANT","toolPlan":"I look it up.","content":[{"type":"THINKING","thinking":" First"},{"type":"TEXT","text":"So"}],"toolCalls":[{"id":"c1","type":"FUNCTION","function":{"name":"f","arguments":"{\"x\":1}"}}]},"finishReason":"TOOL_CALL","usage":{"promptTokens":9,"completionTokens":4}}})",
        "start id=r-1 model=cohere.command-a created=0\npart 0 thinking\n"
        "delta 0 \"I look it up. First\"\nstop 0\npart 1 text\ndelta 1 \"So\"\nstop 1\n"
        "part 2 call id=c1 name=f\ndelta 2 \"{\\\"x\\\":1}\"\nstop 2\nfinish tool_calls\nend\n"
        "usage input=9 output=4\n");
    row("cohere error", 1,
        R"({"chatResponse":{"text":"","finishReason":"ERROR","errorMessage":"model fell over"}})",
        "start id= model= created=0\nerror upstream \"model fell over\"\n");
    row("error with 200", 0, R"({"code":"TooManyRequests","message":"slow down"})",
        "error rate_limited \"slow down\"\n");
}

/// Made ids are a matter of the writer's: only that they are there, apart, and the same twice.
void TestOciAnswers::answers()
{
    QFETCH(int, format);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, events);
    std::string given = readAnswer(codecOf(format), body.toStdString());
    QCOMPARE(readAnswer(codecOf(format), body.toStdString()), given);
    std::vector<std::string> made;
    for (std::size_t at = given.find("id=call_"); at != std::string::npos;
         at = given.find("id=call_")) {
        const std::string id = given.substr(at + 3, given.find(' ', at) - at - 3);
        QCOMPARE(count(given, id), std::size_t(1));
        const std::size_t wanted = events.toStdString().find("id=CALL");
        QVERIFY(wanted != std::string::npos);
        const std::size_t index = made.size();
        made.push_back(id);
        std::string expected = events.toStdString();
        const std::string name = expected.substr(wanted + 3, 5);
        events.replace(events.indexOf(name.c_str()), 5, QByteArray("MADE") + char('0' + index));
        given.replace(given.find(id), id.size(), "MADE" + std::to_string(index));
    }
    QCOMPARE(given, events.toStdString());
}

void TestOciAnswers::reasons_data()
{
    QTest::addColumn<QByteArray>("word");
    QTest::addColumn<QByteArray>("finish");
    const auto row = [](const char *word, const char *finish) {
        QTest::newRow(word) << QByteArray(word) << QByteArray(finish);
    };
    row("stop", "finish stop\nend\n");
    row("STOP", "finish stop\nend\n");
    row("COMPLETE", "finish stop\nend\n");
    row("STOP_SEQUENCE", "finish stop_sequence\nend\n");
    row("Length", "finish max_tokens\nend\n");
    row("MAX_TOKENS", "finish max_tokens\nend\n");
    row("ERROR_LIMIT", "finish context_exceeded\nend\n");
    row("tool_calls", "finish tool_calls\nend\n");
    row("TOOL_CALL", "finish tool_calls\nend\n");
    row("content_filter", "finish filtered\nend\n");
    row("ERROR_TOXIC", "finish filtered\nend\n");
    row("something new", "finish stop\nend\n");
    row("ERROR", "error upstream \"the provider ended the answer with an error\"\n");
    row("user_cancel", "error upstream \"the provider ended the answer with an error\"\n");
}

void TestOciAnswers::reasons()
{
    QFETCH(QByteArray, word);
    QFETCH(QByteArray, finish);
    const std::string reason = R"("finishReason":")" + word.toStdString() + R"("})";
    const std::string start = "start id= model= created=0\n";
    QCOMPARE(
        readAnswer(codecOf(0), R"({"chatResponse":{"choices":[{"message":{},)" + reason + "]}}"),
        start + finish.toStdString());
    QCOMPARE(readAnswer(codecOf(1), R"({"chatResponse":{"text":"",)" + reason + "}"),
             start + finish.toStdString());
    QCOMPARE(readAnswer(codecOf(2), R"({"chatResponse":{"message":{},)" + reason + "}"),
             start + finish.toStdString());
}

void TestOciAnswers::garbage_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body :
         {"{}", R"({"chatResponse":null})", R"({"chatResponse":[]})", R"({"chatResponse":{}})",
          R"({"chatResponse":{"choices":{}}})", R"({"chatResponse":{"choices":[]}})",
          R"({"chatResponse":{"choices":[null,3,"x"]}})", R"({"error":{"message":"x"}})",
          R"({"error":"x"})", R"({"code":500,"message":"x"})", R"({"choices":7,"usage":9})"}) {
        QTest::newRow(body) << QByteArray(body);
    }
}

void TestOciAnswers::garbage()
{
    QFETCH(QByteArray, body);
    for (int format = 0; format < 3; ++format) {
        const std::string events = readAnswer(codecOf(format), body.toStdString());
        QCOMPARE(count(events, "error "), std::size_t(1));
        QCOMPARE(count(events, "end\n"), std::size_t(0));
    }
}

void TestOciAnswers::errors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](int status, const char *body, ErrorClass kind, const char *says) {
        QTest::addRow("%d %.60s", status, body)
            << status << QByteArray(body) << int(kind) << QByteArray(says);
    };
    row(401,
        R"({"code":"NotAuthenticated","message":"The required information to complete authentication was not provided."})",
        ErrorClass::UpstreamAuth, "clock");
    row(404,
        R"({"code":"NotAuthorizedOrNotFound","message":"Authorization failed or requested resource not found."})",
        ErrorClass::NotFound, "policy");
    row(429, R"({"code":"TooManyRequests","message":"Service request limit exceeded"})",
        ErrorClass::RateLimited, "limit exceeded");
    row(400, R"({"code":"400","message":"maximum context length is 8192 tokens"})",
        ErrorClass::ContextTooLong, "8192");
    row(400, R"({"code":"InvalidParameter","message":"temperature is bad"})",
        ErrorClass::BadRequest, "temperature is bad");
    row(400, R"({"code":"QuotaExceeded","message":"q"})", ErrorClass::RateLimited, "q");
    row(413, "", ErrorClass::TooLarge, "413");
    row(500, R"({"code":"InternalServerError","message":"Internal"})", ErrorClass::Upstream,
        "Internal");
    row(503, "<html><body><h1>503 Service Unavailable</h1></body></html>", ErrorClass::Overloaded,
        "503 Service Unavailable");
    row(502, "\xff\xfe{", ErrorClass::Upstream, "{");
    row(401, "nonsense", ErrorClass::UpstreamAuth, "nonsense");
    row(400, R"({"code":null,"message":{"a":1}})", ErrorClass::BadRequest, "400");
    row(403, R"([{"code":"x"}])", ErrorClass::Permission, "code");
}

void TestOciAnswers::errors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, kind);
    QFETCH(QByteArray, says);
    for (int format = 0; format < 3; ++format) {
        const ApiError error = codecOf(format).decodeError(status, body.toStdString());
        QCOMPARE(int(error.kind), kind);
        QCOMPARE(error.status, 0);
        QCOMPARE(error.code.empty(), error.kind != ErrorClass::ContextTooLong);
        QVERIFY2(error.message.find(says.toStdString()) != std::string::npos,
                 error.message.c_str());
    }
}

QTEST_GUILESS_MAIN(TestOciAnswers)
#include "tst_ocianswers.moc"
