// SPDX-License-Identifier: MIT
#include "core/provider/gemini/chunkreader.h"

#include "core/provider/common.h"
#include "core/provider/gemini/errors.h"
#include "core/provider/gemini/words.h"

namespace meridian::provider::gemini {

namespace {

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b)
{
    return a || b ? std::optional(a.value_or(0) + b.value_or(0)) : std::nullopt;
}

} // namespace

void ChunkReader::read(json::Value chunk)
{
    if (!chunk.isObject()) {
        m_writer.fail(StreamDefect::NotJson, "the provider's answer is not what Gemini answers");
        return;
    }
    if (const json::Value error = chunk["error"]; !error.isAbsent()) {
        m_writer.defects().note(StreamDefect::ErrorEvent);
        m_writer.fail(readErrorObject(0, error));
        return;
    }
    if (!m_writer.hasStarted()) {
        m_writer.start({chunk["responseId"].text(), chunk["modelVersion"].text(), 0});
    }
    usage(chunk["usageMetadata"]);
    bool hasCandidate = false;
    chunk["candidates"].elements([&](json::Value each) {
        const json::Value index = each["index"];
        if (!hasCandidate && (index.isAbsent() || index.integer() == 0)) {
            hasCandidate = true;
            m_hasAnswer = true;
            candidate(each);
        }
    });
    if (!hasCandidate && chunk["promptFeedback"]["blockReason"].isString()) {
        m_hasAnswer = true;
        m_writer.finish(FinishReason::Filtered);
    }
}

void ChunkReader::candidate(json::Value candidate)
{
    candidate["content"]["parts"].elements([this](json::Value each) {
        if (!m_writer.hasEnded()) {
            part(each);
        }
    });
    const json::Value reason = candidate["finishReason"];
    if (reason.isString() && !m_writer.hasEnded()) {
        m_writer.finish(finishOf(reason.text()));
    }
}

void ChunkReader::part(json::Value part)
{
    if (!part.isObject()) {
        m_writer.fail(StreamDefect::NotJson, "a part of the provider's answer is no object");
        return;
    }
    json::Value text;
    json::Value callValue;
    json::Value signature;
    bool isThought = false;
    bool isKnown = false;
    bool isOther = false;
    part.members([&](json::Value name, json::Value value) {
        if (name.is("text")) {
            text = value;
            isKnown = isKnown || value.isString();
        } else if (name.is("functionCall")) {
            callValue = value;
            isKnown = isKnown || value.isObject();
        } else if (name.is("thought")) {
            isThought = value.isTrue();
        } else if (name.is("thoughtSignature")) {
            signature = value;
        } else {
            isOther = true;
        }
    });
    const std::string signedWith = signature.text();
    if (callValue.isObject()) {
        call(callValue, signedWith);
    } else if (!isKnown && isOther) { // an image, code that was executed, …
        m_writer.opaque(part.raw(), Dialect::Gemini);
    } else if (isThought) {
        m_writer.thinking(text.text());
        m_writer.thinkingSignature(signedWith, Vendor::Google);
    } else {
        m_writer.text(text.text());
        m_writer.thinkingSignature(signedWith, Vendor::Google); // texts have none of their own
    }
}

void ChunkReader::call(json::Value call, std::string_view signature)
{
    const json::Value name = call["name"];
    const json::Value args = call["args"];
    if (!name.isString() || (!args.isAbsent() && !args.isObject())) {
        m_writer.fail(StreamDefect::NotJson, "the provider's function call cannot be understood");
        return;
    }
    if (m_calls >= MaxCalls) {
        m_writer.fail(StreamDefect::TooLarge, "the provider's answer has too many function calls");
        return;
    }
    std::string id = call["id"].text();
    for (std::int64_t key = 0; key < m_calls; ++key) {
        if (m_writer.callId(key) == id) {
            id.clear(); // told twice: the result could not say which one it answers
        }
    }
    const std::int64_t key = m_calls++;
    m_writer.openCall(key, id, originalName(name.text()));
    m_writer.callArguments(key, args.isObject() ? args.raw() : std::string_view("{}"));
    m_writer.callSignature(key, signature, Vendor::Google);
    m_writer.closeCall(key);
}

void ChunkReader::usage(json::Value usage)
{
    if (!usage.isObject()) {
        return;
    }
    TokenUsage told;
    const auto thoughts = tokenCountOf(usage["thoughtsTokenCount"]);
    told.input = sum(tokenCountOf(usage["promptTokenCount"]),
                     tokenCountOf(usage["toolUsePromptTokenCount"]));
    told.cacheRead = tokenCountOf(usage["cachedContentTokenCount"]);
    told.output = sum(tokenCountOf(usage["candidatesTokenCount"]), thoughts);
    told.reasoning = thoughts;
    m_writer.usage(told);
}

} // namespace meridian::provider::gemini
