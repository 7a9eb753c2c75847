// SPDX-License-Identifier: MIT
// Plain Linux socket calls; every socket gets TCP_NODELAY, a 40 ms step must be the gateway's.
#include "tests/bench/sockets.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace meridian::bench {
namespace {

constexpr int Backlog = 4096; // what somaxconn allows on a stock kernel

void setOption(int fd, int level, int name, int value)
{
    setsockopt(fd, level, name, &value, sizeof value);
}

} // namespace

Fd &Fd::operator=(Fd &&other) noexcept
{
    if (this != &other) {
        reset();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

void Fd::reset()
{
    if (m_fd >= 0) {
        close(std::exchange(m_fd, -1));
    }
}

void Fd::abort()
{
    if (m_fd >= 0) {
        const linger now{1, 0};
        setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        reset();
    }
}

void raiseDescriptorLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

sockaddr_in parseAddress(const std::string &hostAndPort)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    const std::size_t colon = hostAndPort.rfind(':');
    if (colon == std::string::npos ||
        inet_pton(AF_INET, hostAndPort.substr(0, colon).c_str(), &address.sin_addr) != 1) {
        return address;
    }
    address.sin_port =
        htons(static_cast<std::uint16_t>(std::atoi(hostAndPort.c_str() + colon + 1)));
    return address;
}

Fd listenOnLoopback(std::uint16_t port)
{
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    setOption(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (bind(fd.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 ||
        listen(fd.get(), Backlog) != 0) {
        const int reason = errno;
        fd.reset();
        errno = reason;
    }
    return fd;
}

std::uint16_t boundPort(const Fd &socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(socket.get(), reinterpret_cast<sockaddr *>(&address), &size);
    return ntohs(address.sin_port);
}

Fd startConnect(const sockaddr_in &target, int receiveBuffer)
{
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.isOpen()) {
        return fd;
    }
    setOption(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    if (receiveBuffer > 0) {
        setOption(fd.get(), SOL_SOCKET, SO_RCVBUF, receiveBuffer);
    }
    if (connect(fd.get(), reinterpret_cast<const sockaddr *>(&target), sizeof target) != 0 &&
        errno != EINPROGRESS) {
        fd.reset();
    }
    return fd;
}

Fd connectBlocking(const sockaddr_in &target)
{
    Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    setOption(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    const timeval patience{10, 0};
    setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd.get(), reinterpret_cast<const sockaddr *>(&target), sizeof target) != 0) {
        fd.reset();
    }
    return fd;
}

Fd acceptOne(const Fd &listener)
{
    Fd fd(accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.isOpen()) {
        setOption(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    }
    return fd;
}

int connectError(const Fd &socket)
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

} // namespace meridian::bench
