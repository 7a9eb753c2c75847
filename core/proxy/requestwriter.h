// SPDX-License-Identifier: MIT
// Writes a request to a backend.
#pragma once

#include "core/http/messageparser.h"
#include "core/model/requesttrail.h"
#include "core/upstream/backend.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::proxy {

/// The trace a request carries on. Without tracing of our own the client's fields pass unchanged.
struct OutgoingTrace
{
    const model::TraceContext &context;
    bool isOurs = false;
    std::uint8_t attempt = 0; // its span is the parent of what the backend does
};

/// Appends request line and headers, up to the empty line. Without a length the body follows
/// chunked; a request without body has length 0 and, for methods that may go without, no framing.
void appendRequestHead(std::string &out,
                       const http::MessageHead &client,
                       const upstream::Backend &backend,
                       std::string_view requestId,
                       const OutgoingTrace &trace,
                       std::optional<std::uint64_t> contentLength);

/// Appends one chunk of a chunked body; nothing for no bytes, as that would end it.
void appendChunk(std::string &out, std::string_view bytes);

} // namespace meridian::proxy
