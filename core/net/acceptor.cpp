// SPDX-License-Identifier: MIT
#include "core/net/acceptor.h"

#include "core/event/loop.h"

#include <QEvent>

#include <cerrno>
#include <unistd.h>

namespace meridian::net {

namespace {

using namespace std::chrono_literals;

constexpr int AcceptsPerTurn = 64; // keeps a connection storm from starving the connections we have
constexpr int AcceptsAtStop = 4096;
constexpr auto Pause = 50ms;

bool isTransient(int error)
{
    // the peer gave up, or a network error of the new connection: accept(2) says to go on
    return error == ECONNABORTED || error == EINTR || error == EPROTO || error == ENETDOWN ||
           error == EHOSTUNREACH || error == ENETUNREACH;
}

} // namespace

class Acceptor::Notifier final : public QSocketNotifier
{
public:
    explicit Notifier(Acceptor &owner)
        : QSocketNotifier(owner.m_fd, QSocketNotifier::Read)
        , m_owner(owner)
    {
    }

    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::SockAct) {
            m_owner.acceptSome();
            return true;
        }
        return QSocketNotifier::event(event);
    }

private:
    Acceptor &m_owner;
};

Acceptor::Acceptor(event::Loop &loop, int listeningFd, ConnectionBudget &budget, Events events)
    : m_fd(listeningFd)
    , m_budget(budget)
    , m_events(std::move(events))
    , m_notifier(std::make_unique<Notifier>(*this))
    , m_pause(loop.timers(), *this)
{
}

Acceptor::~Acceptor()
{
    m_notifier.reset();
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

void Acceptor::stop()
{
    if (m_fd < 0) {
        return;
    }
    // Callers whose handshake the kernel has finished believe they are connected: closing now would
    // reset them (unless another process has the same socket: then they are in good hands twice).
    for (int i = 0; i < AcceptsAtStop / AcceptsPerTurn && acceptSome(); ++i) {
    }
    m_pause.stop();
    m_notifier.reset();
    ::close(m_fd);
    m_fd = -1;
}

bool Acceptor::acceptSome()
{
    for (int i = 0; i < AcceptsPerTurn; ++i) {
        if (m_budget.isExhausted()) {
            if (!m_wasAtCap) {
                m_wasAtCap = true;
                m_events.pausedAtCap();
            }
            pause();
            return false;
        }
        m_wasAtCap = false;
        sockaddr_storage storage{};
        socklen_t size = sizeof(storage);
        const int fd = ::accept4(m_fd, reinterpret_cast<sockaddr *>(&storage), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            m_events.accepted(fd, SocketAddress(reinterpret_cast<sockaddr *>(&storage), size));
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return false;
        }
        if (isTransient(errno)) {
            continue;
        }
        m_events.failed(errno); // EMFILE, ENFILE, ENOBUFS, ENOMEM
        pause();
        return false;
    }
    return true;
}

void Acceptor::pause()
{
    m_notifier->setEnabled(false);
    m_pause.start(Pause);
}

void Acceptor::onTimer() noexcept
{
    m_notifier->setEnabled(true);
    acceptSome();
}

} // namespace meridian::net
