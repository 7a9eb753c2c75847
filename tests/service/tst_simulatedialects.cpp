// SPDX-License-Identifier: MIT
// Simulated backends of each dialect over real sockets: text, streams, tools, thoughts, keys.
#include "service/simulate/dialects/signatures.h"
#include "tests/service/simulatorclient.h"

#include <QTest>

using namespace meridian;
using namespace meridian::support;
using simulate::Protocol;
using simulate::SimulatorOptions;

namespace {

constexpr const char *OciHead =
    R"({"compartmentId":"c","servingMode":{"servingType":"ON_DEMAND","modelId":"m"},"chatRequest":)";

QByteArray oci(const char *chat)
{
    return QByteArray(OciHead) + chat + "}";
}

/// A text as it is, an object as JSON, nothing for an array.
QString told(const QJsonValue &value)
{
    if (value.isString()) {
        return value.toString();
    }
    if (value.isObject()) {
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    }
    if (value.isDouble()) {
        return QString::number(value.toDouble());
    }
    return value.isUndefined() ? QStringLiteral("undefined") : value.toVariant().toString();
}

QString q(const char *text)
{
    return QString::fromUtf8(text);
}

constexpr const char *Schema =
    R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["C","F"]},"note":{"type":"string"}},"required":["city","days","unit"]})";
constexpr const char *Arguments = R"({"city":"example","days":1,"unit":"C"})";

QByteArray with(QByteArray text)
{
    return text.replace("@S", Schema);
}

QString textOfEvents(std::string_view stream, const char *path)
{
    QString text;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t end = std::min(stream.find('\n', at), stream.size());
        std::string_view line = stream.substr(at, end - at);
        line = line.starts_with("data: ") ? line.substr(6) : line;
        if (line.starts_with('{')) {
            text += valueAt(line, path).toString();
        }
        at = end + 1;
    }
    return text;
}

SimulatorOptions serving(const char *model = "m", const char *key = "")
{
    SimulatorOptions options;
    options.model = model;
    options.apiKey = key;
    options.tokens = 6;
    return options;
}

} // namespace

class TstSimulateDialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void streams_data();
    void streams();
    void aStreamKeepsItsPace();
    void aLongPromptIsCached();
    void keys_data();
    void keys();
    void headersThatAreNeeded();
    void errors_data();
    void errors();
    void aStreamIsCut();
};

void TstSimulateDialects::answers_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("expected"); // path, value, path, value, …
    const auto row = [](const char *name, Protocol protocol, const char *path, QByteArray body,
                        QStringList expected) {
        QTest::newRow(name) << static_cast<int>(protocol) << QByteArray(path) << with(body)
                            << expected;
    };
    const QString words = q("Hello from fast. Every word");
    const QString arguments = q(Arguments);
    // --- Anthropic
    const char *messages = "/v1/messages";
    const char *ask = R"("messages":[{"role":"user","content":"hi"}])";
    const auto claude = [&](const char *more) {
        return QByteArray(R"({"model":"m","max_tokens":2000,)") + ask + more + "}";
    };
    row("anthropic text", Protocol::Anthropic, messages, claude(""),
        {q("content.0.text"), words, q("stop_reason"), q("end_turn"), q("model"), q("m"),
         q("usage.output_tokens"), q("6")});
    row("anthropic max", Protocol::Anthropic, messages,
        R"({"model":"m","max_tokens":2,"messages":[{"role":"user","content":"hi"}]})",
        {q("content.0.text"), q("Hello from"), q("stop_reason"), q("max_tokens")});
    row("anthropic stop", Protocol::Anthropic, messages, claude(R"(,"stop_sequences":["fast"])"),
        {q("content.0.text"), q("Hello from "), q("stop_reason"), q("stop_sequence"),
         q("stop_sequence"), q("fast")});
    row("anthropic tool", Protocol::Anthropic, messages,
        claude(R"(,"tools":[{"name":"f","input_schema":@S},{"name":"g","input_schema":@S}])"),
        {q("content.0.type"), q("tool_use"), q("content.0.name"), q("f"), q("content.0.input"),
         arguments, q("content.1"), q("undefined"), q("stop_reason"), q("tool_use")});
    row("anthropic forced tool", Protocol::Anthropic, messages,
        claude(
            R"(,"tools":[{"name":"f","input_schema":@S},{"name":"g","input_schema":@S}],"tool_choice":{"type":"tool","name":"g"})"),
        {q("content.0.name"), q("g")});
    row("anthropic thought", Protocol::Anthropic, messages,
        claude(R"(,"thinking":{"type":"enabled","budget_tokens":1024})"),
        {q("content.0.type"), q("thinking"), q("content.1.text"), words});
    row("anthropic schema", Protocol::Anthropic, messages,
        claude(R"(,"output_config":{"format":{"type":"json_schema","schema":@S}})"),
        {q("content.0.text"), arguments});
    row("anthropic result", Protocol::Anthropic, messages,
        R"({"model":"m","max_tokens":99,"tools":[{"name":"f","input_schema":@S}],"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"22 degrees"}]}]})",
        {q("content.0.text"), q("The tool said: 22 degrees"), q("stop_reason"), q("end_turn")});
    row("anthropic on vertex", Protocol::Anthropic,
        "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict",
        R"({"anthropic_version":"vertex-2023-10-16","max_tokens":99,"messages":[{"role":"user","content":"hi"}]})",
        {q("content.0.text"), words, q("model"), q("m")});
    row("anthropic count", Protocol::Anthropic, "/v1/messages/count_tokens",
        QByteArray(R"({"model":"m",)") + ask + "}", {q("input_tokens"), q("8")});
    // --- Gemini
    const char *generate = "/v1beta/models/m:generateContent";
    const auto gemini = [](const char *more) {
        return QByteArray(R"({"contents":[{"role":"user","parts":[{"text":"hi in parallel"}]}])") +
               more + "}";
    };
    const char *part = "candidates.0.content.parts.0";
    row("gemini text", Protocol::Gemini, generate, gemini(""),
        {q("candidates.0.content.parts.0.text"), words, q("candidates.0.finishReason"), q("STOP"),
         q("modelVersion"), q("m"), q("usageMetadata.candidatesTokenCount"), q("6")});
    row("gemini max", Protocol::Gemini, generate,
        gemini(R"(,"generationConfig":{"maxOutputTokens":2})"),
        {q("candidates.0.content.parts.0.text"), q("Hello from"), q("candidates.0.finishReason"),
         q("MAX_TOKENS")});
    row("gemini tools in parallel", Protocol::Gemini, generate,
        gemini(
            R"(,"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":@S},{"name":"g","parametersJsonSchema":@S}]}])"),
        {q("candidates.0.content.parts.0.functionCall.name"), q("f"),
         q("candidates.0.content.parts.0.functionCall.args"), arguments,
         q("candidates.0.content.parts.0.thoughtSignature"),
         QString::fromStdString(simulate::signatureOf("f")),
         q("candidates.0.content.parts.1.functionCall.name"), q("g"),
         q("candidates.0.content.parts.1.thoughtSignature"), q("undefined")});
    row("gemini thought", Protocol::Gemini, generate,
        gemini(
            R"(,"generationConfig":{"thinkingConfig":{"thinkingBudget":-1,"includeThoughts":true}})"),
        {q(part) + q(".thought"), q("true"), q("candidates.0.content.parts.1.text"), words});
    row("gemini on vertex", Protocol::Gemini,
        "/v1/projects/p/locations/l/publishers/google/models/m:generateContent", gemini(""),
        {q(part) + q(".text"), words});
    row("gemini count", Protocol::Gemini, "/v1beta/models/m:countTokens", gemini(""),
        {q("totalTokens"), q("11")});
    row("gemini embedding", Protocol::Gemini, "/v1beta/models/m:embedContent",
        R"({"content":{"parts":[{"text":"a"}]},"outputDimensionality":9})",
        {q("embedding.values"), q(""), q("embedding.values.9"), q("undefined")});
    row("gemini embeddings", Protocol::Gemini, "/v1beta/models/m:batchEmbedContents",
        R"({"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]}},{"model":"models/m","content":{"parts":[{"text":"b"}]}}]})",
        {q("embeddings.1.values"), q(""), q("embeddings.2"), q("undefined")});
    row("vertex embeddings", Protocol::Gemini,
        "/v1/projects/p/locations/l/publishers/google/models/m:predict",
        R"({"instances":[{"content":"a"}]})",
        {q("predictions.0.embeddings.statistics.token_count"), q("1")});
    // --- Ollama
    const auto ollama = [](const char *more) {
        return QByteArray(
                   R"({"model":"m","stream":false,"messages":[{"role":"user","content":"hi"}])") +
               more + "}";
    };
    row("ollama text", Protocol::Ollama, "/api/chat", ollama(""),
        {q("message.content"), words, q("done_reason"), q("stop"), q("eval_count"), q("6")});
    row("ollama max", Protocol::Ollama, "/api/chat", ollama(R"(,"options":{"num_predict":2})"),
        {q("message.content"), q("Hello from"), q("done_reason"), q("length")});
    row("ollama tool", Protocol::Ollama, "/api/chat",
        ollama(R"(,"tools":[{"type":"function","function":{"name":"f","parameters":@S}}])"),
        {q("message.tool_calls.0.function.name"), q("f"),
         q("message.tool_calls.0.function.arguments"), arguments});
    row("ollama format", Protocol::Ollama, "/api/chat", ollama(R"(,"format":@S)"),
        {q("message.content"), arguments});
    row("ollama thought", Protocol::Ollama, "/api/chat", ollama(R"(,"think":true)"),
        {q("message.content"), words, q("message.thinking"),
         q("The request is read, the answer is made up, and that is all.")});
    row("ollama generate", Protocol::Ollama, "/api/generate",
        R"({"model":"m","stream":false,"prompt":"hi"})", {q("response"), words});
    row("ollama embeddings", Protocol::Ollama, "/api/embed", R"({"model":"m","input":["a","b"]})",
        {q("embeddings.1"), q(""), q("embeddings.2"), q("undefined"), q("prompt_eval_count"),
         q("2")});
    row("ollama show", Protocol::Ollama, "/api/show", R"({"model":"m"})",
        {q("details.family"), q("simulated")});
    // --- OpenAI, what is more than words
    const auto openai = [](const char *more) {
        return QByteArray(R"({"model":"m","messages":[{"role":"user","content":"hi"}])") + more +
               "}";
    };
    const char *chat = "/v1/chat/completions";
    row("openai tool", Protocol::OpenAi, chat,
        openai(R"(,"tools":[{"type":"function","function":{"name":"f","parameters":@S}}])"),
        {q("choices.0.message.tool_calls.0.function.arguments"), arguments,
         q("choices.0.finish_reason"), q("tool_calls")});
    row("openai none", Protocol::OpenAi, chat,
        openai(
            R"(,"tools":[{"type":"function","function":{"name":"f","parameters":@S}}],"tool_choice":"none")"),
        {q("choices.0.message.content"), words});
    row("openai schema", Protocol::OpenAi, chat,
        openai(
            R"(,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":@S}})"),
        {q("choices.0.message.content"), arguments});
    row("openai thought", Protocol::OpenAi, chat, openai(R"(,"reasoning_effort":"low")"),
        {q("choices.0.message.content"), words, q("choices.0.message.reasoning_content"),
         q("The request is read, the answer is made up, and that is all.")});
    row("responses tool", Protocol::OpenAi, "/v1/responses",
        R"({"model":"m","input":"hi","tools":[{"type":"function","name":"f","parameters":@S}]})",
        {q("output.0.type"), q("function_call"), q("output.0.arguments"), arguments});
    // --- OCI
    const char *actions = "/20231130/actions/chat";
    const char *user = R"("messages":[{"role":"USER","content":[{"type":"TEXT","text":"hi"}]}])";
    const auto generic = [&](const char *more) {
        return oci((QByteArray(R"({"apiFormat":"GENERIC",)") + user + more + "}").constData());
    };
    row("oci text", Protocol::Oci, actions, generic(""),
        {q("chatResponse.choices.0.message.content.0.text"), words,
         q("chatResponse.choices.0.finishReason"), q("stop"), q("modelId"), q("m"),
         q("chatResponse.usage.completionTokens"), q("6")});
    row("oci tool", Protocol::Oci, actions,
        generic(R"(,"tools":[{"type":"FUNCTION","name":"f","parameters":@S}])"),
        {q("chatResponse.choices.0.message.toolCalls.0.arguments"), arguments,
         q("chatResponse.choices.0.finishReason"), q("tool_calls")});
    row("oci thought", Protocol::Oci, actions, generic(R"(,"reasoningEffort":"LOW")"),
        {q("chatResponse.choices.0.message.reasoningContent"),
         q("The request is read, the answer is made up, and that is all.")});
    row("cohere text", Protocol::Oci, actions, oci(R"({"apiFormat":"COHERE","message":"hi"})"),
        {q("chatResponse.text"), words, q("chatResponse.finishReason"), q("COMPLETE")});
    row("cohere tool", Protocol::Oci, actions,
        oci(R"({"apiFormat":"COHERE","message":"hi","tools":[{"name":"f","description":"d","parameterDefinitions":{"city":{"type":"str","isRequired":true},"days":{"type":"int"}}}]})"),
        {q("chatResponse.toolCalls.0.parameters"), q(R"({"city":"example"})"),
         q("chatResponse.toolCalls.0.id"), q("undefined")});
    row("cohere result", Protocol::Oci, actions,
        oci(R"({"apiFormat":"COHERE","message":"","chatHistory":[{"role":"USER","message":"a"},{"role":"CHATBOT","message":" ","toolCalls":[{"name":"f","parameters":{}}]}],"toolResults":[{"call":{"name":"f","parameters":{}},"outputs":[{"output":"22 degrees"}]}]})"),
        {q("chatResponse.text"), q("The tool said: 22 degrees")});
    row("coherev2 tool", Protocol::Oci, actions,
        oci((QByteArray(R"({"apiFormat":"COHEREV2",)") + user +
             R"(,"tools":[{"type":"FUNCTION","function":{"name":"f","parameters":@S}}]})")
                .constData()),
        {q("chatResponse.message.toolCalls.0.function.arguments"), arguments,
         q("chatResponse.finishReason"), q("TOOL_CALL")});
    row("oci embeddings", Protocol::Oci, "/20231130/actions/embedText",
        R"({"compartmentId":"c","servingMode":{"servingType":"ON_DEMAND","modelId":"m"},"inputs":["a","b"]})",
        {q("embeddings.1"), q(""), q("embeddings.2"), q("undefined"), q("modelId"), q("m")});
}

void TstSimulateDialects::answers()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QStringList, expected);
    const SimulatedServer server(static_cast<Protocol>(protocol), serving());
    const HttpResponse response = server.post(path.toStdString(), body.toStdString());
    QVERIFY2(response.status == 200, response.body.c_str());
    QVERIFY(response.isComplete());
    for (qsizetype i = 0; i + 1 < expected.size(); i += 2) {
        const QString value = told(valueAt(response.body, expected[i].toLatin1().constData()));
        QVERIFY2(value == expected[i + 1], qPrintable(expected[i] + u'=' + value + u'\n' +
                                                      QString::fromStdString(response.body)));
    }
    QCOMPARE(server.post(path.toStdString(), body.toStdString()).status, 200); // and again
}

void TstSimulateDialects::streams_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("text"); // path of its pieces
    QTest::addColumn<QByteArray>("end");  // how the body ends, or what its end holds
    QTest::addColumn<QString>("expected");
    const QString words = q("Hello from fast. Every word");
    const auto row = [](const char *name, Protocol protocol, const char *path, QByteArray body,
                        const char *type, const char *text, const char *end,
                        const QString &expected) {
        QTest::newRow(name) << static_cast<int>(protocol) << QByteArray(path) << with(body)
                            << QByteArray(type) << QByteArray(text) << QByteArray(end) << expected;
    };
    const char *sse = "text/event-stream";
    row("anthropic", Protocol::Anthropic, "/v1/messages",
        R"({"model":"m","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"hi"}]})",
        sse, "delta.text", "message_stop", words);
    row("anthropic tool", Protocol::Anthropic, "/v1/messages",
        R"({"model":"m","max_tokens":99,"stream":true,"tools":[{"name":"f","input_schema":@S}],"messages":[{"role":"user","content":"hi"}]})",
        sse, "delta.partial_json", "message_stop", q(Arguments));
    row("anthropic signature", Protocol::Anthropic, "/v1/messages",
        R"({"model":"m","max_tokens":2000,"stream":true,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"hi"}]})",
        sse, "delta.signature", "message_stop",
        QString::fromStdString(
            simulate::signatureOf("The request is read, the answer is made up, and that is all.")));
    row("gemini", Protocol::Gemini, "/v1beta/models/m:streamGenerateContent?alt=sse",
        R"({"contents":[{"parts":[{"text":"hi"}]}]})", sse, "candidates.0.content.parts.0.text",
        "\"finishReason\":\"STOP\"", words);
    row("ollama", Protocol::Ollama, "/api/chat",
        R"({"model":"m","messages":[{"role":"user","content":"hi"}]})", "application/x-ndjson",
        "message.content", "\"done\":true", words);
    row("openai", Protocol::OpenAi, "/v1/chat/completions",
        R"({"model":"m","stream":true,"reasoning_effort":"low","messages":[{"role":"user","content":"hi"}]})",
        sse, "choices.0.delta.content", "[DONE]", words);
    row("responses", Protocol::OpenAi, "/v1/responses",
        R"({"model":"m","stream":true,"input":"hi","tools":[{"type":"function","name":"f","parameters":@S}]})",
        sse, "delta", "response.completed", q(Arguments));
    const auto chat = [](const char *request) { return oci(request); };
    row("oci", Protocol::Oci, "/20231130/actions/chat",
        chat(
            R"({"apiFormat":"GENERIC","isStream":true,"messages":[{"role":"USER","content":[{"type":"TEXT","text":"hi"}]}]})"),
        sse, "message.content.0.text", "[DONE]", words);
    row("oci tool", Protocol::Oci, "/20231130/actions/chat",
        chat(
            R"({"apiFormat":"GENERIC","isStream":true,"tools":[{"type":"FUNCTION","name":"f","parameters":@S}],"messages":[{"role":"USER","content":[{"type":"TEXT","text":"hi"}]}]})"),
        sse, "message.toolCalls.0.arguments", "tool_calls", q(Arguments));
    row("cohere says it twice", Protocol::Oci, "/20231130/actions/chat",
        chat(R"({"apiFormat":"COHERE","isStream":true,"message":"hi"})"), sse, "text", "COMPLETE",
        words + words);
    row("coherev2", Protocol::Oci, "/20231130/actions/chat",
        chat(
            R"({"apiFormat":"COHEREV2","isStream":true,"tools":[{"type":"FUNCTION","function":{"name":"f","parameters":@S}}],"messages":[{"role":"USER","content":[{"type":"TEXT","text":"hi"}]}]})"),
        sse, "message.toolCalls.0.function.arguments", "TOOL_CALL", q(Arguments) + q(Arguments));
}

void TstSimulateDialects::streams()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, end);
    QFETCH(QString, expected);
    SimulatorOptions options = serving();
    options.chunkBytes = 13;
    const SimulatedServer server(static_cast<Protocol>(protocol), options);
    const HttpResponse response = server.post(path.toStdString(), body.toStdString());
    QVERIFY2(response.status == 200, response.body.c_str());
    QVERIFY(response.isComplete() && response.isChunked);
    QVERIFY(response.header("content-type").starts_with(type.toStdString()));
    QCOMPARE(textOfEvents(response.body, text.constData()), expected);
    const std::string tail = response.body.substr(
        response.body.size() - std::min<std::size_t>(1200, response.body.size()));
    QVERIFY2(tail.find(end.toStdString()) != std::string::npos, tail.c_str());
}

void TstSimulateDialects::aStreamKeepsItsPace()
{
    SimulatorOptions options = serving();
    options.tokens = 26;
    options.tokensPerSecond = 50;
    const SimulatedServer server(Protocol::Anthropic, options);
    const auto start = Clock::now();
    const HttpResponse response = server.post(
        "/v1/messages",
        R"({"model":"m","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"hi"}]})");
    const auto took = Clock::now() - start;
    QVERIFY(response.isComplete());
    QVERIFY2(took >= 490ms, std::to_string(took / 1ms).c_str()); // 25 pauses of 20 ms
    QVERIFY2(took < 1500ms * patience(), std::to_string(took / 1ms).c_str());
}

void TstSimulateDialects::aLongPromptIsCached()
{
    const SimulatedServer server(Protocol::Anthropic, serving());
    const std::string body =
        R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":")" +
        std::string(8000, 'x') + "\"}]}";
    const HttpResponse response = server.post("/v1/messages", body);
    QCOMPARE(valueAt(response.body, "usage.cache_read_input_tokens").toInt(), 1920);
    QCOMPARE(valueAt(response.body, "usage.input_tokens").toInt(), 2007 - 1920);
}

void TstSimulateDialects::keys_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("shape");
    const auto row = [](Protocol protocol, const char *path, const char *header, const char *value,
                        int status, const char *shape) {
        QTest::newRow((QByteArray(path) + " " + header + ": " + value).constData())
            << static_cast<int>(protocol) << QByteArray(path) << QByteArray(header)
            << QByteArray(value) << status << QByteArray(shape);
    };
    row(Protocol::Anthropic, "/v1/models", "x-api-key", "K", 200, "data.0.id");
    row(Protocol::Anthropic, "/v1/models/m", "authorization", "Bearer K", 200, "id");
    row(Protocol::Anthropic, "/v1/models", "x-api-key", "L", 401, "error.type");
    row(Protocol::Gemini, "/v1beta/models", "x-goog-api-key", "K", 200, "models.0.name");
    row(Protocol::Gemini, "/v1beta/models/m?key=K", "x", "y", 200, "name");
    row(Protocol::Gemini, "/v1beta/models", "x-api-key", "K", 401, "error.status");
    row(Protocol::Ollama, "/api/tags", "authorization", "Bearer K", 200, "models.0.name");
    row(Protocol::Ollama, "/api/version", "authorization", "Bearer K", 200, "version");
    row(Protocol::Ollama, "/api/tags", "authorization", "Bearer L", 401, "error");
    row(Protocol::OpenAi, "/v1/models", "authorization", "Bearer K", 200, "data.0.id");
    row(Protocol::OpenAi, "/v1/models", "authorization", "K", 401, "error.code");
    row(Protocol::Oci, "/nowhere", "authorization", "Bearer K", 404, "code");
    row(Protocol::Oci, "/nowhere", "authorization", "Bearer L", 401, "code");
    row(Protocol::Oci, "/health", "x", "y", 200, "status");
}

void TstSimulateDialects::keys()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(int, status);
    QFETCH(QByteArray, shape);
    const SimulatedServer server(static_cast<Protocol>(protocol), serving("m", "K"));
    const HttpResponse response =
        server.get(path.toStdString(), {{header.toStdString(), value.toStdString()}});
    QVERIFY2(response.status == status, response.body.c_str());
    QVERIFY2(!valueAt(response.body, shape.constData()).toString().isEmpty(),
             response.body.c_str());
}

void TstSimulateDialects::headersThatAreNeeded()
{
    const SimulatedServer claude(Protocol::Anthropic, serving());
    const char *body = R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}]})";
    HttpResponse response = RawClient(claude.port()).exchange("POST", "/v1/messages", body);
    QCOMPARE(response.status, 400);
    QVERIFY(response.body.find("anthropic-version") != std::string::npos);

    const SimulatedServer oracle(Protocol::Oci, serving());
    const std::string chat = oci(R"({"apiFormat":"COHERE","message":"hi"})").toStdString();
    const char *path = "/20231130/actions/chat";
    QCOMPARE(RawClient(oracle.port()).exchange("POST", path, chat).status, 401);
    Headers headers = SimulatedServer::ociHeaders(chat);
    QCOMPARE(RawClient(oracle.port()).exchange("POST", path, chat, headers).status, 200);
    response = RawClient(oracle.port()).exchange("POST", path, chat + " ", headers);
    QCOMPARE(response.status, 401); // another body than the one that was hashed
    QCOMPARE(valueAt(response.body, "code").toString(), q("NotAuthenticated"));
    headers.erase(headers.begin());
    QCOMPARE(RawClient(oracle.port()).exchange("POST", path, chat, headers).status, 401);
}

void TstSimulateDialects::errors_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, Protocol protocol, const char *path, QByteArray body,
                        int status, const char *says) {
        QTest::newRow(name) << static_cast<int>(protocol) << QByteArray(path) << body << status
                            << QByteArray(says);
    };
    const char *claude =
        R"({"model":"n","max_tokens":9,"messages":[{"role":"user","content":"a"}]})";
    row("anthropic model", Protocol::Anthropic, "/v1/messages", claude, 404, "not_found_error");
    row("anthropic mock", Protocol::Anthropic, "/v1/messages", R"({"mock_status":529})", 529,
        "overloaded_error");
    row("anthropic not JSON", Protocol::Anthropic, "/v1/messages", "{", 400,
        "invalid_request_error");
    row("gemini model", Protocol::Gemini, "/v1beta/models/n:generateContent",
        R"({"contents":[{"parts":[{"text":"a"}]}]})", 404, "NOT_FOUND");
    row("gemini mock", Protocol::Gemini, "/v1beta/models/m:generateContent",
        R"({"mock_status":429})", 429, "RetryInfo");
    row("gemini verb", Protocol::Gemini, "/v1beta/models/m:generate", "{}", 404, "NOT_FOUND");
    row("ollama model", Protocol::Ollama, "/api/chat", R"({"model":"n","messages":[]})", 404,
        R"({"error":"model 'n' not found"})");
    row("ollama method", Protocol::Ollama, "/api/tags", "{}", 405, "error");
    row("oci model", Protocol::Oci, "/20231130/actions/chat",
        R"({"compartmentId":"c","servingMode":{"servingType":"ON_DEMAND","modelId":"n"},"chatRequest":{"apiFormat":"COHERE","message":"a"}})",
        404, "NotAuthorizedOrNotFound");
    row("oci mock", Protocol::Oci, "/20231130/actions/chat", R"({"mock_status":429})", 429,
        "TooManyRequests");
}

void TstSimulateDialects::errors()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    const SimulatedServer server(static_cast<Protocol>(protocol), serving());
    const HttpResponse response = server.post(path.toStdString(), body.toStdString());
    QVERIFY2(response.status == status, response.body.c_str());
    QVERIFY2(response.body.find(says.toStdString()) != std::string::npos, response.body.c_str());
}

void TstSimulateDialects::aStreamIsCut()
{
    SimulatorOptions options = serving();
    options.disconnectAfter = 100;
    const SimulatedServer server(Protocol::Ollama, options);
    const HttpResponse response =
        server.post("/api/chat", R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
    QCOMPARE(response.status, 200);
    QVERIFY(!response.isComplete());
    QCOMPARE(response.body.size(), std::size_t{100});
}

QTEST_GUILESS_MAIN(TstSimulateDialects)
#include "tst_simulatedialects.moc"
