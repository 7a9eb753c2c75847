// SPDX-License-Identifier: MIT
// inet_pton and a mask.
#include "core/config/network.h"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <utility>

namespace meridian::config {

tl::expected<Network, std::string> parseNetwork(std::string_view text)
{
    constexpr const char *What = "expected an address or a network such as 10.0.0.0/8";
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    const bool isIpv6 = address.find(':') != std::string::npos;
    const int family = isIpv6 ? AF_INET6 : AF_INET;
    const unsigned size = isIpv6 ? 16 : 4;

    std::array<unsigned char, 16> bytes{};
    if (address.find('\0') != std::string::npos ||
        inet_pton(family, address.c_str(), bytes.data()) != 1) {
        return tl::unexpected<std::string>(What);
    }
    unsigned length = size * 8;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const char *end = digits.data() + digits.size();
        const auto [stop, failure] = std::from_chars(digits.data(), end, length);
        if (digits.empty() || failure != std::errc() || stop != end || length > size * 8) {
            return tl::unexpected<std::string>("the prefix length must be between 0 and " +
                                               std::to_string(size * 8));
        }
    }
    Network network;
    network.isEverything = length == 0;
    for (unsigned i = 0; i < size; ++i) {
        const unsigned bits = length <= i * 8 ? 0 : std::min(length - i * 8, 8U);
        const auto mask = static_cast<unsigned char>(0xFF00U >> bits);
        const auto kept = static_cast<unsigned char>(bytes[i] & mask);
        network.hadHostBits = network.hadHostBits || kept != bytes[i];
        bytes[i] = kept;
    }
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(family, bytes.data(), buffer.data(), buffer.size());
    network.text = std::string(buffer.data()) + '/' + std::to_string(length);
    return network;
}

} // namespace meridian::config
