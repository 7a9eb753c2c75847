// SPDX-License-Identifier: MIT
// Promise: what backends tell of their load is shown and used, lies are not, and telemetry never
// touches a backend's health.
#include "tests/integration/routingview.h"

#include <QTest>

#include <fstream>
#include <iterator>

using namespace meridian::support;

class TstTelemetry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void json();
    void prometheus_data();
    void prometheus();
    void liesAreDropped_data();
    void liesAreDropped();
    void failuresForgetAndHarmNobody_data();
    void failuresForgetAndHarmNobody();
    void aPageWithoutEnd();
    void interval();
    void timeout();
    void unknownTypesAreNone();
    void credentialsStayAtHome();
    void noneIsNone();
};

namespace {

constexpr std::string_view Fine = R"({"queue_depth":4,"tokens_per_sec":120.5,"gpu_mem_util":0.25})";

std::string telemetryOf(const FakeUpstream &page, std::string_view more = "interval_s: 0.1")
{
    return "{url: \"" + page.url() + "/stats\", " + std::string(more) + "}";
}

QJsonValue told(const Scenario &scenario, const char *key)
{
    return statusOf(scenario, "b").value(QLatin1String(key));
}

FakeUpstream::Handler always(std::string body)
{
    return [body](const RecordedRequest &) { return Reply::json(body); };
}

bool knowsNothing(const Scenario &scenario)
{
    return told(scenario, "queue_depth").isNull() && told(scenario, "tokens_per_sec").isNull() &&
           told(scenario, "gpu_mem_util").isNull();
}

std::string recording(const std::string &name)
{
    std::ifstream file(MERIDIAN_SOURCE_DIR "/tests/health/data/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

void TstTelemetry::json()
{
    FakeUpstream page;
    page.setHandler(always(std::string(Fine)));
    Scenario scenario;
    scenario.addBackend("b", {{"telemetry", telemetryOf(page)}});
    START_OR_FAIL(scenario);
    QTRY_COMPARE(told(scenario, "queue_depth").toInt(-1), 4);
    QCOMPARE(told(scenario, "tokens_per_sec").toDouble(), 120.5);
    QCOMPARE(told(scenario, "gpu_mem_util").toDouble(), 0.25);
    QCOMPARE(scenario.metric("meridian_backend_queue_depth", {"\"b\""}), 4.0);
    QCOMPARE(scenario.metric("meridian_backend_tokens_per_second", {"\"b\""}), 120.5);
    QCOMPARE(scenario.metric("meridian_backend_gpu_memory_ratio", {"\"b\""}), 0.25);
    QCOMPARE(scenario.metric("meridian_backend_running_requests", {"\"b\""}), -1.0);
    const RecordedRequest request = page.log.requests().at(0);
    QCOMPARE(request.method, std::string("GET"));
    QCOMPARE(request.target, std::string("/stats"));
    page.setHandler(always(R"({"queue_depth":0})")); // what is no longer told is forgotten
    QTRY_COMPARE(told(scenario, "queue_depth").toInt(-1), 0);
    QVERIFY(told(scenario, "gpu_mem_util").isNull());
    QCOMPARE(scenario.metric("meridian_backend_gpu_memory_ratio", {"\"b\""}), -1.0);
}

void TstTelemetry::prometheus_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("engine");
    QTest::addColumn<double>("queue");
    QTest::addColumn<double>("running");
    QTest::addColumn<double>("memory");
    const auto row = [](const char *name, const char *file, const char *engine, double queue,
                        double running, double memory) {
        QTest::newRow(name) << QByteArray(file) << QByteArray(engine) << queue << running << memory;
    };
    row("vLLM", "vllm-0.6.prom", "vllm", 7, 24, 0.618456);
    row("newer vLLM", "vllm-0.11-page1.prom", "vllm", 5, 77, 0.8733);
    row("SGLang", "sglang-0.4.prom", "sglang", 333, 118, 0.47);
    row("TensorRT-LLM", "trtllm-serve.prom", "tensorrt-llm", 4, 11, 0.55);
    row("Triton", "triton-25.prom", "triton", 5, 17, 0.28);
    row("llama.cpp", "llamacpp-2024.prom", "llama.cpp", 46, 2, 0.3125);
}

void TstTelemetry::prometheus()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, engine);
    QFETCH(double, queue);
    QFETCH(double, running);
    QFETCH(double, memory);
    const std::string text = recording(file.toStdString());
    QVERIFY(!text.empty());
    FakeUpstream page;
    page.setHandler([text](const RecordedRequest &) {
        return Reply::of(200, "text/plain; version=0.0.4", text);
    });
    Scenario scenario;
    scenario.addBackend("b", {{"engine", engine.toStdString()},
                              {"telemetry", telemetryOf(page, "type: prometheus")}});
    START_OR_FAIL(scenario);
    QTRY_COMPARE(told(scenario, "queue_depth").toDouble(-1), queue);
    QCOMPARE(scenario.metric("meridian_backend_queue_depth", {"\"b\""}), queue);
    QCOMPARE(scenario.metric("meridian_backend_running_requests", {"\"b\""}), running);
    QVERIFY(qAbs(scenario.metric("meridian_backend_gpu_memory_ratio", {"\"b\""}) - memory) < 1e-4);
    QVERIFY(qAbs(told(scenario, "gpu_mem_util").toDouble() - memory) < 0.006);
}

void TstTelemetry::liesAreDropped_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("missing");
    const auto row = [](const char *body, const char *missing) {
        QTest::newRow(body) << QByteArray(body) << QByteArray(missing);
    };
    row(R"({"queue_depth":-1,"gpu_mem_util":0.5})", "queue_depth");
    row(R"({"queue_depth":1.5,"gpu_mem_util":0.5})", "queue_depth");
    row(R"({"queue_depth":true,"gpu_mem_util":0.5})", "queue_depth");
    row(R"({"queue_depth":"7","gpu_mem_util":0.5})", "queue_depth");
    row(R"({"queue_depth":[7],"gpu_mem_util":0.5})", "queue_depth");
    row(R"({"tokens_per_sec":-0.1,"gpu_mem_util":0.5})", "tokens_per_sec");
    row(R"({"tokens_per_sec":1e300,"gpu_mem_util":0.5})", "tokens_per_sec");
    row(R"({"gpu_mem_util":1.01,"queue_depth":3})", "gpu_mem_util");
    row(R"({"gpu_mem_util":-0.01,"queue_depth":3})", "gpu_mem_util");
    row(R"({"gpu_mem_util":true,"queue_depth":3})", "gpu_mem_util");
}

void TstTelemetry::liesAreDropped()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, missing);
    FakeUpstream page;
    page.setHandler(always(body.toStdString()));
    Scenario scenario;
    scenario.addBackend("b", {{"telemetry", telemetryOf(page)}});
    scenario.config.set("gateway", "strategy", "token_aware").set("gateway", "queue_weight", "5");
    START_OR_FAIL(scenario);
    QTRY_VERIFY(!knowsNothing(scenario)); // the honest part is believed
    QVERIFY(told(scenario, missing.constData()).isNull());
    QCOMPARE(statusOf(scenario, "b").value(QLatin1String("healthy")).toBool(), true);
    QCOMPARE(scenario.chat().status, 200);
}

void TstTelemetry::failuresForgetAndHarmNobody_data()
{
    QTest::addColumn<int>("way");
    int way = 0;
    for (const char *name : {"500", "404", "not JSON", "an array", "empty", "a redirect",
                             "cut short", "reset", "too long", "refused"}) {
        QTest::newRow(name) << way++;
    }
}

void TstTelemetry::failuresForgetAndHarmNobody()
{
    QFETCH(int, way);
    FakeUpstream page;
    page.setHandler(always(std::string(Fine)));
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", {{"telemetry", telemetryOf(page)}});
    scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "1");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(told(scenario, "queue_depth").toInt(-1), 4);
    const std::vector<Reply> ways{
        Reply::json(Fine, 500),
        Reply::json(Fine, 404),
        Reply::json("queue_depth 4"),
        Reply::json("[4]"),
        Reply::json(""),
        Reply::json("", 302, {{"Location", page.url() + "/other"}}),
        Reply::json(Fine).cutAfter(120, Ending::Close),
        Reply::hangUp(Ending::Reset),
        Reply::json(std::string(Fine) + std::string(200'000, ' ')),
        Reply::json(Fine),
    };
    const Reply bad = ways.at(static_cast<std::size_t>(way));
    page.setHandler([bad](const RecordedRequest &) { return bad; });
    if (way == 9) {
        page.stop();
    }
    QTRY_VERIFY_WITH_TIMEOUT(knowsNothing(scenario), 10000);
    QVERIFY(backend.log.waitForHealthChecks(backend.log.healthCheckCount() + 3));
    QCOMPARE(statusOf(scenario, "b").value(QLatin1String("healthy")).toBool(), true);
    QCOMPARE(statusOf(scenario, "b").value(QLatin1String("consecutive_failures")).toInt(-1), 0);
    QCOMPARE(scenario.chat().status, 200);
    if (way == 9) {
        QVERIFY(page.restart());
    }
    page.setHandler(always(std::string(Fine)));
    QTRY_COMPARE_WITH_TIMEOUT(told(scenario, "queue_depth").toInt(-1), 4, 10000); // and it is back
}

void TstTelemetry::aPageWithoutEnd()
{
    FakeUpstream page;
    page.setHandler([](const RecordedRequest &) { // 50 MB of samples
        Reply reply = Reply::chunkedHead("text/plain");
        std::string samples;
        for (int i = 0; i < 1000; ++i) {
            samples += "some_metric{a=\"" + std::to_string(i) + "\"} 1\n";
        }
        return reply.sendChunk(samples, 2000).endChunks();
    });
    Scenario scenario;
    scenario.addBackend("b", {{"telemetry", telemetryOf(page, "type: prometheus")}});
    START_OR_FAIL(scenario);
    QVERIFY(page.log.waitForRequests(1));
    QVERIFY(page.log.waitForPeerClose(0)); // it was not read to its end
    QVERIFY2(page.log.bytesWritten() < 20'000'000, std::to_string(page.log.bytesWritten()).c_str());
    QVERIFY(knowsNothing(scenario));
    QCOMPARE(scenario.chat().status, 200);
}

void TstTelemetry::interval()
{
    FakeUpstream often;
    FakeUpstream rarely;
    often.setHandler(always(std::string(Fine)));
    rarely.setHandler(always(std::string(Fine)));
    Scenario scenario;
    scenario.addBackend("often", {{"telemetry", telemetryOf(often, "interval_s: 0.05")}});
    scenario.addBackend("rarely", {{"telemetry", telemetryOf(rarely, "interval_s: 3600")}});
    START_OR_FAIL(scenario);
    QVERIFY(often.log.waitForRequests(6));
    QVERIFY(rarely.log.waitForRequests(1)); // at once
    QCOMPARE(rarely.log.requestCount(), std::size_t(1));
}

void TstTelemetry::timeout()
{
    FakeUpstream page;
    page.setHandler([](const RecordedRequest &) { return Reply::never(); });
    Scenario scenario;
    scenario.addBackend("b", {{"telemetry", telemetryOf(page, "timeout_s: 0.2, interval_s: 0.3")}});
    START_OR_FAIL(scenario);
    QVERIFY(page.log.waitForRequests(1));
    QVERIFY(page.log.waitForPeerClose(0)); // given up
    QVERIFY(page.log.waitForRequests(3));  // and asked again
    QVERIFY(knowsNothing(scenario));
    QCOMPARE(scenario.chat().status, 200);
}

void TstTelemetry::unknownTypesAreNone()
{
    FakeUpstream page;
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend(
        "b", {{"telemetry", telemetryOf(page, "type: snmp, interval_s: 0.05")}});
    scenario.config.set("health", "interval_s", "0.05");
    START_OR_FAIL(scenario);
    QVERIFY(backend.log.waitForHealthChecks(6));
    QCOMPARE(page.log.connections().size(), std::size_t(0));
    QVERIFY2(scenario.gateway.process().standardError().find("telemetry.type") != std::string::npos,
             scenario.gateway.process().standardError().c_str());
    QVERIFY(knowsNothing(scenario));
}

void TstTelemetry::credentialsStayAtHome()
{
    FakeUpstream page;
    page.setHandler(always(std::string(Fine)));
    Scenario scenario;
    FakeUpstream &home = scenario.addBackend(
        "b", {{"auth_header", "Bearer secret"}, {"telemetry", telemetryOf(page)}});
    home.setHandler(always(std::string(Fine)));
    scenario.config.backend("own", home.url(),
                            {{"auth_header", "Bearer secret"}, {"telemetry", telemetryOf(home)}});
    START_OR_FAIL(scenario);
    QVERIFY(page.log.waitForRequests(1));
    QVERIFY(home.log.waitForRequests(1));
    QVERIFY(!page.log.requests()[0].has("authorization"));
    QCOMPARE(home.log.requests()[0].header("authorization"), std::string("Bearer secret"));
}

void TstTelemetry::noneIsNone()
{
    Scenario scenario;
    scenario.addBackend("b", {{"telemetry", "null"}});
    START_OR_FAIL(scenario);
    QVERIFY(knowsNothing(scenario));
    QCOMPARE(scenario.metric("meridian_backend_queue_depth"), -1.0);
}

QTEST_GUILESS_MAIN(TstTelemetry)
#include "tst_telemetry.moc"
