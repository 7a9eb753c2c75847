// SPDX-License-Identifier: MIT
// Writes tools and the choice among them.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

namespace meridian::provider::gemini {

/// The members `tools` and `toolConfig`, where there is something to say.
void writeTools(json::JsonWriter &out,
                const ChatRequest &request,
                const RequestContext &context,
                Fidelity &fidelity);

} // namespace meridian::provider::gemini
