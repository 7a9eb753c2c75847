// SPDX-License-Identifier: MIT
// Writes generationConfig.
#pragma once

#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::gemini {

/// The object; "{}" when there is nothing to say.
[[nodiscard]] std::string
configOf(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

} // namespace meridian::provider::gemini
