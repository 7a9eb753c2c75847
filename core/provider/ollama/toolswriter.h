// SPDX-License-Identifier: MIT
// Writes tools for an Ollama server, and says in words what it has no field for.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <string>

namespace meridian::provider::ollama {

/// The member `tools`; none when the model shall not call any.
void writeTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity);

/// What a system message must say because there is no tool_choice; may be empty.
[[nodiscard]] std::string toolInstruction(const ChatRequest &request, Fidelity &fidelity);

} // namespace meridian::provider::ollama
