// SPDX-License-Identifier: MIT
// Base64 (RFC 4648): the common alphabet with padding, and the one for URLs without.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace meridian {

/// Section 4: `+` and `/`, padded, no line breaks. Any thread, as all of this file.
[[nodiscard]] std::string base64Encode(std::string_view bytes);

/// Section 5: `-` and `_`, no padding; what a JWT is made of.
[[nodiscard]] std::string base64UrlEncode(std::string_view bytes);

/// Takes either alphabet, with padding or without. Nothing when a character is foreign (white
/// space too), a length is impossible, padding is wrong or the unused last bits are not 0.
[[nodiscard]] std::optional<std::string> base64Decode(std::string_view text);

} // namespace meridian
