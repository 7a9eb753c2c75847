// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/answerreader.h"

#include "core/json/jsonwriter.h"
#include "core/provider/anthropic/stopreasons.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

bool isEmptyObject(json::Value value)
{
    bool isEmpty = true;
    value.members([&](json::Value, json::Value) { isEmpty = false; });
    return isEmpty;
}

} // namespace

void AnswerReader::start(json::Value message)
{
    m_writer.start({message["id"].text(), message["model"].text(), 0});
    usage(message["usage"]);
}

void AnswerReader::usage(json::Value usage)
{
    if (usage.isObject()) {
        m_writer.usage(m_usage.read(usage));
    }
}

void AnswerReader::hold(std::string &held, std::string_view more)
{
    m_held += more.size();
    if (m_held > MaxHeldBytes) {
        m_writer.fail(StreamDefect::TooLarge, "the provider's answer has too large a block");
        return;
    }
    held.append(more);
}

void AnswerReader::openBlock(std::int64_t index, json::Value start)
{
    if (index != m_seen) {
        m_writer.defects().note(StreamDefect::WrongIndex);
    }
    if (++m_seen > MaxBlocks) {
        m_writer.fail(StreamDefect::TooLarge, "the provider's answer has too many blocks");
        return;
    }
    const json::Value type = start["type"];
    const Kind kind = type.is("text")                ? Kind::Text
                      : type.is("thinking")          ? Kind::Thinking
                      : type.is("tool_use")          ? Kind::Call
                      : type.is("redacted_thinking") ? Kind::Whole
                                                     : Kind::Opaque;
    closeOthers(kind, index);
    Block block;
    block.index = index;
    block.kind = kind;
    switch (kind) {
    case Kind::Text:
        m_writer.text(start["text"].text());
        break;
    case Kind::Thinking:
        m_writer.thinking(start["thinking"].text());
        hold(block.held, start["signature"].text());
        break;
    case Kind::Call:
        openCall(block, start);
        break;
    case Kind::Whole:
        m_writer.redactedThinking(start["data"].text());
        break;
    case Kind::Opaque:
        hold(block.held, start.isObject() ? start.raw() : std::string_view());
        break;
    }
    m_open.push_back(std::move(block));
}

void AnswerReader::openCall(Block &block, json::Value start)
{
    std::string id = start["id"].text();
    if (!id.empty() && !m_callIds.insert(id).second) {
        id.clear(); // two calls of one id: a result could not tell which it answers
    }
    block.key = m_seen;
    m_writer.openCall(block.key, id, start["name"].text());
    const json::Value input = start["input"];
    if (input.isObject() && !isEmptyObject(input)) {
        hold(block.held, input.raw());
    }
}

void AnswerReader::closeOthers(Kind coming, std::int64_t index)
{
    for (std::size_t i = 0; i < m_open.size();) {
        const bool mayStay = coming == Kind::Call && m_open[i].kind == Kind::Call &&
                             m_open[i].index != index; // some providers interleave calls
        if (mayStay) {
            ++i;
            continue;
        }
        m_writer.defects().note(StreamDefect::MissingPartStop);
        close(m_open[i]);
        m_open.erase(m_open.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

AnswerReader::Block *AnswerReader::find(std::int64_t index, Kind kind) noexcept
{
    const auto block = std::find_if(m_open.begin(), m_open.end(), [&](const Block &each) {
        return each.index == index && each.kind == kind;
    });
    return block != m_open.end() ? &*block : nullptr;
}

/// The block that a delta belongs to: with a wrong index, the last one that it can belong to.
AnswerReader::Block *AnswerReader::blockFor(std::int64_t index, Kind kind)
{
    if (Block *block = find(index, kind)) {
        return block;
    }
    const auto last = std::find_if(m_open.rbegin(), m_open.rend(),
                                   [kind](const Block &each) { return each.kind == kind; });
    if (last != m_open.rend()) {
        m_writer.defects().note(StreamDefect::WrongIndex);
        return &*last;
    }
    if (kind != Kind::Text && kind != Kind::Thinking) {
        return nullptr;
    }
    m_writer.defects().note(StreamDefect::MissingPartStart);
    closeOthers(kind, index);
    ++m_seen;
    Block block;
    block.index = index;
    block.kind = kind;
    m_open.push_back(std::move(block));
    return &m_open.back();
}

void AnswerReader::delta(std::int64_t index, json::Value delta)
{
    const json::Value type = delta["type"];
    if (type.is("text_delta")) {
        blockFor(index, Kind::Text);
        m_writer.text(delta["text"].text());
    } else if (type.is("thinking_delta")) {
        blockFor(index, Kind::Thinking);
        m_writer.thinking(delta["thinking"].text());
    } else if (type.is("signature_delta")) {
        blockFor(index, Kind::Thinking)->hasDelta = true;
        m_writer.thinkingSignature(delta["signature"].text(), Vendor::Anthropic);
    } else if (type.is("input_json_delta")) {
        inputDelta(index, delta["partial_json"]);
    } else if (!type.is("citations_delta")) { // which have no place in the neutral model
        m_writer.defects().note(StreamDefect::UnknownEvent);
    }
}

void AnswerReader::inputDelta(std::int64_t index, json::Value piece)
{
    const std::string json = piece.text();
    if (json.empty()) {
        return;
    }
    if (Block *opaque = find(index, Kind::Opaque)) { // a tool that the provider runs itself
        hold(opaque->later, json);
        return;
    }
    Block *call = blockFor(index, Kind::Call);
    if (call == nullptr) {
        call = blockFor(index, Kind::Opaque);
        if (call != nullptr) {
            hold(call->later, json);
            return;
        }
        m_writer.fail(StreamDefect::Truncated,
                      "the provider sent arguments of a call that is not open");
        return;
    }
    call->hasDelta = true;
    if (!m_writer.callArguments(call->key, json) && !m_writer.hasEnded()) {
        m_writer.fail(StreamDefect::Truncated, "the provider sent arguments of a call that ended");
    }
}

void AnswerReader::closeBlock(std::int64_t index)
{
    auto block = std::find_if(m_open.begin(), m_open.end(),
                              [index](const Block &each) { return each.index == index; });
    if (block == m_open.end()) {
        m_writer.defects().note(StreamDefect::WrongIndex);
        if (m_open.size() != 1) {
            return;
        }
        block = m_open.begin();
    }
    close(*block);
    m_open.erase(block);
}

void AnswerReader::close(Block &block)
{
    switch (block.kind) {
    case Kind::Text:
        m_writer.closeContent();
        break;
    case Kind::Thinking:
        if (!block.hasDelta) {
            m_writer.thinkingSignature(block.held, Vendor::Anthropic);
        }
        m_writer.closeContent();
        break;
    case Kind::Call:
        if (!block.hasDelta && !block.held.empty()) {
            m_writer.callArguments(block.key, block.held);
        }
        m_writer.closeCall(block.key);
        break;
    case Kind::Whole:
        break;
    case Kind::Opaque:
        if (!block.held.empty()) {
            m_writer.opaque(opaqueOf(block), Dialect::Anthropic);
        }
        break;
    }
    m_held -= std::min(m_held, block.held.size() + block.later.size());
}

std::string AnswerReader::opaqueOf(const Block &block)
{
    const auto input = m_checker.check(block.later);
    if (block.later.empty() || !input) {
        return block.held;
    }
    json::JsonWriter whole;
    whole.beginObject();
    json::Value(block.held).members([&](json::Value name, json::Value value) {
        if (!name.is("input")) {
            whole.raw(name.text(), value.raw());
        }
    });
    whole.raw("input", input->raw()).endObject();
    return whole.take();
}

void AnswerReader::closeAll()
{
    for (Block &block : m_open) {
        m_writer.defects().note(StreamDefect::MissingPartStop);
        close(block);
    }
    m_open.clear();
}

void AnswerReader::finish(json::Value said)
{
    const json::Value reason = said["stop_reason"];
    if (!reason.isString()) {
        return;
    }
    const auto known = finishOf(reason.text());
    if (!known) {
        m_writer.defects().note(StreamDefect::UnknownEvent);
    }
    const std::string explanation = said["stop_details"]["explanation"].text();
    if (known == FinishReason::Filtered && !explanation.empty()) {
        closeAll();
        m_writer.refusal(explanation);
    }
    m_writer.finish(known.value_or(FinishReason::Stop), said["stop_sequence"].text());
}

void AnswerReader::end()
{
    closeAll();
    m_writer.end();
}

void AnswerReader::bodyEnded()
{
    if (m_writer.hasFinish()) {
        closeAll();
    }
    m_writer.bodyEnded();
}

} // namespace meridian::provider::anthropic
