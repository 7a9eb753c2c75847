// SPDX-License-Identifier: MIT
// Anthropic's `usage`, whose input_tokens leave out what was cached.
#pragma once

#include "core/json/jsonwriter.h"
#include "core/json/value.h"
#include "core/provider/answer.h"

#include <cstdint>
#include <optional>

namespace meridian::provider::anthropic {

/// Reads the usage of an answer, or the several ones of a stream: each may leave out what an
/// earlier one told, and counts never become smaller.
class UsageReader
{
public:
    /// What is known after `usage`.
    [[nodiscard]] TokenUsage read(json::Value usage);

private:
    std::optional<std::uint64_t> m_fresh; // input_tokens
    std::optional<std::uint64_t> m_cacheRead;
    std::optional<std::uint64_t> m_cacheWrite;
    std::optional<std::uint64_t> m_cacheWrite1h;
    std::optional<std::uint64_t> m_output;
    std::optional<std::uint64_t> m_reasoning;
};

/// Writes the value of `usage`. What is not known is 0 at the start of a stream and in a whole
/// answer; a later event (`isLater`) leaves it out, but for output_tokens.
void writeUsage(json::JsonWriter &out, const TokenUsage &usage, bool isLater);

} // namespace meridian::provider::anthropic
