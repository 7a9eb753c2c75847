// SPDX-License-Identifier: MIT
// Promise: the last hour and day can be looked at in numbers that add up, and recent requests can
// be followed without a gap that nobody notices.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QTest>

#include <set>

using namespace meridian::support;

namespace {

QJsonObject seriesOf(const Scenario &scenario, const char *query = "")
{
    const QJsonObject answer =
        jsonOf(scenario.get(std::string("/meridian/history?range=hour&") + query));
    return answer[QLatin1String("series")].toObject();
}

int sum(const QJsonObject &series, const char *name)
{
    int all = 0;
    for (const QJsonValue &value : series[QLatin1String(name)].toArray()) {
        all += value.toInt();
    }
    return all;
}

} // namespace

class TstHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsAddUp();
    void requestsAreFollowed();
    void stagesOfARequest();
    void todayCounts();
};

void TstHistory::countsAddUp()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a", {{"model", "test-model"}});
    scenario.addBackend("b", {{"model", "other-model"}});
    START_OR_FAIL(scenario);
    // the first sample has nothing before it
    QTRY_VERIFY_WITH_TIMEOUT(!seriesOf(scenario)[QLatin1String("requests")].toArray().isEmpty(),
                             30'000);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    a.enqueue(Reply::json("{}", 404));
    QCOMPARE(scenario.chat().status, 404);
    QTRY_COMPARE_WITH_TIMEOUT(sum(seriesOf(scenario), "requests"), 21, 30'000);
    const QJsonObject all = seriesOf(scenario);
    QCOMPARE(sum(all, "status_2xx"), 20);
    QCOMPARE(sum(all, "status_4xx"), 1);
    QCOMPARE(sum(all, "failures"), 0);
    QCOMPARE(sum(all, "prompt_tokens"), 20 * 7);
    QCOMPARE(sum(all, "completion_tokens"), 20 * 3);
    QCOMPARE(sum(seriesOf(scenario, "backend=a"), "requests"), 21);
    QCOMPARE(sum(seriesOf(scenario, "backend=b"), "requests"), 0);
    const qsizetype length = all[QLatin1String("requests")].toArray().size();
    const QJsonArray p95 = all[QLatin1String("latency_p95_ms")].toArray();
    const QJsonArray requests = all[QLatin1String("requests")].toArray();
    for (qsizetype i = 0; i < length; ++i) {
        QCOMPARE(requests[i].toInt() > 0, p95[i].isDouble()); // nothing ended, nothing to tell
    }
    for (const QString &name : all.keys()) {
        QCOMPARE(all[name].toArray().size(), length);
    }
    QCOMPARE(all.size(), 14);
    VERIFY_ERROR(scenario.get("/meridian/history?backend=nobody"), 404, "", "backend_not_found");
}

void TstHistory::requestsAreFollowed()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::set<int> seen;
    int next = 0;
    const auto follow = [&] {
        const QJsonObject page =
            jsonOf(scenario.get("/meridian/requests?after=" + std::to_string(next)));
        for (const QJsonValue &request : page[QLatin1String("requests")].toArray()) {
            seen.insert(request[QLatin1String("seq")].toInt());
        }
        next = page[QLatin1String("next")].toInt();
        return page[QLatin1String("missed")].toInt();
    };
    for (int i = 0; i < 30; ++i) {
        QCOMPARE(scenario.chat().status, 200);
        if (i % 7 == 0) {
            QCOMPARE(follow(), 0);
        }
    }
    QTRY_VERIFY(follow() == 0 && next == 30);
    QCOMPARE(seen.size(), 30U);
    const HttpResponse table = scenario.get("/meridian/requests.csv?limit=5");
    QCOMPARE(table.status, 200);
    QVERIFY(table.header("content-disposition").find("attachment") != std::string::npos);
    QCOMPARE(QByteArray::fromStdString(table.body).count("\r\n"), 6);
}

void TstHistory::stagesOfARequest()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::json(completionBody()).after(30ms));
    const std::string id = scenario.chat().header("x-request-id");
    QTRY_COMPARE(scenario.get("/meridian/requests?id=" + id).status, 200);
    const QJsonObject one =
        jsonOf(scenario.get("/meridian/requests?id=" + id))[QLatin1String("requests")][0]
            .toObject();
    const QJsonObject stages = one[QLatin1String("stages")].toObject();
    QCOMPARE(stages.size(), 12);
    double all = 0;
    for (const QJsonValue &stage : stages) {
        QVERIFY(stage.toDouble(-1) >= 0);
        all += stage.toDouble();
    }
    // the answer was 30 ms late, and that time is in the stages
    QVERIFY2(all >= 25, qPrintable(QString::number(all)));
}

void TstHistory::todayCounts()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const auto today = [&] {
        return jsonOf(scenario.get("/meridian/status"))[QLatin1String("today")].toObject();
    };
    const QString since = today()[QLatin1String("since")].toString();
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    const bool isOneDay =
        today()[QLatin1String("since")].toString() == since; // else midnight has just passed
    if (!isOneDay) {
        QSKIP("the day has just begun");
    }
    QTRY_COMPARE(today()[QLatin1String("requests")].toInt(), 3);
    QCOMPARE(today()[QLatin1String("prompt_tokens")].toInt(), 21);
    QCOMPARE(today()[QLatin1String("completion_tokens")].toInt(), 9);
    QVERIFY(today()[QLatin1String("since")].toString().endsWith(QStringLiteral("+00:00")));
}

QTEST_GUILESS_MAIN(TstHistory)
#include "tst_history.moc"
