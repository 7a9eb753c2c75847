// SPDX-License-Identifier: MIT
// Ollama's request to load or unload a model: a chat without messages, a prompt without text.
#pragma once

#include "core/provider/codec.h"

#include <optional>
#include <string>

namespace meridian::provider::ollama {

/// Is it one? `request` is what an Ollama client's codec has read.
[[nodiscard]] bool isLoadRequest(const ChatRequest &request) noexcept;

/// What Ollama answers to one (application/json, also where a stream was asked for): done_reason is
/// `unload` with a keep_alive of zero, else `load`. Nobody upstream need be asked; a backend that
/// is an Ollama server itself should be.
[[nodiscard]] std::string loadAnswer(const AnswerContext &context);

} // namespace meridian::provider::ollama
