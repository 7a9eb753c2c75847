// SPDX-License-Identifier: MIT
// OCI's answers in one piece, and what streams have in common with them.
#include "core/provider/timestamps.h"
#include "service/simulate/oci/ociserverparts.h"

namespace meridian::simulate {

namespace {

using json::JsonWriter;
using provider::Answer;
using provider::Dialect;
using provider::FinishReason;
using provider::Part;

std::string textOf(const Answer &answer, Part::Kind kind)
{
    std::string text;
    for (const Part &part : answer.parts) {
        if (part.kind == kind) {
            text.append(part.text);
        }
    }
    return text;
}

bool hasCalls(const Answer &answer)
{
    for (const Part &part : answer.parts) {
        if (part.kind == Part::Kind::ToolCall) {
            return true;
        }
    }
    return false;
}

void writeCalls(JsonWriter &out, Dialect format, const Answer &answer, bool haveIds)
{
    if (!hasCalls(answer)) {
        return;
    }
    out.key("toolCalls").beginArray();
    for (const Part &part : answer.parts) {
        if (part.kind == Part::Kind::ToolCall) {
            writeOciCall(out, format, part, haveIds);
        }
    }
    out.endArray();
}

void writeContent(JsonWriter &out, Dialect format, const Answer &answer)
{
    const std::string thought = textOf(answer, Part::Kind::Thinking);
    const std::string text = textOf(answer, Part::Kind::Text);
    const bool isThoughtInside = format == Dialect::OciCohereV2 && !thought.empty();
    out.key("content").beginArray();
    if (isThoughtInside) {
        out.beginObject().string("type", "THINKING").string("thinking", thought).endObject();
    }
    if (!text.empty()) {
        out.beginObject().string("type", "TEXT").string("text", text).endObject();
    }
    out.endArray();
    if (!isThoughtInside && !thought.empty()) {
        out.string("reasoningContent", thought);
    }
}

} // namespace

std::string_view ociFormatName(Dialect format) noexcept
{
    if (format == Dialect::OciCohere) {
        return "COHERE";
    }
    return format == Dialect::OciCohereV2 ? "COHEREV2" : "GENERIC";
}

std::string_view ociFinishName(Dialect format, FinishReason reason) noexcept
{
    const bool isGeneric = format == Dialect::OciGeneric;
    switch (reason) {
    case FinishReason::MaxTokens:
        return isGeneric ? "length" : "MAX_TOKENS";
    case FinishReason::ToolCalls:
        if (format == Dialect::OciCohereV2) {
            return "TOOL_CALL";
        }
        return isGeneric ? "tool_calls" : "COMPLETE";
    case FinishReason::StopSequence:
        if (format == Dialect::OciCohereV2) {
            return "STOP_SEQUENCE";
        }
        [[fallthrough]];
    default:
        return isGeneric ? "stop" : "COMPLETE";
    }
}

void writeOciUsage(JsonWriter &out, const provider::TokenUsage &usage)
{
    const auto count = [](std::optional<std::uint64_t> value) {
        return static_cast<std::int64_t>(value.value_or(0));
    };
    out.key("usage").beginObject().integer("promptTokens", count(usage.input));
    out.integer("completionTokens", count(usage.output));
    out.integer("totalTokens", count(usage.input) + count(usage.output));
    out.key("promptTokensDetails").beginObject();
    out.integer("cachedTokens", count(usage.cacheRead)).endObject();
    out.key("completionTokensDetails").beginObject();
    out.integer("reasoningTokens", count(usage.reasoning)).endObject().endObject();
}

void writeOciCall(JsonWriter &out, Dialect format, const Part &call, bool hasId)
{
    out.beginObject();
    if (format == Dialect::OciCohere) {
        out.string("name", call.name).raw("parameters", call.text).endObject();
        return;
    }
    if (hasId) {
        out.string("id", call.id);
    }
    out.string("type", "FUNCTION");
    if (format == Dialect::OciCohereV2) {
        out.key("function").beginObject();
    }
    out.string("name", call.name).string("arguments", call.text);
    if (format == Dialect::OciCohereV2) {
        out.endObject();
    }
    out.endObject();
}

bool ociCallsHaveIds(std::string_view model) noexcept
{
    return !model.starts_with("meta.") && !model.starts_with("google.");
}

std::string
writeOciAnswer(Dialect format, const Answer &answer, const provider::AnswerContext &context)
{
    const bool haveIds = ociCallsHaveIds(context.model);
    JsonWriter out;
    out.beginObject().string("modelId", context.model).string("modelVersion", "1.0");
    out.key("chatResponse").beginObject().string("apiFormat", ociFormatName(format));
    if (format == Dialect::OciCohere) {
        out.string("text", textOf(answer, Part::Kind::Text));
        writeCalls(out, format, answer, false);
        out.string("finishReason", ociFinishName(format, answer.finish));
    } else if (format == Dialect::OciCohereV2) {
        out.string("id", context.requestId).key("message").beginObject();
        out.string("role", "ASSISTANT");
        writeContent(out, format, answer);
        writeCalls(out, format, answer, true);
        out.endObject().string("finishReason", ociFinishName(format, answer.finish));
    } else {
        out.string("timeCreated", provider::timestamp(context.created));
        out.key("choices").beginArray().beginObject().integer("index", 0);
        out.key("message").beginObject().string("role", "ASSISTANT");
        writeContent(out, format, answer);
        writeCalls(out, format, answer, haveIds);
        out.endObject().string("finishReason", ociFinishName(format, answer.finish));
        out.endObject().endArray();
    }
    writeOciUsage(out, answer.usage);
    return out.endObject().endObject().take();
}

} // namespace meridian::simulate
