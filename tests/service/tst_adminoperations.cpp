// SPDX-License-Identifier: MIT
// The control plane's orders: what each path does, answers and refuses, byte by byte.
#include "core/admin/adminservice.h"
#include "service/adminapi.h"
#include "tests/admin/fakemediator.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace meridian;
using Kind = admin::BackendAction::Kind;
using service::AdminResponse;
using test::FakeMediator;

namespace {

std::string header(const AdminResponse &response, std::string_view name)
{
    const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                    [&](const auto &header) { return header.first == name; });
    return found == response.headers.end() ? std::string() : found->second;
}

QJsonObject object(const AdminResponse &response)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(response.body)).object();
}

QString errorField(const AdminResponse &response, const char *field)
{
    return object(response)[QLatin1String("error")][QLatin1String(field)].toString();
}

} // namespace

class TestAdminOperations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void reloadAnswersOldFieldsFirst();
    void refusedReloadTellsEverything();
    void actions_data();
    void actions();
    void weights_data();
    void weights();
    void oneBackend();
    void namesWithSlashes();
    void unknownBackends_data();
    void unknownBackends();
    void methods_data();
    void methods();
    void explain();
    void circuits();
    void canary();
    void trailOfARequest();
    void oneRequestById();

private:
    AdminResponse ask(std::string_view method,
                      std::string_view path,
                      std::string_view body = {},
                      std::string_view query = {}) const
    {
        return m_api->answer({method, path, query, {}, body, {}});
    }

    std::unique_ptr<FakeMediator> m_gateway;
    std::unique_ptr<admin::AdminService> m_service;
    std::unique_ptr<service::AdminApi> m_api;
};

void TestAdminOperations::init()
{
    m_gateway = std::make_unique<FakeMediator>();
    m_service = std::make_unique<admin::AdminService>(*m_gateway);
    m_api = std::make_unique<service::AdminApi>(*m_service);
}

void TestAdminOperations::reloadAnswersOldFieldsFirst()
{
    m_gateway->nextReload.changes = {"backend 'fast' changed"};
    m_gateway->nextReload.warnings = {"config.yaml:3:1: warning: old key"};
    m_gateway->nextReload.needRestart = {"gateway.port"};
    const AdminResponse response = ask("POST", "/meridian/reload");
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body,
             std::string(R"({"reloaded":true,"scope":"full","keys":0,"generation":2,)"
                         R"("changes":["backend 'fast' changed"],)"
                         R"("warnings":["config.yaml:3:1: warning: old key"],)"
                         R"("need_restart":["gateway.port"]})"));
    QCOMPARE(header(response, "Cache-Control"), "no-store");
}

void TestAdminOperations::refusedReloadTellsEverything()
{
    m_gateway->nextReload.problems = {"config.yaml:1:1: one"};
    const AdminResponse one = ask("POST", "/meridian/reload");
    QCOMPARE(one.status, 400);
    QCOMPARE(one.body,
             std::string(R"({"error":{"message":"Config reload failed: config.yaml:1:1: one",)"
                         R"("type":"invalid_request_error","code":"reload_failed",)"
                         R"("problems":["config.yaml:1:1: one"]}})"));
    m_gateway->nextReload.problems = {"first", "second", "third \"quoted\""};
    const AdminResponse three = ask("POST", "/meridian/reload");
    QCOMPARE(errorField(three, "message"),
             QStringLiteral("Config reload failed: first (and 2 more)"));
    QCOMPARE(object(three)[QLatin1String("error")][QLatin1String("problems")].toArray().size(), 3);
    QCOMPARE(m_gateway->generationInForce, 1U);
}

void TestAdminOperations::actions_data()
{
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<int>("kind");
    QTest::newRow("drain") << QByteArray("drain") << int(Kind::Drain);
    QTest::newRow("enable") << QByteArray("enable") << int(Kind::Enable);
    QTest::newRow("probe") << QByteArray("probe") << int(Kind::ProbeNow);
}

void TestAdminOperations::actions()
{
    QFETCH(QByteArray, action);
    QFETCH(int, kind);
    const AdminResponse response = ask("POST", "/meridian/backends/wild/" + action.toStdString());
    QCOMPARE(response.status, 200);
    QCOMPARE(m_gateway->acts.size(), 1U);
    QCOMPARE(int(m_gateway->acts[0].kind), kind);
    const QJsonObject backend = object(response);
    QCOMPARE(backend[QLatin1String("name")].toString(), QStringLiteral("wild"));
    QCOMPARE(backend[QLatin1String("draining")].toBool(), kind == int(Kind::Drain));
}

void TestAdminOperations::weights_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("weight"); // -1: reset; -2: refused
    QTest::newRow("number") << QByteArray(R"({"weight": 7})") << 7;
    QTest::newRow("zero") << QByteArray(R"({"weight":0})") << 0;
    QTest::newRow("whole float") << QByteArray(R"({"weight":5.0})") << 5;
    QTest::newRow("most") << QByteArray(R"({"weight":1000000})") << 1'000'000;
    QTest::newRow("reset") << QByteArray(R"({"weight":null})") << -1;
    for (const char *bad :
         {"", "7", "null", "[]", "{}", R"({"weight":-1})", R"({"weight":1.5})", R"({"weight":"7"})",
          R"({"weight":true})", R"({"weight":1000001})", R"({"weight":1e300})", R"({"weigth":7})",
          R"({"weight":7)", R"({"weight":[7]})"}) {
        QTest::newRow(bad) << QByteArray(bad) << -2;
    }
}

void TestAdminOperations::weights()
{
    QFETCH(QByteArray, body);
    QFETCH(int, weight);
    for (const std::string_view method : {"POST", "PUT"}) {
        m_gateway->acts.clear();
        const AdminResponse response =
            ask(method, "/meridian/backends/fast/weight", body.toStdString());
        if (weight == -2) {
            QCOMPARE(response.status, 400);
            QCOMPARE(errorField(response, "code"), QStringLiteral("invalid_weight"));
            QVERIFY(m_gateway->acts.empty());
            continue;
        }
        QCOMPARE(response.status, 200);
        QCOMPARE(m_gateway->acts.size(), 1U);
        QVERIFY(m_gateway->acts[0].kind == (weight == -1 ? Kind::ResetWeight : Kind::SetWeight));
        QCOMPARE(object(response)[QLatin1String("weight")].toInt(), weight == -1 ? 3 : weight);
        QCOMPARE(object(response)[QLatin1String("configured_weight")].toInt(), 3);
    }
}

void TestAdminOperations::oneBackend()
{
    const AdminResponse list = ask("GET", "/meridian/backends");
    QCOMPARE(object(list)[QLatin1String("backends")].toArray().size(), 2);
    const AdminResponse one = ask("GET", "/meridian/backends/wild");
    QCOMPARE(one.status, 200);
    QCOMPARE(object(list)[QLatin1String("backends")][1].toObject(), object(one));
}

void TestAdminOperations::namesWithSlashes()
{
    m_gateway->list[0].name = "eu/gpu 1";
    m_gateway->list[1].name = "eu/drain";
    QCOMPARE(ask("POST", "/meridian/backends/eu/gpu 1/drain").status, 200);
    QVERIFY(m_gateway->list[0].draining);
    QCOMPARE(ask("POST", "/meridian/backends/eu/drain/drain").status, 200);
    QVERIFY(m_gateway->list[1].draining);
    const AdminResponse one = ask("GET", "/meridian/backends/eu/drain");
    QCOMPARE(object(one)[QLatin1String("name")].toString(), QStringLiteral("eu/drain"));
    QCOMPARE(header(ask("DELETE", "/meridian/backends/eu/drain"), "Allow"), "GET, HEAD, POST");
    QCOMPARE(ask("POST", "/meridian/backends/eu/drain").status, 404); // "eu" is none
}

void TestAdminOperations::unknownBackends_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    for (const char *path : {"/meridian/backends/nope/drain", "/meridian/backends/nope/weight",
                             "/meridian/backends/nope/probe", "/meridian/backends/FAST/drain"}) {
        QTest::newRow(path) << QByteArray("POST") << QByteArray(path);
    }
    QTest::newRow("look") << QByteArray("GET") << QByteArray("/meridian/backends/nope");
    QTest::newRow("no action") << QByteArray("GET") << QByteArray("/meridian/backends/fast/stop");
}

void TestAdminOperations::unknownBackends()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    const AdminResponse response = ask(method.toStdString(), path.toStdString(), R"({"weight":1})");
    QCOMPARE(response.status, 404);
    QCOMPARE(errorField(response, "code"), QStringLiteral("backend_not_found"));
    QVERIFY(errorField(response, "message").endsWith(QStringLiteral("known: fast, wild")));
    QVERIFY(m_gateway->acts.empty());
}

void TestAdminOperations::methods_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("allow");
    const auto row = [](const char *method, const char *path, const char *allow) {
        QTest::addRow("%s %s", method, path)
            << QByteArray(method) << QByteArray(path) << QByteArray(allow);
    };
    row("GET", "/meridian/reload", "POST");
    row("OPTIONS", "/meridian/reload", "POST");
    row("PUT", "/meridian/explain", "POST");
    row("GET", "/meridian/backends/fast/drain", "POST");
    row("HEAD", "/meridian/backends/fast/probe", "POST");
    row("PUT", "/meridian/backends/fast/enable", "POST");
    row("GET", "/meridian/backends/fast/weight", "POST, PUT");
    row("DELETE", "/meridian/backends/fast", "GET, HEAD");
    row("POST", "/meridian/backends", "GET, HEAD");
    row("POST", "/meridian/backends/fast", "GET, HEAD");
}

void TestAdminOperations::methods()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, allow);
    const AdminResponse response = ask(method.toStdString(), path.toStdString(), "{}");
    QCOMPARE(response.status, 405);
    QCOMPARE(header(response, "Allow"), allow.toStdString());
    QVERIFY(errorField(response, "message").contains(QString::fromLatin1(allow)));
    QVERIFY(m_gateway->acts.empty());
    QCOMPARE(m_gateway->generationInForce, 1U);
}

void TestAdminOperations::explain()
{
    const AdminResponse response =
        m_api->answer({"POST", "/meridian/explain", {}, {}, "{\"model\":\"m\"}", "s-1"});
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body, R"({"body":13,"session":"s-1"})");
    const AdminResponse bad = ask("POST", "/meridian/explain");
    QCOMPARE(bad.status, 400);
    QCOMPARE(errorField(bad, "code"), QStringLiteral("invalid_body"));
}

void TestAdminOperations::circuits()
{
    using Circuit = admin::BackendStatus::Circuit;
    m_gateway->list[0].hasBreaker = true;
    m_gateway->list[1].hasBreaker = true;
    m_gateway->list[1].circuits = {Circuit{"a", "half_open", 1, {}},
                                   Circuit{"b", "open", 5, std::chrono::milliseconds(1200)}};
    QVERIFY(
        ask("GET", "/meridian/backends/fast")
            .body.find(R"("circuit":{"state":"closed","consecutive_failures":0,"models":[]})") !=
        std::string::npos);
    QVERIFY(
        ask("GET", "/meridian/backends/wild")
            .body.find(
                R"("circuit":{"state":"open","consecutive_failures":5,"models":[)"
                R"({"model":"a","state":"half_open","consecutive_failures":1,"reopens_in_ms":0},)"
                R"({"model":"b","state":"open","consecutive_failures":5,"reopens_in_ms":1200}]})") !=
        std::string::npos);
    m_gateway->list[1].circuits.pop_back();
    QVERIFY(ask("GET", "/meridian/backends/wild").body.find(R"("circuit":{"state":"half_open")") !=
            std::string::npos);
}

void TestAdminOperations::canary()
{
    QVERIFY(ask("GET", "/meridian/status").body.find("canary") == std::string::npos);
    admin::CanaryView view;
    view.weight = 12.5;
    view.canaryTags = {"canary"};
    view.stableTags = {"stable", "old"};
    m_gateway->canaryView = view;
    QVERIFY(ask("GET", "/meridian/status")
                .body.find(R"(],"canary":{"enabled":true,"weight":12.5,"step":-1,)"
                           R"("rolled_back":false,"schedule_done":false,"window_samples":0,)"
                           R"("window_error_rate":null,"canary_tags":["canary"],)"
                           R"("stable_tags":["stable","old"],"rollbacks":0},"ready":)") !=
            std::string::npos);
}

void TestAdminOperations::trailOfARequest()
{
    model::RequestRecord record = test::record();
    record.tier = "long_prompt";
    record.sessionRoute = "pinned";
    record.queued = std::chrono::milliseconds(3);
    record.isHedged = true;
    record.trace.traceId = {0x01, 0xAB};
    record.route.generation = 1;
    record.route.count = 3; // one more than the names known: not shown, not read
    record.route.verdicts[0] = model::RouteVerdict::Unhealthy;
    record.route.verdicts[1] = model::RouteVerdict::Chosen;
    record.attemptRecords = 2;
    record.cacheReadTokens = 6;
    record.cacheWriteTokens = 2;
    record.reasoningTokens = 5;
    record.dialect = "openai_chat";
    record.provider = "anthropic";
    record.isTranslated = true;
    record.fidelity.assign("lossless");
    record.streamDefects = 0b1000'0000'0001;
    record.upstreamRequestId.assign("req_1");
    record.attemptTrail[0] = {0, 0, false, {}, std::chrono::milliseconds(2), "connect"};
    record.attemptTrail[1] = {
        9, 200, true, std::chrono::milliseconds(1), std::chrono::milliseconds(12), {}};
    m_gateway->settle(record);
    record.route.generation = 77; // forgotten
    m_gateway->settle(record);
    m_gateway->settle(record);
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    const std::string body = ask("GET", "/meridian/requests").body;
    for (
        const std::string_view part :
        {R"("org_id":null,"team_id":null,"tier":"long_prompt","surface":)",
         R"("session_route":"pinned","queued_ms":3.0,"hedged":true,"continued":false,)"
         R"("trace_id":"01ab0000000000000000000000000000",)"
         R"("route":{"generation":1,"verdicts":{"fast":"unhealthy","wild":"chosen"}},)"
         R"("attempts_detail":[{"backend":"fast","status":null,"fault":"connect","hedge":false,)"
         R"("start_ms":0.0,"end_ms":2.0},{"backend":null,"status":200,"fault":null,"hedge":true,)"
         R"("start_ms":1.0,"end_ms":12.0}],"cached_tokens":6,"cache_write_tokens":2,)"
         R"("reasoning_tokens":5,"dialect":"openai_chat","provider":"anthropic","translated":true,)"
         R"("fidelity":"lossless","stream_defects":["missing_terminal","not_json"],)"
         R"("upstream_request_id":"req_1","seq":)",
         R"("route":{"generation":77,"verdicts":null})"}) {
        QVERIFY2(body.find(part) != std::string::npos, body.c_str());
    }
    QCOMPARE(m_gateway->nameQuestions, 2); // not once per row
}

void TestAdminOperations::oneRequestById()
{
    model::RequestRecord record = test::record();
    m_gateway->settle(record);
    record.requestId.assign("mrdn-00000000000f");
    m_gateway->settle(record);
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    const AdminResponse one = ask("GET", "/meridian/requests", {}, "id=mrdn-00000000000f");
    QCOMPARE(one.status, 200);
    const QJsonArray rows = object(one)[QLatin1String("requests")].toArray();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0][QLatin1String("request_id")].toString(), QStringLiteral("mrdn-00000000000f"));
    const AdminResponse none = ask("GET", "/meridian/requests", {}, "id=mrdn-0");
    QCOMPARE(none.status, 404);
    QCOMPARE(errorField(none, "code"), QStringLiteral("request_not_found"));
}

QTEST_GUILESS_MAIN(TestAdminOperations)
#include "tst_adminoperations.moc"
