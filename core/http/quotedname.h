// SPDX-License-Identifier: MIT
// Puts a name that a stranger chose into a sentence.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian::http {

/// Names are cut here in messages: long enough for any real model name.
inline constexpr std::size_t LongestQuotedName = 128;

/// `name` in quotes as Python's repr() prints it, for messages that clients may compare: single
/// quotes, double ones when the name holds a single quote and no double one; backslash, control and
/// invisible characters escaped. At most LongestQuotedName bytes of the name, cut between
/// characters; bytes that are not UTF-8 appear as \xNN.
[[nodiscard]] std::string quotedName(std::string_view name);

} // namespace meridian::http
