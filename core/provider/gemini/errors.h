// SPDX-License-Identifier: MIT
// Google's error bodies.
#pragma once

#include "core/json/value.h"
#include "core/provider/apierror.h"

#include <string>
#include <string_view>

namespace meridian::provider::gemini {

/// Of a body that may be anything; `status` is the response's.
[[nodiscard]] ApiError readError(int status, std::string_view body);

/// Of the member `error`; `status` 0: what its code says.
[[nodiscard]] ApiError readErrorObject(int status, json::Value error);

/// `{"error":{"code","message","status"}}`, with the details that Google has for the field that is
/// wrong, for when to come back, and for the request's id.
[[nodiscard]] std::string writeError(const ApiError &error, int status, std::string_view requestId);

} // namespace meridian::provider::gemini
