// SPDX-License-Identifier: MIT
#include "core/proxy/surfaces.h"

#include <array>

namespace meridian::proxy {

namespace {

struct Entry
{
    std::string_view path; // a trailing '/' makes it a prefix
    Surface surface;
};

constexpr Surface Json{Plane::Model, BodyKind::Json, StreamDialect::Chat, false, "POST"};
constexpr Surface Responses{Plane::Model, BodyKind::Json, StreamDialect::Responses, false, "POST"};
constexpr Surface Upload{Plane::Model, BodyKind::Upload, StreamDialect::Chat, false, "POST"};
constexpr Surface Public{Plane::Control, BodyKind::Json, StreamDialect::Chat, true, ""};
constexpr Surface Control{Plane::Control, BodyKind::Json, StreamDialect::Chat, false, ""};

constexpr std::array Entries{
    Entry{"/v1/chat/completions", Json},
    Entry{"/v1/completions", Json},
    Entry{"/v1/embeddings", Json},
    Entry{"/v1/responses", Responses},
    Entry{"/v1/rerank", Json},
    Entry{"/v1/moderations", Json},
    Entry{"/v1/audio/", Upload},
    Entry{"/v1/images/", Upload},
    Entry{"/v1/models", Public},
    Entry{"/v1/models/", Public},
    Entry{"/healthz", Public},
    Entry{"/readyz", Public},
    Entry{"/metrics", Control},
    Entry{"/ui", Control},
    Entry{"/ui/", Control},
    Entry{"/meridian/", Control},
    Entry{"/", Public}, // exactly this; it only leads to /ui
};

} // namespace

std::string_view originForm(std::string_view target) noexcept
{
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

Surface surfaceOf(std::string_view path) noexcept
{
    for (const Entry &entry : Entries) {
        if (path == entry.path ||
            (entry.path.size() > 1 && entry.path.ends_with('/') && path.starts_with(entry.path))) {
            return entry.surface;
        }
    }
    return {};
}

} // namespace meridian::proxy
