// SPDX-License-Identifier: MIT
// Writes a GenerateContentRequest.
#pragma once

#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::gemini {

/// `contents` stands last, so that a conversation that has grown begins with the same bytes.
[[nodiscard]] std::string
writeRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

} // namespace meridian::provider::gemini
