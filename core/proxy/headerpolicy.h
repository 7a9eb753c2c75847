// SPDX-License-Identifier: MIT
// Which header fields pass the gateway, in which direction.
#pragma once

#include "core/http/messageparser.h"

#include <string>
#include <string_view>

namespace meridian::proxy {

/// Client's fields that are left out because the gateway writes its own.
struct Replaced
{
    bool authorization = false; // the backend has a credential
    bool traceparent = false;
    bool tracestate = false; // it belongs to a trace that is not carried on
};

/// Appends the client's fields that a backend may see. Left out: hop-by-hop fields and those that
/// Connection names (RFC 9110 §7.6.1), framing and Host (the gateway writes its own), Expect
/// (answered here), Accept-Encoding (a compressed answer could not be read for usage), x-meridian-*
/// and x-request-id, and Authorization when the backend has its own or when it holds a key of this
/// gateway.
void appendRequestHeaders(std::string &out,
                          const http::MessageHead &head,
                          const Replaced &replaced);

/// Appends the backend's fields that the client may see: all but hop-by-hop fields, framing,
/// x-request-id (renamed x-upstream-request-id) and x-meridian-*.
void appendResponseHeaders(std::string &out, const http::MessageHead &head);

} // namespace meridian::proxy
