// SPDX-License-Identifier: MIT
// A model as lists of models name it, in any dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace meridian::provider {

/// What is not known stays empty.
struct ListedModel
{
    std::string name;                            // as clients ask for it
    std::string provider;                        // whose: "anthropic", "ollama", …
    std::string family;                          // "llama"
    std::string parameterSize;                   // "8B"
    std::optional<std::int64_t> contextLength;   // tokens
    std::optional<std::int64_t> maxOutputTokens; // tokens
    bool isEmbedding = false;                    // makes vectors, not text
};

} // namespace meridian::provider
