// SPDX-License-Identifier: MIT
// A parsed YAML document as plain values with positions: aliases resolved, merge keys applied.
#pragma once

#include "core/config/diagnostics.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::config {

struct YamlEntry;

/// One node. Bounded in depth and number by the loader, so that recursion over it is safe.
struct YamlNode
{
    enum class Kind { Null, Scalar, Sequence, Mapping };

    Kind kind = Kind::Null;
    bool isPlain = false; // a scalar without quotes: may stand for a number or a boolean
    Position at;
    std::string text;               // Scalar
    std::vector<YamlNode> items;    // Sequence
    std::vector<YamlEntry> entries; // Mapping, in file order, keys unique

    /// The value of a key of a mapping, or null.
    [[nodiscard]] const YamlNode *find(std::string_view key) const noexcept;
};

/// A key and its value.
struct YamlEntry
{
    YamlNode key;
    YamlNode value;
};

/// What a scalar stands for in YAML 1.1, as Python's safe loader reads it.
enum class ScalarType { String, Integer, Number, Boolean };
[[nodiscard]] ScalarType scalarType(const YamlNode &scalar) noexcept;

/// "a string", "an integer", "a mapping", …: what a person would call the node.
[[nodiscard]] std::string_view describe(const YamlNode &node) noexcept;

/// yes/no, on/off, true/false in lower case, upper case or capitalised.
[[nodiscard]] bool isBooleanWord(std::string_view text) noexcept;

} // namespace meridian::config
