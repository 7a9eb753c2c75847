// SPDX-License-Identifier: MIT
// Writes a request as the body of /v1/messages.
#pragma once

#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::anthropic {

/// See ProviderCodec::encodeRequest(). The messages stand last, so that a conversation that has
/// grown begins with the same bytes.
[[nodiscard]] std::string
writeRequest(const ChatRequest &request, const RequestContext &context, Fidelity &fidelity);

} // namespace meridian::provider::anthropic
