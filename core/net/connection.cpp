// SPDX-License-Identifier: MIT
#include "core/net/connection.h"

#include "core/base/wipe.h"

#include <openssl/err.h>

#include <QEvent>
#include <QSocketNotifier>

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/uio.h>
#include <unistd.h>

namespace meridian::net {

/// Overrides event() instead of using the signal: one virtual call, no connection object.
class Connection::Notifier final : public QSocketNotifier
{
public:
    Notifier(Connection &owner, Type type)
        : QSocketNotifier(owner.m_fd, type)
        , m_owner(owner)
    {
    }

    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::SockAct) {
            return QSocketNotifier::event(event);
        }
        if (type() == Read) {
            m_owner.onReadable();
        } else {
            m_owner.onWritable();
        }
        return true;
    }

private:
    Connection &m_owner;
};

Connection::Connection(event::Loop &loop, int fd, ConnectionEvents &events, TlsContext *tls)
    : m_loop(loop)
    , m_events(events)
    , m_fd(fd)
{
    start();
    if (tls != nullptr) {
        enableTls(*tls);
        m_phase = Phase::Handshaking;
    }
}

Connection::Connection(event::Loop &loop,
                       const SocketAddress &address,
                       ConnectionEvents &events,
                       TlsContext *tls)
    : m_loop(loop)
    , m_events(events)
    , m_fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    , m_phase(Phase::Connecting)
{
    if (m_fd < 0) {
        return; // the caller sees it in isOpen()
    }
    start();
    if (tls != nullptr) {
        enableTls(*tls);
    }
    // The result, EINPROGRESS or not, is read with SO_ERROR when the descriptor turns writable.
    ::connect(m_fd, address.data(), address.size());
    wantWrite(true);
}

Connection::~Connection()
{
    close();
}

void Connection::start()
{
    const int on = 1;
    ::setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on,
                 sizeof(on)); // fails harmlessly on a socketpair
    m_reader = std::make_unique<Notifier>(*this, QSocketNotifier::Read);
    if (m_phase == Phase::Connecting) {
        m_reader->setEnabled(false);
    }
}

void Connection::close() noexcept
{
    if (m_fd < 0) {
        return;
    }
    m_loop.forget(*this);
    if (m_ssl && m_phase == Phase::Open) {
        SSL_shutdown(m_ssl.get()); // close_notify, best effort: nobody waits for the peer's
        ERR_clear_error();
    }
    // Notifiers may be on the call stack: switched off now, destroyed with the connection
    if (m_reader) {
        m_reader->setEnabled(false);
    }
    if (m_writer) {
        m_writer->setEnabled(false);
    }
    ::close(m_fd);
    m_fd = -1;
    m_external = {};
    dropOutput();
}

void Connection::dropOutput() noexcept
{
    if (m_guarded != 0) {
        wipe(std::string_view(m_output).substr(0, m_guarded));
        m_guarded = 0;
    }
    m_sent = 0;
    m_loop.returnBuffer(std::move(m_output));
    m_output = std::string();
}

std::string &Connection::output()
{
    if (m_output.empty() && m_output.capacity() <= sizeof(std::string)) {
        m_output = m_loop.takeBuffer();
    }
    return m_output;
}

void Connection::commit()
{
    if (m_fd < 0) {
        dropOutput();
        return;
    }
    if (unsent() > HighWatermark) {
        m_isCongested = true;
    }
    m_loop.markDirty(*this);
}

void Connection::write(std::string_view bytes)
{
    output().append(bytes);
    commit();
}

void Connection::reserveOutput(std::size_t bytes)
{
    if (m_guarded != 0) {
        reserveWiped(m_output, bytes);
    }
}

void Connection::writeFrom(std::string_view bytes)
{
    Q_ASSERT(m_external.empty());
    m_external = bytes;
    commit();
}

void Connection::flush() noexcept
{
    if (m_fd < 0 || m_phase != Phase::Open) {
        return; // flushed again when the handshake is done
    }
    while (unsent() > 0) {
        const long sent = m_ssl ? sendTls() : sendSome();
        if (sent < 0) {
            return;
        }
        consume(static_cast<std::size_t>(sent));
        if (m_fd < 0) {
            return; // closed by onDrained()
        }
    }
    wantWrite(false);
    if (m_shutdownWanted) {
        m_shutdownWanted = false;
        if (m_ssl) {
            SSL_shutdown(m_ssl.get());
        }
        ::shutdown(m_fd, SHUT_WR);
    }
    m_events.onFlushed();
}

void Connection::consume(std::size_t sent)
{
    m_bytesSent += sent;
    const std::size_t buffered = m_output.size() - m_sent;
    if (sent < buffered) {
        m_sent += sent;
        if (m_sent >= HighWatermark && m_sent >= m_guarded) {
            // a reader that is never quite done must not make it grow
            wipe(std::string_view(m_output).substr(0, m_guarded));
            m_guarded = 0;
            m_output.erase(0, m_sent);
            m_sent = 0;
        }
    } else {
        m_external.remove_prefix(sent - buffered);
        dropOutput();
    }
    if (m_isCongested && unsent() < HighWatermark / 2) {
        m_isCongested = false;
        m_events.onDrained(); // may write more
    }
}

/// Returns the bytes sent, or -1 when there is nothing more to do now.
long Connection::sendSome()
{
    const std::string_view buffered = std::string_view(m_output).substr(m_sent);
    iovec parts[2] = {{const_cast<char *>(buffered.data()), buffered.size()},
                      {const_cast<char *>(m_external.data()), m_external.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    for (;;) {
        // send() of one part costs the kernel less than sendmsg()
        const ssize_t sent = m_external.empty()
                                 ? ::send(m_fd, buffered.data(), buffered.size(), MSG_NOSIGNAL)
                                 : ::sendmsg(m_fd, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            return sent;
        }
        if (errno == EINTR) {
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            wantWrite(true);
        } else {
            fail(errno, std::strerror(errno));
        }
        return -1;
    }
}

void Connection::wantWrite(bool wanted)
{
    if (m_fd < 0 || (!wanted && !m_writer)) {
        return;
    }
    if (!m_writer) {
        m_writer = std::make_unique<Notifier>(*this, QSocketNotifier::Write);
    } else {
        m_writer->setEnabled(wanted);
    }
}

void Connection::wantRead(bool wanted)
{
    m_reader->setEnabled(wanted);
}

void Connection::pauseReading()
{
    m_isReadingPaused = true;
    if (m_fd >= 0 && m_phase == Phase::Open) {
        m_reader->setEnabled(false);
    }
}

void Connection::resumeReading()
{
    m_isReadingPaused = false;
    if (m_fd >= 0 && m_phase == Phase::Open) {
        m_reader->setEnabled(true);
        if (m_ssl && SSL_pending(m_ssl.get()) > 0) {
            readTlsSoon(); // decrypted bytes wake no descriptor
        }
    }
}

void Connection::shutdownWrite()
{
    m_shutdownWanted = true;
    commit();
}

bool Connection::isQuiet() const noexcept
{
    if (m_ssl) {
        return true; // session tickets may lie there: only OpenSSL could tell
    }
    char byte = 0;
    return ::recv(m_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

void Connection::onWritable()
{
    if (m_phase == Phase::Connecting) {
        finishConnect();
    } else if (m_phase == Phase::Handshaking) {
        handshake();
    } else {
        flush();
    }
}

void Connection::finishConnect()
{
    int error = 0;
    socklen_t size = sizeof(error);
    ::getsockopt(m_fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        fail(error, std::strerror(error));
        return;
    }
    wantWrite(false);
    m_reader->setEnabled(!m_isReadingPaused || m_ssl != nullptr);
    if (m_ssl) {
        m_phase = Phase::Handshaking;
        handshake();
        return;
    }
    m_phase = Phase::Open;
    m_events.onConnected();
    if (unsent() > 0) {
        m_loop.markDirty(*this);
    }
}

void Connection::onReadable()
{
    if (m_phase == Phase::Handshaking) {
        handshake();
    } else if (m_ssl) {
        readTls();
    } else {
        readPlain();
    }
}

void Connection::readPlain()
{
    const ssize_t size = ::recv(m_fd, m_loop.readBuffer(), event::Loop::ReadBufferSize, 0);
    if (size > 0) {
        m_events.onBytes({m_loop.readBuffer(), static_cast<std::size_t>(size)});
    } else if (size == 0) {
        pauseReading(); // level-triggered: an unread FIN would wake us for ever
        m_events.onPeerClosed();
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        fail(errno, std::strerror(errno));
    }
}

void Connection::fail(int error, const std::string &reason)
{
    close();
    m_events.onFailed(error, reason);
}

} // namespace meridian::net
