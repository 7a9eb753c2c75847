// SPDX-License-Identifier: MIT
// Metric labels that are sets of a few values, whatever callers ask for.
#pragma once

#include "core/model/requesttrail.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace meridian::observe {

enum class SurfaceKind : std::uint8_t {
    Chat,
    Completions,
    Embeddings,
    Responses,
    Rerank,
    Moderations,
    Audio,
    Images,
    Messages,
    GeminiGenerate,
    GeminiEmbed,
    OllamaChat,
    OllamaGenerate,
    OllamaEmbed,
    Other,
};
inline constexpr std::size_t SurfaceKindCount = 15;

/// `path` without a query. Hot.
[[nodiscard]] SurfaceKind surfaceKind(std::string_view path) noexcept;

/// The path it stands for: `/v1/audio` for everything below that, `:generateContent` for Gemini's,
/// streamed or not; "other".
[[nodiscard]] std::string_view surfacePath(SurfaceKind kind) noexcept;

/// What OpenTelemetry's gen_ai.operation.name says of it; empty for Other, which is no operation.
[[nodiscard]] std::string_view operationName(SurfaceKind kind) noexcept;

/// Why an attempt failed and the exchange went on elsewhere.
enum class FailoverReason : std::uint8_t {
    ConnectError,
    Timeout,
    BrokenConnection,
    RateLimited, // 429
    ServerError, // 5xx
    Other,
};

[[nodiscard]] FailoverReason failoverReason(const model::AttemptRecord &attempt) noexcept;
[[nodiscard]] std::string_view failoverReasonName(FailoverReason reason) noexcept;

/// The pool a request's shape led to.
enum class Tier : std::uint8_t {
    LongPrompt,
    LongDecode,
    Default,
};
inline constexpr std::size_t TierCount = 3;

/// Of RequestRecord::tier, not empty.
[[nodiscard]] Tier tierOf(std::string_view name) noexcept;
[[nodiscard]] std::string_view tierName(Tier tier) noexcept;

} // namespace meridian::observe
