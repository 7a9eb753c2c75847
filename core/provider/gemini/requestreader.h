// SPDX-License-Identifier: MIT
// Reads a client's GenerateContentRequest.
#pragma once

#include "core/provider/gemini/fields.h"

namespace meridian::provider::gemini {

/// Everything in `body` but what the request line says; what is wrong goes into `problem`.
/// `path` stands before every path that is told: "" or "generateContentRequest".
void readRequest(json::Value body, const std::string &path, ChatRequest &request, Problem &problem);

} // namespace meridian::provider::gemini
