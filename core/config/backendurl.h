// SPDX-License-Identifier: MIT
// The address of a backend: what we accept as `backends[].url`, taken apart.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::config {

/// A checked address. `text` is it in canonical form, without trailing slash and version path.
struct BackendUrl
{
    std::string text;
    bool isHttps = false;
    std::string host; // lower case; IPv6 without brackets
    std::uint16_t port = 80;
    std::string basePath;        // "" or "/x"
    bool hadVersionPath = false; // ended with /v1, which the gateway appends itself
};

/// Accepts http and https, a name, IPv4 or bracketed IPv6, a port and a path; no user-info, query
/// or fragment. The error is a message that does not quote the text: it may hold a password.
[[nodiscard]] tl::expected<BackendUrl, std::string> parseBackendUrl(std::string_view text);

/// Accepts the same with a query, and keeps the path as it is: `basePath` is the whole request
/// target, at least "/". For what is not below a backend: telemetry, traces.
[[nodiscard]] tl::expected<BackendUrl, std::string> parseEndpointUrl(std::string_view text);

/// The url's host and port as the header Host wants them.
[[nodiscard]] std::string hostHeader(const BackendUrl &url);

/// True when every byte may stand in a request target as it is.
[[nodiscard]] bool isRequestTarget(std::string_view text, bool mayHaveQuery) noexcept;

/// `localhost` or a loopback address; a name that merely leads there is none.
[[nodiscard]] bool isLoopbackHost(const std::string &host);

/// True for the clouds that bill each request: sending one twice costs twice.
[[nodiscard]] bool isPaidHost(std::string_view host) noexcept;

} // namespace meridian::config
