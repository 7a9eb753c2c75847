// SPDX-License-Identifier: MIT
// Errors as OpenAI, vLLM, FastAPI, Ollama and proxies in between spell them, and as we do.
#pragma once

#include "core/json/value.h"
#include "core/provider/apierror.h"

#include <string>
#include <string_view>

namespace meridian::provider::openai {

/// Does this object, found where an answer should be, say that something went wrong?
[[nodiscard]] bool isErrorObject(json::Value value) noexcept;

/// Reads an object with an error in it; `status` 0: it came in a stream, and its words decide.
[[nodiscard]] ApiError readError(json::Value value, int status);

/// Reads the body of an answer whose status says that it is an error.
[[nodiscard]] ApiError readErrorBody(int status, std::string_view body);

/// `{"error":{"message":…,"type":…,"param":…,"code":…}}`
[[nodiscard]] std::string writeError(const ApiError &error);

} // namespace meridian::provider::openai
