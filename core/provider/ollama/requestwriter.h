// SPDX-License-Identifier: MIT
// Writes a request to an Ollama server's /api/chat.
#pragma once

#include "core/provider/codec.h"

namespace meridian::provider::ollama {

/// The body. The messages stand before everything that may change while a conversation grows, so
/// that it begins with the same bytes. A num_ctx and a keep_alive that the client gave itself go
/// before those of `options`.
[[nodiscard]] std::string
writeRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

} // namespace meridian::provider::ollama
