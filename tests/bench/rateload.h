// SPDX-License-Identifier: MIT
// Open-loop load: requests leave on schedule whether or not earlier ones were answered.
#pragma once

#include "tests/bench/histogram.h"
#include "tests/bench/httpreader.h"
#include "tests/bench/poller.h"
#include "tests/bench/report.h"

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace meridian::bench {

/// How a RateLoad runs.
struct RatePlan
{
    sockaddr_in target{};
    std::string request;
    double rate = 1000; // per second
    double seconds = 10;
    double timeoutSeconds = 10;        // for one request
    std::size_t maxConnections = 4000; // more in flight than that are failures, not a longer queue
};

/// Sends the plan's requests over kept-alive connections. Nothing is ever retried: what fails here
/// is what a client of the gateway would have seen. Single thread.
class RateLoad
{
public:
    explicit RateLoad(RatePlan plan);
    ~RateLoad();
    RateLoad(const RateLoad &) = delete;
    RateLoad &operator=(const RateLoad &) = delete;

    void execute();
    [[nodiscard]] Report report() const;

private:
    struct Connection;

    struct Deadline
    {
        std::uint64_t at;
        std::uint64_t id;
        std::uint64_t exchange;
    };

    [[nodiscard]] std::chrono::nanoseconds untilNext(std::uint64_t now) const;
    void sendDue(std::uint64_t now);
    void startOne(std::uint64_t scheduled);
    [[nodiscard]] Connection *idleConnection();
    [[nodiscard]] Connection *newConnection();
    void ask(Connection &connection);
    void serve(std::uint64_t id);
    void receive(Connection &connection);
    void settle(Connection &connection);
    void drop(Connection &connection, Failure failure);
    void expireOverdue(std::uint64_t now);

    const RatePlan m_plan;
    Poller m_poller;
    std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> m_connections;
    std::vector<std::uint64_t> m_idle; // may hold ids that are gone
    std::deque<Deadline> m_deadlines;  // in order: every request has the same timeout
    Histogram m_delays;                // from the scheduled moment
    Tally m_tally;
    std::uint64_t m_start = 0;
    std::uint64_t m_sent = 0;
    std::uint64_t m_inFlight = 0;
    std::uint64_t m_staleReuses = 0;
    std::uint64_t m_lastId = 0;
};

} // namespace meridian::bench
