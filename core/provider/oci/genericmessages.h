// SPDX-License-Identifier: MIT
// The conversation as OCI's GENERIC format says it.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/conversation.h"
#include "core/provider/fidelity.h"

namespace meridian::provider::oci {

/// `"messages":[…]` into the object that is open. A turn of tool results becomes one message each.
/// `knowsDeveloper`: the model tells DEVELOPER from SYSTEM (OpenAI's do); others get SYSTEM.
void writeGenericMessages(json::JsonWriter &out,
                          const ChatRequest &request,
                          bool knowsDeveloper,
                          Fidelity &fidelity);

} // namespace meridian::provider::oci
