// SPDX-License-Identifier: MIT
// Networks as an operator writes them: `10.0.0.0/8`, `::1`, `192.168.1.7`.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace meridian::config {

/// A network in CIDR form.
struct Network
{
    std::string text;          // canonical, always with a prefix length
    bool hadHostBits = false;  // bits beyond the prefix were set, and are cleared in `text`
    bool isEverything = false; // prefix length 0
};

/// A CIDR network or a single address, IPv4 or IPv6. The error is a message.
[[nodiscard]] tl::expected<Network, std::string> parseNetwork(std::string_view text);

} // namespace meridian::config
