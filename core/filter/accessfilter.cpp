// SPDX-License-Identifier: MIT
// Who may reach the control plane: loopback, the networks of admin.allow, whoever has admin.token.
#include "core/filter/accessfilter.h"

namespace meridian::filter {

namespace {

using http::HttpError;

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

/// A browser says that another site's page makes the call. "same-site" is another site too: another
/// port of this machine, say.
bool isForeignPage(const http::HeaderMap &fields)
{
    const auto origin = fields.find("origin");
    if (origin && !isSameOrigin(*origin, fields.find("host").value_or(""))) {
        return true;
    }
    const auto site = fields.find("sec-fetch-site");
    return site && *site != "same-origin" && *site != "none";
}

std::optional<Refusal> foreignOrder(const FilterContext &context)
{
    if (isRead(context.head.method) || !isForeignPage(context.head.headers)) {
        return std::nullopt;
    }
    return Refusal{HttpError::Forbidden,
                   "The control plane takes no orders from other sites' pages"};
}

bool isAllowedNetwork(const FilterContext &context)
{
    for (const net::Network &network : context.snapshot.adminAllow) {
        if (network.contains(context.peer)) {
            return true;
        }
    }
    return false;
}

/// Empty: none was sent.
std::string_view presentedToken(const http::HeaderMap &fields)
{
    if (const auto own = fields.find("x-meridian-admin-token")) {
        return *own;
    }
    constexpr std::string_view Bearer = "bearer ";
    const std::string_view value = fields.find("authorization").value_or("");
    return value.size() > Bearer.size() &&
                   http::equalsIgnoreCase(value.substr(0, Bearer.size()), Bearer)
               ? value.substr(value.find_first_not_of(' ', Bearer.size() - 1))
               : std::string_view();
}

bool bringsToken(const http::HeaderMap &fields)
{
    return fields.find("x-meridian-admin-token") || fields.find("authorization");
}

} // namespace

std::optional<Refusal> operatorRefusal(const FilterContext &context)
{
    if (auto refusal = foreignOrder(context)) {
        return refusal;
    }
    if (isAllowedNetwork(context)) {
        return std::nullopt;
    }
    if (!context.peer.isLoopback()) {
        return Refusal{HttpError::Forbidden,
                       "The control plane answers this machine only; add the caller's network to "
                       "admin.allow, or set admin.token, to open it"};
    }
    const auto &headers = context.head.headers;
    if (headers.find("x-forwarded-for") || headers.find("forwarded") || headers.find("x-real-ip")) {
        return Refusal{HttpError::Forbidden,
                       "The control plane is not open through a proxy; add the proxy's address to "
                       "admin.allow, or set admin.token, to open it"};
    }
    if (!hostIsLocal(headers.find("host").value_or(""))) {
        return Refusal{HttpError::Forbidden,
                       "The control plane answers under localhost or a loopback address only; add "
                       "the caller's address to admin.allow, or set admin.token, to use another "
                       "name"};
    }
    return std::nullopt;
}

std::optional<Refusal> AccessFilter::onHead(const FilterContext &context)
{
    return judge(context, std::chrono::steady_clock::now());
}

std::optional<Refusal> AccessFilter::judge(const FilterContext &context,
                                           std::chrono::steady_clock::time_point now)
{
    if (!context.isControlPlane || context.isPublic) {
        return std::nullopt;
    }
    Caller nobody{};
    Caller &caller = context.caller != nullptr ? *context.caller : nobody;
    const auto &token = context.snapshot.adminToken;
    if (token && context.isPage && isRead(context.head.method)) {
        return std::nullopt;
    }
    if (!token || !bringsToken(context.head.headers)) {
        auto refusal = operatorRefusal(context);
        if (!refusal) {
            caller = isAllowedNetwork(context) ? Caller::Network : Caller::Local;
        } else if (token && !foreignOrder(context)) {
            return Refusal{HttpError::AdminTokenRequired, {}};
        }
        return refusal;
    }
    if (!m_guesses.mayGuess(context.peer, now)) {
        return Refusal{HttpError::TooManyGuesses, {}};
    }
    if (!token->matches(presentedToken(context.head.headers))) {
        m_guesses.noteWrong(context.peer, now);
        return Refusal{HttpError::InvalidAdminToken, {}};
    }
    if (auto refusal = foreignOrder(context)) {
        return refusal;
    }
    caller = Caller::Token;
    return std::nullopt;
}

} // namespace meridian::filter
