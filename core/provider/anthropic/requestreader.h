// SPDX-License-Identifier: MIT
// Reads the body of /v1/messages and /v1/messages/count_tokens.
#pragma once

#include "core/provider/codec.h"

#include <string_view>

namespace meridian::provider::anthropic {

/// See ClientCodec::decodeRequest(). An extra that has the name of a field which is also read (a
/// `thinking` of a kind to come) is what the request writer writes instead of its own.
[[nodiscard]] Decoded<ChatRequest> readRequest(json::Value body, std::string_view target);

} // namespace meridian::provider::anthropic
