// SPDX-License-Identifier: MIT
// Runs a test's body on a thread of its own that has an EpollDispatcher, turn by turn.
#pragma once

#include "core/event/epolldispatcher.h"

#include <QThread>
#include <QTimer>

#include <chrono>
#include <functional>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace meridian::event {

/// The body runs instead of exec(): it asks for each turn itself. The caller waits meanwhile, so
/// that the body may use QVERIFY.
class DispatcherThread final : public QThread
{
public:
    using Body = std::function<void(EpollDispatcher &)>;

    static void run(Body body)
    {
        DispatcherThread thread(std::move(body));
        thread.start();
        if (!thread.QThread::wait(30'000)) {
            qFatal("a turn never ended"); // the thread cannot be stopped from outside
        }
    }

private:
    explicit DispatcherThread(Body body)
        : m_body(std::move(body))
    {
        setEventDispatcher(new EpollDispatcher);
    }

    void run() override { m_body(static_cast<EpollDispatcher &>(*eventDispatcher())); }

    Body m_body;
};

/// One turn that does not wait.
inline void turn(EpollDispatcher &dispatcher)
{
    dispatcher.processEvents(QEventLoop::AllEvents);
}

/// Turns, waiting between them, until the condition holds; false after ten seconds.
inline bool turnUntil(EpollDispatcher &dispatcher, const std::function<bool()> &condition)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    QTimer deadlineLook;
    deadlineLook.start(std::chrono::milliseconds(100));
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        dispatcher.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

/// Two connected non-blocking stream sockets.
struct SocketPair
{
    SocketPair()
    {
        int ends[2] = {-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
            qFatal("socketpair failed");
        }
        ours = ends[0];
        theirs = ends[1];
    }

    SocketPair(const SocketPair &) = delete;
    SocketPair &operator=(const SocketPair &) = delete;

    ~SocketPair()
    {
        closeEnd(ours);
        closeEnd(theirs);
    }

    static void closeEnd(int &fd)
    {
        if (fd >= 0) {
            ::close(std::exchange(fd, -1));
        }
    }

    int ours = -1;
    int theirs = -1;
};

} // namespace meridian::event
