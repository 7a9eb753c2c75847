// SPDX-License-Identifier: MIT
// How a client of this dialect spelt a thing that can be said in two ways, and names of models.
#pragma once

#include "core/provider/conversation.h"

#include <string_view>

namespace meridian::provider::openai {

// Part::detail of kinds that have no detail of their own; other dialects do not look at it there.
inline constexpr std::string_view ListForm = "list";            // Text, Refusal: in a list of parts
inline constexpr std::string_view LegacyForm = "function_call"; // ToolCall, ToolResult
inline constexpr std::string_view ReasoningField = "reasoning"; // Thinking: not reasoning_content
inline constexpr std::string_view BothFields = "both";          // Thinking: in both fields

// Part::name of an Opaque part that stands among the tool calls.
inline constexpr std::string_view OpaqueCall = "tool_calls";

// Tool::json of a Function that came in `functions`.
inline constexpr std::string_view LegacyTool = "functions";

[[nodiscard]] inline bool isLegacy(const Tool &tool) noexcept
{
    return tool.kind == Tool::Kind::Function && tool.origin == Dialect::OpenAiChat &&
           tool.json == LegacyTool;
}

/// Does the client know functions only, and no tools?
[[nodiscard]] inline bool wantsFunctionCall(const ChatRequest *request) noexcept
{
    return request != nullptr && request->origin == Dialect::OpenAiChat &&
           !request->tools.empty() && isLegacy(request->tools.front());
}

/// Models of OpenAI's that think, and take max_completion_tokens instead of max_tokens.
[[nodiscard]] inline bool isReasoningModel(std::string_view model) noexcept
{
    return model.starts_with("o1") || model.starts_with("o3") || model.starts_with("o4") ||
           model.starts_with("gpt-5");
}

/// Models that only OpenAI (and Azure) serves: its API refuses fields that it does not know.
[[nodiscard]] inline bool isOpenAiModel(std::string_view model) noexcept
{
    return isReasoningModel(model) || model.starts_with("chatgpt-") ||
           (model.starts_with("gpt-") && !model.starts_with("gpt-oss"));
}

} // namespace meridian::provider::openai
