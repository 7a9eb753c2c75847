// SPDX-License-Identifier: MIT
// Writes a request as the body of /v1/chat/completions.
#pragma once

#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::openai {

/// The conversation comes last, so that a longer one begins with the same bytes.
[[nodiscard]] std::string
writeChatRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

} // namespace meridian::provider::openai
