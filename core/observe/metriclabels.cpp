// SPDX-License-Identifier: MIT
#include "core/observe/metriclabels.h"

#include <array>

namespace meridian::observe {

namespace {

struct Entry
{
    std::string_view path;
    std::string_view operation;
};

// `chat`, `text_completion` and `embeddings` are predefined by the semantic conventions; the others
// have no predefined value, and a custom one may stand there
constexpr std::array<Entry, SurfaceKindCount> Entries{{{"/v1/chat/completions", "chat"},
                                                       {"/v1/completions", "text_completion"},
                                                       {"/v1/embeddings", "embeddings"},
                                                       {"/v1/responses", "chat"},
                                                       {"/v1/rerank", "rerank"},
                                                       {"/v1/moderations", "moderation"},
                                                       {"/v1/audio", "audio"},
                                                       {"/v1/images", "image"},
                                                       {"/v1/messages", "chat"},
                                                       {":generateContent", "generate_content"},
                                                       {":embedContent", "embeddings"},
                                                       {"/api/chat", "chat"},
                                                       {"/api/generate", "text_completion"},
                                                       {"/api/embed", "embeddings"},
                                                       {"other", ""}}};

constexpr bool isAt(std::string_view path, SurfaceKind kind) noexcept
{
    return path == Entries[static_cast<std::size_t>(kind)].path;
}

} // namespace

SurfaceKind surfaceKind(std::string_view path) noexcept
{
    if (isAt(path, SurfaceKind::Chat)) {
        return SurfaceKind::Chat; // nearly all of them
    }
    for (const auto kind :
         {SurfaceKind::Completions, SurfaceKind::Embeddings, SurfaceKind::Responses,
          SurfaceKind::Messages, SurfaceKind::OllamaChat, SurfaceKind::OllamaGenerate,
          SurfaceKind::OllamaEmbed, SurfaceKind::Rerank, SurfaceKind::Moderations}) {
        if (isAt(path, kind)) {
            return kind;
        }
    }
    if (path.starts_with("/v1/audio/")) {
        return SurfaceKind::Audio;
    }
    if (path.starts_with("/v1/images/")) {
        return SurfaceKind::Images;
    }
    if (path == "/api/embeddings") {
        return SurfaceKind::OllamaEmbed;
    }
    const auto colon = path.rfind(':'); // Gemini's methods
    const std::string_view verb =
        colon == std::string_view::npos ? std::string_view() : path.substr(colon + 1);
    return verb == "generateContent" || verb == "streamGenerateContent"
               ? SurfaceKind::GeminiGenerate
           : verb == "embedContent" || verb == "batchEmbedContents" ? SurfaceKind::GeminiEmbed
                                                                    : SurfaceKind::Other;
}

std::string_view surfacePath(SurfaceKind kind) noexcept
{
    return Entries[static_cast<std::size_t>(kind)].path;
}

std::string_view operationName(SurfaceKind kind) noexcept
{
    return Entries[static_cast<std::size_t>(kind)].operation;
}

FailoverReason failoverReason(const model::AttemptRecord &attempt) noexcept
{
    if (attempt.status != 0) { // an answer came, and it was one to ask elsewhere for
        return attempt.status == 429   ? FailoverReason::RateLimited
               : attempt.status >= 500 ? FailoverReason::ServerError
                                       : FailoverReason::Other;
    }
    // http::faultName()
    if (attempt.fault.ends_with("Timeout")) {
        return FailoverReason::Timeout;
    }
    if (attempt.fault == "ConnectError") {
        return FailoverReason::ConnectError;
    }
    return attempt.fault == "RemoteProtocolError" ? FailoverReason::BrokenConnection
                                                  : FailoverReason::Other;
}

std::string_view failoverReasonName(FailoverReason reason) noexcept
{
    constexpr std::array<std::string_view, 6> Names{
        "connect_error", "timeout", "broken_connection", "rate_limited", "server_error", "other"};
    return Names[static_cast<std::size_t>(reason)];
}

Tier tierOf(std::string_view name) noexcept
{
    return name == "long_prompt"   ? Tier::LongPrompt
           : name == "long_decode" ? Tier::LongDecode
                                   : Tier::Default;
}

std::string_view tierName(Tier tier) noexcept
{
    constexpr std::array<std::string_view, TierCount> Names{"long_prompt", "long_decode",
                                                            "default"};
    return Names[static_cast<std::size_t>(tier)];
}

} // namespace meridian::observe
