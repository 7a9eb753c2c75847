// SPDX-License-Identifier: MIT
// Anthropic's words for why an answer ended.
#pragma once

#include "core/provider/answer.h"

#include <optional>
#include <string_view>

namespace meridian::provider::anthropic {

[[nodiscard]] std::string_view stopReasonName(FinishReason reason) noexcept;

/// Nothing for a word that is not known.
[[nodiscard]] std::optional<FinishReason> finishOf(std::string_view stopReason) noexcept;

} // namespace meridian::provider::anthropic
