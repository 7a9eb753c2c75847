// SPDX-License-Identifier: MIT
// The scraper against real servers on loopback: what they tell is reported, what they do wrong ends
// at a limit and clears it.
#include "core/health/telemetryscraper.h"
#include "tests/health/signalwords.h"
#include "tests/support/fakeupstream.h"
#include "tests/support/testcertificates.h"

#include <QtTest>

using namespace meridian::health;
using namespace meridian::support;
using meridian::model::BackendSettings;
using meridian::model::TelemetrySettings;
using meridian::upstream::Backend;
using meridian::upstream::CapacitySignals;
using meridian::upstream::Snapshot;

namespace {

constexpr std::string_view Metrics = "text/plain; version=0.0.4; charset=utf-8";

/// Runs the thread's event loop, whose turns end as in a program, until `isTrue`.
bool waitUntil(const std::function<bool()> &isTrue, const Deadline &deadline = 20s)
{
    QTimer tick; // so that no wait is without an end
    tick.start(5);
    QEventLoop events;
    while (!isTrue() && !deadline.hasPassed()) {
        events.processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return isTrue();
}

/// A loop with a scraper on it, and what it reported.
class World
{
public:
    World()
        : scraper(m_loop, [this](Backend &backend, const CapacitySignals &signals) {
            backend.state()->capacity.set(signals);
            reports.push_back(inShort(signals));
        })
    {
    }

    ~World() { scraper.watch(std::make_shared<Snapshot>()); }

    /// Watches one backend whose telemetry is at `server`.
    void watch(const FakeUpstream &server,
               TelemetrySettings::Type type,
               const std::function<void(BackendSettings &)> &change = {})
    {
        BackendSettings settings;
        settings.name = "b";
        settings.host = "127.0.0.1";
        settings.port = 1; // nobody's: telemetry has a port of its own
        TelemetrySettings telemetry;
        telemetry.type = type;
        telemetry.host = "127.0.0.1";
        telemetry.port = server.port();
        telemetry.path = "/metrics?x=1";
        telemetry.interval = 50ms;
        telemetry.timeout = 10s * patience();
        settings.telemetry = telemetry;
        if (change) {
            change(settings);
        }
        watch(settings);
    }

    void watch(const BackendSettings &settings)
    {
        auto snapshot = std::make_shared<Snapshot>();
        snapshot->backends.push_back(
            std::make_shared<Backend>(settings, meridian::model::HealthSettings(), nullptr,
                                      backend ? backend->state() : nullptr));
        backend = snapshot->backends.front();
        scraper.watch(snapshot);
    }

    /// Waits until the newest report is `wanted`.
    [[nodiscard]] bool comesTo(const char *wanted)
    {
        return waitUntil([&] { return !reports.empty() && reports.back() == wanted; });
    }

    [[nodiscard]] QByteArray said() const
    {
        return QByteArray::fromStdString(scraper.findings(*backend));
    }

private:
    meridian::event::Loop m_loop;

public:
    std::vector<QByteArray> reports;
    std::shared_ptr<Backend> backend;
    TelemetryScraper scraper;
};

/// Warnings and infos of the scraper's category, while it lives.
class LogCounter
{
public:
    LogCounter()
    {
        s_count = 0;
        m_before = qInstallMessageHandler(
            [](QtMsgType, const QMessageLogContext &context, const QString &) {
                s_count += QByteArray(context.category) == "meridian.health.telemetry" ? 1 : 0;
            });
    }

    ~LogCounter() { qInstallMessageHandler(m_before); }

    [[nodiscard]] static int count() { return s_count; }

private:
    static inline int s_count = 0;
    QtMessageHandler m_before;
};

constexpr auto Json = TelemetrySettings::Type::Json;
constexpr auto Prometheus = TelemetrySettings::Type::Prometheus;

} // namespace

class TestTelemetryScraper : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void scrapesJsonAgainAndAgain()
    {
        FakeUpstream server;
        server.enqueue(Reply::json("{\"queue_depth\":3,\"gpu_mem_util\":0.5}"));
        server.enqueue(Reply::json("{\"queue_depth\":4}"), 1000);
        World world;
        world.watch(server, Json);
        QCOMPARE(world.said(), QByteArray());
        QVERIFY(world.comesTo("4 - - -"));
        QCOMPARE(world.reports.front(), QByteArray("3 - - 0.5"));
        QCOMPARE(world.backend->state()->capacity.queueDepth(), 4.0);
        QCOMPARE(world.said(), QByteArray("queue 4"));
        QVERIFY(world.backend->isHealthy());
        const auto request = server.log.requests().at(0);
        QCOMPARE(request.target, std::string("/metrics?x=1"));
    }

    void scrapesPrometheus()
    {
        FakeUpstream server;
        server.enqueue(Reply::of(200, Metrics, recording("vllm-0.11-page1.prom")));
        server.enqueue(Reply::chunks(Metrics, {recording("vllm-0.11-page2.prom").substr(0, 1000),
                                               recording("vllm-0.11-page2.prom").substr(1000)}),
                       1000);
        World world;
        world.watch(server, Prometheus,
                    [](BackendSettings &settings) { settings.telemetry->interval = 100ms; });
        // two pages that came too close together give no rate, later ones do
        QVERIFY(waitUntil([&] {
            return !world.reports.empty() && world.reports.back().startsWith("5 77 ") &&
                   !world.reports.back().contains('-');
        }));
        QCOMPARE(world.reports.front(), QByteArray("5 77 - 0.8733"));
        QVERIFY(world.said().startsWith("queue 5, running 77, "));
        QVERIFY(world.said().endsWith(" tokens/s, memory 87 %"));
    }

    void failuresClear_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("500") << 0 << QByteArray("answers 500");
        QTest::newRow("no JSON") << 1 << QByteArray("the answer is no JSON object");
        QTest::newRow("redirect") << 2 << QByteArray("answers 302");
        QTest::newRow("reset") << 3 << QByteArray();
        QTest::newRow("cut off") << 4 << QByteArray("the backend closed the connection");
        QTest::newRow("too long") << 5 << QByteArray("the answer is no JSON object");
    }

    void failuresClear()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, reason);
        const std::string good = "{\"queue_depth\":3}";
        const Reply replies[] = {
            Reply::of(500, "application/json", good),
            Reply::json("[3]"),
            Reply::of(302, "application/json", good, {{"location", "/elsewhere"}}),
            Reply::hangUp(Ending::Reset),
            Reply::json(good).cutAfter(80, Ending::Close),
            Reply::json(good + std::string(3 * 1024 * 1024, ' ')),
        };
        FakeUpstream server;
        server.enqueue(Reply::json(good));
        server.enqueue(replies[kind], 3);
        server.enqueue(Reply::json("{\"queue_depth\":9}"), 1000);
        World world;
        const LogCounter log;
        world.watch(server, Json);
        QVERIFY(world.comesTo("- - - -"));
        QVERIFY2(world.said().startsWith(reason), world.said().constData());
        QVERIFY(!world.said().isEmpty());
        QCOMPARE(world.reports.front(), QByteArray("3 - - -"));
        QVERIFY(!world.backend->state()->capacity.read().queueDepth);
        QVERIFY(world.comesTo("9 - - -"));
        QCOMPARE(world.reports.size() >= 5 && world.reports[3] == "- - - -", true);
        QCOMPARE(log.count(), 2); // it failed once, it came back once
        QVERIFY(world.backend->isHealthy());
        QCOMPARE(world.backend->consecutiveFailures(), 0);
    }

    void aPageWithoutKnownMetricsFails()
    {
        FakeUpstream server;
        server.enqueue(Reply::of(200, Metrics, "up 1\nprocess_open_fds 7\n"), 1000);
        World world;
        world.watch(server, Prometheus);
        QVERIFY(world.comesTo("- - - -"));
        QCOMPARE(world.said(), QByteArray("no metric of a known engine among 2 samples"));
    }

    /// 50 MB of good samples, then the one we want: cut off long before.
    void aHugePageIsCutOff()
    {
        const std::string line = "x{a=\"" + std::string(90, 'y') + "\"} 1\n";
        std::string block = "vllm:num_requests_waiting 4\n";
        while (block.size() < 100000) {
            block += line;
        }
        Reply huge = Reply::chunkedHead(Metrics);
        huge.sendChunk(block, 500).endChunks();
        FakeUpstream server;
        server.enqueue(huge, 2);
        server.enqueue(Reply::of(200, Metrics, "vllm:num_requests_waiting 1\n"), 1000);
        World world;
        world.watch(server, Prometheus);
        QVERIFY(world.comesTo("- - - -"));
        QCOMPARE(world.said(), QByteArray("the metrics page is longer than 4 MiB"));
        QVERIFY2(server.log.bytesWritten() < 30000000, // with what the kernel's buffers took
                 qPrintable(QString::number(server.log.bytesWritten())));
        QVERIFY(world.comesTo("1 - - -"));
    }

    void anEndlessLineIsCutOff()
    {
        Reply endless = Reply::chunkedHead(Metrics);
        endless.sendChunk(std::string(10000, 'a'), 5000).endChunks();
        FakeUpstream server;
        server.enqueue(endless, 1000);
        World world;
        world.watch(server, Prometheus);
        QVERIFY(world.comesTo("- - - -"));
        QCOMPARE(world.said(), QByteArray("the metrics page has a line longer than 64 KiB"));
    }

    /// A byte now and then resets no deadline: it is one for everything together.
    void aSlowDripMeetsTheDeadline_data()
    {
        QTest::addColumn<bool>("isJson");
        QTest::newRow("json") << true;
        QTest::newRow("prometheus") << false;
    }

    void aSlowDripMeetsTheDeadline()
    {
        QFETCH(bool, isJson);
        Reply drip = Reply::chunkedHead(Metrics);
        for (int i = 0; i < 400; ++i) {
            drip.sendChunk(isJson ? " " : "\n").pause(25ms);
        }
        drip.sendChunk(isJson ? "{}" : "vllm:num_requests_waiting 1\n").endChunks();
        FakeUpstream server;
        server.enqueue(drip, 1000);
        World world;
        const auto start = Clock::now();
        world.watch(server, isJson ? Json : Prometheus,
                    [](BackendSettings &settings) { settings.telemetry->timeout = 300ms; });
        QVERIFY(world.comesTo("- - - -"));
        QVERIFY(Clock::now() - start < 5s * patience());
        QCOMPARE(world.said(), QByteArray("no answer within the deadline"));
    }

    void nobodyListens()
    {
        FakeUpstream server;
        server.stop();
        World world;
        world.watch(server, Json);
        QVERIFY(world.comesTo("- - - -"));
        QVERIFY(world.said().contains("refused"));
        server.enqueue(Reply::json("{\"queue_depth\":2}"), 1000);
        QVERIFY(server.restart());
        QVERIFY(world.comesTo("2 - - -"));
    }

    void namesAreLookedUp()
    {
        FakeUpstream server;
        server.enqueue(Reply::json("{\"queue_depth\":2}"), 1000);
        World world;
        world.watch(server, Json,
                    [](BackendSettings &settings) { settings.telemetry->host = "localhost"; });
        QVERIFY(world.comesTo("2 - - -"));
        const auto host = server.log.requests().at(0).header("host");
        QCOMPARE(host, "localhost:" + std::to_string(server.port()));
    }

    void aNameThatIsNoneFails()
    {
        const FakeUpstream server;
        World world;
        world.watch(server, Json,
                    [](BackendSettings &settings) { settings.telemetry->host = "not a name"; });
        QVERIFY(world.comesTo("- - - -"));
        QVERIFY2(world.said().startsWith("the name has no address: "), world.said().constData());
        QVERIFY2(!world.said().endsWith("no answer yet"), world.said().constData());
    }

    /// The backend's key is for the backend: not for another port.
    void theCredentialStaysHome()
    {
        FakeUpstream server;
        server.enqueue(Reply::json("{\"queue_depth\":2}"), 1000);
        const auto withKey = [](BackendSettings &settings) {
            settings.authHeader = meridian::Secret(std::string_view("Bearer k"));
        };
        World abroad;
        abroad.watch(server, Json, withKey);
        QVERIFY(abroad.comesTo("2 - - -"));
        QCOMPARE(server.log.requests().at(0).header("authorization"), std::string());

        FakeUpstream same;
        same.enqueue(Reply::json("{\"queue_depth\":2}"), 1000);
        World home;
        home.watch(same, Json, [&](BackendSettings &settings) {
            withKey(settings);
            settings.port = same.port();
        });
        QVERIFY(home.comesTo("2 - - -"));
        QCOMPARE(same.log.requests().at(0).header("authorization"), std::string("Bearer k"));
    }

    void scrapesOverTls()
    {
        TestCertificates certificates;
        QVERIFY2(certificates.make(), certificates.problem().c_str());
        const auto context = certificates.serverContext();
        FakeUpstream server;
        server.useTls(context.get());
        server.enqueue(Reply::json("{\"queue_depth\":2}"), 1000);
        World world;
        const auto overTls = [](BackendSettings &settings) { settings.telemetry->https = true; };
        world.watch(server, Json, [&](BackendSettings &settings) {
            overTls(settings);
            settings.tls.caFile = certificates.authority();
        });
        QVERIFY(world.comesTo("2 - - -"));

        World stranger; // whose store does not know the authority
        stranger.watch(server, Json, overTls);
        QVERIFY(stranger.comesTo("- - - -"));
        World noFile;
        noFile.watch(server, Json, [&](BackendSettings &settings) {
            overTls(settings);
            settings.tls.caFile = "/nonexistent/ca.pem";
        });
        QVERIFY(noFile.comesTo("- - - -"));
        QVERIFY2(noFile.said().contains("/nonexistent/ca.pem"), noFile.said().constData());
    }

    /// A reload that leaves the telemetry as it is keeps counters and makes no scrape of its own.
    void aReloadKeepsWhatIsKnown()
    {
        FakeUpstream server;
        server.enqueue(Reply::of(200, Metrics, "vllm:generation_tokens_total 100\n"), 1000);
        World world;
        world.watch(server, Prometheus,
                    [](BackendSettings &settings) { settings.telemetry->interval = 400ms; });
        QVERIFY(waitUntil([&] { return world.reports.size() == 1; }));
        QCOMPARE(world.reports.front(), QByteArray("- - - -"));
        BackendSettings heavier = world.backend->settings();
        heavier.weight = 7;
        world.watch(heavier);
        QCOMPARE(world.said(), QByteArray("answers, but tells nothing"));
        QVERIFY(waitUntil([&] { return world.reports.size() == 2; }));
        QCOMPARE(world.reports.back(), QByteArray("- - 0 -")); // a rate, from the old counter
        QCOMPARE(server.log.requestCount(), std::size_t(2));
    }

    void withoutTelemetryNothingIsKnown()
    {
        FakeUpstream server;
        server.enqueue(Reply::json("{\"queue_depth\":2}"), 1000);
        World world;
        world.watch(server, Json);
        QVERIFY(world.comesTo("2 - - -"));
        BackendSettings without = world.backend->settings();
        without.telemetry.reset();
        world.watch(without);
        QCOMPARE(world.reports.back(), QByteArray("- - - -"));
        QVERIFY(!world.backend->state()->capacity.read().queueDepth);
        QCOMPARE(world.said(), QByteArray());
    }

    /// Watches and the scraper itself may end while an answer is awaited.
    void endsWithAScrapeUnderWay()
    {
        FakeUpstream server;
        server.enqueue(Reply::never(), 1000);
        World world;
        world.watch(server, Prometheus, [](BackendSettings &settings) {
            settings.telemetry->timeout = 20ms; // comes due in the turn that ends the watch
        });
        QVERIFY(waitUntil([&] { return server.log.requestCount() >= 1; }));
        world.scraper.watch(std::make_shared<Snapshot>());
        const std::size_t reports = world.reports.size();
        QVERIFY(!waitUntil([] { return false; }, 100ms));
        QCOMPARE(world.reports.size(), reports);
    }
};

QTEST_GUILESS_MAIN(TestTelemetryScraper)
#include "tst_telemetryscraper.moc"
