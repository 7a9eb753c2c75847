// SPDX-License-Identifier: MIT
#include "core/json/usage.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

namespace meridian::json {

namespace {

constexpr std::string_view Name = "\"usage\"";
constexpr std::size_t LargestObject = 2048; // ten times what any backend sends
constexpr int MostCandidates = 16; // a hostile response must not cost more than this many looks

/// What one usage object tells.
struct Counts
{
    std::optional<std::uint64_t> prompt;
    std::optional<std::uint64_t> completion;
    std::size_t length = 0; // of the object

    [[nodiscard]] bool any() const noexcept { return prompt || completion; }
};

std::string_view skipSpace(std::string_view text) noexcept
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text;
}

/// The length of the string literal at the start of `text`, quotes included; 0 when it does not
/// end.
std::size_t stringLength(std::string_view text) noexcept
{
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return 0;
}

/// A non-negative integer that ends where a value may end; fractions, exponents and words are none.
std::optional<std::uint64_t> count(std::string_view text) noexcept
{
    constexpr std::uint64_t Largest = std::numeric_limits<std::uint64_t>::max() / 10 - 1;
    std::uint64_t value = 0;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
        if (value > Largest) {
            return std::nullopt;
        }
        value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
    }
    constexpr std::string_view AfterValue = ",} \t\r\n";
    if (i == 0 || i == text.size() || AfterValue.find(text[i]) == std::string_view::npos) {
        return std::nullopt;
    }
    return value;
}

void take(Counts &counts, std::string_view key, std::string_view value) noexcept
{
    if (key == "\"prompt_tokens\"" || key == "\"input_tokens\"") {
        if (const auto number = count(value)) {
            counts.prompt = number;
        }
    } else if (key == "\"completion_tokens\"" || key == "\"output_tokens\"") {
        if (const auto number = count(value)) {
            counts.completion = number;
        }
    }
}

/// The counts in the object at the start of `text`, nested objects left out; none when it does not
/// end.
Counts readObject(std::string_view text) noexcept
{
    text = text.substr(0, LargestObject);
    const std::size_t size = text.size();
    Counts counts;
    int depth = 0;
    while (!text.empty()) {
        const char byte = text.front();
        std::size_t taken = 1;
        if (byte == '{' || byte == '[') {
            ++depth;
        } else if (byte == '}' || byte == ']') {
            if (--depth == 0) {
                counts.length = size - text.size() + 1;
                return counts;
            }
        } else if (byte == '"') {
            taken = stringLength(text);
            if (taken == 0) {
                return {};
            }
            const std::string_view rest = depth == 1 ? skipSpace(text.substr(taken)) : "";
            if (rest.starts_with(':')) {
                take(counts, text.substr(0, taken), skipSpace(rest.substr(1)));
            }
        }
        text.remove_prefix(taken);
    }
    return {};
}

/// The text from the `{` of a usage object whose name stands at `at`; empty when it is no such
/// thing.
std::string_view objectAt(std::string_view text, std::size_t at) noexcept
{
    // An odd run of backslashes means that the quote is inside a string. A run that reaches the
    // start may go on before it; a real name always has at least a brace in front.
    const std::size_t before =
        at == 0 ? std::string_view::npos : text.find_last_not_of('\\', at - 1);
    if (before == std::string_view::npos || (at - 1 - before) % 2 != 0) {
        return {};
    }
    std::string_view rest = skipSpace(text.substr(at + Name.size()));
    if (!rest.starts_with(':')) {
        return {};
    }
    rest = skipSpace(rest.substr(1));
    return rest.starts_with('{') ? rest : std::string_view{};
}

} // namespace

Usage findUsage(std::string_view text) noexcept
{
    int looks = 0;
    std::size_t at = text.rfind(Name);
    while (at != std::string_view::npos && looks < MostCandidates) {
        if (const std::string_view object = objectAt(text, at); !object.empty()) {
            ++looks;
            if (const Counts counts = readObject(object); counts.any()) {
                return {counts.prompt.value_or(0), counts.completion.value_or(0), true};
            }
        }
        at = at == 0 ? std::string_view::npos : text.rfind(Name, at - 1);
    }
    return {};
}

void mergeUsage(Usage &usage, std::string_view text) noexcept
{
    // memmem() is several times faster than string_view::find() on text that lacks the name
    int failedLooks = 0;
    std::string_view rest = text;
    while (!rest.empty() && failedLooks < MostCandidates) {
        const void *hit = memmem(rest.data(), rest.size(), Name.data(), Name.size());
        if (hit == nullptr) {
            return;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char *>(hit) - text.data());
        const std::string_view object = objectAt(text, at);
        rest = text.substr(at + Name.size());
        if (object.empty()) {
            continue;
        }
        const Counts counts = readObject(object);
        if (!counts.any()) {
            ++failedLooks;
            continue;
        }
        usage = {counts.prompt.value_or(usage.prompt), counts.completion.value_or(usage.completion),
                 true};
        rest = object.substr(counts.length);
    }
}

void UsageTail::feed(std::string_view span)
{
    if (span.size() >= WindowSize) {
        m_tail.assign(span.substr(span.size() - WindowSize));
        return;
    }
    if (const std::size_t total = m_tail.size() + span.size(); total > WindowSize) {
        m_tail.erase(0, total - WindowSize);
    }
    m_tail.append(span);
}

Usage UsageTail::finish(std::string_view last)
{
    if (m_tail.empty()) {
        return findUsage(last.substr(last.size() - std::min(last.size(), WindowSize)));
    }
    feed(last);
    return findUsage(m_tail);
}

} // namespace meridian::json
