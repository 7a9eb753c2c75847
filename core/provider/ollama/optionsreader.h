// SPDX-License-Identifier: MIT
// Reads what /api/chat and /api/generate have in common into the neutral request.
#pragma once

#include "core/provider/codec.h"

namespace meridian::provider::ollama {

/// Nothing, or what is wrong.
using Read = Decoded<bool>;

/// Reads one top-level member that both surfaces know (model, stream, format, options, think,
/// keep_alive, logprobs, top_logprobs); false when the name is none of these.
[[nodiscard]] Read readCommon(ChatRequest &request, json::Value name, json::Value value);

/// Base64 images into parts; `path` is where they stand.
[[nodiscard]] Read
readImages(std::vector<Part> &parts, json::Value images, const std::string &path);

/// The array `tools`.
[[nodiscard]] Read readTools(ChatRequest &request, json::Value tools);

/// What a model without a name is answered.
[[nodiscard]] Read requireModel(const ChatRequest &request);

} // namespace meridian::provider::ollama
