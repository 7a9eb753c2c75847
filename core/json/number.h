// SPDX-License-Identifier: MIT
// Judges the text of a JSON number.
#pragma once

#include <cstdint>
#include <string_view>

namespace meridian::json {

/// The value of a positive JSON integer without fraction or exponent, cut at `cap`; 0 for anything
/// else.
[[nodiscard]] std::uint32_t positiveInteger(std::string_view text, std::uint32_t cap) noexcept;

/// Is the whole of `text` one JSON number (RFC 8259 §6)?
[[nodiscard]] bool isNumber(std::string_view text) noexcept;

} // namespace meridian::json
