// SPDX-License-Identifier: MIT
#include "core/provider/gemini/words.h"

#include "core/base/base64.h"
#include "core/base/hash.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace meridian::provider::gemini {

namespace {

constexpr std::string_view Escaped = "mrdn.";
constexpr std::string_view Digits = "0123456789abcdef";
constexpr std::size_t MaxName = 128;
constexpr std::string_view IdPrefix = "gemini_";

struct Suffix
{
    std::string_view suffix;
    std::string_view type;
};

constexpr std::array<Suffix, 26> Suffixes{{
    {"png", "image/png"},         {"jpg", "image/jpeg"},      {"jpeg", "image/jpeg"},
    {"webp", "image/webp"},       {"gif", "image/gif"},       {"heic", "image/heic"},
    {"heif", "image/heif"},       {"avif", "image/avif"},     {"bmp", "image/bmp"},
    {"svg", "image/svg+xml"},     {"pdf", "application/pdf"}, {"txt", "text/plain"},
    {"md", "text/markdown"},      {"html", "text/html"},      {"csv", "text/csv"},
    {"json", "application/json"}, {"wav", "audio/wav"},       {"mp3", "audio/mpeg"},
    {"flac", "audio/flac"},       {"ogg", "audio/ogg"},       {"aac", "audio/aac"},
    {"m4a", "audio/mp4"},         {"mp4", "video/mp4"},       {"mov", "video/quicktime"},
    {"webm", "video/webm"},       {"mpeg", "video/mpeg"},
}};

constexpr std::array<std::string_view, 9> FilterReasons{
    "SAFETY",     "BLOCKLIST",    "PROHIBITED_CONTENT",       "SPII",
    "RECITATION", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION",
    "MODEL_ARMOR"};

bool isLetter(char c) noexcept
{
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

bool isWord(char c) noexcept
{
    return isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ':';
}

bool isTaken(std::string_view name) noexcept
{
    return !name.empty() && name.size() <= MaxName && (isLetter(name[0]) || name[0] == '_') &&
           !name.starts_with(Escaped) &&
           std::all_of(name.begin(), name.end(), [](char c) { return isWord(c) || c == '.'; });
}

} // namespace

std::string geminiName(std::string_view name)
{
    if (isTaken(name)) {
        return std::string(name);
    }
    std::string out(Escaped);
    for (const char c : name) {
        if (isWord(c)) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('.');
            out.push_back(Digits[byte >> 4U]);
            out.push_back(Digits[byte & 15U]);
        }
        if (out.size() > MaxName) {
            break;
        }
    }
    if (out.size() > MaxName) {
        constexpr std::size_t HashDigits = 16;
        out.resize(MaxName - HashDigits);
        std::uint64_t hash = hashBytes(name);
        for (std::size_t i = 0; i < HashDigits; ++i, hash >>= 4U) {
            out.push_back(Digits[hash & 15U]);
        }
    }
    return out;
}

std::string originalName(std::string_view name)
{
    if (!name.starts_with(Escaped)) {
        return std::string(name);
    }
    std::string out;
    for (std::size_t i = Escaped.size(); i < name.size(); ++i) {
        if (name[i] != '.') {
            out.push_back(name[i]);
            continue;
        }
        unsigned int byte = 0;
        const char *first = name.data() + i + 1;
        const char *last = name.data() + std::min(i + 3, name.size());
        const auto [end, error] = std::from_chars(first, last, byte, 16);
        if (error != std::errc() || end != first + 2) {
            return std::string(name); // not one of ours
        }
        out.push_back(static_cast<char>(byte));
        i += 2;
    }
    return out;
}

FinishReason finishOf(std::string_view reason) noexcept
{
    if (reason == "MAX_TOKENS") {
        return FinishReason::MaxTokens;
    }
    const bool isFiltered =
        std::find(FilterReasons.begin(), FilterReasons.end(), reason) != FilterReasons.end();
    return isFiltered ? FinishReason::Filtered : FinishReason::Stop;
}

std::string_view finishWord(FinishReason reason) noexcept
{
    switch (reason) {
    case FinishReason::MaxTokens:
    case FinishReason::ContextExceeded:
        return "MAX_TOKENS";
    case FinishReason::Filtered:
        return "SAFETY";
    default:
        return "STOP";
    }
}

std::string carriedSignature(std::string_view signature, Vendor by)
{
    std::string tagged = taggedSignature(signature, by, Vendor::Google);
    return tagged.size() == signature.size() ? tagged : base64Encode(tagged);
}

Signature readSignature(std::string_view carried)
{
    constexpr std::string_view EncodedTag = "bXJkb"; // "mrdn:" begins so
    if (carried.starts_with(EncodedTag)) {
        if (const auto tagged = base64Decode(carried)) {
            const Signature signature = untaggedSignature(*tagged, Vendor::Google);
            if (signature.by != Vendor::Google) {
                return signature;
            }
        }
    }
    return untaggedSignature(carried, Vendor::Google);
}

std::string_view mediaTypeOf(std::string_view url) noexcept
{
    url = url.substr(0, url.find_first_of("?#"));
    const std::size_t dot = url.rfind('.');
    if (dot == std::string_view::npos) {
        return {};
    }
    const std::string_view suffix = url.substr(dot + 1);
    for (const Suffix &row : Suffixes) {
        const bool isEqual = std::equal(
            suffix.begin(), suffix.end(), row.suffix.begin(), row.suffix.end(), [](char a, char b) {
                return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
            });
        if (isEqual) {
            return row.type;
        }
    }
    return {};
}

Part::Kind kindOfMedia(std::string_view mediaType) noexcept
{
    if (mediaType.starts_with("image/")) {
        return Part::Kind::Image;
    }
    return mediaType.starts_with("audio/") ? Part::Kind::Audio : Part::Kind::Document;
}

std::string madeId(std::size_t content, std::size_t part)
{
    return std::string(IdPrefix) + std::to_string(content) + "_" + std::to_string(part);
}

bool isMadeId(std::string_view id) noexcept
{
    return id.starts_with(IdPrefix) &&
           id.find_first_not_of("0123456789_", IdPrefix.size()) == std::string_view::npos;
}

bool isGemini3(std::string_view model) noexcept
{
    return model.find("gemini-3") != std::string_view::npos;
}

} // namespace meridian::provider::gemini
