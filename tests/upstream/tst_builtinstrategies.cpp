// SPDX-License-Identifier: MIT
// What every strategy must do, over the registry; then what round robin and least_inflight promise.
#include "core/upstream/strategy.h"
#include "tests/upstream/somebackends.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <typeinfo>

using namespace meridian::upstream;
using namespace std::chrono_literals;

namespace {

constexpr PickContext Plain{.now = TestEpoch, .promptTokens = 10, .maxTokens = 256, .cost = 1034};

std::unique_ptr<Strategy> made(std::string_view name)
{
    return makeStrategy(name, StrategyOptions{});
}

std::map<const Backend *, int>
picksOf(Strategy &strategy, const std::vector<Backend *> &candidates, int count)
{
    std::map<const Backend *, int> picks;
    for (Backend *backend : candidates) {
        picks[backend] = 0;
    }
    for (int i = 0; i < count; ++i) {
        ++picks[candidates.at(strategy.pick(candidates, Plain))];
    }
    return picks;
}

/// Does to a backend what traffic does.
void touch(Backend &backend, std::mt19937 &random, SteadyTime now)
{
    LoadState &load = backend.state()->load;
    if (backend.inflight() > 0 && random() % 2 == 0) {
        load.leave(10, now);
    } else {
        load.enter(10, now);
    }
    const auto latency = std::chrono::milliseconds(random() % 5000);
    switch (random() % 8) {
    case 0:
        return load.noteFailure(latency, now);
    case 1:
        return load.noteLatency(latency, now);
    case 2:
        return load.noteFirstByte(latency, now);
    case 3:
        return backend.state()->operatorState.setWeightOverride(int(random() % 200) - 1);
    default:
        return;
    }
}

} // namespace

class TestStrategies : public QObject
{
    Q_OBJECT

    static void addEveryStrategy()
    {
        QTest::addColumn<QString>("name");
        for (const StrategyEntry &entry : builtinStrategies()) {
            const QString name =
                QString::fromLatin1(entry.name.data(), qsizetype(entry.name.size()));
            QTest::newRow(qPrintable(name)) << name;
        }
    }

    static std::unique_ptr<Strategy> fetched()
    {
        QFETCH(QString, name);
        return made(name.toStdString());
    }

private Q_SLOTS:

    void registryIsComplete()
    {
        std::set<std::string_view> names;
        std::set<std::string> types;
        for (const StrategyEntry &entry : builtinStrategies()) {
            QVERIFY(names.insert(entry.name).second);
            const auto created = entry.create(StrategyOptions{});
            const auto named = made(entry.name);
            QVERIFY(types.insert(typeid(*created).name()).second);
            QVERIFY(typeid(*created) == typeid(*named));
        }
        const std::set<std::string_view> documented{
            "weighted_round_robin", "least_inflight", "ewma_latency", "token_aware",
            "peak_ewma_p2c",        "prefix_hash",    "least_cost"};
        QVERIFY(names == documented);
        const auto unknown = made("no such strategy");
        const auto fallback = made("least_inflight");
        QVERIFY(typeid(*unknown) == typeid(*fallback));
    }

    void asksForWhatItUses()
    {
        for (const StrategyEntry &entry : builtinStrategies()) {
            const auto needs = made(entry.name)->needs();
            QCOMPARE(needs.promptTokens, entry.name == "token_aware" || entry.name == "least_cost");
            QCOMPARE(needs.prefixHash, entry.name == "prefix_hash");
        }
    }

    void indexIsInRangeWhileEverythingChanges_data() { addEveryStrategy(); }

    void indexIsInRangeWhileEverythingChanges()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 3, 100, 7, 1, 2, 50, 1});
        std::mt19937 random(7); // fixed: a failure repeats
        std::vector<Backend *> candidates = backends.all;
        PickContext context = Plain;
        for (int i = 0; i < 20'000; ++i) {
            std::shuffle(candidates.begin(), candidates.end(), random);
            const std::size_t count = 1 + random() % candidates.size();
            context.now += std::chrono::milliseconds(random() % 1000);
            context.prefixHash = random() % 3;
            const std::size_t picked = strategy->pick({candidates.data(), count}, context);
            QVERIFY(picked < count);
            const auto score = strategy->score(*candidates[picked], context);
            QVERIFY(!score || std::isfinite(*score));
            touch(*candidates[random() % candidates.size()], random, context.now);
        }
    }

    void singleCandidateIsChosen_data() { addEveryStrategy(); }

    void singleCandidateIsChosen()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 9});
        backends.load(1).enter(1, TestEpoch);
        for (int i = 0; i < 20; ++i) {
            Backend *const one = backends.all[std::size_t(i % 2)];
            QCOMPARE(strategy->pick({&one, 1}, Plain), std::size_t{0});
        }
    }

    void equalsShareTheWork_data() { addEveryStrategy(); }

    void equalsShareTheWork()
    {
        const auto strategy = fetched();
        const SomeBackends backends({4, 4, 4});
        for (const auto &[backend, count] : picksOf(*strategy, backends.all, 300)) {
            QVERIFY2(count >= 70, "ties must not always fall to the first");
        }
        for (std::size_t i = 0; i < 3; ++i) { // and when they are known to be equals
            backends.load(i).noteLatency(100ms, TestEpoch);
            backends.load(i).noteFirstByte(10ms, TestEpoch);
        }
        for (const auto &[backend, count] : picksOf(*strategy, backends.all, 300)) {
            QVERIFY(count >= 70);
        }
    }

    void modelsThatTakeTurnsBothShare_data() { addEveryStrategy(); }

    void modelsThatTakeTurnsBothShare()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 1, 1, 1});
        const std::vector<Backend *> one(backends.all.begin(), backends.all.begin() + 2);
        const std::vector<Backend *> other(backends.all.begin() + 2, backends.all.end());
        std::map<const Backend *, int> picks;
        for (int i = 0; i < 200; ++i) {
            ++picks[one.at(strategy->pick(one, Plain))];
            ++picks[other.at(strategy->pick(other, Plain))];
        }
        for (const Backend *backend : backends.all) {
            QVERIFY(picks[backend] >= 70 && picks[backend] <= 130);
        }
    }

    void aReturningCandidateIsNotFlooded_data() { addEveryStrategy(); }

    void aReturningCandidateIsNotFlooded()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 1, 1});
        picksOf(*strategy, backends.all, 100);
        const std::vector<Backend *> without(backends.all.begin(), backends.all.end() - 1);
        picksOf(*strategy, without, 50'000); // long enough to be forgotten
        const int back = picksOf(*strategy, backends.all, 30).at(backends.all[2]);
        QVERIFY2(back >= 5 && back <= 20, "it neither catches up nor waits");
    }

    void weightsAreKeptWithinFivePercent_data()
    {
        QTest::addColumn<QList<int>>("weights");
        QTest::newRow("5 1 1") << QList<int>{5, 1, 1};
        QTest::newRow("1 1") << QList<int>{1, 1};
        QTest::newRow("70 20 10") << QList<int>{70, 20, 10};
        QTest::newRow("100 1") << QList<int>{100, 1};
        QTest::newRow("1 2 3 4 5") << QList<int>{1, 2, 3, 4, 5};
    }

    void weightsAreKeptWithinFivePercent()
    {
        QFETCH(QList<int>, weights);
        const SomeBackends backends({weights.begin(), weights.end()});
        const auto strategy = made("weighted_round_robin");
        const int total = std::accumulate(weights.begin(), weights.end(), 0);
        for (int thousand = 0; thousand < 3; ++thousand) {
            const auto picks = picksOf(*strategy, backends.all, 1000);
            for (qsizetype i = 0; i < weights.size(); ++i) {
                const double wanted = 1000.0 * weights[i] / total;
                const double got = picks.at(backends.all[std::size_t(i)]);
                QVERIFY(std::abs(got - wanted) <= std::max(wanted * 0.05, 1.0));
            }
        }
    }

    void weightedPicksAreSmooth()
    {
        const SomeBackends backends({5, 1, 1});
        const auto strategy = made("weighted_round_robin");
        std::string order;
        for (int i = 0; i < 14; ++i) {
            order += static_cast<char>('a' + strategy->pick(backends.all, Plain));
        }
        QCOMPARE(order, std::string("aabacaaaabacaa"));
    }

    void newWeightIsInForceAtOnce()
    {
        const SomeBackends backends({1, 1});
        OperatorState &said = backends.all[0]->state()->operatorState;
        const auto strategy = made("weighted_round_robin");
        for (int i = 0; i < 100; ++i) { // each time in the middle of a round
            said.setWeightOverride(997);
            picksOf(*strategy, backends.all, 13);
            said.setWeightOverride(1);
            const auto picks = picksOf(*strategy, backends.all, 10);
            QCOMPARE(picks.at(backends.all[0]), 5); // nothing is paid back
        }
    }

    void creditSurvivesAReload()
    {
        const auto old = makeBackend("a", 2);
        const auto other = makeBackend("b", 1);
        const auto strategy = made("weighted_round_robin");
        std::string order;
        for (int i = 0; i < 9; ++i) { // a new Backend over the same state for every pick
            Backend fresh(old->settings(), old->healthSettings(), nullptr, old->state());
            order +=
                strategy->pick(std::vector<Backend *>{&fresh, other.get()}, Plain) == 0 ? 'a' : 'b';
        }
        QCOMPARE(order, std::string("abaabaaba"));
    }

    void leastInflightPicksTheLeastLoaded()
    {
        const SomeBackends backends({1, 1, 1, 1});
        const auto strategy = made("least_inflight");
        for (const std::size_t busy : {0U, 1U, 3U}) {
            for (std::size_t i = 0; i <= busy; ++i) {
                backends.load(busy).enter(1, TestEpoch);
            }
        }
        for (int i = 0; i < 12; ++i) {
            QCOMPARE(strategy->pick(backends.all, Plain), std::size_t{2});
        }
        QVERIFY(strategy->score(*backends.all[3], Plain) == 4.0);
        backends.load(2).enter(1, TestEpoch); // one each now, at 0 and 2
        const auto picks = picksOf(*strategy, backends.all, 100);
        QCOMPARE(picks.at(backends.all[0]), 50);
        QCOMPARE(picks.at(backends.all[2]), 50);
    }
};

QTEST_GUILESS_MAIN(TestStrategies)
#include "tst_builtinstrategies.moc"
