// SPDX-License-Identifier: MIT
// One connected socket, plain or TLS, with deadlines on everything: the ground under the fakes.
#include "tests/support/bytestream.h"

#include <openssl/err.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace meridian::support {

namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

const char *ioStatusName(IoStatus status)
{
    switch (status) {
    case IoStatus::Ok:
        return "ok";
    case IoStatus::Closed:
        return "closed";
    case IoStatus::Reset:
        return "reset";
    case IoStatus::TimedOut:
        return "timed out";
    case IoStatus::Stopped:
        return "stopped";
    }
    return "?";
}

ByteStream::ByteStream(int fd)
    : m_fd(fd)
{
    const int one = 1;
    setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

ByteStream::~ByteStream()
{
    close();
}

ByteStream::ByteStream(ByteStream &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
    , m_stopFd(std::exchange(other.m_stopFd, -1))
    , m_ssl(std::exchange(other.m_ssl, nullptr))
{
}

ByteStream &ByteStream::operator=(ByteStream &&other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
        m_stopFd = std::exchange(other.m_stopFd, -1);
        m_ssl = std::exchange(other.m_ssl, nullptr);
    }
    return *this;
}

ByteStream ByteStream::connectTo(std::uint16_t port, Deadline deadline, int receiveBuffer)
{
    ByteStream stream(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (receiveBuffer > 0) {
        setsockopt(stream.m_fd, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    }
    const sockaddr_in address = loopback(port);
    if (::connect(stream.m_fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        int error = errno;
        socklen_t size = sizeof error;
        if (error != EINPROGRESS || stream.waitFor(POLLOUT, deadline) != IoStatus::Ok ||
            getsockopt(stream.m_fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
            stream.close();
        }
    }
    return stream;
}

IoStatus ByteStream::waitFor(short events, Deadline deadline) const
{
    std::array<pollfd, 2> wanted{pollfd{m_fd, events, 0}, pollfd{m_stopFd, POLLIN, 0}};
    for (;;) {
        const int ready = ::poll(wanted.data(), wanted.size(), deadline.pollMilliseconds());
        if (ready < 0 && errno != EINTR) {
            return IoStatus::Reset;
        }
        if (ready > 0) {
            return wanted[1].revents != 0 ? IoStatus::Stopped : IoStatus::Ok;
        }
        if (deadline.hasPassed()) {
            return IoStatus::TimedOut;
        }
    }
}

IoStatus ByteStream::waitForPeerClose(Deadline deadline, int wakeFd) const
{
    std::array<pollfd, 3> wanted{pollfd{m_fd, POLLRDHUP, 0}, pollfd{m_stopFd, POLLIN, 0},
                                 pollfd{wakeFd, POLLIN, 0}};
    for (;;) {
        const int ready = ::poll(wanted.data(), wanted.size(), deadline.pollMilliseconds());
        if (ready > 0) {
            if (wanted[1].revents != 0) {
                return IoStatus::Stopped;
            }
            return wanted[0].revents != 0 ? IoStatus::Closed : IoStatus::Ok;
        }
        if (deadline.hasPassed()) {
            return IoStatus::TimedOut;
        }
    }
}

IoStatus ByteStream::handshake(Deadline deadline)
{
    // OpenSSL writes without MSG_NOSIGNAL, and peers here leave on purpose
    std::signal(SIGPIPE, SIG_IGN);
    for (;;) {
        ERR_clear_error();
        const int done = SSL_do_handshake(m_ssl);
        if (done == 1) {
            return IoStatus::Ok;
        }
        const int reason = SSL_get_error(m_ssl, done);
        if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
            return IoStatus::Reset;
        }
        const IoStatus status = waitFor(reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
        if (status != IoStatus::Ok) {
            return status;
        }
    }
}

IoStatus ByteStream::acceptTls(SSL_CTX *context, Deadline deadline)
{
    m_ssl = SSL_new(context);
    SSL_set_fd(m_ssl, m_fd);
    SSL_set_accept_state(m_ssl);
    return handshake(deadline);
}

IoStatus ByteStream::connectTls(SSL_CTX *context,
                                const std::string &serverName,
                                Deadline deadline,
                                SSL_SESSION *session)
{
    m_ssl = SSL_new(context);
    SSL_set_fd(m_ssl, m_fd);
    SSL_set_connect_state(m_ssl);
    SSL_set_tlsext_host_name(m_ssl, serverName.c_str());
    SSL_set1_host(m_ssl, serverName.c_str());
    if (session != nullptr) {
        SSL_set_session(m_ssl, session);
    }
    return handshake(deadline);
}

IoStatus ByteStream::readSome(std::string &into, std::size_t limit, Deadline deadline)
{
    std::array<char, 65536> buffer; // NOLINT: filled by the read
    const std::size_t wanted = std::min(limit, buffer.size());
    for (;;) {
        short events = POLLIN;
        if (m_ssl != nullptr) {
            ERR_clear_error();
            const int count = SSL_read(m_ssl, buffer.data(), static_cast<int>(wanted));
            if (count > 0) {
                into.append(buffer.data(), static_cast<std::size_t>(count));
                return IoStatus::Ok;
            }
            const int reason = SSL_get_error(m_ssl, count);
            if (reason == SSL_ERROR_ZERO_RETURN) {
                return IoStatus::Closed;
            }
            if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
                return IoStatus::Reset;
            }
            events = reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        } else {
            const ssize_t count = ::recv(m_fd, buffer.data(), wanted, 0);
            if (count > 0) {
                into.append(buffer.data(), static_cast<std::size_t>(count));
                return IoStatus::Ok;
            }
            if (count == 0) {
                return IoStatus::Closed;
            }
            if (errno != EAGAIN && errno != EINTR) {
                return IoStatus::Reset;
            }
        }
        const IoStatus status = waitFor(events, deadline);
        if (status != IoStatus::Ok) {
            return status;
        }
    }
}

IoStatus ByteStream::writeAll(std::string_view bytes, Deadline deadline, std::size_t *written)
{
    std::size_t done = 0;
    IoStatus status = IoStatus::Ok;
    while (done < bytes.size() && status == IoStatus::Ok) {
        const std::string_view rest = bytes.substr(done);
        ssize_t count = 0;
        short events = POLLOUT;
        if (m_ssl != nullptr) {
            ERR_clear_error();
            count = SSL_write(m_ssl, rest.data(),
                              static_cast<int>(std::min<std::size_t>(rest.size(), 1U << 20)));
            const int reason = SSL_get_error(m_ssl, static_cast<int>(count));
            events = reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
            if (count <= 0 && reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
                status = IoStatus::Reset;
                break;
            }
        } else {
            count = ::send(m_fd, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN && errno != EINTR) {
                status = IoStatus::Reset;
                break;
            }
        }
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else {
            status = waitFor(events, deadline);
        }
    }
    if (written != nullptr) {
        *written = done;
    }
    return status;
}

void ByteStream::shutdownWrite()
{
    ::shutdown(m_fd, SHUT_WR);
}

void ByteStream::abort()
{
    const linger hard{1, 0};
    setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    if (m_ssl != nullptr) {
        SSL_set_quiet_shutdown(m_ssl, 1);
    }
    close();
}

void ByteStream::close()
{
    if (m_ssl != nullptr) {
        ERR_clear_error();
        SSL_shutdown(m_ssl);
        SSL_free(m_ssl);
        m_ssl = nullptr;
    }
    if (m_fd >= 0) {
        ::close(m_fd);
        m_fd = -1;
    }
}

int bindLoopback(std::uint16_t port, bool isListening, int backlog)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    const sockaddr_in address = loopback(port);
    if (::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 ||
        (isListening && ::listen(fd, backlog) != 0)) {
        ::close(fd);
        return -1;
    }
    return fd;
}

std::uint16_t localPort(int fd)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        return 0;
    }
    return ntohs(address.sin_port);
}

} // namespace meridian::support
