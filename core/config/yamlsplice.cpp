// SPDX-License-Identifier: MIT
// Block style works in whole lines, flow style between commas.
#include "core/config/yamlsplice.h"

#include <algorithm>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t IndentStep = 2;

std::size_t sizeOf(const OutlineNode &collection)
{
    return collection.items.size() + collection.entries.size();
}

const OutlineNode &valueAt(const OutlineNode &collection, std::size_t index)
{
    return collection.kind == Kind::Sequence ? collection.items[index]
                                             : collection.entries[index].value;
}

Quotes quotesOf(std::string_view raw)
{
    return raw.starts_with('\'')  ? Quotes::Single
           : raw.starts_with('"') ? Quotes::Double
                                  : Quotes::AsNeeded;
}

} // namespace

YamlSplice::YamlSplice(std::string_view text, const OutlineNode &outline)
    : m_text(text)
    , m_spans(multiLineScalars(outline, text))
    , m_newline(text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n")
{
}

/// Every line of the range that is a comment, each with its line break.
std::string YamlSplice::commentLinesIn(Range range) const
{
    std::string kept;
    std::size_t line = lineStart(m_text, range.begin);
    while (line < range.end) {
        const std::size_t end = wholeLineEnd(line);
        const std::size_t first = m_text.find_first_not_of(" \t", line);
        const bool isComment = line >= range.begin && first < end && m_text[first] == '#' &&
                               std::none_of(m_spans.begin(), m_spans.end(), [&](const auto &span) {
                                   return first >= span.first && first < span.second;
                               });
        if (isComment) {
            kept.append(m_text.substr(line, lineEnd(m_text, line) - line)).append(m_newline);
        }
        line = end;
    }
    return kept;
}

/// Behind the line break of the line that holds `at`.
std::size_t YamlSplice::wholeLineEnd(std::size_t at) const
{
    return std::min(m_text.find('\n', at), m_text.size() - 1) + 1;
}

std::string YamlSplice::with(Range range, std::string_view replacement) const
{
    std::string out(m_text.substr(0, range.begin));
    return out.append(replacement).append(m_text.substr(range.end));
}

/// The comment lines that stood in the range follow on lines of their own.
std::string YamlSplice::withComments(Range range,
                                     std::string text,
                                     std::string_view comments,
                                     const OutlineNode &node) const
{
    if (comments.empty()) {
        return with(range, text);
    }
    if (node.inFlow) { // a comma may follow
        text.append(m_newline).append(comments);
        return with(range, text.append(static_cast<std::size_t>(node.parentIndent + 1), ' '));
    }
    const std::size_t end = lineEnd(m_text, range.end);
    text.append(m_text.substr(range.end, end - range.end)).append(m_newline);
    text.append(comments.substr(0, comments.size() - m_newline.size()));
    return with({range.begin, end}, text);
}

std::string YamlSplice::inlineText(const OutlineNode &old, const YamlNode &value) const
{
    if (value.kind == Kind::Scalar) {
        const bool isString = old.kind == Kind::Scalar && !old.isAlias && !old.isPlain;
        return scalarText(value,
                          isString ? quotesOf(m_text.substr(old.content)) : Quotes::AsNeeded);
    }
    return flowText(value);
}

/// A value with what separates it from its key: a blank, or a line break.
std::string YamlSplice::behindKey(const YamlNode &value, std::size_t indent) const
{
    return isInline(value) ? " " + flowText(value)
                           : std::string(m_newline) + blockText(value, indent, m_newline);
}

std::string YamlSplice::replace(const OutlineNode &node, const YamlNode &value) const
{
    return node.isBlock() ? replaceBlock(node, value) : replaceInline(node, value);
}

std::string YamlSplice::replaceInline(const OutlineNode &node, const YamlNode &value) const
{
    const bool isTagged = m_text.substr(node.begin, node.content - node.begin).find('!') !=
                          std::string_view::npos; // the tag told the type of the old value
    const Range old{isTagged ? node.begin : node.content, node.end};
    const bool isEmpty = old.begin == old.end;
    const bool isFlow = node.inFlow || (node.isCollection() && !isEmpty && sizeOf(node) > 0);
    const std::string kept = commentLinesIn(old);
    if (isFlow || isInline(value)) {
        return withComments(old, (isEmpty ? " " : "") + inlineText(node, value), kept, node);
    }
    const auto indent = static_cast<std::size_t>(node.parentIndent + 1);
    if (node.isItem) {
        const std::string block = blockText(value, indent + 1, m_newline);
        return withComments(old, (isEmpty ? " " : "") + block.substr(indent + 1), kept, node);
    }
    if (node.parentIndent < 0) { // the whole document
        const bool isOpen = isEmpty && !m_text.empty() && !m_text.ends_with('\n');
        return withComments(old,
                            (isOpen ? std::string(m_newline) : std::string()) +
                                blockText(value, 0, m_newline) +
                                (isEmpty ? std::string(m_newline) : std::string()),
                            kept, node);
    }
    // below its key, behind the comment that may stand there
    std::size_t gap = old.begin;
    while (gap > node.slot && (m_text[gap - 1] == ' ' || m_text[gap - 1] == '\t')) {
        --gap;
    }
    const std::size_t end = lineEnd(m_text, old.end);
    std::string out(m_text.substr(0, isEmpty ? old.begin : gap));
    out.append(m_text.substr(old.end, end - old.end)).append(m_newline).append(kept);
    out.append(blockText(value, indent - 1 + IndentStep, m_newline));
    return out.append(m_text.substr(end));
}

std::string YamlSplice::replaceBlock(const OutlineNode &node, const YamlNode &value) const
{
    const std::size_t start = lineStart(m_text, node.content);
    const bool isOwnLine = start >= node.slot && node.parentIndent >= 0;
    if (!isOwnLine) { // "- a: 1", or the root
        const auto indent = static_cast<std::size_t>(node.indent);
        return withComments({node.content, node.end},
                            isInline(value) ? flowText(value)
                                            : blockText(value, indent, m_newline).substr(indent),
                            commentLinesIn({node.content, node.end}), node);
    }
    const Range lines{start, wholeLineEnd(node.end)};
    std::string below = commentLinesIn(lines);
    std::string beside;
    if (isInline(value)) {
        beside = " " + flowText(value);
    } else {
        const auto indent = static_cast<std::size_t>(node.parentIndent) + IndentStep;
        below.insert(0, blockText(value, indent, m_newline) + std::string(m_newline));
    }
    std::size_t room = node.slot;
    if (node.begin < node.content) { // behind the anchor
        room = node.begin;
        while (room < m_text.size() && m_text[room] > ' ') {
            ++room;
        }
    }
    std::string out(m_text.substr(0, room));
    out.append(beside).append(m_text.substr(room, lines.begin - room)).append(below);
    return out.append(m_text.substr(lines.end));
}

std::string YamlSplice::addEntry(const OutlineNode &mapping,
                                 const std::string &key,
                                 const YamlNode &value) const
{
    const std::string keyText = scalarText(textNode(key)) + ":";
    if (mapping.entries.empty() || mapping.isFlow) {
        const bool isFirst = mapping.entries.empty();
        const std::size_t at = isFirst ? mapping.content + 1 : mapping.entries.back().value.end;
        return with({at, at}, (isFirst ? "" : ", ") + keyText + " " + flowText(value));
    }
    const std::size_t at = lineEnd(m_text, mapping.end);
    const auto indent = static_cast<std::size_t>(mapping.indent);
    return with({at, at}, std::string(m_newline) + std::string(indent, ' ') + keyText +
                              behindKey(value, indent + IndentStep));
}

std::string YamlSplice::append(const OutlineNode &list, const YamlNode &value) const
{
    if (list.items.empty() || list.isFlow) {
        const bool isFirst = list.items.empty();
        const std::size_t at = isFirst ? list.content + 1 : list.items.back().end;
        return with({at, at}, (isFirst ? "" : ", ") + flowText(value));
    }
    const std::size_t at = lineEnd(m_text, list.end);
    const auto indent = static_cast<std::size_t>(list.indent);
    const OutlineNode &last = list.items.back();
    const bool isBracketed = last.isCollection() && last.isFlow; // as the others look
    const std::string text =
        isBracketed || isInline(value)
            ? flowText(value)
            : blockText(value, indent + IndentStep, m_newline).substr(indent + IndentStep);
    return with({at, at}, std::string(m_newline) + std::string(indent, ' ') + "- " + text);
}

YamlSplice::Range YamlSplice::rangeOf(const OutlineNode &collection, std::size_t index) const
{
    const OutlineNode &value = valueAt(collection, index);
    std::size_t begin = value.begin;
    if (collection.kind == Kind::Mapping) {
        begin = collection.entries[index].key.begin;
    } else if (!collection.isFlow) {
        begin = value.slot - 1; // the dash
    }
    return {begin, std::max(value.end, begin)};
}

std::string YamlSplice::remove(const OutlineNode &collection, std::size_t index) const
{
    if (collection.isFlow) {
        return removeFlow(collection, index);
    }
    const Range range = rangeOf(collection, index);
    const std::size_t start = lineStart(m_text, range.begin);
    const bool isWholeLine = m_text.find_first_not_of(" \t", start) == range.begin;
    if (isWholeLine) {
        const Range lines{start, wholeLineEnd(range.end)};
        return with(lines, commentLinesIn(lines));
    }
    // "- a: 1": the next one moves up behind the dash
    const Range upToNext{range.begin, rangeOf(collection, index + 1).begin};
    const std::string kept = commentLinesIn(upToNext);
    if (kept.empty()) {
        return with(upToNext, {});
    }
    return with(upToNext, std::string(m_newline) + kept +
                              std::string(static_cast<std::size_t>(collection.indent), ' '));
}

std::string YamlSplice::removeFlow(const OutlineNode &collection, std::size_t index) const
{
    Range range = rangeOf(collection, index);
    const auto skipTo = [&](std::size_t at) { return m_text.find_first_not_of(" \t", at); };
    const std::size_t comma = m_text.find_first_not_of(" \t\r\n", range.end);
    const bool hasComma = comma < m_text.size() && m_text[comma] == ',';
    if (hasComma) {
        range.end = std::min(skipTo(comma + 1), m_text.size());
    } else if (index > 0) { // the last one: the comma before it goes
        const std::size_t before = valueAt(collection, index - 1).end;
        const std::string_view between = m_text.substr(before, range.begin - before);
        if (between.find('#') == std::string_view::npos) { // else what it says stays
            range.begin = before;
        }
    }
    std::string kept = commentLinesIn(range);
    return with(range, kept.empty() ? kept : std::string(m_newline) + kept);
}

} // namespace meridian::config
