// SPDX-License-Identifier: MIT
// Which backend an attempt gets, and the exact reason when it gets none.
#include "core/routing/router.h"
#include "tests/upstream/somebackends.h"

#include <QtTest>

#include <set>
#include <string>

using namespace meridian;
using namespace meridian::routing;
using upstream::Backend;
using upstream::makeBackend;

namespace {

/// Two serve model "a", one serves "b", one serves any.
struct Fixture
{
    Fixture()
    {
        snapshot.backends = {makeBackend("a1", 1, "a"), makeBackend("a2", 1, "a"),
                             makeBackend("b1", 1, "b"), makeBackend("any", 1, "")};
        router.setStrategy(upstream::makeStrategy("least_inflight"));
    }

    std::string nameFor(std::string_view model)
    {
        const RouteChoice choice = router.choose(snapshot, {model}, tried);
        return choice.outcome == RouteOutcome::Chosen ? choice.backend->name() : "";
    }

    RouteOutcome outcomeFor(std::string_view model)
    {
        const RouteChoice choice = router.choose(snapshot, {model}, tried);
        if ((choice.backend != nullptr) != (choice.outcome == RouteOutcome::Chosen)) {
            qFatal("a backend comes with Chosen, and only then");
        }
        return choice.outcome;
    }

    void down(std::size_t index)
    {
        while (snapshot.backends[index]->isHealthy()) {
            snapshot.backends[index]->noteFailure();
        }
    }

    upstream::Snapshot snapshot;
    std::vector<const Backend *> tried;
    Router router;
};

} // namespace

class TestRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void onlyBackendsThatServeTheModel()
    {
        Fixture f;
        std::set<std::string> forA;
        std::set<std::string> forOther;
        for (int i = 0; i < 30; ++i) {
            forA.insert(f.nameFor("a"));
            forOther.insert(f.nameFor("unheard-of"));
            forOther.insert(f.nameFor(""));
            QVERIFY(!f.nameFor("A").starts_with('a') || f.nameFor("A") == "any"); // case counts
        }
        QCOMPARE(forA, (std::set<std::string>{"a1", "a2", "any"}));
        QCOMPARE(forOther, (std::set<std::string>{"any"}));
    }

    void eachOutcomeHasItsReason()
    {
        Fixture f;
        f.snapshot.backends.pop_back(); // without the wildcard
        QVERIFY(f.outcomeFor("c") == RouteOutcome::NoSuchModel);
        QVERIFY(f.outcomeFor("") == RouteOutcome::NoSuchModel);
        QCOMPARE(f.nameFor("b"), std::string("b1"));
        f.down(2);
        QVERIFY(f.outcomeFor("b") == RouteOutcome::NoneHealthy);
        QVERIFY(f.outcomeFor("a") == RouteOutcome::Chosen);
        f.snapshot.backends.clear();
        QVERIFY(f.outcomeFor("a") == RouteOutcome::NoSuchModel);
    }

    void triedBackendsAreLeftOut()
    {
        Fixture f;
        std::set<std::string> names;
        for (int attempt = 0; attempt < 3; ++attempt) {
            const RouteChoice choice = f.router.choose(f.snapshot, {"a"}, f.tried);
            QVERIFY(choice.outcome == RouteOutcome::Chosen);
            names.insert(choice.backend->name());
            f.tried.push_back(choice.backend.get());
        }
        QCOMPARE(names, (std::set<std::string>{"a1", "a2", "any"}));
        QVERIFY(f.outcomeFor("a") == RouteOutcome::Exhausted);
        QVERIFY(f.outcomeFor("b") == RouteOutcome::Chosen); // b1 was not tried
        f.down(0);
        f.down(1);
        f.down(3);
        QVERIFY(f.outcomeFor("a") == RouteOutcome::NoneHealthy); // not "tried" but gone
    }

    void unhealthyBackendsGetNothingUntilTheyRecover()
    {
        Fixture f;
        f.down(0);
        f.down(3);
        for (int i = 0; i < 10; ++i) {
            QCOMPARE(f.nameFor("a"), std::string("a2"));
        }
        f.snapshot.backends[0]->noteProbeSuccess();
        f.snapshot.backends[1]->enter();
        QCOMPARE(f.nameFor("a"), std::string("a1"));
    }

    void theStrategysIndexMeansTheCandidateNotTheSnapshot()
    {
        Fixture f;
        f.down(0); // candidates for "a": a2 and any, at 1 and 3
        f.snapshot.backends[1]->enter();
        QCOMPARE(f.nameFor("a"), std::string("any"));
        f.snapshot.backends[3]->enter();
        f.snapshot.backends[3]->enter();
        QCOMPARE(f.nameFor("a"), std::string("a2"));
    }
};

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
