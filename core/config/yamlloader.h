// SPDX-License-Identifier: MIT
// Text to tree: the only place that knows yaml-cpp and catches what it throws.
#pragma once

#include "core/config/diagnostics.h"
#include "core/config/yamlnode.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace meridian::config {

/// A configuration with hundreds of backends has some 100 KiB; four MiB is nobody's by intent.
inline constexpr std::size_t MaxYamlBytes = std::size_t{4} * 1024 * 1024;
/// yaml-cpp recurses once per level, and so do we; the deepest key we know is at level 6.
inline constexpr std::size_t MaxYamlDepth = 64;
/// Brackets, commas and the like, counted wherever they stand: yaml-cpp keeps ≈ 250 bytes for each.
inline constexpr std::size_t MaxYamlIndicators = 200'000;
/// Nodes after alias expansion ("billion laughs"), and the bytes of text in them.
inline constexpr std::size_t MaxYamlNodes = 100'000;
inline constexpr std::size_t MaxYamlTextBytes = std::size_t{2} * MaxYamlBytes;

/// Parses one document. Aliases are expanded, merge keys (`<<`) applied, duplicate keys reported.
/// Empty text gives a null node. Without a value `problems` holds the reason; with one it may
/// still have gained errors (duplicate keys). Re-entrant; any bytes are survived.
[[nodiscard]] std::optional<YamlNode> loadYaml(std::string_view text, Diagnostics &problems);

} // namespace meridian::config
