// SPDX-License-Identifier: MIT
// Which backend an attempt gets, why the others did not, and the exact reason when it gets none.
#include "tests/routing/routerworld.h"

#include <QtTest>

#include <functional>
#include <set>
#include <string>

using namespace meridian;
using namespace meridian::routing;
using namespace std::chrono_literals;
using upstream::Backend;

namespace {

using Prepare = std::function<void(RouterWorld &, Backend &)>;

void prepareNothing(RouterWorld &, Backend &) {}

} // namespace

Q_DECLARE_METATYPE(Prepare)

class TestRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void verdicts_data();
    void verdicts();
    void outcomes_data();
    void outcomes();
    void modelsAndTheirPatterns();
    void triedBackendsAreLeftOutOneByOne();
    void theStrategysChoiceIsAPlaceAmongTheCandidates();
    void suspectsAreAskedLast();
    void whoAnswered429IsAskedLastOfAll();
    void withBreakersWhoAnswered429IsNotAskedBeforeTheTime();
    void theEarliestTimeIsTold();
    void aStrategyIsKeptWhileItsOptionsStay();
};

void TestRouter::verdicts_data()
{
    QTest::addColumn<Prepare>("prepare");
    QTest::addColumn<QByteArray>("verdict");
    const auto row = [](const char *verdict, const Prepare &prepare) {
        QTest::newRow(verdict) << prepare << QByteArray(verdict);
    };
    row("candidate", [](RouterWorld &world, Backend &subject) { // busier than the other
        subject.state()->load.enter(1, world.query.pick.now);
    });
    row("other_model", [](RouterWorld &world, Backend &) { world.query.model = "for-any"; });
    row("disabled", [](RouterWorld &, Backend &subject) {
        subject.state()->operatorState.setWeightOverride(0);
    });
    row("draining",
        [](RouterWorld &, Backend &subject) { subject.state()->operatorState.setDraining(true); });
    row("isolated", [](RouterWorld &world, Backend &) { world.useIsolation("acme", {"red"}); });
    row("unhealthy", [](RouterWorld &, Backend &subject) { RouterWorld::down(subject); });
    row("circuit_open", [](RouterWorld &world, Backend &subject) {
        world.enableBreakers();
        world.openBreaker(subject);
    });
    row("rate_limited", [](RouterWorld &world, Backend &subject) { world.limitRate(subject, 5s); });
    row("idle", [](RouterWorld &, Backend &subject) { subject.state()->health.setIdle(); });
    row("tried", [](RouterWorld &world, Backend &subject) {
        static std::vector<const Backend *> tried;
        tried = {&subject};
        world.query.tried = &tried;
    });
    row("saturated", [](RouterWorld &world, Backend &subject) {
        subject.state()->load.enter(1, world.query.pick.now);
        subject.state()->load.enter(1, world.query.pick.now);
    });
    row("other_pool", [](RouterWorld &world, Backend &) { // which is red, thus the canary's
        world.snapshot.settings.canary.canaryTags = {"red"};
        world.snapshot.settings.canary.stableTags = {"blue"};
        world.useCanary(0);
    });
    row("other_tier", [](RouterWorld &world, Backend &) {
        world.snapshot.settings.tiering.enabled = true;
        world.snapshot.settings.tiering.general = {"blue"};
    });
    const Prepare cannotContinue = [](RouterWorld &world, Backend &) { // a broken stream
        model::BackendSettings settings = world.snapshot.backends[1]->settings();
        settings.continuation = true;
        world.snapshot.backends[1] = upstream::makeBackend(settings);
        world.query.needsContinuation = true;
    };
    QTest::newRow("other_pool, cannot continue") << cannotContinue << QByteArray("other_pool");
    row("suspect",
        [](RouterWorld &, Backend &subject) { subject.state()->health.noteSuspicion(); });
    row("chosen", [](RouterWorld &world, Backend &) { // the other one is busier
        world.snapshot.backends[1]->state()->load.enter(1, world.query.pick.now);
    });
}

void TestRouter::verdicts()
{
    QFETCH(Prepare, prepare);
    QFETCH(QByteArray, verdict);
    RouterWorld world;
    model::BackendSettings settings;
    settings.name = "subject";
    settings.model = "m";
    settings.tags = {"red"};
    settings.maxConcurrency = 2;
    Backend &subject = world.add(settings);
    world.add("other", {"blue"}, "");
    prepare(world, subject);
    QCOMPARE(world.ask(), std::string(verdict == "chosen" ? "subject" : "other"));
    QCOMPARE(world.verdicts(),
             verdict.toStdString() + (verdict == "chosen" ? " candidate" : " chosen"));
}

void TestRouter::outcomes_data()
{
    QTest::addColumn<Prepare>("prepare");
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char *name, const char *outcome, const Prepare &prepare) {
        QTest::newRow(name) << prepare << QByteArray(outcome);
    };
    const auto both = [](auto act) {
        return [act](RouterWorld &world, Backend &) {
            for (const auto &backend : world.snapshot.backends) {
                act(world, *backend);
            }
        };
    };
    const auto saturate = [](RouterWorld &world, Backend &backend) {
        backend.state()->load.enter(1, world.query.pick.now);
    };
    const auto open = [](RouterWorld &world, Backend &backend) {
        world.enableBreakers();
        world.openBreaker(backend);
    };
    const auto limit = [](RouterWorld &world, Backend &backend) {
        world.enableBreakers();
        world.limitRate(backend, 5s);
    };
    const auto tried = [](RouterWorld &world, Backend &backend) {
        static std::vector<const Backend *> list;
        if (world.query.tried == nullptr) {
            list.clear();
        }
        list.push_back(&backend);
        world.query.tried = &list;
    };
    row("it works", "two", prepareNothing); // one of them is as good; see verdicts
    row("no backends at all", "<no_such_model>",
        [](RouterWorld &world, Backend &) { world.snapshot.backends.clear(); });
    row("a model nobody has", "<no_such_model>",
        [](RouterWorld &world, Backend &) { world.query.model = "elsewhere"; });
    row("no model, and nobody serves any", "<no_such_model>",
        [](RouterWorld &world, Backend &) { world.query.model = ""; });
    row("down", "<none_healthy>",
        both([](RouterWorld &, Backend &backend) { RouterWorld::down(backend); }));
    row("drained", "<none_healthy>", both([](RouterWorld &, Backend &backend) {
            backend.state()->operatorState.setDraining(true);
        }));
    row("disabled", "<none_healthy>", both([](RouterWorld &, Backend &backend) {
            backend.state()->operatorState.setWeightOverride(0);
        }));
    row("another's", "<none_healthy>",
        [](RouterWorld &world, Backend &) { world.useIsolation("acme", {"x"}); });
    row("tried", "<exhausted>", both(tried));
    row("open", "<circuit_open>", both(open));
    row("told to wait", "<rate_limited>", both(limit));
    row("full", "<saturated>", both(saturate));
    row("one tried, one down", "<exhausted>", [tried](RouterWorld &world, Backend &first) {
        tried(world, first);
        RouterWorld::down(*world.snapshot.backends[1]);
    });
    row("one tried, one open", "<circuit_open>", [tried, open](RouterWorld &world, Backend &first) {
        tried(world, first);
        open(world, *world.snapshot.backends[1]);
    });
    row("one open, one told to wait", "<rate_limited>",
        [open, limit](RouterWorld &world, Backend &first) {
            open(world, first);
            limit(world, *world.snapshot.backends[1]);
        });
    row("one told to wait, one full", "<saturated>",
        [limit, saturate](RouterWorld &world, Backend &first) {
            limit(world, first);
            saturate(world, *world.snapshot.backends[1]);
        });
}

void TestRouter::outcomes()
{
    QFETCH(Prepare, prepare);
    QFETCH(QByteArray, outcome);
    RouterWorld world;
    for (const char *name : {"one", "two"}) {
        model::BackendSettings settings;
        settings.name = name;
        settings.model = "m";
        settings.tags = {"x"};
        settings.maxConcurrency = 1;
        world.add(settings);
    }
    prepare(world, *world.snapshot.backends.front());
    const std::string got = world.ask();
    QVERIFY2(outcome == "two" ? !got.starts_with('<') : got == outcome.toStdString(), got.c_str());
}

void TestRouter::modelsAndTheirPatterns()
{
    RouterWorld world;
    world.add("exact", {}, "qwen-7b");
    world.add("pattern", {}, "qwen*");
    world.add("any", {}, "");
    const auto served = [&world](std::string_view name) {
        world.query.model = name;
        return world.askOften();
    };
    QCOMPARE(served("qwen-7b"), std::string("any exact pattern"));
    QCOMPARE(served("qwen-72b"), std::string("any pattern"));
    QCOMPARE(served("Qwen-7b"), std::string("any")); // case counts
    QCOMPARE(served("llama"), std::string("any"));
    QCOMPARE(served(""), std::string("any"));
}

void TestRouter::triedBackendsAreLeftOutOneByOne()
{
    RouterWorld world;
    for (const char *name : {"one", "two", "three"}) {
        world.add(name);
    }
    std::vector<const Backend *> tried;
    world.query.tried = &tried;
    std::set<std::string> names;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const RouteChoice choice = world.choose();
        QVERIFY(choice.outcome == RouteOutcome::Chosen);
        QCOMPARE(world.snapshot.backends[choice.index], choice.backend);
        names.insert(choice.backend->name());
        tried.push_back(choice.backend.get());
    }
    QCOMPARE(names.size(), std::size_t(3));
    QCOMPARE(world.ask(), std::string("<exhausted>"));
    for (const auto &backend : world.snapshot.backends) {
        RouterWorld::down(*backend);
    }
    QCOMPARE(world.ask(), std::string("<exhausted>")); // what this exchange has seen, it says
    tried.clear();
    QCOMPARE(world.ask(), std::string("<none_healthy>"));
}

void TestRouter::theStrategysChoiceIsAPlaceAmongTheCandidates()
{
    RouterWorld world;
    RouterWorld::down(world.add("down"));
    Backend &busy = world.add("busy");
    world.add("elsewhere", {}, "other");
    Backend &free = world.add("free");
    busy.state()->load.enter(1, world.query.pick.now);
    QCOMPARE(world.ask(), std::string("free"));
    free.state()->load.enter(1, world.query.pick.now);
    free.state()->load.enter(1, world.query.pick.now);
    QCOMPARE(world.ask(), std::string("busy"));
}

void TestRouter::suspectsAreAskedLast()
{
    RouterWorld world;
    Backend &suspect = world.add("suspect");
    Backend &good = world.add("good");
    suspect.state()->health.noteSuspicion();
    QCOMPARE(world.askOften(), std::string("good"));
    RouterWorld::down(good);
    QCOMPARE(world.ask(), std::string("suspect"));
    suspect.state()->health.noteAnswer();
    good.state()->health.wake();
    good.noteProbeSuccess();
    QCOMPARE(world.askOften(), std::string("good suspect"));
}

void TestRouter::whoAnswered429IsAskedLastOfAll()
{
    RouterWorld world;
    Backend &limited = world.add("limited");
    Backend &other = world.add("other");
    world.limitRate(limited, 5s);
    QCOMPARE(world.askOften(), std::string("other"));
    other.state()->health.noteSuspicion();
    QCOMPARE(world.askOften(), std::string("other")); // rather than who asked for a rest
    RouterWorld::down(other);
    QCOMPARE(world.ask(), std::string("limited")); // without breakers nobody is refused for a 429
    world.pass(5s);
    QCOMPARE(world.ask(), std::string("limited"));
    QCOMPARE(world.verdicts(), std::string("chosen unhealthy"));
}

void TestRouter::withBreakersWhoAnswered429IsNotAskedBeforeTheTime()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &limited = world.add("limited");
    world.limitRate(limited, 5s);
    const RouteChoice refused = world.choose();
    QVERIFY(refused.outcome == RouteOutcome::RateLimited);
    QVERIFY(refused.retryAt == world.query.pick.now + 5s);
    world.pass(5s - 1ns);
    QCOMPARE(world.ask(), std::string("<rate_limited>"));
    world.pass(1ns);
    QCOMPARE(world.ask(), std::string("limited"));
}

void TestRouter::theEarliestTimeIsTold()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &late = world.add("late");
    Backend &early = world.add("early");
    world.openBreaker(late, 40s);
    world.openBreaker(early, 20s);
    const RouteChoice refused = world.choose();
    QVERIFY(refused.outcome == RouteOutcome::CircuitOpen);
    QVERIFY(refused.retryAt == world.query.pick.now + 20s);
    QVERIFY(refused.backend == nullptr);
    world.pass(20s);
    QCOMPARE(world.ask(), std::string("early"));
}

void TestRouter::aStrategyIsKeptWhileItsOptionsStay()
{
    RouterWorld world;
    world.query.isDryRun = true; // nothing in flight
    world.add("one");
    world.choose();
    const upstream::Strategy *first = &world.router.strategy();
    world.snapshot.settings.gateway.maxBodyBytes += 1;
    world.choose();
    QCOMPARE(&world.router.strategy(), first);
    QVERIFY(!first->needs().promptTokens);
    world.snapshot.settings.gateway.strategy = "token_aware";
    world.choose();
    QVERIFY(world.router.strategy().needs().promptTokens);
    model::BackendSettings settings;
    settings.name = "queued";
    Backend &queued = world.add(settings);
    queued.state()->capacity.set(
        {.queueDepth = 3, .running = {}, .tokensPerSec = {}, .memUtil = {}});
    const double before = *world.router.strategy().score(queued, world.query.pick);
    world.snapshot.settings.gateway.cost.queueWeight = 10;
    world.choose();
    QCOMPARE(*world.router.strategy().score(queued, world.query.pick) - before, 30.0);
}

QTEST_GUILESS_MAIN(TestRouter)
#include "tst_router.moc"
