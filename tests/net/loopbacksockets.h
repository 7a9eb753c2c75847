// SPDX-License-Identifier: MIT
// Plain client sockets for tests of this folder: connect to a port, wait for what comes.
#pragma once

#include "core/net/socketaddress.h"

#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace meridian::net {

/// A blocking connect to loopback; -1 when refused.
inline int connectTo(const SocketAddress &address)
{
    const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::connect(fd, address.data(), address.size()) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

/// Reads until that many bytes came, the peer closed, or ten seconds have passed without any.
inline std::string readExactly(int fd, std::size_t size)
{
    std::string text(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        pollfd wait{fd, POLLIN, 0};
        if (::poll(&wait, 1, 10'000) != 1) {
            break;
        }
        const ssize_t count = ::read(fd, text.data() + got, size - got);
        if (count <= 0) {
            break;
        }
        got += static_cast<std::size_t>(count);
    }
    text.resize(got);
    return text;
}

} // namespace meridian::net
