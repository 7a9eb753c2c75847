// SPDX-License-Identifier: MIT
// The wire formats that model traffic is spoken in, and what can be asked in them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::provider {

/// One wire format of requests, answers, streams and errors. Logs, metrics and `explain` say
/// dialectName().
enum class Dialect : std::uint8_t {
    OpenAiChat,        // /v1/chat/completions
    OpenAiCompletions, // /v1/completions
    OpenAiResponses,   // /v1/responses
    OpenAiOther,       // embeddings, rerank, audio, …: OpenAI's errors, nothing to translate
    Anthropic,         // /v1/messages
    Gemini,            // :generateContent, also on Vertex AI
    OllamaChat,        // /api/chat
    OllamaGenerate,    // /api/generate
    OciGeneric,        // apiFormat GENERIC
    OciCohere,         // apiFormat COHERE
    OciCohereV2,       // apiFormat COHEREV2
};
inline constexpr std::size_t DialectCount = 11;

[[nodiscard]] constexpr std::string_view dialectName(Dialect dialect) noexcept
{
    constexpr std::array<std::string_view, DialectCount> Names{
        "openai_chat", "openai_completions", "openai_responses", "openai",      "anthropic",
        "gemini",      "ollama_chat",        "ollama_generate",  "oci_generic", "oci_cohere",
        "oci_coherev2"};
    return Names[static_cast<std::size_t>(dialect)];
}

/// What a request wants of a model.
enum class Operation : std::uint8_t {
    Generate,    // an answer to a conversation or a prompt
    Embed,       // vectors
    CountTokens, // of a request to Generate
    Other,       // only a backend that speaks the client's own dialect can
};

/// Whose signatures and encrypted reasoning mean something to whom.
enum class Vendor : std::uint8_t { Unknown, OpenAi, Anthropic, Google, Cohere, Ollama };

[[nodiscard]] constexpr Vendor vendorOf(Dialect dialect) noexcept
{
    switch (dialect) {
    case Dialect::Anthropic:
        return Vendor::Anthropic;
    case Dialect::Gemini:
        return Vendor::Google;
    case Dialect::OllamaChat:
    case Dialect::OllamaGenerate:
        return Vendor::Ollama;
    case Dialect::OciCohere:
    case Dialect::OciCohereV2:
        return Vendor::Cohere;
    default:
        return Vendor::OpenAi;
    }
}

} // namespace meridian::provider
