// SPDX-License-Identifier: MIT
// What the admin service notices by itself: the history's arithmetic, events by comparison, what
// deserves attention.
#include "core/admin/attention.h"
#include "core/admin/eventwatch.h"
#include "core/admin/history.h"
#include "tests/admin/fakemediator.h"

#include <QTest>

#include <cmath>

using namespace meridian;
using namespace std::chrono_literals;
using admin::BackendStatus;
using admin::EventWatch;
using admin::History;
using test::record;

namespace {

const std::vector<std::string_view> Names{"fast", "wild"};

/// A history that is given a second at a time.
struct Clocked
{
    void second(std::uint32_t inflight = 0)
    {
        const observe::WorkerMetrics *worker = &metrics;
        history.add(now++, observe::sampleTraffic({&worker, 1}, Names), Names, {inflight, 0});
    }

    observe::WorkerMetrics metrics;
    History history;
    std::uint32_t now = 0;
};

std::vector<std::string> kinds(const observe::EventLog &log)
{
    std::vector<std::string> all;
    for (const observe::Event &event : log.after(0, 100).events) {
        all.emplace_back(event.kind);
    }
    return all;
}

using Kinds = std::vector<std::string>;

} // namespace

class TestWatching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quantiles();
    void aSecondHoldsWhatHappenedInIt();
    void gapsAreGaps();
    void minutesAndMerging();
    void hourForgets();
    void backendsAreBounded();
    void healthAndBreakers();
    void repeatedTroubleIsToldOnceAMinute();
    void attentionIsWorstFirst();
    void eventLogForgets();
};

void TestWatching::quantiles()
{
    observe::Traffic traffic;
    QVERIFY(std::isnan(observe::latencyQuantile(traffic, 0.5)));
    traffic.latency[1] = 10; // 10 ms to 20 ms
    QCOMPARE(observe::latencyQuantile(traffic, 0.5), 15.0);
    QCOMPARE(observe::latencyQuantile(traffic, 1.0), 20.0);
    traffic.latency.back() = 90; // beyond the last bound: as far as anybody knows
    QCOMPARE(observe::latencyQuantile(traffic, 0.99), 81'920.0);
}

void TestWatching::aSecondHoldsWhatHappenedInIt()
{
    Clocked world;
    world.metrics.settle(record("fast")); // before the first sample
    world.second();
    world.metrics.settle(record("fast"));
    world.metrics.settle(record("wild", "m", 502));
    world.metrics.settle(record("", "", 404));
    world.second(3);
    world.second();
    const auto all = world.history.series(History::Range::Hour, {}, 3600);
    QCOMPARE(all->points.size(), 2U);
    QCOMPARE(all->begin, 1U);
    QCOMPARE(all->step, 1s);
    const admin::HistoryPoint &busy = all->points[0];
    QCOMPARE(busy.requests, 3U);
    QCOMPARE(busy.failures, 1U);
    QCOMPARE(busy.status2xx, 1U);
    QCOMPARE(busy.status4xx, 1U);
    QCOMPARE(busy.status5xx, 1U);
    QCOMPARE(busy.promptTokens, 30U);
    QCOMPARE(busy.completionTokens, 60U);
    QCOMPARE(busy.inflight, 3U);
    QVERIFY(busy.latencyP50 > 10 && busy.latencyP99 <= 20);
    QVERIFY(busy.firstByteP95 > 5 && busy.firstByteP95 <= 10);
    const admin::HistoryPoint &quiet = all->points[1];
    QVERIFY(quiet.isKnown());
    QCOMPARE(quiet.requests, 0U);
    QVERIFY(std::isnan(quiet.latencyP50));
    QCOMPARE(world.history.series(History::Range::Hour, "wild", 3600)->points[0].requests, 1U);
    QVERIFY(!world.history.series(History::Range::Hour, "nobody", 3600));
}

void TestWatching::gapsAreGaps()
{
    Clocked world;
    world.second();
    world.second();
    world.now += 5; // the main thread was busy
    world.metrics.settle(record());
    world.second();
    world.second();
    const auto all = world.history.series(History::Range::Hour, {}, 3600);
    QCOMPARE(all->points.size(), 8U);
    for (std::size_t i = 1; i <= 6; ++i) {
        QVERIFY(!all->points[i].isKnown());
    }
    QVERIFY(all->points[0].isKnown());
    QVERIFY(all->points[7].isKnown());
    QCOMPARE(all->points[7].requests, 0U);
}

void TestWatching::minutesAndMerging()
{
    Clocked world;
    for (int i = 0; i <= 180; ++i) {
        world.metrics.settle(record());
        world.second();
    }
    const auto day = world.history.series(History::Range::Day, {}, 1440);
    QCOMPARE(day->points.size(), 3U);
    QCOMPARE(day->step, 60s);
    QCOMPARE(day->points[1].requests, 60U);
    const auto merged = world.history.series(History::Range::Hour, {}, 20);
    QCOMPARE(merged->step, 9s);
    QVERIFY(merged->points.size() <= 20);
    for (const admin::HistoryPoint &point : merged->points) {
        QCOMPARE(point.requests, 9U);
        QVERIFY(point.latencyP50 > 10 && point.latencyP50 <= 20);
    }
    QCOMPARE(world.history.series(History::Range::Hour, {}, 1)->points.size(), 0U);
}

void TestWatching::hourForgets()
{
    Clocked world;
    world.second();
    world.metrics.settle(record());
    world.second();
    for (std::size_t i = 0; i < History::HourSteps; ++i) {
        world.second();
    }
    const auto hour = world.history.series(History::Range::Hour, {}, 9999);
    QCOMPARE(hour->points.size(), History::HourSteps);
    for (const admin::HistoryPoint &point : hour->points) {
        QVERIFY(point.isKnown());
        QCOMPARE(point.requests, 0U);
    }
    QCOMPARE(world.history.series(History::Range::Day, {}, 9999)->points[0].requests, 1U);
}

void TestWatching::backendsAreBounded()
{
    History history;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < History::MaxBackends + 3; ++i) {
        texts.push_back("b" + std::to_string(i));
    }
    const std::vector<std::string_view> names(texts.begin(), texts.end());
    const observe::TrafficSample sample{{}, std::vector<observe::Traffic>(names.size())};
    history.add(0, sample, names, std::vector<std::uint64_t>(names.size()));
    QVERIFY(history.series(History::Range::Hour, "b11", 10).has_value());
    QVERIFY(!history.series(History::Range::Hour, "b12", 10).has_value());
    // the first ones leave the configuration: there is room
    const std::vector<std::string_view> later(names.begin() + 3, names.end());
    const observe::TrafficSample less{{}, std::vector<observe::Traffic>(later.size())};
    history.add(1, less, later, std::vector<std::uint64_t>(later.size()));
    QVERIFY(!history.series(History::Range::Hour, "b0", 10).has_value());
    QVERIFY(history.series(History::Range::Hour, "b14", 10).has_value());
}

void TestWatching::healthAndBreakers()
{
    observe::EventLog log;
    EventWatch watch(log);
    test::FakeMediator gateway;
    const EventWatch::Time start{};
    watch.look(gateway.list, {}, start);
    QCOMPARE(kinds(log), Kinds());
    gateway.list[0].healthy = false;
    gateway.list[0].lastProbe = "connection refused";
    watch.look(gateway.list, {}, start + 1s);
    watch.look(gateway.list, {}, start + 2s);
    QCOMPARE(kinds(log), Kinds{"backend_unhealthy"});
    QVERIFY(log.latest(1).events[0].message.find("connection refused") != std::string::npos);
    gateway.list[0].healthy = true;
    gateway.list[0].circuits = {{"m", "open", 5, 1s}};
    watch.look(gateway.list, {}, start + 3s);
    gateway.list[0].circuits = {{"m", "half_open", 5, 0s}};
    gateway.list[1].credential = BackendStatus::Credential{10s, 1, "503"};
    watch.look(gateway.list, {}, start + 4s);
    QCOMPARE(kinds(log), (Kinds{"backend_unhealthy", "backend_healthy", "breaker_open",
                                "breaker_closed", "credential_failed"}));
    admin::CanaryView canary;
    gateway.list[1].idle = true; // scaled to zero is no illness
    gateway.list[1].healthy = false;
    watch.look(gateway.list, canary, start + 5s);
    QCOMPARE(log.newest(), 5U);
    canary.weight = 10;
    canary.step = 1;
    watch.look(gateway.list, canary, start + 6s);
    canary.rollbacks = 1;
    watch.look(gateway.list, canary, start + 7s);
    QCOMPARE(kinds(log)[5], std::string("canary"));
    QCOMPARE(log.latest(1).events[0].severity, "error");
}

void TestWatching::repeatedTroubleIsToldOnceAMinute()
{
    observe::EventLog log;
    EventWatch watch(log);
    test::FakeMediator gateway;
    EventWatch::Time now{};
    for (int i = 1; i <= 90; ++i) {
        gateway.list[0].streamDefects = {{"truncated", static_cast<std::uint64_t>(i)}};
        gateway.list[0].keysRefused = static_cast<std::uint64_t>(i);
        watch.look(gateway.list, {}, now += 1s);
    }
    QCOMPARE(kinds(log), (Kinds{"key_refused", "stream_defects", "key_refused", "stream_defects"}));
    QVERIFY(watch.hadDefects("fast", now));
    QVERIFY(watch.hadRefusedKeys("fast", now + 4min));
    QVERIFY(!watch.hadDefects("fast", now + 6min));
    QVERIFY(!watch.hadDefects("wild", now));
    watch.look(gateway.list, {}, now + 2min); // the last ones are told although none came
    QCOMPARE(log.newest(), 6U);
    watch.look(gateway.list, {}, now + 4min);
    QCOMPARE(log.newest(), 6U);
}

void TestWatching::attentionIsWorstFirst()
{
    test::FakeMediator gateway;
    const auto never = [](std::string_view) { return false; };
    admin::AttentionFacts facts{gateway.list, false, false, {}, never, never};
    QVERIFY(attentionOf(facts).empty());
    gateway.list[0].healthy = false;
    gateway.list[0].lastProbe = "connection refused";
    gateway.list[1].isTelemetryStale = true;
    gateway.list[1].draining = true;
    facts.isConfigChanged = true;
    facts.reloadProblem = "c.yaml:1:1: x";
    facts.isDraining = true;
    facts.hadDefects = [](std::string_view name) { return name == "wild"; };
    facts.hadRefusedKeys = facts.hadDefects;
    gateway.list[1].credential = BackendStatus::Credential{0s, 2, "401"};
    const auto list = attentionOf(facts);
    QCOMPARE(list.size(), 10U);
    bool isError = true;
    int errors = 0;
    for (const admin::Attention &one : list) {
        QVERIFY(isError || !one.isError);
        isError = one.isError;
        errors += isError ? 1 : 0;
        QVERIFY(!one.subject.empty() && !one.cure.empty() && !one.page.empty());
    }
    QCOMPARE(errors, 5); // nobody takes requests, the reload, fast, the key, the credential
    QVERIFY(std::any_of(list.begin(), list.end(), [](const admin::Attention &one) {
        return one.message == "fast is unhealthy: connection refused";
    }));
}

void TestWatching::eventLogForgets()
{
    observe::EventLog log;
    for (std::size_t i = 0; i < observe::EventLog::Capacity + 5; ++i) {
        observe::Event event;
        event.kind = "weight";
        event.message = std::string(2000, 'x');
        log.add(event);
    }
    const auto page = log.after(2, 10);
    QVERIFY(page.missed);
    QCOMPARE(page.events.front().seq, 6U);
    QCOMPARE(page.next, 15U);
    QCOMPARE(page.events[0].message.size(), observe::EventLog::MaxText);
    QVERIFY(!log.after(5, 10).missed);
    QVERIFY(!log.after(0, 10).missed);
    QCOMPARE(log.after(0, 5000).events.size(), observe::EventLog::Capacity);
    for (std::size_t i = 0; i < observe::EventLog::MaxSubscribers; ++i) {
        QVERIFY(log.join());
    }
    QVERIFY(!log.join());
    log.leave();
    QVERIFY(log.join());
}

QTEST_GUILESS_MAIN(TestWatching)
#include "tst_watching.moc"
