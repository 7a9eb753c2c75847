// SPDX-License-Identifier: MIT
// Reads a whole request of the Responses API into the neutral one.
#pragma once

#include "core/provider/codec.h"

#include <string_view>

namespace meridian::provider::responses {

/// Part::id of the text that came as `instructions`, so that it can be told back as such.
inline constexpr std::string_view InstructionsMark = "instructions";

/// See ClientCodec::decodeRequest(). A body that still refers to stored responses
/// (previous_response_id) is read as it stands: what is said before has to be put in first
/// (responsehistory.h).
[[nodiscard]] Decoded<ChatRequest> readRequest(json::Value body, std::string_view target);

/// Extras that say how the gateway itself is to behave or only mean something at OpenAI: a model of
/// another provider does not answer differently for want of them.
[[nodiscard]] bool isHarmlessExtra(std::string_view name) noexcept;

/// The client wants `encrypted_content` in reasoning items.
[[nodiscard]] bool wantsSignatures(const ChatRequest &request) noexcept;

} // namespace meridian::provider::responses
