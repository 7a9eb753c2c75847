// SPDX-License-Identifier: MIT
// Reads a client's tools and toolConfig.
#pragma once

#include "core/provider/gemini/fields.h"

namespace meridian::provider::gemini {

/// A function whose arguments came as `parameters` keeps them as they stood in Tool::json, beside
/// the JSON Schema that says the same. A toolConfig that says more than a ToolChoice can is kept
/// whole as the extra `toolConfig`.
void readTools(Fields &body, ChatRequest &request, Problem &problem);

} // namespace meridian::provider::gemini
