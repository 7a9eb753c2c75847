// SPDX-License-Identifier: MIT
// Tells secrets that stand in clear from references to them, and finds them inside longer text.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::config {

/// The value of a secret key holds something to hide: it is not empty, and more than a reference.
[[nodiscard]] bool standsInClear(std::string_view value);

/// Has the shape of a key that providers hand out, or of a private key.
[[nodiscard]] bool looksLikeKey(std::string_view value);

using TextRange = std::pair<std::size_t, std::size_t>;

/// User names and keys of urls, and words that look like keys: ranges of `text`, in order.
[[nodiscard]] std::vector<TextRange> secretsWithin(std::string_view text);

/// The same of a comment, where `api_key: …` may be a line that was switched off.
[[nodiscard]] std::vector<TextRange> secretsInComment(std::string_view comment);

} // namespace meridian::config
