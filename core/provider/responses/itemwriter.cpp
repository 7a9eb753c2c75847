// SPDX-License-Identifier: MIT
#include "core/provider/responses/itemwriter.h"

#include "core/provider/common.h"
#include "core/provider/responses/responseid.h"
#include "core/provider/responses/toolidentity.h"

#include <algorithm>

namespace meridian::provider::responses {

namespace {

std::string_view wordOf(ItemStatus status) noexcept
{
    switch (status) {
    case ItemStatus::InProgress:
        return "in_progress";
    case ItemStatus::Completed:
        return "completed";
    case ItemStatus::Incomplete:
        break;
    }
    return "incomplete";
}

} // namespace

bool ItemWriter::hasItem(Part::Kind kind, Dialect origin) const noexcept
{
    switch (kind) {
    case Part::Kind::Text:
    case Part::Kind::Refusal:
    case Part::Kind::Thinking:
    case Part::Kind::ToolCall:
        return true;
    case Part::Kind::RedactedThinking:
        return m_withSignatures;
    case Part::Kind::Opaque:
        return origin == Dialect::OpenAiResponses;
    default:
        return false;
    }
}

bool ItemWriter::hasSignatureItem(const Part &part) const noexcept
{
    return m_withSignatures && part.kind == Part::Kind::ToolCall && !part.signature.empty() &&
           part.signedBy == Vendor::Google;
}

bool ItemWriter::isCustom(std::string_view name) const
{
    return m_tools.identityOf(name).isCustom;
}

std::string ItemWriter::idOf(const Part &part, std::size_t number) const
{
    std::string_view prefix = "msg_";
    if (part.kind == Part::Kind::Thinking || part.kind == Part::Kind::RedactedThinking) {
        prefix = "rs_";
    } else if (part.kind == Part::Kind::ToolCall) {
        prefix = isCustom(part.name) ? "ctc_" : "fc_";
    }
    return itemId(prefix, m_responseId, number);
}

void ItemWriter::write(json::JsonWriter &out,
                       const Part &part,
                       std::size_t number,
                       ItemStatus status) const
{
    if (part.kind == Part::Kind::Opaque) {
        out.raw(onOneLine(part.json));
        return;
    }
    out.beginObject().string("id", idOf(part, number));
    if (part.kind == Part::Kind::ToolCall) {
        writeCall(out, part, status);
    } else if (part.kind == Part::Kind::Thinking || part.kind == Part::Kind::RedactedThinking) {
        writeReasoning(out, part, status);
    } else {
        out.string("type", "message").string("status", wordOf(status)).key("content").beginArray();
        if (status != ItemStatus::InProgress) {
            writeContentPart(out, part.kind, part.text);
        }
        out.endArray().string("role", "assistant");
    }
    out.endObject();
}

void ItemWriter::writeCall(json::JsonWriter &out, const Part &part, ItemStatus status) const
{
    const ToolIdentity identity = m_tools.identityOf(part.name);
    out.string("type", identity.isCustom ? "custom_tool_call" : "function_call");
    out.string("status", wordOf(status));
    if (identity.isCustom) {
        out.string("input", status == ItemStatus::InProgress ? "" : customInput(part.text));
    } else {
        out.string("arguments", status == ItemStatus::InProgress
                                    ? std::string_view()
                                    : wholeArguments(part.text, status));
    }
    out.string("call_id", part.id).string("name", identity.name);
    if (!identity.space.empty()) {
        out.string("namespace", identity.space);
    }
}

void ItemWriter::writeReasoning(json::JsonWriter &out, const Part &part, ItemStatus status) const
{
    out.string("type", "reasoning").key("summary").beginArray();
    const bool isDone = status != ItemStatus::InProgress;
    const bool isRedacted = part.kind == Part::Kind::RedactedThinking;
    if (isDone && !isRedacted && !part.text.empty()) {
        out.beginObject().string("type", "summary_text").string("text", part.text).endObject();
    }
    out.endArray();
    if (!m_withSignatures || !isDone) {
        return;
    }
    if (isRedacted) {
        const std::string marked = std::string(RedactedMark).append(part.text);
        out.string("encrypted_content", taggedSignature(marked, Vendor::Anthropic, Vendor::OpenAi));
    } else if (!part.signature.empty()) {
        out.string("encrypted_content",
                   taggedSignature(part.signature, part.signedBy, Vendor::OpenAi));
    }
}

void ItemWriter::writeSignature(json::JsonWriter &out, const Part &call, std::size_t number) const
{
    const std::string marked =
        std::string(CallMark).append(call.id).append(":").append(call.signature);
    out.beginObject().string("id", itemId("rs_", m_responseId, number, true));
    out.string("type", "reasoning").key("summary").beginArray().endArray();
    out.string("encrypted_content", taggedSignature(marked, call.signedBy, Vendor::OpenAi));
    out.endObject();
}

std::string ItemWriter::items(const Answer &answer) const
{
    json::JsonWriter writer;
    std::string all;
    const bool isIncomplete = !incompleteReason(answer.finish, hasRefusal(answer)).empty();
    const auto add = [&] {
        all.append(all.empty() ? "" : ",").append(writer.text());
        writer.clear();
    };
    for (std::size_t i = 0; i < answer.parts.size(); ++i) {
        const Part &part = answer.parts[i];
        if (!hasItem(part.kind, part.origin)) {
            continue;
        }
        const bool isCut = isIncomplete && i + 1 == answer.parts.size();
        write(writer, part, i, isCut ? ItemStatus::Incomplete : ItemStatus::Completed);
        add();
        if (hasSignatureItem(part)) {
            writeSignature(writer, part, i);
            add();
        }
    }
    return all;
}

void writeContentPart(json::JsonWriter &out, Part::Kind kind, std::string_view text)
{
    out.beginObject();
    if (kind == Part::Kind::Refusal) {
        out.string("type", "refusal").string("refusal", text);
    } else {
        out.string("type", "output_text").key("annotations").beginArray().endArray();
        out.key("logprobs").beginArray().endArray().string("text", text);
    }
    out.endObject();
}

std::string_view wholeArguments(std::string_view arguments, ItemStatus status) noexcept
{
    const bool isBlank = arguments.find_first_not_of(" \t\r\n") == std::string_view::npos;
    return isBlank && status == ItemStatus::Completed ? "{}" : arguments;
}

std::string_view incompleteReason(FinishReason reason, bool hasRefusal) noexcept
{
    if (reason == FinishReason::MaxTokens || reason == FinishReason::ContextExceeded) {
        return "max_output_tokens";
    }
    return reason == FinishReason::Filtered && !hasRefusal ? "content_filter" : "";
}

bool hasRefusal(const Answer &answer) noexcept
{
    return std::any_of(answer.parts.begin(), answer.parts.end(),
                       [](const Part &part) { return part.kind == Part::Kind::Refusal; });
}

} // namespace meridian::provider::responses
