// SPDX-License-Identifier: MIT
// The exporter against a fake collector: what it sends and when, what it repeats, what it loses.
#include "core/export/traceexporter.h"
#include "tests/observe/jsondecoder.h"
#include "tests/observe/protobufdecoder.h"
#include "tests/observe/tracedrecord.h"
#include "tests/support/fakeupstream.h"
#include "tests/support/testcertificates.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QTimer>

using namespace meridian;
using namespace std::chrono_literals;
using exporter::RetryPolicy;
using exporter::TraceExporter;
using support::FakeUpstream;
using support::Reply;
using Protocol = model::TracingSettings::Protocol;

namespace {

constexpr RetryPolicy Quick{5, 1ms, 5ms, 5min};
const Reply Accepted = Reply::of(200, "application/x-protobuf", "");

/// The exporter on the test's own loop, between a queue and a collector.
struct World
{
    explicit World(RetryPolicy policy = Quick)
        : exporter(loop, queue, policy)
    {
        collector.setHandler([](const support::RecordedRequest &) { return Accepted; });
        settings.enabled = true;
        settings.port = collector.port();
        settings.interval = 10ms;
        settings.timeout = 5s;
        exporter.rememberBackends(7, {"first", "second"});
    }

    void configure() { QVERIFY(exporter.configure(settings)); }

    void offer(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            queue.offer(test::tracedRecord());
        }
    }

    /// Runs the loop until it is true. (QTest::qWaitFor never blocks, and event::Loop works when
    /// the dispatcher is about to.)
    template <typename Condition>
    [[nodiscard]] static bool wait(Condition condition, support::Deadline deadline = 10s)
    {
        QTimer wake; // the condition may come true on another thread
        wake.start(5ms);
        while (!condition() && !deadline.hasPassed()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        return condition();
    }

    static void turn()
    {
        (void)wait([count = 0]() mutable { return count++ > 0; });
    }

    [[nodiscard]] bool waitForExported(std::uint64_t count)
    {
        return wait([&] { return exporter.stats().exported == count; });
    }

    [[nodiscard]] bool waitForRequests(std::size_t count)
    {
        return wait([&] { return collector.log.requestCount() >= count; });
    }

    FakeUpstream collector;
    model::TracingSettings settings;
    event::Loop loop;
    observe::SpanQueue queue;
    TraceExporter exporter;
};

std::size_t residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    return file.readAll().split(' ').value(1).toULongLong() * 4096;
}

} // namespace

class TestTraceExporter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void request_data();
    void request();
    void fullBatchDoesNotWait();
    void bodiesAreBounded();
    void onePostAtATime();
    void retries_data();
    void retries();
    void refusals_data();
    void refusals();
    void givesUp();
    void retryAfterIsObeyed();
    void deadCollector();
    void silentCollector();
    void partialSuccess();
    void hugeAnswer();
    void resolvesNames();
    void verifiesCertificates();
    void reload();
    void turningOffDrops();
    void stopSendsTheRest();
    void stopHasADeadline();
    void stopWhenOff();
    void goneInFlight();
};

void TestTraceExporter::request_data()
{
    QTest::addColumn<bool>("isJson");
    QTest::newRow("protobuf") << false;
    QTest::newRow("json") << true;
}

void TestTraceExporter::request()
{
    QFETCH(bool, isJson);
    World world;
    world.settings.protocol = isJson ? Protocol::Json : Protocol::Protobuf;
    world.settings.path = "/custom/v1/traces?x=1";
    world.settings.serviceName = "edge";
    world.settings.headers = {{"authorization", Secret(std::string_view("Bearer t"))}};
    world.configure();
    world.offer(3);
    QVERIFY(world.waitForExported(3));
    const auto request = world.collector.log.requests().at(0);
    QCOMPARE(request.method, std::string("POST"));
    QCOMPARE(request.target, std::string("/custom/v1/traces?x=1"));
    QCOMPARE(request.header("host"), "127.0.0.1:" + std::to_string(world.collector.port()));
    QCOMPARE(request.header("content-type"),
             std::string(isJson ? "application/json" : "application/x-protobuf"));
    QCOMPARE(request.header("authorization"), std::string("Bearer t"));
    const auto decoded =
        isJson ? test::decodeJson(request.body) : test::decodeProtobuf(request.body);
    QCOMPARE(decoded.spans.size(), std::size_t(15));
    QCOMPARE(decoded.resource.at("service.name"), std::string("s:edge"));
    QCOMPARE(decoded.resource.at("service.instance.id").size(), std::size_t(2 + 36));
    QCOMPARE(decoded.ofKind(3).front().at("server.address"), std::string("s:first"));
    const auto stats = world.exporter.stats();
    QCOMPARE(stats.exportedSpans, std::uint64_t{15});
    QCOMPARE(stats.dropped + stats.failedBatches + stats.retries + stats.queued, std::uint64_t{0});
}

void TestTraceExporter::fullBatchDoesNotWait()
{
    World world;
    world.settings.interval = 1h;
    world.settings.batchSize = 5;
    world.configure();
    world.offer(4);
    QCOMPARE(world.exporter.stats().queued, std::size_t(4));
    world.offer(7); // two batches full, one exchange waits for the hour
    QVERIFY(world.waitForExported(10));
    QCOMPARE(world.collector.log.requestCount(), std::size_t(2));
    QCOMPARE(world.exporter.stats().queued, std::size_t(1));
}

void TestTraceExporter::bodiesAreBounded()
{
    World world;
    world.settings.protocol = Protocol::Json;
    world.settings.batchSize = world.settings.queueSize = 100'000;
    world.configure();
    world.offer(4'000);
    QVERIFY(world.waitForExported(4'000));
    QVERIFY(world.collector.log.requestCount() > 1);
    for (const auto &request : world.collector.log.requests()) {
        QVERIFY(request.body.size() < TraceExporter::MaxBatchBytes + 64 * 1024);
    }
}

void TestTraceExporter::onePostAtATime()
{
    World world;
    const auto gate = support::makeGate();
    world.collector.enqueue(
        Reply().await(gate).send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    world.settings.batchSize = 2;
    world.configure();
    world.offer(10);
    QVERIFY(world.waitForRequests(1));
    // several intervals, in which nothing may happen
    QVERIFY(!world.wait([&] { return world.collector.log.requestCount() > 1; }, 60ms));
    gate->open();
    QVERIFY(world.waitForExported(10));
    QCOMPARE(world.collector.log.requestCount(), std::size_t(5));
}

void TestTraceExporter::retries_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {429, 502, 503, 504}) {
        QTest::addRow("%d", status) << status;
    }
}

void TestTraceExporter::retries()
{
    QFETCH(int, status);
    World world;
    world.collector.enqueue(Reply::of(status, "text/plain", "busy"), 2);
    world.collector.enqueue(Reply::hangUp(support::Ending::Reset));
    world.configure();
    world.offer(2);
    QVERIFY(world.waitForExported(2));
    const auto requests = world.collector.log.requests();
    QCOMPARE(requests.size(), std::size_t(4));
    for (const auto &request : requests) {
        QCOMPARE(request.body, requests.front().body); // the same batch, not a new one
    }
    QCOMPARE(world.exporter.stats().retries, std::uint64_t{3});
    QCOMPARE(world.exporter.stats().dropped, std::uint64_t{0});
}

void TestTraceExporter::refusals_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {301, 400, 401, 404, 413, 500, 501}) {
        QTest::addRow("%d", status) << status;
    }
}

void TestTraceExporter::refusals()
{
    QFETCH(int, status);
    World world;
    world.collector.enqueue(Reply::of(status, "text/plain", "no"));
    world.configure();
    world.offer(2);
    QVERIFY(world.wait([&] { return world.exporter.stats().dropped == 2; }));
    QCOMPARE(world.exporter.stats().failedBatches, std::uint64_t{1});
    world.offer(1); // and on it goes
    QVERIFY(world.waitForExported(1));
    QCOMPARE(world.collector.log.requestCount(), std::size_t(2));
    QCOMPARE(world.exporter.stats().retries, std::uint64_t{0});
}

void TestTraceExporter::givesUp()
{
    World world;
    world.collector.enqueue(Reply::of(503, "text/plain", ""), 6);
    world.configure();
    world.offer(3);
    QVERIFY(world.wait([&] { return world.exporter.stats().dropped == 3; }));
    QCOMPARE(world.collector.log.requestCount(), std::size_t(6)); // once, and five more times
    QCOMPARE(world.exporter.stats().retries, std::uint64_t{5});
    QCOMPARE(world.exporter.stats().failedBatches, std::uint64_t{1});
    world.offer(1);
    QVERIFY(world.waitForExported(1));
}

void TestTraceExporter::retryAfterIsObeyed()
{
    {
        World world; // whose own patience is a few milliseconds
        world.collector.enqueue(Reply::of(503, "text/plain", "", {{"Retry-After", "1"}}));
        world.configure();
        world.offer(1);
        QVERIFY(world.waitForExported(1));
        const auto requests = world.collector.log.requests();
        QCOMPARE(requests.size(), std::size_t(2));
        QVERIFY(requests[1].headAt - requests[0].headAt >= 980ms);
    }
    World world(RetryPolicy{5, 1h, 1h, 5min});
    world.collector.enqueue(Reply::of(429, "text/plain", "", {{"retry-after", "0"}}));
    world.configure();
    world.offer(1);
    QVERIFY(world.waitForExported(1)); // did not wait for the hour
}

void TestTraceExporter::deadCollector()
{
    constexpr std::size_t Offered = 300'000; // some 300 MB of records
    World world;
    world.collector.stop();
    world.settings.queueSize = 200;
    world.settings.batchSize = 50;
    world.configure();
    const std::size_t before = residentBytes();
    for (std::size_t i = 0; i < Offered / 1'000; ++i) {
        world.offer(1'000);
        World::turn();
        QVERIFY(world.queue.size() <= 200);
    }
    QVERIFY(world.wait([&] { return world.exporter.stats().failedBatches >= 2; }));
    QVERIFY(residentBytes() < before + 64 * 1024 * 1024);
    QCOMPARE(world.exporter.stats().exported, std::uint64_t{0});
    QVERIFY(world.exporter.stats().retries >= 10);
    QVERIFY(world.collector.restart());
    world.offer(1);
    QVERIFY(world.wait([&] {
        const auto stats = world.exporter.stats();
        return stats.queued == 0 && stats.exported + stats.dropped == Offered + 1;
    }));
    QVERIFY(world.exporter.stats().exported >= 1);
}

void TestTraceExporter::silentCollector()
{
    World world(RetryPolicy{1, 1ms, 1ms, 5min});
    world.collector.enqueue(Reply::never(), 2);
    world.settings.timeout = 100ms;
    world.configure();
    world.offer(1);
    QVERIFY(world.wait([&] { return world.exporter.stats().dropped == 1; }));
    QCOMPARE(world.exporter.stats().retries, std::uint64_t{1});
    QVERIFY(world.collector.log.waitForPeerClose(0)); // given up means hung up
    world.offer(1);
    QVERIFY(world.waitForExported(1));
}

void TestTraceExporter::partialSuccess()
{
    World world;
    world.collector.enqueue(
        Reply::of(200, "application/x-protobuf",
                  QByteArray::fromHex("0a0608031202").append("no").toStdString()));
    world.collector.enqueue(
        Reply::json(R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"bad"}})"));
    world.collector.enqueue(Reply::json(R"({"partialSuccess":{"rejectedSpans":"99999"}})"));
    world.configure();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral(
                                           "rejected_spans=3 .*the collector rejected spans: no")));
    // said once a minute: more messages than the one above would fail the test
    QTest::failOnWarning(QRegularExpression(QStringLiteral("rejected spans")));
    for (std::uint64_t i = 1; i <= 3; ++i) {
        world.offer(1); // five spans
        QVERIFY(world.waitForExported(i));
    }
    const auto stats = world.exporter.stats();
    QCOMPARE(stats.rejectedSpans, std::uint64_t{3 + 2 + 5}); // never more than were sent
    QCOMPARE(stats.exportedSpans, std::uint64_t{2 + 3 + 0});
    QCOMPARE(world.collector.log.requestCount(), std::size_t(3)); // a rejection is not repeated
}

void TestTraceExporter::hugeAnswer()
{
    World world;
    world.collector.enqueue(Reply::of(200, "text/plain", std::string(1024 * 1024, 'x')));
    world.configure();
    world.offer(1);
    QVERIFY(world.waitForExported(1));
    world.offer(1);
    QVERIFY(world.waitForExported(2));
}

void TestTraceExporter::resolvesNames()
{
    World world;
    world.settings.host = "localhost";
    world.configure();
    world.offer(1);
    QVERIFY(world.waitForExported(1));
    QCOMPARE(world.collector.log.requests().at(0).header("host"),
             "localhost:" + std::to_string(world.collector.port()));
}

void TestTraceExporter::verifiesCertificates()
{
    support::TestCertificates certificates;
    if (!certificates.make()) {
        QSKIP(certificates.problem().c_str());
    }
    const support::SslContext context = certificates.serverContext();
    World world(RetryPolicy{0, 1ms, 1ms, 5min});
    world.collector.useTls(context.get());
    world.settings.host = "localhost";
    world.settings.https = true;
    world.configure();
    world.offer(1);
    QVERIFY(world.wait([&] { return world.exporter.stats().dropped == 1; }));
    QCOMPARE(world.collector.log.requestCount(), std::size_t(0)); // our spans stayed with us

    const QByteArray old = qgetenv("SSL_CERT_FILE"); // what OpenSSL takes for the system's store
    qputenv("SSL_CERT_FILE", QByteArray::fromStdString(certificates.authority()));
    world.settings.serviceName = "again"; // a change, so that the context is made anew
    world.configure();
    world.offer(1);
    const bool isThere = world.waitForExported(1);
    old.isNull() ? qunsetenv("SSL_CERT_FILE") : qputenv("SSL_CERT_FILE", old);
    QVERIFY(isThere);
}

void TestTraceExporter::reload()
{
    World world;
    FakeUpstream other;
    other.setHandler([](const support::RecordedRequest &) { return Accepted; });
    world.configure();
    world.offer(1);
    QVERIFY(world.waitForExported(1));
    world.settings.port = other.port();
    world.settings.protocol = Protocol::Json;
    world.configure();
    world.offer(1);
    QVERIFY(world.waitForExported(2));
    QCOMPARE(world.collector.log.requestCount(), std::size_t(1));
    QCOMPARE(other.log.requestCount(), std::size_t(1));
    QCOMPARE(other.log.requests().at(0).header("content-type"), std::string("application/json"));
}

void TestTraceExporter::turningOffDrops()
{
    World world;
    const auto gate = support::makeGate();
    world.collector.enqueue(Reply().await(gate));
    world.settings.batchSize = 2;
    world.configure();
    world.offer(5);
    QVERIFY(world.waitForRequests(1));
    world.settings.enabled = false;
    world.configure();
    QCOMPARE(world.exporter.stats().dropped, std::uint64_t{5});
    world.offer(1); // nobody wants it, nobody counts it
    QCOMPARE(world.exporter.stats().dropped, std::uint64_t{5});
    gate->open();
    world.settings.enabled = true;
    world.configure();
    world.offer(1);
    QVERIFY(world.waitForExported(1));
}

void TestTraceExporter::stopSendsTheRest()
{
    World world;
    world.settings.interval = 1h;
    world.settings.batchSize = 100;
    world.configure();
    world.offer(60);
    int stopped = 0;
    world.settings.batchSize = 25;
    world.configure();
    world.exporter.stop(10s, [&] { ++stopped; });
    QVERIFY(world.wait([&] { return stopped == 1; }));
    QCOMPARE(world.exporter.stats().exported, std::uint64_t{60});
    QCOMPARE(world.collector.log.requestCount(), std::size_t(3));
    world.offer(1);
    QCOMPARE(world.exporter.stats().queued, std::size_t(0)); // closed
    QCOMPARE(stopped, 1);
}

void TestTraceExporter::stopHasADeadline()
{
    World world;
    world.collector.enqueue(Reply::never());
    world.settings.batchSize = 2;
    world.configure();
    world.offer(7);
    QVERIFY(world.waitForRequests(1));
    int stopped = 0;
    const auto start = support::Clock::now();
    world.exporter.stop(50ms, [&] { ++stopped; });
    QCOMPARE(stopped, 0);
    QVERIFY(world.wait([&] { return stopped == 1; }));
    QVERIFY(support::Clock::now() - start < 2s * support::patience());
    QCOMPARE(world.exporter.stats().dropped, std::uint64_t{7});
    QVERIFY(world.collector.log.waitForPeerClose(0));
}

void TestTraceExporter::stopWhenOff()
{
    World world;
    int stopped = 0;
    world.exporter.stop(10s, [&] { ++stopped; });
    QCOMPARE(stopped, 1);
}

/// Posted closures and callbacks must not meet an exporter that is gone.
void TestTraceExporter::goneInFlight()
{
    FakeUpstream collector;
    collector.enqueue(Reply::never());
    event::Loop loop;
    observe::SpanQueue queue;
    auto exporter = std::make_unique<TraceExporter>(loop, queue, Quick);
    model::TracingSettings settings;
    settings.enabled = true;
    settings.port = collector.port();
    settings.batchSize = 1;
    QVERIFY(exporter->configure(settings));
    queue.offer(test::tracedRecord());
    QVERIFY(World::wait([&] { return collector.log.requestCount() == 1; }));
    queue.offer(test::tracedRecord());
    queue.offer(test::tracedRecord());
    exporter.reset(); // with a POST under way and a closure posted
    QVERIFY(!queue.offer(test::tracedRecord()));
    World::turn();
    QVERIFY(collector.log.waitForPeerClose(0));
}

QTEST_GUILESS_MAIN(TestTraceExporter)
#include "tst_traceexporter.moc"
