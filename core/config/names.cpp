// SPDX-License-Identifier: MIT
// The rules for names, each worded once.
#include "core/config/names.h"

#include "core/config/scalars.h"
#include "core/secrets/secretresolver.h"

#include <algorithm>
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

std::optional<Secret> readSecretHeader(const Cursor &value)
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
        return std::move(*secret);
    }
    return std::nullopt;
}

} // namespace meridian::config
