// SPDX-License-Identifier: MIT
// What Anthropic is sent: golden files for every case, and each of its constraints.
#include "core/provider/builtincodecs.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>

using namespace meridian;
using namespace meridian::testing;
using namespace meridian::provider;

namespace {

struct Sent
{
    std::string body;
    std::string losses;
    QJsonObject json;
};

Sent send(const ChatRequest &request, const model::ProviderOptions &options = {})
{
    Fidelity fidelity;
    Sent sent;
    sent.body = anthropicProvider().encodeRequest(request, {"claude-x", options}, fidelity);
    sent.losses = textOf(fidelity);
    sent.json = QJsonDocument::fromJson(QByteArray::fromStdString(sent.body)).object();
    return sent;
}

Part textPart(std::string text)
{
    Part part;
    part.text = std::move(text);
    return part;
}

Part callPart(std::string id)
{
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.id = std::move(id);
    part.name = "f";
    return part;
}

Part resultPart(std::string id, std::string text)
{
    Part part;
    part.kind = Part::Kind::ToolResult;
    part.id = std::move(id);
    part.parts.push_back(textPart(std::move(text)));
    return part;
}

Turn turnOf(Role role, std::vector<Part> parts)
{
    Turn turn;
    turn.role = role;
    turn.parts = std::move(parts);
    return turn;
}

ChatRequest talk(std::vector<Turn> turns)
{
    ChatRequest request;
    request.turns = std::move(turns);
    return request;
}

/// Messages in short: `user: text | result(id) ; assistant: call(id)`.
std::string shape(const QJsonObject &json)
{
    QStringList messages;
    for (const QJsonValue &message : json[QStringLiteral("messages")].toArray()) {
        QStringList blocks;
        const QJsonValue content = message[QStringLiteral("content")];
        for (const QJsonValue &block : content.toArray()) {
            const QString type = block[QStringLiteral("type")].toString();
            blocks << (type == QStringLiteral("text") ? block[QStringLiteral("text")].toString()
                       : type == QStringLiteral("tool_use")
                           ? QStringLiteral("call(%1)").arg(block[QStringLiteral("id")].toString())
                       : type == QStringLiteral("tool_result")
                           ? QStringLiteral("result(%1)%2")
                                 .arg(block[QStringLiteral("tool_use_id")].toString(),
                                      block[QStringLiteral("is_error")].toBool()
                                          ? QStringLiteral("!")
                                          : QString())
                           : type);
        }
        messages << message[QStringLiteral("role")].toString() + QStringLiteral(": ") +
                        (content.isString() ? content.toString()
                                            : blocks.join(QStringLiteral(" | ")));
    }
    return messages.join(QStringLiteral("; ")).toStdString();
}

} // namespace

class TestAnthropicRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void shapes();
    void toolIds();
    void thoughts();
    void thinking();
    void sampling();
    void formats();
    void losses();
    void sources();
    void growsAtTheEnd();
};

#ifndef Q_MOC_RUN // moc 6.4 stumbles over raw strings in the arguments of macros

void TestAnthropicRequest::golden_data()
{
    QTest::addColumn<std::string>("name");
    for (const Case &each : cases()) {
        QTest::newRow(each.name.c_str()) << each.name;
    }
}

void TestAnthropicRequest::golden()
{
    QFETCH(std::string, name);
    const ChatRequest request = caseNamed(name);
    const Sent sent = send(request);
    QCOMPARE(differsFromGolden("anthropic/request_" + name + ".json", sent.body), std::string());
    QCOMPARE(send(request).body, sent.body);
    const std::string losses =
        name == "sampling" ? "approximated temperature: is at most 1\n"
                             "dropped frequency_penalty\ndropped presence_penalty\n"
                             "dropped seed\n"
        : name == "stop"   ? "approximated stop: white space alone cannot stop\n"
        : name == "image"  ? "dropped messages[0].content[1].detail: images "
                             "have no detail to choose\n"
                           : "";
    QCOMPARE(sent.losses, losses);
}

void TestAnthropicRequest::shapes()
{
    struct Row
    {
        const char *name;
        std::vector<Turn> turns;
        std::string wanted;
        std::string losses;
    };

    const auto user = [](const char *text) { return turnOf(Role::User, {textPart(text)}); };
    const auto says = [](const char *text) { return turnOf(Role::Assistant, {textPart(text)}); };
    const auto calls = [](std::vector<Part> parts) { return turnOf(Role::Assistant, parts); };
    const auto gets = [](std::vector<Part> parts) { return turnOf(Role::Tool, parts); };
    const std::vector<Row> rows{
        {"neighbours merge",
         {user("a"), user("b"), says("c"), says("d"), user("e")},
         "user: a | b; assistant: c | d; user: e",
         ""},
        {"the user begins",
         {says("hi"), user("a")},
         "user: .; assistant: hi; user: a",
         "approximated messages: the user has to begin\n"},
        {"nobody speaks",
         {turnOf(Role::System, {textPart("s")})},
         "user: .",
         "approximated messages: a user has to say something\n"},
        {"results of two turns are one message",
         {user("a"), calls({callPart("x"), callPart("y")}), gets({resultPart("x", "1")}),
          gets({resultPart("y", "2")}), user("b")},
         "user: a; assistant: call(x) | call(y); user: result(x) | result(y) | b",
         ""},
        {"results come first",
         {user("a"), calls({callPart("x")}), user("b"), gets({resultPart("x", "1")})},
         "user: a; assistant: call(x); user: result(x) | b",
         ""},
        {"a call that nobody answered",
         {user("a"), calls({callPart("x"), callPart("y")}), gets({resultPart("y", "1")})},
         "user: a; assistant: call(x) | call(y); user: result(y) | result(x)!",
         "approximated messages[1].content[0]: a call without a result\n"},
        {"calls at the end",
         {user("a"), calls({callPart("x")})},
         "user: a; assistant: call(x); user: result(x)!",
         "approximated messages[1].content[0]: a call without a result\n"},
        {"a late result",
         {user("a"), calls({callPart("x")}), user("b"), says("c"), gets({resultPart("x", "1")})},
         "user: a; assistant: call(x); user: result(x) | b; assistant: c",
         "approximated messages[4].content[0]: moved to its call\n"},
        {"an orphan result",
         {user("a"), gets({resultPart("z", "1")})},
         "user: a",
         "dropped messages[1].content[0]: a result that answers no call\n"},
        {"no empty text", {user("a"), says("  \n"), user(""), user("b")}, "user: a | b", ""},
        {"prefill",
         {user("a"), says("Once \n")},
         "user: a; assistant: Once",
         "approximated messages[1].content[0]: white space at the end of a prefill\n"},
        {"system in mid-conversation",
         {user("a"), turnOf(Role::Developer, {textPart("s")}), user("b")},
         "user: a | s | b",
         "approximated messages[1]: instructions in the middle are told as the user's words\n"},
        {"system between a call and its result",
         {user("a"), calls({callPart("x")}), turnOf(Role::System, {textPart("s")}),
          gets({resultPart("x", "1")})},
         "user: a; assistant: call(x); user: result(x) | s",
         "approximated messages[2]: instructions in the middle are told as the user's words\n"},
    };
    for (const Row &row : rows) {
        const Sent sent = send(talk(row.turns));
        QVERIFY2(shape(sent.json) == row.wanted, (row.name + (": " + sent.body)).c_str());
        QVERIFY2(sent.losses == row.losses, (row.name + (": " + sent.losses)).c_str());
    }
}

void TestAnthropicRequest::toolIds()
{
    // equal ids of parallel calls, ids that begin anew each turn, characters that are refused
    const Sent sent =
        send(talk({turnOf(Role::User, {textPart("a")}),
                   turnOf(Role::Assistant, {callPart("x"), callPart("x")}),
                   turnOf(Role::Tool, {resultPart("x", "1"), resultPart("x", "2")}),
                   turnOf(Role::Assistant, {callPart("x"), callPart("a.b|c")}),
                   turnOf(Role::Tool, {resultPart("a.b|c", "3"), resultPart("x", "4")}),
                   turnOf(Role::Assistant, {callPart("a_b_c"), callPart("")}),
                   turnOf(Role::Tool, {resultPart("a_b_c", "5"), resultPart("", "6")})}));
    QCOMPARE(sent.losses, std::string());
    const QJsonArray messages = sent.json[QStringLiteral("messages")].toArray();
    QStringList called;
    QStringList answered;
    const QRegularExpression valid(QStringLiteral("^[a-zA-Z0-9_-]+$"));
    for (const QJsonValue &message : messages) {
        for (const QJsonValue &block : message[QStringLiteral("content")].toArray()) {
            const QString id = block[QStringLiteral("id")].toString();
            const QString of = block[QStringLiteral("tool_use_id")].toString();
            if (!id.isEmpty()) {
                QVERIFY(valid.match(id).hasMatch());
                called << id;
            }
            if (!of.isEmpty()) {
                answered << of;
            }
        }
    }
    QCOMPARE(called.size(), 6);
    QCOMPARE(QSet<QString>(called.begin(), called.end()).size(), 6);
    QCOMPARE(called.mid(0, 3),
             QStringList({QStringLiteral("x"), QStringLiteral("x_2"), QStringLiteral("x_3")}));
    QCOMPARE(answered,
             QStringList({called[0], called[1], called[3], called[2], called[4], called[5]}));
}

void TestAnthropicRequest::thoughts()
{
    const auto thought = [](Vendor by, std::string signature) {
        Part part;
        part.kind = Part::Kind::Thinking;
        part.text = "hm";
        part.signature = std::move(signature);
        part.signedBy = by;
        return part;
    };
    Part redacted;
    redacted.kind = Part::Kind::RedactedThinking;
    redacted.text = "b3BhcXVl";
    redacted.origin = Dialect::Anthropic;
    const Sent sent = send(
        talk({turnOf(Role::User, {textPart("a")}),
              turnOf(Role::Assistant, {thought(Vendor::Google, "s"), thought(Vendor::Unknown, ""),
                                       redacted, thought(Vendor::Anthropic, "s"), textPart("b")}),
              turnOf(Role::User, {textPart("c")})}));
    QCOMPARE(shape(sent.json),
             std::string("user: a; assistant: redacted_thinking | thinking | b; user: c"));
    QCOMPARE(sent.losses,
             std::string(
                 "dropped messages[1].content[0]: a thought without Anthropic's own signature\n"
                 "dropped messages[1].content[1]: a thought without Anthropic's own signature\n"));
}

void TestAnthropicRequest::thinking()
{
    const auto thinkingOf = [](const ChatRequest &request,
                               const model::ProviderOptions &options = {}) {
        const Sent sent = send(request, options);
        const auto compact = [&](const char *name) {
            return QJsonDocument(sent.json[QLatin1StringView(name)].toObject())
                .toJson(QJsonDocument::Compact)
                .toStdString();
        };
        return compact("thinking") + " " + compact("output_config") + " " +
               std::to_string(sent.json[QStringLiteral("max_tokens")].toInt()) + "\n" + sent.losses;
    };
    ChatRequest request = talk({turnOf(Role::User, {textPart("a")})});
    QCOMPARE(thinkingOf(request), std::string("{} {} 4096\n"));
    model::ProviderOptions options;
    options.defaultMaxTokens = 9000;
    QCOMPARE(thinkingOf(request, options), std::string("{} {} 9000\n"));
    request.reasoning.effort = Reasoning::Effort::Medium;
    QCOMPARE(thinkingOf(request),
             std::string("{\"budget_tokens\":8192,\"type\":\"enabled\"} {} 12288\n"));
    ChatRequest endless = talk({turnOf(Role::User, {textPart("a")})});
    endless.reasoning.budget = INT64_MAX;
    QCOMPARE(thinkingOf(endless),
             std::string("{\"budget_tokens\":1048576,\"type\":\"enabled\"} {} 1052672\n"
                         "approximated reasoning.budget: outside of Anthropic's bounds\n"));
    request.maxTokens = 4000;
    QCOMPARE(thinkingOf(request),
             std::string("{\"budget_tokens\":3000,\"type\":\"enabled\"} {} 4000\n"));
    request.maxTokens = 1025;
    QCOMPARE(thinkingOf(request),
             std::string("{\"budget_tokens\":1024,\"type\":\"enabled\"} {} 1025\n"));
    request.maxTokens = 500;
    QCOMPARE(thinkingOf(request),
             std::string("{} {} 500\napproximated max_tokens: too few to think: not thinking\n"));
    options.adaptiveThinking = true;
    QCOMPARE(thinkingOf(request, options),
             std::string("{\"type\":\"adaptive\"} {\"effort\":\"medium\"} 500\n"));
    request.reasoning.effort = Reasoning::Effort::Minimal;
    QCOMPARE(thinkingOf(request, options),
             std::string("{\"type\":\"adaptive\"} {\"effort\":\"low\"} 500\n"
                         "approximated reasoning_effort: minimal is low\n"));
    request.reasoning.effort = Reasoning::Effort::None;
    QCOMPARE(thinkingOf(request, options), std::string("{\"type\":\"disabled\"} {} 500\n"));
    // in the middle of calls whose thoughts another vendor has
    request.maxTokens.reset();
    request.reasoning.effort = Reasoning::Effort::High;
    request.turns.push_back(turnOf(Role::Assistant, {callPart("x")}));
    request.turns.push_back(turnOf(Role::Tool, {resultPart("x", "1")}));
    QCOMPARE(thinkingOf(request),
             std::string("{} {} 4096\napproximated reasoning_effort: not thinking where earlier "
                         "thoughts are missing\n"));
    request.toolChoice.kind = ToolChoice::Kind::Required;
    request.tools.emplace_back().name = "f";
    QCOMPARE(thinkingOf(request, options),
             std::string("{} {} 9000\napproximated reasoning_effort: not thinking where a call is "
                         "forced\n"));
}

void TestAnthropicRequest::sampling()
{
    ChatRequest request = talk({turnOf(Role::User, {textPart("a")})});
    request.temperature = "0.70";
    request.topP = "1.0";
    QVERIFY(send(request).body.find("\"temperature\":0.70,") != std::string::npos);
    QVERIFY(send(request).body.find("top_p") == std::string::npos);
    request.reasoning.effort = Reasoning::Effort::Low;
    request.topP = "0.5";
    request.topK = "3";
    const Sent sent = send(request);
    QVERIFY(!sent.json.contains(QStringLiteral("temperature")));
    QVERIFY(!sent.json.contains(QStringLiteral("top_p")));
    QVERIFY(!sent.json.contains(QStringLiteral("top_k")));
    QCOMPARE(sent.losses, std::string("approximated temperature: cannot be chosen while thinking\n"
                                      "approximated top_k: cannot be chosen while thinking\n"
                                      "approximated top_p: cannot be below 0.95 while thinking\n"));
}

void TestAnthropicRequest::formats()
{
    ChatRequest request = caseNamed("system");
    request.format.kind = ResponseFormat::Kind::JsonObject;
    const Sent sent = send(request);
    QCOMPARE(sent.losses, std::string("approximated response_format: asked for in words\n"));
    QVERIFY(sent.json[QStringLiteral("system")].toString().startsWith(
        QStringLiteral("You are terse.\n\nAnswer in German.\n\nAnswer with one JSON object")));
    ChatRequest tools = caseNamed("tools");
    tools.tools[0].schema = R"({"properties":{}})";
    tools.tools[1].schema = "[]";
    tools.parallelToolCalls = false;
    const Sent schemas = send(tools);
    QCOMPARE(schemas.losses,
             std::string("approximated tools[1].parameters: the schema is no object\n"));
    QVERIFY(schemas.body.find(R"({"type":"object","properties":{}})") != std::string::npos);
    QVERIFY(
        schemas.body.find(R"("tool_choice":{"type":"auto","disable_parallel_tool_use":true})") !=
        std::string::npos);
    tools.tools.clear();
    tools.toolChoice.kind = ToolChoice::Kind::Required;
    QCOMPARE(send(tools).losses, std::string("dropped tool_choice: there is no tool to choose\n"));
}

void TestAnthropicRequest::losses()
{
    ChatRequest request = talk({turnOf(Role::User, {textPart("a")})});
    request.seed = "0";
    request.choices = 2;
    request.logprobs = true;
    request.topLogprobs = 3;
    request.logitBias = R"({"1":2})";
    request.minP = "0.1";
    request.repeatPenalty = "1.0";
    request.frequencyPenalty = "0";
    request.verbosity = "low";
    request.keepAlive = "\"5m\"";
    request.metadata = R"({"a":"b"})";
    request.serviceTier = "flex";
    request.extras = {{"store", "true"}, {"web_search_options", "{}"}};
    request.turns[0].name = "bob";
    request.turns[0].extras = {{"weight", "1"}};
    request.turns[0].parts[0].extras = {{"annotations", "[]"}};
    Part audio;
    audio.kind = Part::Kind::Audio;
    Part opaque;
    opaque.kind = Part::Kind::Opaque;
    opaque.json = "{}";
    request.turns[0].parts.push_back(audio);
    request.turns[0].parts.push_back(opaque);
    Tool hosted;
    hosted.kind = Tool::Kind::Hosted;
    hosted.json = R"({"type":"web_search"})";
    request.tools.push_back(hosted);
    const std::string losses = send(request).losses;
    for (const char *path :
         {"seed", "n", "logprobs", "top_logprobs", "logit_bias", "min_p", "verbosity", "keep_alive",
          "metadata", "service_tier", "web_search_options", "messages[0].name",
          "messages[0].weight", "messages[0].content[0].annotations", "messages[0].content[1]",
          "messages[0].content[2]", "tools[0]"}) {
        const std::string line = std::string("dropped ") + path;
        QVERIFY2(("\n" + losses).find("\n" + line + "\n") != std::string::npos ||
                     ("\n" + losses).find("\n" + line + ":") != std::string::npos,
                 (line + " is missing in\n" + losses).c_str());
    }
    QCOMPARE(std::count(losses.begin(), losses.end(), '\n'), 17);
}

void TestAnthropicRequest::sources()
{
    const auto with = [](Part::Kind kind, Source source) {
        Part part;
        part.kind = kind;
        part.source = std::move(source);
        return send(talk({turnOf(Role::User, {textPart("a"), part})}));
    };
    using Kind = Source::Kind;
    QVERIFY(with(Part::Kind::Document, {Kind::Base64, "text/plain", "SGFsbG8="})
                .body.find(R"({"type":"text","media_type":"text/plain","data":"Hallo"})") !=
            std::string::npos);
    QVERIFY(with(Part::Kind::Document, {Kind::Text, "", "Hallo"})
                .body.find(R"({"type":"text","media_type":"text/plain","data":"Hallo"})") !=
            std::string::npos);
    QVERIFY(with(Part::Kind::Image, {Kind::Base64, "", "/9j/4AAQ"}).body.find("image/jpeg") !=
            std::string::npos);
    QVERIFY(with(Part::Kind::Document, {Kind::Url, "", "https://e.org/a.pdf"})
                .body.find(R"({"type":"url","url":"https://e.org/a.pdf"})") != std::string::npos);
    for (const Sent &sent :
         {with(Part::Kind::Document, {Kind::Base64, "application/zip", "UEs="}),
          with(Part::Kind::Document, {Kind::Base64, "text/plain", "%%"}),
          with(Part::Kind::Document, {Kind::FileId, "", "file-1"}), with(Part::Kind::Image, {})}) {
        QCOMPARE(shape(sent.json), std::string("user: a"));
        QVERIFY(sent.losses.starts_with("dropped messages[0].content[1]: "));
    }
}

void TestAnthropicRequest::growsAtTheEnd()
{
    ChatRequest request = caseNamed("tools_parallel");
    request.turns.push_back(turnOf(Role::Assistant, {textPart("21 degrees.")}));
    request.turns.push_back(turnOf(Role::User, {textPart("Thanks")}));
    request.turns.push_back(turnOf(Role::User, {textPart("And tomorrow?")}));
    request.turns.push_back(turnOf(Role::Assistant, {textPart("Let me see."), callPart("call_1")}));
    request.turns.push_back(turnOf(Role::Tool, {resultPart("call_1", "rain")}));
    const std::string whole = send(request).body;
    // as far as a user or a tool has the last word: that is when a request is made
    for (std::size_t turns = 1; turns < request.turns.size(); ++turns) {
        ChatRequest earlier = request;
        earlier.turns.resize(turns);
        if (earlier.turns.back().role == Role::Assistant) {
            continue;
        }
        std::string body = send(earlier).body;
        body.resize(body.size() - std::string_view("]}]}").size());
        QCOMPARE(whole.substr(0, body.size()), body);
    }
}

#endif

QTEST_GUILESS_MAIN(TestAnthropicRequest)
#include "tst_anthropicrequest.moc"
