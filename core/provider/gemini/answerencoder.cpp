// SPDX-License-Identifier: MIT
#include "core/provider/gemini/answerencoder.h"

#include "core/provider/common.h"
#include "core/provider/gemini/words.h"

#include <algorithm>

namespace meridian::provider::gemini {

namespace {

void writeSignature(json::JsonWriter &out, const Part &part)
{
    if (!part.signature.empty()) {
        out.string("thoughtSignature", carriedSignature(part.signature, part.signedBy));
    }
}

void writeCall(json::JsonWriter &out, const Part &part)
{
    Fidelity ignored; // answers have no report; the wrapped text loses nothing
    out.beginObject().key("functionCall").beginObject();
    out.string("id", part.id).string("name", part.name);
    out.raw("args", argumentsObject(part.text, {}, ignored)).endObject();
    writeSignature(out, part);
    out.endObject();
}

} // namespace

void writePart(json::JsonWriter &out, const Part &part)
{
    switch (part.kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
        out.beginObject().string("text", part.text);
        writeSignature(out, part);
        out.endObject();
        break;
    case Part::Kind::Thinking:
        out.beginObject().string("text", part.text).boolean("thought", true);
        writeSignature(out, part);
        out.endObject();
        break;
    case Part::Kind::RedactedThinking:
        out.beginObject().string("text", "").boolean("thought", true);
        out.string("thoughtSignature",
                   carriedSignature(std::string(RedactedMark) + part.text, Vendor::Anthropic));
        out.endObject();
        break;
    case Part::Kind::ToolCall:
        writeCall(out, part);
        break;
    case Part::Kind::Opaque:
        if (part.origin == Dialect::Gemini) {
            out.raw(part.json);
        }
        break;
    default:
        break; // no part of an answer
    }
}

void writeTail(json::JsonWriter &out,
               const TokenUsage *usage,
               const AnswerStart &start,
               const AnswerContext &context)
{
    if (usage != nullptr && *usage != TokenUsage()) {
        const auto count = [&](const char *name, std::optional<std::uint64_t> value) {
            if (value) {
                out.integer(name, static_cast<std::int64_t>(*value));
            }
        };
        const std::uint64_t output = usage->output.value_or(0);
        const std::uint64_t thoughts = std::min(usage->reasoning.value_or(0), output);
        out.key("usageMetadata").beginObject();
        count("promptTokenCount", usage->input.value_or(0));
        count("cachedContentTokenCount", usage->cacheRead);
        count("candidatesTokenCount", output - thoughts);
        count("thoughtsTokenCount", thoughts > 0 ? std::optional(thoughts) : std::nullopt);
        count("totalTokenCount", usage->input.value_or(0) + output);
        out.endObject();
    }
    out.string("modelVersion", start.model.empty() ? context.model : start.model);
    out.string("responseId", start.id.empty() ? context.requestId : start.id);
}

std::string writeAnswer(const Answer &answer, const AnswerContext &context)
{
    json::JsonWriter out;
    out.beginObject().key("candidates").beginArray().beginObject();
    out.key("content").beginObject().string("role", "model").key("parts").beginArray();
    const std::size_t before = out.text().size();
    for (const Part &part : answer.parts) {
        writePart(out, part);
    }
    if (out.text().size() == before) { // programs take the first part for granted
        out.beginObject().string("text", "").endObject();
    }
    out.endArray().endObject();
    out.string("finishReason", finishWord(answer.finish)).integer("index", 0);
    out.endObject().endArray();
    writeTail(out, &answer.usage, answer.start, context);
    out.endObject();
    return out.take();
}

} // namespace meridian::provider::gemini
