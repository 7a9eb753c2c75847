// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/usagefields.h"

#include "core/provider/common.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

void take(std::optional<std::uint64_t> &count, json::Value value)
{
    if (const auto told = tokenCountOf(value)) {
        count = std::max(count.value_or(0), *told);
    }
}

std::int64_t number(std::uint64_t count) noexcept
{
    return static_cast<std::int64_t>(std::min(count, static_cast<std::uint64_t>(INT64_MAX)));
}

} // namespace

TokenUsage UsageReader::read(json::Value usage)
{
    usage.members([this](json::Value name, json::Value value) {
        if (name.is("input_tokens")) {
            take(m_fresh, value);
        } else if (name.is("output_tokens")) {
            take(m_output, value);
        } else if (name.is("cache_read_input_tokens")) {
            take(m_cacheRead, value);
        } else if (name.is("cache_creation_input_tokens")) {
            take(m_cacheWrite, value);
        } else if (name.is("cache_creation")) {
            take(m_cacheWrite1h, value["ephemeral_1h_input_tokens"]);
        } else if (name.is("output_tokens_details")) {
            take(m_reasoning, value["thinking_tokens"]);
        }
    });
    TokenUsage known;
    if (m_fresh) {
        known.input = *m_fresh + m_cacheRead.value_or(0) + m_cacheWrite.value_or(0);
    }
    known.cacheRead = m_cacheRead;
    known.cacheWrite = m_cacheWrite;
    known.cacheWrite1h = m_cacheWrite1h;
    known.output = m_output;
    known.reasoning = m_reasoning;
    return known;
}

void writeUsage(json::JsonWriter &out, const TokenUsage &usage, bool isLater)
{
    const std::uint64_t read = usage.cacheRead.value_or(0);
    const std::uint64_t written = usage.cacheWrite.value_or(0);
    const std::uint64_t all = usage.input.value_or(0);
    const std::uint64_t cached = read + written;
    out.beginObject();
    if (usage.input || !isLater) {
        out.integer("input_tokens", number(all > cached ? all - cached : 0));
    }
    if (usage.cacheWrite || !isLater) {
        out.integer("cache_creation_input_tokens", number(written));
    }
    if (usage.cacheRead || !isLater) {
        out.integer("cache_read_input_tokens", number(read));
    }
    if (usage.cacheWrite) {
        const std::uint64_t hour = std::min(usage.cacheWrite1h.value_or(0), written);
        out.key("cache_creation").beginObject();
        out.integer("ephemeral_5m_input_tokens", number(written - hour));
        out.integer("ephemeral_1h_input_tokens", number(hour)).endObject();
    }
    out.integer("output_tokens", number(usage.output.value_or(0)));
    if (usage.reasoning) {
        out.key("output_tokens_details").beginObject();
        out.integer("thinking_tokens", number(*usage.reasoning)).endObject();
    }
    out.endObject();
}

} // namespace meridian::provider::anthropic
