// SPDX-License-Identifier: MIT
// One walk over the outline, with the path that the parsers know each value by.
#include "core/config/secretspots.h"

#include "core/config/clearsecrets.h"
#include "core/config/configloader.h"
#include "core/config/yamlkeys.h"

#include <algorithm>
#include <map>
#include <set>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;

/// Every key that a parser knows, with its type: `backends[].api_key`.
const std::map<std::string, std::string, std::less<>> &knownTypes()
{
    static const auto Types = [] {
        std::map<std::string, std::string, std::less<>> types;
        for (const auto &keys : {configKeys(), melisConfigKeys(), melisRouteKeys()}) {
            for (const KeyInfo &key : keys) {
                types.try_emplace(key.path, key.type);
            }
        }
        return types;
    }();
    return Types;
}

bool isSecretPath(const std::string &path, const std::string &key)
{
    const auto known = knownTypes().find(path);
    if (known != knownTypes().end() && !known->second.empty()) {
        return known->second == "secret" || known->second == "mapping of secrets";
    }
    return isSecretKey(key) || key == "headers" || key == "authorization" || key == "Authorization";
}

class Searcher
{
public:
    Searcher(std::string_view text, const OutlineNode &root)
        : m_text(text)
    {
        index(root);
        walk(root, {}, false);
        findComments();
    }

    [[nodiscard]] std::vector<SecretSpot> take()
    {
        std::sort(m_spots.begin(), m_spots.end(),
                  [](const SecretSpot &a, const SecretSpot &b) { return a.begin < b.begin; });
        return std::move(m_spots);
    }

private:
    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    void index(const OutlineNode &node)
    {
        if (!node.isAlias && node.anchor != 0) {
            m_anchors[node.anchor] = &node;
        }
        if (node.kind == Kind::Scalar) {
            m_leaves[node.content] = node.end;
        }
        for (const OutlineNode &item : node.items) {
            index(item);
        }
        for (const OutlineEntry &entry : node.entries) {
            index(entry.key);
            index(entry.value);
        }
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    void walk(const OutlineNode &node, const std::string &path, bool isSecret)
    {
        if (node.isAlias) {
            const auto target = m_anchors.find(node.anchor);
            // an anchor's value is looked at where it stands; here only when it is a secret here
            if (isSecret && target != m_anchors.end() && m_followed.insert(node.anchor).second) {
                walk(*target->second, path, true);
            }
            return;
        }
        if (node.kind == Kind::Scalar) {
            look(node, isSecret);
        }
        for (const OutlineNode &item : node.items) {
            walk(item, path + "[]", isSecret);
        }
        for (const OutlineEntry &entry : node.entries) {
            const std::string below = path.empty() ? entry.key.text : path + '.' + entry.key.text;
            if (entry.key.kind == Kind::Scalar && !entry.key.isAlias) {
                look(entry.key, false);
            }
            walk(entry.value, below, isSecret || isSecretPath(below, entry.key.text));
        }
    }

    void look(const OutlineNode &leaf, bool isSecret)
    {
        if (isMask(leaf.text)) {
            return;
        }
        const SpotStyle style = styleOf(m_text, leaf);
        const std::size_t quote = style == SpotStyle::Single || style == SpotStyle::Double ? 1 : 0;
        SecretSpot spot{leaf.content + quote, leaf.end - quote, style, leaf.text,
                        leaf.parentIndent};
        const bool isLong = leaf.text.find("PRIVATE KEY-----") != std::string::npos;
        if (isLong || (isSecret && standsInClear(leaf.text))) {
            add(std::move(spot));
            return;
        }
        for (const TextRange &range :
             secretsWithin(m_text.substr(spot.begin, spot.end - spot.begin))) {
            addPartial(spot.begin + range.first, spot.begin + range.second);
        }
    }

    void addPartial(std::size_t begin, std::size_t end)
    {
        const std::string_view raw = m_text.substr(begin, end - begin);
        if (raw.find(MaskOpen.substr(0, MaskOpen.size() - 1)) == std::string_view::npos) {
            add({begin, end, SpotStyle::Partial, std::string(raw)});
        }
    }

    void add(SecretSpot spot)
    {
        const auto after = m_taken.lower_bound(spot.begin);
        const bool isTaken = (after != m_taken.end() && after->first < spot.end) ||
                             (after != m_taken.begin() && std::prev(after)->second > spot.begin);
        if (!isTaken) {
            m_taken[spot.begin] = spot.end;
            m_spots.push_back(std::move(spot));
        }
    }

    void findComments()
    {
        for (std::size_t at = m_text.find('#'); at < m_text.size();) {
            const auto after = m_leaves.upper_bound(at);
            const bool isInLeaf = after != m_leaves.begin() && std::prev(after)->second > at;
            const bool isComment =
                !isInLeaf && (at == 0 || std::string_view(" \t\n").find(m_text[at - 1]) !=
                                             std::string_view::npos);
            std::size_t next = at + 1;
            if (isComment) {
                next = lineEnd(m_text, at);
                for (const TextRange &range : secretsInComment(m_text.substr(at, next - at))) {
                    addPartial(at + range.first, at + range.second);
                }
            }
            at = std::min(m_text.find('#', next), m_text.size());
        }
    }

    const std::string_view m_text;
    std::map<std::size_t, const OutlineNode *> m_anchors;
    std::map<std::size_t, std::size_t> m_leaves; // begin, end
    std::map<std::size_t, std::size_t> m_taken;
    std::set<std::size_t> m_followed;
    std::vector<SecretSpot> m_spots;
};

} // namespace

bool isMask(std::string_view text) noexcept
{
    return text.starts_with(MaskOpen) && text.ends_with(MaskClose) &&
           text.find(MaskClose) + MaskClose.size() == text.size();
}

SpotStyle styleOf(std::string_view text, const OutlineNode &leaf) noexcept
{
    const std::string_view raw = text.substr(leaf.content, leaf.end - leaf.content);
    if (!leaf.isPlain && raw.starts_with('\'')) {
        return SpotStyle::Single;
    }
    if (!leaf.isPlain && raw.starts_with('"')) {
        return SpotStyle::Double;
    }
    return raw.find('\n') == std::string_view::npos ? SpotStyle::Plain : SpotStyle::Lines;
}

std::vector<SecretSpot> secretSpots(std::string_view text, const OutlineNode &root)
{
    return Searcher(text, root).take();
}

} // namespace meridian::config
