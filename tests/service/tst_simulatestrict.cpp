// SPDX-License-Identifier: MIT
// What simulated backends refuse: one row for each rule of each provider, over real sockets.
#include "service/simulate/dialects/signatures.h"
#include "tests/service/simulatorclient.h"

#include <QTest>

#include <array>
#include <memory>

using namespace meridian;
using namespace meridian::support;
using simulate::Protocol;

class TstSimulateStrict : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void initTestCase()
    {
        simulate::SimulatorOptions any;
        any.model.clear();
        for (std::size_t i = 0; i < m_servers.size(); ++i) {
            m_servers[i] = std::make_unique<SimulatedServer>(static_cast<Protocol>(i), any);
            QVERIFY(m_servers[i]->port() != 0);
        }
    }

    void rule_data()
    {
        QTest::addColumn<int>("protocol");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("says"); // empty: it is answered
        anthropicRows();
        geminiRows();
        ollamaRows();
        openAiRows();
        ociRows();
    }

    void rule()
    {
        QFETCH(int, protocol);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, says);
        const HttpResponse response = m_servers[static_cast<std::size_t>(protocol)]->post(
            path.toStdString(), body.toStdString());
        const int expected = says.isEmpty() ? 200 : 400;
        QVERIFY2(response.status == expected, response.body.c_str());
        QVERIFY2(response.body.find(says.toStdString()) != std::string::npos,
                 response.body.c_str());
        if (says.isEmpty()) {
            return;
        }
        constexpr std::array<std::pair<const char *, const char *>, 5> Shapes{
            {{"error.type", "invalid_request_error"},
             {"error.type", "invalid_request_error"},
             {"error.status", "INVALID_ARGUMENT"},
             {"error", ""},
             {"code", "InvalidParameter"}}};
        const auto &[place, word] = Shapes[static_cast<std::size_t>(protocol)];
        const QString told = valueAt(response.body, place).toString();
        QVERIFY2(!told.isEmpty() && told.contains(QString::fromLatin1(word)),
                 response.body.c_str());
    }

private:
    static void
    add(Protocol protocol, const char *name, QByteArray path, QByteArray body, const char *says)
    {
        const QByteArray title =
            QByteArray(simulate::ProtocolNames[static_cast<std::size_t>(protocol)].data()) + ": " +
            name;
        QTest::newRow(title.constData())
            << static_cast<int>(protocol) << path << body << QByteArray(says);
    }

    static void anthropicRows();
    static void geminiRows();
    static void ollamaRows();
    static void openAiRows();
    static void ociRows();

    std::array<std::unique_ptr<SimulatedServer>, 5> m_servers;
};

void TstSimulateStrict::anthropicRows()
{
    const auto row = [](const char *name, const char *members, const char *says) {
        const QByteArray head =
            QByteArray(members).contains("max_tokens") || says == QByteArray("max_tokens")
                ? R"({"model":"m")"
                : R"({"model":"m","max_tokens":2000)";
        const QByteArray messages = QByteArray(members).contains("\"messages\"")
                                        ? ""
                                        : R"(,"messages":[{"role":"user","content":"hi"}])";
        add(Protocol::Anthropic, name, "/v1/messages", head + messages + members + "}", says);
    };
    const auto turns = [&](const char *name, const char *messages, const char *says) {
        row(name, (QByteArray(",\"messages\":") + messages).constData(), says);
    };
    row("plain", "", "");
    row("no max_tokens", "", "max_tokens");
    row("unknown field", R"(,"top_b":1)", "top_b: Extra inputs");
    row("temperature above 1", R"(,"temperature":1.5)", "temperature");
    row("temperature while thinking",
        R"(,"temperature":0.5,"thinking":{"type":"enabled","budget_tokens":1024})",
        "only be set to 1");
    row("top_k while thinking", R"(,"top_k":5,"thinking":{"type":"adaptive"})", "top_k");
    row("small budget", R"(,"thinking":{"type":"enabled","budget_tokens":1000})", "1024");
    row("budget beyond the maximum", R"(,"thinking":{"type":"enabled","budget_tokens":2000})",
        "must be greater than `thinking");
    row("thinking", R"(,"thinking":{"type":"enabled","budget_tokens":1999})", "");
    row("blank stop", R"(,"stop_sequences":[" "])", "non-whitespace");
    row("empty system text", R"(,"system":[{"type":"text","text":""}])", "system[0].text");
    row("metadata", R"(,"metadata":{"user":"x"})", "metadata.user");
    row("service tier", R"(,"service_tier":"flex")", "service_tier");
    row("effort", R"(,"output_config":{"effort":"tiny"})", "output_config.effort");
    row("vertex field", R"(,"anthropic_version":"vertex-2023-10-16")", "anthropic_version");
    row("tool without schema", R"(,"tools":[{"name":"f"}])", "input_schema");
    row("schema is no object", R"(,"tools":[{"name":"f","input_schema":{"type":"string"}}])",
        "input_schema.type");
    row("tool's name", R"(,"tools":[{"name":"a.b","input_schema":{"type":"object"}}])", "pattern");
    row("two tools alike",
        R"(,"tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"f","input_schema":{"type":"object"}}])",
        "unique");
    row("choice without tools", R"(,"tool_choice":{"type":"auto"})", "while providing tools");
    row("forced while thinking",
        R"(,"thinking":{"type":"adaptive"},"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"})",
        "forces tool use");
    turns("no turns", "[]", "messages");
    turns("assistant first", R"([{"role":"assistant","content":"a"}])", "first message");
    turns("roles in a row", R"([{"role":"user","content":"a"},{"role":"user","content":"b"}])",
          "alternate");
    turns("system among turns",
          R"([{"role":"user","content":"a"},{"role":"system","content":"b"}])", "Unexpected role");
    turns("empty text", R"([{"role":"user","content":[{"type":"text","text":""}]}])",
          "messages[0].content[0].text");
    turns("empty content", R"([{"role":"user","content":""}])", "non-empty content");
    turns("trailing space",
          R"([{"role":"user","content":"a"},{"role":"assistant","content":"b "}])", "trailing");
    turns(
        "unanswered call",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":"b"}])",
        "without `tool_result`");
    turns(
        "call's id",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t.1","name":"f","input":{}}]}])",
        "pattern");
    turns(
        "call's input",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":"{}"}]}])",
        "input");
    turns(
        "orphan result",
        R"([{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]}])",
        "unexpected `tool_use_id`");
    turns(
        "text before a result",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"text","text":"b"},{"type":"tool_result","tool_use_id":"t1"}]}])",
        "must come first");
    turns(
        "answered",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"},{"type":"text","text":"b"}]}])",
        "");
    turns(
        "unsigned thought",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"y"}]},{"role":"user","content":"b"}])",
        "signature");
    turns(
        "wrong signature",
        R"([{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"AAAA"},{"type":"text","text":"y"}]},{"role":"user","content":"b"}])",
        "Invalid `signature`");
    turns(
        "image's base64",
        R"([{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"data:image/png;base64,AAAA"}}]}])",
        "invalid base64");
    turns("unknown block", R"([{"role":"user","content":[{"type":"image_url"}]}])",
          "does not match");
    row("unthought call while thinking",
        R"(,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1"}]}])",
        "must start with a thinking block");
    const QByteArray vertex = "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict";
    add(Protocol::Anthropic, "vertex without version", vertex,
        R"({"max_tokens":9,"messages":[{"role":"user","content":"a"}]})", "anthropic_version");
    add(Protocol::Anthropic, "vertex with model", vertex,
        R"({"anthropic_version":"vertex-2023-10-16","model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}]})",
        "model: Extra");
    add(Protocol::Anthropic, "count with max_tokens", "/v1/messages/count_tokens",
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}]})", "max_tokens");
}

void TstSimulateStrict::geminiRows()
{
    const auto row = [](const char *name, const char *members, const char *says) {
        const bool hasContents = QByteArray(members).contains("\"contents\"");
        const QByteArray contents =
            hasContents ? "" : R"("contents":[{"role":"user","parts":[{"text":"hi"}]}],)";
        QByteArray body = "{" + contents + members;
        body = (body.endsWith(',') ? body.chopped(1) : body) + "}";
        add(Protocol::Gemini, name, "/v1beta/models/gemini-3-pro:generateContent", body, says);
    };
    const auto contents = [&](const char *name, const char *list, const char *says) {
        row(name, (QByteArray("\"contents\":") + list).constData(), says);
    };
    const auto tool = [&](const char *name, const char *declaration, const char *says) {
        row(name,
            (QByteArray(R"("tools":[{"functionDeclarations":[)") + declaration + "]}]").constData(),
            says);
    };
    row("plain", "", "");
    row("unknown field", R"("max_tokens":5)", "Unknown name \\\"max_tokens\\\"");
    row("unknown setting", R"("generationConfig":{"stop":["a"]})", "generationConfig");
    row("snake case", R"("generation_config":{"max_output_tokens":5})", "");
    row("six stops", R"("generationConfig":{"stopSequences":["1","2","3","4","5","6"]})",
        "at most 5");
    row("budget and level",
        R"("generationConfig":{"thinkingConfig":{"thinkingBudget":1,"thinkingLevel":"LOW"}})",
        "only one of");
    row("schema without type",
        R"("generationConfig":{"responseSchema":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}})",
        "application/json");
    row("labels", R"("labels":{"a":"b"})", "labels");
    tool("$schema", R"({"name":"f","parameters":{"type":"object","$schema":"x"}})", "$schema");
    tool("additionalProperties",
         R"({"name":"f","parameters":{"type":"object","additionalProperties":false}})",
         "additionalProperties");
    tool(
        "list of types",
        R"({"name":"f","parameters":{"type":"object","properties":{"a":{"type":["string","null"]}}}})",
        "Invalid value (Type)");
    tool("array without items",
         R"({"name":"f","parameters":{"type":"object","properties":{"a":{"type":"array"}}}})",
         "items");
    tool("JSON schema",
         R"({"name":"f","parametersJsonSchema":{"type":"object","additionalProperties":false}})",
         "");
    tool("both schemas",
         R"({"name":"f","parameters":{"type":"object"},"parametersJsonSchema":{"type":"object"}})",
         "exclusive");
    tool("function's name", R"({"name":"1f"})", "Invalid function name");
    row("two lists of functions",
        R"("tools":[{"functionDeclarations":[{"name":"f"}]},{"functionDeclarations":[{"name":"g"}]}])",
        "Multiple tools");
    row("names without ANY",
        R"("tools":[{"functionDeclarations":[{"name":"f"}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO","allowedFunctionNames":["f"]}})",
        "mode is ANY");
    contents("no contents", "[]", "contents");
    contents("role", R"([{"role":"assistant","parts":[{"text":"a"}]}])", "valid role");
    contents("no parts", R"([{"role":"user","parts":[]}])", "parts");
    contents("two kinds", R"([{"role":"user","parts":[{"text":"a","inlineData":{}}]}])", "oneof");
    contents(
        "base64",
        R"([{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"data:x"}}]}])",
        "Base64");
    contents(
        "text of args",
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":"{}"}}]}])",
        "Struct");
    contents(
        "no signature",
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}])",
        "missing a thought_signature");
    contents(
        "placeholder",
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}])",
        "");
    contents(
        "corrupted signature",
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b","thoughtSignature":"AAAA"}]},{"role":"user","parts":[{"text":"c"}]}])",
        "Corrupted");
    contents(
        "old turns need no signature",
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]},{"role":"model","parts":[{"text":"b"}]},{"role":"user","parts":[{"text":"c"}]}])",
        "");
    contents(
        "missing response",
        R"([{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}])",
        "number of function response parts");
    contents("response without call",
             R"([{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}])",
             "immediately after a function call");
    contents("response is no object",
             R"([{"role":"user","parts":[{"functionResponse":{"name":"f","response":"x"}}]}])",
             "Struct");
}

void TstSimulateStrict::ollamaRows()
{
    const auto row = [](const char *name, const char *members, const char *says) {
        const bool hasMessages = QByteArray(members).contains("\"messages\"");
        const QByteArray messages =
            hasMessages ? "" : R"(,"messages":[{"role":"user","content":"hi"}])";
        add(Protocol::Ollama, name, "/api/chat",
            R"({"model":"m","stream":false)" + messages + members + "}", says);
    };
    row("plain", "", "");
    row("unknown fields are skipped", R"(,"whatever":1)", "");
    row("parts", R"(,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}])",
        "content of type string");
    row("role", R"(,"messages":[{"role":"developer","content":"a"}])", "role");
    row("data URL",
        R"(,"messages":[{"role":"user","content":"a","images":["data:image/png;base64,AAAA"]}])",
        "illegal base64");
    row("image", R"(,"messages":[{"role":"user","content":"a","images":["AAAA"]}])", "");
    row("text of arguments",
        R"(,"messages":[{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}])",
        "arguments");
    row("format", R"(,"format":"yaml")", "format");
    row("think", R"(,"think":"minimal")", "think");
    row("whole number", R"(,"options":{"num_predict":1.5})", "num_predict");
    row("stop", R"(,"options":{"stop":"a"})", "stop");
    row("tool's type", R"(,"tools":[{"name":"f"}])", "tools[0]");
    add(Protocol::Ollama, "no model", "/api/chat", R"({"messages":[]})", "model is required");
}

void TstSimulateStrict::openAiRows()
{
    const auto row = [](const char *name, const char *members, const char *says) {
        const bool hasMessages = QByteArray(members).contains("\"messages\"");
        const QByteArray messages =
            hasMessages ? "" : R"(,"messages":[{"role":"user","content":"hi"}])";
        add(Protocol::OpenAi, name, "/v1/chat/completions",
            R"({"model":"m")" + messages + members + "}", says);
    };
    const auto turns = [&](const char *name, const char *messages, const char *says) {
        row(name, (QByteArray(",\"messages\":") + messages).constData(), says);
    };
    row("plain", "", "");
    row("two maxima", R"(,"max_tokens":5,"max_completion_tokens":5)", "at the same time");
    row("choice without tools", R"(,"tool_choice":"auto")", "only allowed when 'tools'");
    row("no tools", R"(,"tools":[])", "tools");
    row("function's name", R"(,"tools":[{"type":"function","function":{"name":"a.b"}}])",
        "pattern");
    row("schema is no object",
        R"(,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"string"}}}])",
        "parameters");
    row("unknown choice",
        R"(,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}})",
        "not found");
    row("schema's name", R"(,"response_format":{"type":"json_schema","json_schema":{"schema":{}}})",
        "json_schema.name");
    row("effort", R"(,"reasoning_effort":"huge")", "reasoning_effort");
    turns("unknown role", R"([{"role":"model","content":"a"}])", "messages[0].role");
    turns("unknown part", R"([{"role":"user","content":[{"type":"image"}]}])", "content[0].type");
    turns(
        "image in a tool's message",
        R"([{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":[{"type":"image_url","image_url":{"url":"u"}}]}])",
        "messages[2].content[0].type");
    turns("orphan result", R"([{"role":"tool","tool_call_id":"c","content":"x"}])", "preceeding");
    turns(
        "unanswered call",
        R"([{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"user","content":"a"}])",
        "did not have response messages: c");
    turns(
        "object of arguments",
        R"([{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{}}}]}])",
        "arguments");
    turns(
        "long id",
        R"([{"role":"assistant","tool_calls":[{"id":"c2345678901234567890123456789012345678901","type":"function","function":{"name":"f","arguments":"{}"}}]}])",
        "maximum length is 40");
}

void TstSimulateStrict::ociRows()
{
    const auto chat = [](const char *name, const char *request, const char *says) {
        add(Protocol::Oci, name, "/20231130/actions/chat",
            QByteArray(
                R"({"compartmentId":"c","servingMode":{"servingType":"ON_DEMAND","modelId":"xai.m"},"chatRequest":)") +
                request + "}",
            says);
    };
    add(Protocol::Oci, "no compartment", "/20231130/actions/chat",
        R"({"servingMode":{"servingType":"ON_DEMAND","modelId":"m"},"chatRequest":{}})",
        "compartmentId");
    add(Protocol::Oci, "endpoint on demand", "/20231130/actions/chat",
        R"({"compartmentId":"c","servingMode":{"servingType":"ON_DEMAND","endpointId":"e"},"chatRequest":{}})",
        "servingMode.endpointId");
    add(Protocol::Oci, "GENERIC of Cohere's", "/20231130/actions/chat",
        R"({"compartmentId":"c","servingMode":{"servingType":"ON_DEMAND","modelId":"cohere.x"},"chatRequest":{"apiFormat":"GENERIC"}})",
        "does not support");
    chat("no format", R"({"messages":[]})", "apiFormat");
    chat(
        "generic",
        R"({"apiFormat":"GENERIC","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}]})",
        "");
    chat(
        "generic: unknown field",
        R"({"apiFormat":"GENERIC","stopSequences":["a"],"messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}]})",
        "stopSequences");
    chat(
        "generic: role",
        R"({"apiFormat":"GENERIC","messages":[{"role":"user","content":[{"type":"TEXT","text":"a"}]}]})",
        "role");
    chat("generic: text", R"({"apiFormat":"GENERIC","messages":[{"role":"USER","content":"a"}]})",
         "content");
    chat(
        "generic: nested tool",
        R"({"apiFormat":"GENERIC","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}],"tools":[{"type":"FUNCTION","function":{"name":"f"}}]})",
        "tools[0].function");
    chat(
        "generic: $ref",
        R"({"apiFormat":"GENERIC","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}],"tools":[{"type":"FUNCTION","name":"f","parameters":{"type":"object","properties":{"a":{"$ref":"#/x"}}}}]})",
        "$ref");
    chat(
        "generic: orphan result",
        R"({"apiFormat":"GENERIC","messages":[{"role":"TOOL","toolCallId":"c","content":[{"type":"TEXT","text":"a"}]}]})",
        "toolCallId");
    chat(
        "generic: object of arguments",
        R"({"apiFormat":"GENERIC","messages":[{"role":"ASSISTANT","content":null,"toolCalls":[{"id":"c","type":"FUNCTION","name":"f","arguments":{}}]}]})",
        "arguments");
    chat(
        "generic: effort",
        R"({"apiFormat":"GENERIC","reasoningEffort":"high","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}]})",
        "reasoningEffort");
    chat("cohere", R"({"apiFormat":"COHERE","message":"a"})", "");
    chat("cohere: no message", R"({"apiFormat":"COHERE","message":""})", "without tool results");
    chat("cohere: silent bot",
         R"({"apiFormat":"COHERE","message":"a","chatHistory":[{"role":"CHATBOT","message":""}]})",
         "chatHistory[0].message");
    chat(
        "cohere: user after tool",
        R"({"apiFormat":"COHERE","message":"a","chatHistory":[{"role":"TOOL","toolResults":[{"call":{"name":"f","parameters":{}},"outputs":[{}]}]},{"role":"USER","message":"b"}]})",
        "must not follow");
    chat(
        "cohere: message and results",
        R"({"apiFormat":"COHERE","message":"a","chatHistory":[{"role":"USER","message":"b"}],"toolResults":[{"call":{"name":"f","parameters":{}},"outputs":[{}]}]})",
        "multi-step");
    chat(
        "cohere: type",
        R"({"apiFormat":"COHERE","message":"a","tools":[{"name":"f","description":"d","parameterDefinitions":{"p":{"type":"string"}}}]})",
        "parameterDefinitions.p.type");
    chat("cohere: tool choice", R"({"apiFormat":"COHERE","message":"a","toolChoice":{}})",
         "toolChoice");
    chat(
        "coherev2",
        R"({"apiFormat":"COHEREV2","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}]})",
        "");
    chat(
        "coherev2: choice",
        R"({"apiFormat":"COHEREV2","toolsChoice":"AUTO","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}]})",
        "toolsChoice");
    chat(
        "coherev2: image",
        R"({"apiFormat":"COHEREV2","messages":[{"role":"USER","content":[{"type":"IMAGE","imageUrl":{"url":"u"}}]}]})",
        "content[0].type");
    chat(
        "coherev2: flat tool",
        R"({"apiFormat":"COHEREV2","messages":[{"role":"USER","content":[{"type":"TEXT","text":"a"}]}],"tools":[{"type":"FUNCTION","name":"f"}]})",
        "tools[0].name");
}

QTEST_GUILESS_MAIN(TstSimulateStrict)
#include "tst_simulatestrict.moc"
