// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/answerencoder.h"

#include "core/provider/anthropic/stopreasons.h"
#include "core/provider/anthropic/usagefields.h"
#include "core/provider/common.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

std::string messageId(const AnswerStart &start, const AnswerContext &context)
{
    return start.id.empty() ? std::string("msg_").append(context.requestId) : start.id;
}

void writeThought(json::JsonWriter &out, std::string_view text, std::string_view signature)
{
    out.beginObject().string("type", "thinking").string("thinking", text);
    out.string("signature", signature).endObject();
}

void writePart(json::JsonWriter &out, const Part &part)
{
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
        out.beginObject().string("type", "text").string("text", part.text).endObject();
        break;
    case Part::Kind::Thinking:
        writeThought(out, part.text,
                     taggedSignature(part.signature, part.signedBy, Vendor::Anthropic));
        break;
    case Part::Kind::RedactedThinking:
        out.beginObject().string("type", "redacted_thinking");
        out.string("data", taggedSignature(part.text, part.signedBy, Vendor::Anthropic));
        out.endObject();
        break;
    case Part::Kind::ToolCall: {
        const std::string signature = carriedSignature(part.signature, part.signedBy);
        if (!signature.empty()) {
            writeThought(out, {}, signature);
        }
        Fidelity unheard; // answers have no report; what is no object is said as `_raw`
        out.beginObject().string("type", "tool_use").string("id", part.id);
        out.string("name", part.name);
        out.raw("input", argumentsObject(part.text, {}, unheard)).endObject();
        break;
    }
    case Part::Kind::Opaque:
        if (part.origin == Dialect::Anthropic) {
            out.raw(part.json);
        }
        break;
    default: // no model answers with these
        break;
    }
}

} // namespace

void beginMessage(json::JsonWriter &out, const AnswerStart &start, const AnswerContext &context)
{
    out.beginObject().string("id", messageId(start, context));
    out.string("type", "message").string("role", "assistant");
    out.string("model", context.model.empty() ? std::string_view(start.model) : context.model);
}

std::string carriedSignature(std::string_view signature, Vendor by)
{
    return by == Vendor::Unknown || by == Vendor::Anthropic
               ? std::string()
               : taggedSignature(signature, by, Vendor::Anthropic);
}

std::string withoutInput(std::string_view block, std::string &input)
{
    const json::Value whole(block);
    const json::Value type = whole["type"];
    const json::Value given = whole["input"];
    if (!given.isObject() || (!type.is("server_tool_use") && !type.is("mcp_tool_use"))) {
        return std::string(block);
    }
    input = given.raw();
    json::JsonWriter out;
    out.beginObject();
    whole.members([&](json::Value name, json::Value value) {
        out.raw(name.text(), name.is("input") ? std::string_view("{}") : value.raw());
    });
    out.endObject();
    return out.take();
}

std::string writeAnswer(const Answer &answer, const AnswerContext &context)
{
    const bool isRefused =
        std::any_of(answer.parts.begin(), answer.parts.end(),
                    [](const Part &part) { return part.kind == Part::Kind::Refusal; });
    json::JsonWriter out;
    beginMessage(out, answer.start, context);
    out.key("content").beginArray();
    for (const Part &part : answer.parts) {
        writePart(out, part);
    }
    out.endArray();
    out.string("stop_reason", stopReasonName(isRefused ? FinishReason::Filtered : answer.finish));
    if (answer.stopSequence.empty()) {
        out.null("stop_sequence");
    } else {
        out.string("stop_sequence", answer.stopSequence);
    }
    out.key("usage");
    writeUsage(out, answer.usage, false);
    out.endObject();
    return out.take();
}

} // namespace meridian::provider::anthropic
