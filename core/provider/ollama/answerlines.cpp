// SPDX-License-Identifier: MIT
#include "core/provider/ollama/answerlines.h"

#include "core/json/jsonwriter.h"
#include "core/provider/common.h"
#include "core/provider/timestamps.h"

namespace meridian::provider::ollama {

namespace {

void appendCalls(std::string &out, const std::vector<Part> &calls, std::size_t first)
{
    out.append(",\"tool_calls\":[");
    for (std::size_t i = 0; i < calls.size(); ++i) {
        Fidelity unheard; // a model that wrote no JSON gets `_raw`, which says so itself
        out.append(i == 0 ? "{\"id\":" : ",{\"id\":");
        json::appendString(out, calls[i].id);
        out.append(",\"function\":{\"index\":").append(std::to_string(first + i));
        out.append(",\"name\":");
        json::appendString(out, calls[i].name);
        out.append(",\"arguments\":").append(argumentsObject(calls[i].text, {}, unheard));
        out.append("}}");
    }
    out.push_back(']');
}

} // namespace

AnswerLines::AnswerLines(Dialect dialect, const AnswerContext &context)
    : m_isChat(dialect == Dialect::OllamaChat)
{
    json::appendString(m_model, context.model);
    setCreated(context.created);
}

void AnswerLines::setCreated(std::int64_t created)
{
    m_head = "{\"model\":" + m_model + ",\"created_at\":\"" + timestamp(created) + "\",";
    m_head.append(m_isChat ? "\"message\":{\"role\":\"assistant\",\"content\":" : "\"response\":");
}

void AnswerLines::appendContent(std::string &out, const Piece &piece) const
{
    out.append(m_head);
    json::appendString(out, piece.text);
    if (!piece.thinking.empty()) {
        out.append(",\"thinking\":");
        json::appendString(out, piece.thinking);
    }
    if (piece.calls != nullptr && !piece.calls->empty()) {
        appendCalls(out, *piece.calls, piece.firstCall);
    }
    if (m_isChat) {
        out.push_back('}');
    }
}

void AnswerLines::appendPiece(std::string &out, const Piece &piece) const
{
    appendContent(out, piece);
    out.append(",\"done\":false}");
}

void AnswerLines::appendLast(std::string &out,
                             const Piece &piece,
                             std::string_view doneReason,
                             const TokenUsage &usage) const
{
    appendContent(out, piece);
    out.append(",\"done\":true,\"done_reason\":\"").append(doneReason);
    // clients compute rates from these: a time that nobody has measured is 0, not missing
    out.append("\",\"total_duration\":0,\"load_duration\":0,\"prompt_eval_count\":");
    out.append(std::to_string(usage.input.value_or(0)));
    out.append(",\"prompt_eval_duration\":0,\"eval_count\":");
    out.append(std::to_string(usage.output.value_or(0))).append(",\"eval_duration\":0}");
}

std::string_view doneReasonOf(FinishReason reason) noexcept
{
    return reason == FinishReason::MaxTokens || reason == FinishReason::ContextExceeded ? "length"
                                                                                        : "stop";
}

} // namespace meridian::provider::ollama
