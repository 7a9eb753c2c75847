// SPDX-License-Identifier: MIT
// A fleet of simulated servers behind real Backend objects, driven by a manual clock.
#pragma once

#include "core/upstream/strategy.h"
#include "tests/upstream/traffic.h"

#include <queue>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <tuple>
#include <vector>

namespace meridian::upstream::sim {

/// What a simulated engine does with the requests it gets.
enum class Fault : std::uint8_t {
    None,
    Refuses,     // connections, at once
    FailsAtOnce, // 500 after a millisecond
    Hangs,       // accepts and never answers
};

/// `slots` requests run at the same time, each at the full speed; the others wait in order.
struct Server
{
    std::shared_ptr<Backend> backend;
    double prefillPerSecond = 8000; // tokens
    double decodePerSecond = 60;
    int slots = 8;
    Fault fault = Fault::None;
    bool answersProbes = true;
    Duration healsAt = Duration::max(); // from then on there is no fault
};

/// What one server was asked and did.
struct Tally
{
    std::vector<Duration> asked; // one per attempt: when
    int served = 0;
    int failed = 0;
    std::int64_t peakInflight = 0;
    double inflightSeconds = 0; // integral of what was in flight
};

struct Report
{
    std::vector<Tally> servers;
    std::vector<double> latencyMs; // of every request that was served, in no order
    std::vector<double> firstByteMs;
    std::vector<std::size_t> chosen; // per request: the server that took it; npos = nobody
    double costSpread = 0;           // mean over arrivals of (most - least) / mean cost in flight

    static constexpr auto npos = static_cast<std::size_t>(-1);

    /// The busiest server's mean number in flight over the mean of all.
    [[nodiscard]] double imbalance() const;
};

[[nodiscard]] double quantile(std::vector<double> values, double q);

/// Makes the strategy of worker `index`.
using StrategyFactory = std::function<std::unique_ptr<Strategy>(std::uint64_t index)>;

/// Plays the router, the exchange and the health checker as the gateway has them: no candidate
/// without weight or health, suspects only when nobody else is there, a refused connection goes on
/// to the next backend, every other answer goes to the client, a probe every five seconds.
class Simulation
{
public:
    static constexpr Duration ProbeInterval = std::chrono::seconds(5);

    Simulation(std::vector<Server> servers, const StrategyFactory &factory, int workers);

    [[nodiscard]] Report run(const std::vector<Request> &requests);

    /// Called before every pick, e.g. to check or to change something.
    std::function<void(std::size_t request, SteadyTime now)> beforePick;

private:
    enum class Kind : std::uint8_t { Arrival, FirstByte, End, Failure, Probe };

    struct Event
    {
        Duration at;
        std::uint64_t number; // of equal times, the one that was planned first
        Kind kind;
        std::size_t request;
        std::size_t server;

        bool operator>(const Event &other) const
        {
            return std::tie(at, number) > std::tie(other.at, other.number);
        }
    };

    struct Line // in front of a server
    {
        int running = 0;
        std::deque<std::size_t> waiting;
    };

    void plan(Duration in, Kind kind, std::size_t request, std::size_t server);
    void handle(const Event &event);
    void arrive(std::size_t request);
    [[nodiscard]] std::size_t choose(std::size_t request, const std::vector<std::size_t> &tried);
    void ask(std::size_t request, std::size_t server);
    void start(std::size_t request, std::size_t server);
    void end(std::size_t server);
    void probeAll();
    void observe();
    [[nodiscard]] Fault faultOf(std::size_t server) const;

    [[nodiscard]] SteadyTime now() const { return TestEpoch + m_now; }

    std::vector<Server> m_servers;
    std::vector<Line> m_lines;
    std::vector<std::unique_ptr<Strategy>> m_workers;
    std::mt19937_64 m_random{99}; // which worker a request arrives at
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
    std::uint64_t m_planned = 0;
    Duration m_now{0};
    const std::vector<Request> *m_requests = nullptr;
    std::size_t m_arrived = 0;
    Report m_report;
};

} // namespace meridian::upstream::sim
