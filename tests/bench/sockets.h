// SPDX-License-Identifier: MIT
// The few socket calls of the bench tools: owned descriptors, loopback listen and connect.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <utility>

namespace meridian::bench {

/// Owns a descriptor and closes it.
class Fd
{
public:
    Fd() = default;

    explicit Fd(int fd)
        : m_fd(fd)
    {
    }

    Fd(Fd &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }

    Fd &operator=(Fd &&other) noexcept;
    Fd(const Fd &) = delete;
    Fd &operator=(const Fd &) = delete;

    ~Fd() { reset(); }

    [[nodiscard]] int get() const { return m_fd; }

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }

    void reset();
    /// Closes with RST, so that thousands of finished connections leave no TIME_WAIT behind.
    void abort();

private:
    int m_fd = -1;
};

/// Lifts RLIMIT_NOFILE's soft limit to the hard one; both tools hold thousands of connections.
void raiseDescriptorLimit();

/// `127.0.0.1:8080` as an address; port 0 in the result means that the text was not understood.
[[nodiscard]] sockaddr_in parseAddress(const std::string &hostAndPort);

/// A non-blocking listener on loopback; not open on failure (errno says why).
[[nodiscard]] Fd listenOnLoopback(std::uint16_t port);

/// The port a socket is bound to.
[[nodiscard]] std::uint16_t boundPort(const Fd &socket);

/// Starts a non-blocking connect with TCP_NODELAY; not open if it failed at once.
[[nodiscard]] Fd startConnect(const sockaddr_in &target, int receiveBuffer = 0);

/// A connected blocking socket with TCP_NODELAY, for the latency mode.
[[nodiscard]] Fd connectBlocking(const sockaddr_in &target);

/// Accepts one connection, non-blocking and TCP_NODELAY; not open when there is none.
[[nodiscard]] Fd acceptOne(const Fd &listener);

/// The error a finished non-blocking connect left behind; 0 = connected.
[[nodiscard]] int connectError(const Fd &socket);

} // namespace meridian::bench
