// SPDX-License-Identifier: MIT
// Asking Google how many tokens a request has, and answering Gemini clients that ask.
#pragma once

#include "core/json/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider::gemini {

/// Whose `:countTokens` is asked: the Gemini API takes a whole request, Vertex AI some of its
/// fields.
enum class CountFlavour : std::uint8_t { GeminiApi, VertexAi };

/// The body for `:countTokens` out of one for `:generateContent` (what encodeRequest() made).
[[nodiscard]] std::string
countTokensBody(json::Value request, std::string_view model, CountFlavour flavour);

struct TokenCount
{
    std::uint64_t total = 0; // cached ones included
    std::optional<std::uint64_t> cached;
};

/// Nothing when it is not what Google answers.
[[nodiscard]] std::optional<TokenCount> readTokenCount(json::Value body);

/// The answer to a Gemini client.
[[nodiscard]] std::string writeTokenCount(const TokenCount &count);

} // namespace meridian::provider::gemini
