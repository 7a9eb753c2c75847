// SPDX-License-Identifier: MIT
// What a simulated model answers to a conversation: decided by the request alone.
#pragma once

#include "core/provider/answer.h"
#include "core/provider/conversation.h"
#include "service/simulate/answertext.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace meridian::simulate {

/// An answer whose last text may be made up while it is told.
struct AnswerPlan
{
    provider::AnswerStart start;
    std::vector<provider::Part> parts;
    std::uint32_t madeUp = 0; // tokens of a text that follows `parts`
    provider::FinishReason finish = provider::FinishReason::Stop;
    std::string stopSequence;
    provider::TokenUsage usage;

    /// The whole answer; `text`: what is made up.
    [[nodiscard]] provider::Answer whole(const AnswerText &text) const;
};

struct PlanSettings
{
    const AnswerText &text;
    provider::Dialect dialect;
    std::string_view model;
    std::string_view id;      // of this answer
    std::uint32_t tokens = 0; // of a made-up text
    std::int64_t created = 0;
};

/// By the first rule that fits: results of tools in the last turn are quoted; tools are called, the
/// one that was named, all of them when the user says "parallel", else the first; a format is kept;
/// else words are made up. A thought comes first where one was asked for. Stop sequences and the
/// maximum end it. Same request, same plan, ids of calls included.
[[nodiscard]] AnswerPlan planOf(const provider::ChatRequest &request, const PlanSettings &settings);

/// The next token of a text: a word with the space before it. Never empty unless `text` is.
[[nodiscard]] std::string_view firstToken(std::string_view text) noexcept;

} // namespace meridian::simulate
