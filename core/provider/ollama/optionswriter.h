// SPDX-License-Identifier: MIT
// Writes an Ollama request's members beside messages and tools, and reports what has none.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/model/providersettings.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

#include <string_view>

namespace meridian::provider::ollama {

/// The member `options`, num_ctx included; none when it would be empty.
void writeOptions(json::JsonWriter &out,
                  const ChatRequest &request,
                  const model::ProviderOptions &options);

/// The member `think`. `model` decides which words it knows.
void writeThink(json::JsonWriter &out,
                const ChatRequest &request,
                std::string_view model,
                Fidelity &fidelity);

/// keep_alive, logprobs and the client's own members.
void writeRest(json::JsonWriter &out,
               const ChatRequest &request,
               const model::ProviderOptions &options,
               Fidelity &fidelity);

/// Fields that Ollama has nothing for.
void reportDropped(const ChatRequest &request, Fidelity &fidelity);

} // namespace meridian::provider::ollama
