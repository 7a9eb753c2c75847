// SPDX-License-Identifier: MIT
// A section of the file as a table of keys: the one source for reading, "did you mean" and the
// docs.
#pragma once

#include "core/config/cursor.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::config {

/// One key as the documentation shows it.
struct KeyInfo
{
    std::string path;        // `backends[].weight`
    std::string type;        // "integer", "seconds", …
    std::string defaultText; // as written in YAML; "required" or "none" where there is no value
    bool isActive = true;    // false: a key of a later version, recognised and reported
};

/// A key of a section that is read into an S. `read` gets the value and reports what is wrong.
template <typename S>
struct Key
{
    std::string name;
    std::string type;
    std::string defaultText;
    std::function<void(const Cursor &value, S &into)> read;
    bool isRequired = false;
    bool isActive = true;
    std::vector<KeyInfo> children = {}; // of a nested mapping, paths relative to this key
};

/// What an unknown key of a section is.
enum class UnknownKeys : std::uint8_t {
    Warned,  // refused only when the file is strict
    Refused, // always: a typo here sends traffic where it must not go
    Unused,  // a name the operator may give for himself; it is said that nothing reads it
};

/// A mapping with known keys. Immutable after construction, shared by all threads.
template <typename S>
class Section
{
public:
    explicit Section(std::vector<Key<S>> keys, UnknownKeys unknown = UnknownKeys::Warned)
        : m_keys(std::move(keys))
        , m_unknown(unknown)
    {
        for (const Key<S> &key : m_keys) {
            m_names.push_back(key.name);
        }
    }

    Section(const Section &) = delete; // m_names refers to m_keys
    Section &operator=(const Section &) = delete;
    Section(Section &&) = delete;
    Section &operator=(Section &&) = delete;
    ~Section() = default;

    /// Reads every entry in file order; what is missing keeps the value `into` came with.
    void read(const Cursor &value, S &into) const
    {
        if (!value.requireMapping()) {
            return;
        }
        for (const YamlEntry &entry : value.node().entries) {
            if (entry.key.kind != YamlNode::Kind::Scalar) {
                continue; // reported
            }
            if (const Key<S> *key = find(entry.key.text)) {
                key->read(value.child(entry), into);
            } else if (m_unknown == UnknownKeys::Unused) {
                value.child(entry).warningAtKey("unused: nothing goes by this name");
            } else {
                value.unknownKey(entry, m_names, m_unknown == UnknownKeys::Refused);
            }
        }
        for (const Key<S> &key : m_keys) {
            if (key.isRequired && value.node().find(key.name) == nullptr) {
                value.missing(key.name, "required, but not given");
            }
        }
    }

    /// Every key and those below it, with `prefix` before their names.
    [[nodiscard]] std::vector<KeyInfo> describeKeys(const std::string &prefix) const
    {
        std::vector<KeyInfo> infos;
        for (const Key<S> &key : m_keys) {
            infos.push_back({prefix + key.name, key.type, key.defaultText, key.isActive});
            for (KeyInfo child : key.children) {
                child.path = prefix + key.name + child.path;
                infos.push_back(std::move(child));
            }
        }
        return infos;
    }

    [[nodiscard]] const std::vector<std::string_view> &names() const noexcept { return m_names; }

private:
    [[nodiscard]] const Key<S> *find(std::string_view name) const noexcept
    {
        for (const Key<S> &key : m_keys) {
            if (key.name == name) {
                return &key;
            }
        }
        return nullptr;
    }

    const std::vector<Key<S>> m_keys;
    UnknownKeys m_unknown;
    std::vector<std::string_view> m_names; // views of m_keys
};

} // namespace meridian::config
