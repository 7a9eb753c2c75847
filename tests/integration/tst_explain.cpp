// SPDX-License-Identifier: MIT
// Promise: the gateway tells where a request went and why, and where one would go, in the same
// words.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

class TstExplain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headerAndPostAgree();
    void postSendsNothing();
    void onlyOperatorsAreTold();
    void nonsenseIsRefused_data();
    void nonsenseIsRefused();
    void recentRequestsKeepTheRoute();
};

void TstExplain::headerAndPostAgree()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.addBackend("other", {{"model", "other-model"}});
    scenario.addBackend("away");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.post("/meridian/backends/away/drain", "").status, 200);
    const HttpResponse posted = scenario.post("/meridian/explain", Scenario::ChatBody);
    QCOMPARE(posted.status, 200);
    const HttpResponse chat = scenario.chat(Scenario::ChatBody, {{"x-meridian-explain", "1"}});
    QCOMPARE(chat.status, 200);
    const QJsonObject told =
        QJsonDocument::fromJson(QByteArray::fromStdString(chat.header("x-meridian-explain")))
            .object();
    const QJsonObject asked = jsonOf(posted);
    QVERIFY2(!told.isEmpty() && !asked.isEmpty(), posted.body.c_str());
    QCOMPARE(told.keys(), asked.keys());
    for (const QString &key : asked.keys()) {
        if (!asked[key].isArray() && !asked[key].isObject()) {
            QCOMPARE(told[key], asked[key]);
        }
    }
    // the same verdict on every backend
    const QJsonArray toldBackends = told[QLatin1String("backends")].toArray();
    const QJsonArray askedBackends = asked[QLatin1String("backends")].toArray();
    QCOMPARE(askedBackends.size(), 3);
    QCOMPARE(toldBackends.size(), 3);
    for (int i = 0; i < 3; ++i) {
        for (const char *key : {"backend", "verdict"}) {
            QVERIFY(askedBackends[i].toObject().contains(QLatin1String(key)));
            QCOMPARE(toldBackends[i].toObject()[QLatin1String(key)],
                     askedBackends[i].toObject()[QLatin1String(key)]);
        }
    }
    QVERIFY(posted.body.find("draining") != std::string::npos);
    QVERIFY(posted.body.find("other_model") != std::string::npos);
}

void TstExplain::postSendsNothing()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(scenario.post("/meridian/explain", Scenario::ChatBody).status, 200);
    }
    QCOMPARE(a.log.requestCount(), std::size_t{0});
}

void TstExplain::onlyOperatorsAreTold()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse chat = scenario.chat(
        Scenario::ChatBody, {{"x-meridian-explain", "1"}, {"X-Forwarded-For", "192.0.2.1"}});
    QCOMPARE(chat.status, 200);
    QVERIFY(chat.header("x-meridian-explain").empty());
    VERIFY_ERROR(
        scenario.post("/meridian/explain", Scenario::ChatBody, {{"X-Forwarded-For", "192.0.2.1"}}),
        403, "permission_error", "forbidden");
}

void TstExplain::nonsenseIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body : {"", "not json", "[]", "{\"model\":", "7"}) {
        QTest::newRow(*body == '\0' ? "empty" : body) << QByteArray(body);
    }
}

void TstExplain::nonsenseIsRefused()
{
    QFETCH(QByteArray, body);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.post("/meridian/explain", body.toStdString()), 400,
                 "invalid_request_error", "invalid_body");
}

void TstExplain::recentRequestsKeepTheRoute()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a");
    scenario.addBackend("other", {{"model", "other-model"}});
    START_OR_FAIL(scenario);
    a.enqueue(Reply::json(completionBody()));
    const std::string id = scenario.chat().header("x-request-id");
    (void)scenario.logLine(id);
    const QJsonObject answer = jsonOf(scenario.get("/meridian/requests?id=" + id));
    const QJsonObject row = answer[QLatin1String("requests")][0].toObject();
    QCOMPARE(row[QLatin1String("request_id")].toString().toStdString(), id);
    const QJsonObject route = row[QLatin1String("route")].toObject();
    QCOMPARE(route[QLatin1String("generation")].toInt(), 1);
    QCOMPARE(route[QLatin1String("verdicts")][QLatin1String("a")].toString(),
             QStringLiteral("chosen"));
    QCOMPARE(route[QLatin1String("verdicts")][QLatin1String("other")].toString(),
             QStringLiteral("other_model"));
    const QJsonObject attempt = row[QLatin1String("attempts_detail")][0].toObject();
    QCOMPARE(attempt[QLatin1String("backend")].toString(), QStringLiteral("a"));
    QCOMPARE(attempt[QLatin1String("status")].toInt(), 200);
    QVERIFY(attempt[QLatin1String("end_ms")].toDouble() >=
            attempt[QLatin1String("start_ms")].toDouble());
    QCOMPARE(scenario.get("/meridian/requests?id=mrdn-nobody").status, 404);
}

QTEST_GUILESS_MAIN(TstExplain)
#include "tst_explain.moc"
