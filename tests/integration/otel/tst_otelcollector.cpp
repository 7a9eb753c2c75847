// SPDX-License-Identifier: MIT
// A real OpenTelemetry Collector takes what we send, and says of it what we meant. run.sh builds
// it; here it is MERIDIAN_OTEL_COLLECTOR.
#include "core/export/traceexporter.h"
#include "core/observe/otlpbatch.h"
#include "tests/observe/jsondecoder.h"
#include "tests/observe/protobufdecoder.h"
#include "tests/observe/tracedrecord.h"
#include "tests/support/scenario.h"

#include <QTest>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <unistd.h>

using namespace meridian;
using namespace std::chrono_literals;
using support::ChildProcess;
using support::Deadline;
using support::RawClient;
using support::Scenario;
using test::DecodedRequest;
using test::DecodedSpan;
using Protocol = model::TracingSettings::Protocol;
Q_DECLARE_METATYPE(Protocol)

namespace {

constexpr std::string_view TracesPath = "/v1/traces";
constexpr std::uint64_t Internal = 1;
constexpr std::uint64_t Server = 2;
constexpr std::uint64_t Client = 3;

/// The collector's process; one line of its output per batch it accepted.
class Collector
{
public:
    /// False: see problem().
    [[nodiscard]] bool start(const std::string &program)
    {
        for (int i = 0; i < 3; ++i) { // somebody else may take the port before it does
            const int reserved = support::bindLoopback(0, false);
            m_port = support::localPort(reserved);
            ::close(reserved);
            if (m_process.start({program, std::to_string(m_port)}) && accepts(20s)) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] int stop()
    {
        m_process.signal(SIGTERM);
        return m_process.waitForExit(15s).value_or(-1);
    }

    [[nodiscard]] std::uint16_t port() const { return m_port; }

    [[nodiscard]] std::string problem() const { return m_process.standardError(); }

    /// Everything it has received.
    [[nodiscard]] std::vector<DecodedRequest> received() const
    {
        std::vector<DecodedRequest> result;
        const std::string text = m_process.standardOutput();
        std::size_t from = 0;
        for (std::size_t end = 0; (end = text.find('\n', from)) != std::string::npos;
             from = end + 1) {
            result.push_back(test::decodeJson(std::string_view(text).substr(from, end - from)));
        }
        return result;
    }

    /// The spans of a trace, once there are `count` of them.
    [[nodiscard]] std::vector<DecodedSpan> trace(const std::string &id, std::size_t count) const
    {
        const Deadline deadline = support::Patient;
        for (;;) {
            std::vector<DecodedSpan> spans;
            for (const DecodedRequest &request : received()) {
                std::copy_if(request.spans.begin(), request.spans.end(), std::back_inserter(spans),
                             [&](const DecodedSpan &span) { return span.traceId == id; });
            }
            if (spans.size() >= count || deadline.hasPassed()) {
                return spans;
            }
            QTest::qWait(10);
        }
    }

private:
    [[nodiscard]] bool accepts(Deadline deadline)
    {
        while (m_process.isRunning() && !deadline.hasPassed()) {
            RawClient probe(m_port, 1s);
            if (probe.isOpen()) {
                return true;
            }
            QTest::qWait(20);
        }
        return false;
    }

    ChildProcess m_process;
    std::uint16_t m_port = 0;
};

std::vector<DecodedSpan> ofKind(const std::vector<DecodedSpan> &spans, std::uint64_t kind)
{
    return DecodedRequest{{}, {}, {}, {}, spans}.ofKind(kind);
}

observe::BackendNames names()
{
    observe::BackendNames names;
    names.remember(7, {"first", "second"});
    return names;
}

std::string traceparent(const std::string &traceId, bool isSampled = true)
{
    return "00-" + traceId + "-00f067aa0ba902b7-" + (isSampled ? "01" : "00");
}

/// One failed attempt, one good one: the log of either backend's requests knows the other half.
struct TracedGateway
{
    TracedGateway(std::uint16_t port, const char *protocol)
    {
        first = &scenario.addBackend("first");
        second = &scenario.addBackend("second");
        scenario.config.raw("tracing:\n  enabled: true\n  interval_s: 0.05\n"
                            "  service_name: under-test\n  endpoint: http://127.0.0.1:" +
                            std::to_string(port) + "\n  protocol: " + protocol + "\n");
    }

    Scenario scenario;
    support::FakeUpstream *first;
    support::FakeUpstream *second;
};

} // namespace

class TestOtelCollector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void takesOurEncodings_data();
    void takesOurEncodings();
    void looksClosely();
    void exporterDelivers_data();
    void exporterDelivers();
    void gatewayTraces_data();
    void gatewayTraces();
    void gatewayFollowsTheCaller();
    void gatewayStartsTraces();
    void cleanupTestCase();

private:
    Collector m_collector;
};

void TestOtelCollector::initTestCase()
{
    const QByteArray program = qgetenv("MERIDIAN_OTEL_COLLECTOR");
    QVERIFY2(!program.isEmpty(), "MERIDIAN_OTEL_COLLECTOR is not set: run run.sh");
    QVERIFY2(m_collector.start(program.toStdString()), m_collector.problem().c_str());
}

void TestOtelCollector::takesOurEncodings_data()
{
    QTest::addColumn<Protocol>("protocol");
    QTest::newRow("protobuf") << Protocol::Protobuf;
    QTest::newRow("json") << Protocol::Json;
}

void TestOtelCollector::takesOurEncodings()
{
    QFETCH(Protocol, protocol);
    observe::OtlpBatch batch(protocol);
    auto record = test::tracedRecord("a trace of its own");
    record.model.assign("bytes \xFF that are no text \xC3\xA9");
    batch.add(record, names());
    record = test::tracedRecord("another");
    record.status = 502;
    record.errorType = "upstream_error";
    record.promptTokens = 0xFFFFFFFFFFFF;
    batch.add(record, names());
    const std::string body = batch.request({"svc", "1.2.3", "instance-1"});
    const bool isJson = protocol == Protocol::Json;
    const DecodedRequest sent = isJson ? test::decodeJson(body) : test::decodeProtobuf(body);

    const std::size_t before = m_collector.received().size();
    RawClient client(m_collector.port());
    const auto response =
        client.exchange("POST", TracesPath, body,
                        {{"Content-Type", isJson ? "application/json" : "application/x-protobuf"}});
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(m_collector.trace(sent.spans.back().traceId, 5).size(), std::size_t(5));
    const DecodedRequest received = m_collector.received().at(before);
    QCOMPARE(received.resource, sent.resource);
    QCOMPARE(received.scopeName, sent.scopeName);
    QCOMPARE(received.scopeVersion, sent.scopeVersion);
    QCOMPARE(received.schemaUrl, sent.schemaUrl);
    QCOMPARE(received.spans.size(), std::size_t(10));
    for (std::size_t i = 0; i < sent.spans.size(); ++i) {
        QVERIFY2(received.spans[i] == sent.spans[i], sent.spans[i].name.c_str());
    }
}

/// Otherwise the tests above would say nothing.
void TestOtelCollector::looksClosely()
{
    observe::OtlpBatch batch(Protocol::Protobuf);
    batch.add(test::tracedRecord(), names());
    const std::string body = batch.request({"svc", "1", "i"});
    for (const std::string &damaged : {body.substr(0, body.size() - 1), "\x0a\x05" + body}) {
        RawClient client(m_collector.port());
        const auto response = client.exchange("POST", TracesPath, damaged,
                                              {{"Content-Type", "application/x-protobuf"}});
        QCOMPARE(response.status, 400);
    }
}

void TestOtelCollector::exporterDelivers_data()
{
    takesOurEncodings_data();
}

void TestOtelCollector::exporterDelivers()
{
    QFETCH(Protocol, protocol);
    constexpr std::size_t Count = 300;
    event::Loop loop;
    observe::SpanQueue queue;
    exporter::TraceExporter exporter(loop, queue);
    model::TracingSettings settings;
    settings.enabled = true;
    settings.port = m_collector.port();
    settings.protocol = protocol;
    settings.batchSize = 128;
    QVERIFY(exporter.configure(settings));
    exporter.rememberBackends(7, {"first", "second"});
    const auto record = test::tracedRecord("one trace");
    for (std::size_t i = 0; i < Count; ++i) {
        QVERIFY(queue.offer(record));
    }
    bool isStopped = false;
    exporter.stop(20s, [&] { isStopped = true; });
    QTimer wake;
    wake.start(10ms);
    for (const Deadline deadline = 30s; !isStopped && !deadline.hasPassed();) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    QCOMPARE(exporter.stats().exported, std::uint64_t{Count});
    QCOMPARE(exporter.stats().rejectedSpans + exporter.stats().retries, std::uint64_t{0});
    const std::string id = test::hexOf(
        {reinterpret_cast<const char *>(record.trace.traceId.data()), record.trace.traceId.size()});
    QCOMPARE(m_collector.trace(id, Count * 5).size(), Count * 5);
}

void TestOtelCollector::gatewayTraces_data()
{
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<QByteArray>("traceId");
    QTest::newRow("protobuf") << QByteArray("http/protobuf")
                              << QByteArray("0af7651916cd43dd8448eb211c80319c");
    QTest::newRow("json") << QByteArray("http/json")
                          << QByteArray("1bf7651916cd43dd8448eb211c80319c");
}

void TestOtelCollector::gatewayTraces()
{
    QFETCH(QByteArray, protocol);
    QFETCH(QByteArray, traceId);
    const std::string id = traceId.toStdString();
    TracedGateway gateway(m_collector.port(), protocol.constData());
    START_OR_FAIL(gateway.scenario);
    // whichever is asked first hangs up on us
    std::atomic<bool> hasFailed = false;
    for (auto *backend : {gateway.first, gateway.second}) {
        backend->setHandler([&hasFailed](const support::RecordedRequest &) {
            return hasFailed.exchange(true) ? support::Reply::json(support::completionBody())
                                            : support::Reply::hangUp(support::Ending::Reset);
        });
    }
    const auto response = gateway.scenario.chat(
        Scenario::ChatBody, {{"traceparent", traceparent(id)}, {"tracestate", "vendor=kept"}});
    QCOMPARE(response.status, 200);

    std::vector<support::RecordedRequest> asked = gateway.first->log.requests();
    const auto others = gateway.second->log.requests();
    asked.insert(asked.end(), others.begin(), others.end());
    QCOMPARE(asked.size(), std::size_t(2));
    (void)m_collector.trace(id, 4);
    QCOMPARE(gateway.scenario.stop(), 0); // the rest has been sent when it ends
    const auto spans = m_collector.trace(id, 4);

    const auto servers = ofKind(spans, Server);
    QCOMPARE(servers.size(), std::size_t(1));
    const DecodedSpan &server = servers.front();
    QCOMPARE(server.parentId, std::string("00f067aa0ba902b7"));
    QCOMPARE(server.name, std::string("chat test-model"));
    QCOMPARE(server.at("meridian.request_id"), "s:" + response.header("x-request-id"));
    QCOMPARE(server.at("meridian.attempts"), std::string("i:2"));
    QCOMPARE(server.at("http.response.status_code"), std::string("i:200"));
    QCOMPARE(server.at("gen_ai.usage.input_tokens"), std::string("i:7"));
    QCOMPARE(server.at("gen_ai.usage.output_tokens"), std::string("i:3"));
    QCOMPARE(server.statusCode, std::uint64_t{0});
    QVERIFY(server.end > server.start);

    const auto attempts = ofKind(spans, Client);
    QCOMPARE(attempts.size(), std::size_t(2));
    QCOMPARE(attempts[0].statusCode, std::uint64_t{2});
    QVERIFY(!attempts[0].at("error.type").empty());
    QCOMPARE(attempts[1].statusCode, std::uint64_t{0});
    QCOMPARE(attempts[1].at("server.address"), server.at("meridian.backend"));
    QVERIFY(attempts[0].at("server.address") != attempts[1].at("server.address"));
    for (const DecodedSpan &attempt : attempts) {
        QCOMPARE(attempt.parentId, server.spanId);
        // what the backend was told is the span of exactly its own attempt
        const auto own = std::find_if(asked.begin(), asked.end(), [&](const auto &request) {
            return request.header("traceparent") == "00-" + id + "-" + attempt.spanId + "-01";
        });
        QVERIFY(own != asked.end());
        QCOMPARE(own->header("tracestate"), std::string("vendor=kept"));
        QCOMPARE(support::countHeader(own->headers, "traceparent"), std::size_t(1));
    }
    for (const DecodedSpan &stage : ofKind(spans, Internal)) {
        QCOMPARE(stage.parentId, server.spanId);
        QVERIFY(stage.start >= server.start && stage.end <= server.end);
    }
    for (const DecodedSpan &span : spans) { // never what was said
        for (const auto &[key, value] : span.attributes) {
            QVERIFY2(value.find("\"hi\"") == std::string::npos && value != "s:hi", key.c_str());
        }
    }
    QCOMPARE(m_collector.received().back().resource.at("service.name"),
             std::string("s:under-test"));
}

void TestOtelCollector::gatewayFollowsTheCaller()
{
    const std::string unsampled = "2cf7651916cd43dd8448eb211c80319c";
    const std::string sampled = "3df7651916cd43dd8448eb211c80319c";
    TracedGateway gateway(m_collector.port(), "http/protobuf");
    gateway.scenario.config.raw("  sample_ratio: 0\n");
    START_OR_FAIL(gateway.scenario);
    QCOMPARE(
        gateway.scenario.chat(Scenario::ChatBody, {{"traceparent", traceparent(unsampled, false)}})
            .status,
        200);
    QCOMPARE(gateway.scenario.chat().status, 200); // starts a trace, which the ratio refuses
    QCOMPARE(
        gateway.scenario.chat(Scenario::ChatBody, {{"traceparent", traceparent(sampled)}}).status,
        200);
    QVERIFY(m_collector.trace(sampled, 1).size() >= 1);
    const std::size_t before = m_collector.received().size();
    QCOMPARE(gateway.scenario.stop(), 0);
    QCOMPARE(m_collector.trace(unsampled, 0).size(), std::size_t(0));
    QCOMPARE(m_collector.received().size(), before);
}

void TestOtelCollector::gatewayStartsTraces()
{
    TracedGateway gateway(m_collector.port(), "http/protobuf");
    START_OR_FAIL(gateway.scenario);
    const auto response = gateway.scenario.chat(
        Scenario::ChatBody, {{"traceparent", "00-zz"}, {"tracestate", "of=nobody"}});
    QCOMPARE(response.status, 200);
    auto asked = gateway.first->log.requests();
    const auto others = gateway.second->log.requests();
    asked.insert(asked.end(), others.begin(), others.end());
    QCOMPARE(asked.size(), std::size_t(1));
    const std::string sent = asked.front().header("traceparent");
    QCOMPARE(sent.size(), std::size_t(55));
    QVERIFY(!asked.front().has("tracestate")); // it belongs to a trace we could not read
    QCOMPARE(gateway.scenario.stop(), 0);
    const auto spans = m_collector.trace(sent.substr(3, 32), 2);
    QCOMPARE(ofKind(spans, Client).size(), std::size_t(1));
    QCOMPARE(ofKind(spans, Server).size(), std::size_t(1));
    QCOMPARE(ofKind(spans, Client).front().spanId, sent.substr(36, 16));
    QVERIFY(ofKind(spans, Server).front().parentId.empty());
}

void TestOtelCollector::cleanupTestCase()
{
    QCOMPARE(m_collector.stop(), 0);
}

QTEST_GUILESS_MAIN(TestOtelCollector)
#include "tst_otelcollector.moc"
