// SPDX-License-Identifier: MIT
// Reads `system` and `messages` of a request into turns.
#pragma once

#include "core/provider/codec.h"

#include <vector>

namespace meridian::provider::anthropic {

/// Appends the system's turn, unless there is nothing in it.
[[nodiscard]] Decoded<void> readSystem(json::Value system, std::vector<Turn> &turns);

/// Appends the messages' turns. The results in a user's message become a turn of Role::Tool before
/// the rest of it. A result that answers no earlier call is an error.
[[nodiscard]] Decoded<void> readMessages(json::Value messages, std::vector<Turn> &turns);

} // namespace meridian::provider::anthropic
