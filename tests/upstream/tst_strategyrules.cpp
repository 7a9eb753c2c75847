// SPDX-License-Identifier: MIT
// The rule of each strategy that weighs something, against values computed by hand.
#include "core/upstream/strategies/backendmemory.h"
#include "core/upstream/strategy.h"
#include "tests/upstream/somebackends.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

using namespace meridian;
using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

constexpr PickContext Plain{.now = TestEpoch, .promptTokens = 10, .maxTokens = 256, .cost = 1034};

std::unique_ptr<Strategy> made(std::string_view name, const model::TokenCostSettings &cost = {})
{
    StrategyOptions options;
    options.cost = cost;
    return makeStrategy(name, options);
}

std::map<std::size_t, int>
picksOf(Strategy &strategy, const SomeBackends &backends, const PickContext &context, int count)
{
    std::map<std::size_t, int> picks;
    for (int i = 0; i < count; ++i) {
        ++picks[strategy.pick(backends.all, context)];
    }
    return picks;
}

PickContext withPrefix(std::uint64_t prefix)
{
    PickContext context = Plain;
    context.prefixHash = prefix;
    return context;
}

std::shared_ptr<Backend> priced(const std::string &name, double prompt, double completion)
{
    model::BackendSettings settings;
    settings.name = name;
    settings.price = {prompt, completion};
    return makeBackend(settings);
}

} // namespace

class TestStrategyRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    // --- ewma_latency
    void ewmaPicksTheFastest()
    {
        const SomeBackends backends({1, 1, 1});
        backends.load(0).noteLatency(300ms, TestEpoch);
        backends.load(1).noteLatency(100ms, TestEpoch);
        backends.load(2).noteLatency(100ms, TestEpoch);
        const auto strategy = made("ewma_latency");
        auto picks = picksOf(*strategy, backends, Plain, 100);
        QVERIFY(picks[1] == 50 && picks[2] == 50);
        backends.load(2).noteLatency(110ms, TestEpoch);
        QCOMPARE(picksOf(*strategy, backends, Plain, 100)[1], 100);
    }

    void ewmaWeighsWhatIsInFlight()
    {
        const SomeBackends backends({1, 1});
        backends.load(0).noteLatency(100ms, TestEpoch);
        backends.load(1).noteLatency(350ms, TestEpoch);
        const auto strategy = made("ewma_latency");
        for (int inflight = 0; inflight < 3; ++inflight) {
            QVERIFY(strategy->score(*backends.all[0], Plain) == 100.0 * (inflight + 1));
            QCOMPARE(strategy->pick(backends.all, Plain), std::size_t{0});
            backends.load(0).enter(1, TestEpoch);
        }
        QCOMPARE(strategy->pick(backends.all, Plain), std::size_t{1}); // 400 against 350
    }

    void ewmaAsksTheUnknownOnceAtATime()
    {
        const SomeBackends backends({1, 1, 1});
        backends.load(0).noteLatency(300ms, TestEpoch);
        const auto strategy = made("ewma_latency");
        QVERIFY(!strategy->score(*backends.all[1], Plain));
        for (int i = 0; i < 2; ++i) {
            const std::size_t asked = strategy->pick(backends.all, Plain);
            QVERIFY(asked == 1 || asked == 2);
            backends.load(asked).enter(1, TestEpoch);
        }
        auto picks = picksOf(*strategy, backends, Plain, 100); // the others have not answered yet
        QCOMPARE(picks[0], 100);
        backends.load(1).leave(1, TestEpoch);
        backends.load(1).noteFailure(1ms, TestEpoch); // an instant error is a sample, a bad one
        picks = picksOf(*strategy, backends, Plain, 100);
        QCOMPARE(picks[0], 100);
    }

    void ewmaGivesASlowOneASecondChance()
    {
        const SomeBackends backends({1, 1});
        backends.load(0).noteLatency(10ms, TestEpoch);
        backends.load(1).noteLatency(5s, TestEpoch);
        const auto strategy = made("ewma_latency");
        PickContext later = Plain;
        later.now += 10s;
        QCOMPARE(picksOf(*strategy, backends, later, 100)[0], 100); // not stale yet
        later.now += 1s;
        backends.load(0).noteLatency(10ms, later.now);
        QCOMPARE(strategy->pick(backends.all, later), std::size_t{1});
        backends.load(1).enter(1, later.now);
        QCOMPARE(picksOf(*strategy, backends, later, 100)[0], 100); // one at a time
        backends.load(1).leave(1, later.now);
        auto picks = picksOf(*strategy, backends, later, 100);
        QCOMPARE(picks[1], 5); // should no sample come: every 20th at most
        backends.load(1).noteLatency(1s, later.now);
        QCOMPARE(picksOf(*strategy, backends, later, 100)[0], 100);
    }

    void theWorseItLookedTheLongerItWaits()
    {
        const SomeBackends backends({1, 1});
        const auto strategy = made("ewma_latency");
        for (const auto &[average, wait] : {std::pair(30s, 30s), std::pair(600s, 60s)}) {
            PickContext later = Plain;
            backends.load(1).noteLatency(average * 100, later.now);
            while (backends.all[1]->ewmaLatencyMs() > double(average.count()) * 1001) {
                backends.load(1).noteLatency(average, later.now);
            }
            later.now += wait;
            backends.load(0).noteLatency(10ms, later.now);
            QCOMPARE(picksOf(*strategy, backends, later, 100)[0], 100);
            later.now += 1s;
            QVERIFY(picksOf(*strategy, backends, later, 100)[1] > 0);
        }
    }

    // --- token_aware
    void tokenAwareFollowsTheFormula_data()
    {
        QTest::addColumn<double>("inflightCost");
        QTest::addColumn<double>("cost");
        QTest::addColumn<int>("latencyMs"); // 0 = no sample
        QTest::addColumn<int>("queueDepth");
        QTest::addColumn<double>("memUtil");
        QTest::addColumn<double>("expected");
        QTest::newRow("nothing known") << 0.0 << 1034.0 << 0 << 0 << 0.0 << 1034.0;
        QTest::newRow("in flight") << 5165.0 << 1034.0 << 0 << 0 << 0.0 << 6199.0;
        QTest::newRow("latency") << 5165.0 << 1034.0 << 250 << 0 << 0.0 << 1549750.0;
        QTest::newRow("queue") << 0.0 << 1034.0 << 0 << 7 << 0.0 << 1034.0 + 7 * 500;
        QTest::newRow("memory") << 0.0 << 1034.0 << 0 << 0 << 0.75 << 1034.0 + 0.75 * 2000;
        QTest::newRow("all") << 100.5 << 20.25 << 40 << 3 << 0.5
                             << 120.75 * 40 + 3 * 500 + 0.5 * 2000;
    }

    void tokenAwareFollowsTheFormula()
    {
        QFETCH(double, inflightCost);
        QFETCH(double, cost);
        QFETCH(int, latencyMs);
        QFETCH(int, queueDepth);
        QFETCH(double, memUtil);
        QFETCH(double, expected);
        const auto backend = makeBackend("b");
        backend->state()->load.enter(inflightCost, TestEpoch);
        if (latencyMs > 0) {
            backend->state()->load.noteLatency(std::chrono::milliseconds(latencyMs), TestEpoch);
        }
        CapacitySignals signals;
        signals.queueDepth = queueDepth;
        signals.memUtil = memUtil;
        backend->state()->capacity.set(signals);
        model::TokenCostSettings settings;
        settings.queueWeight = 500;
        settings.memWeight = 2000;
        PickContext context = Plain;
        context.cost = cost;
        const auto score = made("token_aware", settings)->score(*backend, context);
        QVERIFY(score && std::abs(*score - expected) < 1e-6);
    }

    void tokenAwarePicksTheLowestScoreThenTheFewest()
    {
        const SomeBackends backends({1, 1, 1, 1});
        backends.load(0).enter(2000, TestEpoch);
        backends.load(1).enter(300, TestEpoch);
        backends.load(1).enter(700, TestEpoch);
        backends.load(2).enter(1000, TestEpoch); // as much as 1, in one
        backends.load(3).enter(1000, TestEpoch); // exactly like 2
        const auto strategy = made("token_aware");
        auto picks = picksOf(*strategy, backends, Plain, 100);
        QVERIFY(picks[2] == 50 && picks[3] == 50);
        backends.load(2).noteLatency(3ms, TestEpoch); // (1000 + 1034) · 3
        backends.load(3).noteLatency(2ms, TestEpoch); // (1000 + 1034) · 2 against (2000 + 1034) · 1
        picks = picksOf(*strategy, backends, Plain, 100);
        QCOMPARE(picks[1], 100);
        backends.load(1).noteLatency(5ms, TestEpoch);
        QCOMPARE(picksOf(*strategy, backends, Plain, 100)[0], 100);
    }

    void tokenAwareGivesASlowOneASecondChance()
    {
        const SomeBackends backends({1, 1});
        backends.load(0).noteLatency(10ms, TestEpoch);
        backends.load(1).noteLatency(5s, TestEpoch);
        const auto strategy = made("token_aware");
        PickContext later = Plain;
        later.now += 10s;
        QCOMPARE(picksOf(*strategy, backends, later, 100)[0], 100);
        later.now += 1s;
        backends.load(0).noteLatency(10ms, later.now);
        QCOMPARE(picksOf(*strategy, backends, later, 100)[1], 5); // as long as no sample comes
        backends.load(1).enter(1, later.now);
        QCOMPARE(picksOf(*strategy, backends, later, 100)[0], 100); // one at a time
    }

    // --- peak_ewma_p2c
    void peakEwmaMultipliesWithWhatIsInFlight()
    {
        const SomeBackends backends({1, 1});
        const auto strategy = made("peak_ewma_p2c");
        backends.load(0).noteFirstByte(100ms, TestEpoch);
        backends.load(1).noteFirstByte(250ms, TestEpoch);
        for (int inflight = 0; inflight < 2; ++inflight) {
            QVERIFY(strategy->score(*backends.all[0], Plain) == 100.0 * (inflight + 1));
            QCOMPARE(picksOf(*strategy, backends, Plain, 100)[0], 100);
            backends.load(0).enter(1, TestEpoch);
        }
        QCOMPARE(picksOf(*strategy, backends, Plain, 100)[1], 100); // 300 against 250
    }

    void peakEwmaAsksTheUnknownOnceAtATime()
    {
        const SomeBackends backends({1, 1});
        const auto strategy = made("peak_ewma_p2c");
        backends.load(0).noteFirstByte(100ms, TestEpoch);
        backends.load(0).enter(1, TestEpoch);
        QCOMPARE(picksOf(*strategy, backends, Plain, 100)[1], 100);
        backends.load(1).enter(1, TestEpoch);
        QCOMPARE(picksOf(*strategy, backends, Plain, 100)[0], 100);
        PickContext muchLater = Plain;
        muchLater.now += 1h; // the peak of 0 has faded to nothing as well: the fewest in flight
        backends.load(0).enter(1, TestEpoch);
        QCOMPARE(picksOf(*strategy, backends, muchLater, 100)[1], 100);
    }

    void peakEwmaNeverPicksTheWorstOfMany()
    {
        const SomeBackends backends({1, 1, 1, 1, 1});
        for (std::size_t i = 0; i < 5; ++i) {
            backends.load(i).noteFirstByte(std::chrono::milliseconds(100 + 10 * i), TestEpoch);
        }
        auto picks = picksOf(*made("peak_ewma_p2c"), backends, Plain, 10'000);
        QCOMPARE(picks[4], 0);                // two different ones are drawn
        for (std::size_t i = 0; i < 4; ++i) { // the pairs it wins: 4, 3, 2, 1 of 10
            QVERIFY(std::abs(picks[i] - int(1000 * (4 - i))) < 200);
        }
    }

    // --- prefix_hash
    void prefixKeepsToItsBackendWhoeverElseLeaves()
    {
        const SomeBackends backends({1, 1, 1, 1});
        const auto strategy = made("prefix_hash");
        const auto second = made("prefix_hash"); // another worker
        const std::vector<Backend *> three(backends.all.begin(), backends.all.begin() + 3);
        const std::vector<Backend *> turned(backends.all.rbegin(), backends.all.rend());
        int moved = 0;
        for (std::uint64_t prefix = 1; prefix <= 1000; ++prefix) {
            const auto context = withPrefix(prefix);
            const Backend *home = backends.all[strategy->pick(backends.all, context)];
            QVERIFY(turned[second->pick(turned, context)] == home);
            const Backend *then = three[strategy->pick(three, context)];
            QVERIFY(then == home || home == backends.all[3]);
            moved += then != home ? 1 : 0;
        }
        QVERIFY(moved > 200 && moved < 300); // a quarter of them lived there
    }

    void prefixesFollowTheWeights()
    {
        const SomeBackends backends({1, 2, 5});
        const auto strategy = made("prefix_hash");
        std::map<std::size_t, int> homes;
        for (std::uint64_t prefix = 1; prefix <= 8000; ++prefix) {
            ++homes[strategy->pick(backends.all, withPrefix(prefix))];
        }
        QVERIFY(std::abs(homes[0] - 1000) < 100);
        QVERIFY(std::abs(homes[1] - 2000) < 150);
        QVERIFY(std::abs(homes[2] - 5000) < 200);
    }

    void fullBackendPassesThePrefixOnToTheNext()
    {
        const SomeBackends backends({1, 1, 1, 1});
        const auto strategy = made("prefix_hash");
        auto context = withPrefix(77);
        std::vector<std::pair<double, std::size_t>> byScore;
        for (std::size_t i = 0; i < 4; ++i) {
            byScore.emplace_back(*strategy->score(*backends.all[i], context), i);
        }
        std::sort(byScore.begin(), byScore.end());
        const std::size_t first = byScore[0].second;
        const std::size_t second = byScore[1].second;
        for (int i = 1; i <= 40; ++i) { // a burst: what chance may bring is let pass
            const std::size_t home = strategy->pick(backends.all, context);
            QVERIFY(home == first || home == second || backends.all[second]->inflight() > 0);
            backends.load(home).enter(1, TestEpoch);
            const double fair = i / 4.0;
            QVERIFY(double(backends.all[home]->inflight()) <=
                    std::ceil(1.25 * fair + 2 * std::sqrt(fair)));
        }
        QCOMPARE(backends.all[first]->inflight(), std::int64_t{19}); // 12.5 + 2 · sqrt(10)
        for (int i = 0; i < 10; ++i) { // when it lasts, 1.25 times the mean is the end
            context.now += 60s;
            backends.load(first).leave(1, TestEpoch);
            const std::size_t home = strategy->pick(backends.all, context);
            backends.load(home).enter(1, TestEpoch);
        }
        QCOMPARE(backends.all[first]->inflight(), std::int64_t{13}); // ceil(1.25 · 40 / 4)
    }

    void withoutAPrefixTheLeastLoadedIsPicked()
    {
        const SomeBackends backends({1, 1, 1});
        backends.load(0).enter(1, TestEpoch);
        auto picks = picksOf(*made("prefix_hash"), backends, Plain, 100);
        QVERIFY(picks[1] == 50 && picks[2] == 50);
    }

    // --- least_cost
    void cheapestForThisRequestIsPicked()
    {
        SomeBackends backends({});
        backends.add(priced("long answers", 3, 4));
        backends.add(priced("long prompts", 1, 10));
        const auto strategy = made("least_cost");
        PickContext context = Plain;
        context.promptTokens = 100'000;
        context.maxTokens = 1000;
        QCOMPARE(strategy->pick(backends.all, context), std::size_t{1});
        QVERIFY(std::abs(*strategy->score(*backends.all[0], context) - 0.304) < 1e-12);
        QVERIFY(std::abs(*strategy->score(*backends.all[1], context) - 0.110) < 1e-12);
        context.promptTokens = 100;
        QCOMPARE(strategy->pick(backends.all, context), std::size_t{0});
        backends.add(makeBackend("our own"));
        QCOMPARE(strategy->pick(backends.all, context), std::size_t{2});
        QVERIFY(strategy->score(*backends.all[2], context) == 0.0);
        backends.add(priced("free as well", 0, 0));
        backends.load(2).enter(1, TestEpoch);
        QCOMPARE(strategy->pick(backends.all, context), std::size_t{3});
    }

    // --- what strategies remember
    void memoryForgetsServersThatAreGone()
    {
        BackendMemory<int> memory;
        const auto kept = makeBackend("kept");
        memory.at(*kept) = 7;
        for (int i = 0; i < 1000; ++i) {
            memory.at(*makeBackend("passing")) = i;
        }
        for (std::uint64_t i = 0; i < 2 * BackendMemory<int>::ForgetAfter; ++i) {
            memory.beginPick();
            QCOMPARE(memory.at(*kept), 7);
        }
        QCOMPARE(memory.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestStrategyRules)
#include "tst_strategyrules.moc"
