// SPDX-License-Identifier: MIT
#include "core/proxy/headerpolicy.h"

#include "core/base/append.h"
#include "core/http/keyfields.h"
#include "core/provider/authorization.h"

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
    constexpr std::string_view ModelMelds = "x-modelmeld-"; // spoken to us, with keys in some
    const auto begins = [&](std::string_view prefix) {
        return name.size() > prefix.size() &&
               equalsIgnoreCase(name.substr(0, prefix.size()), prefix);
    };
    return name.size() > Prefix.size() && (name[0] | 0x20) == 'x' &&
           (begins(Prefix) || begins(ModelMelds));
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

void append(std::string &out, const http::HeaderMap &headers, std::size_t index)
{
    if (const std::string_view line = headers.line(index); !line.empty()) {
        out.append(line);
    } else {
        appendAll(out, headers[index].name, ": ", headers[index].value, "\r\n");
    }
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

std::string lowered(std::string_view name)
{
    std::string text(name);
    for (char &c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return text;
}

/// Several Connection fields count as one list (RFC 9110 §5.3).
bool isNamedByConnection(const http::MessageHead &head, std::string_view name)
{
    const std::string wanted = lowered(name);
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const http::HeaderField field = head.headers[i];
        if (equalsIgnoreCase(field.name, "connection") && http::listContains(field.value, wanted)) {
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
        if (http::isKeyField(field.name) &&
            (replaced.keys || provider::isGatewayKey(field.value))) {
            continue;
        }
        if (replaced.contentType && equalsIgnoreCase(field.name, "content-type")) {
            continue; // signed, and written with the signature
        }
        if ((replaced.traceparent && equalsIgnoreCase(field.name, "traceparent")) ||
            (replaced.tracestate && equalsIgnoreCase(field.name, "tracestate"))) {
            continue;
        }
        if (replaced.own != nullptr && replaced.own->contains(lowered(field.name))) {
            continue;
        }
        append(out, head.headers, i);
    }
}

void appendTranslatedHeaders(std::string &out,
                             const http::MessageHead &head,
                             const Replaced &replaced)
{
    for (std::size_t i = 0; i < head.headers.size(); ++i) {
        const http::HeaderField field = head.headers[i];
        const bool isTrace =
            (!replaced.traceparent && equalsIgnoreCase(field.name, "traceparent")) ||
            (!replaced.tracestate && equalsIgnoreCase(field.name, "tracestate"));
        const bool isReplaced =
            replaced.own != nullptr && replaced.own->contains(lowered(field.name));
        if (!isReplaced && (isTrace || equalsIgnoreCase(field.name, "user-agent"))) {
            append(out, head.headers, i);
        }
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
            appendAll(out, "x-upstream-request-id: ", field.value, "\r\n");
            continue;
        }
        append(out, head.headers, i);
    }
}

} // namespace meridian::proxy
