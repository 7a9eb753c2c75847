// SPDX-License-Identifier: MIT
// The event handler: each event becomes a node, each alias a copy that is paid for.
#include "core/config/yamltreebuilder.h"

#include "core/config/yamlloader.h"

#include <yaml-cpp/exceptions.h>

#include <string_view>
#include <utility>

namespace meridian::config {

namespace {

[[noreturn]] void refuse(const YAML::Mark &mark, const char *why)
{
    throw YAML::ParserException(mark, why);
}

bool isNullWord(std::string_view text) noexcept
{
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

constexpr std::string_view CoreTag = "tag:yaml.org,2002:";

} // namespace

Position positionOf(const YAML::Mark &mark) noexcept
{
    return mark.line < 0 ? Position{} : Position{mark.line + 1, mark.column + 1};
}

void YamlTreeBuilder::OnDocumentStart(const YAML::Mark &mark)
{
    if (m_hasRoot) {
        refuse(mark, "the configuration ends before this; a file holds one YAML document");
    }
}

void YamlTreeBuilder::OnDocumentEnd() {}

void YamlTreeBuilder::OnNull(const YAML::Mark &mark, YAML::anchor_t anchor)
{
    YamlNode node;
    node.at = positionOf(mark);
    remember(anchor, node);
    place(std::move(node), mark);
}

void YamlTreeBuilder::OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor)
{
    const auto found = m_anchors.find(anchor);
    if (found == m_anchors.end()) {
        refuse(mark, "an alias may not stand inside the node it refers to");
    }
    place(found->second, mark);
}

void YamlTreeBuilder::OnScalar(const YAML::Mark &mark,
                               const std::string &tag,
                               YAML::anchor_t anchor,
                               const std::string &value)
{
    YamlNode node;
    node.kind = YamlNode::Kind::Scalar;
    node.at = positionOf(mark);
    node.text = value;
    // "?" marks a plain scalar, "!" a quoted one; a tag of YAML's own types overrules the quotes
    const bool isString = tag == "!" || tag == std::string(CoreTag) + "str";
    node.isPlain = !isString;
    checkTag(mark, tag, {"str", "int", "float", "bool", "null"});
    if (node.isPlain && isNullWord(node.text)) {
        node.kind = YamlNode::Kind::Null;
        node.text.clear();
    }
    remember(anchor, node);
    place(std::move(node), mark);
}

void YamlTreeBuilder::OnSequenceStart(const YAML::Mark &mark,
                                      const std::string &tag,
                                      YAML::anchor_t anchor,
                                      YAML::EmitterStyle::value)
{
    checkTag(mark, tag, {"seq"});
    begin(mark, anchor, YamlNode::Kind::Sequence);
}

void YamlTreeBuilder::OnSequenceEnd()
{
    end();
}

void YamlTreeBuilder::OnMapStart(const YAML::Mark &mark,
                                 const std::string &tag,
                                 YAML::anchor_t anchor,
                                 YAML::EmitterStyle::value)
{
    checkTag(mark, tag, {"map"});
    begin(mark, anchor, YamlNode::Kind::Mapping);
}

void YamlTreeBuilder::OnMapEnd()
{
    end();
}

void YamlTreeBuilder::begin(const YAML::Mark &mark, YAML::anchor_t anchor, YamlNode::Kind kind)
{
    Open open;
    open.node.kind = kind;
    open.node.at = positionOf(mark);
    open.anchor = anchor;
    spend(open.node, mark, m_open.size() + 1);
    m_open.push_back(std::move(open));
}

void YamlTreeBuilder::end()
{
    Open done = std::move(m_open.back());
    m_open.pop_back();
    remember(done.anchor, done.node);
    attach(std::move(done.node)); // paid for: itself in begin(), its children when they came
}

void YamlTreeBuilder::place(YamlNode node, const YAML::Mark &mark)
{
    spend(node, mark, m_open.size() + 1);
    attach(std::move(node));
}

void YamlTreeBuilder::attach(YamlNode node)
{
    if (m_open.empty()) {
        m_root = std::move(node);
        m_hasRoot = true;
        return;
    }
    Open &parent = m_open.back();
    if (parent.node.kind == YamlNode::Kind::Sequence) {
        parent.node.items.push_back(std::move(node));
    } else if (parent.hasKey) {
        // yaml-cpp marks a value that is not there at whatever follows it, lines below
        const Position keyAt = parent.node.entries.back().key.at;
        if (node.kind == YamlNode::Kind::Null && node.at.line != keyAt.line) {
            node.at = keyAt;
        }
        parent.node.entries.back().value = std::move(node);
        parent.hasKey = false;
    } else {
        parent.node.entries.push_back({std::move(node), {}});
        parent.hasKey = true;
    }
}

void YamlTreeBuilder::remember(YAML::anchor_t anchor, const YamlNode &node)
{
    if (anchor != YAML::NullAnchor) {
        YAML::Mark mark;
        mark.line = node.at.line - 1;
        mark.column = node.at.column - 1;
        spend(node, mark, 1); // the copy kept for aliases is memory too
        m_anchors.insert_or_assign(anchor, node);
    }
}

// NOLINTNEXTLINE(misc-no-recursion): it is what bounds the depth
void YamlTreeBuilder::spend(const YamlNode &node, const YAML::Mark &mark, std::size_t depth)
{
    if (depth > MaxYamlDepth) {
        refuse(mark, "nested too deeply");
    }
    m_textBytes += node.text.size();
    if (++m_nodes > MaxYamlNodes || m_textBytes > MaxYamlTextBytes) {
        refuse(mark, "too many values, aliases counted as often as they are used");
    }
    for (const YamlNode &item : node.items) {
        spend(item, mark, depth + 1);
    }
    for (const YamlEntry &entry : node.entries) {
        spend(entry.key, mark, depth + 1);
        spend(entry.value, mark, depth + 1);
    }
}

void YamlTreeBuilder::checkTag(const YAML::Mark &mark,
                               std::string_view tag,
                               std::initializer_list<std::string_view> allowed)
{
    if (tag.empty() || tag == "?" || tag == "!") {
        return;
    }
    for (std::string_view name : allowed) {
        if (tag.starts_with(CoreTag) && tag.substr(CoreTag.size()) == name) {
            return;
        }
    }
    refuse(mark, "a tag that is not supported here"); // not named: a secret may start with '!'
}

} // namespace meridian::config
