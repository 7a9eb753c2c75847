// SPDX-License-Identifier: MIT
#include "core/provider/openai/deltareader.h"

#include "core/provider/openai/openaierror.h"

namespace meridian::provider::openai {

void DeltaReader::wrongType(std::string_view field)
{
    m_writer.fail(StreamDefect::NotJson,
                  std::string("the provider sent ").append(field).append(" of a wrong type"));
}

void DeltaReader::read(json::Value message, bool isWhole)
{
    if (!message.isObject()) {
        wrongType(isWhole ? "a message" : "a delta");
        return;
    }
    thoughts(message);
    content(message["content"]);
    if (const json::Value refusal = message["refusal"]; refusal.isString()) {
        const std::string text = refusal.text();
        m_hasContent = m_hasContent || !text.empty();
        m_writer.refusal(text);
    }
    calls(message["tool_calls"], isWhole);
    if (const json::Value call = message["function_call"]; !call.isAbsent()) {
        m_hasContent = true;
        m_calls.functionCall(call);
    }
}

void DeltaReader::thoughts(json::Value message)
{
    // some send the same thought in both fields
    std::string text = message["reasoning_content"].text();
    if (text.empty()) {
        text = message["reasoning"].text();
    }
    m_hasContent = m_hasContent || !text.empty();
    m_writer.thinking(text);
}

void DeltaReader::content(json::Value content)
{
    if (content.isString()) {
        const std::string text = content.text();
        m_hasContent = m_hasContent || !text.empty();
        m_writer.text(text);
    } else if (content.isArray()) { // Mistral, while it thinks
        content.elements([this](json::Value part) { contentPart(part); });
    } else if (!content.isAbsent()) {
        wrongType("content");
    }
}

void DeltaReader::contentPart(json::Value part)
{
    if (!part.isObject()) {
        wrongType("a part of the content");
        return;
    }
    m_hasContent = true;
    if (part["type"].is("thinking")) {
        const json::Value thinking = part["thinking"];
        m_writer.thinking(thinking.text());
        thinking.elements([this](json::Value each) { m_writer.thinking(each["text"].text()); });
    } else if (part["type"].is("refusal")) {
        m_writer.refusal(part["refusal"].text());
    } else {
        m_writer.text(part["text"].text());
    }
}

void DeltaReader::calls(json::Value calls, bool isWhole)
{
    if (!calls.isArray()) {
        if (!calls.isAbsent()) {
            wrongType("tool_calls");
        }
        return;
    }
    calls.elements([&](json::Value call) {
        m_hasContent = true;
        if (m_writer.hasEnded()) {
            return;
        }
        if (isWhole) {
            m_calls.whole(call);
        } else {
            m_calls.piece(call);
        }
    });
}

void DeltaReader::finish(json::Value choice)
{
    const json::Value reason = choice["finish_reason"];
    if (!reason.isString() || reason.is("")) {
        return;
    }
    if (reason.is("error")) { // OpenRouter
        m_writer.defects().note(StreamDefect::ErrorEvent);
        ApiError error = readError(choice, 0);
        if (!isErrorObject(choice)) {
            error.message = "the provider gave up";
        }
        m_writer.fail(std::move(error));
    } else if (reason.is("length")) {
        m_writer.finish(FinishReason::MaxTokens);
    } else if (reason.is("content_filter")) {
        m_writer.finish(FinishReason::Filtered);
    } else { // with calls, stop becomes tool_calls; without, tool_calls would promise some
        json::Value sequence = choice["stop_reason"]; // vLLM; an integer is a token
        if (!sequence.isString()) {
            sequence = choice["matched_stop"]; // SGLang
        }
        const bool isMet =
            reason.is("stop") && sequence.isString() && !sequence.is("") && !m_calls.hasCalls();
        m_writer.finish(isMet ? FinishReason::StopSequence : FinishReason::Stop,
                        isMet ? sequence.text() : std::string());
    }
}

} // namespace meridian::provider::openai
