// SPDX-License-Identifier: MIT
// Anthropic's error envelope, both ways, and Google's, in which Vertex AI may wrap it.
#pragma once

#include "core/provider/apierror.h"

#include <string>
#include <string_view>

namespace meridian::provider::anthropic {

/// Reads any error's body. `status` 0: an error event inside a stream.
[[nodiscard]] ApiError readError(int status, std::string_view body);

/// {"type":"error","error":{"type","message"},"request_id"}
[[nodiscard]] std::string writeError(const ApiError &error, std::string_view requestId);

} // namespace meridian::provider::anthropic
