// SPDX-License-Identifier: MIT
// Names that mean something outside the file: tags, model names, header fields and their values.
#pragma once

#include "core/base/secret.h"
#include "core/config/cursor.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace meridian::config {

inline constexpr std::size_t MaxNameBytes = 64;   // the log record and the header hold no more
inline constexpr std::size_t MaxModelBytes = 128; // likewise
inline constexpr std::size_t MaxTags = 64;        // of one list

/// A list of tags, what is wrong with an item reported there. Nothing when it is no list.
[[nodiscard]] std::optional<std::vector<std::string>> readTags(const Cursor &value);

/// As readTags, and refuses an empty list and blank tags.
[[nodiscard]] std::optional<std::vector<std::string>> readSomeTags(const Cursor &value);

[[nodiscard]] bool isBlank(std::string_view text) noexcept;

/// A header field name (RFC 9110 §5.1), given back in lower case.
[[nodiscard]] std::optional<std::string> readHeaderName(const Cursor &value);

/// Text or a reference to a secret, resolved, fit to stand as a header's value. No report quotes
/// it, not even a type error.
[[nodiscard]] std::optional<Secret> readSecretHeader(const Cursor &value);

/// The same for what is no header, such as a key in PEM form: line breaks are fine. Null and ""
/// are the empty secret.
[[nodiscard]] std::optional<Secret> readSecret(const Cursor &value);

/// Header fields to send along, names in lower case, each value a secret. Fields that make up a
/// message's framing are refused, and so are too many.
[[nodiscard]] std::optional<std::map<std::string, Secret>> readSecretHeaders(const Cursor &value);

} // namespace meridian::config
