// SPDX-License-Identifier: MIT
// yaml-cpp tells where a node begins; where it ends is measured here, children first.
#include "core/config/yamloutline.h"

#include "core/config/yamlloader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;

constexpr std::string_view FlowMarks = ",[]{}";

bool isSpace(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class OutlineBuilder final : public YAML::EventHandler
{
public:
    [[nodiscard]] OutlineNode takeRoot() { return std::move(m_root); }

    void OnDocumentStart(const YAML::Mark & /*mark*/) override {}

    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        attach(node(mark, Kind::Null, anchor));
    }

    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        OutlineNode alias = node(mark, Kind::Scalar, anchor);
        alias.isAlias = true;
        attach(std::move(alias));
    }

    void OnScalar(const YAML::Mark &mark,
                  const std::string &tag,
                  YAML::anchor_t anchor,
                  const std::string &value) override
    {
        OutlineNode scalar = node(mark, Kind::Scalar, anchor);
        scalar.text = value;
        scalar.isPlain = tag == "?";
        attach(std::move(scalar));
    }

    void OnSequenceStart(const YAML::Mark &mark,
                         const std::string & /*tag*/,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override
    {
        m_open.push_back({node(mark, Kind::Sequence, anchor), false});
        m_open.back().node.isFlow = style == YAML::EmitterStyle::Flow;
    }

    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark &mark,
                    const std::string & /*tag*/,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override
    {
        m_open.push_back({node(mark, Kind::Mapping, anchor), false});
        m_open.back().node.isFlow = style == YAML::EmitterStyle::Flow;
    }

    void OnMapEnd() override { close(); }

private:
    struct Open
    {
        OutlineNode node;
        bool hasKey = false;
    };

    static OutlineNode node(const YAML::Mark &mark, Kind kind, YAML::anchor_t anchor)
    {
        OutlineNode made;
        made.kind = kind;
        made.begin = mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
        made.anchor = anchor;
        return made;
    }

    void close()
    {
        OutlineNode done = std::move(m_open.back().node);
        m_open.pop_back();
        attach(std::move(done));
    }

    void attach(OutlineNode made)
    {
        if (m_open.empty()) {
            m_root = std::move(made);
        } else if (Open &parent = m_open.back(); parent.node.kind == Kind::Sequence) {
            made.isItem = true;
            parent.node.items.push_back(std::move(made));
        } else if (parent.hasKey) {
            parent.node.entries.back().value = std::move(made);
            parent.hasKey = false;
        } else {
            parent.node.entries.push_back({std::move(made), {}});
            parent.hasKey = true;
        }
    }

    std::vector<Open> m_open;
    OutlineNode m_root;
};

/// Finds the ends. `false` where the text is not as expected.
class Measurer
{
public:
    explicit Measurer(std::string_view text)
        : m_text(text)
    {
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    bool measure(OutlineNode &node, std::size_t slot, int parentIndent, bool inFlow)
    {
        node.slot = slot;
        node.parentIndent = parentIndent;
        node.inFlow = inFlow;
        if (node.kind == Kind::Null) {
            return measureNull(node);
        }
        if (node.begin < slot || node.begin >= m_text.size()) {
            return false;
        }
        if (node.isAlias) {
            node.content = node.begin;
            node.end = wordEnd(node.begin);
            return true;
        }
        node.content = skipProperties(node.begin);
        switch (node.kind) {
        case Kind::Scalar:
            return measureScalar(node);
        case Kind::Sequence:
            return node.isFlow ? measureFlowSequence(node) : measureBlockSequence(node);
        default:
            return measureMapping(node);
        }
    }

private:
    [[nodiscard]] char at(std::size_t i) const noexcept
    {
        return i < m_text.size() ? m_text[i] : '\0';
    }

    [[nodiscard]] int column(std::size_t i) const noexcept
    {
        return static_cast<int>(i - lineStart(m_text, i));
    }

    [[nodiscard]] std::size_t wordEnd(std::size_t i) const noexcept
    {
        while (i < m_text.size() && !isSpace(m_text[i]) &&
               FlowMarks.find(m_text[i]) == std::string_view::npos) {
            ++i;
        }
        return i;
    }

    /// White space, line breaks, comments.
    [[nodiscard]] std::size_t skipBlank(std::size_t i) const noexcept
    {
        while (i < m_text.size()) {
            if (isSpace(m_text[i])) {
                ++i;
            } else if (m_text[i] == '#' && (i == 0 || isSpace(m_text[i - 1]))) {
                i = std::min(m_text.find('\n', i), m_text.size());
            } else {
                break;
            }
        }
        return i;
    }

    [[nodiscard]] std::size_t skipProperties(std::size_t i) const noexcept
    {
        while (at(i) == '&' || at(i) == '!') {
            i = skipBlank(wordEnd(i));
        }
        return i;
    }

    bool measureNull(OutlineNode &node)
    {
        std::size_t i = std::max(node.begin, node.slot);
        const bool isNear = node.begin >= node.slot && skipBlank(node.slot) == node.begin;
        std::size_t afterProperties = node.slot;
        bool hasProperties = false;
        while (isNear && (at(i) == '&' || at(i) == '!')) {
            hasProperties = true;
            afterProperties = wordEnd(i);
            i = skipBlank(afterProperties);
        }
        const std::string_view word = m_text.substr(i, isNear ? plainWordEnd(i) - i : 0);
        const bool isWord = word == "~" || word == "null" || word == "Null" || word == "NULL";
        const bool isOurs =
            node.inFlow ||
            m_text.substr(node.slot, i - node.slot).find('\n') == std::string_view::npos ||
            column(i) > node.parentIndent;
        if (isWord && isOurs) {
            node.content = i;
            node.end = i + word.size();
        } else {
            node.content = node.end = hasProperties ? afterProperties : node.slot;
        }
        if (!hasProperties) {
            node.begin = node.content;
        }
        return true;
    }

    [[nodiscard]] std::size_t plainWordEnd(std::size_t i) const noexcept
    {
        const std::size_t end = wordEnd(i);
        return end > i && m_text[end - 1] == ':' ? i : end; // a key, not a value
    }

    bool measureScalar(OutlineNode &node)
    {
        const char first = at(node.content);
        if (!node.isPlain && (first == '\'' || first == '"')) {
            return measureQuoted(node, first);
        }
        if (!node.isPlain && (first == '|' || first == '>') && !node.inFlow) {
            return measureBlockScalar(node);
        }
        return measurePlain(node);
    }

    bool measureQuoted(OutlineNode &node, char quote)
    {
        for (std::size_t i = node.content + 1; i < m_text.size(); ++i) {
            if (quote == '"' && m_text[i] == '\\') {
                ++i;
            } else if (m_text[i] == quote && quote == '\'' && at(i + 1) == '\'') {
                ++i;
            } else if (m_text[i] == quote) {
                node.end = i + 1;
                return true;
            }
        }
        return false;
    }

    /// Follows the value's own letters: a line break in the text is a blank in the value.
    bool measurePlain(OutlineNode &node)
    {
        std::size_t i = node.content;
        for (std::size_t j = 0; j < node.text.size();) {
            std::size_t run = i;
            while (run < m_text.size() && isSpace(m_text[run])) {
                ++run;
            }
            const bool isFold = m_text.substr(i, run - i).find('\n') != std::string_view::npos;
            if (isFold && (node.text[j] == ' ' || node.text[j] == '\n')) {
                const char fold = node.text[j];
                while (j < node.text.size() && node.text[j] == fold) {
                    ++j;
                }
                i = run;
            } else if (i < m_text.size() && m_text[i] == node.text[j]) {
                ++i;
                ++j;
            } else {
                return false;
            }
        }
        node.end = i;
        return true;
    }

    bool measureBlockScalar(OutlineNode &node)
    {
        std::size_t end = lineEnd(m_text, node.content);
        const std::string_view header = m_text.substr(node.content, end - node.content);
        const std::string_view marks = header.substr(0, header.find_first_of(" \t#"));
        const bool keepsBlankLines = marks.find('+') != std::string_view::npos;
        const bool isIndentGiven = marks.find_first_of("123456789") != std::string_view::npos;
        int indent = node.parentIndent + 1; // of the text; its first line tells
        bool isFirst = !isIndentGiven;
        for (std::size_t line = m_text.find('\n', end); line < m_text.size();) {
            const std::size_t start = line + 1;
            const std::size_t stop = std::min(m_text.find('\n', start), m_text.size());
            const std::size_t first = m_text.find_first_not_of(" \t\r", start);
            const bool isBlank = first == std::string_view::npos || first >= stop;
            if (!isBlank && column(first) < indent) {
                break;
            }
            if (!isBlank && isFirst) {
                indent = column(first);
                isFirst = false;
            }
            if ((!isBlank || keepsBlankLines) && start < m_text.size()) {
                end = lineEnd(m_text, start);
            }
            line = stop;
        }
        node.end = end;
        return true;
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    bool measureBlockSequence(OutlineNode &node)
    {
        node.indent = column(node.content);
        std::size_t i = node.content;
        for (OutlineNode &item : node.items) {
            i = skipBlank(i);
            if (at(i) != '-' || !measure(item, i + 1, column(i), false)) {
                return false;
            }
            i = node.end = item.end;
        }
        return !node.items.empty();
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    bool measureFlowSequence(OutlineNode &node)
    {
        if (at(node.content) != '[') {
            return false;
        }
        std::size_t i = node.content + 1;
        for (OutlineNode &item : node.items) {
            if (!measure(item, i, node.parentIndent, true)) {
                return false;
            }
            i = skipBlank(item.end);
            i += at(i) == ',' ? 1 : 0;
        }
        return closeFlow(node, i, ']');
    }

    bool closeFlow(OutlineNode &node, std::size_t i, char bracket)
    {
        i = skipBlank(i);
        node.end = i + 1;
        return at(i) == bracket;
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    bool measureMapping(OutlineNode &node)
    {
        const bool hasBraces = node.isFlow && at(node.content) == '{';
        if (!node.isFlow && !node.entries.empty()) {
            node.indent = column(node.entries.front().key.begin);
        }
        const int indent = node.isFlow ? node.parentIndent : node.indent;
        std::size_t i = node.content + (hasBraces ? 1 : 0);
        for (OutlineEntry &entry : node.entries) {
            if (!measure(entry.key, i, indent, node.isFlow)) {
                return false;
            }
            i = skipBlank(entry.key.end);
            if (at(i) != ':' || (!node.isFlow && column(entry.key.begin) != indent)) {
                return false;
            }
            if (!measure(entry.value, i + 1, indent, node.isFlow)) {
                return false;
            }
            i = node.end = entry.value.end;
            if (node.isFlow) {
                i = skipBlank(i);
                i += at(i) == ',' ? 1 : 0;
            }
        }
        return hasBraces ? closeFlow(node, i, '}') : !node.entries.empty();
    }

    std::string_view m_text;
};

// NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
void collectSpans(const OutlineNode &node, std::string_view text, Spans &into)
{
    const bool isLeaf = node.kind == Kind::Scalar && !node.isAlias;
    if (isLeaf &&
        text.substr(node.content, node.end - node.content).find('\n') != std::string_view::npos) {
        into.emplace_back(node.content, node.end);
    }
    for (const OutlineNode &item : node.items) {
        collectSpans(item, text, into);
    }
    for (const OutlineEntry &entry : node.entries) {
        collectSpans(entry.key, text, into);
        collectSpans(entry.value, text, into);
    }
}

} // namespace

const OutlineNode *OutlineNode::find(std::string_view key) const noexcept
{
    for (const OutlineEntry &entry : entries) {
        if (entry.key.kind == Kind::Scalar && !entry.key.isAlias && entry.key.text == key) {
            return &entry.value;
        }
    }
    return nullptr;
}

Result<OutlineNode> outlineOf(std::string_view text)
{
    OutlineBuilder builder;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
    } catch (const std::exception &) { // its text may quote the file
        return failure(ErrorCode::InvalidConfig, "not valid YAML");
    }
    OutlineNode root = builder.takeRoot();
    const bool isEmpty = root.kind == Kind::Null;
    if (isEmpty) {
        root.begin = root.content = root.end = root.slot = text.size();
        return root;
    }
    if (!Measurer(text).measure(root, 0, -1, false)) {
        return failure(ErrorCode::InvalidConfig,
                       "the text is YAML in a form that cannot be edited in place (an explicit "
                       "key, or a list within braces); edit it by hand");
    }
    return root;
}

Spans multiLineScalars(const OutlineNode &root, std::string_view text)
{
    Spans spans;
    collectSpans(root, text, spans);
    return spans;
}

std::size_t lineStart(std::string_view text, std::size_t at) noexcept
{
    const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return before == std::string_view::npos ? 0 : before + 1;
}

std::size_t lineEnd(std::string_view text, std::size_t at) noexcept
{
    const std::size_t end = std::min(text.find('\n', at), text.size());
    return end > at && end < text.size() && text[end - 1] == '\r' ? end - 1 : end;
}

} // namespace meridian::config
