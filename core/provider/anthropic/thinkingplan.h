// SPDX-License-Identifier: MIT
// How a wish to think becomes Anthropic's `thinking`, `output_config.effort` and `max_tokens`.
#pragma once

#include "core/model/providersettings.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace meridian::provider::anthropic {

struct ThinkingPlan
{
    enum class Mode : std::uint8_t { Unsaid, Disabled, Enabled, Adaptive };

    Mode mode = Mode::Unsaid;
    std::int64_t budget = 0;     // Enabled
    std::optional<bool> display; // the text is wanted
    std::string_view effort;     // of output_config; empty: not said
    std::int64_t maxTokens = 0;

    [[nodiscard]] bool isThinking() const noexcept
    {
        return mode == Mode::Enabled || mode == Mode::Adaptive;
    }
};

/// What Anthropic's own clients say stays as it is. `lacksThought`: see MessagePlan.
[[nodiscard]] ThinkingPlan planThinking(const ChatRequest &request,
                                        const model::ProviderOptions &options,
                                        bool lacksThought,
                                        Fidelity &fidelity);

} // namespace meridian::provider::anthropic
