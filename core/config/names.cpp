// SPDX-License-Identifier: MIT
// The rules for names, each worded once.
#include "core/config/names.h"

#include "core/config/scalars.h"
#include "core/secrets/secretresolver.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace meridian::config {

namespace {

constexpr std::size_t MaxHeaderNameBytes = 64;
constexpr std::size_t MaxHeaderBytes = 8192; // half of what common servers take as one header

// RFC 9110 §5.6.2 tchar
bool isTokenCharacter(char c) noexcept
{
    constexpr std::string_view Marks = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           Marks.find(c) != std::string_view::npos;
}

} // namespace

bool isBlank(std::string_view text) noexcept
{
    return text.find_first_not_of(" \t") == std::string_view::npos;
}

std::optional<std::vector<std::string>> readTags(const Cursor &value)
{
    if (!value.requireSequence("a list of strings")) {
        return std::nullopt;
    }
    const std::size_t count = value.node().items.size();
    if (count > MaxTags) {
        value.error("must not hold more than " + std::to_string(MaxTags) + " tags");
        return std::nullopt;
    }
    std::vector<std::string> tags;
    for (std::size_t i = 0; i < count; ++i) {
        if (auto tag = readName(value.item(i), MaxNameBytes)) {
            tags.push_back(std::move(*tag));
        }
    }
    return tags;
}

std::optional<std::vector<std::string>> readSomeTags(const Cursor &value)
{
    auto tags = readTags(value);
    if (!tags) {
        return std::nullopt;
    }
    if (value.node().items.empty()) {
        value.error("must hold at least one tag");
    }
    for (std::size_t i = 0; i < value.node().items.size(); ++i) {
        const std::string &text = value.node().items[i].text;
        if (!text.empty() && isBlank(text)) {
            value.item(i).error("must not be blank");
        }
    }
    return tags;
}

std::optional<std::string> readHeaderName(const Cursor &value)
{
    auto name = readName(value, MaxHeaderNameBytes);
    if (!name) {
        return std::nullopt;
    }
    if (!std::all_of(name->begin(), name->end(), isTokenCharacter)) {
        value.error("is not the name of a header field");
        return std::nullopt;
    }
    for (char &c : *name) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    return name;
}

namespace {

std::optional<Secret> resolved(const Cursor &value)
{
    const auto text = readString(value);
    if (!text) {
        return std::nullopt;
    }
    auto secret = value.context().secrets.resolve(*text);
    if (!secret) {
        value.error(std::move(secret.error().detail));
        return std::nullopt;
    }
    return std::move(*secret);
}

// Fields that whoever sends a message writes itself: a second one would break its framing.
bool isFramingHeader(std::string_view name) noexcept
{
    static constexpr std::array<std::string_view, 7> Own{
        "host",       "content-length",    "content-type", "content-encoding",
        "connection", "transfer-encoding", "expect"};
    return std::find(Own.begin(), Own.end(), name) != Own.end();
}

} // namespace

std::optional<Secret> readSecret(const Cursor &value)
{
    constexpr std::size_t MaxSecretBytes = std::size_t{64} * 1024;
    const bool isEmpty = value.node().kind == YamlNode::Kind::Scalar && value.node().text.empty();
    if (value.isNull() || isEmpty) {
        return Secret();
    }
    auto secret = resolved(value);
    if (secret && secret->reveal().size() > MaxSecretBytes) {
        value.error("must not be longer than " + std::to_string(MaxSecretBytes) + " bytes");
        return std::nullopt;
    }
    return secret;
}

std::optional<std::map<std::string, Secret>> readSecretHeaders(const Cursor &value)
{
    constexpr std::size_t MaxHeaders = 32;
    if (!value.requireMapping()) {
        return std::nullopt;
    }
    if (value.node().entries.size() > MaxHeaders) {
        value.error("must not hold more than " + std::to_string(MaxHeaders) + " headers");
        return std::nullopt;
    }
    std::map<std::string, Secret> headers;
    for (const YamlEntry &entry : value.node().entries) {
        if (entry.key.kind != YamlNode::Kind::Scalar) {
            continue; // reported
        }
        const Cursor header = value.child(entry);
        const Cursor key(entry.key, header.path(), value.context());
        const auto name = readHeaderName(key);
        auto secret = readSecretHeader(header);
        if (!name || !secret) {
            continue;
        }
        if (isFramingHeader(*name)) {
            key.error("is written by the gateway itself");
        } else if (!headers.try_emplace(*name, std::move(*secret)).second) {
            key.error("given before, in other letters");
        }
    }
    return headers;
}

std::optional<Secret> readSecretHeader(const Cursor &value)
{
    auto secret = resolved(value);
    if (!secret) {
        return std::nullopt;
    }
    const std::string_view header = secret->reveal();
    const bool isHeaderValue = std::none_of(header.begin(), header.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
    if (!isHeaderValue) {
        value.error("must not hold line breaks or other control characters");
    } else if (isBlank(header)) {
        value.error("must not be blank");
    } else if (header.size() > MaxHeaderBytes) {
        value.error("must not be longer than " + std::to_string(MaxHeaderBytes) + " bytes");
    } else {
        return secret;
    }
    return std::nullopt;
}

} // namespace meridian::config
