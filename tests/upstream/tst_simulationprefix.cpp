// SPDX-License-Identifier: MIT
// Conversations under prefix_hash: they keep to one backend, and no backend drowns.
#include "tests/upstream/simulation.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

using namespace meridian::upstream;
using namespace meridian::upstream::sim;

namespace {

constexpr std::size_t Count = 10'000;

std::vector<Server> fleet(const std::vector<int> &weights)
{
    std::vector<Server> servers;
    for (const int weight : weights) {
        Server server;
        server.backend = makeBackend("gpu-" + std::to_string(servers.size()), weight);
        server.slots = 64 * weight;
        servers.push_back(std::move(server));
    }
    return servers;
}

StrategyFactory factoryOf(const std::string &name)
{
    return [name](std::uint64_t seed) {
        StrategyOptions options;
        options.seed = seed;
        return makeStrategy(name, options);
    };
}

/// The share of all turns that were served by their conversation's most frequent backend.
double kept(const std::vector<Request> &requests, const Report &report)
{
    std::map<std::size_t, std::map<std::size_t, int>> homes;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        ++homes[requests[i].conversation][report.chosen[i]];
    }
    int most = 0;
    for (const auto &[conversation, turns] : homes) {
        most += std::max_element(turns.begin(), turns.end(), [](const auto &a, const auto &b) {
                    return a.second < b.second;
                })->second;
    }
    return double(most) / double(requests.size());
}

/// The highest value of a server over the mean of all, each by its weight.
template <typename ValueOf>
double worst(const std::vector<Server> &servers, const Report &report, const ValueOf &valueOf)
{
    double most = 0;
    double sum = 0;
    double weights = 0;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const double weight = servers[i].backend->weight();
        const double value = valueOf(report.servers[i]);
        most = std::max(most, value / weight);
        sum += value;
        weights += weight;
    }
    return most * weights / sum;
}

double mostServed(const std::vector<Server> &servers, const Report &report)
{
    return worst(servers, report, [](const Tally &tally) { return double(tally.served); });
}

double mostInFlight(const std::vector<Server> &servers, const Report &report)
{
    return worst(servers, report, [](const Tally &tally) { return tally.inflightSeconds; });
}

} // namespace

class TestSimulationPrefix : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void conversationsKeepToTheirBackend_data()
    {
        QTest::addColumn<QList<int>>("weights");
        QTest::addColumn<double>("concurrency");
        QTest::addColumn<int>("workers");
        for (const int workers : {1, 4}) {
            for (const double concurrency : {32.0, 64.0, 256.0}) {
                QTest::addRow("equal, %.0f in flight, %d workers", concurrency, workers)
                    << QList<int>{1, 1, 1, 1, 1, 1, 1, 1} << concurrency << workers;
                QTest::addRow("weighted, %.0f in flight, %d workers", concurrency, workers)
                    << QList<int>{1, 2, 4, 2} << concurrency << workers;
            }
        }
    }

    void conversationsKeepToTheirBackend()
    {
        QFETCH(QList<int>, weights);
        QFETCH(double, concurrency);
        QFETCH(int, workers);
        auto requests = conversations(Count, 500, 31);
        arrivals(requests, concurrency, 32);
        qInfo("%-15s  turns at one backend  requests: most/mean  in flight: most/mean  p99 ms",
              "strategy");
        for (const std::string name : {"prefix_hash", "least_inflight"}) {
            const auto servers = fleet({weights.begin(), weights.end()});
            const Report report = Simulation(servers, factoryOf(name), workers).run(requests);
            qInfo("%-15s %18.1f %% %20.2f %21.2f %7.0f", name.c_str(), 100 * kept(requests, report),
                  mostServed(servers, report), mostInFlight(servers, report),
                  quantile(report.latencyMs, 0.99));
            QCOMPARE(report.latencyMs.size(), Count);
            if (name == "prefix_hash") {
                QVERIFY(kept(requests, report) >= 0.9);
                QVERIFY(mostServed(servers, report) <= 1.25);
                QVERIFY(mostInFlight(servers, report) <= 1.25);
            } else { // or the traffic would prove nothing
                QVERIFY(kept(requests, report) < 0.7);
            }
        }
    }

    /// Everybody's requests begin alike, e.g. with one application's instructions.
    void onePrefixForAllDoesNotDrownItsBackend()
    {
        auto requests = conversations(Count, 500, 31);
        for (Request &request : requests) {
            request.prefix = 4711;
        }
        arrivals(requests, 128, 32);
        for (const int workers : {1, 4}) {
            const auto servers = fleet({1, 1, 1, 1, 1, 1, 1, 1});
            const Report report =
                Simulation(servers, factoryOf("prefix_hash"), workers).run(requests);
            qInfo("requests %.2f, in flight %.2f, of the mean", mostServed(servers, report),
                  mostInFlight(servers, report));
            QVERIFY(mostServed(servers, report) <= 1.3); // of the bound's 1.25, rounded up
            QVERIFY(mostInFlight(servers, report) <= 1.3);
        }
    }
};

QTEST_GUILESS_MAIN(TestSimulationPrefix)
#include "tst_simulationprefix.moc"
