// SPDX-License-Identifier: MIT
// Reads a client's generationConfig.
#pragma once

#include "core/provider/gemini/fields.h"

namespace meridian::provider::gemini {

/// What has no place becomes extras named `generationConfig.<field>` and
/// `generationConfig.thinkingConfig.<field>`.
void readConfig(Fields &body, ChatRequest &request, Problem &problem);

inline constexpr std::string_view ConfigPrefix = "generationConfig.";
inline constexpr std::string_view ThinkingPrefix = "generationConfig.thinkingConfig.";

/// The name of a response format that came as `responseSchema`, not as `responseJsonSchema`.
inline constexpr std::string_view SchemaFormat = "responseSchema";

} // namespace meridian::provider::gemini
