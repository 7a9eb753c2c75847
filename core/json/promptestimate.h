// SPDX-License-Identifier: MIT
// Says how large a request's prompt is, and which conversation it belongs to, from the body alone.
#pragma once

#include "core/json/bodyscanner.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::json {

/// How many bytes of a bare prompt tell conversations apart.
inline constexpr std::size_t PromptPrefixSize = 1024;

/// About how many tokens the prompt has: a quarter of the code points of each text, rounded up.
///
/// `messages`, when it is an array with at least one element: 3, and for each element that is an
/// object 4, its `role` and its texts (`content` as a string, or the `text` of its parts of type
/// "text"). A name given twice in one object counts as given last.
///
/// Beside it, so that no surface is free: `prompt` and `input` as a string, an array of strings, or
/// tokens by number (one each); `input` also as an array of messages, counted as above, where the
/// types "input_text" and "output_text" are texts too.
///
/// `fields` are those the scanner found in `body`. Any thread; one pass over the fields, no
/// allocation.
[[nodiscard]] std::uint64_t estimatePromptTokens(std::string_view body,
                                                 const BodyFields &fields) noexcept;

/// The same number for all turns of a conversation, and most likely another one for any other: of
/// the model's name and the bytes of `messages` (or an array of messages in `input`) to the end of
/// the first message of a user; all of them when no user speaks. Otherwise of the first
/// PromptPrefixSize bytes of `prompt`, else of `input`, a string's without its quotes. 0 when there
/// is none of these. Stable over restarts and machines; threads and cost as above.
[[nodiscard]] std::uint64_t prefixHash(std::string_view body, const BodyFields &fields) noexcept;

} // namespace meridian::json
