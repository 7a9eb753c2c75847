// SPDX-License-Identifier: MIT
#include "tests/provider/support/cases.h"

#include <QtGlobal>

namespace meridian::testing {

namespace {

using namespace provider;

constexpr const char *Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+"
                              "M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
constexpr const char *WeatherSchema =
    R"({"type":"object","properties":{"city":{"type":"string","description":"Where"},"days":{"type":"integer"}},"required":["city"],"additionalProperties":false})";

Part text(std::string text)
{
    Part part;
    part.text = std::move(text);
    return part;
}

Part call(std::string id, std::string name, std::string arguments)
{
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.id = std::move(id);
    part.name = std::move(name);
    part.text = std::move(arguments);
    return part;
}

Part result(std::string id, std::string content, bool isError = false)
{
    Part part;
    part.kind = Part::Kind::ToolResult;
    part.id = std::move(id);
    part.parts.push_back(text(std::move(content)));
    part.isError = isError;
    return part;
}

Turn turn(Role role, std::vector<Part> parts)
{
    Turn turn;
    turn.role = role;
    turn.parts = std::move(parts);
    return turn;
}

Tool tool(std::string name, std::string description, std::string schema)
{
    Tool tool;
    tool.name = std::move(name);
    tool.description = std::move(description);
    tool.schema = std::move(schema);
    return tool;
}

ChatRequest asking(std::string question)
{
    ChatRequest request;
    request.model = "test-model";
    request.turns.push_back(turn(Role::User, {text(std::move(question))}));
    return request;
}

ChatRequest weather()
{
    ChatRequest request = asking("How is the weather in Zürich and in 東京?");
    request.tools.push_back(tool("get_weather", "Weather of a city", WeatherSchema));
    request.tools.push_back(tool("get_time", "", R"({"type":"object","properties":{}})"));
    return request;
}

ChatRequest withImage(Source source, std::string detail)
{
    ChatRequest request = asking("What is in this picture?");
    Part image;
    image.kind = Part::Kind::Image;
    image.source = std::move(source);
    image.detail = std::move(detail);
    request.turns[0].parts.push_back(std::move(image));
    return request;
}

ChatRequest withChoice(ToolChoice::Kind kind)
{
    ChatRequest request = weather();
    request.toolChoice.kind = kind;
    if (kind == ToolChoice::Kind::Function) {
        request.toolChoice.name = "get_weather";
        request.parallelToolCalls = false;
    }
    return request;
}

ChatRequest multiTurn()
{
    ChatRequest request = asking("Hello");
    request.turns.push_back(turn(Role::Assistant, {text("Hi! What can I do for you?")}));
    request.turns.push_back(turn(Role::User, {text("Tell me "), text("a \"joke\"\n\\o/ 🙂")}));
    return request;
}

ChatRequest system()
{
    ChatRequest request = asking("Hello");
    request.turns.insert(request.turns.begin(), turn(Role::Developer, {text("Answer in German.")}));
    request.turns.insert(request.turns.begin(), turn(Role::System, {text("You are terse.")}));
    return request;
}

ChatRequest toolResult()
{
    ChatRequest request = weather();
    request.turns.push_back(
        turn(Role::Assistant,
             {text("Let me look."), call("call_1", "get_weather", R"({"city":"Zürich"})")}));
    request.turns.push_back(turn(Role::Tool, {result("call_1", R"({"celsius":21})")}));
    return request;
}

ChatRequest toolsParallel()
{
    ChatRequest request = weather();
    request.parallelToolCalls = true;
    request.turns.push_back(
        turn(Role::Assistant, {call("call_1", "get_weather", R"({"city":"Zürich"})"),
                               call("call_2", "get_weather", R"({"city":"東京","days":3})"),
                               call("call_3", "get_time", "")}));
    request.turns.push_back(
        turn(Role::Tool, {result("call_1", R"({"celsius":21})"),
                          result("call_2", "city not found", true), result("call_3", "12:00")}));
    return request;
}

ChatRequest document()
{
    ChatRequest request = asking("Summarise this.");
    Part document;
    document.kind = Part::Kind::Document;
    document.name = "report.pdf";
    document.source = {Source::Kind::Base64, "application/pdf", "JVBERi0xLjQKJSVFT0YK"};
    request.turns[0].parts.push_back(std::move(document));
    return request;
}

ChatRequest jsonSchema()
{
    ChatRequest request = asking("How is the weather?");
    request.format.kind = ResponseFormat::Kind::JsonSchema;
    request.format.name = "weather";
    request.format.schema = WeatherSchema;
    request.format.strict = true;
    return request;
}

ChatRequest thinking()
{
    ChatRequest request = asking("What is 17 times 23?");
    Part thought;
    thought.kind = Part::Kind::Thinking;
    thought.text = "17*23 = 391";
    thought.signature = "c2lnbmF0dXJl";
    thought.signedBy = Vendor::Anthropic;
    request.turns.push_back(turn(Role::Assistant, {thought, text("391")}));
    request.turns.push_back(turn(Role::User, {text("Are you sure?")}));
    request.reasoning.effort = Reasoning::Effort::Medium;
    request.maxTokens = 20000;
    return request;
}

ChatRequest sampling()
{
    ChatRequest request = asking("Hello");
    request.temperature = "1.50";
    request.topP = "0.9";
    request.seed = "42";
    request.frequencyPenalty = "0.25";
    request.presencePenalty = "-0.5";
    request.user = "user-17";
    request.topK = "40";
    return request;
}

ChatRequest cacheMarks()
{
    ChatRequest request = asking("What does it say?");
    Turn system = turn(Role::System, {text("You are a librarian."), text("The whole book …")});
    system.parts[1].cache = {true, "1h"};
    request.turns.insert(request.turns.begin(), std::move(system));
    request.turns[1].parts[0].cache = {true, ""};
    return request;
}

} // namespace

std::vector<Case> cases()
{
    ChatRequest stop = asking("Count to ten.");
    stop.stop = {"five", "\n\n"};
    ChatRequest maxTokens = asking("Tell me a story.");
    maxTokens.maxTokens = 128;
    return {
        {"text", asking("Hello, world!")},
        {"system", system()},
        {"multi_turn", multiTurn()},
        {"image", withImage({Source::Kind::Base64, "image/png", Pixel}, "low")},
        {"image_url", withImage({Source::Kind::Url, {}, "https://example.org/cat.png"}, "")},
        {"document", document()},
        {"tools", weather()},
        {"tool_result", toolResult()},
        {"tools_parallel", toolsParallel()},
        {"tool_choice_auto", withChoice(ToolChoice::Kind::Auto)},
        {"tool_choice_required", withChoice(ToolChoice::Kind::Required)},
        {"tool_choice_none", withChoice(ToolChoice::Kind::None)},
        {"tool_choice_function", withChoice(ToolChoice::Kind::Function)},
        {"json_schema", jsonSchema()},
        {"thinking", thinking()},
        {"stop", std::move(stop)},
        {"max_tokens", std::move(maxTokens)},
        {"sampling", sampling()},
        {"cache_marks", cacheMarks()},
    };
}

ChatRequest caseNamed(const std::string &name)
{
    for (Case &each : cases()) {
        if (each.name == name) {
            return each.request;
        }
    }
    qFatal("no case named %s", name.c_str());
}

} // namespace meridian::testing
