// SPDX-License-Identifier: MIT
// What each provider's server refuses, from its documentation and not from our codecs: the tests of
// those would not see a mistake that both share.
#pragma once

#include "core/json/value.h"
#include "service/simulate/dialects/call.h"
#include "service/simulate/strict/rules.h"

#include <optional>

namespace meridian::simulate {

// All of them: `body` is an object that json::Checker has passed. Nothing: it may be answered.

/// /v1/messages, and its count_tokens; on Vertex AI without `model`.
[[nodiscard]] std::optional<Refusal> checkAnthropic(json::Value body, const Call &call);

/// :generateContent, :streamGenerateContent, :countTokens.
[[nodiscard]] std::optional<Refusal> checkGemini(json::Value body, const Call &call);

/// /api/chat and /api/generate.
[[nodiscard]] std::optional<Refusal> checkOllama(json::Value body, const Call &call);

/// actions/chat in its three formats.
[[nodiscard]] std::optional<Refusal> checkOci(json::Value body);

/// /v1/chat/completions.
[[nodiscard]] std::optional<Refusal> checkOpenAi(json::Value body);

} // namespace meridian::simulate
