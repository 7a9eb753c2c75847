// SPDX-License-Identifier: MIT
// An IPv4 or IPv6 address with port, and networks to match addresses against.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace meridian::net {

/// A value type around sockaddr_storage.
class SocketAddress
{
public:
    SocketAddress() noexcept = default;
    SocketAddress(const sockaddr *address, socklen_t size) noexcept;

    /// From a literal ("127.0.0.1", "::1"); names are not looked up.
    [[nodiscard]] static Result<SocketAddress> parse(const std::string &literal,
                                                     std::uint16_t port);
    [[nodiscard]] static SocketAddress ofLocal(int fd) noexcept;

    [[nodiscard]] const sockaddr *data() const noexcept;

    [[nodiscard]] socklen_t size() const noexcept { return m_size; }

    [[nodiscard]] int family() const noexcept { return m_storage.ss_family; }

    [[nodiscard]] std::uint16_t port() const noexcept;
    void setPort(std::uint16_t port) noexcept;

    /// Without port: "127.0.0.1", "::1"; an IPv4 peer on a dual-stack socket as plain IPv4.
    [[nodiscard]] std::string host() const;
    [[nodiscard]] bool isLoopback() const noexcept;

    /// The address in 16 bytes, IPv4 in its mapped form; for comparison with a Network.
    void toBytes(unsigned char (&bytes)[16]) const noexcept;

private:
    sockaddr_storage m_storage{};
    socklen_t m_size = 0;
};

/// A CIDR network, e.g. 10.0.0.0/8 or fd00::/8; a bare address is a network of one.
class Network
{
public:
    [[nodiscard]] static Result<Network> parse(std::string_view text);
    [[nodiscard]] bool contains(const SocketAddress &address) const noexcept;

private:
    unsigned char m_prefix[16]{};
    int m_bits = 0; // of the 128-bit mapped form
};

} // namespace meridian::net
