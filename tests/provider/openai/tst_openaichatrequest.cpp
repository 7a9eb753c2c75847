// SPDX-License-Identifier: MIT
// Requests of OpenAI's chat dialect: golden bodies, what other dialects lose, malformed bodies.
#include "core/provider/builtincodecs.h"
#include "tests/provider/openai/openaitest.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QtTest>

namespace {

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

constexpr const char *Call =
    R"({"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]})";

struct Malformed
{
    const char *name;
    std::string body;
    const char *message;
};

std::string withMessages(std::string_view messages)
{
    return std::string(R"({"model":"m","messages":[)").append(messages).append("]}");
}

std::string withField(std::string_view field)
{
    return std::string(R"({"model":"m","messages":[{"role":"user","content":"x"}],)")
        .append(field)
        .append("}");
}

std::string withContent(std::string_view content)
{
    return withMessages(std::string(R"({"role":"user","content":)").append(content).append("}"));
}

std::string withCalls(std::string_view calls)
{
    return withMessages(
        std::string(R"({"role":"assistant","tool_calls":[)").append(calls).append("]}"));
}

std::vector<Malformed> malformed()
{
    const std::string call = Call;
    const std::string one = R"({"id":"a","type":"function","function":{"name":"f"}})";
    return {
        {"no messages", R"({"model":"m"})", "messages: is required"},
        {"null messages", R"({"messages":null})", "messages: is required"},
        {"empty messages", withMessages(""), "messages: must not be empty"},
        {"messages type", R"({"messages":"hi"})", "messages: must be a list"},
        {"message type", withMessages("7"), "messages[0]: must be an object"},
        {"model type", R"({"model":1,"messages":[]})", "model: must be a string"},
        {"no role", withMessages(R"({"content":"x"})"),
         "messages[0].role: must be system, developer, user, assistant, tool or function"},
        {"role", withMessages(R"({"role":"bot","content":"x"})"),
         "messages[0].role: must be system, developer, user, assistant, tool or function"},
        {"no content", withMessages(R"({"role":"user"})"), "messages[0].content: is required"},
        {"content type", withContent("7"),
         "messages[0].content: must be a string or a list of parts"},
        {"part type", withContent(R"(["x"])"), "messages[0].content[0]: must be an object"},
        {"part without type", withContent(R"([{"text":"x"}])"),
         "messages[0].content[0].type: must be a string"},
        {"text type", withContent(R"([{"type":"text","text":"a"},{"type":"text","text":1}])"),
         "messages[0].content[1].text: must be a string"},
        {"image without url", withContent(R"([{"type":"image_url","image_url":{}}])"),
         "messages[0].content[0].image_url.url: must be a string that is not empty"},
        {"image detail",
         withContent(R"([{"type":"image_url","image_url":{"url":"u","detail":2}}])"),
         "messages[0].content[0].image_url.detail: must be a string"},
        {"empty file", withContent(R"([{"type":"file","file":{"filename":"x"}}])"),
         "messages[0].content[0].file: needs file_data or file_id"},
        {"audio", withContent(R"([{"type":"input_audio","input_audio":"x"}])"),
         "messages[0].content[0].input_audio: must be an object"},
        {"name type", withMessages(R"({"role":"user","content":"x","name":[]})"),
         "messages[0].name: must be a string"},
        {"orphan result",
         withMessages(call + R"(,{"role":"tool","tool_call_id":"b","content":"x"})"),
         "messages[1].tool_call_id: no call has this id"},
        {"result before its call",
         withMessages(R"({"role":"tool","tool_call_id":"a","content":"x"},)" + call),
         "messages[0].tool_call_id: no call has this id"},
        {"result without id", withMessages(call + R"(,{"role":"tool","content":"x"})"),
         "messages[1].tool_call_id: must be a string that is not empty"},
        {"orphan function result", withMessages(R"({"role":"function","name":"f","content":"x"})"),
         "messages[0].name: no function_call has this name"},
        {"twice the same id", withCalls(one + "," + one),
         "messages[0].tool_calls[1].id: two calls of one message have this id"},
        {"call without id", withCalls(R"({"type":"function","function":{"name":"f"}})"),
         "messages[0].tool_calls[0].id: must be a string that is not empty"},
        {"call without function", withCalls(R"({"id":"a","type":"function"})"),
         "messages[0].tool_calls[0].function: must be an object"},
        {"call without name", withCalls(R"({"id":"a","function":{"arguments":"{}"}})"),
         "messages[0].tool_calls[0].function.name: must be a string that is not empty"},
        {"arguments type", withCalls(R"({"id":"a","function":{"name":"f","arguments":{}}})"),
         "messages[0].tool_calls[0].function.arguments: must be a string"},
        {"tool_calls type", withMessages(R"({"role":"assistant","tool_calls":{}})"),
         "messages[0].tool_calls: must be a list"},
        {"reasoning type", withMessages(R"({"role":"assistant","reasoning_content":{}})"),
         "messages[0].reasoning_content: must be a string"},
        {"temperature", withField(R"("temperature":"hot")"), "temperature: must be a number"},
        {"max_tokens", withField(R"("max_tokens":1.5)"), "max_tokens: must be an integer"},
        {"max_completion_tokens", withField(R"("max_completion_tokens":"9")"),
         "max_completion_tokens: must be an integer"},
        {"stream", withField(R"("stream":"yes")"), "stream: must be true or false"},
        {"stream_options", withField(R"("stream_options":[])"),
         "stream_options: must be an object"},
        {"include_usage", withField(R"("stream_options":{"include_usage":1})"),
         "stream_options.include_usage: must be true or false"},
        {"stop", withField(R"("stop":["a",2])"), "stop[1]: must be a string"},
        {"stop type", withField(R"("stop":2)"), "stop: must be a string or a list of strings"},
        {"logit_bias", withField(R"("logit_bias":[])"), "logit_bias: must be an object"},
        {"tools", withField(R"("tools":{})"), "tools: must be a list"},
        {"tool type", withField(R"("tools":[3])"), "tools[0]: must be an object"},
        {"tool without type", withField(R"("tools":[{"x":1}])"), "tools[0].type: must be a string"},
        {"tool without name", withField(R"("tools":[{"type":"function","function":{}}])"),
         "tools[0].function.name: must be a string that is not empty"},
        {"parameters",
         withField(R"("tools":[{"type":"function","function":{"name":"f","parameters":"{}"}}])"),
         "tools[0].function.parameters: must be an object"},
        {"tool_choice", withField(R"("tool_choice":"maybe")"),
         R"(tool_choice: must be "none", "auto", "required" or an object)"},
        {"functions beside tools",
         withField(
             R"("functions":[{"name":"f"}],"tools":[{"type":"function","function":{"name":"f"}}])"),
         "functions: cannot stand beside tools"},
        {"function_call", withField(R"("function_call":3)"),
         R"(function_call: must be "none", "auto" or {"name": …})"},
        {"format", withField(R"("response_format":{"type":"json_schema"})"),
         "response_format.json_schema: must be an object"},
        {"format name", withField(R"("response_format":{"type":"json_schema","json_schema":{}})"),
         "response_format.json_schema.name: must be a string that is not empty"},
        {"effort", withField(R"("reasoning_effort":3)"), "reasoning_effort: must be a string"},
    };
}

} // namespace

class TestOpenAiChatRequest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void losses();
    void lossesOfOthers();
    void modelsDecideTheLimitsName();
    void growsAtItsEnd();
    void neutralRequest();
    void resultsThatArriveTogether();
    void legacyFunctions();
    void malformedRequests_data();
    void malformedRequests();
    void deepNesting();
};

void TestOpenAiChatRequest::golden_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isOwn");
    for (const Case &each : cases()) {
        const QString name = QString::fromStdString(each.name);
        QTest::newRow(each.name.c_str()) << name << true;
        QTest::newRow((each.name + " of anthropic").c_str()) << name << false;
    }
}

void TestOpenAiChatRequest::golden()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isOwn);
    ChatRequest request = caseNamed(name.toStdString());
    std::string path = "openai/request_" + name.toStdString();
    if (!isOwn) {
        request = comingFrom(std::move(request), Dialect::Anthropic);
        path += ".anthropic";
    }
    const std::string body = encoded(request, "upstream-model");
    QCOMPARE(body, encoded(request, "upstream-model"));
    QCOMPARE(differsFromGolden(path + ".json", body), std::string());
}

/// The cases in the dialect's own words.
void TestOpenAiChatRequest::losses()
{
    for (const Case &each : cases()) {
        std::string lost;
        static_cast<void>(encoded(each.request, "m", &lost));
        const std::string wanted =
            each.name == "tools_parallel"
                ? "approximated messages[3].is_error: a failed call is told in its text\n"
                : "";
        QCOMPARE(each.name + " " + lost, each.name + " " + wanted);
    }
}

void TestOpenAiChatRequest::lossesOfOthers()
{
    ChatRequest request = comingFrom(caseNamed("tool_result"), Dialect::Anthropic);
    request.extras.push_back({"context_management", "{}"});
    request.tools[0].extras.push_back({"eager", "true"});
    Tool hosted;
    hosted.kind = Tool::Kind::Hosted;
    hosted.origin = Dialect::Anthropic;
    hosted.json = R"({"type":"web_search_20250305","name":"web_search"})";
    request.tools.push_back(hosted);
    Part image;
    image.kind = Part::Kind::Image;
    image.origin = Dialect::Anthropic;
    image.source = {Source::Kind::Base64, "image/png", "AAAA"};
    request.turns[2].parts[0].parts.push_back(image);
    Part file;
    file.kind = Part::Kind::Document;
    file.origin = Dialect::Anthropic;
    file.source = {Source::Kind::FileId, {}, "file_1"};
    request.turns[0].parts.push_back(file);
    request.turns[0].parts.push_back({});
    request.turns[0].parts.back().kind = Part::Kind::Opaque;
    request.turns[0].parts.back().origin = Dialect::Anthropic;
    request.topK = "5";
    request.choices = 2;
    request.reasoning.isEnabled = true;
    request.reasoning.budget = 2000;
    std::string lost;
    const std::string body = encoded(request, "gpt-4.1", &lost);
    QCOMPARE(lost,
             std::string("dropped top_k: OpenAI has no such field\n"
                         "dropped n: one answer can be translated\n"
                         "approximated reasoning.budget: a budget of tokens becomes an effort\n"
                         "dropped context_management\n"
                         "dropped tools[0].eager\n"
                         "dropped tools[2]: a tool that runs at another provider\n"
                         "dropped messages[0].content[1]: the id of another provider's file\n"
                         "dropped messages[0].content[2]: OpenAI's chat format has no such part\n"
                         "approximated messages[2].content[1]: a tool's picture is told as "
                         "the user's\n"));
    QCOMPARE(differsFromGolden("openai/request_losses.anthropic.json", body), std::string());
}

void TestOpenAiChatRequest::modelsDecideTheLimitsName()
{
    ChatRequest request = caseNamed("max_tokens");
    for (const char *model : {"o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5.1-codex"}) {
        QVERIFY(encoded(request, model).find(R"("max_completion_tokens":128)") !=
                std::string::npos);
    }
    for (const char *model : {"gpt-4o", "gpt-oss-120b", "llama", "qwen3", "omni"}) {
        QVERIFY(encoded(request, model).find(R"("max_tokens":128)") != std::string::npos);
    }
}

/// Prompt caches live on that.
void TestOpenAiChatRequest::growsAtItsEnd()
{
    for (const Dialect dialect : {Dialect::OpenAiChat, Dialect::Anthropic}) {
        for (const Case &each : cases()) {
            ChatRequest request = comingFrom(each.request, dialect);
            std::string before = encoded(request, "m");
            before.resize(before.size() - 2); // ]}
            for (const Case &more : cases()) {
                for (const Turn &turn : comingFrom(more.request, dialect).turns) {
                    request.turns.push_back(turn);
                }
            }
            QVERIFY2(encoded(request, "m").starts_with(before), each.name.c_str());
        }
    }
}

void TestOpenAiChatRequest::neutralRequest()
{
    const auto request = readRequest(
        openAiChatClient(),
        R"({"model":"m","max_completion_tokens":9,"top_k":40,"min_p":0.10,"repetition_penalty":1.1,
            "stop":"x","stream":true,"stream_options":{"include_usage":true},"store":false,"foo":null,
            "reasoning_effort":"high","tool_choice":{"type":"function","function":{"name":"f"}},
            "messages":[
             {"role":"user","name":"bob","content":[
               {"type":"text","text":"hi","cache_control":{"type":"ephemeral","ttl":"1h"}},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
               {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"}},
               {"type":"input_audio","input_audio":{"data":"CCCC","format":"wav"}},
               {"type":"video_url","video_url":{"url":"u"}}]},
             {"role":"assistant","content":null,"reasoning":"hm","refusal":"no","tool_calls":[
               {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"},
                "extra_content":{"google":{"thought_signature":"c2ln"}}}]}]})");
    QVERIFY2(request.has_value(), request ? "" : request.error().c_str());
    QCOMPARE(request->maxTokens.value_or(0), 9);
    QCOMPARE(request->topK, std::string("40"));
    QCOMPARE(request->minP, std::string("0.10"));
    QCOMPARE(request->repeatPenalty, std::string("1.1"));
    QCOMPARE(request->stop, std::vector<std::string>{"x"});
    QVERIFY(request->isStream && request->wantsUsage);
    QVERIFY(request->extras == (std::vector<Extra>{{"store", "false"}}));
    QVERIFY(request->reasoning.effort == Reasoning::Effort::High);
    QVERIFY(request->toolChoice.kind == ToolChoice::Kind::Function);
    const Turn &user = request->turns.at(0);
    QCOMPARE(user.name, std::string("bob"));
    QVERIFY(user.parts.at(0).cache == (CacheMark{true, "1h"}));
    QVERIFY(user.parts.at(1).source == (Source{Source::Kind::Base64, "image/png", "AAAA"}));
    QCOMPARE(user.parts.at(1).detail, std::string("low"));
    QVERIFY(user.parts.at(2).source == (Source{Source::Kind::Base64, "application/pdf", "BBBB"}));
    QCOMPARE(user.parts.at(2).name, std::string("a.pdf"));
    QVERIFY(user.parts.at(3).source == (Source{Source::Kind::Base64, "audio/wav", "CCCC"}));
    QVERIFY(user.parts.at(4).kind == Part::Kind::Opaque);
    const Turn &assistant = request->turns.at(1);
    QCOMPARE(assistant.parts.size(), std::size_t(3));
    QVERIFY(assistant.parts[0].kind == Part::Kind::Thinking && assistant.parts[0].text == "hm");
    QVERIFY(assistant.parts[1].kind == Part::Kind::Refusal && assistant.parts[1].text == "no");
    QVERIFY(assistant.parts[2].kind == Part::Kind::ToolCall);
    QCOMPARE(assistant.parts[2].text, std::string(R"({"x":1})"));
    QCOMPARE(assistant.parts[2].signature, std::string("c2ln"));
    QVERIFY(assistant.parts[2].signedBy == Vendor::Google);
}

void TestOpenAiChatRequest::resultsThatArriveTogether()
{
    const auto request =
        readRequest(openAiChatClient(), withMessages(R"({"role":"assistant","tool_calls":[
            {"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"a","content":"1"},
          {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"},{"type":"text","text":"3"}]},
          {"role":"user","content":"and?"})"));
    QVERIFY2(request.has_value(), request ? "" : request.error().c_str());
    QCOMPARE(request->turns.size(), std::size_t(3));
    const Turn &results = request->turns[1];
    QVERIFY(results.role == Role::Tool && results.parts.size() == 2);
    QCOMPARE(results.parts[0].id, std::string("a"));
    QCOMPARE(results.parts[1].parts.size(), std::size_t(2));
}

void TestOpenAiChatRequest::legacyFunctions()
{
    const auto request =
        readRequest(openAiChatClient(), R"({"model":"m","functions":[{"name":"f"}],"messages":[
            {"role":"user","content":"x"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"1"}]})");
    QVERIFY2(request.has_value(), request ? "" : request.error().c_str());
    QCOMPARE(request->tools.size(), std::size_t(1));
    QVERIFY(!request->parallelToolCalls.value_or(true));
    QCOMPARE(request->turns.at(1).parts.at(0).id, std::string("call_function_1"));
    QCOMPARE(request->turns.at(2).parts.at(0).id, std::string("call_function_1"));

    const Answer answer = answerOf(
        R"({"id":"i","model":"m","created":1,"choices":[{"index":0,"message":{"role":"assistant","tool_calls":[
            {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},"finish_reason":"tool_calls"}]})");
    AnswerContext context;
    context.model = "m";
    context.request = &*request;
    QCOMPARE(
        openAiChatClient().encodeAnswer(answer, context),
        std::string(
            R"({"id":"i","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,)"
            R"("message":{"role":"assistant","content":null,"refusal":null,)"
            R"("function_call":{"name":"f","arguments":"{\"x\":1}"}},"logprobs":null,)"
            R"("finish_reason":"function_call"}]})"));
    std::string stream;
    const auto encoder = openAiChatClient().streamEncoder(stream, context);
    replay(answer, *encoder);
    QCOMPARE(differsFromText("openai/stream_legacy_function.sse", stream), std::string());
}

void TestOpenAiChatRequest::malformedRequests_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("message");
    for (const Malformed &each : malformed()) {
        QTest::newRow(each.name) << QByteArray::fromStdString(each.body)
                                 << QByteArray(each.message);
    }
}

void TestOpenAiChatRequest::malformedRequests()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, message);
    const auto request = readRequest(openAiChatClient(), body.toStdString());
    QVERIFY(!request.has_value());
    QCOMPARE(QByteArray::fromStdString(request.error()), message);
}

void TestOpenAiChatRequest::deepNesting()
{
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    const auto kept = readRequest(openAiChatClient(), withField("\"deep\":" + deep));
    QVERIFY(kept.has_value());
    QVERIFY(kept->extras == (std::vector<Extra>{{"deep", deep}}));
    QVERIFY(!readRequest(openAiChatClient(), withContent(deep)).has_value());
    QVERIFY(!readRequest(openAiChatClient(), withField("\"tools\":" + deep)).has_value());
}

QTEST_GUILESS_MAIN(TestOpenAiChatRequest)
#include "tst_openaichatrequest.moc"
