// SPDX-License-Identifier: MIT
// The ramp is bounded by what is unanswered, not by time: no gateway's backlog can overflow.
#include "tests/bench/streamload.h"

#include "tests/bench/clientmodes.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace meridian::bench {
namespace {

constexpr std::uint64_t StdinTag = ~std::uint64_t{0};

} // namespace

StreamLoad::StreamLoad(StreamRun &run, StreamPlan plan)
    : m_run(run)
    , m_plan(std::move(plan))
{
    m_streams.reserve(m_plan.streams);
    if (m_plan.isUntilStdinCloses) {
        m_poller.add(STDIN_FILENO, StdinTag);
    }
}

void StreamLoad::execute()
{
    const std::uint64_t start = monotonicNow();
    const std::uint64_t end = start + static_cast<std::uint64_t>(m_plan.deadlineSeconds * 1e9);
    const std::uint64_t openEnd = start + static_cast<std::uint64_t>(m_plan.openSeconds * 1e9);
    while (!isFinished() && !isStopRequested() && monotonicNow() < end) {
        openMore();
        for (const epoll_event &event : m_poller.wait(std::chrono::milliseconds(100))) {
            if (event.data.u64 != StdinTag) {
                serve(event.data.u64);
                continue;
            }
            std::array<char, 64> ignored{};
            m_isStdinClosed = read(STDIN_FILENO, ignored.data(), ignored.size()) == 0;
        }
        const bool isAllOpen = m_streams.size() == m_plan.streams && m_opening == 0;
        if (!m_wasLive && (isAllOpen || monotonicNow() >= openEnd)) {
            declareLive();
        }
    }
    if (!m_plan.isUntilStdinCloses) {
        std::for_each(m_streams.begin(), m_streams.end(), [](auto &stream) { stream->expire(); });
    }
}

void StreamLoad::declareLive()
{
    m_wasLive = true;
    m_live = static_cast<std::uint64_t>(std::count_if(
        m_streams.begin(), m_streams.end(), [](const auto &stream) { return stream->isLive(); }));
    m_plan.onLive();
}

bool StreamLoad::isFinished() const
{
    return (m_isStdinClosed && m_wasLive) ||
           (!m_plan.isUntilStdinCloses && m_streams.size() == m_plan.streams &&
            m_over == m_plan.streams);
}

void StreamLoad::openMore()
{
    while (m_streams.size() < m_plan.streams && m_opening < m_plan.maxOpening) {
        openOne();
    }
}

void StreamLoad::openOne()
{
    auto stream = std::make_unique<ClientStream>(m_run);
    m_isOpening.push_back(stream->open());
    if (m_isOpening.back()) {
        ++m_opening;
        m_poller.add(stream->fd(), m_streams.size());
    } else {
        ++m_over;
    }
    m_streams.push_back(std::move(stream));
}

void StreamLoad::serve(std::size_t index)
{
    ClientStream &stream = *m_streams[index];
    if (!stream.isOpen() || stream.isComplete()) {
        return;
    }
    stream.onEvent();
    if (m_isOpening[index] && (stream.isLive() || stream.isOver())) {
        m_isOpening[index] = false;
        --m_opening;
    }
    if (!stream.isOver()) {
        return;
    }
    if (stream.isComplete() && m_run.events < m_plan.total) {
        const int before = stream.fd();
        if (!stream.askAgain()) {
            ++m_over;
        } else if (before < 0) {
            m_poller.add(stream.fd(), index);
        }
        return;
    }
    ++m_over;
}

} // namespace meridian::bench
