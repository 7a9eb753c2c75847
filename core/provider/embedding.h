// SPDX-License-Identifier: MIT
// Requests for vectors, and their answers, from any dialect into any other.
#pragma once

#include "core/json/value.h"
#include "core/provider/codec.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider {

enum class EmbeddingDialect : std::uint8_t {
    OpenAi,       // /v1/embeddings
    Ollama,       // /api/embed
    OllamaOld,    // /api/embeddings: one text
    GeminiSingle, // :embedContent: one text
    GeminiBatch,  // :batchEmbedContents
    Vertex,       // :predict of Google's publisher models; no client speaks it
    Oci,          // actions/embedText; no client speaks it
};
inline constexpr std::size_t EmbeddingDialectCount = 7;

struct EmbeddingInput
{
    std::string text;
    std::string tokens; // instead of the text: token ids, a JSON array
    std::string title;  // of a document (Gemini)

    bool operator==(const EmbeddingInput &) const = default;
};

/// What a client asks, whole.
struct EmbeddingRequest
{
    EmbeddingDialect origin = EmbeddingDialect::OpenAi;
    std::string model;
    std::vector<EmbeddingInput> inputs;
    std::optional<std::int64_t> dimensions;
    bool wantsBase64 = false; // OpenAI's encoding_format
    std::string user;
    std::optional<bool> truncate; // what is too long; no: it is refused
    std::string keepAlive;        // Ollama: JSON
    std::string purpose;          // Gemini's taskType: RETRIEVAL_QUERY, CLUSTERING, …
    std::vector<Extra> extras;    // of `origin`

    bool operator==(const EmbeddingRequest &) const = default;
};

struct EmbeddingAnswer
{
    std::string model;                // as the provider calls it; empty: not told
    std::vector<std::string> vectors; // JSON arrays of numbers, as they were spelt
    std::optional<std::uint64_t> inputTokens;
};

// All functions: any thread, no state.

/// Reads a client's request; `body` is an object that json::Checker has passed, `target` the
/// request line's path (Gemini names the model there). No inputs come from Ollama only, where it
/// is a wish to load the model: to be answered by writeEmbeddingAnswer() of an empty answer.
[[nodiscard]] Decoded<EmbeddingRequest>
readEmbeddingRequest(EmbeddingDialect client, json::Value body, std::string_view target);

/// What a provider is asked in: Google the batch in any case, the others their own.
[[nodiscard]] EmbeddingDialect embeddingDialectOf(model::Provider provider) noexcept;

/// The body to send. An error where the provider cannot take the inputs at all (token ids, more
/// than one): the client's request is not to be answered by another one's vectors.
[[nodiscard]] Decoded<std::string> writeEmbeddingRequest(EmbeddingDialect provider,
                                                         const EmbeddingRequest &request,
                                                         const RequestContext &context,
                                                         Fidelity &fidelity);

/// Reads a provider's answer, which may be anything. There must be a vector for each input.
[[nodiscard]] tl::expected<EmbeddingAnswer, ApiError> readEmbeddingAnswer(
    EmbeddingDialect provider, std::string_view body, const EmbeddingRequest &request);

/// The answer in the client's dialect (`request.origin`). Fails when base64 was asked for and a
/// vector holds what no float can.
[[nodiscard]] tl::expected<std::string, ApiError>
writeEmbeddingAnswer(const EmbeddingAnswer &answer, const EmbeddingRequest &request);

/// Both steps back: a provider's bytes in, the client's out.
[[nodiscard]] tl::expected<std::string, ApiError> translateEmbeddingAnswer(
    EmbeddingDialect provider, std::string_view body, const EmbeddingRequest &request);

} // namespace meridian::provider
