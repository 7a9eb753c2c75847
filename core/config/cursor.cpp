// SPDX-License-Identifier: MIT
// Paths and reports; "did you mean" by edit distance.
#include "core/config/cursor.h"

#include <algorithm>
#include <utility>

namespace meridian::config {

namespace {

constexpr std::size_t MaxNameCompared = 64; // no key of ours is longer; bounds the distance's cost

// Insertions, deletions, substitutions, and neighbours swapped ("prot"), which is how people err.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> cells((a.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t & {
        return cells[i * width + j];
    };
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            const std::size_t substituted = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, substituted});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
            }
        }
    }
    return cells.back();
}

} // namespace

Cursor::Cursor(const YamlNode &node, std::string path, ReadContext &context)
    : m_node(&node)
    , m_keyAt(node.at)
    , m_path(std::move(path))
    , m_context(&context)
{
}

std::string Cursor::pathOf(std::string_view key) const
{
    std::string path = m_path.empty() ? std::string() : m_path + '.';
    return path.append(key.empty() ? "\"\"" : key.substr(0, MaxNameCompared));
}

Cursor Cursor::child(const YamlEntry &entry) const
{
    Cursor value(entry.value, pathOf(entry.key.text), *m_context);
    value.m_keyAt = entry.key.at;
    return value;
}

Cursor Cursor::item(std::size_t index) const
{
    return {m_node->items[index], m_path + '[' + std::to_string(index) + ']', *m_context};
}

std::optional<Cursor> Cursor::find(std::string_view key) const
{
    for (const YamlEntry &entry : m_node->entries) {
        if (entry.key.kind == YamlNode::Kind::Scalar && entry.key.text == key) {
            return child(entry);
        }
    }
    return std::nullopt;
}

void Cursor::error(std::string message) const
{
    m_context->diagnostics.error(m_node->at, m_path.empty() ? std::string(DocumentPath) : m_path,
                                 std::move(message));
}

void Cursor::warning(std::string message) const
{
    m_context->diagnostics.warning(m_node->at, m_path.empty() ? std::string(DocumentPath) : m_path,
                                   std::move(message));
}

void Cursor::warningAtKey(std::string message) const
{
    m_context->diagnostics.warning(m_keyAt, m_path, std::move(message));
}

void Cursor::missing(std::string_view key, std::string message) const
{
    m_context->diagnostics.error(m_node->at, pathOf(key), std::move(message));
}

void Cursor::expected(std::string_view what) const
{
    error("expected " + std::string(what) + ", found " + std::string(describe(*m_node)));
}

void Cursor::unknownKey(const YamlEntry &entry,
                        const std::vector<std::string_view> &known,
                        bool isRefused) const
{
    const std::string_view nearest = nearestName(entry.key.text, known);
    std::string message = "unknown key";
    if (!nearest.empty()) {
        message += "; did you mean " + quoted(nearest) + "?";
    }
    if (isRefused || m_context->isStrict) {
        m_context->diagnostics.error(entry.key.at, pathOf(entry.key.text), std::move(message));
    } else {
        m_context->diagnostics.warning(entry.key.at, pathOf(entry.key.text), std::move(message));
    }
}

bool Cursor::requireMapping() const
{
    if (m_node->kind != YamlNode::Kind::Mapping) {
        expected("a mapping");
        return false;
    }
    for (const YamlEntry &entry : m_node->entries) {
        if (entry.key.kind != YamlNode::Kind::Scalar) {
            m_context->diagnostics.error(
                entry.key.at, m_path.empty() ? std::string(DocumentPath) : m_path,
                "expected a word as key, found " + std::string(describe(entry.key)));
        }
    }
    return true;
}

bool Cursor::requireSequence(std::string_view what) const
{
    if (m_node->kind != YamlNode::Kind::Sequence) {
        expected(what);
        return false;
    }
    return true;
}

std::string_view nearestName(std::string_view name, const std::vector<std::string_view> &known)
{
    if (name.size() > MaxNameCompared) {
        return {};
    }
    std::string_view nearest;
    std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (std::string_view candidate : known) {
        const std::size_t distance = editDistance(name, candidate);
        if (distance < best) {
            best = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace meridian::config
