// SPDX-License-Identifier: MIT
// The conversation as Cohere's second format says it.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

namespace meridian::provider::oci {

/// `"messages":[…]` into the object that is open. `takesThoughts`: the model reads its own thoughts
/// of earlier turns.
void writeCohereV2Messages(json::JsonWriter &out,
                           const ChatRequest &request,
                           bool takesThoughts,
                           Fidelity &fidelity);

} // namespace meridian::provider::oci
