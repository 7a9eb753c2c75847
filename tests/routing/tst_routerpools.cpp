// SPDX-License-Identifier: MIT
// What comes before the strategy: session pins, tenants' own backends, the canary's share, tiers.
#include "tests/routing/routerworld.h"

#include <QtTest>

#include <string>

using namespace meridian;
using namespace meridian::routing;
using namespace std::chrono_literals;
using upstream::Backend;

class TestRouterPools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tiersByShape_data();
    void tiersByShape();
    void aTierWithoutBackendsGivesWay();
    void aTierNeedsAllItsTags();
    void tiersThatAreOffSayNothing();
    void canaryWeights_data();
    void canaryWeights();
    void canaryFallsBackInOrder();
    void stableFallsBackInOrder();
    void aPoolIsWokenBeforeTheOtherIsAsked();
    void theCanarysBackendsAreMarked();
    void isolationListed();
    void isolationUnlisted();
    void isolationFallsBackInOrder();
    void isolationBypassesTheCanary();
    void isolationSharedIsOff();
    void sessionsAreNewThenPinned();
    void sessionsOfTwoOrganisationsAreApart();
    void aStalePinIsRemapped_data();
    void aStalePinIsRemapped();
    void anExpiredPinIsNew();
    void aPinBypassesTierAndRoll();
    void aRolledBackCanaryLosesItsPins();
    void aPinDoesNotCrossTenants();
    void withoutAHeaderNothingIsPinned();
    void aGrantedBackendIsToldLikeAChosenOne();
};

namespace {

void enableTiers(RouterWorld &world)
{
    auto &tiering = world.snapshot.settings.tiering;
    tiering.enabled = true;
    tiering.longPrompt = {"prefill"};
    tiering.longDecode = {"decode"};
    tiering.general = {"general"};
}

} // namespace

void TestRouterPools::tiersByShape_data()
{
    QTest::addColumn<int>("prompt");
    QTest::addColumn<int>("maxTokens");
    QTest::addColumn<QByteArray>("tier");
    QTest::addColumn<QByteArray>("backend");
    QTest::newRow("small") << 3999 << 999 << QByteArray("default") << QByteArray("g");
    QTest::newRow("nothing") << 0 << 0 << QByteArray("default") << QByteArray("g");
    QTest::newRow("long answer") << 3999 << 1000 << QByteArray("long_decode") << QByteArray("d");
    QTest::newRow("long prompt") << 4000 << 999 << QByteArray("long_prompt") << QByteArray("p");
    QTest::newRow("both: the prompt")
        << 4000 << 1000 << QByteArray("long_prompt") << QByteArray("p");
}

void TestRouterPools::tiersByShape()
{
    QFETCH(int, prompt);
    QFETCH(int, maxTokens);
    QFETCH(QByteArray, tier);
    QFETCH(QByteArray, backend);
    RouterWorld world;
    world.add("p", {"prefill"});
    world.add("d", {"decode"});
    world.add("g", {"general"});
    world.add("none");
    enableTiers(world);
    world.query.pick.promptTokens = static_cast<std::uint64_t>(prompt);
    world.query.pick.maxTokens = static_cast<std::uint64_t>(maxTokens);
    QCOMPARE(world.askOften(), backend.toStdString());
    QCOMPARE(world.choose().tier, std::string_view(tier.data()));
}

void TestRouterPools::aTierWithoutBackendsGivesWay()
{
    RouterWorld world;
    Backend &own = world.add("own", {"general"});
    Backend &decode = world.add("decode", {"decode"});
    world.add("none");
    enableTiers(world);
    QCOMPARE(world.askOften(), std::string("own"));
    QCOMPARE(world.verdicts(), std::string("chosen other_tier other_tier"));
    own.state()->health.setIdle(); // an idle one of the tier is woken only after all others
    QCOMPARE(world.askOften(), std::string("decode none"));
    QCOMPARE(world.choose().tier, std::string_view("default")); // as asked for, not as found
    QVERIFY(own.isIdle());
    RouterWorld::down(decode);
    RouterWorld::down(*world.snapshot.backends[2]);
    QCOMPARE(world.ask(), std::string("own"));
}

void TestRouterPools::aTierNeedsAllItsTags()
{
    RouterWorld world;
    world.add("half", {"general"});
    world.add("whole", {"general", "eu", "more"});
    enableTiers(world);
    world.snapshot.settings.tiering.general = {"general", "eu"};
    QCOMPARE(world.askOften(), std::string("whole"));
    world.snapshot.settings.tiering.general = {};
    QCOMPARE(world.askOften(), std::string("half whole"));
}

void TestRouterPools::tiersThatAreOffSayNothing()
{
    RouterWorld world;
    world.add("g", {"general"});
    world.add("p", {"prefill"});
    enableTiers(world);
    world.snapshot.settings.tiering.enabled = false;
    QCOMPARE(world.askOften(), std::string("g p"));
    QCOMPARE(world.choose().tier, std::string_view());
}

void TestRouterPools::canaryWeights_data()
{
    QTest::addColumn<double>("weight");
    QTest::addColumn<double>("roll");
    QTest::addColumn<QByteArray>("backend");
    QTest::newRow("0, lowest roll") << 0.0 << 0.0 << QByteArray("stable");
    QTest::newRow("30, below") << 30.0 << 29.999 << QByteArray("canary");
    QTest::newRow("30, lowest") << 30.0 << 0.0 << QByteArray("canary");
    QTest::newRow("30, at") << 30.0 << 30.0 << QByteArray("stable");
    QTest::newRow("30, above") << 30.0 << 99.999 << QByteArray("stable");
    QTest::newRow("100, highest roll") << 100.0 << 99.9999 << QByteArray("canary");
}

void TestRouterPools::canaryWeights()
{
    QFETCH(double, weight);
    QFETCH(double, roll);
    QFETCH(QByteArray, backend);
    RouterWorld world;
    world.add("stable", {"stable"});
    world.add("canary", {"canary"});
    world.add("neither");
    world.useCanary(weight);
    world.query.roll = roll;
    QCOMPARE(world.askOften(), backend.toStdString());
}

void TestRouterPools::canaryFallsBackInOrder()
{
    RouterWorld world;
    enableTiers(world);
    world.useCanary(100);
    const std::vector<Backend *> order{
        &world.add("1", {"canary", "general"}), &world.add("2", {"canary"}),
        &world.add("3", {"stable", "general"}), &world.add("4", {"stable"}),
        &world.add("5", {"general"}),           &world.add("6"),
    };
    for (Backend *backend : order) {
        QCOMPARE(world.askOften(), backend->name());
        RouterWorld::down(*backend);
    }
    QCOMPARE(world.ask(), std::string("<none_healthy>"));
}

void TestRouterPools::stableFallsBackInOrder()
{
    RouterWorld world;
    enableTiers(world);
    world.useCanary(0);
    const std::vector<Backend *> order{
        &world.add("1", {"stable", "general"}), &world.add("2", {"stable"}),
        &world.add("3", {"canary", "general"}), &world.add("4", {"canary"}),
        &world.add("5", {"general"}),           &world.add("6"),
    };
    for (Backend *backend : order) {
        QCOMPARE(world.askOften(), backend->name());
        RouterWorld::down(*backend);
    }
}

void TestRouterPools::aPoolIsWokenBeforeTheOtherIsAsked()
{
    RouterWorld world;
    enableTiers(world);
    world.useCanary(100);
    Backend &plain = world.add("plain", {"canary"});
    Backend &tiered = world.add("tiered", {"canary", "general"});
    world.add("stable", {"stable", "general"});
    plain.state()->health.setIdle();
    tiered.state()->health.setIdle();
    QCOMPARE(world.ask(), std::string("tiered")); // of the pool, the tier's first
    QVERIFY(plain.isIdle());
    RouterWorld::down(tiered);
    QCOMPARE(world.ask(), std::string("plain"));
    RouterWorld::down(plain);
    QCOMPARE(world.ask(), std::string("stable"));
}

void TestRouterPools::theCanarysBackendsAreMarked()
{
    RouterWorld world;
    Backend &canary = world.add("canary", {"canary"});
    world.add("stable", {"stable"});
    QVERIFY(!world.choose().isCanary); // there is no canary
    world.useCanary(100);
    QVERIFY(world.choose().isCanary);
    RouterWorld::down(canary);
    QVERIFY(!world.choose().isCanary);
}

void TestRouterPools::isolationListed()
{
    RouterWorld world;
    Backend &gold = world.add("gold", {"gold", "x"});
    world.add("half", {"gold"});
    world.add("other");
    world.useIsolation("acme", {"gold", "x"});
    world.query.org = "acme";
    QCOMPARE(world.askOften(), std::string("gold"));
    QCOMPARE(world.verdicts(), std::string("chosen isolated isolated"));
    RouterWorld::down(gold);
    QCOMPARE(world.ask(), std::string("<none_healthy>")); // never outside
    gold.state()->health.setIdle();
    QCOMPARE(world.ask(), std::string("gold"));
}

void TestRouterPools::isolationUnlisted()
{
    RouterWorld world;
    world.add("gold", {"gold"});
    world.add("silver", {"silver"});
    Backend &common = world.add("common", {"bronze"});
    world.useIsolation("acme", {"gold"});
    world.useIsolation("bolt", {"silver"});
    for (const std::string_view org : {"", "somebody", "Acme"}) {
        world.query.org = org;
        QCOMPARE(world.askOften(), std::string("common"));
        QCOMPARE(world.verdicts(), std::string("isolated isolated chosen"));
    }
    RouterWorld::down(common);
    QCOMPARE(world.ask(), std::string("<none_healthy>"));
}

void TestRouterPools::isolationFallsBackInOrder()
{
    RouterWorld world;
    enableTiers(world);
    world.useIsolation("acme", {"gold"});
    world.query.org = "acme";
    Backend &tiered = world.add("1", {"gold", "general"});
    Backend &plain = world.add("2", {"gold"});
    Backend &tieredIdle = world.add("3", {"gold", "general"});
    Backend &plainIdle = world.add("4", {"gold"});
    world.add("outside", {"general"});
    tieredIdle.state()->health.setIdle();
    plainIdle.state()->health.setIdle();
    for (Backend *backend : {&tiered, &plain, &tieredIdle, &plainIdle}) {
        QCOMPARE(world.ask(), backend->name());
        RouterWorld::down(*backend);
    }
    QCOMPARE(world.ask(), std::string("<none_healthy>"));
}

void TestRouterPools::isolationBypassesTheCanary()
{
    RouterWorld world;
    world.add("a", {"gold", "stable"});
    world.add("b", {"gold", "canary"});
    world.add("c", {"canary"});
    world.add("d", {"stable"});
    world.useIsolation("acme", {"gold"});
    world.useCanary(100);
    world.query.org = "acme";
    QCOMPARE(world.askOften(), std::string("a b"));
    world.query.org = "somebody";
    QCOMPARE(world.askOften(), std::string("c"));
}

void TestRouterPools::isolationSharedIsOff()
{
    RouterWorld world;
    world.add("gold", {"gold"});
    world.add("other");
    world.useIsolation("acme", {"gold"});
    world.snapshot.settings.isolation.dedicated = false;
    QCOMPARE(world.askOften(), std::string("gold other"));
    world.query.org = "acme";
    QCOMPARE(world.askOften(), std::string("gold other"));
}

void TestRouterPools::sessionsAreNewThenPinned()
{
    RouterWorld world;
    world.add("one");
    world.add("two");
    world.useSessions("s");
    const RouteChoice first = world.choose();
    QCOMPARE(first.sessionRoute, std::string_view("new"));
    for (int i = 0; i < 10; ++i) { // although the other one has less in flight
        const RouteChoice next = world.choose();
        QCOMPARE(next.sessionRoute, std::string_view("pinned"));
        QCOMPARE(next.backend, first.backend);
    }
    world.query.session = "t";
    const RouteChoice other = world.choose();
    QCOMPARE(other.sessionRoute, std::string_view("new"));
    QVERIFY(other.backend != first.backend);
}

void TestRouterPools::sessionsOfTwoOrganisationsAreApart()
{
    RouterWorld world;
    world.add("one");
    world.useSessions("s");
    world.query.org = "acme";
    QCOMPARE(world.choose().sessionRoute, std::string_view("new"));
    world.query.org = "";
    QCOMPARE(world.choose().sessionRoute, std::string_view("new"));
    QCOMPARE(world.snapshot.sessions->size(), std::size_t(2));
}

using Spoil = void (*)(RouterWorld &, Backend &);
Q_DECLARE_METATYPE(Spoil)

void TestRouterPools::aStalePinIsRemapped_data()
{
    QTest::addColumn<Spoil>("spoil");
    const auto row = [](const char *name, Spoil spoil) { QTest::newRow(name) << spoil; };
    row("down", [](RouterWorld &, Backend &backend) { RouterWorld::down(backend); });
    row("idle", [](RouterWorld &, Backend &backend) { backend.state()->health.setIdle(); });
    row("drained",
        [](RouterWorld &, Backend &backend) { backend.state()->operatorState.setDraining(true); });
    row("suspect",
        [](RouterWorld &, Backend &backend) { backend.state()->health.noteSuspicion(); });
    row("open", [](RouterWorld &world, Backend &backend) {
        world.enableBreakers();
        world.openBreaker(backend);
    });
    row("told to wait", [](RouterWorld &world, Backend &backend) { world.limitRate(backend, 5s); });
    row("another model", [](RouterWorld &world, Backend &) { world.query.model = "for two"; });
    row("gone", [](RouterWorld &world, Backend &) {
        world.snapshot.backends.erase(world.snapshot.backends.begin());
    });
}

void TestRouterPools::aStalePinIsRemapped()
{
    QFETCH(Spoil, spoil);
    RouterWorld world;
    Backend &pinned = world.add("pinned");
    const std::shared_ptr<Backend> alive = world.snapshot.backends[0];
    world.useSessions("s");
    world.choose();
    world.add("two", {}, "");
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
    spoil(world, pinned);
    const RouteChoice moved = world.choose();
    QCOMPARE(moved.sessionRoute, std::string_view("remapped"));
    QCOMPARE(moved.backend->name(), std::string("two"));
    const RouteChoice next = world.choose();
    QCOMPARE(next.sessionRoute, std::string_view("pinned")); // to where it went
    QCOMPARE(next.backend->name(), std::string("two"));
}

void TestRouterPools::anExpiredPinIsNew()
{
    RouterWorld world;
    world.add("one");
    world.useSessions("s", 10s);
    world.choose();
    world.pass(9s);
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
    world.pass(9s); // the time slides
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
    world.pass(10s);
    QCOMPARE(world.choose().sessionRoute, std::string_view("new"));
}

void TestRouterPools::aPinBypassesTierAndRoll()
{
    RouterWorld world;
    Backend &pinned = world.add("pinned", {"stable"});
    world.useSessions("s");
    world.choose();
    world.add("other", {"canary", "general"});
    enableTiers(world);
    world.useCanary(100);
    const RouteChoice choice = world.choose();
    QCOMPARE(choice.backend.get(), &pinned);
    QCOMPARE(choice.sessionRoute, std::string_view("pinned"));
    QCOMPARE(choice.tier, std::string_view()); // absent on a pinned hit
}

void TestRouterPools::aRolledBackCanaryLosesItsPins()
{
    RouterWorld world;
    world.add("canary", {"canary"});
    world.add("stable", {"stable"});
    world.useSessions("s");
    world.useCanary(100);
    QCOMPARE(world.ask(), std::string("canary"));
    world.snapshot.canary->setWeight(1); // still on trial: the roll alone moves nobody
    world.query.roll = 99;
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
    world.snapshot.canary->setWeight(0);
    const RouteChoice moved = world.choose();
    QCOMPARE(moved.backend->name(), std::string("stable"));
    QCOMPARE(moved.sessionRoute, std::string_view("remapped"));
}

void TestRouterPools::aPinDoesNotCrossTenants()
{
    RouterWorld world;
    world.add("gold", {"gold"});
    world.useSessions("s");
    QCOMPARE(world.ask(), std::string("gold"));
    world.add("common");
    world.useIsolation("acme", {"gold"});
    QCOMPARE(world.ask(), std::string("common"));
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
}

void TestRouterPools::withoutAHeaderNothingIsPinned()
{
    RouterWorld world;
    world.add("one");
    world.useSessions("");
    QCOMPARE(world.choose().sessionRoute, std::string_view());
    QCOMPARE(world.snapshot.sessions->size(), std::size_t(0));
}

void TestRouterPools::aGrantedBackendIsToldLikeAChosenOne()
{
    RouterWorld world;
    world.add("other", {"stable"});
    world.add("granted", {"canary"});
    const std::shared_ptr<Backend> backend = world.snapshot.backends[1];
    enableTiers(world);
    world.useCanary(1);
    world.useSessions("s");
    world.query.roll = 99;
    const auto adopt = [&] { return world.router.adopt(world.snapshot, world.query, backend); };
    const RouteChoice first = adopt();
    QVERIFY(first.outcome == RouteOutcome::Chosen);
    QCOMPARE(first.backend, backend);
    QCOMPARE(int(first.index), 1);
    QVERIFY(first.isCanary && !first.isProbe && !first.hasWoken);
    QCOMPARE(first.tier, std::string_view("default"));
    QCOMPARE(first.sessionRoute, std::string_view("new"));
    QCOMPARE(backend->inflight(), std::int64_t(0)); // the queue has taken the slot
    const RouteChoice second = adopt();
    QCOMPARE(second.sessionRoute, std::string_view("pinned"));
    QCOMPARE(second.tier, std::string_view());
    QCOMPARE(world.choose().backend, backend);
    world.query.session = "t";
    QCOMPARE(world.ask(), std::string("other"));
    QCOMPARE(adopt().sessionRoute, std::string_view("remapped"));
    QCOMPARE(world.choose().sessionRoute, std::string_view("pinned"));
}

QTEST_GUILESS_MAIN(TestRouterPools)
#include "tst_routerpools.moc"
