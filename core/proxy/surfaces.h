// SPDX-License-Identifier: MIT
// The paths the gateway serves, and how their bodies and errors are treated.
#pragma once

#include <cstdint>
#include <string_view>

namespace meridian::proxy {

enum class Plane : std::uint8_t { Unknown, Model, Control };

enum class BodyKind : std::uint8_t {
    Json,   // collected and scanned
    Upload, // JSON is collected, anything else streams through
};

/// How an event stream that breaks says so.
enum class StreamDialect : std::uint8_t { Chat, Responses };

struct Surface
{
    Plane plane = Plane::Unknown;
    BodyKind body = BodyKind::Json;
    StreamDialect dialect = StreamDialect::Chat;
    bool isPublic = false;       // control plane: open to everybody who may use the models
    std::string_view allow = ""; // for 405; model surfaces take POST
};

/// The path of a request target, without query; absolute-form targets lose their authority.
[[nodiscard]] std::string_view pathOf(std::string_view target) noexcept;

/// The target as it is sent on: path and query.
[[nodiscard]] std::string_view originForm(std::string_view target) noexcept;

[[nodiscard]] Surface surfaceOf(std::string_view path) noexcept;

} // namespace meridian::proxy
