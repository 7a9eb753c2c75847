// SPDX-License-Identifier: MIT
#include "core/admin/dryrun.h"
#include "core/upstream/strategy.h"
#include "tests/observe/records.h"
#include "tests/upstream/somebackends.h"

#include <QTest>

#include <algorithm>
#include <ctime>

using namespace meridian;
using namespace std::chrono_literals;
using admin::DryRun;

namespace {

/// A configuration in force, and requests that it has routed.
struct World
{
    explicit World(int backends = 2, const std::string &strategy = "least_inflight")
    {
        snapshot.generation = 1;
        snapshot.settings.gateway.strategy = strategy;
        for (int i = 0; i < backends; ++i) {
            add("b" + std::to_string(i));
        }
    }

    model::BackendSettings &add(const std::string &name, const std::string &model = {})
    {
        model::BackendSettings settings;
        settings.name = name;
        settings.host = "127.0.0.1";
        settings.url = "http://127.0.0.1/" + name;
        settings.model = model;
        settings.weight = 1;
        snapshot.settings.backends.push_back(settings);
        snapshot.backends.push_back(upstream::makeBackend(settings));
        return snapshot.settings.backends.back();
    }

    /// `count` requests, `gap` apart, each `latency` long.
    void requests(int count, std::chrono::nanoseconds gap, std::chrono::nanoseconds latency)
    {
        const auto start = test::record().timestamp;
        for (int i = 0; i < count; ++i) {
            model::RequestRecord record = test::record("b0", "m");
            record.latency = latency;
            record.timestamp =
                start + std::chrono::duration_cast<DryRun::SystemTime::duration>(i * gap + latency);
            record.requestId.assign("mrdn-" + std::to_string(i));
            record.route.generation = 1;
            record.route.maxTokens = 16;
            records.insert(records.begin(), record); // newest first
        }
    }

    [[nodiscard]] DryRun run() const
    {
        return admin::dryRun(snapshot, edited, records, upstream::TestEpoch);
    }

    upstream::Snapshot snapshot;
    model::Settings edited;
    std::vector<model::RequestRecord> records;
};

const DryRun::Part &partOf(const DryRun &run, const std::string &name)
{
    return *std::find_if(run.parts.begin(), run.parts.end(),
                         [&](const auto &part) { return part.backend == name; });
}

} // namespace

class TstRoutingTrial : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameConfigurationChangesNothing_data();
    void sameConfigurationChangesNothing();
    void weightsMoveTheirShare();
    void removedAndAddedBackends();
    void loadIsThatOfTheReplay();
    void queueIsWaitedIn();
    void healthAndBreakersAreThoseOfNow();
    void realStateIsLeftAlone();
    void sessionsStayWhereTheyWere();
    void onlyRoutedRequestsCount();
    void figuresOfADay();
    void manyBackendsAreBounded();
};

void TstRoutingTrial::sameConfigurationChangesNothing_data()
{
    QTest::addColumn<QString>("strategy");
    for (const upstream::StrategyEntry &entry : upstream::builtinStrategies()) {
        const auto name = QString::fromUtf8(entry.name.data(), qsizetype(entry.name.size()));
        QTest::newRow(qPrintable(name)) << name;
    }
}

void TstRoutingTrial::sameConfigurationChangesNothing()
{
    QFETCH(QString, strategy);
    World world(5, strategy.toStdString());
    world.snapshot.backends[1]->state()->load.noteLatency(80ms, upstream::TestEpoch - 60s);
    world.snapshot.backends[2]->state()->load.noteFirstByte(9ms, upstream::TestEpoch);
    world.snapshot.backends[3]->state()->load.noteFailure(1s, upstream::TestEpoch);
    world.edited = world.snapshot.settings;
    world.requests(300, 10ms, 70ms);
    const DryRun run = world.run();
    QCOMPARE(run.requests, std::size_t{300});
    QCOMPARE(run.changed, std::size_t{0});
    QCOMPARE(run.refused, std::size_t{0});
    QVERIFY(run.rows.empty());
    double sum = 0;
    for (const DryRun::Part &part : run.parts) {
        QCOMPARE(part.shareBefore, part.shareAfter);
        sum += part.shareAfter;
    }
    QVERIFY(std::abs(sum - 1) < 1e-9);
}

void TstRoutingTrial::weightsMoveTheirShare()
{
    World world(2, "weighted_round_robin");
    world.edited = world.snapshot.settings;
    world.edited.backends[0].weight = 3;
    world.requests(400, 10ms, 5ms);
    const DryRun run = world.run();
    QCOMPARE(partOf(run, "b0").shareBefore, 0.5);
    QCOMPARE(partOf(run, "b0").shareAfter, 0.75);
    QCOMPARE(partOf(run, "b1").shareAfter, 0.25);
    QVERIFY(run.changed >= 100); // a quarter at least must go elsewhere
    QCOMPARE(run.rows.size(), std::min(run.changed, DryRun::MaxRows));
    QCOMPARE(run.rows.front().why, std::string("candidate; before: candidate"));
}

void TstRoutingTrial::removedAndAddedBackends()
{
    World world(1);
    world.edited = world.snapshot.settings;
    world.edited.backends[0].name = "new";
    world.edited.backends[0].url = "http://127.0.0.1/new";
    world.requests(10, 1s, 5ms);
    DryRun run = world.run();
    QCOMPARE(run.changed, std::size_t{10});
    QCOMPARE(run.rows.front().from, std::string("b0"));
    QCOMPARE(run.rows.front().to, std::string("new"));
    QCOMPARE(run.rows.front().why, std::string("removed; before: not configured"));
    QCOMPARE(run.rows.front().requestId, std::string("mrdn-9")); // newest first

    world.edited.backends[0].model = "another";
    run = world.run();
    QCOMPARE(run.refused, std::size_t{10});
    QVERIFY(run.rows.front().to.empty());
    QCOMPARE(run.rows.front().why, std::string("no_such_model; before: chosen"));
}

void TstRoutingTrial::loadIsThatOfTheReplay()
{
    World world(2);
    world.edited = world.snapshot.settings;
    world.edited.backends[0].maxConcurrency = 1;
    world.edited.backends[1].maxConcurrency = 1;
    world.snapshot.backends[0]->state()->load.enter(1, upstream::TestEpoch); // of now: no matter
    world.requests(30, 10ms, 100ms);                                         // ten at a time
    const DryRun run = world.run();
    QCOMPARE(run.requests, std::size_t{30});
    // two in each tenth of a second find room
    QCOMPARE(run.refused, std::size_t{24});
    QCOMPARE(run.rows.front().why, std::string("saturated; before: chosen"));
    QCOMPARE(partOf(run, "b0").shareBefore, 0.5);
}

void TstRoutingTrial::queueIsWaitedIn()
{
    World world(1);
    world.edited = world.snapshot.settings;
    world.edited.backends[0].maxConcurrency = 1;
    world.edited.admission.maxQueue = 100;
    world.edited.admission.queueTimeout = 10s;
    world.requests(20, 10ms, 100ms); // two seconds' work
    QCOMPARE(world.run().refused, std::size_t{0});
    world.edited.admission.queueTimeout = 500ms;
    const std::size_t tooLate = world.run().refused;
    QVERIFY(tooLate > 5 && tooLate < 18);
    world.edited.admission.queueTimeout = 10s;
    world.edited.admission.maxQueue = 2;
    QVERIFY(world.run().refused > 5);
}

void TstRoutingTrial::healthAndBreakersAreThoseOfNow()
{
    World world(4);
    const auto &backends = world.snapshot.backends;
    world.edited = world.snapshot.settings;
    backends[0]->state()->health.noteFailure(1);
    backends[1]->state()->operatorState.setDraining(true);
    model::BreakerSettings breaker = world.snapshot.settings.resilience.breaker;
    breaker.enabled = true;
    breaker.failureThreshold = 1;
    world.snapshot.settings.resilience.breaker = breaker;
    backends[2]
        ->state()
        ->breakers.at("m", upstream::TestEpoch)
        .noteFailure(upstream::TestEpoch, 0, false, 0ns, breaker);
    world.requests(20, 10ms, 5ms);
    const DryRun run = world.run(); // the edited one has breakers, too, or not: its default
    QCOMPARE(partOf(run, "b3").shareBefore, 1.0);
    QCOMPARE(partOf(run, "b0").shareAfter, 0.0);
    QCOMPARE(partOf(run, "b1").shareAfter, 0.0);
}

void TstRoutingTrial::realStateIsLeftAlone()
{
    World world(3, "token_aware");
    world.edited = world.snapshot.settings;
    world.edited.gateway.strategy = "ewma_latency";
    world.requests(50, 10ms, 50ms);
    for (const auto &backend : world.snapshot.backends) {
        backend->state()->load.noteLatency(20ms, upstream::TestEpoch);
    }
    for (int i = 0; i < 1000; ++i) {
        QCOMPARE(world.run().requests, std::size_t{50});
    }
    for (const auto &backend : world.snapshot.backends) {
        QCOMPARE(backend->inflight(), 0);
        QCOMPARE(backend->ewmaLatencyMs(), 20.0);
        QVERIFY(backend->state()->load.lastSample() == upstream::TestEpoch);
        QVERIFY(backend->state()->load.lastActivity() == upstream::TestEpoch);
        QVERIFY(backend->state()->breakers.find("m") == nullptr);
        QCOMPARE(backend.use_count(), 1L);
        QCOMPARE(backend->state().use_count(), 1L);
    }
}

void TstRoutingTrial::sessionsStayWhereTheyWere()
{
    World world(3);
    world.snapshot.settings.affinity.enabled = true;
    world.edited = world.snapshot.settings;
    world.edited.backends.erase(world.edited.backends.begin()); // b0
    world.requests(12, 1s, 5ms);
    for (std::size_t i = 0; i < world.records.size(); ++i) {
        world.records[i].route.session = 1 + i % 3;
        world.records[i].sessionRoute = "pinned";
        world.records[i].backend.assign("b" + std::to_string(i % 3));
    }
    const DryRun run = world.run();
    QCOMPARE(partOf(run, "b0").shareBefore, 4.0 / 12);
    QCOMPARE(partOf(run, "b2").shareBefore, 4.0 / 12);
    QCOMPARE(run.changed, std::size_t{4}); // those of b0, all to one other backend
    for (const DryRun::Row &row : run.rows) {
        QCOMPARE(row.from, std::string("b0"));
        QCOMPARE(row.to, run.rows.front().to);
    }
}

void TstRoutingTrial::onlyRoutedRequestsCount()
{
    World world(1);
    world.edited = world.snapshot.settings;
    world.requests(5, 1s, 5ms);
    world.records[0].route.generation = 0; // refused as malformed
    QCOMPARE(world.run().requests, std::size_t{4});
    world.records.clear();
    const DryRun run = world.run();
    QCOMPARE(run.requests, std::size_t{0});
    QCOMPARE(run.parts.size(), std::size_t{1});
    QCOMPARE(run.parts[0].shareAfter, 0.0);
}

void TstRoutingTrial::figuresOfADay()
{
    World world(1);
    world.edited = world.snapshot.settings;
    world.requests(2, 120s, 0ns); // 30 tokens each
    DryRun run = world.run();
    QVERIFY(run.span == 120s);
    QCOMPARE(run.parts[0].tokensPerDayBefore, 60.0 * 86400 / 120);
    QCOMPARE(run.parts[0].tokensPerDayAfter, 60.0 * 86400 / 120);
    world.records.resize(1);
    run = world.run();
    QVERIFY(run.span == DryRun::MinSpan);
    QCOMPARE(run.parts[0].tokensPerDayAfter, 30.0 * 86400 / 60);
}

void TstRoutingTrial::manyBackendsAreBounded()
{
    World world(1000);
    world.edited = world.snapshot.settings;
    world.requests(500, 10ms, 50ms);
    const std::clock_t start = std::clock();
    const DryRun run = world.run();
    qInfo("%zu requests, 1000 backends on each side: %ld us of CPU", run.requests,
          static_cast<long>((std::clock() - start) * 1'000'000 / CLOCKS_PER_SEC));
    QCOMPARE(run.available, std::size_t{500});
    QCOMPARE(run.requests, DryRun::MaxLooks / 2000);
    QCOMPARE(run.changed, std::size_t{0});
}

QTEST_GUILESS_MAIN(TstRoutingTrial)
#include "tst_routingtrial.moc"
