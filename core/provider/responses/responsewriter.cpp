// SPDX-License-Identifier: MIT
#include "core/provider/responses/responsewriter.h"

#include "core/json/jsonwriter.h"
#include "core/provider/common.h"
#include "core/provider/responses/fieldreader.h"
#include "core/provider/responses/itemwriter.h"
#include "core/provider/responses/requestreader.h"
#include "core/provider/responses/toolidentity.h"

#include <array>

namespace meridian::provider::responses {

namespace {

using json::JsonWriter;

void writeString(JsonWriter &out, std::string_view name, std::string_view text)
{
    if (text.empty()) {
        out.null(name);
    } else {
        out.string(name, text);
    }
}

void writeNumber(JsonWriter &out, std::string_view name, const Number &number)
{
    out.raw(name, number.empty() ? "null" : number);
}

void writeTool(JsonWriter &out, const Tool &tool)
{
    if (tool.kind == Tool::Kind::Hosted) {
        out.raw(tool.json);
    } else if (!tool.json.empty()) {
        if (const json::Value declared = declarationOf(tool); !declared.isMissing()) {
            out.raw(declared.raw());
        } // else it stands in an earlier tool's declaration
    } else {
        out.beginObject().string("type", "function").string("name", tool.name);
        writeString(out, "description", tool.description);
        out.raw("parameters", tool.schema.empty() ? "null" : tool.schema);
        out.raw("strict", !tool.strict ? "null" : *tool.strict ? "true" : "false");
        for (const Extra &extra : tool.extras) {
            out.raw(extra.name, extra.json);
        }
        out.endObject();
    }
}

void writeChoice(JsonWriter &out, const ChatRequest &request)
{
    out.key("tool_choice");
    switch (request.toolChoice.kind) {
    case ToolChoice::Kind::Unset:
    case ToolChoice::Kind::Auto:
        out.string("auto");
        break;
    case ToolChoice::Kind::Required:
        out.string("required");
        break;
    case ToolChoice::Kind::None:
        out.string("none");
        break;
    case ToolChoice::Kind::Opaque:
        out.raw(request.toolChoice.json);
        break;
    case ToolChoice::Kind::Function: {
        const ToolIdentity identity = ToolIndex(request.tools).identityOf(request.toolChoice.name);
        out.beginObject().string("type", identity.isCustom ? "custom" : "function");
        out.string("name", identity.name);
        if (!identity.space.empty()) {
            out.string("namespace", identity.space);
        }
        out.endObject();
        break;
    }
    }
}

void writeText(JsonWriter &out, const ChatRequest &request)
{
    const ResponseFormat &format = request.format;
    out.key("text").beginObject().key("format").beginObject();
    if (format.kind == ResponseFormat::Kind::JsonSchema) {
        out.string("type", "json_schema").string("name", format.name);
        writeString(out, "description", format.description);
        out.raw("schema", format.schema);
        out.boolean("strict", format.strict.value_or(false));
    } else {
        out.string("type",
                   format.kind == ResponseFormat::Kind::JsonObject ? "json_object" : "text");
    }
    out.endObject();
    if (!request.verbosity.empty()) {
        out.string("verbosity", request.verbosity);
    }
    out.endObject();
}

void writeInstructions(JsonWriter &out, const ChatRequest &request)
{
    const bool isGiven = !request.turns.empty() && !request.turns[0].parts.empty() &&
                         request.turns[0].parts[0].id == InstructionsMark;
    writeString(out, "instructions",
                isGiven ? std::string_view(request.turns[0].parts[0].text) : std::string_view());
}

void writeUsage(JsonWriter &out, const TokenUsage *usage)
{
    if (usage == nullptr || (!usage->input && !usage->output)) {
        out.null("usage");
        return;
    }
    const auto count = [](const std::optional<std::uint64_t> &number) {
        return static_cast<std::int64_t>(number.value_or(0));
    };
    out.key("usage").beginObject().integer("input_tokens", count(usage->input));
    out.key("input_tokens_details").beginObject();
    out.integer("cached_tokens", count(usage->cacheRead));
    out.integer("cache_write_tokens", count(usage->cacheWrite)).endObject();
    out.integer("output_tokens", count(usage->output));
    out.key("output_tokens_details").beginObject();
    out.integer("reasoning_tokens", count(usage->reasoning)).endObject();
    out.integer("total_tokens", count(usage->input) + count(usage->output)).endObject();
}

struct ErrorWords
{
    std::string_view type;
    std::string_view code;
};

ErrorWords wordsOf(ErrorClass kind) noexcept
{
    constexpr std::array<ErrorWords, ErrorClassCount> Words{{
        {"invalid_request_error", ""},
        {"invalid_request_error", "context_length_exceeded"},
        {"authentication_error", "invalid_api_key"},
        {"provider_error", "upstream_auth"},
        {"permission_error", ""},
        {"invalid_request_error", "model_not_found"},
        {"invalid_request_error", ""},
        {"rate_limit_error", "rate_limit_exceeded"},
        {"service_error", ""},
        {"timeout", ""},
        {"provider_error", ""},
        {"server_error", "internal_error"},
    }};
    return Words[static_cast<std::size_t>(kind)];
}

/// A response's error must have one of a few codes; clients decide by it whether to try again.
std::string_view failureCode(const ApiError &error) noexcept
{
    if (const std::string_view code = errorCode(error); !code.empty()) {
        return code;
    }
    return error.kind == ErrorClass::BadRequest ? "invalid_prompt" : "server_error";
}

/// Inside a stream there is no header for it, and clients look for it in the text.
std::string failureMessage(const ApiError &error)
{
    std::string message = error.message;
    if (error.kind == ErrorClass::RateLimited && error.retryAfter.count() > 0 &&
        message.find("try again in") == std::string::npos) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(error.retryAfter).count();
        message.append(message.empty() || message.ends_with('.') ? " " : ". ");
        message.append("Please try again in ").append(std::to_string(seconds)).append("s.");
    }
    return message;
}

} // namespace

std::string echoOf(const ChatRequest &request)
{
    JsonWriter out;
    const auto extra = [&](std::string_view name, std::string_view otherwise) {
        const json::Value value = extraNamed(request.extras, name);
        if (!value.isMissing() || !otherwise.empty()) {
            out.raw(name, value.isMissing() ? otherwise : value.raw());
        }
    };
    out.beginObject();
    writeInstructions(out, request);
    out.raw("metadata", request.metadata.empty() ? "{}" : request.metadata);
    out.boolean("parallel_tool_calls", request.parallelToolCalls.value_or(true));
    writeNumber(out, "temperature", request.temperature);
    writeNumber(out, "top_p", request.topP);
    writeChoice(out, request);
    out.key("tools").beginArray();
    for (const Tool &tool : request.tools) {
        writeTool(out, tool);
    }
    out.endArray();
    writeText(out, request);
    out.key("reasoning").beginObject();
    if (request.reasoning.effort == Reasoning::Effort::Unset) {
        const json::Value effort = extraNamed(request.extras, "reasoning.effort");
        out.raw("effort", effort.isMissing() ? "null" : effort.raw());
    } else {
        out.string("effort", effortName(request.reasoning.effort));
    }
    writeString(out, "summary", request.reasoning.summary);
    out.endObject();
    out.raw("max_output_tokens",
            request.maxTokens ? std::to_string(*request.maxTokens) : std::string("null"));
    out.integer("top_logprobs", request.topLogprobs.value_or(0));
    out.boolean("background", false);
    extra("max_tool_calls", "null");
    extra("previous_response_id", "null");
    extra("store", "true");
    extra("truncation", "\"disabled\"");
    extra("prompt", {});
    extra("prompt_cache_key", {});
    extra("safety_identifier", {});
    if (!request.serviceTier.empty()) {
        out.string("service_tier", request.serviceTier);
    }
    if (!request.user.empty()) {
        out.string("user", request.user);
    }
    out.endObject();
    return onOneLine(out.text());
}

std::string responseObject(const ResponseState &state, std::string_view echo)
{
    JsonWriter out;
    out.beginObject().string("id", state.id).string("object", "response");
    out.integer("created_at", state.created).string("status", state.status);
    out.string("model", state.model);
    out.raw("output", std::string("[").append(state.output).append("]"));
    writeUsage(out, state.usage);
    if (state.error != nullptr) {
        out.key("error").beginObject().string("code", failureCode(*state.error));
        out.string("message", failureMessage(*state.error)).endObject();
    } else {
        out.null("error");
    }
    if (state.incompleteReason.empty()) {
        out.null("incomplete_details");
    } else {
        out.key("incomplete_details").beginObject();
        out.string("reason", state.incompleteReason).endObject();
    }
    out.endObject();
    std::string whole = out.take();
    if (echo.size() > 2) { // both are objects: one is made of them
        whole.back() = ',';
        whole.append(echo.substr(1));
    }
    return whole;
}

std::string_view errorCode(const ApiError &error) noexcept
{
    return error.code.empty() ? wordsOf(error.kind).code : std::string_view(error.code);
}

std::string errorBody(const ApiError &error)
{
    JsonWriter out;
    out.beginObject().key("error").beginObject().string("message", error.message);
    out.string("type", wordsOf(error.kind).type);
    writeString(out, "param", error.param);
    writeString(out, "code", errorCode(error));
    out.endObject().endObject();
    return out.take();
}

std::string inputTokens(std::uint64_t count)
{
    JsonWriter out;
    out.beginObject().string("object", "response.input_tokens");
    out.integer("input_tokens", static_cast<std::int64_t>(count)).endObject();
    return out.take();
}

} // namespace meridian::provider::responses
