// SPDX-License-Identifier: MIT
// The file's values come from its tree, the defaults from the parsers' own tables.
#include "core/config/provenance.h"

#include "core/config/yamlvalue.h"

#include <algorithm>
#include <array>
#include <map>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;
using Source = Provenance::Source;

constexpr std::string_view BackendTimeouts = "backends[].timeout.";

// mappings below a section that are in force with their defaults although nobody writes them
constexpr std::array<std::string_view, 3> Implied{"resilience.circuit_breaker",
                                                  "resilience.retry_budget", "backends[].timeout"};

std::string shown(std::string value)
{
    if (value.size() <= MaxProvenanceValueBytes) {
        return value;
    }
    std::size_t end = MaxProvenanceValueBytes;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) {
        --end; // not in the middle of a character
    }
    return value.substr(0, end) + "…";
}

std::vector<std::string_view> wordsOf(std::string_view path)
{
    std::vector<std::string_view> words;
    for (;;) {
        const std::size_t dot = path.find('.');
        words.push_back(path.substr(0, dot));
        if (dot == std::string_view::npos) {
            return words;
        }
        path.remove_prefix(dot + 1);
    }
}

class Collector
{
public:
    Collector(const YamlNode &tree, const std::string &file)
        : m_tree(tree)
        , m_file(file)
    {
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    void addFile(const YamlNode &node, const std::string &path)
    {
        const bool isLeaf = node.entries.empty() &&
                            std::all_of(node.items.begin(), node.items.end(), [](const auto &item) {
                                return item.kind == Kind::Null || item.kind == Kind::Scalar;
                            });
        if (isLeaf && !path.empty()) {
            add({path, node.kind == Kind::Scalar ? node.text : flowText(node), Source::File, m_file,
                 node.at.line, node.at.column});
            return;
        }
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            addFile(node.items[i], path + '[' + std::to_string(i) + ']');
        }
        for (const YamlEntry &entry : node.entries) {
            addFile(entry.value, path.empty() ? entry.key.text : path + '.' + entry.key.text);
        }
    }

    void addDefaults(const std::vector<KeyInfo> &keys)
    {
        for (const KeyInfo &key : keys) {
            m_defaults[key.path] = key.defaultText;
        }
        for (const KeyInfo &key : keys) {
            const bool isValue = key.isActive && key.type != "mapping" &&
                                 key.type != "list of mappings" && !key.defaultText.empty() &&
                                 key.defaultText != "required" && key.defaultText != "none";
            const bool isInherited = key.path.starts_with(BackendTimeouts);
            if (isValue || isInherited) {
                expand(&m_tree, wordsOf(key.path), 0, {}, key);
            }
        }
    }

    void override(const Overrides &overrides)
    {
        for (const auto &[path, value] : overrides) {
            std::erase_if(m_rows, [&](const Provenance &row) { return row.path == path; });
            add({path, value, Source::Override, {}, 0, 0});
        }
    }

    [[nodiscard]] std::vector<Provenance> take() { return std::move(m_rows); }

private:
    void add(Provenance row)
    {
        if (m_rows.size() < MaxProvenanceRows) {
            row.value = shown(std::move(row.value));
            m_rows.push_back(std::move(row));
        }
    }

    /// `node` is null where nothing is written.
    // NOLINTNEXTLINE(misc-no-recursion): as deep as a key's path
    void expand(const YamlNode *node,
                const std::vector<std::string_view> &words,
                std::size_t at,
                const std::string &path,
                const KeyInfo &key)
    {
        std::string_view word = words[at];
        const bool isList = word.ends_with("[]");
        word.remove_suffix(isList ? 2 : 0);
        const YamlNode *child = node == nullptr ? nullptr : node->find(word);
        const std::string here = (path.empty() ? path : path + '.') + std::string(word);
        if (at + 1 == words.size()) {
            if (child == nullptr) {
                addDefault(here, key);
            }
            return;
        }
        if (isList) {
            for (std::size_t i = 0; child != nullptr && i < child->items.size(); ++i) {
                expand(&child->items[i], words, at + 1, here + '[' + std::to_string(i) + ']', key);
            }
            return;
        }
        const auto end = static_cast<std::size_t>(word.data() + word.size() - key.path.data());
        const std::string_view pattern = std::string_view(key.path).substr(0, end);
        const bool isImplied =
            at == 0 || std::find(Implied.begin(), Implied.end(), pattern) != Implied.end();
        if (child != nullptr || isImplied) {
            expand(child, words, at + 1, here, key);
        }
    }

    void addDefault(const std::string &path, const KeyInfo &key)
    {
        std::string value = key.defaultText;
        if (key.path.starts_with(BackendTimeouts)) {
            const std::string name = key.path.substr(BackendTimeouts.size());
            const YamlNode *section = m_tree.find("timeouts");
            const YamlNode *general = section == nullptr ? nullptr : section->find(name);
            if (general != nullptr && general->kind == Kind::Scalar) {
                add({path, general->text, Source::File, m_file, general->at.line,
                     general->at.column});
                return;
            }
            value = m_defaults["timeouts." + name];
            if (value.empty() || value == "none") {
                return;
            }
        }
        add({path, std::move(value), Source::Default, {}, 0, 0});
    }

    const YamlNode &m_tree;
    const std::string &m_file;
    std::map<std::string, std::string> m_defaults;
    std::vector<Provenance> m_rows;
};

} // namespace

std::string_view sourceName(Provenance::Source source) noexcept
{
    switch (source) {
    case Source::File:
        return "file";
    case Source::Default:
        return "default";
    case Source::Override:
        return "override";
    }
    return {};
}

std::vector<Provenance> provenanceOf(const YamlNode &tree,
                                     const std::string &file,
                                     const std::vector<KeyInfo> &keys,
                                     const Overrides &overrides)
{
    Collector collector(tree, file);
    collector.addFile(tree, {});
    collector.addDefaults(keys);
    collector.override(overrides);
    return collector.take();
}

} // namespace meridian::config
