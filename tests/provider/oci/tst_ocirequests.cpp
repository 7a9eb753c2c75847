// SPDX-License-Identifier: MIT
// Requests in OCI's three formats: each shared conversation against its golden file, and what has
// to stay the same while a conversation grows.
#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/oci/ociformat.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <algorithm>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

struct Format
{
    const char *name; // folder of the golden files
    const ProviderCodec &codec;
    std::string_view model;
};

const std::vector<Format> &formats()
{
    static const std::vector<Format> all{
        {"generic", ociGenericProvider(), "meta.llama-3.3-70b-instruct"},
        {"cohere", ociCohereProvider(), "cohere.command-r-plus-08-2024"},
        {"coherev2", ociCohereV2Provider(), "cohere.command-a-03-2025"},
    };
    return all;
}

model::ProviderOptions options()
{
    model::ProviderOptions options;
    options.compartmentId = "ocid1.compartment.oc1..example";
    return options;
}

std::string encoded(const ProviderCodec &codec,
                    const ChatRequest &request,
                    std::string_view model,
                    const model::ProviderOptions &options,
                    Fidelity *fidelity = nullptr)
{
    Fidelity own;
    const std::string body =
        codec.encodeRequest(request, {model, options}, fidelity != nullptr ? *fidelity : own);
    json::Checker checker;
    if (!checker.check(body)) {
        qFatal("not JSON: %s", body.c_str());
    }
    return body;
}

std::size_t commonPrefix(const std::string &a, const std::string &b)
{
    const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(end.first - a.begin());
}

Turn said(Role role, const std::string &text)
{
    Turn turn;
    turn.role = role;
    turn.parts.emplace_back();
    turn.parts.back().text = text;
    return turn;
}

/// A turn of results with one that says `text`.
Turn resulted(const std::string &text)
{
    Turn turn = said(Role::Tool, {});
    turn.parts[0].kind = Part::Kind::ToolResult;
    turn.parts[0].parts.emplace_back();
    turn.parts[0].parts[0].text = text;
    return turn;
}

} // namespace

class TestOciRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void chooses_data();
    void chooses();
    void dedicatedEndpoint();
    void limits();
    void streams();
    void growsWithoutChange();
    void historyOfCohereGrowsWithoutChange();
    void cohereNeedsABotBetweenToolAndUser();
    void cohereStepsOfOneTurn();
    void cohereMovesInstructions();
};

void TestOciRequests::golden_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("index");
    const std::vector<Case> all = cases();
    for (std::size_t f = 0; f < formats().size(); ++f) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::string name = std::string(formats()[f].name) + "/" + all[i].name;
            QTest::newRow(name.c_str()) << int(f) << int(i);
        }
    }
}

/// The body, and behind it what it does not say.
void TestOciRequests::golden()
{
    QFETCH(int, format);
    QFETCH(int, index);
    const Format &row = formats()[static_cast<std::size_t>(format)];
    const Case each = cases()[static_cast<std::size_t>(index)];
    const model::ProviderOptions backend = options();
    Fidelity fidelity;
    const std::string body = encoded(row.codec, each.request, row.model, backend, &fidelity);
    QCOMPARE(encoded(row.codec, each.request, row.model, backend), body);
    json::JsonWriter file;
    file.beginObject().raw("body", body).key("unsaid").beginArray();
    const std::string lines = textOf(fidelity);
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
        file.string(lines.substr(at, lines.find('\n', at) - at));
    }
    file.endArray().endObject();
    const std::string path = "oci/" + std::string(row.name) + "/" + each.name + ".json";
    const std::string difference = differsFromGolden(path, file.text());
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestOciRequests::chooses_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("model");
    QTest::addColumn<int>("dialect");
    const auto row = [](model::OciFormat format, const char *model, Dialect dialect) {
        QTest::addRow("%d %s", int(format), model)
            << int(format) << QByteArray(model) << int(dialect);
    };
    using enum model::OciFormat;
    row(Auto, "cohere.command-a-03-2025", Dialect::OciCohereV2);
    row(Auto, "cohere.command-a-vision-07-2025", Dialect::OciCohereV2);
    row(Auto, "cohere.command-r-plus-08-2024", Dialect::OciCohere);
    row(Auto, "cohere.command-latest", Dialect::OciCohere);
    row(Auto, "meta.llama-3.3-70b-instruct", Dialect::OciGeneric);
    row(Auto, "xai.grok-4", Dialect::OciGeneric);
    row(Auto, "ocid1.generativeaiendpoint.oc1..x", Dialect::OciGeneric);
    row(Auto, "", Dialect::OciGeneric);
    row(Generic, "cohere.command-a-03-2025", Dialect::OciGeneric);
    row(Cohere, "ocid1.generativeaiendpoint.oc1..x", Dialect::OciCohere);
    row(CohereV2, "x", Dialect::OciCohereV2);
    row(OpenAi, "xai.grok-4", Dialect::OpenAiChat);
}

void TestOciRequests::chooses()
{
    QFETCH(int, format);
    QFETCH(QByteArray, model);
    QFETCH(int, dialect);
    QCOMPARE(int(ociDialect(static_cast<model::OciFormat>(format), model.toStdString())), dialect);
    QCOMPARE(ociWantsCohere(model.toStdString()), model.startsWith("cohere."));
}

void TestOciRequests::dedicatedEndpoint()
{
    model::ProviderOptions backend = options();
    backend.endpointId = "ocid1.generativeaiendpoint.oc1..e";
    for (const Format &format : formats()) {
        const std::string body = encoded(format.codec, caseNamed("text"), format.model, backend);
        QVERIFY(body.starts_with(
            R"({"compartmentId":"ocid1.compartment.oc1..example","servingMode":{"servingType":"DEDICATED","endpointId":"ocid1.generativeaiendpoint.oc1..e"},"chatRequest":{)"));
        QVERIFY(body.find("modelId") == std::string::npos);
    }
}

void TestOciRequests::limits()
{
    model::ProviderOptions backend = options();
    const auto has = [&](const char *request, std::string_view model, const char *member) {
        const std::string body = encoded(ociGenericProvider(), caseNamed(request), model, backend);
        return body.find(std::string(member) + ",") != std::string::npos;
    };
    QVERIFY(has("text", "meta.llama-3.3-70b-instruct", R"("maxTokens":4096)"));
    QVERIFY(has("text", "openai.gpt-oss-120b", R"("maxTokens":4096)"));
    QVERIFY(has("text", "openai.gpt-5", R"("maxCompletionTokens":4096)"));
    QVERIFY(!has("text", "openai.gpt-5", R"("maxTokens":4096)"));
    QVERIFY(has("max_tokens", "openai.gpt-5", R"("maxCompletionTokens":128)"));
    backend.defaultMaxTokens = 777;
    QVERIFY(has("text", "xai.grok-4", R"("maxTokens":777)"));
    QVERIFY(has("max_tokens", "xai.grok-4", R"("maxTokens":128)"));
}

void TestOciRequests::streams()
{
    ChatRequest request = caseNamed("text");
    request.isStream = true;
    const model::ProviderOptions backend = options();
    for (const Format &format : formats()) {
        const std::string body = encoded(format.codec, request, format.model, backend);
        QVERIFY(body.find(R"("isStream":true,"streamOptions":{"isIncludeUsage":true})") !=
                std::string::npos);
    }
}

void TestOciRequests::growsWithoutChange()
{
    const model::ProviderOptions backend = options();
    for (const char *codec : {"generic", "coherev2"}) {
        const auto format = std::find_if(formats().begin(), formats().end(), [&](const Format &f) {
            return std::string_view(f.name) == codec;
        });
        ChatRequest longer = caseNamed("tools_parallel");
        const std::size_t turns = longer.turns.size();
        const std::string first = encoded(format->codec, longer, format->model, backend);
        longer.turns.push_back(said(Role::Assistant, "It is warm."));
        longer.turns.push_back(said(Role::User, "Thanks!"));
        const std::string second = encoded(format->codec, longer, format->model, backend);
        QCOMPARE(longer.turns.size(), turns + 2);
        const std::string end = "]}}"; // of messages, chatRequest and body
        QVERIFY(first.ends_with(end));
        QCOMPARE(commonPrefix(first, second), first.size() - end.size());
    }
}

void TestOciRequests::historyOfCohereGrowsWithoutChange()
{
    const model::ProviderOptions backend = options();
    const auto format = formats()[1];
    ChatRequest request = caseNamed("system");
    std::string before = encoded(format.codec, request, format.model, backend);
    for (int i = 0; i < 4; ++i) {
        const std::size_t historyEnd = before.rfind(R"(],"message":)");
        QVERIFY(historyEnd != std::string::npos);
        request.turns.push_back(said(Role::Assistant, "Answer " + std::to_string(i)));
        request.turns.push_back(said(Role::User, "Question " + std::to_string(i)));
        const std::string after = encoded(format.codec, request, format.model, backend);
        QVERIFY(commonPrefix(before, after) >= historyEnd);
        before = after;
    }
}

void TestOciRequests::cohereNeedsABotBetweenToolAndUser()
{
    ChatRequest request = caseNamed("tool_result");
    request.turns.push_back(said(Role::User, "And tomorrow?"));
    const std::string asked = encoded(ociCohereProvider(), request, "cohere.command-r", options());
    constexpr const char *Results =
        R"({"role":"TOOL","toolResults":[{"call":{"name":"get_weather","parameters":{"city":"Zürich"}},"outputs":[{"output":"{\"celsius\":21}"}]}]},{"role":"CHATBOT","message":" "})";
    QVERIFY(asked.ends_with(std::string(Results) + R"(],"message":"And tomorrow?"}})"));
    request.turns.push_back(said(Role::Assistant, ""));
    request.turns.push_back(said(Role::User, "So?"));
    const std::string later = encoded(ociCohereProvider(), request, "cohere.command-r", options());
    QVERIFY(later.ends_with(
        std::string(Results) +
        R"(,{"role":"USER","message":"And tomorrow?"},{"role":"CHATBOT","message":" "}],"message":"So?"}})"));
}

void TestOciRequests::cohereStepsOfOneTurn()
{
    ChatRequest request = caseNamed("tool_result");
    Turn again = request.turns[1];
    again.parts.erase(again.parts.begin());
    again.parts[0].id = "call_2";
    again.parts[0].text = R"({"city":"Bern"})";
    Turn answer = request.turns[2];
    answer.parts[0].id = "call_2";
    answer.parts[0].parts[0].text = "19";
    request.turns.push_back(again);
    request.turns.push_back(answer);
    const std::string body = encoded(ociCohereProvider(), request, "cohere.command-r", options());
    QVERIFY(body.ends_with(
        R"({"role":"TOOL","toolResults":[{"call":{"name":"get_weather","parameters":{"city":"Zürich"}},"outputs":[{"output":"{\"celsius\":21}"}]}]},)"
        R"({"role":"CHATBOT","message":" ","toolCalls":[{"name":"get_weather","parameters":{"city":"Bern"}}]}],)"
        R"("toolResults":[{"call":{"name":"get_weather","parameters":{"city":"Bern"}},"outputs":[{"output":"19"}]}],"message":""}})"));
}

/// Before the message or the run of results that they follow, in order; behind the bot's words.
void TestOciRequests::cohereMovesInstructions()
{
    ChatRequest request;
    std::vector<std::string> order;
    constexpr int Rounds = 2000; // what takes quadratic time is noticed by the test's deadline
    for (int i = 0; i < Rounds; ++i) {
        const auto word = [i](const char *name) { return name + std::to_string(i) + "."; };
        const auto system = [&](const char *name) {
            request.turns.push_back(said(Role::System, word(name)));
        };
        request.turns.push_back(said(Role::User, word("user")));
        system("a");
        system("b");
        request.turns.push_back(said(Role::Assistant, word("bot")));
        system("c");
        request.turns.push_back(resulted(word("x")));
        system("d");
        request.turns.push_back(resulted(word("y")));
        system("e");
        for (const char *name : {"a", "b", "user", "bot", "c", "d", "e", "x", "y"}) {
            order.push_back(word(name));
        }
    }
    request.turns.push_back(said(Role::User, "end"));
    Fidelity fidelity;
    const std::string body =
        encoded(ociCohereProvider(), request, "cohere.command-r", options(), &fidelity);
    std::size_t at = 0;
    for (const std::string &word : order) {
        const std::size_t found = body.find("\"" + word, at);
        QVERIFY2(found != std::string::npos, word.c_str());
        at = found;
    }
    const auto moved = std::count_if(
        fidelity.entries().begin(), fidelity.entries().end(),
        [](const Fidelity::Entry &entry) { return entry.reason.starts_with("instructions"); });
    QVERIFY(moved > 0);
}

QTEST_GUILESS_MAIN(TestOciRequests)
#include "tst_ocirequests.moc"
