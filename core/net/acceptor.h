// SPDX-License-Identifier: MIT
// Accepts connections on one listening descriptor, with a cap and a back-off.
#pragma once

#include "core/event/timerwheel.h"
#include "core/net/socketaddress.h"

#include <QSocketNotifier>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

namespace meridian::event {
class Loop;
}

namespace meridian::net {

/// Counts the connections of all workers against the cap they share.
class ConnectionBudget
{
public:
    explicit ConnectionBudget(std::size_t limit) noexcept
        : m_limit(limit)
    {
    }

    [[nodiscard]] bool isExhausted() const noexcept
    {
        return m_open.load(std::memory_order_relaxed) >= m_limit;
    }

    void add() noexcept { m_open.fetch_add(1, std::memory_order_relaxed); }

    void remove() noexcept { m_open.fetch_sub(1, std::memory_order_relaxed); }

    [[nodiscard]] std::size_t open() const noexcept
    {
        return m_open.load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::size_t limit() const noexcept { return m_limit; }

private:
    const std::size_t m_limit;
    std::atomic<std::size_t> m_open{0};
};

/// Lives on its worker. At the cap, and when the process runs out of descriptors, it stops
/// listening to the socket and looks again after a pause: the kernel's queue keeps the callers
/// waiting meanwhile (QTcpServer would spin there).
class Acceptor final : private event::TimerClient
{
public:
    struct Events
    {
        std::function<void(int fd, const SocketAddress &peer)> accepted; // owns fd
        std::function<void()> pausedAtCap;
        std::function<void(int error)> failed;
    };

    /// Takes ownership of the listening descriptor.
    Acceptor(event::Loop &loop, int listeningFd, ConnectionBudget &budget, Events events);
    ~Acceptor();

    /// Accepts what the kernel has queued already, as far as the cap and the descriptors reach,
    /// then closes the socket.
    void stop();

private:
    void onTimer() noexcept override;
    /// False: nobody is left in the queue, or accepting pauses.
    bool acceptSome();
    void pause();

    class Notifier;

    int m_fd;
    ConnectionBudget &m_budget;
    Events m_events;
    std::unique_ptr<Notifier> m_notifier;
    event::Timer m_pause;
    bool m_wasAtCap = false;
};

} // namespace meridian::net
