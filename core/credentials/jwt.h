// SPDX-License-Identifier: MIT
// JSON web tokens: signed ones are made (RS256), others are only asked when they end.
#pragma once

#include "core/base/rsakey.h"
#include "core/base/secret.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace meridian::credentials {

/// header.claims.signature, of two JSON objects.
[[nodiscard]] Result<Secret>
signedJwt(std::string_view header, std::string_view claims, const RsaKey &key);

/// Its `exp`; nothing when it is no JWT or has none. The signature is not looked at: it is for the
/// service that the token is sent to.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> jwtExpiry(std::string_view jwt);

/// The same on the clock that credentials end by; nothing as above. In the past when it has ended.
[[nodiscard]] std::optional<std::chrono::steady_clock::time_point> jwtEnd(std::string_view jwt);

} // namespace meridian::credentials
