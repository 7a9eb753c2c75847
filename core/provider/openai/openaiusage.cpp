// SPDX-License-Identifier: MIT
#include "core/provider/openai/openaiusage.h"

#include "core/provider/common.h"

#include <algorithm>
#include <limits>

namespace meridian::provider::openai {

namespace {

std::optional<std::uint64_t> either(std::optional<std::uint64_t> one,
                                    std::optional<std::uint64_t> other)
{
    return one ? one : other;
}

std::int64_t written(std::uint64_t tokens) noexcept
{
    constexpr auto Most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(tokens, Most));
}

} // namespace

TokenUsage readUsage(json::Value usage)
{
    TokenUsage read;
    const json::Value prompt = usage["prompt_tokens_details"];
    const json::Value completion = usage["completion_tokens_details"];
    read.input = tokenCountOf(usage["prompt_tokens"]);
    read.output = tokenCountOf(usage["completion_tokens"]);
    read.cacheRead = tokenCountOf(prompt["cached_tokens"]);
    if (!read.cacheRead) { // DeepSeek; Moonshot
        read.cacheRead = either(tokenCountOf(usage["prompt_cache_hit_tokens"]),
                                tokenCountOf(usage["cached_tokens"]));
    }
    read.cacheWrite = tokenCountOf(prompt["cache_write_tokens"]); // OpenRouter
    read.reasoning = either(tokenCountOf(completion["reasoning_tokens"]),
                            tokenCountOf(usage["reasoning_tokens"]));
    // xAI counts reasoning beside the completion; the total gives it away
    const auto total = tokenCountOf(usage["total_tokens"]);
    constexpr std::uint64_t Sane = 1ULL << 53U;
    if (total && read.input && read.output && read.reasoning && *read.reasoning > 0 &&
        *read.input < Sane && *read.output < Sane && *read.reasoning < Sane &&
        *total == *read.input + *read.output + *read.reasoning) {
        *read.output += *read.reasoning;
    }
    return read;
}

bool hasUsage(const TokenUsage &usage) noexcept
{
    return usage.input.has_value() || usage.output.has_value();
}

void writeUsage(json::JsonWriter &json, const TokenUsage &usage)
{
    const std::int64_t input = written(usage.input.value_or(0));
    const std::int64_t output = written(usage.output.value_or(0));
    const bool overflows = input > std::numeric_limits<std::int64_t>::max() - output;
    json.beginObject();
    json.integer("prompt_tokens", input);
    json.integer("completion_tokens", output);
    json.integer("total_tokens",
                 overflows ? std::numeric_limits<std::int64_t>::max() : input + output);
    if (usage.cacheRead || usage.cacheWrite) {
        json.key("prompt_tokens_details").beginObject();
        if (usage.cacheRead) {
            json.integer("cached_tokens", written(*usage.cacheRead));
        }
        if (usage.cacheWrite) {
            json.integer("cache_write_tokens", written(*usage.cacheWrite));
        }
        json.endObject();
    }
    if (usage.reasoning) {
        json.key("completion_tokens_details").beginObject();
        json.integer("reasoning_tokens", written(*usage.reasoning)).endObject();
    }
    json.endObject();
}

} // namespace meridian::provider::openai
