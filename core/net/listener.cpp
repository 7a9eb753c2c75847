// SPDX-License-Identifier: MIT
#include "core/net/listener.h"

#include <algorithm>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
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

int option(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/// Says why not when it is no socket that one can accept TCP connections from.
Result<void> makeUsable(int fd)
{
    const std::string name = "descriptor " + std::to_string(fd);
    if (option(fd, SO_TYPE) != SOCK_STREAM) {
        return failure(ErrorCode::SystemCall, name + " is not a stream socket");
    }
    if (const int domain = option(fd, SO_DOMAIN); domain != AF_INET && domain != AF_INET6) {
        return failure(ErrorCode::SystemCall, name + " is not a TCP socket");
    }
    if (option(fd, SO_ACCEPTCONN) != 1) {
        return failure(ErrorCode::SystemCall, name + " does not listen");
    }
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return systemFailure("fcntl");
    }
    return {};
}

Result<int> duplicateOf(int fd)
{
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
        return systemFailure("dup");
    }
    return copy;
}

} // namespace

ListenerSet::ListenerSet(ListenerSet &&other) noexcept
    : m_address(other.m_address)
    , m_descriptors(std::exchange(other.m_descriptors, {}))
    , m_sockets(std::exchange(other.m_sockets, 0))
{
}

ListenerSet &ListenerSet::operator=(ListenerSet &&other) noexcept
{
    std::swap(m_address, other.m_address);
    std::swap(m_descriptors, other.m_descriptors);
    std::swap(m_sockets, other.m_sockets);
    return *this;
}

ListenerSet::~ListenerSet()
{
    for (const int fd : m_descriptors) {
        ::close(fd);
    }
}

Result<ListenerSet>
ListenerSet::bind(const std::string &host, std::uint16_t port, int count, Sharing sharing)
{
    auto address = resolveOnce(host, port);
    if (!address) {
        return tl::unexpected(address.error());
    }
    if (port != 0 && sharing == Sharing::Refuse) {
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
    set.m_sockets = set.m_descriptors.size();
    return set;
}

Result<ListenerSet> ListenerSet::adopt(const std::vector<int> &fds, int count)
{
    ListenerSet set;
    set.m_descriptors = fds;
    set.m_sockets = fds.size();
    if (fds.empty()) {
        return failure(ErrorCode::Internal, "no listening sockets were handed over");
    }
    for (const int fd : fds) {
        if (auto usable = makeUsable(fd); !usable) {
            return tl::unexpected(usable.error());
        }
    }
    set.m_address = SocketAddress::ofLocal(fds.front());
    for (std::size_t i = fds.size(); i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
        const auto shared = duplicateOf(fds[i % fds.size()]);
        if (!shared) {
            return tl::unexpected(shared.error());
        }
        set.m_descriptors.push_back(*shared);
    }
    return set;
}

Result<ListenerSet> ListenerSet::duplicate() const
{
    ListenerSet set;
    set.m_address = m_address;
    for (std::size_t i = 0; i < std::min(m_sockets, m_descriptors.size()); ++i) {
        const auto fd = duplicateOf(m_descriptors[i]);
        if (!fd) {
            return tl::unexpected(fd.error());
        }
        set.m_descriptors.push_back(*fd);
    }
    set.m_sockets = set.m_descriptors.size();
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
