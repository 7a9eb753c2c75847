// SPDX-License-Identifier: MIT
// Vectors of an embedding, as JSON arrays and as base64 of little-endian 32-bit floats.
#pragma once

#include "core/json/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider {

/// Is it an array of numbers, with at least one?
[[nodiscard]] bool isVector(json::Value value) noexcept;

/// Of an array of numbers; nothing when one of them is too large for a float.
[[nodiscard]] std::optional<std::string> base64OfVector(json::Value vector);

/// The array that a base64 text holds, each number in its shortest spelling; nothing when it holds
/// none, or something that is no number.
[[nodiscard]] std::optional<std::string> vectorOfBase64(std::string_view base64);

} // namespace meridian::provider
