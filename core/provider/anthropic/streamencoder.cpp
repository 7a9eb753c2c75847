// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/streamencoder.h"

#include "core/http/ssewriter.h"
#include "core/provider/anthropic/answerencoder.h"
#include "core/provider/anthropic/blockwriter.h"
#include "core/provider/anthropic/errorfields.h"
#include "core/provider/anthropic/stopreasons.h"
#include "core/provider/anthropic/usagefields.h"
#include "core/provider/common.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

bool isWhole(Part::Kind kind) noexcept
{
    return kind == Part::Kind::RedactedThinking || kind == Part::Kind::Opaque;
}

} // namespace

void StreamEncoder::event(std::string_view name)
{
    http::appendSseEvent(m_out, name, m_json.text());
    m_json.clear();
}

void StreamEncoder::start(const AnswerStart &start)
{
    m_start = start;
}

void StreamEncoder::begin()
{
    if (m_hasBegun) {
        return;
    }
    m_hasBegun = true;
    m_json.beginObject().string("type", "message_start").key("message");
    beginMessage(m_json, m_start, m_context);
    m_json.key("content").beginArray().endArray();
    m_json.null("stop_reason").null("stop_sequence").key("usage");
    writeUsage(m_json, m_usage, false);
    m_json.endObject().endObject();
    event("message_start");
}

json::JsonWriter &StreamEncoder::blockEvent(std::string_view type)
{
    return m_json.beginObject().string("type", type).integer("index", m_number);
}

void StreamEncoder::delta(std::string_view type, std::string_view member, std::string_view text)
{
    blockEvent("content_block_delta").key("delta").beginObject().string("type", type);
    m_json.string(member, text).endObject().endObject();
    event("content_block_delta");
}

void StreamEncoder::writeThought(std::string_view signature)
{
    blockEvent("content_block_start").key("content_block").beginObject();
    m_json.string("type", "thinking").string("thinking", "").string("signature", "");
    m_json.endObject().endObject();
    event("content_block_start");
    delta("signature_delta", "signature", signature);
    blockEvent("content_block_stop").endObject();
    event("content_block_stop");
    ++m_number;
}

/// A part that came whole: redacted thoughts, and what the provider's own tools made.
void StreamEncoder::writeWhole(const Block &block)
{
    std::string input;
    blockEvent("content_block_start").key("content_block");
    if (block.kind == Part::Kind::RedactedThinking) {
        m_json.beginObject().string("type", "redacted_thinking");
        m_json.string("data",
                      taggedSignature(block.text, vendorOf(block.origin), Vendor::Anthropic));
        m_json.endObject();
    } else {
        m_json.raw(onOneLine(withoutInput(block.text, input))); // some SDKs read one line
    }
    m_json.endObject();
    event("content_block_start");
    if (!input.empty()) {
        delta("input_json_delta", "partial_json", input);
    }
}

void StreamEncoder::partStart(std::uint32_t index, const PartStart &part)
{
    if (m_isOver) {
        return;
    }
    begin();
    if (part.kind == Part::Kind::Opaque && part.origin != Dialect::Anthropic) {
        return; // no client could read it
    }
    m_isRefused = m_isRefused || part.kind == Part::Kind::Refusal;
    Block block;
    block.index = index;
    block.kind = part.kind;
    block.id = part.id;
    block.name = part.name;
    block.text = part.data;
    block.origin = part.origin;
    m_waiting += part.data.size();
    m_blocks.push_back(std::move(block));
    openContent();
}

/// Text and thoughts are shown as they begin.
void StreamEncoder::openContent()
{
    if (!m_blocks.empty() && m_blocks.front().kind != Part::Kind::ToolCall &&
        !isWhole(m_blocks.front().kind)) {
        open(m_blocks.front());
    }
}

StreamEncoder::Block *StreamEncoder::find(std::uint32_t index) noexcept
{
    const auto block = std::find_if(m_blocks.begin(), m_blocks.end(),
                                    [index](const Block &each) { return each.index == index; });
    return block != m_blocks.end() ? &*block : nullptr;
}

void StreamEncoder::open(Block &block)
{
    if (block.isOpen) {
        return;
    }
    const bool isCall = block.kind == Part::Kind::ToolCall;
    if (isCall) {
        const std::string signature = carriedSignature(block.signature, block.signedBy);
        if (!signature.empty()) {
            writeThought(signature);
        }
    }
    block.isOpen = true;
    blockEvent("content_block_start").key("content_block").beginObject();
    if (isCall) {
        m_json.string("type", "tool_use").string("id", block.id).string("name", block.name);
        m_json.key("input").beginObject().endObject();
    } else if (block.kind == Part::Kind::Thinking) {
        m_json.string("type", "thinking").string("thinking", "").string("signature", "");
    } else {
        m_json.string("type", "text").string("text", "");
    }
    m_json.endObject().endObject();
    event("content_block_start");
    if (!block.text.empty()) {
        const std::string text = std::move(block.text);
        block.text.clear();
        append(block, text);
    }
}

/// More of the block that is being written, which is open.
void StreamEncoder::append(Block &block, std::string_view text)
{
    if (block.kind == Part::Kind::ToolCall) {
        delta("input_json_delta", "partial_json", text);
    } else if (block.kind == Part::Kind::Thinking) {
        delta("thinking_delta", "thinking", text);
    } else {
        delta("text_delta", "text", text);
    }
}

void StreamEncoder::partDelta(std::uint32_t index, std::string_view text)
{
    Block *block = m_isOver || text.empty() ? nullptr : find(index);
    if (block == nullptr) {
        return;
    }
    const bool isFirst = block == &m_blocks.front();
    if (isFirst && (block->isOpen || !block->text.empty())) {
        open(*block);
        append(*block, text);
        return;
    }
    // a call opens with its second piece: the signature of one that comes whole goes before it
    m_waiting += text.size();
    if (m_waiting > MaxWaitingBytes) {
        error({ErrorClass::Upstream, 0, "the provider's calls overlap too far", {}, {}, {}});
        return;
    }
    block->text.append(text);
}

void StreamEncoder::partSignature(std::uint32_t index, std::string_view signature, Vendor by)
{
    Block *block = m_isOver ? nullptr : find(index);
    if (block != nullptr) {
        m_waiting += signature.size();
        block->signature.append(signature.substr(0, MaxWaitingBytes));
        block->signedBy = by;
    }
}

void StreamEncoder::stop(Block &block)
{
    if (block.kind == Part::Kind::ToolCall && (isBlank(block.text) || block.text == "null")) {
        block.text.clear(); // no arguments: `input` stays {}
    }
    if (isWhole(block.kind)) {
        writeWhole(block);
    } else {
        open(block);
    }
    if (block.kind == Part::Kind::Thinking && !block.signature.empty()) {
        delta("signature_delta", "signature",
              taggedSignature(block.signature, block.signedBy, Vendor::Anthropic));
    }
    blockEvent("content_block_stop").endObject();
    event("content_block_stop");
    ++m_number;
}

/// Writes what has waited for the block that stopped.
void StreamEncoder::goOn()
{
    while (!m_blocks.empty() && m_blocks.front().isStopped) {
        stop(m_blocks.front());
        m_blocks.pop_front();
    }
    m_waiting = 0;
    for (const Block &block : m_blocks) {
        m_waiting += block.text.size() + block.signature.size();
    }
    openContent();
}

void StreamEncoder::partStop(std::uint32_t index)
{
    Block *block = m_isOver ? nullptr : find(index);
    if (block == nullptr) {
        return;
    }
    block->isStopped = true;
    if (block == &m_blocks.front()) {
        goOn();
    }
}

void StreamEncoder::usage(const TokenUsage &usage)
{
    m_usage.merge(usage);
}

void StreamEncoder::finish(FinishReason reason, std::string_view stopSequence)
{
    m_finish = m_isRefused ? FinishReason::Filtered : reason;
    m_stopSequence = stopSequence;
}

void StreamEncoder::end()
{
    if (m_isOver) {
        return;
    }
    begin();
    m_isOver = true;
    m_json.beginObject().string("type", "message_delta").key("delta").beginObject();
    m_json.string("stop_reason", stopReasonName(m_finish));
    if (m_stopSequence.empty()) {
        m_json.null("stop_sequence");
    } else {
        m_json.string("stop_sequence", m_stopSequence);
    }
    m_json.endObject().key("usage");
    writeUsage(m_json, m_usage, true);
    m_json.endObject();
    event("message_delta");
    m_json.beginObject().string("type", "message_stop").endObject();
    event("message_stop");
}

void StreamEncoder::error(const ApiError &error)
{
    if (!m_isOver) {
        m_isOver = true;
        http::appendSseEvent(m_out, "error", writeError(error, m_context.requestId));
    }
}

void StreamEncoder::ping()
{
    if (!m_isOver) {
        begin();
        m_json.beginObject().string("type", "ping").endObject();
        event("ping");
    }
}

} // namespace meridian::provider::anthropic
