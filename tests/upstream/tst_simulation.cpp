// SPDX-License-Identifier: MIT
// Ten thousand requests through each strategy: latency and balance against least_inflight and
// chance.
#include "tests/upstream/simulation.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

using namespace meridian;
using namespace meridian::upstream;
using namespace meridian::upstream::sim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t Count = 10'000;

/// What everybody must beat.
class RandomChoice final : public Strategy
{
public:
    explicit RandomChoice(std::uint64_t seed)
        : m_random(seed)
    {
    }

    std::size_t pick(std::span<Backend *const> candidates, const PickContext &) override
    {
        return m_random() % candidates.size();
    }

private:
    std::mt19937_64 m_random;
};

std::unique_ptr<Strategy> made(const std::string &name, std::uint64_t seed)
{
    if (name == "random") {
        return std::make_unique<RandomChoice>(seed);
    }
    StrategyOptions options;
    options.seed = seed;
    return makeStrategy(name, options);
}

/// Servers of these speeds; the weights say so.
std::vector<Server> fleet(const std::vector<int> &percent)
{
    std::vector<Server> servers;
    for (const int speed : percent) {
        Server server;
        server.backend = makeBackend("gpu-" + std::to_string(servers.size()), speed);
        server.prefillPerSecond *= speed / 100.0;
        server.decodePerSecond *= speed / 100.0;
        servers.push_back(std::move(server));
    }
    return servers;
}

const std::vector<int> Mixed{100, 100, 100, 100, 150, 150, 70, 70};
const std::vector<int> Equal{100, 100, 100, 100, 100, 100, 100, 100};

/// `share` of what the fleet could bear.
std::vector<Request> mixedTraffic(const std::vector<int> &percent, double share)
{
    double slots = 0;
    for (const int speed : percent) {
        slots += 8 * speed / 100.0;
    }
    std::vector<Request> requests = mixedRequests(Count, 20240607);
    arrivals(requests, share * slots, 11);
    return requests;
}

Report run(const std::string &name, int workers, const std::vector<int> &percent, double share)
{
    Simulation simulation(
        fleet(percent), [&](std::uint64_t seed) { return made(name, seed); }, workers);
    return simulation.run(mixedTraffic(percent, share));
}

double p99(const Report &report)
{
    return quantile(report.latencyMs, 0.99);
}

double firstByteP99(const Report &report)
{
    return quantile(report.firstByteMs, 0.99);
}

} // namespace

class TestSimulation : public QObject
{
    Q_OBJECT

    std::map<std::pair<std::string, int>, Report> m_reports; // mixed fleet, 60 %

    const Report &mixed(const std::string &name, int workers)
    {
        const auto [place, isNew] = m_reports.try_emplace({name, workers});
        if (isNew) {
            place->second = run(name, workers, Mixed, 0.6);
        }
        return place->second;
    }

private Q_SLOTS:

    void table()
    {
        std::vector<std::string> names{"random"};
        for (const StrategyEntry &entry : builtinStrategies()) {
            names.emplace_back(entry.name);
        }
        qInfo("%-22s workers   p50 ms   p99 ms  first byte p50   p99  busiest/mean  cost spread",
              "strategy");
        for (const int workers : {1, 4}) {
            for (const std::string &name : names) {
                const Report &report = mixed(name, workers);
                qInfo("%-22s %7d %8.0f %8.0f %15.0f %5.0f %13.2f %12.2f", name.c_str(), workers,
                      quantile(report.latencyMs, 0.5), quantile(report.latencyMs, 0.99),
                      quantile(report.firstByteMs, 0.5), quantile(report.firstByteMs, 0.99),
                      report.imbalance(), report.costSpread);
                QCOMPARE(report.latencyMs.size(), Count); // nobody is lost
            }
        }
    }

    void weightedRoundRobinKeepsTheWeights()
    {
        const double weights = std::accumulate(Mixed.begin(), Mixed.end(), 0.0);
        for (const int workers : {1, 4}) {
            const Report &report = mixed("weighted_round_robin", workers);
            for (std::size_t thousand = 0; thousand < Count; thousand += 1000) {
                for (std::size_t i = 0; i < Mixed.size(); ++i) {
                    const auto begin = report.chosen.begin() + std::ptrdiff_t(thousand);
                    const double wanted = 1000 * Mixed[i] / weights;
                    QVERIFY(std::abs(double(std::count(begin, begin + 1000, i)) - wanted) <=
                            wanted * 0.05);
                }
            }
            QVERIFY(p99(report) <= p99(mixed("random", workers)) * 0.9);
            QVERIFY(report.imbalance() <= 1.25); // the weights are the speeds
        }
    }

    void leastInflightBeatsChance()
    {
        for (const int workers : {1, 4}) {
            const Report &report = mixed("least_inflight", workers);
            const Report &chance = mixed("random", workers);
            QVERIFY(p99(report) <= p99(chance) * 0.9);
            QVERIFY(firstByteP99(report) <= firstByteP99(chance) * 0.2);
            QVERIFY(report.imbalance() <= 1.15);
        }
    }

    void ewmaLatencyPrefersTheFastWithoutAHerd()
    {
        for (const int workers : {1, 4}) {
            const Report &report = mixed("ewma_latency", workers);
            QVERIFY(p99(report) <= p99(mixed("random", workers)) * 0.9);
            QVERIFY(p99(report) <= p99(mixed("least_inflight", workers)));
            QVERIFY(report.imbalance() <= 1.6);
            const auto fast = double(report.servers[4].served + report.servers[5].served);
            const auto slow = double(report.servers[6].served + report.servers[7].served);
            QVERIFY(fast >= slow * 1.5);
        }
    }

    void peakEwmaIsNearLeastInflight()
    {
        for (const int workers : {1, 4}) {
            const Report &report = mixed("peak_ewma_p2c", workers);
            const Report &chance = mixed("random", workers);
            QVERIFY(p99(report) <= p99(chance) * 0.9);
            QVERIFY(p99(report) <= p99(mixed("least_inflight", workers)) * 1.1);
            QVERIFY(firstByteP99(report) <= firstByteP99(chance) * 0.2);
            QVERIFY(report.imbalance() <= 1.15);
        }
    }

    /// Its score multiplies what is in flight with an average that a long answer throws off, so it
    /// is at its best while engines have no queue.
    void tokenAwareBalancesCost()
    {
        for (const int workers : {1, 4}) {
            const Report report = run("token_aware", workers, Equal, 0.3);
            const Report least = run("least_inflight", workers, Equal, 0.3);
            const Report chance = run("random", workers, Equal, 0.3);
            qInfo("cost spread: token_aware %.2f, least_inflight %.2f, random %.2f",
                  report.costSpread, least.costSpread, chance.costSpread);
            QVERIFY(report.costSpread <= least.costSpread * 0.85);
            QVERIFY(report.costSpread <= chance.costSpread * 0.7);
            QVERIFY(p99(report) <= p99(chance) * 1.02);
            QVERIFY(p99(mixed("token_aware", workers)) <= p99(mixed("random", workers)) * 0.9);
        }
    }

    void leastCostPaysTheLeastAndSparesTheFull()
    {
        const auto requests = mixedTraffic(Equal, 0.5);
        const auto priced = [](std::int64_t limit) {
            auto servers = fleet(Equal);
            for (std::size_t i = 0; i < servers.size(); ++i) {
                model::BackendSettings settings = servers[i].backend->settings();
                settings.price = {i < 2 ? 0.1 : 1.0, i < 2 ? 0.4 : 4.0};
                settings.maxConcurrency = limit;
                servers[i].backend = makeBackend(settings);
            }
            return servers;
        };
        const auto paid = [&](const std::string &name, std::int64_t limit, Report &report) {
            const auto servers = priced(limit);
            report = Simulation(
                         servers, [&](std::uint64_t seed) { return made(name, seed); }, 1)
                         .run(requests);
            double sum = 0;
            for (std::size_t i = 0; i < Count; ++i) {
                const auto &price = *servers[report.chosen[i]].backend->settings().price;
                sum += double(requests[i].promptTokens) * price.promptPerMillion +
                       double(requests[i].maxTokens) * price.completionPerMillion;
            }
            return sum / 1e6;
        };
        Report cheap;
        Report least;
        const double price = paid("least_cost", 8, cheap);
        const double usual = paid("least_inflight", 8, least);
        qInfo("paid %.2f instead of %.2f; p99 %.0f instead of %.0f ms", price, usual, p99(cheap),
              p99(least));
        QVERIFY(price <= usual * 0.75);
        QVERIFY(cheap.latencyMs.size() == Count && p99(cheap) <= p99(least) * 1.1);
        for (const Tally &tally : cheap.servers) {
            QVERIFY(tally.peakInflight <= 8);
        }
        Report drowned; // without max_concurrency all goes to the two cheap ones
        paid("least_cost", 0, drowned);
        QCOMPARE(drowned.servers[0].served + drowned.servers[1].served, int(Count));
        QVERIFY(std::abs(drowned.servers[0].served - drowned.servers[1].served) < int(Count / 50));
    }
};

QTEST_GUILESS_MAIN(TestSimulation)
#include "tst_simulation.moc"
