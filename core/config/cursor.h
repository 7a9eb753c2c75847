// SPDX-License-Identifier: MIT
// A value in the file, the path that leads to it, and where to report what is wrong with it.
#pragma once

#include "core/config/diagnostics.h"
#include "core/config/yamlnode.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian {
class SecretResolver;
}

namespace meridian::config {

/// What all parsers of one file share.
struct ReadContext
{
    Diagnostics &diagnostics;
    const SecretResolver &secrets;
    bool isStrict = false; // unknown keys are errors
};

/// What every parser reads from. Cheap to copy; does not outlive the tree and the context.
class Cursor
{
public:
    Cursor(const YamlNode &node, std::string path, ReadContext &context);

    [[nodiscard]] const YamlNode &node() const noexcept { return *m_node; }

    [[nodiscard]] const std::string &path() const noexcept { return m_path; }

    [[nodiscard]] ReadContext &context() const noexcept { return *m_context; }

    [[nodiscard]] bool isNull() const noexcept { return m_node->kind == YamlNode::Kind::Null; }

    /// The value of an entry of this mapping, and an item of this list.
    [[nodiscard]] Cursor child(const YamlEntry &entry) const;
    [[nodiscard]] Cursor item(std::size_t index) const;
    /// The value of a key of this mapping, if it is a mapping and has the key.
    [[nodiscard]] std::optional<Cursor> find(std::string_view key) const;

    /// Reports at this value.
    void error(std::string message) const;
    void warning(std::string message) const;
    /// Reports at the key, for what concerns a whole mapping.
    void warningAtKey(std::string message) const;
    /// Reports a key of this mapping that is missing: at the mapping, under the key's path.
    void missing(std::string_view key, std::string message) const;
    /// Reports the wrong type; the value itself is not quoted.
    void expected(std::string_view what) const;
    /// Reports a key nobody knows: a warning, or an error when strict or `isRefused`.
    void unknownKey(const YamlEntry &entry,
                    const std::vector<std::string_view> &known,
                    bool isRefused = false) const;

    /// True for a mapping; reports anything else, and keys that are not plain words.
    [[nodiscard]] bool requireMapping() const;
    [[nodiscard]] bool requireSequence(std::string_view what) const;

private:
    [[nodiscard]] std::string pathOf(std::string_view key) const;

    const YamlNode *m_node;
    Position m_keyAt; // of the value itself for items and the root
    std::string m_path;
    ReadContext *m_context;
};

/// The known name nearest to a mistyped one, or empty when none is near.
[[nodiscard]] std::string_view nearestName(std::string_view name,
                                           const std::vector<std::string_view> &known);

} // namespace meridian::config
