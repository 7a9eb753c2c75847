// SPDX-License-Identifier: MIT
// Strict on purpose: what passes is put into request lines, Host headers and TLS names verbatim.
#include "core/config/backendurl.h"

#include "core/net/socketaddress.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace meridian::config {

namespace {

constexpr std::size_t MaxUrlBytes = 2048;
constexpr std::size_t MaxHostBytes = 253; // RFC 1035 §2.3.4
constexpr std::size_t MaxLabelBytes = 63;

bool isAlphanumeric(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isHostName(std::string_view host) noexcept
{
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    if (host.empty() || host.size() > MaxHostBytes) {
        return false;
    }
    while (true) {
        const std::size_t dot = host.find('.');
        const std::string_view label = host.substr(0, dot);
        // the underscore is not a host name's by RFC 1123, but Docker Compose makes such names
        const bool isLabel = !label.empty() && label.size() <= MaxLabelBytes &&
                             label.front() != '-' && label.back() != '-' &&
                             std::all_of(label.begin(), label.end(), [](char c) {
                                 return isAlphanumeric(c) || c == '-' || c == '_';
                             });
        if (!isLabel || dot == std::string_view::npos) {
            return isLabel;
        }
        host.remove_prefix(dot + 1);
    }
}

bool isAddress(int family, const std::string &text) noexcept
{
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return text.find('\0') == std::string::npos &&
           inet_pton(family, text.c_str(), address.data()) == 1;
}

// A name whose last label is all digits can only be meant as an IPv4 address.
bool looksLikeIpv4(std::string_view host) noexcept
{
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return !last.empty() &&
           std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Splits `host[:port]`, checks both; false with the reason in `problem`.
bool parseAuthority(std::string_view authority, BackendUrl &url, std::string &problem)
{
    std::string_view portText;
    bool hasPort = false;
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        url.host =
            std::string(authority.substr(1, close == std::string_view::npos ? 0 : close - 1));
        if (!isAddress(AF_INET6, url.host)) {
            problem = "the address in brackets is not IPv6";
            return false;
        }
        authority.remove_prefix(close + 1);
        hasPort = authority.starts_with(':');
        if (!hasPort && !authority.empty()) {
            problem = "unexpected text after the address in brackets";
            return false;
        }
        portText = hasPort ? authority.substr(1) : authority;
    } else {
        const std::size_t colon = authority.find(':');
        hasPort = colon != std::string_view::npos;
        url.host = std::string(authority.substr(0, colon));
        portText = hasPort ? authority.substr(colon + 1) : std::string_view();
        if (portText.find(':') != std::string_view::npos) {
            problem = "an IPv6 address must stand in brackets";
            return false;
        }
        if (url.host.empty()) {
            problem = "the host is missing";
            return false;
        }
        if (looksLikeIpv4(url.host) ? !isAddress(AF_INET, url.host) : !isHostName(url.host)) {
            problem = "the host is not a valid name or address";
            return false;
        }
    }
    std::transform(url.host.begin(), url.host.end(), url.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    if (hasPort) {
        const char *end = portText.data() + portText.size();
        const auto [stop, failure] = std::from_chars(portText.data(), end, url.port);
        if (portText.empty() || failure != std::errc() || stop != end || url.port == 0) {
            problem = "the port must be between 1 and 65535";
            return false;
        }
    }
    return true;
}

// Scheme and authority into `url`, what follows into `rest`; false with the reason in `problem`.
// `instead` says what to use in place of a user name.
bool splitUrl(std::string_view text,
              std::string_view instead,
              BackendUrl &url,
              std::string_view &rest,
              std::string &problem)
{
    if (text.empty()) {
        problem = "must not be empty";
        return false;
    }
    if (text.size() > MaxUrlBytes) {
        problem = "must not be longer than " + std::to_string(MaxUrlBytes) + " bytes";
        return false;
    }
    url.isHttps = text.starts_with("https://");
    if (!url.isHttps && !text.starts_with("http://")) {
        problem = "must start with http:// or https://";
        return false;
    }
    url.port = url.isHttps ? 443 : 80;
    const std::size_t schemeSize = url.isHttps ? 8 : 7;
    const std::size_t end = std::min(text.find_first_of("/?#", schemeSize), text.size());
    const std::string_view authority = text.substr(schemeSize, end - schemeSize);
    if (authority.find('@') != std::string_view::npos) {
        problem = "must not hold a user name or password";
        problem += instead;
        return false;
    }
    url.text = std::string(text.substr(0, end));
    rest = text.substr(end);
    return parseAuthority(authority, url, problem);
}

} // namespace

std::string hostHeader(const BackendUrl &url)
{
    const bool isIpv6 = url.host.find(':') != std::string::npos;
    std::string value = isIpv6 ? "[" + url.host + "]" : url.host;
    if (url.port != (url.isHttps ? 443 : 80)) {
        value.append(":").append(std::to_string(url.port));
    }
    return value;
}

bool isRequestTarget(std::string_view text, bool mayHaveQuery) noexcept
{
    // RFC 3986 pchar, "/" and the escape character; "?" where a query is fine
    constexpr std::string_view Marks = "-._~%!$&'()*+,;=:@/";
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return isAlphanumeric(c) || Marks.find(c) != std::string_view::npos ||
               (mayHaveQuery && c == '?');
    });
}

tl::expected<BackendUrl, std::string> parseBackendUrl(std::string_view text)
{
    const auto refuse = [](std::string why) { return tl::unexpected<std::string>(std::move(why)); };
    BackendUrl url;
    std::string_view path;
    std::string problem;
    if (!splitUrl(text, "; use auth_header", url, path, problem)) {
        return refuse(problem);
    }
    if (path.find_first_of("?#") != std::string_view::npos) {
        return refuse("must not have a query or fragment");
    }
    if (!isRequestTarget(path, false)) {
        return refuse("the path holds characters that must be percent-encoded");
    }
    const auto stripSlashes = [&path] {
        while (path.ends_with('/')) {
            path.remove_suffix(1);
        }
    };
    stripSlashes();
    url.hadVersionPath = path.ends_with("/v1");
    if (url.hadVersionPath) {
        path.remove_suffix(3);
        stripSlashes();
    }
    url.basePath = std::string(path);
    url.text += url.basePath;
    return url;
}

tl::expected<BackendUrl, std::string> parseEndpointUrl(std::string_view text)
{
    const auto refuse = [](std::string why) { return tl::unexpected<std::string>(std::move(why)); };
    BackendUrl url;
    std::string_view target;
    std::string problem;
    if (!splitUrl(text, {}, url, target, problem)) {
        return refuse(problem);
    }
    if (target.find('#') != std::string_view::npos) {
        return refuse("must not have a fragment");
    }
    if (!isRequestTarget(target, true)) {
        return refuse("the path holds characters that must be percent-encoded");
    }
    url.basePath = (target.starts_with('/') ? "" : "/") + std::string(target);
    url.text += url.basePath;
    return url;
}

bool isLoopbackHost(const std::string &host)
{
    const auto literal = net::SocketAddress::parse(host, 0);
    return host == "localhost" || (literal && literal->isLoopback());
}

bool isPaidHost(std::string_view host) noexcept
{
    // exact names, or every name below one that starts with a dot
    static constexpr std::array<std::string_view, 26> Hosts{"api.openai.com",
                                                            "api.anthropic.com",
                                                            ".googleapis.com",
                                                            ".openai.azure.com",
                                                            ".cognitiveservices.azure.com",
                                                            ".services.ai.azure.com",
                                                            ".openai.azure.us",
                                                            ".openai.azure.cn",
                                                            ".azure-api.net",
                                                            ".oraclecloud.com",
                                                            ".oraclegovcloud.com",
                                                            ".oraclegovcloud.uk",
                                                            ".oraclecloud.eu",
                                                            ".amazonaws.com",
                                                            "api.mistral.ai",
                                                            "api.deepseek.com",
                                                            "api.groq.com",
                                                            "api.x.ai",
                                                            "api.together.xyz",
                                                            "api.fireworks.ai",
                                                            "api.perplexity.ai",
                                                            "api.cerebras.ai",
                                                            "api.cohere.com",
                                                            "api.cohere.ai",
                                                            "openrouter.ai",
                                                            "api.sambanova.ai"};
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    return std::any_of(Hosts.begin(), Hosts.end(), [&](std::string_view known) {
        return known.front() == '.' ? host.ends_with(known) : host == known;
    });
}

} // namespace meridian::config
