// SPDX-License-Identifier: MIT
// Promise: backends are killed and restarted, weights change and the configuration is reloaded
// every second, under load; no client sees an error, and the load follows the weights in force.
#include "tests/support/scenario.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <poll.h>
#include <string_view>
#include <thread>

using namespace meridian::support;

namespace {

constexpr std::size_t Backends = 4;
constexpr std::array<const char *, Backends> Names{"a", "b", "c", "d"};
using Weights = std::array<int, Backends>;
using Counts = std::array<int, Backends>;

constexpr std::array<Weights, 6> Plans{
    {{1, 1, 1, 1}, {4, 3, 2, 1}, {1, 5, 1, 3}, {10, 1, 4, 5}, {2, 2, 7, 1}, {1, 2, 3, 14}}};

/// MERIDIAN_CHAOS=full runs the whole promise; a minute is too long for every day.
bool isFull()
{
    const char *wish = std::getenv("MERIDIAN_CHAOS");
    return wish != nullptr && std::string_view(wish) == "full";
}

void pause(std::chrono::milliseconds span)
{
    (void)::poll(nullptr, 0, static_cast<int>(span.count()));
}

/// What one request met.
struct Outcome
{
    Clock::time_point start;
    Clock::time_point end;
    std::size_t backend = Backends; // which answered
};

/// Sends `total` requests over kept-alive connections, at a rate as far as the machine allows.
class Load
{
public:
    Load(const Scenario &scenario, int clients, int perSecond, int total)
        : m_scenario(scenario)
        , m_interval(std::chrono::nanoseconds(1s) / perSecond)
        , m_total(total)
        , m_begin(Clock::now())
    {
        for (int i = 0; i < clients; ++i) {
            m_threads.emplace_back([this] { run(); });
        }
    }

    ~Load() { join(); }

    Load(const Load &) = delete;
    Load &operator=(const Load &) = delete;

    [[nodiscard]] bool isOver() const { return m_next >= m_total; }

    void join()
    {
        for (std::thread &thread : m_threads) {
            if (thread.joinable()) {
                thread.join();
            }
        }
    }

    /// After join().
    std::vector<Outcome> outcomes;
    std::map<std::string, int> problems;

private:
    void run()
    {
        RawClient client;
        std::vector<Outcome> own;
        std::map<std::string, int> wrong;
        for (int n = m_next++; n < m_total; n = m_next++) {
            const auto due = m_begin + n * m_interval;
            if (due > Clock::now()) {
                std::this_thread::sleep_until(due);
            }
            if (!client.isOpen()) {
                client = m_scenario.connect();
            }
            Outcome outcome{Clock::now(), {}, Backends};
            const HttpResponse response =
                client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody, {}, 30s);
            outcome.end = Clock::now();
            if (!response.isComplete() || response.status != 200 ||
                response.body != completionBody()) {
                ++wrong[std::to_string(response.status) + " " + response.problem + " " +
                        response.body.substr(0, 150)];
                client.close();
            }
            const std::string name = response.header("x-meridian-backend");
            for (std::size_t i = 0; i < Backends; ++i) {
                outcome.backend = name == Names.at(i) ? i : outcome.backend;
            }
            own.push_back(outcome);
        }
        const std::scoped_lock lock(m_lock);
        outcomes.insert(outcomes.end(), own.begin(), own.end());
        for (const auto &[text, count] : wrong) {
            problems[text] += count;
        }
    }

    const Scenario &m_scenario;
    const std::chrono::nanoseconds m_interval;
    const int m_total;
    const Clock::time_point m_begin;
    std::atomic<int> m_next{0};
    std::mutex m_lock;
    std::vector<std::thread> m_threads;
};

/// A stretch of time in which everybody lived and one set of weights was in force.
struct Calm
{
    Clock::time_point start;
    Clock::time_point end;
    Weights weights;
};

/// How far the answers of some calm stretches are from what the weights said.
class Distribution
{
public:
    void add(const Calm &calm, const std::vector<Outcome> &outcomes)
    {
        Counts seen{};
        int sum = 0;
        for (const Outcome &outcome : outcomes) {
            if (outcome.start >= calm.start && outcome.end <= calm.end &&
                outcome.backend < Backends) {
                ++seen.at(outcome.backend);
                ++sum;
            }
        }
        int weights = 0;
        for (const int weight : calm.weights) {
            weights += weight;
        }
        for (std::size_t i = 0; i < Backends; ++i) {
            const double expected = double(sum) * calm.weights.at(i) / weights;
            m_expected.at(i) += expected;
            m_seen.at(i) += seen.at(i);
            if (sum >= 100) { // less says nothing of a share
                m_worst = std::max(m_worst, std::abs(seen.at(i) - expected) / sum);
            }
        }
        m_total += sum;
    }

    /// Of all requests together, relative to each backend's own expectation.
    [[nodiscard]] double worstOverall() const
    {
        double worst = 0;
        for (std::size_t i = 0; i < Backends; ++i) {
            worst = std::max(worst, std::abs(m_seen.at(i) - m_expected.at(i)) / m_expected.at(i));
        }
        return worst;
    }

    /// Of a single stretch, as a share of its requests.
    [[nodiscard]] double worstStretch() const { return m_worst; }

    [[nodiscard]] int total() const { return m_total; }

private:
    std::array<double, Backends> m_expected{};
    Counts m_seen{};
    double m_worst = 0;
    int m_total = 0;
};

} // namespace

class TstChaos : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyNotices();
};

namespace {

/// The gateway, its backends, and what is done to them.
class Chaos
{
public:
    Chaos()
    {
        for (auto &backend : m_backends) {
            backend = std::make_unique<FakeUpstream>();
            backend->setHandler(
                [](const RecordedRequest &) { return Reply::json(completionBody()).after(1ms); });
        }
        scenario.config = configOf(Plans[0]);
    }

    Scenario scenario;
    int kills = 0;
    int reloads = 0;

    /// New weights by SIGHUP; false when they were not in force in time.
    [[nodiscard]] bool reload()
    {
        const double before = generation();
        weights = Plans.at(static_cast<std::size_t>(++reloads) % Plans.size());
        (void)scenario.gateway.writeFile("config.yaml", configOf(weights).yaml());
        scenario.gateway.process().signal(SIGHUP);
        const Deadline deadline = Patient;
        while (generation() <= before) {
            if (deadline.hasPassed()) {
                return false;
            }
            pause(2ms);
        }
        pause(20ms); // the workers take it up in their next turn
        return true;
    }

    void kill(std::size_t victim)
    {
        ++kills;
        m_backends.at(victim)->stop();
    }

    /// True when the gateway has found it well.
    [[nodiscard]] bool restart(std::size_t victim)
    {
        FakeUpstream &backend = *m_backends.at(victim);
        // The probe after the next is sent when the next one's verdict is known.
        return backend.restart() &&
               backend.log.waitForHealthChecks(backend.log.healthCheckCount() + 2) &&
               scenario.metric("meridian_backend_healthy") == double(Backends);
    }

    Weights weights = Plans[0];

private:
    [[nodiscard]] GatewayConfig configOf(const Weights &wanted) const
    {
        GatewayConfig config;
        config.set("gateway", "strategy", "weighted_round_robin")
            .set("gateway", "watch_config", "false")
            .set("health", "interval_s", "0.1")
            .set("logging", "jsonl_path", scenario.gateway.folder() + "/requests.jsonl");
        for (std::size_t i = 0; i < Backends; ++i) {
            config.backend(Names.at(i), m_backends.at(i)->url(),
                           {{"weight", std::to_string(wanted.at(i))}});
        }
        return config;
    }

    [[nodiscard]] double generation() const
    {
        return scenario.metric("meridian_snapshot_generation");
    }

    std::array<std::unique_ptr<FakeUpstream>, Backends> m_backends;
};

} // namespace

void TstChaos::nobodyNotices()
{
    const int perSecond = isFull() ? 1000 : 300;
    const int seconds = isFull() ? 60 : 15;
    Chaos chaos;
    START_OR_FAIL(chaos.scenario);
    QTRY_COMPARE(chaos.scenario.metric("meridian_backend_healthy"), double(Backends));
    const auto begin = Clock::now();
    Load load(chaos.scenario, isFull() ? 48 : 24, perSecond, perSecond * seconds);
    std::vector<Calm> calms;
    std::string stuck;
    for (std::size_t victim = 0; !load.isOver() && stuck.empty();
         victim = (victim + 1) % Backends) {
        // A second with a dead backend, in the middle of which the weights change …
        chaos.kill(victim);
        pause(400ms);
        stuck = chaos.reload() ? stuck : "a reload was not taken up";
        pause(300ms);
        stuck = chaos.restart(victim) ? stuck : "a restarted backend was not found well";
        // … and a second of peace, at whose beginning they change again.
        stuck = chaos.reload() ? stuck : "a reload was not taken up";
        Calm calm{Clock::now(), {}, chaos.weights};
        pause(900ms);
        calm.end = Clock::now();
        calms.push_back(calm);
    }
    load.join();
    auto last = begin;
    for (const Outcome &outcome : load.outcomes) {
        last = std::max(last, outcome.end);
    }
    const std::chrono::duration<double> took = last - begin;
    QVERIFY2(stuck.empty(), stuck.c_str());

    Distribution distribution;
    for (const Calm &calm : calms) {
        distribution.add(calm, load.outcomes);
    }
    qInfo("%zu requests in %.1f s (%.0f/s), %d kills, %d reloads, %.0f repeated, "
          "%d requests in %zu calm stretches: %.1f %% off the weights overall, %.1f %% at worst",
          load.outcomes.size(), took.count(), double(load.outcomes.size()) / took.count(),
          chaos.kills, chaos.reloads, chaos.scenario.metric("meridian_upstream_retries_total"),
          distribution.total(), calms.size(), 100 * distribution.worstOverall(),
          100 * distribution.worstStretch());
    std::string problems;
    for (const auto &[text, count] : load.problems) {
        problems += std::to_string(count) + " x " + text + "\n";
    }
    QVERIFY2(problems.empty(), problems.c_str());
    QCOMPARE(load.outcomes.size(), static_cast<std::size_t>(perSecond * seconds));
    QVERIFY(chaos.kills >= 3);
    QVERIFY(distribution.total() >= 300);
    QVERIFY(distribution.worstOverall() <= 0.05);
    QVERIFY(distribution.worstStretch() <= 0.05);
    QCOMPARE(chaos.scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstChaos)
#include "tst_chaos.moc"
