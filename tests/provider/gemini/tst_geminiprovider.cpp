// SPDX-License-Identifier: MIT
// What Gemini is asked: golden requests, and what cannot be carried.
#include "core/provider/builtincodecs.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

struct Encoded
{
    std::string body;
    std::string losses;
};

Encoded encode(const ChatRequest &request,
               std::string_view model = "gemini-2.5-flash",
               const model::ProviderOptions &options = {})
{
    Fidelity fidelity;
    Encoded encoded;
    encoded.body = geminiProvider().encodeRequest(request, {model, options}, fidelity);
    encoded.losses = textOf(fidelity);
    return encoded;
}

QJsonObject object(const std::string &json)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

Part textPart(std::string text)
{
    Part part;
    part.text = std::move(text);
    return part;
}

Part callPart(std::string id, std::string name)
{
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.id = std::move(id);
    part.name = std::move(name);
    return part;
}

} // namespace

class tst_GeminiProvider : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void losses_data();
    void losses();
    void grownConversationBeginsAlike();
    void placeholderOnlyWhereNobodySigned();
    void namesThatGeminiRefuses();
    void schemaConversion_data();
    void schemaConversion();
    void schemaThatNeverEnds();
    void thinking_data();
    void thinking();
    void mediaOfResults();
    void systemInTheMiddle();
    void manyResultsAreQuick();
};

void tst_GeminiProvider::golden_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("isJsonSchema");
    for (const Case &each : cases()) {
        const QString name = QString::fromStdString(each.name);
        const auto row = [&](const char *folder, const char *model, bool isJsonSchema) {
            QTest::addRow("%s/%s", folder, each.name.c_str())
                << name << QString::fromLatin1(folder) << QString::fromLatin1(model)
                << isJsonSchema;
        };
        row("request", "gemini-2.5-flash", true);
        row("request3", "gemini-3-pro", true);
        row("requestschema", "gemini-2.5-flash", false);
    }
}

void tst_GeminiProvider::golden()
{
    QFETCH(QString, name);
    QFETCH(QString, folder);
    QFETCH(QString, model);
    QFETCH(bool, isJsonSchema);
    model::ProviderOptions options;
    options.jsonSchemaTools = isJsonSchema;
    const ChatRequest request = caseNamed(name.toStdString());
    const Encoded first = encode(request, model.toStdString(), options);
    const Encoded plain = encode(request);
    // only what differs from the plain request has a file of its own
    const bool isPlain = folder == QLatin1String("request");
    if (isPlain || first.body != plain.body) {
        const std::string path = "gemini/" + folder.toStdString() + "/" + name.toStdString();
        const std::string differs = differsFromGolden(path + ".json", first.body);
        QVERIFY2(differs.empty(), differs.c_str());
    }
    QCOMPARE(encode(request, model.toStdString(), options).body, first.body);
}

void tst_GeminiProvider::losses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("losses");
    const auto row = [](const char *name, const char *losses) {
        QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(losses);
    };
    for (const char *name : {"text", "system", "multi_turn", "image_url", "tools", "tool_result",
                             "tools_parallel", "tool_choice_auto", "tool_choice_required",
                             "tool_choice_none", "json_schema", "stop", "max_tokens"}) {
        row(name, "");
    }
    row("image", "dropped messages[0].content[1].detail: Gemini chooses the resolution\n");
    row("document", "dropped messages[0].content[1].filename: files have no names\n");
    row("tool_choice_function",
        "dropped parallel_tool_calls: Gemini decides how many calls it makes\n");
    row("thinking", "dropped messages[1].content[0].signature: another vendor's signature\n");
    row("sampling", "dropped user: no label of Vertex AI can say it\n");
    row("cache_marks",
        "approximated messages[1].content[0].cache_control: Gemini caches by itself\n"
        "approximated messages[0].content[1].cache_control: Gemini caches by itself\n");
}

void tst_GeminiProvider::losses()
{
    QFETCH(QString, name);
    QFETCH(QString, losses);
    const QString given = QString::fromStdString(encode(caseNamed(name.toStdString())).losses);
    const auto sorted = [](const QString &text) {
        QStringList lines = text.split(QLatin1Char('\n'));
        lines.sort();
        return lines;
    };
    QCOMPARE(sorted(given), sorted(losses));
}

void tst_GeminiProvider::grownConversationBeginsAlike()
{
    ChatRequest request = caseNamed("tools_parallel");
    request.turns.insert(request.turns.begin(), Turn{Role::System, {}, {textPart("Hi.")}, {}});
    for (const char *model : {"gemini-2.5-pro", "gemini-3-pro"}) {
        ChatRequest grown = request;
        std::string before = encode(grown, model).body;
        for (int turn = 0; turn < 8; ++turn) {
            Turn next;
            next.role = turn % 4 == 0   ? Role::User
                        : turn % 4 == 1 ? Role::Assistant
                        : turn % 4 == 2 ? Role::System
                                        : Role::User;
            next.parts.push_back(textPart("turn " + std::to_string(turn)));
            if (next.role == Role::Assistant) {
                next.parts.push_back(callPart("c" + std::to_string(turn), "get_time"));
            }
            grown.turns.push_back(std::move(next));
            const std::string after = encode(grown, model).body;
            while (!before.empty() && (before.back() == ']' || before.back() == '}')) {
                before.pop_back(); // what closes the conversation
            }
            QVERIFY2(after.starts_with(before), (before + "\n" + after).c_str());
            before = after;
        }
    }
}

void tst_GeminiProvider::placeholderOnlyWhereNobodySigned()
{
    ChatRequest request = caseNamed("tools_parallel");
    Part &first = request.turns[1].parts[0];
    const auto signatures = [&](std::string_view model) {
        QStringList found;
        const QJsonArray parts = object(encode(request, model).body)[QLatin1String("contents")]
                                     .toArray()[1]
                                     .toObject()[QLatin1String("parts")]
                                     .toArray();
        for (const auto part : parts) {
            found << part.toObject()[QLatin1String("thoughtSignature")].toString();
        }
        return found.join(QLatin1Char(','));
    };
    QCOMPARE(signatures("gemini-2.5-pro"), QStringLiteral(",,"));
    QCOMPARE(signatures("models/gemini-3-flash"),
             QStringLiteral("skip_thought_signature_validator,,"));
    first.signature = "QUJD";
    first.signedBy = Vendor::Google;
    QCOMPARE(signatures("gemini-3-pro"), QStringLiteral("QUJD,,"));
    QCOMPARE(signatures("gemini-2.5-pro"), QStringLiteral("QUJD,,"));
    first.signedBy = Vendor::Anthropic;
    QCOMPARE(signatures("gemini-3-pro"), QStringLiteral("skip_thought_signature_validator,,"));
}

void tst_GeminiProvider::namesThatGeminiRefuses()
{
    ChatRequest request = caseNamed("tool_result");
    const std::string name = "mcp/search the web é";
    request.tools[0].name = name;
    request.turns[1].parts[1].name = name;
    request.toolChoice = {ToolChoice::Kind::Function, name, {}};
    const Encoded encoded = encode(request);
    const QString wanted = QStringLiteral("mrdn.mcp.2fsearch.20the.20web.20.c3.a9");
    QCOMPARE(
        QString::fromStdString(encoded.body).count(QLatin1Char('"') + wanted + QLatin1Char('"')),
        4); // declared, called, answered, chosen
    QVERIFY(encoded.losses.find("tools[0].name") != std::string::npos);
    // and the provider's call finds back
    const std::string events = readAnswer(
        geminiProvider(), R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":")" +
                              wanted.toStdString() + R"("}}]},"finishReason":"STOP"}]})");
    QVERIFY2(events.find("name=" + name + "\n") != std::string::npos, events.c_str());
    request.tools[0].name = std::string(200, '/');
    QCOMPARE(object(encode(request).body)[QLatin1String("tools")]
                 .toArray()[0]
                 .toObject()[QLatin1String("functionDeclarations")]
                 .toArray()[0]
                 .toObject()[QLatin1String("name")]
                 .toString()
                 .size(),
             128);
}

void tst_GeminiProvider::schemaConversion_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("wanted");
    QTest::addColumn<bool>("isExact");
    QTest::newRow("nullable") << QByteArray(R"({"type":["string","null"],"enum":["a","b",null]})")
                              << QByteArray(R"({"type":"STRING","nullable":true,"enum":["a","b"]})")
                              << true;
    QTest::newRow("several types")
        << QByteArray(R"({"type":["string","integer"]})")
        << QByteArray(R"({"anyOf":[{"type":"STRING"},{"type":"INTEGER"}]})") << true;
    QTest::newRow("const") << QByteArray(R"({"const":"x"})")
                           << QByteArray(R"({"type":"STRING","enum":["x"]})") << true;
    QTest::newRow("exclusive") << QByteArray(R"({"type":"integer","exclusiveMinimum":0})")
                               << QByteArray(R"({"type":"INTEGER","minimum":0})") << false;
    QTest::newRow("reference")
        << QByteArray(
               R"({"$schema":"x","$defs":{"p":{"type":"object","properties":{"n":{"type":"number"}}}},)"
               R"("type":"object","properties":{"a":{"$ref":"#/$defs/p"}},"additionalProperties":false})")
        << QByteArray(
               R"({"type":"OBJECT","properties":{"a":{"type":"OBJECT","properties":{"n":{"type":"NUMBER"}}}}})")
        << true;
    QTest::newRow("anyOf null")
        << QByteArray(R"({"anyOf":[{"type":"string"},{"type":"null"}],"description":"d"})")
        << QByteArray(R"({"anyOf":[{"type":"STRING"}],"nullable":true,"description":"d"})") << true;
    QTest::newRow("array without items")
        << QByteArray(R"({"type":"array"})")
        << QByteArray(R"({"type":"ARRAY","items":{"type":"STRING"}})") << false;
    QTest::newRow("format and pattern")
        << QByteArray(R"({"type":"string","format":"uri","pattern":"^a","not":{}})")
        << QByteArray(R"({"type":"STRING","pattern":"^a"})") << false;
}

void tst_GeminiProvider::schemaConversion()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, wanted);
    QFETCH(bool, isExact);
    ChatRequest request = caseNamed("json_schema");
    request.format.schema = schema.toStdString();
    model::ProviderOptions options;
    options.jsonSchemaTools = false;
    const Encoded encoded = encode(request, "gemini-2.5-flash", options);
    const QJsonObject config = object(encoded.body)[QLatin1String("generationConfig")].toObject();
    QCOMPARE(config[QLatin1String("responseSchema")].toObject(), object(wanted.toStdString()));
    QCOMPARE(encoded.losses.empty(), isExact);
}

void tst_GeminiProvider::schemaThatNeverEnds()
{
    ChatRequest request = caseNamed("json_schema");
    // each level asks for itself twice: 2^24 nodes, if nobody counted
    request.format.schema = R"({"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}})";
    model::ProviderOptions options;
    options.jsonSchemaTools = false;
    const Encoded endless = encode(request, "gemini-2.5-flash", options);
    QVERIFY(endless.body.size() < 1000000);
    QVERIFY(!object(endless.body).isEmpty());
    QVERIFY(endless.losses.find("response_format") != std::string::npos);
    // little to read, but much to write each time
    request.format.schema = R"({"$defs":{"A":{"description":")" + std::string(10000, 'a') +
                            R"("}},"type":"object","properties":{"p0":{"$ref":"#/$defs/A"})";
    for (int i = 1; i < 1000; ++i) {
        request.format.schema += ",\"p" + std::to_string(i) + R"(":{"$ref":"#/$defs/A"})";
    }
    request.format.schema += "}}";
    const Encoded large = encode(request, "gemini-2.5-flash", options);
    QVERIFY(large.body.size() > 100000 && large.body.size() < 300000);
    QVERIFY(!object(large.body).isEmpty());
    QVERIFY(large.losses.find("response_format") != std::string::npos);
    request.format.schema = R"({"$ref":"#"})";
    QVERIFY(!object(encode(request, "gemini-2.5-flash", options).body).isEmpty());
    std::string deep;
    for (int i = 0; i < 500; ++i) {
        deep += R"({"type":"array","items":)";
    }
    request.format.schema = deep + "{}" + std::string(500, '}');
    QVERIFY(!object(encode(request, "gemini-2.5-flash", options).body).isEmpty());
}

void tst_GeminiProvider::thinking_data()
{
    QTest::addColumn<int>("effort");
    QTest::addColumn<int>("budget"); // -2: none
    QTest::addColumn<QString>("model");
    QTest::addColumn<QByteArray>("wanted");
    QTest::addColumn<bool>("isExact");
    const auto row = [](const char *name, Reasoning::Effort effort, int budget, const char *model,
                        const char *wanted, bool isExact) {
        QTest::newRow(name) << static_cast<int>(effort) << budget << QString::fromLatin1(model)
                            << QByteArray(wanted) << isExact;
    };
    using Effort = Reasoning::Effort;
    row("low", Effort::Low, -2, "gemini-2.5-flash",
        R"({"thinkingBudget":1024,"includeThoughts":true})", true);
    row("high", Effort::High, -2, "gemini-2.5-pro",
        R"({"thinkingBudget":24576,"includeThoughts":true})", true);
    row("none", Effort::None, -2, "gemini-2.5-flash", R"({"thinkingBudget":0})", true);
    row("none pro", Effort::None, -2, "gemini-2.5-pro", R"({"thinkingBudget":128})", false);
    row("budget", Effort::Unset, 5000, "gemini-2.5-pro",
        R"({"thinkingBudget":5000,"includeThoughts":true})", true);
    row("too much", Effort::Unset, 60000, "gemini-2.5-pro",
        R"({"thinkingBudget":32768,"includeThoughts":true})", false);
    row("3 low", Effort::Low, -2, "gemini-3-pro-preview",
        R"({"thinkingLevel":"LOW","includeThoughts":true})", true);
    row("3 flash medium", Effort::Medium, -2, "gemini-3-flash",
        R"({"thinkingLevel":"MEDIUM","includeThoughts":true})", true);
    row("3 flash minimal", Effort::Minimal, -2, "gemini-3-flash",
        R"({"thinkingLevel":"MINIMAL","includeThoughts":true})", true);
    row("3 pro medium", Effort::Medium, -2, "gemini-3-pro",
        R"({"thinkingLevel":"HIGH","includeThoughts":true})", false);
    row("3 budget", Effort::Unset, 8000, "gemini-3-flash",
        R"({"thinkingLevel":"MEDIUM","includeThoughts":true})", false);
    row("3 none", Effort::None, -2, "gemini-3-flash", R"({"thinkingLevel":"MINIMAL"})", false);
    row("3 max", Effort::Max, -2, "gemini-3-flash",
        R"({"thinkingLevel":"HIGH","includeThoughts":true})", false);
    row("does not think", Effort::High, -2, "gemini-2.0-flash", R"({})", false);
}

void tst_GeminiProvider::thinking()
{
    QFETCH(int, effort);
    QFETCH(int, budget);
    QFETCH(QString, model);
    QFETCH(QByteArray, wanted);
    QFETCH(bool, isExact);
    ChatRequest request = caseNamed("text");
    request.reasoning.effort = static_cast<Reasoning::Effort>(effort);
    if (budget > -2) {
        request.reasoning.budget = budget;
    }
    const Encoded encoded = encode(request, model.toStdString());
    QCOMPARE(object(encoded.body)[QLatin1String("generationConfig")]
                 .toObject()[QLatin1String("thinkingConfig")]
                 .toObject(),
             object(wanted.toStdString()));
    QCOMPARE(encoded.losses.empty(), isExact);
}

void tst_GeminiProvider::mediaOfResults()
{
    ChatRequest request = caseNamed("tools_parallel");
    Part image = caseNamed("image").turns[0].parts[1];
    image.detail.clear();
    request.turns[2].parts[0].parts.push_back(image);
    const auto contents = [&](std::string_view model) {
        return object(encode(request, model).body)[QLatin1String("contents")].toArray();
    };
    // inside the result where the model takes it; else behind the turn's last result
    const QJsonArray beside =
        contents("gemini-2.5-pro")[2].toObject()[QLatin1String("parts")].toArray();
    QCOMPARE(beside.size(), 4);
    QVERIFY(beside[3].toObject().contains(QLatin1String("inlineData")));
    const QJsonArray inside =
        contents("gemini-3-pro")[2].toObject()[QLatin1String("parts")].toArray();
    QCOMPARE(inside.size(), 3);
    QCOMPARE(inside[0]
                 .toObject()[QLatin1String("functionResponse")]
                 .toObject()[QLatin1String("parts")]
                 .toArray()
                 .size(),
             1);
    QVERIFY(encode(request, "gemini-3-pro").losses.empty());
    QVERIFY(!encode(request, "gemini-2.5-pro").losses.empty());
}

void tst_GeminiProvider::systemInTheMiddle()
{
    ChatRequest request = caseNamed("multi_turn");
    request.turns.push_back({Role::System, {}, {textPart("Be brief now.")}, {}});
    const Encoded encoded = encode(request);
    const QJsonObject body = object(encoded.body);
    QVERIFY(!body.contains(QLatin1String("systemInstruction")));
    const QJsonObject last = body[QLatin1String("contents")].toArray().last().toObject();
    QCOMPARE(last[QLatin1String("role")].toString(), QStringLiteral("user"));
    QCOMPARE(
        last[QLatin1String("parts")].toArray().last().toObject()[QLatin1String("text")].toString(),
        QStringLiteral("Be brief now."));
    QVERIFY(encoded.losses.starts_with("approximated messages[3]"));
}

void tst_GeminiProvider::manyResultsAreQuick()
{
    ChatRequest request = caseNamed("tools");
    Turn calls{Role::Assistant, {}, {}, {}};
    Turn results{Role::Tool, {}, {}, {}};
    for (int i = 0; i < 20000; ++i) {
        const std::string id = "call_" + std::to_string(i);
        calls.parts.push_back(callPart(id, "get_time"));
        Part result;
        result.kind = Part::Kind::ToolResult;
        result.id = id;
        results.parts.push_back(result);
    }
    request.turns.push_back(calls);
    request.turns.push_back(results);
    const Encoded encoded = encode(request); // quadratic work would meet the test's time limit
    QVERIFY(encoded.losses.empty());
    QVERIFY(encoded.body.find("\"unknown\"") == std::string::npos);
}

QTEST_GUILESS_MAIN(tst_GeminiProvider)
#include "tst_geminiprovider.moc"
