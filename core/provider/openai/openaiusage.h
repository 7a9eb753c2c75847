// SPDX-License-Identifier: MIT
// Token counts as OpenAI and its many imitators spell them.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/json/value.h"
#include "core/provider/answer.h"

namespace meridian::provider::openai {

/// Counts that are missing, or no counts, stay empty.
[[nodiscard]] TokenUsage readUsage(json::Value usage);

/// Whether anything is known that writeUsage() could say.
[[nodiscard]] bool hasUsage(const TokenUsage &usage) noexcept;

/// Writes the object. A count that is not known is written as 0: the fields are not optional.
void writeUsage(json::JsonWriter &json, const TokenUsage &usage);

} // namespace meridian::provider::openai
