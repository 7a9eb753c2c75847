// SPDX-License-Identifier: MIT
#include "core/provider/openai/streamchunks.h"

#include "core/http/ssewriter.h"
#include "core/json/jsonwriter.h"
#include "core/provider/openai/openaierror.h"
#include "core/provider/openai/openaiusage.h"

namespace meridian::provider::openai {

std::string
answerId(const AnswerStart &start, const AnswerContext &context, std::string_view prefix)
{
    return start.id.empty() ? std::string(prefix).append(context.requestId) : start.id;
}

std::string_view answerModel(const AnswerStart &start, const AnswerContext &context)
{
    return context.model.empty() ? std::string_view(start.model) : context.model;
}

std::int64_t answerCreated(const AnswerStart &start, const AnswerContext &context)
{
    return start.created != 0 ? start.created : context.created;
}

std::string_view finishName(FinishReason reason, bool hasFunctionCall) noexcept
{
    switch (reason) {
    case FinishReason::MaxTokens:
    case FinishReason::ContextExceeded:
        return "length";
    case FinishReason::ToolCalls:
        return hasFunctionCall ? "function_call" : "tool_calls";
    case FinishReason::Filtered:
        return "content_filter";
    default:
        return "stop";
    }
}

void StreamChunks::start(const AnswerStart &start)
{
    m_head = "data: {\"id\":";
    json::appendString(m_head, answerId(start, m_context, m_idPrefix));
    m_head.append(",\"object\":");
    json::appendString(m_head, m_object);
    m_head.append(",\"created\":");
    json::appendInteger(m_head, answerCreated(start, m_context));
    m_head.append(",\"model\":");
    json::appendString(m_head, answerModel(start, m_context));
    m_head.append(",\"choices\":[");
}

void StreamChunks::open()
{
    m_out.append(m_head).append("{\"index\":0,");
}

void StreamChunks::close(std::string_view finish)
{
    m_out.append(",\"logprobs\":null,\"finish_reason\":");
    if (finish.empty()) {
        m_out.append("null");
    } else {
        m_out.append("\"").append(finish).append("\"");
    }
    m_out.append(m_wantsUsage ? "}],\"usage\":null}\n\n" : "}]}\n\n");
}

void StreamChunks::end(const TokenUsage &usage)
{
    if (m_wantsUsage && hasUsage(usage)) {
        json::JsonWriter json;
        writeUsage(json, usage);
        m_out.append(m_head).append("],\"usage\":").append(json.text()).append("}\n\n");
    }
    http::appendSseEvent(m_out, {}, "[DONE]");
}

void StreamChunks::error(const ApiError &error)
{
    http::appendSseEvent(m_out, {}, writeError(error));
    http::appendSseEvent(m_out, {}, "[DONE]");
}

void StreamChunks::ping()
{
    m_out.append(": ping\n\n");
}

} // namespace meridian::provider::openai
