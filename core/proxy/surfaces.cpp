// SPDX-License-Identifier: MIT
#include "core/proxy/surfaces.h"

#include "core/provider/geminitarget.h"

#include <array>

namespace meridian::proxy {

namespace {

struct Entry
{
    std::string_view path; // a trailing '/' makes it a prefix
    Surface surface;
};

using provider::Dialect;
using provider::Operation;

constexpr Surface modelSurface(Dialect dialect, Operation operation, BodyKind body = BodyKind::Json)
{
    Surface surface{Plane::Model, body, dialect, operation};
    surface.allow = "POST";
    return surface;
}

constexpr Surface control(bool isPublic, Dialect dialect = Dialect::OpenAiOther)
{
    Surface surface{Plane::Control, BodyKind::Json, dialect, Operation::Other};
    surface.isPublic = isPublic;
    return surface;
}

constexpr Surface page()
{
    Surface surface = control(false);
    surface.isPage = true;
    return surface;
}

constexpr Surface feed()
{
    Surface surface = control(false);
    surface.isFeed = true;
    return surface;
}

constexpr Surface Other = modelSurface(Dialect::OpenAiOther, Operation::Other);
constexpr Surface Upload = modelSurface(Dialect::OpenAiOther, Operation::Other, BodyKind::Upload);

constexpr std::array Entries{
    Entry{"/v1/chat/completions", modelSurface(Dialect::OpenAiChat, Operation::Generate)},
    Entry{"/v1/completions", modelSurface(Dialect::OpenAiCompletions, Operation::Generate)},
    Entry{"/v1/responses", modelSurface(Dialect::OpenAiResponses, Operation::Generate)},
    Entry{"/v1/responses/input_tokens",
          modelSurface(Dialect::OpenAiResponses, Operation::CountTokens)},
    Entry{"/v1/embeddings", modelSurface(Dialect::OpenAiOther, Operation::Embed)},
    Entry{"/v1/messages", modelSurface(Dialect::Anthropic, Operation::Generate)},
    Entry{"/v1/messages/count_tokens", modelSurface(Dialect::Anthropic, Operation::CountTokens)},
    Entry{"/api/chat", modelSurface(Dialect::OllamaChat, Operation::Generate)},
    Entry{"/api/generate", modelSurface(Dialect::OllamaGenerate, Operation::Generate)},
    Entry{"/api/embed", modelSurface(Dialect::OllamaChat, Operation::Embed)},
    Entry{"/api/embeddings", modelSurface(Dialect::OllamaGenerate, Operation::Embed)},
    Entry{"/v1/rerank", Other},
    Entry{"/v1/moderations", Other},
    Entry{"/v1/audio/", Upload},
    Entry{"/v1/images/", Upload},
    Entry{"/v1/models", control(true)},
    Entry{"/v1/models/", control(true)},
    Entry{"/v1beta/models", control(true, Dialect::Gemini)},
    Entry{"/v1beta/models/", control(true, Dialect::Gemini)},
    Entry{"/api/tags", control(true, Dialect::OllamaChat)},
    Entry{"/api/ps", control(true, Dialect::OllamaChat)},
    Entry{"/api/show", control(true, Dialect::OllamaChat)},
    Entry{"/api/version", control(true, Dialect::OllamaChat)},
    Entry{"/healthz", control(true)},
    Entry{"/readyz", control(true)},
    Entry{"/metrics", control(false)},
    Entry{"/ui", page()},
    Entry{"/ui/", page()},
    Entry{"/meridian/events", feed()},
    Entry{"/meridian/v1/events", feed()},
    Entry{"/meridian/", control(false)},
    Entry{"/", control(true)}, // exactly this; it only leads to /ui
};

/// Gemini says the method behind a colon: `/v1beta/models/m:generateContent`.
Surface geminiSurface(std::string_view verb) noexcept
{
    if (verb == "generateContent" || verb == "streamGenerateContent") {
        return modelSurface(Dialect::Gemini, Operation::Generate);
    }
    if (verb == "countTokens") {
        return modelSurface(Dialect::Gemini, Operation::CountTokens);
    }
    if (verb == "embedContent" || verb == "batchEmbedContents") {
        return modelSurface(Dialect::Gemini, Operation::Embed);
    }
    return {};
}

bool isModelPath(std::string_view path) noexcept
{
    return path.starts_with("/v1beta/models/") || path.starts_with("/v1/models/") ||
           path.starts_with("/v1beta1/models/");
}

} // namespace

std::string_view originForm(std::string_view target) noexcept
{
    target = target.substr(0, target.find('#')); // no part of a target (RFC 9112 §3.2)
    if (target.starts_with('/')) {
        return target;
    }
    const auto scheme = target.find("://"); // absolute-form, RFC 9112 §3.2.2
    if (scheme == std::string_view::npos) {
        return target;
    }
    const auto slash = target.find('/', scheme + 3);
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

std::string_view pathOf(std::string_view target) noexcept
{
    const std::string_view origin = originForm(target);
    return origin.substr(0, origin.find_first_of("?#"));
}

Surface surfaceOf(std::string_view path,
                  const std::vector<model::RouteSettings> &routes,
                  std::string_view method) noexcept
{
    if (isModelPath(path)) {
        const Surface gemini = geminiSurface(provider::parseGeminiTarget(path).verb);
        if (gemini.plane != Plane::Unknown) {
            return gemini;
        }
    }
    for (const Entry &entry : Entries) {
        if (path == entry.path ||
            (entry.path.size() > 1 && entry.path.ends_with('/') && path.starts_with(entry.path))) {
            return entry.surface;
        }
    }
    Surface surface;
    for (const model::RouteSettings &route : routes) {
        if (path == route.path && (surface.plane == Plane::Unknown || route.method == method)) {
            surface = modelSurface(Dialect::OpenAiChat, Operation::Generate);
            surface.allow = route.method;
            surface.upstreamPath = "/v1/chat/completions";
        }
    }
    return surface;
}

std::string allowedMethods(const Surface &surface,
                           std::string_view path,
                           const std::vector<model::RouteSettings> &routes)
{
    std::string methods;
    for (const model::RouteSettings &route : routes) {
        if (path == route.path && !surface.upstreamPath.empty()) {
            methods.append(methods.empty() ? "" : ", ").append(route.method);
        }
    }
    return methods.empty() ? std::string(surface.allow) : methods;
}

} // namespace meridian::proxy
