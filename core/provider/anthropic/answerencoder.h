// SPDX-License-Identifier: MIT
// Writes whole answers, and what they have in common with streamed ones.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

#include <string>
#include <string_view>

namespace meridian::provider::anthropic {

[[nodiscard]] std::string writeAnswer(const Answer &answer, const AnswerContext &context);

/// Opens the object of a message and writes what stands before its content.
void beginMessage(json::JsonWriter &out, const AnswerStart &start, const AnswerContext &context);

/// Of another vendor's call: it travels in an empty thought before the call (readMessages() puts it
/// back), because tool_use has no place for it. Empty: there is nothing to carry.
[[nodiscard]] std::string carriedSignature(std::string_view signature, Vendor by);

/// A block that the provider's own tools made, with `input` as {} where clients expect it to come
/// in deltas; `input` is then set to what it was.
[[nodiscard]] std::string withoutInput(std::string_view block, std::string &input);

} // namespace meridian::provider::anthropic
