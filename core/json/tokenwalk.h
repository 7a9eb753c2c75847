// SPDX-License-Identifier: MIT
// Steps over JSON values by their tokens, checking the grammar between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace meridian::json {

class StructuralIndex;

/// May a value (or part of one) begin with `byte`, other than a string, an object or an array?
[[nodiscard]] bool beginsScalar(char byte) noexcept;

/// The token after the value that begins at token `first`; nothing when its brackets, commas or
/// colons are not in their places or it nests deeper than `maxDepth` (at most 1024). Numbers and
/// words are judged by their first byte. Iterative: depth costs no stack.
[[nodiscard]] std::optional<std::size_t>
skipValue(const StructuralIndex &index, std::size_t first, std::size_t maxDepth) noexcept;

} // namespace meridian::json
