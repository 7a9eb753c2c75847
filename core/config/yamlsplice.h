// SPDX-License-Identifier: MIT
// The cuts and insertions in a document's text of which edits are made.
#pragma once

#include "core/config/yamloutline.h"
#include "core/config/yamlvalue.h"

#include <string>
#include <string_view>

namespace meridian::config {

/// One step: reads an outline of the text, and gives the text after it. Nothing is checked here;
/// whoever calls parses the result. The nodes given are of `outline`.
class YamlSplice
{
public:
    /// Both outlive this.
    YamlSplice(std::string_view text, const OutlineNode &outline);

    /// Another value in the place of this one. Its anchor stays.
    [[nodiscard]] std::string replace(const OutlineNode &node, const YamlNode &value) const;
    [[nodiscard]] std::string
    addEntry(const OutlineNode &mapping, const std::string &key, const YamlNode &value) const;
    [[nodiscard]] std::string append(const OutlineNode &list, const YamlNode &value) const;
    /// An entry or item, one of several.
    [[nodiscard]] std::string remove(const OutlineNode &collection, std::size_t index) const;

private:
    struct Range
    {
        std::size_t begin;
        std::size_t end;
    };

    [[nodiscard]] std::string commentLinesIn(Range range) const;
    [[nodiscard]] std::string with(Range range, std::string_view replacement) const;
    [[nodiscard]] std::string withComments(Range range,
                                           std::string text,
                                           std::string_view comments,
                                           const OutlineNode &node) const;
    [[nodiscard]] std::string inlineText(const OutlineNode &old, const YamlNode &value) const;
    [[nodiscard]] std::string behindKey(const YamlNode &value, std::size_t indent) const;
    [[nodiscard]] std::string replaceInline(const OutlineNode &node, const YamlNode &value) const;
    [[nodiscard]] std::string replaceBlock(const OutlineNode &node, const YamlNode &value) const;
    [[nodiscard]] std::string removeFlow(const OutlineNode &collection, std::size_t index) const;
    [[nodiscard]] Range rangeOf(const OutlineNode &collection, std::size_t index) const;
    [[nodiscard]] std::size_t wholeLineEnd(std::size_t at) const;

    const std::string_view m_text;
    const Spans m_spans;
    const std::string_view m_newline;
};

} // namespace meridian::config
