// SPDX-License-Identifier: MIT
// Turns the inside of a JSON string, as it stands on the wire, into the text it means.
#pragma once

#include <string>
#include <string_view>

namespace meridian::json {

/// Appends the meaning of `raw` (a JSON string's bytes without its quotes) to `out`. A \u escape
/// that is half of a surrogate pair means no character and becomes U+FFFD. False when an escape is
/// not JSON; `out` then holds what came before it. Bytes outside escapes are copied unchecked.
[[nodiscard]] bool appendUnescaped(std::string &out, std::string_view raw);

} // namespace meridian::json
