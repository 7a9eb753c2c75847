// SPDX-License-Identifier: MIT
// Access as the service sees it, and what tells what has been going on: session, history, events,
// requests by number, the table.
#include "core/admin/adminservice.h"
#include "service/adminapi.h"
#include "tests/admin/fakemediator.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <memory>

using namespace meridian;
using Kind = admin::Principal::Kind;
using service::AdminRequest;
using service::AdminResponse;
using test::FakeMediator;
using test::record;

namespace {

QJsonObject object(const AdminResponse &response)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(response.body)).object();
}

QString code(const AdminResponse &response)
{
    return object(response)[QLatin1String("error")][QLatin1String("code")].toString();
}

} // namespace

class TestWatchApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void versionedPathsAreTheSame();
    void nobodyInParticularIsKeptOut();
    void browsersNeedThePageToken();
    void sessionTellsTheConfiguration();
    void requestsByNumber();
    void requestsByNumberOverflow();
    void tableIsDefused();
    void historyArguments_data();
    void historyArguments();
    void historyOfABackend();
    void eventsOfActions();
    void eventPages();

private:
    AdminResponse get(std::string_view path, std::string_view query = {}) const
    {
        return m_api->answer({"GET", path, query, {}});
    }

    AdminRequest order(Kind kind, bool isBrowser, std::string_view token = {}) const
    {
        AdminRequest request{"POST", "/meridian/backends/fast/drain", {}, {}};
        request.principal = {kind, "10.0.0.1"};
        request.isBrowser = isBrowser;
        request.pageToken = token;
        return request;
    }

    std::unique_ptr<FakeMediator> m_gateway;
    std::unique_ptr<admin::AdminService> m_service;
    std::unique_ptr<service::AdminApi> m_api;
};

void TestWatchApi::init()
{
    m_api.reset();
    m_service.reset();
    m_gateway = std::make_unique<FakeMediator>();
    m_service = std::make_unique<admin::AdminService>(*m_gateway);
    m_api = std::make_unique<service::AdminApi>(*m_service);
}

void TestWatchApi::versionedPathsAreTheSame()
{
    for (const char *path : {"version", "requests", "backends", "backends/fast", "session"}) {
        const AdminResponse plain = get(std::string("/meridian/") + path);
        const AdminResponse versioned = get(std::string("/meridian/v1/") + path);
        QCOMPARE(plain.status, 200);
        QCOMPARE(versioned.status, 200);
        QCOMPARE(versioned.body, plain.body);
    }
    QCOMPARE(get("/meridian/v1/nothing").status, 404);
    QCOMPARE(get("/meridian/v2/version").status, 404);
    QCOMPARE(get("/meridian/v1/v1/version").status, 404);
}

void TestWatchApi::nobodyInParticularIsKeptOut()
{
    const auto asked = [&](std::string_view method, std::string_view path) {
        AdminRequest request{method, path, {}, {}};
        request.principal = {Kind::Anyone, {}};
        return m_api->answer(request).status;
    };
    for (const char *path : {"/meridian/status", "/meridian/v1/status", "/meridian/nothing",
                             "/metrics", "/meridian/session", "/meridian/requests.csv"}) {
        QCOMPARE(asked("GET", path), 403);
    }
    QCOMPARE(asked("POST", "/meridian/reload"), 403);
    QCOMPARE(m_gateway->generationInForce, 1U);
    for (const char *path : {"/healthz", "/readyz", "/v1/models", "/ui"}) {
        QCOMPARE(asked("GET", path), 200);
    }
}

void TestWatchApi::browsersNeedThePageToken()
{
    const std::string token =
        object(get("/meridian/session"))[QLatin1String("page_token")].toString().toStdString();
    QVERIFY(token.size() >= 32);
    for (const Kind kind : {Kind::Local, Kind::Network}) {
        QCOMPARE(code(m_api->answer(order(kind, true))), QStringLiteral("page_token_required"));
        QCOMPARE(code(m_api->answer(order(kind, true, token.substr(1)))),
                 QStringLiteral("page_token_required"));
        QVERIFY(m_gateway->acts.empty());
        QCOMPARE(m_api->answer(order(kind, true, token)).status, 200);
        QCOMPARE(m_api->answer(order(kind, false)).status, 200); // curl
        m_gateway->acts.clear();
    }
    QCOMPARE(m_api->answer(order(Kind::Token, true)).status, 200);
    service::AdminApi other(*m_service); // another process
    QCOMPARE(other.answer(order(Kind::Local, true, token)).status, 403);
}

void TestWatchApi::sessionTellsTheConfiguration()
{
    QJsonObject config = object(get("/meridian/session"))[QLatin1String("config")].toObject();
    QVERIFY(config[QLatin1String("path")].isNull());
    QVERIFY(!config[QLatin1String("writable")].toBool(true));
    m_api->setConfigPlace([](const admin::Principal &) {
        return service::ConfigPlace{"/etc/meridian/config.yaml", "melis", true};
    });
    const QJsonObject session = object(get("/meridian/session"));
    config = session[QLatin1String("config")].toObject();
    QCOMPARE(config[QLatin1String("path")].toString(), QStringLiteral("/etc/meridian/config.yaml"));
    QCOMPARE(config[QLatin1String("format")].toString(), QStringLiteral("melis"));
    QVERIFY(config[QLatin1String("writable")].toBool());
    QCOMPARE(session[QLatin1String("api")].toString(), QStringLiteral("1.0"));
    QCOMPARE(session[QLatin1String("principal")][QLatin1String("kind")].toString(),
             QStringLiteral("process"));
}

void TestWatchApi::requestsByNumber()
{
    for (int i = 0; i < 5; ++i) {
        m_gateway->settle(record());
    }
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    QJsonObject page = object(get("/meridian/requests", "after=3"));
    QCOMPARE(page[QLatin1String("requests")].toArray().size(), 2);
    QCOMPARE(page[QLatin1String("next")].toInt(), 5);
    QCOMPARE(page[QLatin1String("missed")].toInt(), 0);
    page = object(get("/meridian/requests", "after=5"));
    QCOMPARE(page[QLatin1String("requests")].toArray().size(), 0);
    page = object(get("/meridian/requests", "after=0&limit=2"));
    QCOMPARE(page[QLatin1String("requests")].toArray().size(), 2);
    QCOMPARE(page[QLatin1String("missed")].toInt(), 3);
    // a number of an earlier process
    page = object(get("/meridian/requests", "after=900"));
    QCOMPARE(page[QLatin1String("requests")].toArray().size(), 5);
    QCOMPARE(page[QLatin1String("next")].toInt(), 5);
    QCOMPARE(code(get("/meridian/requests", "after=x")), QStringLiteral("invalid_after"));
}

void TestWatchApi::requestsByNumberOverflow()
{
    constexpr int More = 10;
    const int all = static_cast<int>(observe::RecentRequests::Capacity) + More;
    for (int i = 0; i < all; ++i) {
        m_gateway->settle(record());
        if (i % 1000 == 999) { // the queue is smaller than the ring
            QVERIFY(m_gateway->writer.flush(std::chrono::seconds(20)));
        }
    }
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(20)));
    const QJsonObject page = object(get("/meridian/requests", "after=1"));
    QCOMPARE(page[QLatin1String("next")].toInt(), all);
    QCOMPARE(page[QLatin1String("missed")].toInt(), More - 1);
    QCOMPARE(page[QLatin1String("requests")].toArray().size(), all - More);
}

void TestWatchApi::tableIsDefused()
{
    for (const char *model : {"=cmd()", "+1", "-1", "@x", "a,b", "a\"b", "plain"}) {
        model::RequestRecord one = record("fast", model);
        m_gateway->settle(one);
    }
    QVERIFY(m_gateway->writer.flush(std::chrono::seconds(5)));
    const AdminResponse table = get("/meridian/requests.csv");
    QCOMPARE(table.status, 200);
    QVERIFY(table.contentType.starts_with("text/csv"));
    const std::string &text = table.body;
    QVERIFY(text.starts_with("seq,request_id,timestamp,model,"));
    for (const char *cell : {",\"'=cmd()\",", ",\"'+1\",", ",\"'-1\",", ",\"'@x\",", ",\"a,b\",",
                             ",\"a\"\"b\",", ",plain,"}) {
        QVERIFY2(text.find(cell) != std::string::npos, cell);
    }
    QCOMPARE(QByteArray::fromStdString(text).count("\r\n"), 8);
    QCOMPARE(QByteArray::fromStdString(get("/meridian/requests.csv", "limit=2").body).count("\r\n"),
             3);
    QCOMPARE(code(get("/meridian/requests.csv", "limit=0")), QStringLiteral("invalid_limit"));
}

void TestWatchApi::historyArguments_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QString>("problem");
    QTest::newRow("none") << QByteArray() << QString();
    QTest::newRow("day") << QByteArray("range=day&points=10") << QString();
    QTest::newRow("range") << QByteArray("range=week") << QStringLiteral("invalid_range");
    QTest::newRow("points") << QByteArray("points=0") << QStringLiteral("invalid_points");
    QTest::newRow("words") << QByteArray("points=many") << QStringLiteral("invalid_points");
    QTest::newRow("backend") << QByteArray("backend=nobody") << QStringLiteral("backend_not_found");
}

void TestWatchApi::historyArguments()
{
    QFETCH(QByteArray, query);
    QFETCH(QString, problem);
    const AdminResponse response = get("/meridian/history", query.toStdString());
    QCOMPARE(code(response), problem);
    if (problem.isEmpty()) {
        QVERIFY(object(response)[QLatin1String("series")].toObject().contains(
            QLatin1String("latency_p99_ms")));
    }
}

void TestWatchApi::historyOfABackend()
{
    const auto requests = [&](std::string_view query) {
        const AdminResponse response = get("/meridian/history", query);
        int sum = response.status == 200 ? 0 : -1;
        const QJsonObject series = object(response)[QLatin1String("series")].toObject();
        for (const QJsonValue &value : series[QLatin1String("requests")].toArray()) {
            sum += value.toInt();
        }
        return sum;
    };
    QTRY_VERIFY_WITH_TIMEOUT(requests("backend=fast") == 0, 20'000); // the first second is over
    m_gateway->settle(record("fast", "m"));
    m_gateway->settle(record("wild", "m"));
    m_gateway->settle(record("", "", 503));
    QTRY_COMPARE_WITH_TIMEOUT(requests(""), 3, 20'000);
    QCOMPARE(requests("backend=fast"), 1);
    QCOMPARE(requests("backend=%77ild"), 1);
}

void TestWatchApi::eventsOfActions()
{
    QCOMPARE(m_api->answer(order(Kind::Token, false)).status, 200);
    AdminRequest weight{"PUT", "/meridian/backends/wild/weight", {}, {}, R"({"weight":5})"};
    QCOMPARE(m_api->answer(weight).status, 200);
    m_gateway->nextReload.problems = {"config.yaml:3:1: no such key"};
    QCOMPARE(m_api->answer({"POST", "/meridian/reload", {}, {}}).status, 400);
    const QJsonArray events = object(get("/meridian/events"))[QLatin1String("events")].toArray();
    QCOMPARE(events.size(), 3);
    QCOMPARE(events[0][QLatin1String("kind")].toString(), QStringLiteral("drain"));
    QCOMPARE(events[0][QLatin1String("subject")].toString(), QStringLiteral("fast"));
    QCOMPARE(events[0][QLatin1String("principal")].toString(), QStringLiteral("token 10.0.0.1"));
    QCOMPARE(events[1][QLatin1String("kind")].toString(), QStringLiteral("weight"));
    QCOMPARE(events[2][QLatin1String("kind")].toString(), QStringLiteral("reload_failed"));
    QVERIFY(events[2][QLatin1String("message")].toString().contains(
        QStringLiteral("config.yaml:3:1: no such key")));
    const QJsonArray attention =
        object(get("/meridian/status"))[QLatin1String("attention")].toArray();
    QCOMPARE(attention.size(), 2); // the reload, then the drained backend
    QCOMPARE(attention[0][QLatin1String("severity")].toString(), QStringLiteral("error"));
    QCOMPARE(attention[0][QLatin1String("page")].toString(), QStringLiteral("settings"));
    QCOMPARE(attention[1][QLatin1String("subject")].toString(), QStringLiteral("fast"));
    m_gateway->nextReload.problems.clear();
    QCOMPARE(m_api->answer({"POST", "/meridian/reload", {}, {}}).status, 200);
    QCOMPARE(object(get("/meridian/status"))[QLatin1String("attention")].toArray().size(), 1);
}

void TestWatchApi::eventPages()
{
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(m_api->answer(order(Kind::Local, false)).status, 200);
    }
    const auto page = [&](const char *query) { return object(get("/meridian/events", query)); };
    QCOMPARE(page("limit=2")[QLatin1String("events")][0][QLatin1String("seq")].toInt(), 4);
    QCOMPARE(page("after=1&limit=2")[QLatin1String("next")].toInt(), 3);
    QVERIFY(!page("after=1")[QLatin1String("missed")].toBool());
    QCOMPARE(page("after=5")[QLatin1String("events")].toArray().size(), 0);
    QCOMPARE(page("after=5")[QLatin1String("next")].toInt(), 5);
    QVERIFY(page("after=77")[QLatin1String("missed")].toBool()); // of an earlier process
    QCOMPARE(code(get("/meridian/events", "after=-1")), QStringLiteral("invalid_after"));
    QCOMPARE(code(get("/meridian/events", "limit=0")), QStringLiteral("invalid_limit"));
}

QTEST_GUILESS_MAIN(TestWatchApi)
#include "tst_watchapi.moc"
