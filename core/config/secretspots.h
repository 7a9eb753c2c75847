// SPDX-License-Identifier: MIT
// Where secrets stand in clear in the text of a configuration.
#pragma once

#include "core/config/yamloutline.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::config {

/// How a secret is written where it stands.
enum class SpotStyle {
    Plain,   // without quotes, on one line
    Single,  // inside of single quotes
    Double,  // inside of double quotes
    Lines,   // a block of lines
    Partial, // a part of a longer text: a url's user, a word of a comment
};

/// Bytes of the text; quotes not included.
struct SecretSpot
{
    std::size_t begin = 0;
    std::size_t end = 0;
    SpotStyle style = SpotStyle::Plain;
    std::string secret;    // as it is meant; of a Partial as it stands
    int parentIndent = -1; // of Lines
};

/// In the order of the text, without overlaps. Secret are the values of keys that the parsers of
/// either file format read as secrets; below any other key those that isSecretKey() names; whatever
/// an alias brings to such a place; user names and keys in urls; what looks like a provider's key,
/// in comments too. References (`env:…`, `${…}`) are none.
[[nodiscard]] std::vector<SecretSpot> secretSpots(std::string_view text, const OutlineNode &root);

/// What a masked secret looks like: `«secret 3f2a91»`.
inline constexpr std::string_view MaskOpen = "«secret ";
inline constexpr std::string_view MaskClose = "»";

[[nodiscard]] bool isMask(std::string_view text) noexcept;

/// Of a leaf of the outline: how it is written.
[[nodiscard]] SpotStyle styleOf(std::string_view text, const OutlineNode &leaf) noexcept;

} // namespace meridian::config
