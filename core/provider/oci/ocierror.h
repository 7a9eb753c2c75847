// SPDX-License-Identifier: MIT
// OCI's errors, as bodies of an error status and as events in the middle of a stream.
#pragma once

#include "core/json/value.h"
#include "core/provider/apierror.h"

#include <string_view>

namespace meridian::provider::oci {

/// Is this object an error (`{"code":…,"message":"…"}`) instead of an answer?
[[nodiscard]] bool isError(json::Value body);

/// What the object says; `status` 0: it came after a 200.
[[nodiscard]] ApiError errorOf(json::Value body, int status);

/// Of a body that may be anything.
[[nodiscard]] ApiError errorOf(std::string_view body, int status);

} // namespace meridian::provider::oci
