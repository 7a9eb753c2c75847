// SPDX-License-Identifier: MIT
#include "tests/provider/responses/answers.h"

#include "tests/provider/support/golden.h"

#include <QtGlobal>

namespace meridian::testing {

provider::ChatRequest toolRequest(std::string_view more)
{
    // pretty-printed on purpose: an echo must not break an event's line
    constexpr std::string_view Body = R"({"model":"m","instructions":"Be brief.","input":"Hello",
      "include":["reasoning.encrypted_content"], "temperature":0.70, "metadata":{
        "k":"v"},
      "tools":[{"type":"function","name":"get_weather","parameters":{
                  "type":"object"},"strict":true},
        {"type":"custom","name":"apply_patch","description":"Edits"},
        {"type":"namespace","name":"crm","description":"Customers","tools":[
          {"type":"function","name":"find","parameters":{"type":"object"}},
          {"type":"function","name":"add","parameters":{"type":"object"}}]},
        {"type":"web_search"}],
      "tool_choice":{"type":"function","name":"find","namespace":"crm"},
      "text":{"format":{"type":"json_object"},"verbosity":"low"},
      "reasoning":{"effort":"high","summary":"auto"})";
    const auto request =
        readRequest(provider::openAiResponsesClient(), std::string(Body).append(more).append("}"));
    if (!request) {
        qFatal("%s", request.error().c_str());
    }
    return *request;
}

provider::Part part(provider::Part::Kind kind, std::string text, std::string id, std::string name)
{
    provider::Part part;
    part.kind = kind;
    part.text = std::move(text);
    part.id = std::move(id);
    part.name = std::move(name);
    part.origin = provider::Dialect::OpenAiResponses;
    return part;
}

static provider::Part signedBy(provider::Part part, std::string signature, provider::Vendor by)
{
    part.signature = std::move(signature);
    part.signedBy = by;
    return part;
}

std::map<std::string, provider::Answer> answers()
{
    using namespace provider;
    using Kind = Part::Kind;
    const auto make = [](std::vector<Part> parts, FinishReason finish) {
        Answer answer;
        answer.start = {"chatcmpl-1", "provider-model", 1700000000};
        answer.parts = std::move(parts);
        answer.finish = finish;
        answer.usage.input = 100;
        answer.usage.cacheRead = 60;
        answer.usage.cacheWrite = 10;
        answer.usage.output = 30;
        answer.usage.reasoning = 20;
        return answer;
    };
    Part opaque = part(Kind::Opaque, {});
    opaque.json = "{\"type\":\"web_search_call\",\n \"id\":\"ws_1\",\"status\":\"completed\"}";
    Part foreign = opaque;
    foreign.origin = Dialect::Anthropic;
    std::map<std::string, Answer> all;
    all["text"] = make({part(Kind::Text, "Hello\n“you” 🙂")}, FinishReason::Stop);
    all["thinking"] =
        make({signedBy(part(Kind::Thinking, "17*23 = 391"), "c2ln", Vendor::Anthropic),
              part(Kind::RedactedThinking, "T1BBUVVF"), part(Kind::Text, "391")},
             FinishReason::Stop);
    all["own_thinking"] = make({signedBy(part(Kind::Thinking, ""), "gAAAA", Vendor::OpenAi),
                                part(Kind::Thinking, "unsigned"), part(Kind::Text, "ok")},
                               FinishReason::StopSequence);
    all["tool"] = make({part(Kind::Text, "Let me look."),
                        part(Kind::ToolCall, R"({"city":"Zürich"})", "call_1", "get_weather")},
                       FinishReason::ToolCalls);
    all["tools_parallel"] = make(
        {signedBy(part(Kind::ToolCall, "{}", "call_1", "crm__find"), "R1NJRw==", Vendor::Google),
         part(Kind::ToolCall, R"({"input":"*** Begin\n*** End"})", "call_2", "apply_patch"),
         part(Kind::ToolCall, R"({"n":2})", "call_3", "crm__add"),
         part(Kind::ToolCall, "{}", "call_4", "unknown")},
        FinishReason::ToolCalls);
    all["refusal"] = make({part(Kind::Refusal, "I can't help.")}, FinishReason::Filtered);
    all["filtered"] = make({part(Kind::Text, "It is")}, FinishReason::Filtered);
    all["max_tokens"] =
        make({part(Kind::Text, "Once"), part(Kind::ToolCall, R"({"ci)", "call_1", "get_weather")},
             FinishReason::MaxTokens);
    all["opaque"] = make({opaque, foreign, part(Kind::Text, "Found")}, FinishReason::Stop);
    all["empty"] = make({}, FinishReason::Stop);
    all["empty"].usage = {};
    return all;
}

} // namespace meridian::testing
