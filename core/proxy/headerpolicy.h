// SPDX-License-Identifier: MIT
// Which header fields pass the gateway, in which direction.
#pragma once

#include "core/base/secret.h"
#include "core/http/messageparser.h"

#include <map>
#include <string>
#include <string_view>

namespace meridian::proxy {

/// Client's fields that are left out because the gateway writes its own.
struct Replaced
{
    bool keys = false; // the backend has a credential, or the caller brought one
    bool traceparent = false;
    bool contentType = false;
    bool tracestate = false; // it belongs to a trace that is not carried on
    const std::map<std::string, Secret> *own = nullptr; // the backend's, by lower-case name
};

/// Appends the client's fields that a backend may see. Left out: hop-by-hop fields and those that
/// Connection names (RFC 9110 §7.6.1), framing and Host (the gateway writes its own), Expect
/// (answered here), Accept-Encoding (a compressed answer could not be read for usage),
/// x-meridian-*, x-modelmeld-* and x-request-id, and fields with keys when the backend has its own
/// or when they hold a key of this gateway.
void appendRequestHeaders(std::string &out,
                          const http::MessageHead &head,
                          const Replaced &replaced);

/// Of a translated request: the client's fields that mean the same to any provider (user-agent and
/// the trace), by name; anything else belongs to the dialect that was left.
void appendTranslatedHeaders(std::string &out,
                             const http::MessageHead &head,
                             const Replaced &replaced);

/// Appends the backend's fields that the client may see: all but hop-by-hop fields, framing,
/// x-request-id (renamed x-upstream-request-id) and x-meridian-*.
void appendResponseHeaders(std::string &out, const http::MessageHead &head);

} // namespace meridian::proxy
