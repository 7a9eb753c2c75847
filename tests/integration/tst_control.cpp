// SPDX-License-Identifier: MIT
// Promise: the control plane answers on the same port, in Meridian's shapes, also while data
// traffic is heavy.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>

using namespace meridian::support;

class TstControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void versionNamesTheProgram();
    void statusShowsTheBackends();
    void statusShowsTrafficInFlight();
    void requestsAreListedNewestFirst();
    void requestsAreAtMostAHundred();
    void metricsHaveTheNames();
    void metricLabelsStayBounded();
    void healthAndReadiness();
    void uiIsAPage();
    void reachableWhileSaturated();
    void logLinesHaveTheKeys();
};

void TstControl::versionNamesTheProgram()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const QJsonObject version = jsonOf(scenario.get("/meridian/version"));
    QCOMPARE(version.value(QLatin1String("name")).toString(), QStringLiteral("meridian"));
    QVERIFY(!version.value(QLatin1String("version")).toString().isEmpty());
    QVERIFY(!version.value(QLatin1String("api")).toString().isEmpty());
}

void TstControl::statusShowsTheBackends()
{
    Scenario scenario;
    FakeUpstream &one = scenario.addBackend("one", {{"model", "m1"},
                                                    {"weight", "3"},
                                                    {"tags", "[z, a]"},
                                                    {"auth_header", "\"Bearer very-secret\""}});
    scenario.addBackend("two");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.get("/meridian/status");
    QCOMPARE(response.status, 200);
    QVERIFY(response.header("content-type").starts_with("application/json"));
    QVERIFY(response.body.find("very-secret") == std::string::npos);
    const QJsonObject status = jsonOf(response);
    QCOMPARE(status.value(QLatin1String("strategy")).toString(), QStringLiteral("least_inflight"));
    const QJsonArray backends = status.value(QLatin1String("backends")).toArray();
    QCOMPARE(backends.size(), 2);
    const QJsonObject first = backends.at(0).toObject();
    QCOMPARE(first.value(QLatin1String("name")).toString(), QStringLiteral("one"));
    QCOMPARE(first.value(QLatin1String("url")).toString(), QString::fromStdString(one.url()));
    QCOMPARE(first.value(QLatin1String("model")).toString(), QStringLiteral("m1"));
    QCOMPARE(first.value(QLatin1String("weight")).toInt(), 3);
    QCOMPARE(first.value(QLatin1String("tags")).toArray(),
             (QJsonArray{QStringLiteral("a"), QStringLiteral("z")}));
    QCOMPARE(first.value(QLatin1String("healthy")).toBool(), true);
    QCOMPARE(first.value(QLatin1String("inflight")).toInt(-1), 0);
    for (const char *key : {"engine", "ewma_latency_ms"}) {
        QVERIFY2(first.contains(QLatin1String(key)), key);
    }
}

void TstControl::statusShowsTrafficInFlight()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return Reply::never(); });
    const auto inflight = [&] {
        const QJsonArray backends =
            jsonOf(scenario.get("/meridian/status")).value(QLatin1String("backends")).toArray();
        return backends.at(0).toObject().value(QLatin1String("inflight")).toInt(-1);
    };
    {
        RawClient one = scenario.connect();
        RawClient two = scenario.connect();
        for (RawClient *client : {&one, &two}) {
            QVERIFY(
                client->send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
        }
        QVERIFY(backend.log.waitForRequests(2));
        QTRY_COMPARE(inflight(), 2);
    }
    QTRY_COMPARE(inflight(), 0);
}

void TstControl::requestsAreListedNewestFirst()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string first = scenario.chat().header("x-request-id");
    const std::string second = scenario.chat(Scenario::StreamBody).header("x-request-id");
    const auto listed = [&] {
        return jsonOf(scenario.get("/meridian/requests"))
            .value(QLatin1String("requests"))
            .toArray();
    };
    QTRY_COMPARE(listed().size(), 2);
    const QJsonObject newest = listed().at(0).toObject();
    QCOMPARE(newest.value(QLatin1String("request_id")).toString(), QString::fromStdString(second));
    QCOMPARE(listed().at(1).toObject().value(QLatin1String("request_id")).toString(),
             QString::fromStdString(first));
    QCOMPARE(newest.value(QLatin1String("model")).toString(), QStringLiteral("test-model"));
    QCOMPARE(newest.value(QLatin1String("stream")).toBool(), true);
    QCOMPARE(newest.value(QLatin1String("chosen_backend")).toString(), QStringLiteral("a"));
    QCOMPARE(newest.value(QLatin1String("status_code")).toInt(), 200);
    for (const char *key : {"timestamp", "latency_ms", "error_type"}) {
        QVERIFY2(newest.contains(QLatin1String(key)), key);
    }
}

void TstControl::requestsAreAtMostAHundred()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    std::string last;
    for (int i = 0; i < 130; ++i) {
        last =
            client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).header("x-request-id");
    }
    const auto listed = [&] {
        return jsonOf(scenario.get("/meridian/requests"))
            .value(QLatin1String("requests"))
            .toArray();
    };
    QTRY_COMPARE(listed().at(0).toObject().value(QLatin1String("request_id")).toString(),
                 QString::fromStdString(last));
    QCOMPARE(listed().size(), 100);
}

void TstControl::metricsHaveTheNames()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(scenario.chat(Scenario::StreamBody).status, 200);
    QTRY_COMPARE(
        scenario.metric("meridian_requests_total", {"backend=\"a\"", "model=\"test-model\"",
                                                    "status=\"200\"", "stream=\"false\""}),
        1.0);
    QTRY_COMPARE(scenario.metric("meridian_requests_total", {"status=\"200\"", "stream=\"true\""}),
                 1.0);
    QTRY_COMPARE(scenario.metric("meridian_request_latency_ms_count", {"backend=\"a\""}), 2.0);
    QCOMPARE(
        scenario.metric("meridian_request_latency_ms_bucket", {"backend=\"a\"", "le=\"+Inf\""}),
        2.0);
    QCOMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"a\""}), 0.0);
    QCOMPARE(scenario.metric("meridian_backend_healthy", {"backend=\"a\""}), 1.0);
    const HttpResponse page = scenario.get("/metrics");
    QCOMPARE(page.status, 200);
    QVERIFY2(page.header("content-type").starts_with("text/plain"),
             page.header("content-type").c_str());
    QVERIFY(page.body.find("# TYPE meridian_requests_total counter") != std::string::npos);
    QVERIFY(page.body.find("# TYPE meridian_request_latency_ms histogram") != std::string::npos);
    QVERIFY2(page.body.find("stage=\"route\"") != std::string::npos, "no overhead per stage");
    QVERIFY(page.body.ends_with("\n"));
}

void TstControl::metricLabelsStayBounded()
{
    Scenario scenario;
    scenario.addBackend("a"); // serves any model: the client chooses the label
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    for (int i = 0; i < 1500; ++i) {
        const std::string body =
            R"({"model":")" + std::to_string(i) + std::string(200, 'm') + "\"}";
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, body).status, 200);
    }
    const std::string oversized = R"({"model":")" + std::string(200000, 'm') + "\"}";
    QCOMPARE(client.exchange("POST", Scenario::ChatPath, oversized).status, 400);
    QTRY_COMPARE(scenario.metric("meridian_requests_total", {"status=\"200\""}), 1500.0);
    const std::size_t size = scenario.get("/metrics").body.size();
    QVERIFY2(size < 2000000, std::to_string(size).c_str());
    QVERIFY(scenario.get("/meridian/requests").body.size() < 200000);
}

void TstControl::healthAndReadiness()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.get("/healthz").status, 200);
    QTRY_COMPARE(scenario.get("/readyz").status, 200);
}

void TstControl::uiIsAPage()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse bare = scenario.get("/");
    QCOMPARE(bare.status, 307);
    QCOMPARE(bare.header("location"), std::string("ui"));
    const HttpResponse page = scenario.get("/ui");
    QCOMPARE(page.status, 200);
    QVERIFY(page.header("content-type").starts_with("text/html"));
    QVERIFY(
        QString::fromStdString(page.body).contains(QLatin1String("<html"), Qt::CaseInsensitive));
}

void TstControl::reachableWhileSaturated()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::chunkedHead("text/event-stream")
            .sendChunk(deltaEvent("flood"), 50000000)
            .endChunks();
    });
    std::vector<RawClient> readers; // they read nothing: their backends push against full buffers
    for (int i = 0; i < 200; ++i) {
        readers.push_back(scenario.connect(8192));
        QVERIFY(readers.back().send(
            RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    }
    QVERIFY(backend.log.waitForRequests(200, 30s));
    double longest = 0;
    for (int i = 0; i < 20; ++i) {
        for (const char *path : {"/meridian/status", "/metrics", "/healthz"}) {
            const auto start = Clock::now();
            const HttpResponse response = scenario.get(path);
            longest = std::max(
                longest, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
            VERIFY_COMPLETE(response);
            QCOMPARE(response.status, 200);
        }
    }
    qInfo("longest control answer under load: %.1f ms", longest);
}

void TstControl::logLinesHaveTheKeys()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse good =
        scenario.chat(R"({"model":"test-model","messages":[{"content":"do not log me"}]})");
    const HttpResponse bad = scenario.chat("{");
    for (const HttpResponse *response : {&good, &bad}) {
        const QJsonObject line = scenario.logLine(response->header("x-request-id"));
        QVERIFY2(!line.isEmpty(), "no line: everything that is answered is logged");
        for (const char *key : {"request_id", "timestamp", "model", "stream", "chosen_backend",
                                "status_code", "latency_ms", "error_type"}) {
            QVERIFY2(line.contains(QLatin1String(key)), key);
        }
        QCOMPARE(line.value(QLatin1String("status_code")).toInt(), response->status);
    }
    for (const std::string &line : scenario.gateway.requestLog()) {
        QVERIFY(line.find("do not log me") == std::string::npos);
        QVERIFY2(line.starts_with("{\"request_id\": \"mrdn-"), line.c_str());
    }
    QCOMPARE(scenario.stop(), 0);
    QVERIFY(scenario.gateway.process().standardError().find("do not log me") == std::string::npos);
}

QTEST_GUILESS_MAIN(TstControl)
#include "tst_control.moc"
