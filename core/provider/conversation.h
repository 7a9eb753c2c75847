// SPDX-License-Identifier: MIT
// A request to a model in nobody's dialect: what every dialect can be read into and written from.
#pragma once

#include "core/provider/turn.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider {

/// A JSON number as it was spelt; empty = not given. Kept as text so that 0.7 stays 0.7.
using Number = std::string;

struct Tool
{
    enum class Kind : std::uint8_t { Function, Hosted };

    Kind kind = Kind::Function;
    std::string name;
    std::string description;
    std::string schema; // JSON Schema of the arguments, as it stood; empty: none given
    std::optional<bool> strict;
    CacheMark cache;
    std::vector<Extra> extras;
    /// Hosted (web search, code execution, …): the whole tool. Of a Function: what its own dialect
    /// needs to write it as it came; go by `kind`.
    std::string json;
    Dialect origin = Dialect::OpenAiChat;

    bool operator==(const Tool &) const = default;
};

struct ToolChoice
{
    enum class Kind : std::uint8_t { Unset, Auto, Required, None, Function, Opaque };

    Kind kind = Kind::Unset;
    std::string name; // Function
    std::string json; // Opaque: as it stood in the client's dialect

    bool operator==(const ToolChoice &) const = default;
};

struct ResponseFormat
{
    enum class Kind : std::uint8_t { Unset, Text, JsonObject, JsonSchema };

    Kind kind = Kind::Unset;
    std::string name;
    std::string description;
    std::string schema; // JSON, as it stood
    std::optional<bool> strict;

    bool operator==(const ResponseFormat &) const = default;
};

/// How much the model shall think.
struct Reasoning
{
    enum class Effort : std::uint8_t { Unset, None, Minimal, Low, Medium, High, XHigh, Max };

    Effort effort = Effort::Unset;
    std::optional<bool> isEnabled;      // Anthropic's enabled/disabled, Ollama's think
    bool isAdaptive = false;            // Anthropic's adaptive
    std::optional<std::int64_t> budget; // tokens
    std::optional<bool> wantsText;      // includeThoughts, display, summary
    std::string summary;                // Responses: "auto", "concise", "detailed"

    [[nodiscard]] bool isSet() const noexcept
    {
        return effort != Effort::Unset || isEnabled || isAdaptive || budget || wantsText;
    }

    bool operator==(const Reasoning &) const = default;
};

/// What a client asks, whole. `extras` are top-level fields of `origin` without a place here.
struct ChatRequest
{
    Dialect origin = Dialect::OpenAiChat;
    std::string model; // as the client said it
    std::vector<Turn> turns;
    std::vector<Tool> tools;
    ToolChoice toolChoice;
    std::optional<bool> parallelToolCalls;
    std::optional<std::int64_t> maxTokens;
    Number temperature;
    Number topP;
    Number topK;
    Number minP;
    Number seed;
    Number frequencyPenalty;
    Number presencePenalty;
    Number repeatPenalty;
    std::optional<std::int64_t> choices; // n, candidateCount
    std::optional<bool> logprobs;
    std::optional<std::int64_t> topLogprobs;
    std::string logitBias; // JSON
    std::vector<std::string> stop;
    bool isStream = false;
    bool wantsUsage = false; // OpenAI's stream_options.include_usage
    std::string user;        // whose request, for the provider's abuse detection
    std::string metadata;    // JSON object
    std::string serviceTier;
    std::string verbosity; // "low", "medium", "high"
    ResponseFormat format;
    Reasoning reasoning;
    std::string keepAlive; // Ollama: JSON, a string or a number
    std::vector<Extra> extras;

    bool operator==(const ChatRequest &) const = default;
};

} // namespace meridian::provider
