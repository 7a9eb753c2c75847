// SPDX-License-Identifier: MIT
// Writes answers as GenerateContentResponse objects.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/provider/codec.h"

#include <string>

namespace meridian::provider::gemini {

[[nodiscard]] std::string writeAnswer(const Answer &answer, const AnswerContext &context);

// --- what whole answers and chunks have in common

/// One element of `parts`; nothing when Gemini cannot say it.
void writePart(json::JsonWriter &out, const Part &part);

/// The members `usageMetadata` (if counts are known), `modelVersion` and `responseId`.
void writeTail(json::JsonWriter &out,
               const TokenUsage *usage,
               const AnswerStart &start,
               const AnswerContext &context);

} // namespace meridian::provider::gemini
