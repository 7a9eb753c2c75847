// SPDX-License-Identifier: MIT
// The little grammar of references again, seen from the other side; and the shapes of keys.
#include "core/config/clearsecrets.h"

#include "core/config/yamlkeys.h"

#include <algorithm>
#include <array>

namespace meridian::config {

namespace {

constexpr auto Npos = std::string_view::npos;

bool isWordCharacter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view Blank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(Blank);
    return first == Npos ? std::string_view()
                         : text.substr(first, text.find_last_not_of(Blank) + 1 - first);
}

bool isKeyParameter(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 12> Names{
        "key",    "api_key", "apikey",    "api-key",  "token", "access_token",
        "secret", "sig",     "signature", "password", "code",  "auth"};
    return std::find(Names.begin(), Names.end(), name) != Names.end();
}

void addUrls(std::string_view text, std::vector<TextRange> &into)
{
    for (std::size_t at = text.find("://"); at != Npos; at = text.find("://", at)) {
        at += 3;
        const std::size_t end = std::min(text.find_first_of(" \t\r\n\"'<>,{}[]", at), text.size());
        const std::size_t authority = std::min(text.find_first_of("/?#", at), end);
        const std::size_t sign = text.substr(0, authority).rfind('@');
        if (sign != Npos && sign > at) {
            into.emplace_back(at, sign);
        }
        std::size_t query = text.find('?', at);
        while (query < end) {
            const std::size_t next = std::min(text.find('&', query + 1), end);
            const std::size_t equals = text.find('=', query);
            if (equals < next && equals + 1 < next &&
                isKeyParameter(text.substr(query + 1, equals - query - 1)) &&
                standsInClear(text.substr(equals + 1, next - equals - 1))) {
                into.emplace_back(equals + 1, next);
            }
            query = next;
        }
    }
}

void addWords(std::string_view text, std::vector<TextRange> &into)
{
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && isWordCharacter(text[end])) {
            ++end;
        }
        if (looksLikeKey(text.substr(i, end - i))) {
            into.emplace_back(i, end);
        }
        i = std::max(end, i + 1);
    }
}

/// Each behind the one before it; of two that overlap the first.
std::vector<TextRange> settled(std::vector<TextRange> ranges)
{
    std::sort(ranges.begin(), ranges.end());
    std::vector<TextRange> out;
    for (const TextRange &range : ranges) {
        if (out.empty() || range.first >= out.back().second) {
            out.push_back(range);
        }
    }
    return out;
}

} // namespace

bool standsInClear(std::string_view value)
{
    value = trimmed(value);
    for (std::string_view scheme : {"env:", "file:", "credential:", "keychain:"}) {
        if (value.starts_with(scheme)) {
            return false;
        }
    }
    for (std::string_view word : {"Bearer", "Basic"}) {
        if (value.starts_with(word)) {
            value = trimmed(value.substr(word.size()));
        }
    }
    while (value.starts_with("${")) {
        const std::size_t close = value.find('}');
        const std::string_view reference = value.substr(0, close);
        const std::size_t fallback = reference.find(":-");
        if (close == Npos || (fallback != Npos && fallback + 2 < reference.size())) {
            return true; // the text behind the sign is a secret itself
        }
        value = trimmed(value.substr(close + 1));
    }
    return !value.empty();
}

bool looksLikeKey(std::string_view value)
{
    constexpr std::size_t ShortestKey = 16;
    if (value.find("PRIVATE KEY-----") != Npos) {
        return true;
    }
    constexpr std::array<std::string_view, 7> Beginnings{"sk-", "AIza", "gsk_", "xai-",
                                                         "hf_", "ghp_", "mrdn_"};
    return value.size() >= ShortestKey &&
           std::any_of(Beginnings.begin(), Beginnings.end(),
                       [&](std::string_view word) { return value.starts_with(word); }) &&
           std::all_of(value.begin(), value.end(), isWordCharacter);
}

std::vector<TextRange> secretsWithin(std::string_view text)
{
    std::vector<TextRange> found;
    addUrls(text, found);
    addWords(text, found);
    return settled(std::move(found));
}

std::vector<TextRange> secretsInComment(std::string_view comment)
{
    std::vector<TextRange> found;
    for (std::size_t colon = comment.find(':'); colon != Npos;
         colon = comment.find(':', colon + 1)) {
        std::size_t end = colon;
        while (end > 0 && (comment[end - 1] == '"' || comment[end - 1] == '\'')) {
            --end;
        }
        std::size_t begin = end;
        while (begin > 0 && isWordCharacter(comment[begin - 1])) {
            --begin;
        }
        std::size_t value = comment.find_first_not_of(" \t", colon + 1);
        if (!isSecretKey(comment.substr(begin, end - begin)) || value == Npos ||
            value == colon + 1) {
            continue;
        }
        const char quote = comment[value];
        const bool isQuoted = quote == '"' || quote == '\'';
        value += isQuoted ? 1 : 0;
        std::size_t last =
            isQuoted ? comment.find(quote, value) : comment.find_first_of(",}", value);
        last = std::min(last, comment.find_last_not_of(" \t\r") + 1);
        if (last > value && standsInClear(comment.substr(value, last - value))) {
            found.emplace_back(value, last);
        }
    }
    for (const TextRange &range : secretsWithin(comment)) {
        found.push_back(range);
    }
    return settled(std::move(found));
}

} // namespace meridian::config
