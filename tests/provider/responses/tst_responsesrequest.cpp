// SPDX-License-Identifier: MIT
// Requests of the Responses API: what clients send, and what they get wrong.
#include "core/provider/builtincodecs.h"
#include "core/provider/responses/requestreader.h"
#include "core/provider/responses/toolidentity.h"
#include "tests/provider/responses/requesttext.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <set>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

tl::expected<ChatRequest, std::string> read(std::string_view body, std::string_view target = {})
{
    return readRequest(openAiResponsesClient(), body, target);
}

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

class ResponsesRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void aLongConversationBeginsTheSame();
    void malformed_data();
    void malformed();
    void inputTokensNeedNoModel();
    void namesAreReversible();
    void customToolsTakeText();
    void outputsOfStoredCallsAreRead();
    void deepNesting();
};

void ResponsesRequestTest::golden_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"codex", "sdk_string", "sdk_parts", "sdk_schema", "hosted"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void ResponsesRequestTest::golden()
{
    QFETCH(QString, name);
    const std::string path = "responses/" + name.toStdString();
    const auto request = read(goldenFile(path + ".request.json"));
    QVERIFY2(request, request ? "" : request.error().c_str());
    const std::string differs = differsFromGolden(path + ".neutral.json", textOf(*request));
    QVERIFY2(differs.empty(), differs.c_str());
}

/// A prompt of Codex' real size, and its next turn: nothing of what was said before changes.
void ResponsesRequestTest::aLongConversationBeginsTheSame()
{
    std::string body = goldenFile("responses/codex.request.json");
    const std::string_view mark = "- Be concise.";
    std::string lines;
    while (lines.size() < 40000) {
        lines.append("- Rule ").append(std::to_string(lines.size())).append(": “keep” it\\n");
    }
    body.insert(body.find(mark), lines);
    const auto request = read(body);
    QVERIFY(request);
    QVERIFY(request->turns[0].parts[0].text.size() > 40000 - 4000);
    std::string grown = body;
    const std::string_view last = "\"query\": \"c test\"}}";
    grown.insert(grown.find(last) + last.size(), R"(,{"role":"user","content":"More"})");
    const auto next = read(grown);
    QVERIFY(next);
    QCOMPARE(next->turns.size(), request->turns.size() + 1);
    for (std::size_t i = 0; i < request->turns.size(); ++i) {
        QVERIFY(request->turns[i] == next->turns[i]);
    }
    QVERIFY(request->tools == next->tools);
}

void ResponsesRequestTest::malformed_data()
{
    QTest::addColumn<QString>("members");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *members, const char *message) {
        QTest::newRow(name) << QString::fromUtf8(members) << QString::fromUtf8(message);
    };
    row("no input", R"("x":1)", "input: is required");
    row("input number", R"("input":1)", "input: must be a string or an array of items");
    row("item string", R"("input":["a"])", "input[0]: must be an object");
    row("item empty", R"("input":[{}])", "input[0].type: is required");
    row("item type", R"("input":[{"type":7}])", "input[0].type: is required");
    row("role", R"("input":[{"role":"tool","content":"x"}])",
        "input[0].role: must be 'user', 'assistant', 'system' or 'developer'");
    row("role type", R"("input":[{"role":1,"content":"x"}])",
        "input[0].role: must be 'user', 'assistant', 'system' or 'developer'");
    row("no content", R"("input":[{"role":"user"}])",
        "input[0].content: must be a string or an array");
    row("content part", R"("input":[{"role":"user","content":[1]}])",
        "input[0].content[0]: must be an object");
    row("part type", R"("input":[{"role":"user","content":[{"text":"x"}]}])",
        "input[0].content[0].type: is required");
    row("text", R"("input":[{"role":"user","content":[{"type":"input_text","text":null}]}])",
        "input[0].content[0].text: must be a string");
    row("image", R"("input":[{"role":"user","content":[{"type":"input_image"}]}])",
        "input[0].content[0]: an image needs image_url or file_id");
    row("image url",
        R"("input":[{"role":"user","content":[{"type":"input_image","image_url":{"url":"x"}}]}])",
        "input[0].content[0].image_url: must be a string");
    row("file", R"("input":[{"role":"user","content":[{"type":"input_file","filename":"x"}]}])",
        "input[0].content[0]: a file needs file_data, file_url or file_id");
    row("audio", R"("input":[{"role":"user","content":[{"type":"input_audio"}]}])",
        "input[0].content[0].input_audio.data: is required");
    row("call id", R"("input":[{"type":"function_call","name":"f","arguments":"{}"}])",
        "input[0].call_id: is required");
    row("call name", R"("input":[{"type":"function_call","call_id":"c","arguments":"{}"}])",
        "input[0].name: is required");
    row("arguments",
        R"("input":[{"type":"function_call","call_id":"c","name":"f","arguments":{}}])",
        "input[0].arguments: must be a string");
    row("custom input", R"("input":[{"type":"custom_tool_call","call_id":"c","name":"f"}])",
        "input[0].input: must be a string");
    row("orphan", R"("input":[{"type":"function_call_output","call_id":"c","output":""}])",
        "input[0].call_id: no tool call has this id");
    row("output before its call",
        R"("input":[{"type":"custom_tool_call_output","call_id":"c","output":""},{"type":"custom_tool_call","call_id":"c","name":"f","input":""}])",
        "input[0].call_id: no tool call has this id");
    row("no output",
        R"("input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c"}])",
        "input[1].output: must be a string or an array");
    row("reference", R"("input":[{"type":"item_reference","id":"msg_1"}])",
        "input[0].id: no stored item has this id");
    row("reference without type", R"("input":[{"id":"msg_1"}])",
        "input[0].id: no stored item has this id");
    row("summary", R"("input":[{"type":"reasoning","summary":"x"}])",
        "input[0].summary: must be an array");
    row("summary part", R"("input":[{"type":"reasoning","summary":[1]}])",
        "input[0].summary[0].text: must be a string");
    row("tools", R"("input":"x","tools":{})", "tools: must be an array");
    row("tool", R"("input":"x","tools":["f"])", "tools[0].type: is required");
    row("tool name", R"("input":"x","tools":[{"type":"function","function":{"name":"f"}}])",
        "tools[0].name: is required");
    row("parameters", R"("input":"x","tools":[{"type":"function","name":"f","parameters":"{}"}])",
        "tools[0].parameters: must be an object");
    row("strict", R"("input":"x","tools":[{"type":"function","name":"f","strict":"yes"}])",
        "tools[0].strict: must be true or false");
    row("namespace tools", R"("input":"x","tools":[{"type":"namespace","name":"n"}])",
        "tools[0].tools: must be an array");
    row("namespace tool",
        R"("input":"x","tools":[{"type":"namespace","name":"n","tools":[{"type":"web_search"}]}])",
        "tools[0].tools[0].type: must be 'function' or 'custom'");
    row("format of custom", R"("input":"x","tools":[{"type":"custom","name":"c","format":1}])",
        "tools[0].format: must be an object");
    row("choice", R"("input":"x","tool_choice":"any")",
        "tool_choice: must be 'auto', 'required', 'none' or an object");
    row("choice name", R"("input":"x","tool_choice":{"type":"function"})",
        "tool_choice.name: is required");
    row("temperature", R"("input":"x","temperature":"0.5")", "temperature: must be a number");
    row("max", R"("input":"x","max_output_tokens":1.5)", "max_output_tokens: must be an integer");
    row("max 0", R"("input":"x","max_output_tokens":0)", "max_output_tokens: must be at least 1");
    row("stream", R"("input":"x","stream":"true")", "stream: must be true or false");
    row("store", R"("input":"x","store":1)", "store: must be true or false");
    row("include", R"("input":"x","include":"all")", "include: must be an array");
    row("previous", R"("input":"x","previous_response_id":1)",
        "previous_response_id: must be a string");
    row("metadata", R"("input":"x","metadata":[])", "metadata: must be an object");
    row("background", R"("input":"x","background":true)",
        "background: responses in the background are not supported");
    row("text object", R"("input":"x","text":"json")", "text: must be an object");
    row("format", R"("input":"x","text":{"format":{"type":"xml"}})",
        "text.format.type: must be 'text', 'json_object' or 'json_schema'");
    row("schema", R"("input":"x","text":{"format":{"type":"json_schema","name":"n"}})",
        "text.format.schema: is required");
    row("effort", R"("input":"x","reasoning":{"effort":3})", "reasoning.effort: must be a string");
    row("reasoning", R"("input":"x","reasoning":"high")", "reasoning: must be an object");
    row("instructions", R"("input":"x","instructions":[])", "instructions: must be a string");
    std::string many(R"("input":"x","tools":[{"type":"web_search"})");
    for (int i = 0; i < 1024; ++i) {
        many.append(R"(,{"type":"web_search"})");
    }
    row("tools", many.append("]").c_str(), "tools: must not be more than 1024");
}

void ResponsesRequestTest::malformed()
{
    QFETCH(QString, members);
    QFETCH(QString, message);
    const auto request = read("{\"model\":\"m\"," + members.toStdString() + "}");
    QVERIFY(!request);
    QCOMPARE(shown(request.error()), message);
}

void ResponsesRequestTest::inputTokensNeedNoModel()
{
    QVERIFY(!read(R"({"input":"x"})", "/v1/responses"));
    QVERIFY(read(R"({"input":"x"})", "/v1/responses/input_tokens?x=1"));
}

void ResponsesRequestTest::namesAreReversible()
{
    const auto request = read(R"({"model":"m","input":"x","tools":[
        {"type":"function","name":"a__b","parameters":{}},
        {"type":"namespace","name":"a","description":"","tools":[{"type":"function","name":"b"}]},
        {"type":"namespace","name":"mcp__an.other","description":"","tools":[
            {"type":"function","name":"search the web"},{"type":"custom","name":"patch"}]},
        {"type":"namespace","name":"a_very_long_name_of_a_namespace_that_leaves_no_room",
         "description":"","tools":[{"type":"function","name":"and_a_long_name_as_well_1"},
                                   {"type":"function","name":"and_a_long_name_as_well_2"}]}
      ]})");
    QVERIFY2(request, request ? "" : request.error().c_str());
    std::set<std::string> names;
    for (const Tool &tool : request->tools) {
        QVERIFY(tool.name.size() <= 64);
        QVERIFY(tool.name.find_first_of(". ") == std::string::npos);
        names.insert(tool.name);
    }
    QCOMPARE(names.size(), request->tools.size());
    const responses::ToolIndex index(request->tools);
    for (const Tool &tool : request->tools) {
        const auto identity = index.identityOf(tool.name);
        QCOMPARE(shown(index.modelNameOf(identity.space, identity.name)), shown(tool.name));
    }
    const auto patch = index.identityOf(request->tools[3].name);
    QCOMPARE(shown(patch.space), QStringLiteral("mcp__an.other"));
    QCOMPARE(shown(patch.name), QStringLiteral("patch"));
    QVERIFY(patch.isCustom);
    QCOMPARE(shown(index.identityOf("a__b").space), QString());
    QCOMPARE(shown(index.identityOf("unknown").name), QStringLiteral("unknown"));
}

void ResponsesRequestTest::customToolsTakeText()
{
    const std::string text = "*** \"Begin\"\n\\ \x01 ü";
    QCOMPARE(responses::customInput(responses::customArguments(text)), text);
    // a model that does not keep to the form
    QCOMPARE(responses::customInput("*** Begin"), std::string("*** Begin"));
    QCOMPARE(responses::customInput(R"({"patch":"x"})"), std::string(R"({"patch":"x"})"));
    QCOMPARE(responses::customInput(R"({"input":7})"), std::string(R"({"input":7})"));
    QCOMPARE(responses::customInput(""), std::string());
}

void ResponsesRequestTest::outputsOfStoredCallsAreRead()
{
    const auto request = read(R"({"model":"m","previous_response_id":"resp_1",
        "input":[{"type":"function_call_output","call_id":"c","output":"4"}]})");
    QVERIFY(request);
    QCOMPARE(request->turns.size(), std::size_t(1));
    QVERIFY(request->turns[0].role == Role::Tool);
    QCOMPARE(request->turns[0].parts[0].id, std::string("c"));
}

void ResponsesRequestTest::deepNesting()
{
    const std::string deep = std::string(900, '[') + std::string(900, ']');
    for (const char *before :
         {R"("x":)", R"("input":)", R"("tools":)", R"("metadata":)", R"("tool_choice":)"}) {
        const auto request = read(R"({"model":"m",)" + std::string(before) + deep + "}");
        QVERIFY(!request);
    }
    const auto kept = read(R"({"model":"m","input":"x","y":)" + deep + "}");
    QVERIFY(kept);
    QCOMPARE(kept->extras.size(), std::size_t(1));
    QCOMPARE(kept->extras[0].json, deep);
}

QTEST_GUILESS_MAIN(ResponsesRequestTest)
#include "tst_responsesrequest.moc"
