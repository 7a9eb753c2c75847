// SPDX-License-Identifier: MIT
// `tools` and `tool_choice`, both ways.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

namespace meridian::provider::anthropic {

[[nodiscard]] Decoded<void> readTools(json::Value tools, ChatRequest &request);
[[nodiscard]] Decoded<void> readToolChoice(json::Value choice, ChatRequest &request);

/// Writes `tools` (in the client's order) and `tool_choice` as members of the object that is open.
void writeTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity);

/// Does the request force a call? Anthropic does not think then.
[[nodiscard]] bool forcesCall(const ToolChoice &choice) noexcept;

} // namespace meridian::provider::anthropic
