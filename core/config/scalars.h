// SPDX-License-Identifier: MIT
// Lax reading of single values: "8080" is an integer, `on` a boolean, 5 a number of seconds.
#pragma once

#include "core/config/cursor.h"
#include "core/model/settings.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace meridian::config {

/// Each reads the cursor's value, or reports what is wrong with it and gives nothing.
/// Numbers and booleans are not turned into strings: `model: 123` wants quotes.
[[nodiscard]] std::optional<std::string> readString(const Cursor &value);
[[nodiscard]] std::optional<bool> readBoolean(const Cursor &value);
[[nodiscard]] std::optional<std::int64_t>
readInteger(const Cursor &value, std::int64_t min, std::int64_t max);
/// The boolean a node stands for, without a report.
[[nodiscard]] std::optional<bool> booleanOf(const YamlNode &node);
/// Finite only: `.nan` and `.inf` are refused.
[[nodiscard]] std::optional<double> readNumber(const Cursor &value, double min);
[[nodiscard]] std::optional<double> readNumber(const Cursor &value, double min, double max);
/// Greater than 0 and at most `max`.
[[nodiscard]] std::optional<double> readPositive(const Cursor &value, double max);
/// Seconds, whole or not, greater than 0.
[[nodiscard]] std::optional<model::Duration> readSeconds(const Cursor &value);
/// A list; a bare string is refused, it would be one item to us and letters to others.
[[nodiscard]] std::optional<std::vector<std::string>> readStrings(const Cursor &value);

/// A name that becomes a header value, a label or a log field: no control characters, at most
/// `maxBytes` long, not empty unless `mayBeEmpty`.
[[nodiscard]] std::optional<std::string>
readName(const Cursor &value, std::size_t maxBytes, bool mayBeEmpty = false);

/// C0, DEL or C1.
[[nodiscard]] bool hasControlCharacter(std::string_view text) noexcept;

} // namespace meridian::config
