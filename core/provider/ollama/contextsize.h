// SPDX-License-Identifier: MIT
// How much context an Ollama server must give a request, which it does not find out itself.
#pragma once

#include "core/provider/conversation.h"

#include <cstdint>
#include <optional>

namespace meridian::provider::ollama {

/// Tokens that the request may need, its answer included: a quarter of the ASCII characters, and
/// one for each other (a syllable of Hangul or a Han character is about one).
[[nodiscard]] std::int64_t neededContext(const ChatRequest &request) noexcept;

/// num_ctx: the next of 8192, 16384 … 1048576. Nothing up to 4096, which every server gives. In
/// steps, because each other value makes the server load the model again.
[[nodiscard]] std::optional<std::int64_t> contextSizeFor(const ChatRequest &request) noexcept;

} // namespace meridian::provider::ollama
