// SPDX-License-Identifier: MIT
// The paths the gateway serves, and how their bodies and errors are treated.
#pragma once

#include "core/model/routingsettings.h"
#include "core/provider/dialect.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::proxy {

enum class Plane : std::uint8_t { Unknown, Model, Control };

enum class BodyKind : std::uint8_t {
    Json,   // collected and scanned
    Upload, // JSON is collected, anything else streams through
};

struct Surface
{
    Plane plane = Plane::Unknown;
    BodyKind body = BodyKind::Json;
    provider::Dialect dialect = provider::Dialect::OpenAiChat; // of requests, answers and errors
    provider::Operation operation = provider::Operation::Other;
    bool isPublic = false;              // control plane: open to everybody who may use the models
    bool isPage = false;                // control plane: a file of /ui
    bool isFeed = false;                // control plane: can be followed as an event stream
    std::string_view allow = "";        // for 405; model surfaces take POST
    std::string_view upstreamPath = ""; // what a backend calls a path of our own; empty: the same
};

/// The path of a request target, without query; absolute-form targets lose their authority.
[[nodiscard]] std::string_view pathOf(std::string_view target) noexcept;

/// The target as it is sent on: path and query.
[[nodiscard]] std::string_view originForm(std::string_view target) noexcept;

/// `routes`: paths of the configuration's own, for chat completions; `method` chooses where one has
/// several. Views into `routes`.
[[nodiscard]] Surface surfaceOf(std::string_view path,
                                const std::vector<model::RouteSettings> &routes = {},
                                std::string_view method = {}) noexcept;

/// For 405: the surface's own method, or all that the routes have for the path.
[[nodiscard]] std::string allowedMethods(const Surface &surface,
                                         std::string_view path,
                                         const std::vector<model::RouteSettings> &routes);

} // namespace meridian::proxy
