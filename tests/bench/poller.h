// SPDX-License-Identifier: MIT
// Edge-triggered epoll: a descriptor is registered once for both directions and never again.
#pragma once

#include "tests/bench/sockets.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <sys/epoll.h>

namespace meridian::bench {

/// One epoll instance. Single thread. A closed descriptor leaves by itself.
class Poller
{
public:
    Poller();

    /// Returns false when the descriptor cannot be polled (a regular file as stdin).
    bool add(int fd, std::uint64_t tag);

    /// Waits for at most `timeout`; the events are valid until the next call. A signal ends it
    /// early.
    [[nodiscard]] std::span<const epoll_event> wait(std::chrono::nanoseconds timeout);

private:
    Fd m_epoll;
    std::array<epoll_event, 512> m_events{};
};

} // namespace meridian::bench
