// SPDX-License-Identifier: MIT
// How much a Gemini model shall think, in the words of its generation.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <string_view>

namespace meridian::provider::gemini {

/// The member `thinkingConfig` if there is something to say: a level for the third generation, a
/// budget for those before. What a Gemini client gave stays as it is where the model takes it.
void writeThinking(json::JsonWriter &out,
                   const ChatRequest &request,
                   std::string_view model,
                   Fidelity &fidelity);

} // namespace meridian::provider::gemini
