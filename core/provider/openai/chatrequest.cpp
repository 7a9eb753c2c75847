// SPDX-License-Identifier: MIT
#include "core/provider/openai/chatrequest.h"

#include "core/provider/common.h"
#include "core/provider/openai/chatmessages.h"
#include "core/provider/openai/commonfields.h"
#include "core/provider/openai/toolfields.h"

namespace meridian::provider::openai {

namespace {

/// What is read when everything else has been, in whatever order it came.
struct Later
{
    json::Value messages;
    json::Value functions;
    json::Value functionCall;
    json::Value maxTokens;
    std::optional<std::int64_t> maxCompletionTokens;
};

void readEffort(FieldReader &fields, json::Value value, ChatRequest &request)
{
    std::string effort;
    fields.text({nullptr, "reasoning_effort"}, value, effort);
    request.reasoning.effort = effortOf(effort);
    if (request.reasoning.effort == Reasoning::Effort::Unset) {
        keepExtra(request.extras, "reasoning_effort", value); // a word of tomorrow
    }
}

bool readChatField(FieldReader &fields,
                   std::string_view name,
                   json::Value value,
                   ChatRequest &request,
                   Later &later)
{
    const Path path{nullptr, name};
    if (name == "messages") {
        later.messages = value;
    } else if (name == "tools") {
        readTools(fields, value, request);
    } else if (name == "tool_choice") {
        readToolChoice(fields, value, request);
    } else if (name == "parallel_tool_calls") {
        fields.boolean(path, value, request.parallelToolCalls);
    } else if (name == "functions") {
        later.functions = value;
    } else if (name == "function_call") {
        later.functionCall = value;
    } else if (name == "response_format") {
        readResponseFormat(fields, value, request);
    } else if (name == "reasoning_effort") {
        readEffort(fields, value, request);
    } else if (name == "max_completion_tokens") {
        fields.integer(path, value, later.maxCompletionTokens);
    } else if (name == "logprobs") {
        fields.boolean(path, value, request.logprobs);
    } else if (name == "top_logprobs") {
        fields.integer(path, value, request.topLogprobs);
    } else if (name == "metadata") {
        fields.object(path, value, request.metadata);
    } else if (name == "service_tier") {
        fields.text(path, value, request.serviceTier);
    } else if (name == "verbosity") {
        fields.text(path, value, request.verbosity);
    } else {
        if (name == "max_tokens") {
            later.maxTokens = value;
        }
        return readCommonField(fields, name, value, request);
    }
    return true;
}

} // namespace

Decoded<ChatRequest> readChatRequest(json::Value body)
{
    FieldReader fields;
    ChatRequest request;
    request.origin = Dialect::OpenAiChat;
    Later later;
    body.members([&](json::Value key, json::Value value) {
        if (fields.hasFailed()) {
            return;
        }
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        if (!readChatField(fields, name, value, request, later)) {
            keepExtra(request.extras, std::string(name), value);
        }
    });
    if (later.maxCompletionTokens) {
        if (request.maxTokens) { // both: the newer one counts, and neither is lost
            keepExtra(request.extras, "max_tokens", later.maxTokens);
        }
        request.maxTokens = later.maxCompletionTokens;
    }
    readFunctions(fields, later.functions, request);
    readFunctionCall(fields, later.functionCall, request);
    if (!fields.hasFailed()) {
        MessageReader(fields, request).read(later.messages);
    }
    if (fields.hasFailed()) {
        return fields.failure();
    }
    return request;
}

} // namespace meridian::provider::openai
