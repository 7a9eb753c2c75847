// SPDX-License-Identifier: MIT
// YAML values made by a program: how they are compared, and how they are written.
#pragma once

#include "core/config/yamlnode.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian::config {

/// Values as a program makes them.
[[nodiscard]] YamlNode textNode(std::string text);
/// A number, true or false, as it is to be written.
[[nodiscard]] YamlNode plainNode(std::string text);
[[nodiscard]] YamlNode emptyNode(YamlNode::Kind kind);

/// The same to whoever reads it: kinds, texts and types; keys in any order.
[[nodiscard]] bool isSameValue(const YamlNode &left, const YamlNode &right);

/// Which quotes a string gets where it may choose.
enum class Quotes { AsNeeded, Single, Double };

/// Null or a scalar on one line, quoted so that it is read back as the same type everywhere.
[[nodiscard]] std::string scalarText(const YamlNode &scalar, Quotes quotes = Quotes::AsNeeded);
/// Any value on one line, collections in brackets.
[[nodiscard]] std::string flowText(const YamlNode &value);
/// Fits on a line in a block style document: scalars, empty collections, short lists of scalars.
[[nodiscard]] bool isInline(const YamlNode &value);
/// A collection in block style, each line behind `indent` blanks, lines ended by `newline` but for
/// the last.
[[nodiscard]] std::string
blockText(const YamlNode &collection, std::size_t indent, std::string_view newline);

} // namespace meridian::config
