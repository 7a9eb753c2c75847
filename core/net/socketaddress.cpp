// SPDX-License-Identifier: MIT
#include "core/net/socketaddress.h"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>

namespace meridian::net {

SocketAddress::SocketAddress(const sockaddr *address, socklen_t size) noexcept
    : m_size(std::min<socklen_t>(size, sizeof(m_storage)))
{
    std::memcpy(&m_storage, address, m_size);
}

Result<SocketAddress> SocketAddress::parse(const std::string &literal, std::uint16_t port)
{
    SocketAddress result;
    auto *v4 = reinterpret_cast<sockaddr_in *>(&result.m_storage);
    auto *v6 = reinterpret_cast<sockaddr_in6 *>(&result.m_storage);
    if (::inet_pton(AF_INET, literal.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        result.m_size = sizeof(sockaddr_in);
    } else if (::inet_pton(AF_INET6, literal.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        result.m_size = sizeof(sockaddr_in6);
    } else {
        return failure(ErrorCode::NameNotResolved, "'" + literal + "' is not an IP address");
    }
    result.setPort(port);
    return result;
}

SocketAddress SocketAddress::ofLocal(int fd) noexcept
{
    SocketAddress result;
    result.m_size = sizeof(result.m_storage);
    if (::getsockname(fd, reinterpret_cast<sockaddr *>(&result.m_storage), &result.m_size) != 0) {
        result.m_size = 0;
    }
    return result;
}

const sockaddr *SocketAddress::data() const noexcept
{
    return reinterpret_cast<const sockaddr *>(&m_storage);
}

std::uint16_t SocketAddress::port() const noexcept
{
    if (family() == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6 *>(&m_storage)->sin6_port);
    }
    return family() == AF_INET ? ntohs(reinterpret_cast<const sockaddr_in *>(&m_storage)->sin_port)
                               : 0;
}

void SocketAddress::setPort(std::uint16_t port) noexcept
{
    if (family() == AF_INET6) {
        reinterpret_cast<sockaddr_in6 *>(&m_storage)->sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in *>(&m_storage)->sin_port = htons(port);
    }
}

void SocketAddress::toBytes(unsigned char (&bytes)[16]) const noexcept
{
    std::memset(bytes, 0, sizeof(bytes));
    if (family() == AF_INET6) {
        std::memcpy(bytes, &reinterpret_cast<const sockaddr_in6 *>(&m_storage)->sin6_addr, 16);
    } else if (family() == AF_INET) {
        bytes[10] = bytes[11] = 0xFF; // ::ffff:a.b.c.d, RFC 4291 §2.5.5.2
        std::memcpy(bytes + 12, &reinterpret_cast<const sockaddr_in *>(&m_storage)->sin_addr, 4);
    }
}

std::string SocketAddress::host() const
{
    if (m_size == 0 || (family() != AF_INET && family() != AF_INET6)) {
        return "local";
    }
    unsigned char bytes[16];
    toBytes(bytes);
    char text[INET6_ADDRSTRLEN] = "";
    static constexpr unsigned char MappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::memcmp(bytes, MappedPrefix, 12) == 0) {
        ::inet_ntop(AF_INET, bytes + 12, text, sizeof(text));
    } else {
        ::inet_ntop(AF_INET6, bytes, text, sizeof(text));
    }
    return text;
}

bool SocketAddress::isLoopback() const noexcept
{
    static const Network V4 = *Network::parse("127.0.0.0/8");
    static const Network V6 = *Network::parse("::1");
    return V4.contains(*this) || V6.contains(*this);
}

Result<Network> Network::parse(std::string_view text)
{
    const auto slash = text.find('/');
    const std::string literal(text.substr(0, slash));
    const auto address = SocketAddress::parse(literal, 0);
    if (!address) {
        return failure(ErrorCode::InvalidConfig,
                       "'" + std::string(text) + "' is not an IP network");
    }
    Network network;
    address->toBytes(network.m_prefix);
    const int width = address->family() == AF_INET ? 32 : 128;
    int bits = width;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc() || end != digits.data() + digits.size() || bits < 0 ||
            bits > width) {
            return failure(ErrorCode::InvalidConfig,
                           "'" + std::string(text) + "' has no valid prefix length");
        }
    }
    network.m_bits = bits + (128 - width);
    return network;
}

bool Network::contains(const SocketAddress &address) const noexcept
{
    if (address.family() != AF_INET && address.family() != AF_INET6) {
        return false;
    }
    unsigned char bytes[16];
    address.toBytes(bytes);
    const auto whole = static_cast<std::size_t>(m_bits / 8);
    if (std::memcmp(bytes, m_prefix, whole) != 0) {
        return false;
    }
    const int rest = m_bits % 8;
    if (rest == 0) {
        return true;
    }
    const auto mask = static_cast<unsigned char>(0xFF << (8 - rest));
    return (bytes[whole] & mask) == (m_prefix[whole] & mask);
}

} // namespace meridian::net
