// SPDX-License-Identifier: MIT
#include "core/filter/accessfilter.h"

namespace meridian::filter {

namespace {

bool hostIsLocal(std::string_view host)
{
    const bool isBracketed = host.starts_with('['); // an IPv6 address
    if (isBracketed) {
        host = host.substr(1, host.find(']') - 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    if (http::equalsIgnoreCase(host, "localhost")) {
        return true;
    }
    const auto address = net::SocketAddress::parse(std::string(host), 0);
    return address && address->isLoopback();
}

/// The origin is this gateway itself: "http://host:port" against the Host field.
bool isSameOrigin(std::string_view origin, std::string_view host)
{
    const std::size_t scheme = origin.find("://");
    return scheme != std::string_view::npos &&
           http::equalsIgnoreCase(origin.substr(scheme + 3), host);
}

bool isRead(std::string_view method)
{
    return method == "GET" || method == "HEAD";
}

} // namespace

std::optional<Refusal> AccessFilter::onHead(const FilterContext &context)
{
    if (!context.isControlPlane || context.isPublic) {
        return std::nullopt;
    }
    return operatorRefusal(context);
}

std::optional<Refusal> operatorRefusal(const FilterContext &context)
{
    const auto &fields = context.head.headers;
    const auto origin = fields.find("origin");
    if (origin && !isRead(context.head.method) &&
        !isSameOrigin(*origin, fields.find("host").value_or(""))) {
        return Refusal{http::HttpError::Forbidden,
                       "The control plane takes no orders from other sites' pages"};
    }
    for (const net::Network &network : context.snapshot.adminAllow) {
        if (network.contains(context.peer)) {
            return std::nullopt;
        }
    }
    if (!context.peer.isLoopback()) {
        return Refusal{http::HttpError::Forbidden,
                       "The control plane answers this machine only; add the caller's network to "
                       "admin.allow to open it"};
    }
    const auto &headers = context.head.headers;
    if (headers.find("x-forwarded-for") || headers.find("forwarded") || headers.find("x-real-ip")) {
        return Refusal{http::HttpError::Forbidden,
                       "The control plane is not open through a proxy; add the proxy's address to "
                       "admin.allow to open it"};
    }
    if (!hostIsLocal(headers.find("host").value_or(""))) {
        return Refusal{http::HttpError::Forbidden,
                       "The control plane answers under localhost or a loopback address only; add "
                       "the caller's address to admin.allow to use another name"};
    }
    return std::nullopt;
}

} // namespace meridian::filter
