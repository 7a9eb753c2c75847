// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/stopreasons.h"

#include <array>

namespace meridian::provider::anthropic {

namespace {

constexpr std::array<std::string_view, 7> Names{
    // in the order of FinishReason
    "end_turn", "stop_sequence", "max_tokens", "model_context_window_exceeded",
    "tool_use", "refusal",       "pause_turn"};

} // namespace

std::string_view stopReasonName(FinishReason reason) noexcept
{
    return Names[static_cast<std::size_t>(reason)];
}

std::optional<FinishReason> finishOf(std::string_view stopReason) noexcept
{
    for (std::size_t i = 0; i < Names.size(); ++i) {
        if (Names[i] == stopReason) {
            return static_cast<FinishReason>(i);
        }
    }
    return std::nullopt;
}

} // namespace meridian::provider::anthropic
