// SPDX-License-Identifier: MIT
// A YAML document as it stands in its text: from where to where each value reaches, and in which
// style.
#pragma once

#include "core/base/result.h"
#include "core/config/yamlnode.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::config {

struct OutlineEntry;

/// One node of the text. Aliases are leaves, merge keys are keys like any other. Offsets count
/// bytes of the text.
struct OutlineNode
{
    YamlNode::Kind kind = YamlNode::Kind::Null;
    bool isPlain = false; // a scalar without quotes
    bool isFlow = false;  // a collection in brackets
    bool isAlias = false;
    bool isItem = false;     // of a list
    bool inFlow = false;     // stands inside brackets
    std::size_t anchor = 0;  // of an alias: the one it refers to; 0 = none
    std::size_t slot = 0;    // behind the colon, dash or bracket that makes room for it
    std::size_t begin = 0;   // its properties (&anchor, !tag) included
    std::size_t content = 0; // behind them
    std::size_t end = 0;     // content == end: nothing stands there (null)
    int parentIndent = -1;   // column of the key or dash it belongs to; -1: the root
    int indent = 0;          // of a block collection: the column of its keys or dashes
    std::string text;        // Scalar
    std::vector<OutlineNode> items;
    std::vector<OutlineEntry> entries;

    [[nodiscard]] bool isCollection() const noexcept
    {
        return kind == YamlNode::Kind::Mapping || kind == YamlNode::Kind::Sequence;
    }

    [[nodiscard]] bool isBlock() const noexcept { return isCollection() && !isFlow; }

    [[nodiscard]] const OutlineNode *find(std::string_view key) const noexcept;
};

struct OutlineEntry
{
    OutlineNode key;
    OutlineNode value;
};

/// `text` is one that loadYaml() takes, without a byte order mark. Fails for what YAML can do and
/// nobody does in a configuration (explicit keys with `?`). Recursion is bounded by the loader's
/// depth.
[[nodiscard]] Result<OutlineNode> outlineOf(std::string_view text);

/// Offsets of scalars that span lines: what looks like a comment in one is none.
using Spans = std::vector<std::pair<std::size_t, std::size_t>>;
[[nodiscard]] Spans multiLineScalars(const OutlineNode &root, std::string_view text);

/// Start of the line that holds `at`, and its end without the line break.
[[nodiscard]] std::size_t lineStart(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] std::size_t lineEnd(std::string_view text, std::size_t at) noexcept;

} // namespace meridian::config
