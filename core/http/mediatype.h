// SPDX-License-Identifier: MIT
// What kind of body a head announces.
#pragma once

#include "core/http/messageparser.h"

#include <cstdint>

namespace meridian::http {

enum class MediaType : std::uint8_t {
    Other,       // or not said
    Json,        // application/json
    JsonLines,   // application/x-ndjson: Ollama's streams
    EventStream, // text/event-stream
    Html,        // text/html
};

/// By the beginning of Content-Type's value, parameters and case ignored.
[[nodiscard]] MediaType mediaTypeOf(const MessageHead &head) noexcept;

} // namespace meridian::http
