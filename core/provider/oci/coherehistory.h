// SPDX-License-Identifier: MIT
// The conversation as Cohere's first format says it: a history, and the last turn apart from it.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

namespace meridian::provider::oci {

/// preambleOverride, chatHistory, toolResults and message into the object that is open.
///
/// The system turns that begin the conversation are the preamble; later ones stay where they are.
/// Cohere's rules: a CHATBOT entry has a message (one space at least), TOOL is never followed by
/// USER, and results that are the last turn stand in toolResults beside an empty message.
void writeCohereConversation(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity);

} // namespace meridian::provider::oci
