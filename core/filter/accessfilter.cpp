// SPDX-License-Identifier: MIT
#include "core/filter/accessfilter.h"

namespace meridian::filter {

namespace {

bool hostIsLocal(std::string_view host)
{
    if (host.starts_with('[')) {
        return true; // an IPv6 address, port or not
    }
    host = host.substr(0, host.find(':'));
    if (http::equalsIgnoreCase(host, "localhost")) {
        return true;
    }
    return net::SocketAddress::parse(std::string(host), 0).has_value();
}

} // namespace

std::optional<Refusal> AccessFilter::onHead(const FilterContext &context)
{
    if (!context.isControlPlane || context.isPublic) {
        return std::nullopt;
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
                       "The control plane answers under an IP address or localhost only; add the "
                       "caller's address to admin.allow to use another name"};
    }
    return std::nullopt;
}

} // namespace meridian::filter
