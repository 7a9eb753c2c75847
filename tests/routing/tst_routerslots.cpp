// SPDX-License-Identifier: MIT
// What a choice takes (slots, probes, a sleeping backend's rest), once even for two workers, and
// never in a dry run.
#include "tests/routing/routerworld.h"

#include <QtTest>

#include <array>
#include <barrier>
#include <string>
#include <thread>

using namespace meridian;
using namespace meridian::routing;
using namespace std::chrono_literals;
using upstream::Backend;

namespace {

/// Asked by two routers on two threads at the same moment.
std::array<RouteChoice, 2> chooseTwice(const RouterWorld &world)
{
    std::array<RouteChoice, 2> choices;
    std::barrier start(2);
    const auto choose = [&](RouteChoice &choice) {
        Router router;
        router.configure(world.snapshot);
        start.arrive_and_wait();
        choice = router.choose(world.snapshot, world.query);
    };
    std::thread other(choose, std::ref(choices[1]));
    choose(choices[0]);
    other.join();
    return choices;
}

int count(const std::array<RouteChoice, 2> &choices, RouteOutcome outcome)
{
    return (choices[0].outcome == outcome ? 1 : 0) + (choices[1].outcome == outcome ? 1 : 0);
}

} // namespace

class TestRouterSlots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOpenBreakerOfOneClientConcernsNobodyElse();
    void breakersThatAreSwitchedOffAreNotAsked();
    void oneProbeAtATime();
    void oneProbeForTwoWorkers();
    void oneSlotForTwoWorkers();
    void aProbeNeedsASlotToo();
    void aProbeWithoutASlotIsGivenBack();
    void slotsAndCostAreTaken();
    void saturatedListsWhoWouldDo();
    void theIdleAreWokenWhenNobodyElseIsThere();
    void wakingStartsAfresh();
    void aDryRunLeavesNoTrace();
};

void TestRouterSlots::anOpenBreakerOfOneClientConcernsNobodyElse()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &backend = world.add("one");
    constexpr std::uint64_t Culprit = 7;
    world.breakerOf(backend).noteFailure(world.query.pick.now, Culprit, false, 0s,
                                         world.snapshot.settings.resilience.breaker);
    world.query.client = 9;
    QCOMPARE(world.ask(), std::string("one"));
    world.query.client = Culprit;
    QCOMPARE(world.ask(), std::string("<circuit_open>"));
}

void TestRouterSlots::breakersThatAreSwitchedOffAreNotAsked()
{
    RouterWorld world;
    world.enableBreakers();
    world.openBreaker(world.add("one"));
    QCOMPARE(world.ask(), std::string("<circuit_open>"));
    world.query.model = "another"; // a breaker is of one model
    world.snapshot.backends.push_back(upstream::makeBackend("any", 1, ""));
    QCOMPARE(world.ask(), std::string("any"));
    world.query.model = "m";
    world.snapshot.backends.pop_back();
    world.snapshot.settings.resilience.breaker.enabled = false;
    QCOMPARE(world.ask(), std::string("one"));
}

void TestRouterSlots::oneProbeAtATime()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &backend = world.add("one");
    const auto &breaker = world.snapshot.settings.resilience.breaker;
    world.openBreaker(backend);
    world.pass(10s);
    const RouteChoice probe = world.choose();
    QVERIFY(probe.outcome == RouteOutcome::Chosen && probe.isProbe);
    QCOMPARE(world.ask(), std::string("<circuit_open>"));
    world.breakerOf(backend).abandonProbe(); // the client left: no verdict
    const RouteChoice next = world.choose();
    QVERIFY(next.isProbe);
    world.breakerOf(backend).noteFailure(world.query.pick.now, 1, true, 0s, breaker);
    world.pass(10s);
    QCOMPARE(world.ask(), std::string("<circuit_open>")); // twice as long now
    world.pass(10s);
    QVERIFY(world.choose().isProbe);
    world.breakerOf(backend).noteSuccess(world.query.pick.now, true, breaker);
    const RouteChoice ordinary = world.choose();
    QVERIFY(ordinary.outcome == RouteOutcome::Chosen && !ordinary.isProbe);
}

void TestRouterSlots::oneProbeForTwoWorkers()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &backend = world.add("one");
    for (int round = 0; round < 2000; ++round) {
        world.breakerOf(backend).reset();
        world.openBreaker(backend);
        world.pass(10s);
        const auto choices = chooseTwice(world);
        QCOMPARE(count(choices, RouteOutcome::Chosen), 1);
        QCOMPARE(count(choices, RouteOutcome::CircuitOpen), 1);
        const RouteChoice &won =
            choices[0].outcome == RouteOutcome::Chosen ? choices[0] : choices[1];
        QVERIFY(won.isProbe);
        QCOMPARE(backend.inflight(), std::int64_t(1)); // the other's slot was not kept
        backend.state()->load.leave(world.query.pick.cost, world.query.pick.now);
    }
}

void TestRouterSlots::oneSlotForTwoWorkers()
{
    RouterWorld world;
    Backend &backend = world.addLimited("one", 1);
    for (int round = 0; round < 2000; ++round) {
        const auto choices = chooseTwice(world);
        QCOMPARE(count(choices, RouteOutcome::Chosen), 1);
        QCOMPARE(count(choices, RouteOutcome::Saturated), 1);
        QCOMPARE(backend.inflight(), std::int64_t(1));
        backend.state()->load.leave(world.query.pick.cost, world.query.pick.now);
    }
}

void TestRouterSlots::aProbeNeedsASlotToo()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &backend = world.addLimited("one", 1);
    backend.state()->load.enter(1, world.query.pick.now); // from before
    world.openBreaker(backend);
    world.pass(10s);
    QCOMPARE(world.ask(), std::string("<saturated>"));
    backend.state()->load.leave(1, world.query.pick.now);
    QVERIFY(world.choose().isProbe); // nobody was left holding it
}

/// Another worker takes the last slot, for another model, at the moment of the probe.
void TestRouterSlots::aProbeWithoutASlotIsGivenBack()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &backend = world.addLimited("one", 1);
    for (int round = 0; round < 2000; ++round) {
        world.breakerOf(backend).reset();
        world.openBreaker(backend);
        world.pass(10s);
        std::barrier start(2);
        std::thread thief([&] {
            Router router;
            router.configure(world.snapshot);
            RouteQuery query = world.query;
            query.model = "another";
            start.arrive_and_wait();
            (void)router.choose(world.snapshot, query);
        });
        start.arrive_and_wait();
        const RouteChoice choice = world.choose();
        thief.join();
        QCOMPARE(backend.inflight(), std::int64_t(1));
        QVERIFY(choice.isProbe || choice.outcome == RouteOutcome::Saturated);
        if (!choice.isProbe) {
            QVERIFY(world.breakerOf(backend).gate(world.query.pick.now, 1) ==
                    upstream::CircuitBreaker::Gate::Probe);
        }
        backend.state()->load.leave(world.query.pick.cost, world.query.pick.now);
    }
}

void TestRouterSlots::slotsAndCostAreTaken()
{
    RouterWorld world;
    Backend &backend = world.addLimited("one", 2);
    QCOMPARE(world.choose().outcome, RouteOutcome::Chosen);
    QCOMPARE(backend.inflight(), std::int64_t(1));
    QCOMPARE(backend.state()->load.inflightCost(), 50.0);
    QCOMPARE(world.choose().outcome, RouteOutcome::Chosen);
    QCOMPARE(world.ask(), std::string("<saturated>"));
    QCOMPARE(backend.inflight(), std::int64_t(2));
    QCOMPARE(backend.state()->load.inflightCost(), 100.0);
    backend.state()->load.leave(50, world.query.pick.now);
    QCOMPARE(world.ask(), std::string("one"));
}

void TestRouterSlots::saturatedListsWhoWouldDo()
{
    RouterWorld world;
    Backend &first = world.addLimited("first", 1);
    world.add("elsewhere", {}, "other");
    Backend &second = world.addLimited("second", 1);
    Backend &down = world.addLimited("down", 1);
    for (Backend *backend : {&first, &second, &down}) {
        backend->state()->load.enter(1, world.query.pick.now);
    }
    RouterWorld::down(down);
    QCOMPARE(world.ask(), std::string("<saturated>"));
    const auto list = world.router.saturated(world.snapshot);
    QCOMPARE(list.size(), std::size_t(2));
    QCOMPARE(list[0].get(), &first);
    QCOMPARE(list[1].get(), &second);
}

void TestRouterSlots::theIdleAreWokenWhenNobodyElseIsThere()
{
    RouterWorld world;
    Backend &idle = world.add("idle");
    Backend &active = world.add("active");
    idle.state()->health.setIdle();
    QCOMPARE(world.askOften(), std::string("active"));
    QVERIFY(idle.isIdle());
    RouterWorld::down(active);
    const RouteChoice woken = world.choose();
    QCOMPARE(woken.backend.get(), &idle);
    QVERIFY(woken.hasWoken);
    QVERIFY(!idle.isIdle());
    QVERIFY(!world.choose().hasWoken);
}

void TestRouterSlots::wakingStartsAfresh()
{
    RouterWorld world;
    world.enableBreakers();
    Backend &idle = world.add("idle");
    RouterWorld::down(idle);
    world.openBreaker(idle, 100s);
    idle.state()->health.setIdle();
    const RouteChoice woken = world.choose();
    QCOMPARE(woken.outcome, RouteOutcome::Chosen);
    QVERIFY(woken.hasWoken);
    QVERIFY(!woken.isProbe);
    QVERIFY(idle.isHealthy());
    QCOMPARE(idle.consecutiveFailures(), 0);
    QVERIFY(world.breakerOf(idle).state(world.query.pick.now) ==
            upstream::CircuitBreaker::State::Closed);
}

void TestRouterSlots::aDryRunLeavesNoTrace()
{
    RouterWorld world;
    world.enableBreakers();
    world.useSessions("s", 10s);
    Backend &backend = world.addLimited("one", 1);
    world.query.isDryRun = true;
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(world.ask(), std::string("one"));
        QCOMPARE(world.choose().sessionRoute, std::string_view("new")); // and nothing was pinned
    }
    QCOMPARE(backend.inflight(), std::int64_t(0));
    QCOMPARE(backend.state()->load.inflightCost(), 0.0);
    QCOMPARE(world.snapshot.sessions->size(), std::size_t(0));

    world.openBreaker(backend);
    world.pass(10s);
    QVERIFY(!world.choose().isProbe);
    QVERIFY(world.breakerOf(backend).gate(world.query.pick.now, 1) ==
            upstream::CircuitBreaker::Gate::Probe);
    world.breakerOf(backend).reset();

    backend.state()->health.setIdle();
    const RouteChoice idle = world.choose();
    QVERIFY(idle.outcome == RouteOutcome::Chosen && !idle.hasWoken);
    QVERIFY(backend.isIdle());
    backend.state()->health.wake();

    world.query.isDryRun = false;
    QCOMPARE(world.ask(), std::string("one")); // pinned now, for ten seconds
    world.query.isDryRun = true;
    world.pass(6s);
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
    world.pass(6s);
    QCOMPARE(world.choose().sessionRoute, std::string_view("new")); // looking was no use of it
}

QTEST_GUILESS_MAIN(TestRouterSlots)
#include "tst_routerslots.moc"
