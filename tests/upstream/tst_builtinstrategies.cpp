// SPDX-License-Identifier: MIT
// What every strategy must do, over the registry; then what each one promises.
#include "core/upstream/strategy.h"
#include "tests/upstream/somebackends.h"

#include <QtTest>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <typeinfo>

using namespace meridian::upstream;

namespace {

std::map<const Backend *, int>
picksOf(Strategy &strategy, const std::vector<Backend *> &candidates, int count)
{
    std::map<const Backend *, int> picks;
    for (int i = 0; i < count; ++i) {
        ++picks[candidates.at(strategy.pick(candidates))];
    }
    return picks;
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
        return makeStrategy(name.toStdString());
    }

private Q_SLOTS:

    void registryIsComplete()
    {
        std::set<std::string_view> names;
        for (const StrategyEntry &entry : builtinStrategies()) {
            QVERIFY(names.insert(entry.name).second);
            const auto created = entry.create();
            const auto named = makeStrategy(entry.name);
            QVERIFY(typeid(*created) == typeid(*named));
        }
        QVERIFY(names.contains("least_inflight") && names.contains("weighted_round_robin"));
        const auto unknown = makeStrategy("no such strategy");
        const auto fallback = makeStrategy("least_inflight");
        QVERIFY(typeid(*unknown) == typeid(*fallback));
    }

    void indexIsInRangeWhileTheCandidatesChange_data() { addEveryStrategy(); }

    void indexIsInRangeWhileTheCandidatesChange()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 3, 100, 7, 1, 2, 50, 1});
        std::mt19937 random(7); // fixed: a failure repeats
        std::vector<Backend *> candidates = backends.all;
        for (int i = 0; i < 5000; ++i) {
            std::shuffle(candidates.begin(), candidates.end(), random);
            const std::size_t count = 1 + random() % candidates.size();
            const std::size_t picked = strategy->pick({candidates.data(), count});
            QVERIFY(picked < count);
            Backend *const touched = candidates[random() % candidates.size()];
            if (touched->inflight() > 0 && random() % 2 == 0) {
                touched->leave();
            } else {
                touched->enter();
            }
        }
    }

    void singleCandidateIsChosen_data() { addEveryStrategy(); }

    void singleCandidateIsChosen()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 9});
        backends.all[1]->enter();
        for (int i = 0; i < 20; ++i) {
            Backend *const one = backends.all[std::size_t(i % 2)];
            QCOMPARE(strategy->pick({&one, 1}), std::size_t{0});
        }
    }

    void equalsShareTheWork_data() { addEveryStrategy(); }

    void equalsShareTheWork()
    {
        const auto strategy = fetched();
        const SomeBackends backends({4, 4, 4});
        const auto picks = picksOf(*strategy, backends.all, 300);
        for (const Backend *backend : backends.all) {
            const int count = picks.contains(backend) ? picks.at(backend) : 0;
            QVERIFY2(count >= 50, "ties must not always fall to the first");
        }
    }

    void aReturningCandidateIsNotFlooded_data() { addEveryStrategy(); }

    void aReturningCandidateIsNotFlooded()
    {
        const auto strategy = fetched();
        const SomeBackends backends({1, 1, 1});
        picksOf(*strategy, backends.all, 100);
        const std::vector<Backend *> without(backends.all.begin(), backends.all.end() - 1);
        picksOf(*strategy, without, 10'000);
        const auto picks = picksOf(*strategy, backends.all, 30);
        const int back = picks.contains(backends.all[2]) ? picks.at(backends.all[2]) : 0;
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
        const auto strategy = makeStrategy("weighted_round_robin");
        const int total = std::accumulate(weights.begin(), weights.end(), 0);
        for (int thousand = 0; thousand < 3; ++thousand) {
            auto picks = picksOf(*strategy, backends.all, 1000);
            for (qsizetype i = 0; i < weights.size(); ++i) {
                const double wanted = 1000.0 * weights[i] / total;
                const double got = picks[backends.all[std::size_t(i)]];
                QVERIFY(std::abs(got - wanted) <= std::max(wanted * 0.05, 1.0));
            }
        }
    }

    void weightedPicksAreSmooth()
    {
        const SomeBackends backends({5, 1, 1});
        const auto strategy = makeStrategy("weighted_round_robin");
        std::string order;
        for (int i = 0; i < 14; ++i) {
            order += static_cast<char>('a' + strategy->pick(backends.all));
        }
        QCOMPARE(order, std::string("aabacaaaabacaa"));
    }

    void leastInflightPicksTheLeastLoaded()
    {
        const SomeBackends backends({1, 1, 1, 1});
        const auto strategy = makeStrategy("least_inflight");
        for (const std::size_t busy : {0U, 1U, 3U}) {
            for (int i = 0; i <= int(busy); ++i) {
                backends.all[busy]->enter();
            }
        }
        for (int i = 0; i < 12; ++i) {
            QCOMPARE(strategy->pick(backends.all), std::size_t{2});
        }
        backends.all[2]->enter(); // one each now, at 0 and 2
        auto picks = picksOf(*strategy, backends.all, 100);
        QCOMPARE(picks[backends.all[0]] + picks[backends.all[2]], 100);
        QVERIFY(picks[backends.all[0]] >= 20 && picks[backends.all[2]] >= 20);
    }
};

QTEST_GUILESS_MAIN(TestStrategies)
#include "tst_builtinstrategies.moc"
