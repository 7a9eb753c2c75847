// SPDX-License-Identifier: MIT
// /v1/completions over any provider.
#include "core/provider/builtincodecs.h"
#include "tests/provider/openai/openaitest.h"
#include "tests/provider/support/golden.h"

#include <QtTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

class TestOpenAiCompletions final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void request();
    void refused_data();
    void refused();
    void answer();
};

void TestOpenAiCompletions::request()
{
    for (const char *prompt : {R"("Once")", R"(["Once"])"}) {
        const auto request = readRequest(
            openAiCompletionsClient(),
            std::string(
                R"({"model":"m","max_tokens":16,"temperature":0.0,"stop":"\n","n":1,"user":"u",)"
                R"("suffix":"end","echo":true,"best_of":2,"logprobs":5,"stream":true,)"
                R"("stream_options":{"include_usage":true},"prompt":)") +
                prompt + "}");
        QVERIFY2(request.has_value(), request ? "" : request.error().c_str());
        QVERIFY(request->origin == Dialect::OpenAiCompletions);
        QCOMPARE(request->turns.size(), std::size_t(1));
        QVERIFY(request->turns[0].role == Role::User);
        QCOMPARE(request->turns[0].parts.at(0).text, std::string("Once"));
        QVERIFY(request->isStream && request->wantsUsage);
        QVERIFY(request->extras ==
                (std::vector<Extra>{
                    {"suffix", "\"end\""}, {"echo", "true"}, {"best_of", "2"}, {"logprobs", "5"}}));
        std::string lost;
        const std::string body = encoded(*request, "m", &lost);
        QCOMPARE(lost,
                 std::string("dropped suffix\ndropped echo\ndropped best_of\ndropped logprobs\n"));
        QCOMPARE(differsFromGolden("openai/request_completion.json", body), std::string());
    }
}

void TestOpenAiCompletions::refused_data()
{
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("missing") << QByteArray("null") << QByteArray("prompt: must be a string");
    QTest::newRow("object") << QByteArray("{}") << QByteArray("prompt: must be a string");
    QTest::newRow("empty") << QByteArray("\"\"") << QByteArray("prompt: must not be empty");
    QTest::newRow("empty list") << QByteArray("[]") << QByteArray("prompt: must not be empty");
    QTest::newRow("several") << QByteArray(R"(["a","b"])")
                             << QByteArray("prompt: one prompt per request; send several requests");
    QTest::newRow("tokens") << QByteArray("[1,2]")
                            << QByteArray("prompt: token ids cannot be translated; send the text");
    QTest::newRow("lists of tokens")
        << QByteArray("[[1,2]]")
        << QByteArray("prompt: token ids cannot be translated; send the text");
}

void TestOpenAiCompletions::refused()
{
    QFETCH(const QByteArray, prompt);
    QFETCH(const QByteArray, message);
    const auto request =
        readRequest(openAiCompletionsClient(), "{\"prompt\":" + prompt.toStdString() + "}");
    QVERIFY(!request.has_value());
    QCOMPARE(QByteArray::fromStdString(request.error()), message);
}

void TestOpenAiCompletions::answer()
{
    Answer answer = answerOf(
        R"({"id":"x1","created":7,"model":"up","choices":[{"message":{"reasoning_content":"hm","content":"Zürich",)"
        R"("tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],)"
        R"("usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}})");
    ChatRequest request;
    request.wantsUsage = true;
    AnswerContext context;
    context.model = "m";
    context.requestId = "r1";
    context.request = &request;
    QCOMPARE(differsFromGolden("openai/answer_completion.json",
                               openAiCompletionsClient().encodeAnswer(answer, context)),
             std::string());
    std::string stream;
    replay(answer, *openAiCompletionsClient().streamEncoder(stream, context));
    QCOMPARE(differsFromText("openai/stream_completion.sse", stream), std::string());

    answer.start.id.clear();
    answer.finish = FinishReason::MaxTokens;
    const std::string body = openAiCompletionsClient().encodeAnswer(answer, context);
    const char *start = R"({"id":"cmpl-r1","object":"text_completion","created":7,)";
    QVERIFY(body.starts_with(start));
    QVERIFY(body.find("\"finish_reason\":\"length\"") != std::string::npos);

    stream.clear();
    const auto encoder = openAiCompletionsClient().streamEncoder(stream, context);
    encoder->error({});
    QCOMPARE(stream, std::string("data: {\"error\":{\"message\":\"\",\"type\":\"provider_error\","
                                 "\"param\":null,\"code\":null}}\n\ndata: [DONE]\n\n"));
}

QTEST_GUILESS_MAIN(TestOpenAiCompletions)
#include "tst_openaicompletions.moc"
