// SPDX-License-Identifier: MIT
// Writes a request to a backend.
#pragma once

#include "core/http/messageparser.h"
#include "core/model/requesttrail.h"
#include "core/provider/authorization.h"
#include "core/provider/endpoint.h"
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

/// How an attempt is put to its backend.
struct OutgoingRequest
{
    const upstream::Backend &backend;
    provider::Call call; // `target` is the client's, in origin form
    provider::Passage passage = provider::Passage::Native;
    std::optional<std::string_view> callersKey{};     // instead of the gateway's own
    const provider::Credential *credential = nullptr; // instead of a configured key
    std::string_view body{};                          // for credentials that sign
    std::size_t guarded = 0; // the client's head holds secrets: its size, and what follows the head
};

/// Appends request line and headers, up to the empty line. Without a length the body follows
/// chunked; a request without body has length 0 and, for methods that may go without, no framing.
/// A translated request carries of the client's fields only what means something to any provider.
void appendRequestHead(std::string &out,
                       const http::MessageHead &client,
                       const OutgoingRequest &request,
                       std::string_view requestId,
                       const OutgoingTrace &trace,
                       std::optional<std::uint64_t> contentLength);

/// Appends one chunk of a chunked body; nothing for no bytes, as that would end it.
void appendChunk(std::string &out, std::string_view bytes);

} // namespace meridian::proxy
