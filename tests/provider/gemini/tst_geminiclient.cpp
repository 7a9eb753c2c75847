// SPDX-License-Identifier: MIT
// What Gemini clients ask: read, refused, and written again as it came.
#include "core/provider/builtincodecs.h"
#include "core/provider/gemini/jsonarray.h"
#include "tests/provider/gemini/geminirequests.h"
#include "tests/provider/support/golden.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

constexpr std::string_view Target = "/v1beta/models/gemini-3-flash:generateContent";

QJsonObject object(std::string_view json)
{
    return QJsonDocument::fromJson(QByteArray(json.data(), static_cast<qsizetype>(json.size())))
        .object();
}

ChatRequest read(std::string_view body, std::string_view target = Target)
{
    auto request = readRequest(geminiClient(), body, target);
    if (!request) {
        qFatal("%s", request.error().c_str());
    }
    return *request;
}

/// Empty when the request comes out as it went in; else what came out.
std::string differsAfterRoundTrip(std::string_view body, std::string_view target = Target)
{
    const auto request = readRequest(geminiClient(), body, target);
    if (!request) {
        return "refused: " + request.error();
    }
    const model::ProviderOptions options;
    Fidelity fidelity;
    const std::string written =
        geminiProvider().encodeRequest(*request, {request->model, options}, fidelity);
    if (object(written) == object(body) && fidelity.isLossless() && !object(body).isEmpty()) {
        return {};
    }
    return "wanted: " + std::string(body) + "\ngiven:  " + written + "\n" + textOf(fidelity);
}

} // namespace

class tst_GeminiClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void targets_data();
    void targets();
    void neutral();
    void snakeCase();
    void countTokens();
    void roundTrip_data();
    void roundTrip();
    void roundTripOfGenerated();
    void foreignThoughts();
    void malformed_data();
    void malformed();
    void cutAnywhere();
};

void tst_GeminiClient::targets_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("isStream");
    QTest::addColumn<bool>("isArray");
    const auto row = [](const char *target, const char *model, bool isStream, bool isArray) {
        QTest::newRow(target) << QString::fromLatin1(target) << QString::fromLatin1(model)
                              << isStream << isArray;
    };
    row("/v1beta/models/gemini-2.5-pro:generateContent", "gemini-2.5-pro", false, false);
    row("/v1/models/gemini-2.5-pro:generateContent?alt=sse", "gemini-2.5-pro", false, false);
    row("/v1beta/models/m:streamGenerateContent?alt=sse", "m", true, false);
    row("/v1beta/models/m:streamGenerateContent?key=k&alt=sse", "m", true, false);
    row("/v1beta/models/m:streamGenerateContent?%24alt=sse", "m", true, false);
    row("/v1beta/models/m:streamGenerateContent", "m", true, true);
    row("/v1beta/models/m:streamGenerateContent?alt=json", "m", true, true);
    row("/v1beta1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent", "m",
        true, true);
    row("/v1beta/models/a%2Fb%20c:generateContent", "a/b c", false, false);
    row("/v1beta/models/llama3:8b:generateContent", "llama3:8b", false, false);
    row("/v1beta/models/m%3AstreamGenerateContent?alt=sse", "m", true, false);
}

void tst_GeminiClient::targets()
{
    QFETCH(QString, target);
    QFETCH(QString, model);
    QFETCH(bool, isStream);
    QFETCH(bool, isArray);
    const ChatRequest request =
        read(R"({"contents":[{"parts":[{"text":"hi"}]}]})", target.toStdString());
    QCOMPARE(QString::fromStdString(request.model), model);
    QCOMPARE(request.isStream, isStream);
    QCOMPARE(gemini::wantsJsonArray(request), isArray);
}

void tst_GeminiClient::neutral()
{
    const ChatRequest request = read(Rich);
    QCOMPARE(request.turns.size(), std::size_t(6));
    QCOMPARE(request.turns[0].role, Role::System);
    QCOMPARE(request.turns[3].role, Role::Tool);
    QCOMPARE(request.turns[4].role, Role::User); // stood in the same content
    const auto &model = request.turns[2].parts;
    QCOMPARE(model[0].kind, Part::Kind::Thinking);
    QCOMPARE(model[0].signedBy, Vendor::Google);
    QCOMPARE(model[4].text, std::string(R"({"x":1.50,"y":null,"z":[]})"));
    QCOMPARE(model[4].signature, std::string("CCCC"));
    const auto &results = request.turns[3].parts;
    QCOMPARE(results[0].parts[0].text, std::string("12:00"));
    QVERIFY(results[1].isError);
    QCOMPARE(results[1].id, model[5].id); // by name, in order
    QCOMPARE(results[2].id, model[6].id);
    QVERIFY(model[5].id != model[6].id && !model[5].id.empty());
    QCOMPARE(request.tools.size(), std::size_t(5));
    QCOMPARE(
        request.tools[0].schema,
        std::string(
            R"({"type":"object","properties":{"x":{"type":["number","null"]},"y":{"type":"string","enum":["a"]}},"required":["x"],"propertyOrdering":["x","y"]})"));
    QCOMPARE(request.tools[4].kind, Tool::Kind::Hosted);
    QCOMPARE(request.toolChoice.kind, ToolChoice::Kind::Required);
    QCOMPARE(request.temperature, std::string("0.70"));
    QCOMPARE(request.reasoning.effort, Reasoning::Effort::High);
    QCOMPARE(request.format.kind, ResponseFormat::Kind::JsonSchema);
    QCOMPARE(read(Rich), request);
}

void tst_GeminiClient::snakeCase()
{
    const ChatRequest snake = read(
        R"({"system_instruction":{"parts":[{"text":"s"}]},"contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"AA=="}}]},)"
        R"({"role":"model","parts":[{"function_call":{"name":"f","args":{"snake_key":1}},"thought_signature":"AA=="}]},)"
        R"({"parts":[{"function_response":{"name":"f","response":{"output":"x"}}}]}],)"
        R"("tools":[{"function_declarations":[{"name":"f","parameters_json_schema":{"type":"object","properties":{"snake_key":{}}}}]}],)"
        R"("tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},)"
        R"("generation_config":{"max_output_tokens":5,"stop_sequences":["x"],"thinking_config":{"thinking_budget":0}}})");
    const ChatRequest camel = read(
        R"({"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]},)"
        R"({"role":"model","parts":[{"functionCall":{"name":"f","args":{"snake_key":1}},"thoughtSignature":"AA=="}]},)"
        R"({"role":"function","parts":[{"functionResponse":{"name":"f","response":{"output":"x"}}}]}],)"
        R"("tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"snake_key":{}}}}]}],)"
        R"("toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},)"
        R"("generationConfig":{"maxOutputTokens":5,"stopSequences":["x"],"thinkingConfig":{"thinkingBudget":0}}})");
    QVERIFY(snake == camel);
    QCOMPARE(snake.toolChoice.kind, ToolChoice::Kind::Function);
    QVERIFY(snake.extras.empty());
}

void tst_GeminiClient::countTokens()
{
    constexpr std::string_view Count = "/v1beta/models/m:countTokens";
    const ChatRequest plain = read(R"({"contents":[{"parts":[{"text":"hi"}]}]})", Count);
    const ChatRequest whole = read(
        R"({"generateContentRequest":{"model":"models/m","contents":[{"parts":[{"text":"hi"}]}]}})",
        Count);
    QVERIFY(plain == whole);
    QCOMPARE(readRequest(geminiClient(),
                         R"({"contents":[],"generateContentRequest":{"contents":[]}})", Count)
                 .error(),
             std::string("contents: cannot stand beside generateContentRequest"));
    QCOMPARE(
        readRequest(geminiClient(), R"({"generateContentRequest":{"contents":5}})", Count).error(),
        std::string("generateContentRequest.contents: must be an array"));
}

void tst_GeminiClient::roundTrip_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("model");
    const auto row = [](const char *name, std::string_view body,
                        const char *model = "gemini-3-flash") {
        QTest::newRow(name) << QByteArray(body.data(), static_cast<qsizetype>(body.size()))
                            << QByteArray(model);
    };
    row("rich", Rich);
    row("Gemini CLI", GeminiCli);
    row("Gemini CLI 2.5", GeminiCli, "gemini-2.5-pro");
    for (
        const char *config :
        {R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}})",
         R"("generationConfig":{"thinkingConfig":{"thinkingBudget":4096,"includeThoughts":false}})",
         R"("generationConfig":{"thinkingConfig":{"thinkingBudget":-1}})",
         R"("generationConfig":{"responseMimeType":"text/plain"})",
         R"("generationConfig":{"responseMimeType":"application/json"})",
         R"("generationConfig":{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["a"]}})",
         R"("generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}})",
         R"("toolConfig":{"functionCallingConfig":{"mode":"NONE"}})",
         R"("toolConfig":{"functionCallingConfig":{"mode":"AUTO"}})",
         R"("toolConfig":{"functionCallingConfig":{"mode":"ANY"}})",
         R"("toolConfig":{"functionCallingConfig":{"mode":"VALIDATED"}})",
         R"("toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["a"]}})"}) {
        const std::string body =
            std::string(R"({"contents":[{"role":"user","parts":[{"text":"x"}]}],)") + config + "}";
        row(config, body, "gemini-2.5-pro");
        row((std::string(config) + " 3").c_str(), body);
    }
    for (const char *response :
         {R"({"output":"x"})", R"({"output":"{\"a\":1}"})", R"({"output":5})", R"({"output":null})",
          R"({"error":"x"})", R"({"error":"{\"a\":1}"})", R"({"error":{"a":1}})", R"({"error":7})",
          R"({"error":null})", R"({"output":"x","error":"y"})", R"({})", R"({"error":{"error":1}})",
          R"({"output":{"output":""}})", R"({"output":""})"}) {
        row(response,
            std::string(
                R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","id":"1"},"thoughtSignature":"AA=="}]},{"role":"user","parts":[{"functionResponse":{"name":"f","id":"1","response":)") +
                response + "}}]}]}");
    }
}

void tst_GeminiClient::roundTrip()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, model);
    const std::string differs = differsAfterRoundTrip(
        body.toStdString(), "/v1beta/models/" + model.toStdString() + ":generateContent");
    QVERIFY2(differs.empty(), differs.c_str());
}

void tst_GeminiClient::roundTripOfGenerated()
{
    const std::vector<std::string> bodies = generatedRequests(20251122, 300);
    QCOMPARE(bodies.size(), std::size_t(300));
    for (const std::string &body : bodies) {
        const std::string differs = differsAfterRoundTrip(body);
        QVERIFY2(differs.empty(), differs.c_str());
    }
}

void tst_GeminiClient::foreignThoughts()
{
    // another vendor's thought, as streamed to a Gemini client, comes back in pieces
    Answer answer;
    answer.parts.resize(2);
    answer.parts[0].kind = Part::Kind::Thinking;
    answer.parts[0].text = "let me see";
    answer.parts[0].signature = "sig/+=";
    answer.parts[0].signedBy = Vendor::Anthropic;
    answer.parts[1].kind = Part::Kind::RedactedThinking;
    answer.parts[1].text = "hidden==";
    const ChatRequest asked = read(R"({"contents":[{"parts":[{"text":"?"}]}]})");
    const AnswerContext context{"req-1", "m", 0, &asked};
    const QJsonObject told = object(geminiClient().encodeAnswer(answer, context));
    const QJsonArray parts = told[QLatin1String("candidates")]
                                 .toArray()[0]
                                 .toObject()[QLatin1String("content")]
                                 .toObject()[QLatin1String("parts")]
                                 .toArray();
    for (const auto part : parts) { // SDKs take it for base64
        const QByteArray carried =
            part.toObject()[QLatin1String("thoughtSignature")].toString().toLatin1();
        QVERIFY(!carried.isEmpty());
        QVERIFY(QByteArray::fromBase64Encoding(carried, QByteArray::AbortOnBase64DecodingErrors));
    }
    QJsonObject head = parts[0].toObject();
    QJsonObject tail = head;
    head.remove(QLatin1String("thoughtSignature"));
    tail[QLatin1String("text")] = QString();
    head[QLatin1String("text")] = QStringLiteral("let me ");
    QJsonObject middle = head;
    middle[QLatin1String("text")] = QStringLiteral("see");
    const QJsonObject body{
        {QStringLiteral("contents"),
         QJsonArray{
             QJsonObject{{QStringLiteral("role"), QStringLiteral("model")},
                         {QStringLiteral("parts"), QJsonArray{head, middle, tail, parts[1]}}}}}};
    const ChatRequest again = read(QJsonDocument(body).toJson().toStdString());
    QCOMPARE(again.turns[0].parts.size(), std::size_t(2));
    for (std::size_t i = 0; i < 2; ++i) {
        const Part &part = again.turns[0].parts[i];
        QCOMPARE(part.kind, answer.parts[i].kind);
        QCOMPARE(part.text, answer.parts[i].text);
        QCOMPARE(part.signature, answer.parts[i].signature);
    }
}

void tst_GeminiClient::malformed_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *body, const char *error) {
        QTest::newRow(error) << QByteArray(body) << QByteArray(error);
    };
    row(R"({"contents":"hi"})", "contents: must be an array");
    row(R"({"contents":["hi"]})", "contents[0]: must be an object");
    row(R"({"contents":[{"role":"system","parts":[]}]})",
        "contents[0].role: must be \"user\" or \"model\"");
    row(R"({"contents":[{"role":7}]})", "contents[0].role: must be a string");
    row(R"({"contents":[{"parts":{"text":"x"}}]})", "contents[0].parts: must be an array");
    row(R"({"contents":[{"parts":[{"text":5}]}]})", "contents[0].parts[0].text: must be a string");
    row(R"({"contents":[{"parts":[{"text":"a"},7]}]})", "contents[0].parts[1]: must be an object");
    row(R"({"contents":[{"parts":[{"text":"a","functionCall":{"name":"f"}}]}]})",
        "contents[0].parts[0]: has more than one kind of data");
    row(R"({"contents":[{"parts":[{"inlineData":{"data":"AA=="}}]}]})",
        "contents[0].parts[0].inlineData.mimeType: is missing");
    row(R"({"contents":[{"parts":[{"fileData":{"mimeType":"a/b"}}]}]})",
        "contents[0].parts[0].fileData.fileUri: is missing");
    row(R"({"contents":[{"role":"model","parts":[{"functionCall":{"args":{}}}]}]})",
        "contents[0].parts[0].functionCall.name: is missing");
    row(R"({"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":"{}"}}]}]})",
        "contents[0].parts[0].functionCall.args: must be an object");
    row(R"({"contents":[{"parts":[{"functionCall":{"name":"f"}}]}]})",
        "contents[0].parts[0]: only the model's contents hold function calls");
    row(R"({"contents":[{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]})",
        "contents[0].parts[0].functionResponse.name: no call of this function waits for a result");
    row(R"({"contents":[{"parts":[{"functionResponse":{"id":"x","name":"f","response":{}}}]}]})",
        "contents[0].parts[0].functionResponse.id: no call has this id");
    row(R"({"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f"}}]},{"parts":[{"functionResponse":{"id":"b","name":"f"}}]}]})",
        "contents[1].parts[0].functionResponse.id: no call has this id");
    row(R"({"systemInstruction":"be nice"})", "systemInstruction: must be an object");
    row(R"({"tools":{}})", "tools: must be an array");
    row(R"({"tools":[{"functionDeclarations":[{"description":"d"}]}]})",
        "tools[0].functionDeclarations[0].name: is missing");
    row(R"({"tools":[{"functionDeclarations":[{"name":"f","parameters":{},"parametersJsonSchema":{}}]}]})",
        "tools[0].functionDeclarations[0].parameters: cannot stand beside parametersJsonSchema");
    row(R"({"toolConfig":{"functionCallingConfig":{"mode":"SOMETIMES"}}})",
        "toolConfig.functionCallingConfig.mode: must be AUTO, ANY, NONE or VALIDATED");
    row(R"({"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":[1]}}})",
        "toolConfig.functionCallingConfig.allowedFunctionNames[0]: must be a string");
    row(R"({"generationConfig":[]})", "generationConfig: must be an object");
    row(R"({"generationConfig":{"temperature":"hot"}})",
        "generationConfig.temperature: must be a number");
    row(R"({"generationConfig":{"maxOutputTokens":1.5}})",
        "generationConfig.maxOutputTokens: must be an integer");
    row(R"({"generationConfig":{"stopSequences":["a",{}]}})",
        "generationConfig.stopSequences[1]: must be a string");
    row(R"({"generationConfig":{"responseLogprobs":1}})",
        "generationConfig.responseLogprobs: must be true or false");
    row(R"({"generationConfig":{"thinkingConfig":{"thinkingBudget":"many"}}})",
        "generationConfig.thinkingConfig.thinkingBudget: must be an integer");
    row(R"({"generationConfig":{"responseSchema":{},"responseJsonSchema":{}}})",
        "generationConfig.responseSchema: cannot stand beside responseJsonSchema");
    row(R"({"labels":[1]})", "labels: must be an object");
    row(R"({"model":1})", "model: must be a string");
}

void tst_GeminiClient::malformed()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, error);
    const auto request = readRequest(geminiClient(), body.toStdString(), Target);
    QVERIFY(!request);
    QCOMPARE(QByteArray::fromStdString(request.error()), error);
}

void tst_GeminiClient::cutAnywhere()
{
    // every member of a rich request replaced by something of another kind: never a crash, and
    // what is taken can be written again
    std::size_t refused = 0;
    std::size_t taken = 0;
    for (std::size_t i = 0; i + 1 < Rich.size(); ++i) {
        if (Rich[i] != ':') {
            continue;
        }
        for (const char *junk : {"null,\"j\":", "[1],\"j\":", "\"s\",\"j\":", "-1e9,\"j\":"}) {
            std::string body(Rich);
            body.insert(i + 1, junk);
            const auto request = readRequest(geminiClient(), body, Target);
            if (!request) {
                ++refused;
                QVERIFY(request.error() == "not json" || !request.error().empty());
                continue;
            }
            ++taken;
            Fidelity fidelity;
            const model::ProviderOptions options;
            const std::string written =
                geminiProvider().encodeRequest(*request, {"gemini-3-pro", options}, fidelity);
            QVERIFY2(!object(written).isEmpty(), written.c_str());
        }
    }
    QVERIFY(refused > 100);
    QVERIFY(taken > 100);
}

QTEST_GUILESS_MAIN(tst_GeminiClient)
#include "tst_geminiclient.moc"
