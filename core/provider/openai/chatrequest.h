// SPDX-License-Identifier: MIT
// Reads the body of /v1/chat/completions.
#pragma once

#include "core/json/value.h"
#include "core/provider/codec.h"

namespace meridian::provider::openai {

/// `body` is an object that json::Checker has passed.
[[nodiscard]] Decoded<ChatRequest> readChatRequest(json::Value body);

} // namespace meridian::provider::openai
