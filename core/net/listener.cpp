// SPDX-License-Identifier: MIT
#include "core/net/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>
#include <utility>

namespace meridian::net {

namespace {

constexpr int Backlog = 4096; // the kernel caps it at net.core.somaxconn

Result<int> bindOne(const SocketAddress &address, bool shared)
{
    const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return systemFailure("socket");
    }
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (shared) {
        ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    }
    if (::bind(fd, address.data(), address.size()) != 0 || ::listen(fd, Backlog) != 0) {
        auto error = systemFailure("bind");
        ::close(fd);
        return error;
    }
    return fd;
}

Result<SocketAddress> resolveOnce(const std::string &host, std::uint16_t port)
{
    if (auto literal = SocketAddress::parse(host, port)) {
        return literal;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo *found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
        return failure(ErrorCode::NameNotResolved, host + ": " + ::gai_strerror(error));
    }
    SocketAddress address(found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    address.setPort(port);
    return address;
}

} // namespace

ListenerSet::ListenerSet(ListenerSet &&other) noexcept
    : m_address(other.m_address)
    , m_descriptors(std::exchange(other.m_descriptors, {}))
{
}

ListenerSet &ListenerSet::operator=(ListenerSet &&other) noexcept
{
    std::swap(m_address, other.m_address);
    std::swap(m_descriptors, other.m_descriptors);
    return *this;
}

ListenerSet::~ListenerSet()
{
    for (const int fd : m_descriptors) {
        ::close(fd);
    }
}

Result<ListenerSet> ListenerSet::bind(const std::string &host, std::uint16_t port, int count)
{
    auto address = resolveOnce(host, port);
    if (!address) {
        return tl::unexpected(address.error());
    }
    if (port != 0) {
        // without SO_REUSEPORT this fails when anybody listens there already
        const auto probe = bindOne(*address, false);
        if (!probe) {
            return failure(probe.error().code, "cannot listen on " + host + ":" +
                                                   std::to_string(port) + ": " +
                                                   probe.error().detail);
        }
        ::close(*probe);
    }
    ListenerSet set;
    for (int i = 0; i < count; ++i) {
        const auto fd = bindOne(*address, true);
        if (!fd) {
            return failure(fd.error().code, "cannot listen on " + host + ":" +
                                                std::to_string(port) + ": " + fd.error().detail);
        }
        set.m_descriptors.push_back(*fd);
        if (i == 0) {
            set.m_address = SocketAddress::ofLocal(*fd);
            address->setPort(set.m_address.port());
        }
    }
    return set;
}

int ListenerSet::release() noexcept
{
    if (m_descriptors.empty()) {
        return -1;
    }
    const int fd = m_descriptors.back();
    m_descriptors.pop_back();
    return fd;
}

} // namespace meridian::net
