// SPDX-License-Identifier: MIT
// AdminApi: paths, methods, and the exact JSON that Meridian's clients read.
#include "core/admin/adminservice.h"
#include "service/adminapi.h"
#include "tests/admin/fakemediator.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace meridian;
using service::AdminRequest;
using service::AdminResponse;
using test::FakeMediator;
using test::record;

class TestAdminApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void statusBody();
    void requestsBody();
    void limit_data();
    void limit();
    void fixedBodies();
    void readiness();
    void models();
    void errors_data();
    void errors();
    void hostileNamesStayData();

private:
    AdminResponse
    get(std::string_view path, std::string_view query = {}, std::string_view etag = {}) const
    {
        return m_api->answer({"GET", path, query, etag});
    }

    static std::string header(const AdminResponse &response, std::string_view name)
    {
        const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                        [&](const auto &header) { return header.first == name; });
        return found == response.headers.end() ? std::string() : found->second;
    }

    std::unique_ptr<FakeMediator> m_gateway;
    std::unique_ptr<admin::AdminService> m_service;
    std::unique_ptr<service::AdminApi> m_api;
};

void TestAdminApi::init()
{
    m_gateway = std::make_unique<FakeMediator>();
    m_service = std::make_unique<admin::AdminService>(*m_gateway);
    m_api = std::make_unique<service::AdminApi>(*m_service);
}

void TestAdminApi::statusBody()
{
    m_gateway->started = std::chrono::system_clock::now() + std::chrono::hours(1); // uptime 0
    const AdminResponse response = get("/meridian/status");
    QCOMPARE(response.status, 200);
    QCOMPARE(response.contentType, "application/json");
    QCOMPARE(header(response, "Cache-Control"), "no-store");
    QCOMPARE(
        response.body,
        std::string(
            R"({"strategy":"least_inflight","backends":[{"name":"fast","url":"http://127.0.0.1:9001",)"
            R"("engine":"vllm","model":"demo-model","weight":3,"tags":["general","prefill"],"healthy":true,)"
            R"("idle":false,"inflight":2,"inflight_cost":1024.13,"ewma_latency_ms":51.01,"queue_depth":null,)"
            R"("tokens_per_sec":null,"gpu_mem_util":null,"circuit":null,"last_probe":"200 in 1 ms",)"
            R"("consecutive_failures":0,"models":[],"draining":false,"configured_weight":3,"max_concurrency":0,)"
            R"("waiting":0,"ttfb_p95_ms":null,"running_requests":null,"telemetry":null,)"
            R"("provider":"openai","credential":null,"keys_refused":0,"stream_defects":{}},{"name":"wild","url":"http://127.0.0.1:9002",)"
            R"("engine":"ollama","model":"","weight":1,"tags":[],"healthy":true,"idle":false,"inflight":0,)"
            R"("inflight_cost":0.0,"ewma_latency_ms":0.0,"queue_depth":4,"tokens_per_sec":88.5,)"
            R"("gpu_mem_util":0.75,"circuit":null,"last_probe":null,"consecutive_failures":0,)"
            R"("models":["qwen/qwen2.5:0.5b","demo-model"],"draining":false,"configured_weight":1,)"
            R"("max_concurrency":0,"waiting":0,"ttfb_p95_ms":null,"running_requests":null,)"
            R"("telemetry":null,)"
            R"("provider":"openai","credential":null,"keys_refused":0,"stream_defects":{}}],"ready":true,"draining":false,"paused":false,)"
            R"("listen":["http://127.0.0.1:8080"],"uptime_s":0,"workers":1,"totals":{"requests":0,)"
            R"("failures":0,"prompt_tokens":0,"completion_tokens":0,"connections_open":0},"generation":1,)"
            R"("reloads":{"succeeded":0,"failed":0,"last_success":null},"attention":[],)"
            R"("today":{"since":"2023-11-14T22:13:20.000000+00:00","requests":0,"failures":0,)"
            R"("prompt_tokens":0,"completion_tokens":0}})"));
}

void TestAdminApi::requestsBody()
{
    QCOMPARE(get("/meridian/requests").body, R"({"requests":[],"next":0,"missed":0})");
    m_gateway->settle(record("fast", "modèle"));
    m_gateway->settle([] {
        model::RequestRecord failed = record("", "", 503);
        failed.errorType = "no_backend";
        failed.hasUsage = false;
        failed.firstByte = {};
        failed.timestamp -= std::chrono::seconds(1);
        return failed;
    }());
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    QCOMPARE(
        get("/meridian/requests").body,
        std::string(
            R"({"requests":[{"request_id":"mrdn-000000000001","timestamp":"2026-01-31T13:05:09.000042+00:00",)"
            R"("model":"modèle","stream":false,"chosen_backend":"fast","status_code":200,"latency_ms":12.34,)"
            R"("error_type":null,"org_id":null,"team_id":null,"tier":null,"surface":"/v1/chat/completions",)"
            R"("attempts":1,"ttfb_ms":5.5,"prompt_tokens":10,"completion_tokens":20,"client":"127.0.0.1",)"
            R"("session_route":null,"queued_ms":0.0,"hedged":false,"continued":false,"trace_id":null,"route":null,)"
            R"("attempts_detail":[],"cached_tokens":0,"cache_write_tokens":0,"reasoning_tokens":0,"dialect":null,"provider":null,)"
            R"("translated":false,"fidelity":null,"stream_defects":[],"upstream_request_id":null,)"
            R"("seq":1,"stages":{"accept":0.0,"read_head":0.0,"admit":0.0,"identify":0.0,"collect":0.0,"scan":0.0,)"
            R"("filter":0.0,"route":0.0,"lease":0.0,"send":0.0,"relay":0.0,"settle":0.0}},)"
            R"({"request_id":"mrdn-000000000001","timestamp":"2026-01-31T13:05:08.000042+00:00",)"
            R"("model":"","stream":false,"chosen_backend":null,"status_code":503,"latency_ms":12.34,)"
            R"("error_type":"no_backend","org_id":null,"team_id":null,"tier":null,"surface":"/v1/chat/completions",)"
            R"("attempts":1,"ttfb_ms":null,"prompt_tokens":null,"completion_tokens":null,"client":"127.0.0.1",)"
            R"("session_route":null,"queued_ms":0.0,"hedged":false,"continued":false,"trace_id":null,"route":null,)"
            R"("attempts_detail":[],"cached_tokens":null,"cache_write_tokens":null,"reasoning_tokens":null,"dialect":null,"provider":null,)"
            R"("translated":false,"fidelity":null,"stream_defects":[],"upstream_request_id":null,)"
            R"("seq":2,"stages":{"accept":0.0,"read_head":0.0,"admit":0.0,"identify":0.0,"collect":0.0,"scan":0.0,)"
            R"("filter":0.0,"route":0.0,"lease":0.0,"send":0.0,"relay":0.0,"settle":0.0}}],"next":2,"missed":0})"));
}

void TestAdminApi::limit_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("rows"); // -1 = refused
    QTest::newRow("none") << QByteArray() << 100;
    QTest::newRow("one") << QByteArray("limit=1") << 1;
    QTest::newRow("among others") << QByteArray("a=b&limit=7&limit=9") << 7;
    QTest::newRow("more than there are") << QByteArray("limit=99999") << 120;
    QTest::newRow("another name") << QByteArray("limits=3&xlimit=2") << 100;
    for (const char *bad : {"limit=", "limit", "limit=0", "limit=-1", "limit=1.5", "limit=ten",
                            "limit= 5", "limit=99999999999999999999999"}) {
        QTest::newRow(bad) << QByteArray(bad) << -1;
    }
}

void TestAdminApi::limit()
{
    QFETCH(QByteArray, query);
    QFETCH(int, rows);
    for (int i = 0; i < 120; ++i) {
        m_gateway->settle(record());
    }
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    const AdminResponse response = get("/meridian/requests", query.toStdString());
    QCOMPARE(response.status, rows < 0 ? 400 : 200);
    if (rows >= 0) {
        QCOMPARE(QByteArray::fromStdString(response.body).count("\"request_id\""), rows);
    } else {
        QVERIFY(response.body.find(R"("code":"invalid_limit")") != std::string::npos);
    }
}

void TestAdminApi::fixedBodies()
{
    QCOMPARE(get("/meridian/version").body,
             R"({"name":"meridian","version":")" MERIDIAN_VERSION R"(","api":"0.9.1"})");
    QCOMPARE(get("/healthz").body, "OK");
    const AdminResponse metrics = get("/metrics");
    QCOMPARE(metrics.contentType, "text/plain; version=0.0.4; charset=utf-8");
    QVERIFY(metrics.body.starts_with("# HELP meridian_build_info"));
}

void TestAdminApi::readiness()
{
    QCOMPARE(get("/readyz").status, 200);
    QCOMPARE(get("/readyz").body, R"({"status":"ready"})");
    m_gateway->draining = true;
    QCOMPARE(get("/readyz").status, 503);
    QCOMPARE(get("/readyz").body, R"({"status":"not_ready","reason":"draining"})");
    QCOMPARE(get("/healthz").status, 200);
}

void TestAdminApi::models()
{
    QCOMPARE(
        get("/v1/models").body,
        std::string(
            R"({"object":"list","data":[)"
            R"({"id":"demo-model","object":"model","created":1700000000,"owned_by":"meridian"},)"
            R"({"id":"qwen/qwen2.5:0.5b","object":"model","created":1700000000,"owned_by":"meridian"}]})"));
    QCOMPARE(
        get("/v1/models/qwen/qwen2.5:0.5b").body,
        R"({"id":"qwen/qwen2.5:0.5b","object":"model","created":1700000000,"owned_by":"meridian"})");
    const AdminResponse missing = get("/v1/models/gpt-x");
    QCOMPARE(missing.status, 404);
    QCOMPARE(missing.body, R"({"error":{"message":"The model 'gpt-x' does not exist",)"
                           R"("type":"invalid_request_error","code":"model_not_found"}})");
}

void TestAdminApi::errors_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    const QByteArray unknown = "unknown_path";
    const QByteArray notAllowed = "method_not_allowed";
    QTest::newRow("unknown") << QByteArray("GET") << QByteArray("/nope") << 404 << unknown;
    QTest::newRow("empty") << QByteArray("GET") << QByteArray() << 404 << unknown;
    QTest::newRow("trailing slash")
        << QByteArray("GET") << QByteArray("/metrics/") << 404 << unknown;
    QTest::newRow("case") << QByteArray("GET") << QByteArray("/Metrics") << 404 << unknown;
    QTest::newRow("ui escape") << QByteArray("GET") << QByteArray("/ui/../app.js") << 404
                               << unknown;
    QTest::newRow("no model id") << QByteArray("GET") << QByteArray("/v1/models/") << 404
                                 << unknown;
    QTest::newRow("post unknown") << QByteArray("POST") << QByteArray("/nope") << 404 << unknown;
    QTest::newRow("post status") << QByteArray("POST") << QByteArray("/meridian/status") << 405
                                 << notAllowed;
    QTest::newRow("delete model") << QByteArray("DELETE") << QByteArray("/v1/models/m") << 405
                                  << notAllowed;
    QTest::newRow("options ui") << QByteArray("OPTIONS") << QByteArray("/ui") << 405 << notAllowed;
    QTest::newRow("strange method")
        << QByteArray("UNKNOWN") << QByteArray("/ui/app.js") << 405 << notAllowed;
}

void TestAdminApi::errors()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    const AdminResponse response =
        m_api->answer({method.toStdString(), path.toStdString(), {}, {}});
    QCOMPARE(response.status, status);
    const QJsonObject error = QJsonDocument::fromJson(QByteArray::fromStdString(response.body))
                                  .object()
                                  .value(QLatin1String("error"))
                                  .toObject();
    QCOMPARE(error.keys(), (QStringList{QStringLiteral("code"), QStringLiteral("message"),
                                        QStringLiteral("type")}));
    QCOMPARE(error.value(QLatin1String("code")).toString().toUtf8(), code);
    QVERIFY(!error.value(QLatin1String("message")).toString().isEmpty());
    QCOMPARE(header(response, "Allow"), status == 405 ? "GET, HEAD" : "");
}

void TestAdminApi::hostileNamesStayData()
{
    m_gateway->settle(record("fast", "<img src=x onerror=alert(1)>\"\xFF\n"));
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    const QByteArray body = QByteArray::fromStdString(get("/meridian/requests").body);
    const QJsonDocument parsed = QJsonDocument::fromJson(body);
    QCOMPARE(parsed[QLatin1String("requests")][0][QLatin1String("model")].toString(),
             QStringLiteral("<img src=x onerror=alert(1)>\"\uFFFD\n"));
}

QTEST_GUILESS_MAIN(TestAdminApi)
#include "tst_adminapi.moc"
