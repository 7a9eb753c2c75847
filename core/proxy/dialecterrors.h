// SPDX-License-Identifier: MIT
// The gateway's own errors, told in the caller's dialect.
#pragma once

#include "core/http/errorresponse.h"
#include "core/provider/apierror.h"
#include "core/provider/dialect.h"

#include <string>
#include <string_view>

namespace meridian::proxy {

/// The status that the dialect has for a failure: Anthropic's clients know an overload as 529.
[[nodiscard]] int statusIn(provider::Dialect dialect, int status) noexcept;

/// A row of the error table; `message` empty: the table's.
[[nodiscard]] std::string errorBodyIn(provider::Dialect dialect,
                                      http::HttpError error,
                                      std::string_view message,
                                      int status,
                                      std::string_view requestId);

/// A provider's error.
[[nodiscard]] std::string errorBodyIn(provider::Dialect dialect,
                                      const provider::ApiError &error,
                                      int status,
                                      std::string_view requestId);

/// What ends an event stream that has been passed on as it came, and broke off.
[[nodiscard]] std::string
brokenStreamIn(provider::Dialect dialect, std::string_view type, std::string_view message);

} // namespace meridian::proxy
