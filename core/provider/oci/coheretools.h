// SPDX-License-Identifier: MIT
// Tools as Cohere's first format defines them: a flat list of parameters with Python's types.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

namespace meridian::provider::oci {

/// `"tools":[…]` into the object that is open; nothing when there is none to send. What a parameter
/// definition cannot say stands as JSON Schema in its description, and is reported.
void writeCohereTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity);

} // namespace meridian::provider::oci
