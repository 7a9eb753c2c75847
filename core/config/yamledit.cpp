// SPDX-License-Identifier: MIT
// Text and tree are edited side by side; in the end they must agree.
#include "core/config/yamledit.h"

#include "core/config/yamlloader.h"
#include "core/config/yamloutline.h"
#include "core/config/yamlsplice.h"
#include "core/config/yamltreeedit.h"
#include "core/config/yamlvalue.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

using Kind = YamlNode::Kind;

constexpr std::string_view Utf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view MergeKey = "<<";

tl::unexpected<Error> refuse(const YamlPath &path, std::string_view why)
{
    return failure(ErrorCode::InvalidConfig, formatPath(path) + ": " + std::string(why));
}

/// A text with what it means, read again after each cut.
class Draft
{
public:
    [[nodiscard]] Result<void> read(std::string text)
    {
        Diagnostics problems("text");
        auto tree = loadYaml(text, problems);
        if (!tree || problems.hasErrors()) {
            return failure(ErrorCode::InvalidConfig, problems.takeSorted().front().format());
        }
        auto outline = outlineOf(text);
        if (!outline) {
            return tl::unexpected(outline.error());
        }
        m_text = std::move(text);
        m_tree = std::move(*tree);
        m_outline = std::move(*outline);
        return {};
    }

    [[nodiscard]] const std::string &text() const noexcept { return m_text; }

    [[nodiscard]] const YamlNode &tree() const noexcept { return m_tree; }

    [[nodiscard]] Result<void> set(const YamlPath &path, const YamlNode &value)
    {
        YamlPath known;
        const OutlineNode *node = deepest(path, known);
        if (known.size() == path.size()) {
            return assign(path, value);
        }
        if (node->isAlias) {
            return refuse(path, "stands behind an alias; edit it where the anchor is defined");
        }
        // what is missing from here on, and what a merge key brings, is written as one new entry
        const auto *key = std::get_if<std::string>(&path[known.size()]);
        YamlPath first = known;
        first.push_back(path[known.size()]);
        YamlNode entry;
        if (const YamlNode *merged = nodeAt(m_tree, first)) {
            entry = *merged;
        }
        YamlEdit edit{YamlEdit::Kind::Set, {}, value};
        const YamlPath below(path.begin() + static_cast<std::ptrdiff_t>(first.size()), path.end());
        if (auto edited = editTree(entry, below, edit); !edited) {
            return edited;
        }
        if (key == nullptr) {
            return refuse(path, "there is no list here");
        }
        return add(*node, path, *key, entry);
    }

    [[nodiscard]] Result<void> append(const YamlPath &path, const YamlNode &value)
    {
        YamlPath known;
        const OutlineNode *node = deepest(path, known);
        if (known.size() == path.size() && node->isAlias) {
            return refuse(path, "is an alias; edit the list where its anchor is defined");
        }
        if (known.size() == path.size() && node->kind == Kind::Sequence) {
            return cut(path, YamlSplice(m_text, m_outline).append(*node, value));
        }
        YamlNode list = emptyNode(Kind::Sequence);
        if (const YamlNode *merged = nodeAt(m_tree, path); merged != nullptr) {
            list.items = merged->items;
        }
        list.items.push_back(value);
        return set(path, list);
    }

    [[nodiscard]] Result<void> remove(const YamlPath &path)
    {
        YamlPath known;
        const OutlineNode *node = deepest({path.begin(), path.end() - 1}, known);
        if (known.size() + 1 < path.size() || node->isAlias) {
            return refuse(path, "stands behind an alias or a merge key (<<); edit it there");
        }
        const std::size_t count = node->items.size() + node->entries.size();
        std::size_t index = count;
        if (const auto *number = std::get_if<std::size_t>(&path.back())) {
            index = *number;
        } else {
            for (std::size_t i = 0; i < node->entries.size(); ++i) {
                const OutlineNode &key = node->entries[i].key;
                const bool isIt = !key.isAlias && key.text == std::get<std::string>(path.back());
                index = isIt && index == count ? i : index;
            }
        }
        if (index >= count) {
            return refuse(path, "comes from a merge key (<<); edit it where the anchor is defined");
        }
        const YamlSplice splice(m_text, m_outline);
        return cut(path, count == 1 ? splice.replace(*node, emptyNode(node->kind))
                                    : splice.remove(*node, index));
    }

private:
    /// The last node on the way that stands in the text; `known` is the path that leads to it.
    [[nodiscard]] const OutlineNode *deepest(const YamlPath &path, YamlPath &known) const
    {
        const OutlineNode *node = &m_outline;
        for (const YamlStep &step : path) {
            const OutlineNode *child = nullptr;
            if (const auto *index = std::get_if<std::size_t>(&step)) {
                child = *index < node->items.size() ? &node->items[*index] : nullptr;
            } else {
                child = node->find(std::get<std::string>(step));
            }
            if (child == nullptr) {
                break;
            }
            known.push_back(step);
            node = child;
        }
        return node;
    }

    Result<void> cut(const YamlPath &path, std::string text)
    {
        if (auto done = read(std::move(text)); !done) {
            return refuse(path, "cannot be edited in place (" + done.error().detail +
                                    "); edit the text by hand");
        }
        return {};
    }

    Result<void> add(const OutlineNode &parent,
                     const YamlPath &path,
                     const std::string &key,
                     const YamlNode &entry)
    {
        const YamlSplice splice(m_text, m_outline);
        if (parent.kind == Kind::Null || (parent.isFlow && parent.entries.empty() &&
                                          parent.kind == Kind::Mapping && !parent.inFlow)) {
            YamlNode mapping = emptyNode(Kind::Mapping);
            mapping.entries.push_back({textNode(key), entry});
            return cut(path, splice.replace(parent, mapping));
        }
        if (parent.kind != Kind::Mapping) {
            return refuse(path, "what stands above it is no mapping");
        }
        return cut(path, splice.addEntry(parent, key, entry));
    }

    // NOLINTNEXTLINE(misc-no-recursion): the value's depth is bounded by the loader
    Result<void> assign(const YamlPath &path, const YamlNode &value)
    {
        YamlPath known;
        const OutlineNode &node = *deepest(path, known);
        const YamlNode *now = nodeAt(m_tree, path);
        if (now != nullptr && isSameValue(*now, value)) {
            return {};
        }
        const bool isFilled = !node.items.empty() || !node.entries.empty();
        if (now != nullptr && isFilled && node.kind == value.kind && !node.isAlias) {
            if (node.kind == Kind::Mapping && !value.entries.empty()) {
                return assignMapping(path, value);
            }
            if (node.kind == Kind::Sequence && !value.items.empty()) {
                return assignSequence(path, value);
            }
        }
        return cut(path, YamlSplice(m_text, m_outline).replace(node, value));
    }

    // NOLINTNEXTLINE(misc-no-recursion)
    Result<void> assignMapping(const YamlPath &path, const YamlNode &value)
    {
        const auto below = [&](std::string key) {
            YamlPath longer = path;
            longer.emplace_back(std::move(key));
            return longer;
        };
        // new ones first: a mapping that loses all its entries before it gets others loses its
        // shape
        for (const YamlEntry &entry : value.entries) {
            const YamlNode *now = nodeAt(m_tree, below(entry.key.text));
            if (now == nullptr || !isSameValue(*now, entry.value)) {
                if (auto done = set(below(entry.key.text), entry.value); !done) {
                    return done;
                }
            }
        }
        YamlPath known;
        std::vector<std::string> surplus;
        bool hasMerge = false;
        for (const OutlineEntry &entry : deepest(path, known)->entries) {
            hasMerge = hasMerge || entry.key.text == MergeKey;
            if (entry.key.text != MergeKey && value.find(entry.key.text) == nullptr) {
                surplus.push_back(entry.key.text);
            }
        }
        for (const std::string &key : surplus) {
            if (auto done = remove(below(key)); !done) {
                return done;
            }
        }
        const YamlNode *now = nodeAt(m_tree, path);
        if (!hasMerge || now == nullptr || isSameValue(*now, value)) {
            return {};
        }
        if (auto done = remove(below(std::string(MergeKey))); !done) { // it brings what must go
            return done;
        }
        return assign(path, value);
    }

    // NOLINTNEXTLINE(misc-no-recursion)
    Result<void> assignSequence(const YamlPath &path, const YamlNode &value)
    {
        const auto below = [&](std::size_t index) {
            YamlPath longer = path;
            longer.emplace_back(index);
            return longer;
        };
        const auto isKept = [&](const YamlNode &item) {
            const YamlNode *name = item.find("name");
            return name == nullptr ||
                   std::any_of(value.items.begin(), value.items.end(), [&](const YamlNode &other) {
                       const YamlNode *otherName = other.find("name");
                       return otherName != nullptr && isSameValue(*name, *otherName);
                   });
        };
        const auto count = [&] { return nodeAt(m_tree, path)->items.size(); };
        for (std::size_t i = count(); i-- > 0 && count() > value.items.size();) {
            const YamlNode &item = nodeAt(m_tree, path)->items[i];
            if (!isKept(item)) {
                if (auto done = remove(below(i)); !done) {
                    return done;
                }
            }
        }
        while (count() > value.items.size()) {
            if (auto done = remove(below(count() - 1)); !done) {
                return done;
            }
        }
        for (std::size_t i = 0; i < value.items.size(); ++i) {
            auto done =
                i < count() ? assign(below(i), value.items[i]) : append(path, value.items[i]);
            if (!done) {
                return done;
            }
        }
        return {};
    }

    std::string m_text;
    YamlNode m_tree;
    OutlineNode m_outline;
};

Result<void> apply(Draft &draft, const YamlEdit &edit)
{
    const auto path = resolvePath(draft.tree(), edit.path);
    if (!path) {
        return tl::unexpected(path.error());
    }
    YamlNode intended = draft.tree();
    if (auto edited = editTree(intended, *path, edit); !edited) {
        return edited;
    }
    Result<void> done;
    switch (edit.kind) {
    case YamlEdit::Kind::Set:
        done = draft.set(*path, edit.value);
        break;
    case YamlEdit::Kind::Remove:
        done = draft.remove(*path);
        break;
    case YamlEdit::Kind::Append:
        done = draft.append(*path, edit.value);
        break;
    }
    if (done && !isSameValue(intended, draft.tree())) {
        return refuse(edit.path, "editing it here would change something else too (an anchor that "
                                 "is used elsewhere, or a form that cannot be edited in place); "
                                 "edit the text by hand");
    }
    return done;
}

} // namespace

Result<std::string> editYaml(std::string_view text, const std::vector<YamlEdit> &edits)
{
    if (edits.size() > MaxYamlEdits) {
        return failure(ErrorCode::InvalidConfig,
                       "at most " + std::to_string(MaxYamlEdits) + " edits at a time");
    }
    const bool hasMark = text.starts_with(Utf8Mark);
    if (hasMark) {
        text.remove_prefix(Utf8Mark.size());
    }
    Draft draft;
    if (auto begun = draft.read(std::string(text)); !begun) {
        return failure(begun.error().code, "the text must be valid YAML before it can be edited: " +
                                               begun.error().detail);
    }
    for (const YamlEdit &edit : edits) {
        if (auto done = apply(draft, edit); !done) {
            return tl::unexpected(done.error());
        }
    }
    return (hasMark ? std::string(Utf8Mark) : std::string()) + draft.text();
}

} // namespace meridian::config
