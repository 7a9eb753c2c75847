// SPDX-License-Identifier: MIT
// Masks are found in the text; the outline tells what surrounds each.
#include "core/config/secretmask.h"

#include "core/config/yamlloader.h"
#include "core/config/yamlvalue.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace meridian::config {

namespace {

constexpr std::string_view Utf8Mark = "\xEF\xBB\xBF";

std::string randomKey()
{
    std::array<quint32, 8> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return {reinterpret_cast<const char *>(words.data()), sizeof words};
}

Position positionAt(std::string_view text, std::size_t at)
{
    at = std::min(at, text.size());
    const auto lines =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return {static_cast<int>(lines) + 1, static_cast<int>(at - lineStart(text, at)) + 1};
}

std::size_t offsetOf(std::string_view text, Position at)
{
    std::size_t start = 0;
    for (int line = 1; line < at.line && start < text.size(); ++line) {
        start = std::min(text.find('\n', start), text.size() - 1) + 1;
    }
    return std::min(start + static_cast<std::size_t>(std::max(at.column, 1) - 1), text.size());
}

/// The leaf that holds `at`; null when none does.
// NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded by the loader
const OutlineNode *leafAt(const OutlineNode &node, std::size_t at)
{
    if (node.kind == YamlNode::Kind::Scalar) {
        return node.content <= at && at < node.end ? &node : nullptr;
    }
    for (const OutlineNode &item : node.items) {
        if (item.begin <= at && at < item.end) {
            return leafAt(item, at);
        }
    }
    for (const OutlineEntry &entry : node.entries) {
        for (const OutlineNode *part : {&entry.key, &entry.value}) {
            if (part->begin <= at && at < part->end) {
                return leafAt(*part, at);
            }
        }
    }
    return nullptr;
}

Quotes quotesOf(SpotStyle style)
{
    return style == SpotStyle::Single   ? Quotes::Single
           : style == SpotStyle::Double ? Quotes::Double
                                        : Quotes::AsNeeded;
}

} // namespace

Position ClearText::inMasked(Position at, std::string_view masked) const
{
    const std::size_t offset = offsetOf(text, at);
    std::size_t found = offset;
    for (const Piece &piece : m_pieces) {
        if (offset < piece.begin) {
            break;
        }
        found = offset < piece.end ? piece.maskedBegin : offset - piece.end + piece.maskedEnd;
    }
    return positionAt(masked, found);
}

SecretMask::SecretMask()
    : m_key(randomKey())
{
}

std::string SecretMask::idOf(const SecretSpot &spot) const
{
    const std::string_view key = m_key.reveal();
    const QByteArray hash =
        QMessageAuthenticationCode::hash(
            QByteArray::fromRawData(spot.secret.data(), static_cast<qsizetype>(spot.secret.size())),
            QByteArray::fromRawData(key.data(), static_cast<qsizetype>(key.size())),
            QCryptographicHash::Sha256)
            .toHex();
    for (qsizetype size = 6;; ++size) { // two secrets that begin alike get longer names
        std::string id = hash.left(size).toStdString();
        const auto known = m_entries.find(id);
        if (known == m_entries.end() || known->second.secret.reveal() == spot.secret ||
            size >= hash.size()) {
            return id;
        }
    }
}

void SecretMask::remember(const std::string &id, const SecretSpot &spot, std::string_view raw)
{
    auto [entry, isNew] = m_entries.try_emplace(id);
    if (isNew) {
        entry->second.secret = Secret(spot.secret);
        m_order.push_back(id);
        if (m_order.size() > MaxSecrets) {
            m_entries.erase(m_order.front());
            m_order.pop_front();
        }
    }
    entry->second.raw.insert_or_assign(spot.style, Secret(raw));
    if (spot.style == SpotStyle::Lines) {
        entry->second.parentIndent = spot.parentIndent;
    }
}

Result<SecretMask::Masked> SecretMask::mask(std::string_view text)
{
    Masked masked;
    if (text.starts_with(Utf8Mark)) {
        masked.text = Utf8Mark;
        text.remove_prefix(Utf8Mark.size());
    }
    Diagnostics problems("configuration");
    if (!loadYaml(text, problems)) { // its limits hold for what follows
        return failure(ErrorCode::InvalidConfig, problems.takeSorted().front().format());
    }
    const auto outline = outlineOf(text);
    if (!outline) {
        return tl::unexpected(outline.error());
    }
    std::size_t done = 0;
    for (const SecretSpot &spot : secretSpots(text, *outline)) {
        const std::string id = idOf(spot);
        remember(id, spot, text.substr(spot.begin, spot.end - spot.begin));
        masked.text.append(text.substr(done, spot.begin - done));
        masked.text.append(MaskOpen).append(id).append(MaskClose);
        done = spot.end;
    }
    masked.text.append(text.substr(done));
    for (std::size_t at = masked.text.find(MaskOpen); at != std::string::npos;
         at = masked.text.find(MaskOpen, at + 1)) {
        ++masked.secrets;
    }
    return masked;
}

tl::expected<ClearText, std::vector<Diagnostic>>
SecretMask::unmask(std::string_view text, const std::string &fileName) const
{
    Diagnostics problems(fileName);
    ClearText clear;
    Diagnostics yaml(fileName);
    const std::size_t mark = text.starts_with(Utf8Mark) ? Utf8Mark.size() : 0;
    const std::string_view body = text.substr(mark);
    std::optional<OutlineNode> outline;
    if (body.find(MaskOpen) != std::string_view::npos && loadYaml(body, yaml)) {
        if (auto made = outlineOf(body)) {
            outline = std::move(*made);
        }
    }
    clear.text = text.substr(0, mark);
    std::size_t done = 0;
    for (std::size_t at = body.find(MaskOpen); at < body.size(); at = body.find(MaskOpen, at + 1)) {
        if (at < done) {
            continue;
        }
        const std::size_t name = at + MaskOpen.size();
        const std::size_t close = std::min(body.find(MaskClose, name), body.size());
        const auto known = m_entries.find(body.substr(name, close - name));
        if (known == m_entries.end()) {
            problems.error(positionAt(body, at), std::string(DocumentPath),
                           "this masked secret is not known here: the program has been started "
                           "again since, or it was typed; put the secret or a reference (env:NAME) "
                           "in its place, or load the configuration again");
            continue;
        }
        const Entry &entry = known->second;
        std::size_t begin = at;
        std::size_t end = close + MaskClose.size();
        std::string secret(entry.secret.reveal());
        const OutlineNode *leaf = outline ? leafAt(*outline, at) : nullptr;
        if (leaf != nullptr && isMask(leaf->text)) {
            const SpotStyle style = styleOf(body, *leaf);
            const auto raw = entry.raw.find(style);
            const auto lines = entry.raw.find(SpotStyle::Lines);
            if (raw != entry.raw.end() && style != SpotStyle::Lines) {
                secret = raw->second.reveal();
            } else if (style == SpotStyle::Plain && lines != entry.raw.end() &&
                       entry.parentIndent == leaf->parentIndent && !leaf->inFlow) {
                secret = lines->second.reveal();
            } else {
                begin = leaf->content;
                end = leaf->end;
                secret = scalarText(textNode(std::move(secret)), quotesOf(style));
            }
        } else if (const auto raw = entry.raw.find(SpotStyle::Partial); raw != entry.raw.end()) {
            secret = raw->second.reveal();
        } else if (leaf != nullptr) {
            problems.error(positionAt(body, at), std::string(DocumentPath),
                           "a masked secret must be the whole value, as it was shown");
            continue;
        } else if (secret.find('\n') != std::string::npos) {
            continue; // of a comment: stays as it is
        }
        clear.text.append(body.substr(done, begin - done));
        clear.m_pieces.push_back(
            {begin + mark, end + mark, clear.text.size(), clear.text.size() + secret.size()});
        clear.text.append(secret);
        done = end;
    }
    clear.text.append(body.substr(done));
    if (problems.hasErrors()) {
        return tl::unexpected<std::vector<Diagnostic>>(problems.takeSorted());
    }
    return clear;
}

} // namespace meridian::config
