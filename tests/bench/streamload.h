// SPDX-License-Identifier: MIT
// Thousands of ClientStreams on one epoll: opened with a bounded ramp, held, repeated or waited
// for.
#pragma once

#include "tests/bench/clientstream.h"
#include "tests/bench/poller.h"

#include <functional>
#include <memory>
#include <vector>

namespace meridian::bench {

/// How a StreamLoad runs.
struct StreamPlan
{
    std::uint64_t streams = 1;
    std::uint64_t maxOpening = 128; // streams at once that have no response head yet
    std::uint64_t total =
        0; // events after which finished streams are not repeated; 0: never repeat
    bool isUntilStdinCloses = false; // a stdin that cannot be polled (/dev/null): until SIGTERM
    double deadlineSeconds = 60;
    double openSeconds = 20; // what is not open by then stays out of the figure of live streams
    std::function<void()>
        onLive; // called once, when every stream has its head, has failed, or is too late
};

/// Runs the plan to its end, its deadline, or a stop signal. Single thread.
class StreamLoad
{
public:
    StreamLoad(StreamRun &run, StreamPlan plan);

    void execute();

    /// Streams that had their head at the moment onLive was called.
    [[nodiscard]] std::uint64_t live() const { return m_live; }

private:
    void openMore();
    void openOne();
    void serve(std::size_t index);
    void declareLive();
    [[nodiscard]] bool isFinished() const;

    StreamRun &m_run;
    StreamPlan m_plan;
    Poller m_poller;
    std::vector<std::unique_ptr<ClientStream>> m_streams;
    std::vector<bool> m_isOpening; // by stream: its first response head is still awaited
    std::uint64_t m_opening = 0;
    std::uint64_t m_over = 0;
    std::uint64_t m_live = 0;
    bool m_wasLive = false;
    bool m_isStdinClosed = false;
};

} // namespace meridian::bench
