// SPDX-License-Identifier: MIT
// Paths through the tree, and three kinds of edits.
#include "core/config/yamltreeedit.h"

#include "core/config/yamlvalue.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t MaxNamesTold = 12;

tl::unexpected<Error> refuse(const YamlPath &path, std::string why)
{
    return failure(ErrorCode::InvalidConfig, formatPath(path) + ": " + std::move(why));
}

std::string_view nameOf(const YamlNode &item)
{
    for (std::string_view key : {"name", "id"}) {
        const YamlNode *name = item.find(key);
        if (name != nullptr && name->kind == Kind::Scalar) {
            return name->text;
        }
    }
    return {};
}

std::optional<std::size_t> indexOf(const YamlNode &list, const YamlStep &step)
{
    if (const auto *index = std::get_if<std::size_t>(&step)) {
        return *index < list.items.size() ? std::optional(*index) : std::nullopt;
    }
    const std::string &name = std::get<std::string>(step);
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        if (!name.empty() && nameOf(list.items[i]) == name) {
            return i;
        }
    }
    std::size_t index = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool isNumber = problem == std::errc() && end == name.data() + name.size();
    return isNumber && index < list.items.size() ? std::optional(index) : std::nullopt;
}

std::string namesOf(const YamlNode &list)
{
    std::string names;
    for (std::size_t i = 0; i < std::min(list.items.size(), MaxNamesTold); ++i) {
        const std::string_view name = nameOf(list.items[i]);
        if (!name.empty()) {
            names.append(names.empty() ? "" : ", ").append(name);
        }
    }
    return "the list has " + std::to_string(list.items.size()) + " items" +
           (names.empty() ? "" : ": " + names);
}

YamlNode *childOf(YamlNode &node, const YamlStep &step)
{
    if (node.kind == Kind::Sequence) {
        const auto index = indexOf(node, step);
        return index ? &node.items[*index] : nullptr;
    }
    const auto *key = std::get_if<std::string>(&step);
    return key == nullptr ? nullptr : const_cast<YamlNode *>(node.find(*key));
}

/// Makes what is missing on the way.
YamlNode *obtain(YamlNode &root, const YamlPath &path)
{
    YamlNode *node = &root;
    for (const YamlStep &step : path) {
        YamlNode *child = childOf(*node, step);
        if (child == nullptr) {
            if (node->kind == Kind::Null) {
                node->kind = Kind::Mapping;
            }
            node->entries.push_back({textNode(std::get<std::string>(step)), {}});
            child = &node->entries.back().value;
        }
        node = child;
    }
    return node;
}

} // namespace

std::string formatPath(const std::vector<YamlStep> &path)
{
    std::string out;
    for (const YamlStep &step : path) {
        if (const auto *index = std::get_if<std::size_t>(&step)) {
            out += '[' + std::to_string(*index) + ']';
        } else {
            constexpr std::size_t MaxKeyBytes = 64;
            out.append(out.empty() ? "" : ".");
            out.append(std::get<std::string>(step).substr(0, MaxKeyBytes));
        }
    }
    return out.empty() ? std::string(DocumentPath) : out;
}

Result<YamlPath> resolvePath(const YamlNode &root, const YamlPath &path)
{
    YamlPath resolved;
    const YamlNode *node = &root;
    for (const YamlStep &step : path) {
        YamlPath here(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(resolved.size()));
        here.push_back(step);
        const auto *index = std::get_if<std::size_t>(&step);
        if (node != nullptr && node->kind == Kind::Sequence) {
            const auto found = indexOf(*node, step);
            if (!found) {
                return refuse(here, "there is no such item; " + namesOf(*node));
            }
            resolved.emplace_back(*found);
            node = &node->items[*found];
            continue;
        }
        if (node != nullptr && node->kind == Kind::Scalar) {
            return refuse(here, "what stands above it is a single value, not a mapping");
        }
        if (index != nullptr) {
            return refuse(here, "there is no list here; use \"append\" to begin one");
        }
        node = node == nullptr ? nullptr : node->find(std::get<std::string>(step));
        resolved.push_back(step);
    }
    return resolved;
}

const YamlNode *nodeAt(const YamlNode &root, const YamlPath &path)
{
    YamlNode *node = &const_cast<YamlNode &>(root); // childOf() serves both
    for (const YamlStep &step : path) {
        node = childOf(*node, step);
        if (node == nullptr) {
            return nullptr;
        }
    }
    return node;
}

Result<void> editTree(YamlNode &root, const YamlPath &path, const YamlEdit &edit)
{
    if (edit.kind == YamlEdit::Kind::Set) {
        *obtain(root, path) = edit.value;
        return {};
    }
    if (edit.kind == YamlEdit::Kind::Append) {
        YamlNode *list = obtain(root, path);
        if (list->kind == Kind::Null) {
            list->kind = Kind::Sequence;
        }
        if (list->kind != Kind::Sequence) {
            return refuse(path, "is not a list, so nothing can be appended to it");
        }
        list->items.push_back(edit.value);
        return {};
    }
    if (path.empty()) {
        return refuse(path, "the document as a whole cannot be removed");
    }
    YamlNode *parent = const_cast<YamlNode *>(nodeAt(root, {path.begin(), path.end() - 1}));
    const YamlStep &last = path.back();
    if (parent == nullptr || childOf(*parent, last) == nullptr) {
        return refuse(path, "there is nothing here to remove");
    }
    if (parent->kind == Kind::Sequence) {
        parent->items.erase(parent->items.begin() +
                            static_cast<std::ptrdiff_t>(std::get<std::size_t>(last)));
    } else {
        std::erase_if(parent->entries, [&](const YamlEntry &entry) {
            return entry.key.kind == Kind::Scalar && entry.key.text == std::get<std::string>(last);
        });
    }
    return {};
}

} // namespace meridian::config
