// SPDX-License-Identifier: MIT
#include "core/proxy/headerpolicy.h"

namespace meridian::proxy {

namespace {

using http::equalsIgnoreCase;

/// Fields that belong to one connection, or that the gateway writes itself. By length first: most
/// fields are let through after one comparison of sizes.
bool isConnectionField(std::string_view name) noexcept
{
    switch (name.size()) {
    case 2:
        return equalsIgnoreCase(name, "te");
    case 7:
        return equalsIgnoreCase(name, "trailer") || equalsIgnoreCase(name, "upgrade");
    case 10:
        return equalsIgnoreCase(name, "connection") || equalsIgnoreCase(name, "keep-alive");
    case 14:
        return equalsIgnoreCase(name, "content-length") || equalsIgnoreCase(name, "http2-settings");
    case 16:
        return equalsIgnoreCase(name, "proxy-connection");
    case 17:
        return equalsIgnoreCase(name, "transfer-encoding");
    case 18:
        return equalsIgnoreCase(name, "proxy-authenticate");
    case 19:
        return equalsIgnoreCase(name, "proxy-authorization");
    default:
        return false;
    }
}

bool isOurs(std::string_view name) noexcept
{
    constexpr std::string_view Prefix = "x-meridian-";
    return name.size() > Prefix.size() && equalsIgnoreCase(name.substr(0, Prefix.size()), Prefix);
}

bool isRequestOnly(std::string_view name) noexcept
{
    switch (name.size()) {
    case 4:
        return equalsIgnoreCase(name, "host");
    case 6:
        return equalsIgnoreCase(name, "expect");
    case 12:
        return equalsIgnoreCase(name, "x-request-id");
    case 15:
        return equalsIgnoreCase(name, "accept-encoding");
    default:
        return false;
    }
}

void append(std::string &out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

bool isGatewayKey(std::string_view authorization) noexcept
{
    return authorization.find(" mrdn_") != std::string_view::npos;
}

/// True when a Connection field names more than the usual: then each field's name is looked for.
bool namesFields(const http::MessageHead &head) noexcept
{
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const http::HeaderField field = head.headers[i];
        if (equalsIgnoreCase(field.name, "connection") &&
            !equalsIgnoreCase(field.value, "keep-alive") &&
            !equalsIgnoreCase(field.value, "close")) {
            return true;
        }
    }
    return false;
}

/// Several Connection fields count as one list (RFC 9110 §5.3).
bool isNamedByConnection(const http::MessageHead &head, std::string_view name)
{
    std::string lowered(name);
    for (char &c : lowered) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const http::HeaderField field = head.headers[i];
        if (equalsIgnoreCase(field.name, "connection") &&
            http::listContains(field.value, lowered)) {
            return true;
        }
    }
    return false;
}

} // namespace

void appendRequestHeaders(std::string &out, const http::MessageHead &head, const Replaced &replaced)
{
    const bool hasNamed = namesFields(head);
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const http::HeaderField field = head.headers[i];
        if (isConnectionField(field.name) || isRequestOnly(field.name) || isOurs(field.name) ||
            (hasNamed && isNamedByConnection(head, field.name))) {
            continue;
        }
        if (equalsIgnoreCase(field.name, "authorization") &&
            (replaced.authorization || isGatewayKey(field.value))) {
            continue;
        }
        if ((replaced.traceparent && equalsIgnoreCase(field.name, "traceparent")) ||
            (replaced.tracestate && equalsIgnoreCase(field.name, "tracestate"))) {
            continue;
        }
        append(out, field.name, field.value);
    }
}

void appendResponseHeaders(std::string &out, const http::MessageHead &head)
{
    const bool hasNamed = namesFields(head);
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const http::HeaderField field = head.headers[i];
        if (isConnectionField(field.name) || isOurs(field.name) ||
            (hasNamed && isNamedByConnection(head, field.name))) {
            continue;
        }
        if (equalsIgnoreCase(field.name, "x-request-id")) {
            append(out, "x-upstream-request-id", field.value);
            continue;
        }
        append(out, field.name, field.value);
    }
}

} // namespace meridian::proxy
