// SPDX-License-Identifier: MIT
#include "core/provider/openai/chatanswer.h"

#include "core/json/jsonwriter.h"
#include "core/provider/openai/openaiusage.h"
#include "core/provider/openai/spelling.h"
#include "core/provider/openai/streamchunks.h"

#include <algorithm>

namespace meridian::provider::openai {

namespace {

bool isCall(const Part &part) noexcept
{
    return part.kind == Part::Kind::ToolCall ||
           (part.kind == Part::Kind::Opaque && part.origin == Dialect::OpenAiChat);
}

/// All text of one kind, as a stream's deltas would add up.
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

void writeFunction(json::JsonWriter &json, const Part &part)
{
    json.beginObject().string("name", part.name);
    json.string("arguments", part.text.empty() ? "{}" : part.text).endObject();
}

void writeCall(json::JsonWriter &json, const Part &part)
{
    if (part.kind == Part::Kind::Opaque) { // a custom tool's
        json.raw(part.json);
        return;
    }
    json.beginObject().string("id", part.id).string("type", "function").key("function");
    writeFunction(json, part);
    if (!part.signature.empty() && part.signedBy == Vendor::Google) {
        json.key("extra_content").beginObject().key("google").beginObject();
        json.string("thought_signature", part.signature).endObject().endObject();
    }
    json.endObject();
}

void writeMessage(json::JsonWriter &json, const Answer &answer, bool isLegacy)
{
    const auto hasKind = [&](Part::Kind kind) {
        return std::any_of(answer.parts.begin(), answer.parts.end(),
                           [kind](const Part &each) { return each.kind == kind; });
    };
    const auto call = std::find_if(answer.parts.begin(), answer.parts.end(), isCall);
    const bool hasCalls = call != answer.parts.end();
    const std::string refusal = textOf(answer, Part::Kind::Refusal);
    const std::string thoughts = textOf(answer, Part::Kind::Thinking);
    json.beginObject().string("role", "assistant");
    if (!hasKind(Part::Kind::Text) && (hasCalls || !refusal.empty())) {
        json.null("content");
    } else {
        json.string("content", textOf(answer, Part::Kind::Text));
    }
    if (!thoughts.empty()) {
        json.string("reasoning_content", thoughts);
    }
    if (refusal.empty()) {
        json.null("refusal");
    } else {
        json.string("refusal", refusal);
    }
    if (hasCalls && isLegacy && call->kind == Part::Kind::ToolCall) {
        json.key("function_call");
        writeFunction(json, *call);
    } else if (hasCalls) {
        json.key("tool_calls").beginArray();
        for (const Part &part : answer.parts) {
            if (isCall(part)) {
                writeCall(json, part);
            }
        }
        json.endArray();
    }
    json.endObject();
}

} // namespace

std::string writeChatAnswer(const Answer &answer, const AnswerContext &context)
{
    const bool isLegacy = wantsFunctionCall(context.request);
    json::JsonWriter json;
    json.beginObject();
    json.string("id", answerId(answer.start, context, "chatcmpl-"));
    json.string("object", "chat.completion");
    json.integer("created", answerCreated(answer.start, context));
    json.string("model", answerModel(answer.start, context));
    json.key("choices").beginArray().beginObject().integer("index", 0).key("message");
    writeMessage(json, answer, isLegacy);
    json.null("logprobs").string("finish_reason", finishName(answer.finish, isLegacy));
    json.endObject().endArray();
    if (hasUsage(answer.usage)) {
        json.key("usage");
        writeUsage(json, answer.usage);
    }
    json.endObject();
    return json.take();
}

} // namespace meridian::provider::openai
