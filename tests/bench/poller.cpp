// SPDX-License-Identifier: MIT
// epoll_pwait2 gives nanosecond deadlines, which an open-loop load needs.
#include "tests/bench/poller.h"

#include <algorithm>
#include <ctime>

namespace meridian::bench {

Poller::Poller()
    : m_epoll(epoll_create1(EPOLL_CLOEXEC))
{
}

bool Poller::add(int fd, std::uint64_t tag)
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = tag;
    return epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

std::span<const epoll_event> Poller::wait(std::chrono::nanoseconds timeout)
{
    const auto left = std::max(timeout, std::chrono::nanoseconds::zero()).count();
    const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    const int count = epoll_pwait2(m_epoll.get(), m_events.data(),
                                   static_cast<int>(m_events.size()), &limit, nullptr);
    return {m_events.data(), static_cast<std::size_t>(std::max(count, 0))};
}

} // namespace meridian::bench
