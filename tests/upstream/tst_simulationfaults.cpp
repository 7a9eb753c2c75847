// SPDX-License-Identifier: MIT
// Backends that refuse, fail, hang or come back, under each strategy: no black hole, no exile.
#include "tests/upstream/simulation.h"

#include <QtTest>

#include <algorithm>
#include <string>
#include <utility>

using namespace meridian::upstream;
using namespace meridian::upstream::sim;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t Count = 10'000;
constexpr std::size_t Bad = 0; // the first server: the worst place for ties

StrategyFactory factoryOf(const std::string &name)
{
    return [name](std::uint64_t seed) {
        StrategyOptions options;
        options.seed = seed;
        return makeStrategy(name, options);
    };
}

std::vector<Server> four(Fault fault, double speed = 1)
{
    std::vector<Server> servers(4);
    for (Server &server : servers) {
        server.backend = makeBackend("gpu-" + std::to_string(&server - servers.data()));
        server.prefillPerSecond *= speed;
        server.decodePerSecond *= speed;
    }
    servers[Bad].fault = fault;
    servers[Bad].answersProbes = false;
    return servers;
}

/// Half of what three of the four can bear.
std::vector<Request> traffic(double speed = 1)
{
    std::vector<Request> requests = mixedRequests(Count, 424242);
    arrivals(requests, 0.5 * 3 * 8, 17, 8000 * speed, 60 * speed);
    return requests;
}

int mostPerProbeInterval(const Tally &tally)
{
    int most = 0;
    for (std::size_t i = 0; i < tally.asked.size(); ++i) {
        const auto period = tally.asked[i] / Simulation::ProbeInterval;
        most = std::max(most, int(std::count_if(
                                  tally.asked.begin(), tally.asked.end(), [period](Duration asked) {
                                      return asked / Simulation::ProbeInterval == period;
                                  })));
    }
    return most;
}

int askedSince(const Tally &tally, Duration since)
{
    return int(std::count_if(tally.asked.begin(), tally.asked.end(),
                             [since](Duration asked) { return asked >= since; }));
}

} // namespace

class TestSimulationFaults : public QObject
{
    Q_OBJECT

    static void addRows(std::initializer_list<std::string> names = {})
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("workers");
        for (const StrategyEntry &entry : builtinStrategies()) {
            const std::string name(entry.name);
            if (names.size() > 0 && std::find(names.begin(), names.end(), name) == names.end()) {
                continue;
            }
            for (const int workers : {1, 4}) {
                QTest::addRow("%s, %d workers", name.c_str(), workers)
                    << QByteArray::fromStdString(name) << workers;
            }
        }
    }

    static Report run(std::vector<Server> servers, const std::vector<Request> &requests)
    {
        QFETCH(QByteArray, name);
        QFETCH(int, workers);
        return Simulation(std::move(servers), factoryOf(name.toStdString()), workers).run(requests);
    }

private Q_SLOTS:

    void deadBackendGetsOneRequestPerProbe_data() { addRows(); }

    void deadBackendGetsOneRequestPerProbe()
    {
        for (const bool answersProbes : {false, true}) { // true: only its data port is dead
            auto servers = four(Fault::Refuses);
            servers[Bad].answersProbes = answersProbes;
            const Report report = run(std::move(servers), traffic());
            const Tally &dead = report.servers[Bad];
            qInfo("probes %s: %zu requests in %.0f s, at most %d between two probes",
                  answersProbes ? "answered" : "fail", dead.asked.size(),
                  std::chrono::duration<double>(dead.asked.back()).count(),
                  mostPerProbeInterval(dead));
            QVERIFY(!dead.asked.empty()); // else nothing was tried
            QCOMPARE(mostPerProbeInterval(dead), 1);
            QVERIFY(answersProbes || dead.asked.size() == 1);
            QCOMPARE(report.latencyMs.size(), Count); // the others served everybody
        }
    }

    void instantlyFailingBackendIsNoBlackHole_data() { addRows(); }

    void instantlyFailingBackendIsNoBlackHole()
    {
        for (const double speed : {0.3, 1.0, 20.0}) { // answers of seconds, and of milliseconds
            auto servers = four(Fault::FailsAtOnce, speed);
            servers[Bad].answersProbes = true;
            const auto requests = traffic(speed);
            const Report report = run(std::move(servers), requests);
            const int failed = report.servers[Bad].failed;
            qInfo("speed %.1f: %d of %zu failed in %.0f s", speed, failed, Count,
                  std::chrono::duration<double>(requests.back().arrival).count());
            QVERIFY(failed > 0);
            QFETCH(QByteArray, name);
            if (name == "ewma_latency" || name == "peak_ewma_p2c") {
                QVERIFY(failed <= int(Count / 40));
            } else { // without speeds to compare: not more than its share, and better below
                const bool knowsFailures = name != "weighted_round_robin";
                QVERIFY(failed <= int(knowsFailures ? Count * 18 / 100 : Count / 4 + 1));
            }
        }
    }

    void hangingBackendIsNotAskedAgain_data() { addRows({"ewma_latency", "peak_ewma_p2c"}); }

    void hangingBackendIsNotAskedAgain()
    {
        const Report report = run(four(Fault::Hangs), traffic());
        const auto &asked = report.servers[Bad].asked;
        qInfo("%zu requests, the last at %.1f s", asked.size(),
              std::chrono::duration<double>(asked.back()).count());
        QVERIFY(asked.size() <= 5); // until the first of the others has answered
        QVERIFY(asked.back() < 10s);
    }

    void recoveredBackendGetsItsShareAgain_data() { addRows(); }

    void recoveredBackendGetsItsShareAgain()
    {
        const auto requests = traffic();
        const Duration end = requests.back().arrival;
        for (const Fault fault : {Fault::Refuses, Fault::FailsAtOnce}) {
            auto servers = four(fault);
            servers[Bad].healsAt = end / 3;
            const Report report = run(std::move(servers), requests);
            int all = 0;
            for (const Tally &tally : report.servers) {
                all += askedSince(tally, end * 2 / 3);
            }
            const int its = askedSince(report.servers[Bad], end * 2 / 3);
            qInfo("%d of %d in the last third", its, all);
            QVERIFY(its * 4 >= all / 2 && its * 4 <= all * 2);
        }
    }
};

QTEST_GUILESS_MAIN(TestSimulationFaults)
#include "tst_simulationfaults.moc"
