// SPDX-License-Identifier: MIT
// meridian_bench_upstream: an inference server without inference, cheap enough not to be the
// bottleneck of a bench. `--port 0` picks a port; the first line on stdout is {"port":N}.
#include "tests/bench/options.h"
#include "tests/bench/payload.h"
#include "tests/bench/poller.h"
#include "tests/bench/upstreamconnection.h"

#include <queue>

#include <cstdio>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

namespace meridian::bench {
namespace {

constexpr std::uint64_t ListenerTag = 0;

/// All connections, the timers of paced streams, and the turn of unpaced ones.
class BenchUpstream
{
public:
    BenchUpstream(Fd listener, const UpstreamManners &manners)
        : m_listener(std::move(listener))
        , m_manners(manners)
    {
        m_poller.add(m_listener.get(), ListenerTag);
    }

    [[noreturn]] void run()
    {
        for (;;) {
            for (const epoll_event &event : m_poller.wait(timeout())) {
                event.data.u64 == ListenerTag ? acceptAll() : serve(event.data.u64, event.events);
            }
            sendDue();
            feedHungry();
        }
    }

private:
    struct Timer
    {
        std::uint64_t due;
        std::uint64_t id;

        bool operator>(const Timer &other) const { return due > other.due; }
    };

    std::chrono::nanoseconds timeout() const
    {
        if (!m_hungry.empty()) {
            return std::chrono::nanoseconds::zero();
        }
        const std::uint64_t now = monotonicNow();
        const std::uint64_t due = m_timers.empty() ? now + 1'000'000'000 : m_timers.top().due;
        return std::chrono::nanoseconds(due > now ? due - now : 0);
    }

    void acceptAll()
    {
        for (Fd socket = acceptOne(m_listener); socket.isOpen(); socket = acceptOne(m_listener)) {
            const std::uint64_t id = ++m_lastId;
            m_poller.add(socket.get(), id);
            m_connections.emplace(
                id, std::make_unique<UpstreamConnection>(std::move(socket), m_manners));
        }
    }

    void serve(std::uint64_t id, std::uint32_t events)
    {
        const auto found = m_connections.find(id);
        if (found == m_connections.end()) {
            return;
        }
        UpstreamConnection &connection = *found->second;
        const std::uint64_t dueBefore = connection.nextDue();
        const bool isFine =
            ((events & EPOLLOUT) == 0 || connection.onWritable()) &&
            ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0 || connection.onReadable());
        if (!isFine) {
            m_connections.erase(found);
            return;
        }
        schedule(id, connection, dueBefore);
    }

    void schedule(std::uint64_t id, const UpstreamConnection &connection, std::uint64_t dueBefore)
    {
        if (connection.isHungry()) {
            m_hungry.push_back(id);
        } else if (connection.nextDue() != 0 && connection.nextDue() != dueBefore) {
            m_timers.push({connection.nextDue(), id});
        }
    }

    void sendDue()
    {
        const std::uint64_t now = monotonicNow();
        while (!m_timers.empty() && m_timers.top().due <= now) {
            const Timer timer = m_timers.top();
            m_timers.pop();
            const auto found = m_connections.find(timer.id);
            if (found != m_connections.end() && found->second->nextDue() == timer.due) {
                send(timer.id, *found->second);
            }
        }
    }

    void feedHungry()
    {
        std::vector<std::uint64_t> turn;
        turn.swap(m_hungry);
        for (const std::uint64_t id : turn) {
            const auto found = m_connections.find(id);
            if (found != m_connections.end() && found->second->isHungry()) {
                send(id, *found->second);
            }
        }
    }

    void send(std::uint64_t id, UpstreamConnection &connection)
    {
        const std::uint64_t dueBefore = connection.nextDue();
        if (connection.sendDue()) {
            schedule(id, connection, dueBefore);
        } else {
            m_connections.erase(id);
        }
    }

    Poller m_poller;
    Fd m_listener;
    UpstreamManners m_manners;
    std::uint64_t m_lastId = ListenerTag;
    std::unordered_map<std::uint64_t, std::unique_ptr<UpstreamConnection>> m_connections;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> m_timers;
    std::vector<std::uint64_t> m_hungry; // unpaced streams; an id may stand in it twice
};

} // namespace
} // namespace meridian::bench

int main(int argc, char **argv)
{
    using namespace meridian::bench;
    const Options options(
        argc, argv, 1, {{"port", "0"}, {"chunks", "100"}, {"interval-ms", "0"}, {"delay-ms", "0"}});
    raiseDescriptorLimit();
    Fd listener = listenOnLoopback(static_cast<std::uint16_t>(options.number("port")));
    if (!listener.isOpen()) {
        std::fprintf(stderr, "cannot listen: %s\n", std::strerror(errno));
        return 1;
    }
    std::printf("{\"port\":%u}\n", boundPort(listener));
    std::fflush(stdout);
    UpstreamManners manners;
    manners.chunks = static_cast<std::uint32_t>(options.number("chunks"));
    manners.intervalMs = static_cast<std::uint32_t>(options.number("interval-ms"));
    manners.delayMs = static_cast<std::uint32_t>(options.number("delay-ms"));
    BenchUpstream(std::move(listener), manners).run();
}
