// SPDX-License-Identifier: MIT
// Every client's requests in every provider's words: sound, repeatable, and nothing lost silently.
#include "core/json/checker.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/dialects.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <functional>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

std::string encoded(const ProviderCodec &codec, const ChatRequest &request, Fidelity &fidelity)
{
    const model::ProviderOptions options;
    return codec.encodeRequest(request, {"upstream-model", options}, fidelity);
}

ChatRequest conversation(std::size_t turns)
{
    ChatRequest request;
    request.model = "m";
    request.temperature = "0.5";
    request.maxTokens = 100;
    Tool tool;
    tool.name = "f";
    tool.schema = R"({"type":"object","properties":{"x":{"type":"integer"}}})";
    request.tools.push_back(tool);
    const auto text = [](std::size_t i) {
        Part part;
        part.text = "said-" + std::to_string(i) + ".";
        return part;
    };
    for (std::size_t i = 0; i < turns; ++i) {
        Turn turn;
        turn.role = i == 0       ? Role::System
                    : i % 4 == 3 ? Role::Tool
                    : i % 2 == 1 ? Role::User
                                 : Role::Assistant;
        if (turn.role == Role::Tool) {
            Part result;
            result.kind = Part::Kind::ToolResult;
            result.id = "call" + std::to_string(i - 1);
            result.name = "f";
            result.parts.push_back(text(i));
            turn.parts.push_back(result);
        } else {
            turn.parts.push_back(text(i));
        }
        if (i % 4 == 2) {
            Part call;
            call.kind = Part::Kind::ToolCall;
            call.id = "call" + std::to_string(i);
            call.name = "f";
            call.text = R"({"x":)" + std::to_string(i) + "}";
            turn.parts.push_back(call);
        }
        request.turns.push_back(turn);
    }
    return request;
}

/// Where two texts begin to differ.
std::size_t commonPrefix(std::string_view a, std::string_view b)
{
    return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                    a.begin());
}

struct Field
{
    const char *name;
    std::function<void(ChatRequest &)> set;
};

Part partOf(Part::Kind kind, Source source = {})
{
    Part part;
    part.kind = kind;
    part.source = std::move(source);
    return part;
}

void addPart(ChatRequest &request, Part part)
{
    request.turns.back().parts.push_back(std::move(part));
}

/// What an assistant said before, with the part, and an answer to it.
void addSaid(ChatRequest &request, Part part)
{
    Part text;
    text.text = "said";
    request.turns.push_back({Role::Assistant, {}, {std::move(part), text}, {}});
    request.turns.push_back({Role::User, {}, {text}, {}});
}

void addResult(ChatRequest &request, bool isError, std::vector<Part> parts)
{
    Part call = partOf(Part::Kind::ToolCall);
    call.id = "c1";
    call.name = "get_weather";
    call.text = "{}";
    Part result = partOf(Part::Kind::ToolResult);
    result.id = "c1";
    result.name = "get_weather";
    result.isError = isError;
    result.parts = std::move(parts);
    request.turns.push_back({Role::Assistant, {}, {call}, {}});
    request.turns.push_back({Role::Tool, {}, {result}, {}});
}

/// Each set to what is nobody's default.
std::vector<Field> fields()
{
    using Kind = Part::Kind;
    using Where = Source::Kind;
    Part text;
    text.text = "from the tool";
    Part thought = partOf(Kind::Thinking);
    thought.text = "hm";
    thought.signature = "c2ln";
    thought.signedBy = Vendor::Anthropic;
    Part redacted = partOf(Kind::RedactedThinking);
    redacted.text = "b3Bh";
    redacted.origin = Dialect::Anthropic;
    Part refusal = partOf(Kind::Refusal);
    refusal.text = "I won't";
    Part opaque = partOf(Kind::Opaque);
    opaque.json = R"({"type":"later"})";
    opaque.origin = Dialect::OpenAiResponses;
    Part cached = partOf(Kind::Text);
    cached.text = "cached";
    cached.cache = {true, "1h"};
    Part image = partOf(Kind::Image, {Where::Base64, "image/png", "iVBORw0K"});
    Part detailed = image;
    detailed.detail = "high";
    Part document = partOf(Kind::Document, {Where::Base64, "application/pdf", "JVBERi0="});
    document.name = "a.pdf";
    return {
        {"temperature", [](ChatRequest &r) { r.temperature = "0.123"; }},
        {"top_p", [](ChatRequest &r) { r.topP = "0.456"; }},
        {"top_k", [](ChatRequest &r) { r.topK = "17"; }},
        {"min_p", [](ChatRequest &r) { r.minP = "0.07"; }},
        {"seed", [](ChatRequest &r) { r.seed = "4711"; }},
        {"frequency_penalty", [](ChatRequest &r) { r.frequencyPenalty = "0.31"; }},
        {"presence_penalty", [](ChatRequest &r) { r.presencePenalty = "0.32"; }},
        {"repeat_penalty", [](ChatRequest &r) { r.repeatPenalty = "1.33"; }},
        {"choices", [](ChatRequest &r) { r.choices = 3; }},
        {"logprobs",
         [](ChatRequest &r) {
             r.logprobs = true;
             r.topLogprobs = 4;
         }},
        {"logit_bias", [](ChatRequest &r) { r.logitBias = R"({"5":-100})"; }},
        {"stop", [](ChatRequest &r) { r.stop = {"halt"}; }},
        {"max_tokens", [](ChatRequest &r) { r.maxTokens = 4321; }},
        {"user", [](ChatRequest &r) { r.user = "user-9"; }},
        {"metadata", [](ChatRequest &r) { r.metadata = R"({"k":"v"})"; }},
        {"service_tier", [](ChatRequest &r) { r.serviceTier = "flex"; }},
        {"verbosity", [](ChatRequest &r) { r.verbosity = "low"; }},
        {"json_object", [](ChatRequest &r) { r.format.kind = ResponseFormat::Kind::JsonObject; }},
        {"json_schema",
         [](ChatRequest &r) {
             r.format.kind = ResponseFormat::Kind::JsonSchema;
             r.format.name = "n";
             r.format.schema = R"({"type":"object","properties":{"n":{"type":"integer"}}})";
         }},
        {"effort", [](ChatRequest &r) { r.reasoning.effort = Reasoning::Effort::High; }},
        {"budget",
         [](ChatRequest &r) {
             r.reasoning.isEnabled = true;
             r.reasoning.budget = 5000;
         }},
        {"keep_alive", [](ChatRequest &r) { r.keepAlive = "\"7m\""; }},
        {"parallel_tool_calls", [](ChatRequest &r) { r.parallelToolCalls = false; }},
        {"tool_choice required",
         [](ChatRequest &r) { r.toolChoice.kind = ToolChoice::Kind::Required; }},
        {"tool_choice none", [](ChatRequest &r) { r.toolChoice.kind = ToolChoice::Kind::None; }},
        {"tool_choice function",
         [](ChatRequest &r) {
             r.toolChoice.kind = ToolChoice::Kind::Function;
             r.toolChoice.name = "get_weather";
         }},
        {"tool_choice opaque",
         [](ChatRequest &r) {
             r.toolChoice.kind = ToolChoice::Kind::Opaque;
             r.toolChoice.json = R"({"type":"allowed_tools"})";
         }},
        {"strict tool", [](ChatRequest &r) { r.tools[0].strict = true; }},
        {"cached tool",
         [](ChatRequest &r) {
             r.tools[0].cache = {true, ""};
         }},
        {"extra of a tool",
         [](ChatRequest &r) {
             r.tools[0].origin = Dialect::OpenAiResponses;
             r.tools[0].extras.push_back({"later", "1"});
         }},
        {"hosted tool",
         [](ChatRequest &r) {
             Tool hosted;
             hosted.kind = Tool::Kind::Hosted;
             hosted.name = "web_search";
             hosted.json = R"({"type":"web_search"})";
             hosted.origin = Dialect::OpenAiResponses;
             r.tools.push_back(hosted);
         }},
        {"extra",
         [](ChatRequest &r) {
             r.extras.push_back({"later", "1"});
         }},
        {"extra of a turn",
         [](ChatRequest &r) {
             r.turns.back().extras.push_back({"later", "1"});
         }},
        {"extra of a part",
         [](ChatRequest &r) {
             r.turns.back().parts[0].extras.push_back({"later", "1"});
         }},
        {"name of a turn", [](ChatRequest &r) { r.turns.back().name = "ann"; }},
        {"cached part", [cached](ChatRequest &r) { addPart(r, cached); }},
        {"image", [image](ChatRequest &r) { addPart(r, image); }},
        {"detail of an image", [detailed](ChatRequest &r) { addPart(r, detailed); }},
        {"image by url",
         [](ChatRequest &r) {
             addPart(r, partOf(Kind::Image, {Where::Url, {}, "https://example.org/a.png"}));
         }},
        {"image by id",
         [](ChatRequest &r) {
             addPart(r, partOf(Kind::Image, {Where::FileId, {}, "file-1"}));
         }},
        {"document", [document](ChatRequest &r) { addPart(r, document); }},
        {"document by url",
         [](ChatRequest &r) {
             addPart(r, partOf(Kind::Document, {Where::Url, "application/pdf", "https://x/a.pdf"}));
         }},
        {"document of text",
         [](ChatRequest &r) {
             addPart(r, partOf(Kind::Document, {Where::Text, "text/plain", "the text"}));
         }},
        {"audio",
         [](ChatRequest &r) {
             addPart(r, partOf(Kind::Audio, {Where::Base64, "audio/wav", "UklGRg=="}));
         }},
        {"opaque part", [opaque](ChatRequest &r) { addPart(r, opaque); }},
        {"thought", [thought](ChatRequest &r) { addSaid(r, thought); }},
        {"redacted thought", [redacted](ChatRequest &r) { addSaid(r, redacted); }},
        {"refusal", [refusal](ChatRequest &r) { addSaid(r, refusal); }},
        {"failed result", [text](ChatRequest &r) { addResult(r, true, {text}); }},
        {"image of a result",
         [text, image](ChatRequest &r) {
             addResult(r, false, {text, image});
         }},
    };
}

/// As one decoder would have made all of it.
void saidIn(ChatRequest &request, Dialect dialect)
{
    for (Turn &turn : request.turns) {
        for (Part &part : turn.parts) {
            part.origin = dialect;
        }
    }
    for (Tool &tool : request.tools) {
        tool.origin = dialect;
    }
}

/// The request that a field is added to, and the same with what stands around an added part.
ChatRequest plain(const std::string &field)
{
    ChatRequest request = caseNamed("tools");
    request.origin = Dialect::OpenAiResponses; // what no provider here speaks
    Part empty;
    empty.text = "";
    Part text;
    text.text = "from the tool";
    if (field == "thought" || field == "redacted thought" || field == "refusal") {
        addSaid(request, empty);
    } else if (field == "failed result" || field == "image of a result") {
        addResult(request, false, {text});
    } else if (field == "detail of an image") {
        addPart(request,
                partOf(Part::Kind::Image, {Source::Kind::Base64, "image/png", "iVBORw0K"}));
    } else if (field == "cached part") {
        Part cached;
        cached.text = "cached";
        addPart(request, cached);
    }
    saidIn(request, request.origin);
    return request;
}

/// What its own author calls harmless to leave out without a word: caching is automatic there, and
/// nobody but the one who thought them needs the thoughts.
bool mayBeSilent(Dialect provider, const std::string &field)
{
    const bool isCache = field == "cached tool" || field == "cached part";
    const bool isThought = field == "thought" || field == "redacted thought";
    return (provider == Dialect::OpenAiChat && (isCache || isThought)) ||
           (provider == Dialect::OllamaChat && isCache);
}

} // namespace

class TestCrossRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void everyRequestInEveryDialect()
    {
        json::Checker checker;
        int written = 0;
        for (const ClientCodec *client : clients()) {
            for (const std::string &body : bodiesOf(client->dialect())) {
                const auto request = readRequest(*client, body, targetFor(client->dialect()));
                QVERIFY2(request, request ? "" : (request.error() + "\n" + body).c_str());
                for (const ProviderCodec *provider : providers()) {
                    Fidelity fidelity;
                    const std::string text = encoded(*provider, *request, fidelity);
                    const auto value = checker.check(text);
                    QVERIFY2(value && value->isObject(), (body + "\n" + text).c_str());
                    Fidelity again;
                    QCOMPARE(encoded(*provider, *request, again), text);
                    QCOMPARE(textOf(again), textOf(fidelity));
                    ++written;
                }
            }
        }
        QVERIFY(written > 4 * 19 * 7);
    }

    /// What left no trace in the body must be in the report.
    void nothingIsLostSilently_data()
    {
        QTest::addColumn<int>("provider");
        QTest::addColumn<int>("field");
        const auto all = fields();
        for (const ProviderCodec *provider : providers()) {
            for (std::size_t i = 0; i < all.size(); ++i) {
                QTest::addRow("%s: %s", std::string(dialectName(provider->dialect())).c_str(),
                              all[i].name)
                    << static_cast<int>(provider->dialect()) << static_cast<int>(i);
            }
        }
    }

    void nothingIsLostSilently()
    {
        QFETCH(int, provider);
        QFETCH(int, field);
        const ProviderCodec &codec = *providerCodec(static_cast<Dialect>(provider));
        const Field tried = fields()[static_cast<std::size_t>(field)];
        const ChatRequest before = plain(tried.name);
        ChatRequest after = plain("");
        tried.set(after);
        saidIn(after, before.origin);
        Fidelity without;
        Fidelity with;
        const std::string plainBody = encoded(codec, before, without);
        const std::string body = encoded(codec, after, with);
        json::Checker checker;
        QVERIFY(checker.check(body));
        const bool isReported = textOf(with) != textOf(without);
        const bool isSilent = mayBeSilent(codec.dialect(), tried.name);
        const bool isGone = std::string(tried.name) == "detail of an image" &&
                            textOf(with).find("content[1]") != std::string::npos; // the image too
        QVERIFY2(isReported || body != plainBody || isSilent || isGone,
                 ("neither written nor reported: " + body).c_str());
        // nobody but its own dialect can write what nobody understands
        const std::string name = tried.name;
        if (name.starts_with("extra") || name.starts_with("opaque") || name == "hosted tool" ||
            name == "tool_choice opaque") {
            QVERIFY2(isReported, body.c_str());
        }
    }

    void grownConversationKeepsItsBeginning()
    {
        for (const ProviderCodec *provider : providers()) {
            std::string last;
            std::size_t lastTurns = 0;
            for (const std::size_t turns : {2U, 4U, 6U, 8U, 10U, 12U, 14U}) {
                Fidelity fidelity;
                const std::string text = encoded(*provider, conversation(turns), fidelity);
                if (!last.empty()) {
                    const std::string_view same =
                        std::string_view(text).substr(0, commonPrefix(last, text));
                    // Cohere's first format says the last turn apart from those before
                    const bool isApart = provider->dialect() == Dialect::OciCohere;
                    for (std::size_t i = 1; i + (isApart ? 3 : 0) < lastTurns; ++i) {
                        const std::string said = "said-" + std::to_string(i) + ".";
                        QVERIFY2(same.find(said) != std::string_view::npos,
                                 (said + "\n" + last + "\n" + text).c_str());
                    }
                }
                last = text;
                lastTurns = turns;
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCrossRequests)
#include "tst_crossrequests.moc"
