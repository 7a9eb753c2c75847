// SPDX-License-Identifier: MIT
#include "core/json/usageobject.h"

#include <algorithm>
#include <limits>

namespace meridian::json {

namespace {

constexpr std::size_t LargestObject = 2048; // ten times what any backend sends

/// `key` without quotes; `isNested`: of an object inside the usage object.
UsageField fieldOf(std::string_view key, bool isNested) noexcept
{
    const auto outer = [isNested](UsageField field) { return isNested ? UsageField::None : field; };
    switch (key.size()) { // first, so that most keys cost one comparison
    case 12:
        return key == "input_tokens"   ? outer(UsageField::Input)
               : key == "total_tokens" ? outer(UsageField::Total)
                                       : UsageField::None;
    case 13:
        return key == "prompt_tokens"   ? outer(UsageField::Prompt)
               : key == "output_tokens" ? outer(UsageField::Completion)
               : key == "cached_tokens" ? UsageField::CacheRead
                                        : UsageField::None;
    case 15:
        return key == "thinking_tokens" ? UsageField::Reasoning : UsageField::None;
    case 16:
        return key == "reasoning_tokens"   ? UsageField::Reasoning
               : key == "promptTokenCount" ? outer(UsageField::Prompt)
                                           : UsageField::None;
    case 17:
        return key == "completion_tokens" ? outer(UsageField::Completion) : UsageField::None;
    case 18:
        return key == "cache_write_tokens"   ? UsageField::CacheWrite
               : key == "thoughtsTokenCount" ? outer(UsageField::Thoughts)
                                             : UsageField::None;
    case 20:
        return key == "candidatesTokenCount" ? outer(UsageField::Candidates) : UsageField::None;
    case 23:
        return key == "cache_read_input_tokens"   ? outer(UsageField::CacheReadApart)
               : key == "prompt_cache_hit_tokens" ? outer(UsageField::CacheRead)
               : key == "cachedContentTokenCount" ? outer(UsageField::CacheRead)
               : key == "toolUsePromptTokenCount" ? outer(UsageField::Tools)
                                                  : UsageField::None;
    case 27:
        return key == "cache_creation_input_tokens" ? outer(UsageField::CacheWriteApart)
                                                    : UsageField::None;
    default:
        return UsageField::None;
    }
}

/// What was told now, or else what was known: nobody takes back a count by calling it 0.
std::uint64_t later(std::uint64_t known, std::uint64_t told) noexcept
{
    return told != 0 ? told : known;
}

} // namespace

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

std::optional<std::uint64_t> readCount(std::string_view text) noexcept
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
    if (i == 0 || i == text.size()) {
        return std::nullopt;
    }
    const char after = text[i];
    if (after != ',' && after != '}' && skipSpace(text.substr(i, 1)).size() == 1) {
        return std::nullopt;
    }
    return value;
}

UsageCounts readUsageObject(std::string_view text) noexcept
{
    constexpr int Nested = 2;
    text = text.substr(0, LargestObject);
    const std::size_t size = text.size();
    UsageCounts counts;
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
            const UsageField field = depth <= Nested
                                         ? fieldOf(text.substr(1, taken - 2), depth == Nested)
                                         : UsageField::None;
            const std::string_view rest =
                field != UsageField::None ? skipSpace(text.substr(taken)) : std::string_view();
            if (rest.starts_with(':')) {
                if (const auto number = readCount(skipSpace(rest.substr(1)))) {
                    counts.set(field, *number);
                }
            }
        }
        text.remove_prefix(taken);
    }
    return {};
}

void mergeCounts(Usage &usage, const UsageCounts &counts) noexcept
{
    using enum UsageField;
    const bool isWithin = counts.has(Prompt);
    usage.isCacheApart = !isWithin && (usage.isCacheApart || counts.has(CacheReadApart) ||
                                       counts.has(CacheWriteApart));
    const std::uint64_t apart = usage.isCacheApart ? usage.cacheRead + usage.cacheWrite : 0;
    const std::uint64_t fresh = later(usage.prompt - std::min(apart, usage.prompt),
                                      isWithin ? counts[Prompt] + counts[Tools] : counts[Input]);
    usage.cacheRead = later(usage.cacheRead, later(counts[CacheReadApart], counts[CacheRead]));
    usage.cacheWrite = later(usage.cacheWrite, later(counts[CacheWriteApart], counts[CacheWrite]));
    usage.prompt = usage.isCacheApart ? fresh + usage.cacheRead + usage.cacheWrite : fresh;
    if (counts.has(Candidates) || counts.has(Thoughts)) {
        const std::uint64_t said = usage.completion - std::min(usage.reasoning, usage.completion);
        usage.reasoning = later(usage.reasoning, counts[Thoughts]);
        usage.completion = later(said, counts[Candidates]) + usage.reasoning;
    } else {
        std::uint64_t completion = counts[Completion];
        const std::uint64_t reasoning = counts[Reasoning];
        // xAI counts reasoning beside the completion; the total gives it away
        if (reasoning > 0 && counts[Total] == counts[Prompt] + completion + reasoning) {
            completion += reasoning;
        }
        usage.reasoning = later(usage.reasoning, reasoning);
        usage.completion = later(usage.completion, completion);
    }
    usage.found = true;
}

} // namespace meridian::json
