// SPDX-License-Identifier: MIT
// Reads the requests of Ollama's two ways to generate.
#pragma once

#include "core/provider/codec.h"

namespace meridian::provider::ollama {

/// /api/chat. Without messages it is a wish to load the model: no turns (see loadanswer.h).
[[nodiscard]] Decoded<ChatRequest> readChatRequest(json::Value body);

/// /api/generate. The system text becomes a system turn, prompt and images one of the user; without
/// both it is a wish to load the model: no user's turn.
[[nodiscard]] Decoded<ChatRequest> readGenerateRequest(json::Value body);

} // namespace meridian::provider::ollama
