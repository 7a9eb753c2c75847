// SPDX-License-Identifier: MIT
// Receives yaml-cpp's events and builds our tree under the loader's limits.
#pragma once

#include "core/config/yamlnode.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian::config {

/// Private to the loader. Events instead of yaml-cpp's own node tree: it lets duplicate keys pass,
/// keeps aliases as shared nodes and has no limits. Throws YAML::ParserException at a limit, which
/// is how yaml-cpp's recursion is stopped before it gets deep.
class YamlTreeBuilder final : public YAML::EventHandler
{
public:
    [[nodiscard]] bool hasRoot() const noexcept { return m_hasRoot; }

    [[nodiscard]] YamlNode takeRoot() noexcept { return std::move(m_root); }

    void OnDocumentStart(const YAML::Mark &mark) override;
    void OnDocumentEnd() override;
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark &mark,
                  const std::string &tag,
                  YAML::anchor_t anchor,
                  const std::string &value) override;
    void OnSequenceStart(const YAML::Mark &mark,
                         const std::string &tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override;
    void OnMapStart(const YAML::Mark &mark,
                    const std::string &tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override;

private:
    struct Open
    {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        bool hasKey = false; // mapping: entries.back() still waits for its value
    };

    void begin(const YAML::Mark &mark, YAML::anchor_t anchor, YamlNode::Kind kind);
    void end();
    void place(YamlNode node, const YAML::Mark &mark);
    void attach(YamlNode node);
    void remember(YAML::anchor_t anchor, const YamlNode &node);
    void spend(const YamlNode &node, const YAML::Mark &mark, std::size_t depth);
    static void checkTag(const YAML::Mark &mark,
                         std::string_view tag,
                         std::initializer_list<std::string_view> allowed);

    std::vector<Open> m_open;
    std::map<YAML::anchor_t, YamlNode> m_anchors; // complete nodes only
    YamlNode m_root;
    bool m_hasRoot = false;
    std::size_t m_nodes = 0;
    std::size_t m_textBytes = 0;
};

/// 0-based marks of yaml-cpp (or -1 for "unknown") to positions.
[[nodiscard]] Position positionOf(const YAML::Mark &mark) noexcept;

} // namespace meridian::config
