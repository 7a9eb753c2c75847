// SPDX-License-Identifier: MIT
// One walk over the tree, children first, so that a merged mapping is itself already settled.
#include "core/config/yamlkeys.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace meridian::config {

namespace {

constexpr std::size_t MaxKeyInPath = 64;

bool isMergeEntry(const YamlEntry &entry) noexcept
{
    return entry.key.kind == YamlNode::Kind::Scalar && entry.key.isPlain && entry.key.text == "<<";
}

std::string childPath(const std::string &path, const YamlNode &key, bool isSecret)
{
    const bool isName = !isSecret && key.kind == YamlNode::Kind::Scalar;
    const std::string name = !isName            ? "?"
                             : key.text.empty() ? "\"\""
                                                : key.text.substr(0, MaxKeyInPath);
    return path.empty() ? name : path + '.' + name;
}

class KeySettler
{
public:
    explicit KeySettler(Diagnostics &problems)
        : m_problems(problems)
    {
    }

    // NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
    void settle(YamlNode &node, const std::string &path, bool isSecret)
    {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            settle(node.items[i], path + '[' + std::to_string(i) + ']', isSecret);
        }
        if (node.kind == YamlNode::Kind::Mapping) {
            dropDuplicates(node, path, isSecret);
            for (YamlEntry &entry : node.entries) {
                const bool isChildSecret = isSecret || isSecretKey(entry.key.text);
                settle(entry.value, childPath(path, entry.key, isSecret), isChildSecret);
            }
            merge(node, path);
        }
    }

private:
    void dropDuplicates(YamlNode &mapping, const std::string &path, bool isSecret)
    {
        std::unordered_map<std::string, int> firstLines;
        std::erase_if(mapping.entries, [&](const YamlEntry &entry) {
            if (entry.key.kind != YamlNode::Kind::Scalar) {
                return false; // refused by whoever reads the mapping
            }
            const auto [first, isNew] = firstLines.try_emplace(entry.key.text, entry.key.at.line);
            if (!isNew) {
                m_problems.error(entry.key.at, childPath(path, entry.key, isSecret),
                                 "duplicate key, first given on line " +
                                     std::to_string(first->second));
            }
            return !isNew;
        });
    }

    void merge(YamlNode &mapping, const std::string &path)
    {
        const auto found =
            std::find_if(mapping.entries.begin(), mapping.entries.end(), isMergeEntry);
        if (found == mapping.entries.end()) {
            return;
        }
        YamlNode source = std::move(found->value);
        mapping.entries.erase(found);

        std::vector<YamlNode> sources;
        if (source.kind == YamlNode::Kind::Sequence) {
            sources = std::move(source.items);
        } else {
            sources.push_back(std::move(source));
        }
        std::unordered_set<std::string> known;
        for (const YamlEntry &entry : mapping.entries) {
            known.insert(entry.key.text);
        }
        for (YamlNode &from : sources) {
            if (from.kind != YamlNode::Kind::Mapping) {
                m_problems.error(from.at, path.empty() ? "<<" : path + ".<<",
                                 "expected a mapping or a list of mappings to merge, found " +
                                     std::string(describe(from)));
                continue;
            }
            for (YamlEntry &entry : from.entries) {
                if (known.insert(entry.key.text).second) {
                    mapping.entries.push_back(std::move(entry));
                }
            }
        }
    }

    Diagnostics &m_problems;
};

} // namespace

void settleKeys(YamlNode &root, Diagnostics &problems)
{
    KeySettler(problems).settle(root, {}, false);
}

bool isSecretKey(std::string_view key) noexcept
{
    static constexpr std::array<std::string_view, 9> Names{
        "auth_header", "key",     "keys",     "password",   "token",
        "secret",      "api_key", "api_keys", "pass_phrase"};
    return std::find(Names.begin(), Names.end(), key) != Names.end();
}

} // namespace meridian::config
