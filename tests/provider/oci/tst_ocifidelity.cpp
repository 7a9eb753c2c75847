// SPDX-License-Identifier: MIT
// What OCI's formats cannot say is reported, and what they can say in another way is said.
#include "core/provider/builtincodecs.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

struct Encoded
{
    std::string body;
    std::string unsaid;

    [[nodiscard]] bool says(std::string_view text) const
    {
        return body.find(text) != std::string::npos;
    }

    [[nodiscard]] bool reports(std::string_view line) const
    {
        return ("\n" + unsaid).find("\n" + std::string(line)) != std::string::npos;
    }
};

Encoded encoded(const ProviderCodec &codec,
                const ChatRequest &request,
                std::string_view model = "xai.grok-4")
{
    const model::ProviderOptions options;
    Fidelity fidelity;
    Encoded result;
    result.body = codec.encodeRequest(request, {model, options}, fidelity);
    result.unsaid = textOf(fidelity);
    return result;
}

const ProviderCodec &codecOf(int format)
{
    return format == 0   ? ociGenericProvider()
           : format == 1 ? ociCohereProvider()
                         : ociCohereV2Provider();
}

Part partOf(Part::Kind kind, const std::string &text)
{
    Part part;
    part.kind = kind;
    part.text = text;
    return part;
}

} // namespace

class TestOciFidelity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormatReports();
    void genericSaysMoreThanCohere();
    void developersAreForThoseWhoKnowThem();
    void words();
    void efforts();
    void parts();
    void thoughtsForThoseWhoTakeThem();
    void choicesOfCohere();
    void toolsOfCohere();
    void strictTools();
    void googlesSchemas();
    void conversationsThatEndOddly();
};

void TestOciFidelity::everyFormatReports()
{
    ChatRequest request = caseNamed("tools");
    request.extras = {{"prediction", R"({"type":"content"})"}, {"store", "false"}, {"a", "null"}};
    request.turns[0].extras = {{"audio", "{}"}};
    request.turns[0].parts[0].extras = {{"citations", "[]"}};
    request.tools[0].extras = {{"defer", "true"}};
    Tool hosted;
    hosted.kind = Tool::Kind::Hosted;
    hosted.json = R"({"type":"web_search"})";
    request.tools.push_back(hosted);
    request.minP = "0.1";
    request.repeatPenalty = "1.1";
    request.keepAlive = "\"5m\"";
    request.choices = 3;
    request.logprobs = true;
    request.turns[0].parts[0].cache.isSet = true;
    for (int format = 0; format < 3; ++format) {
        const Encoded given = encoded(codecOf(format), request);
        for (const char *line :
             {"dropped prediction", "dropped messages[0].audio", "dropped tools[0].defer",
              "dropped messages[0].content[0].citations", "dropped tools[2]", "dropped min_p",
              "dropped repeat_penalty", "dropped keep_alive", "dropped n:", "dropped logprobs",
              "dropped cache_control"}) {
            QVERIFY2(given.reports(line), (std::string(line) + "\n" + given.unsaid).c_str());
        }
        QVERIFY(!given.reports("dropped store"));
        QVERIFY(!given.reports("dropped a:"));
        QVERIFY(!given.says("web_search"));
    }
}

void TestOciFidelity::genericSaysMoreThanCohere()
{
    ChatRequest request = caseNamed("text");
    request.logitBias = R"({"50256":-100})";
    request.metadata = R"({"team":"a"})";
    request.verbosity = "low";
    request.serviceTier = "priority";
    request.turns[0].name = "bob";
    const Encoded generic = encoded(codecOf(0), request);
    QCOMPARE(generic.unsaid, std::string());
    QVERIFY(generic.says(
        R"("logitBias":{"50256":-100},"verbosity":"LOW","serviceTier":"PRIORITY","metadata":{"team":"a"},)"));
    QVERIFY(generic.says(R"({"role":"USER","name":"bob","content")"));
    for (int format = 1; format < 3; ++format) {
        const Encoded cohere = encoded(codecOf(format), request);
        for (const char *line : {"dropped logit_bias", "dropped metadata", "dropped verbosity",
                                 "dropped service_tier", "dropped messages[0].name"}) {
            QVERIFY2(cohere.reports(line), line);
        }
    }
}

void TestOciFidelity::developersAreForThoseWhoKnowThem()
{
    const Encoded openAi = encoded(codecOf(0), caseNamed("system"), "openai.gpt-5");
    QVERIFY(openAi.says(R"("role":"DEVELOPER","content":[{"type":"TEXT","text":"Answer in)"));
    const Encoded other = encoded(codecOf(0), caseNamed("system"), "meta.llama-3.3-70b-instruct");
    QVERIFY(other.says(R"("role":"SYSTEM","content":[{"type":"TEXT","text":"Answer in)"));
}

void TestOciFidelity::words()
{
    ChatRequest request = caseNamed("text");
    request.verbosity = "extreme";
    request.serviceTier = "flex";
    const Encoded given = encoded(codecOf(0), request);
    QVERIFY(given.reports("dropped verbosity"));
    QVERIFY(given.reports("dropped service_tier"));
    QVERIFY(!given.says("verbosity") && !given.says("serviceTier"));
}

void TestOciFidelity::efforts()
{
    using Effort = Reasoning::Effort;
    ChatRequest request = caseNamed("text");
    request.reasoning.effort = Effort::None;
    QVERIFY(encoded(codecOf(0), request).says(R"("reasoningEffort":"NONE")"));
    QVERIFY(encoded(codecOf(2), request).says(R"("thinking":{"type":"DISABLED"})"));
    QCOMPARE(encoded(codecOf(1), request).unsaid, std::string()); // it never thinks
    request.reasoning.effort = Effort::Max;
    const Encoded most = encoded(codecOf(0), request);
    QVERIFY(most.says(R"("reasoningEffort":"HIGH")"));
    QVERIFY(most.reports("approximated reasoning_effort"));
    QVERIFY(encoded(codecOf(1), request).reports("dropped reasoning_effort"));
    request.reasoning = {};
    request.reasoning.isEnabled = true;
    request.reasoning.budget = 5000;
    const Encoded budget = encoded(codecOf(0), request);
    QVERIFY(budget.says(R"("reasoningEffort":"MEDIUM")"));
    QVERIFY(budget.reports("approximated thinking"));
    const Encoded exact = encoded(codecOf(2), request);
    QVERIFY(exact.says(R"("thinking":{"type":"ENABLED","tokenBudget":5000})"));
    QCOMPARE(exact.unsaid, std::string());
    request.reasoning = {};
    request.reasoning.isEnabled = false;
    QVERIFY(encoded(codecOf(0), request).says(R"("reasoningEffort":"NONE")"));
}

void TestOciFidelity::parts()
{
    ChatRequest request = caseNamed("text");
    std::vector<Part> &parts = request.turns[0].parts;
    parts.push_back(partOf(Part::Kind::Audio, {}));
    parts.back().source = {Source::Kind::Base64, "audio/wav", "UklGRg=="};
    parts.push_back(partOf(Part::Kind::Image, {}));
    parts.back().source = {Source::Kind::FileId, {}, "file-1"};
    parts.push_back(partOf(Part::Kind::Document, {}));
    parts.back().source = {Source::Kind::Text, "text/plain", "Once upon a time"};
    parts.push_back(partOf(Part::Kind::Opaque, {}));
    parts.back().json = R"({"type":"video"})";
    const Encoded generic = encoded(codecOf(0), request);
    QVERIFY(
        generic.says(R"({"type":"AUDIO","audioUrl":{"url":"data:audio/wav;base64,UklGRg=="}})"));
    QVERIFY(generic.says(R"({"type":"TEXT","text":"Once upon a time"})"));
    QVERIFY(generic.reports("dropped messages[0].content[2]"));
    QVERIFY(generic.reports("approximated messages[0].content[3]"));
    QVERIFY(generic.reports("dropped messages[0].content[4]"));
    for (int format = 1; format < 3; ++format) {
        const Encoded cohere = encoded(codecOf(format), request);
        QVERIFY(cohere.reports("dropped messages[0].content[1]"));
        QVERIFY(cohere.reports("dropped messages[0].content[2]"));
        QVERIFY(cohere.says("Once upon a time"));
    }
}

void TestOciFidelity::thoughtsForThoseWhoTakeThem()
{
    const ChatRequest request = caseNamed("thinking");
    const Encoded reasoning = encoded(codecOf(2), request, "cohere.command-a-reasoning");
    QVERIFY(reasoning.says(R"("content":[{"type":"THINKING","thinking":"17*23 = 391"},)"));
    QVERIFY(reasoning.reports("dropped messages[1].content[0].signature"));
    const Encoded plain = encoded(codecOf(2), request, "cohere.command-a-03-2025");
    QVERIFY(!plain.says("THINKING"));
    QVERIFY(plain.reports("dropped messages[1].content[0]:"));
}

void TestOciFidelity::choicesOfCohere()
{
    const Encoded none = encoded(codecOf(1), caseNamed("tool_choice_none"));
    QVERIFY(!none.says("\"tools\""));
    QVERIFY(none.reports("approximated tool_choice"));
    QVERIFY(encoded(codecOf(1), caseNamed("tool_choice_required")).reports("dropped tool_choice"));
    const Encoded one = encoded(codecOf(1), caseNamed("tool_choice_function"));
    QVERIFY(one.reports("dropped tool_choice"));
    QVERIFY(one.reports("dropped parallel_tool_calls"));
    QVERIFY(encoded(codecOf(1), caseNamed("image")).reports("dropped messages[0].content[1]"));
    const Encoded second = encoded(codecOf(2), caseNamed("tool_choice_function"));
    QVERIFY(second.says(R"("toolsChoice":"REQUIRED")"));
    QVERIFY(second.says("get_weather") && !second.says("get_time"));
    QVERIFY(second.reports("approximated tool_choice"));
}

void TestOciFidelity::toolsOfCohere()
{
    ChatRequest request = caseNamed("tools");
    request.tools[0].schema =
        R"({"type":"object","properties":{"n":{"type":"number"},"b":{"type":"boolean","description":"Yes?"},"l":{"type":"array","items":{"type":"string"}},"o":{"$ref":"#/$defs/O"},"u":{"anyOf":[{"type":"null"},{"type":"integer"}]},"e":{"type":"string","enum":["x"],"description":"One"}},"required":["n","e"],"$defs":{"O":{"type":"object","properties":{"x":{"type":"integer"}}}}})";
    const Encoded given = encoded(codecOf(1), request);
    QVERIFY(given.says(
        R"("parameterDefinitions":{"n":{"type":"float","isRequired":true},"b":{"type":"bool","description":"Yes?","isRequired":false},)"
        R"("l":{"type":"list","description":"JSON schema: {\"type\":\"array\",\"items\":{\"type\":\"string\"}}","isRequired":false},)"
        R"("o":{"type":"dict","description":"JSON schema: {\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}","isRequired":false},)"
        R"("u":{"type":"int","description":"JSON schema: {\"anyOf\":[{\"type\":\"null\"},{\"type\":\"integer\"}]}","isRequired":false},)"
        R"("e":{"type":"str","description":"One\nJSON schema: {\"type\":\"string\",\"enum\":[\"x\"],\"description\":\"One\"}","isRequired":true}}})"));
    QVERIFY(given.reports("approximated tools[0].function.parameters"));
    QVERIFY(!given.reports("approximated tools[1]"));
}

void TestOciFidelity::strictTools()
{
    ChatRequest request = caseNamed("tools");
    request.tools[0].strict = true;
    QVERIFY(encoded(codecOf(0), request).reports("dropped tools[0].function.strict"));
    QVERIFY(encoded(codecOf(1), request).reports("dropped tools[0].function.strict"));
    const Encoded some = encoded(codecOf(2), request);
    QVERIFY(some.says(R"("isStrictToolsEnabled":true)"));
    QVERIFY(some.reports("approximated tools:"));
    request.tools[1].strict = true;
    QCOMPARE(encoded(codecOf(2), request).unsaid, std::string());
}

void TestOciFidelity::googlesSchemas()
{
    ChatRequest request = caseNamed("tools");
    request.tools[0].schema =
        R"({"type":"object","properties":{"x":{"type":"number","exclusiveMinimum":0},"y":{"anyOf":[{"type":"string"},{"type":"null"}]}}})";
    const Encoded google = encoded(codecOf(0), request, "google.gemini-2.5-pro");
    QVERIFY(google.says(
        R"("parameters":{"type":"object","properties":{"x":{"type":"number","minimum":0},"y":{"type":"string"}}})"));
    QVERIFY(google.reports("approximated tools[0].function.parameters"));
    const Encoded other = encoded(codecOf(0), request, "xai.grok-4");
    QVERIFY(other.says(R"({"type":"number","exclusiveMinimum":0})"));
    QVERIFY(other.reports("approximated tools[0].function.parameters")); // the union
}

void TestOciFidelity::conversationsThatEndOddly()
{
    ChatRequest request = caseNamed("multi_turn");
    request.turns.pop_back();
    const Encoded prefilled = encoded(codecOf(1), request);
    QVERIFY(prefilled.says(R"("message":""}})"));
    QVERIFY(prefilled.reports("approximated messages[1]"));
    request = caseNamed("text");
    Turn reminder;
    reminder.role = Role::System;
    reminder.parts = {partOf(Part::Kind::Text, "Be brief.")};
    request.turns.push_back(reminder);
    const Encoded reminded = encoded(codecOf(1), request);
    QVERIFY(reminded.says(
        R"("chatHistory":[{"role":"SYSTEM","message":"Be brief."}],"message":"Hello, world!"}})"));
    QVERIFY(reminded.reports("approximated messages[1]"));
    request = caseNamed("tool_result");
    Turn &results = request.turns.back();
    results.parts.push_back(results.parts[0]);
    const std::string again = "messages[" + std::to_string(request.turns.size() - 1) +
                              "].content[" + std::to_string(results.parts.size() - 1) + "]";
    const Encoded repeated = encoded(codecOf(1), request);
    QVERIFY(repeated.reports("dropped " + again));
    QCOMPARE(repeated.body, encoded(codecOf(1), caseNamed("tool_result")).body);
    // what follows later must not move what has been told
    request = caseNamed("tool_result");
    request.turns.push_back(reminder);
    const std::string told = R"(}]},{"role":"SYSTEM","message":"Be brief."})";
    QVERIFY(encoded(codecOf(1), request).says(told + R"(],"toolResults":[)"));
    Turn answer;
    answer.role = Role::Assistant;
    answer.parts = {partOf(Part::Kind::Text, "Sunny.")};
    request.turns.push_back(answer);
    request.turns.push_back(caseNamed("text").turns.back());
    QVERIFY(encoded(codecOf(1), request).says(told + R"(,{"role":"TOOL","toolResults":[)"));
    request.turns.clear();
    for (int format = 0; format < 3; ++format) {
        QVERIFY(encoded(codecOf(format), request)
                    .says(format == 1 ? "\"chatHistory\":[]" : "\"messages\":[]"));
    }
    request = caseNamed("tool_result");
    request.turns[2].parts[0].id = "call_of_nobody";
    const Encoded orphan = encoded(codecOf(1), request);
    QVERIFY(orphan.says(R"({"call":{"name":"unknown","parameters":{}})"));
    QVERIFY(orphan.reports("approximated messages[2].content[0]"));
}

QTEST_GUILESS_MAIN(TestOciFidelity)
#include "tst_ocifidelity.moc"
