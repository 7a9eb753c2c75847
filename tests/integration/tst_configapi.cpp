// SPDX-License-Identifier: MIT
// Promise: the configuration is changed over HTTP while traffic flows: nothing is lost, nothing is
// half-applied, no secret is told, and the file stays its owner's.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <sys/stat.h>
#include <thread>

using namespace meridian::support;

namespace {

constexpr const char *Key = "hush-upstream-key";

bool waitFor(const std::function<bool()> &isTrue)
{
    const Deadline deadline = Patient;
    while (!isTrue()) {
        if (deadline.hasPassed()) {
            return false;
        }
        QTest::qWait(10);
    }
    return true;
}

std::string path(const Scenario &scenario)
{
    return scenario.gateway.folder() + "/config.yaml";
}

std::string file(const Scenario &scenario)
{
    std::ostringstream text;
    text << std::ifstream(path(scenario), std::ios::binary).rdbuf();
    return text.str();
}

std::string body(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

HttpResponse put(const Scenario &scenario, const QJsonObject &order)
{
    return scenario.connect().exchange("PUT", "/meridian/config", body(order), {}, 30s);
}

int generation(const Scenario &scenario)
{
    return jsonOf(scenario.get("/meridian/status"))[QLatin1String("generation")].toInt();
}

QJsonObject shown(const Scenario &scenario)
{
    return jsonOf(scenario.get("/meridian/config"));
}

/// What the file holds, with `value` at a backend's `key`.
QJsonObject edited(const Scenario &scenario, const char *backend, const char *key, int value)
{
    const QJsonObject now = shown(scenario);
    const QJsonArray place{QStringLiteral("backends"), QLatin1String(backend), QLatin1String(key)};
    const QJsonObject edit{{QStringLiteral("path"), place}, {QStringLiteral("value"), value}};
    const QJsonObject answer = jsonOf(scenario.post(
        "/meridian/config/edit", body({{QStringLiteral("text"), now[QLatin1String("text")]},
                                       {QStringLiteral("edits"), QJsonArray{edit}}})));
    return {{QStringLiteral("text"), answer[QLatin1String("text")]},
            {QStringLiteral("etag"), now[QLatin1String("etag")]}};
}

} // namespace

class TstConfigApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trafficMovesAndNothingIsLost();
    void secretsStayAtHome();
    void invalidIsRefusedWithItsLine();
    void conflictAndUndo();
    void handEditsAreVersions();
    void readOnly();
};

void TstConfigApi::trafficMovesAndNothingIsLost()
{
    Scenario scenario;
    scenario.addBackend("a", {{"weight", "1000"}});
    FakeUpstream &b = scenario.addBackend("b", {{"weight", "1"}});
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    scenario.config.raw("# kept: this comment\n");
    START_OR_FAIL(scenario);
    std::atomic<bool> isOver = false;
    std::atomic<int> good = 0;
    std::atomic<int> bad = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back([&] {
            while (!isOver) {
                ++(scenario.chat().status == 200 ? good : bad);
            }
        });
    }
    const bool hasTraffic = waitFor([&] { return good > 20; });
    const std::size_t before = b.log.requestCount();
    const QJsonObject order = edited(scenario, "b", "weight", 1000000);
    const QJsonObject checked = jsonOf(scenario.post("/meridian/config/validate", body(order)));
    const QJsonObject compared = jsonOf(scenario.post("/meridian/config/diff", body(order)));
    const HttpResponse written = put(scenario, order);
    const int sofar = good;
    const bool hasMoved =
        waitFor([&] { return b.log.requestCount() > before + 20 && good > sofar + 20; });
    const int reloads = generation(scenario);
    QTest::qWait(600); // longer than the watch's quiet: it must not read the file again
    const int reloadsLater = generation(scenario);
    isOver = true;
    for (std::thread &client : clients) {
        client.join();
    }
    QVERIFY(hasTraffic);
    QVERIFY2(written.status == 200, written.body.c_str());
    QVERIFY(hasMoved);
    QCOMPARE(bad.load(), 0);
    QCOMPARE(checked[QLatin1String("valid")].toBool(), true);
    QCOMPARE(compared[QLatin1String("changes")].toArray(),
             QJsonArray{QStringLiteral("backend 'b' changed")});
    QCOMPARE(jsonOf(written)[QLatin1String("changes")], compared[QLatin1String("changes")]);
    QCOMPARE(reloads, 2);
    QCOMPARE(reloadsLater, 2);
    QVERIFY(file(scenario).find("# kept: this comment\n") != std::string::npos);
}

void TstConfigApi::secretsStayAtHome()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a", {{"api_key", Key}});
    START_OR_FAIL(scenario);
    const QJsonObject order = edited(scenario, "a", "weight", 7);
    QVERIFY(order[QLatin1String("text")].toString().contains(QStringLiteral("«secret ")));
    const HttpResponse written = put(scenario, order);
    QVERIFY2(written.status == 200, written.body.c_str());
    QVERIFY(file(scenario).find(Key) != std::string::npos);
    QCOMPARE(scenario.chat().status, 200);
    const auto requests = a.log.requests();
    const std::string *header = findHeader(requests.back().headers, "authorization");
    QVERIFY(header != nullptr);
    QCOMPARE(*header, std::string("Bearer ") + Key);
    for (const char *target : {"/meridian/config", "/meridian/config/history",
                               "/meridian/config/history/1", "/meridian/config/history/2"}) {
        const HttpResponse answer = scenario.get(target);
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.body.find(Key) == std::string::npos, answer.body.c_str());
    }
    QVERIFY(written.body.find(Key) == std::string::npos);
}

void TstConfigApi::invalidIsRefusedWithItsLine()
{
    Scenario scenario;
    scenario.addBackend("a", {{"api_key", Key}});
    START_OR_FAIL(scenario);
    const std::string before = file(scenario);
    QJsonObject order = edited(scenario, "a", "weight", 7);
    order[QLatin1String("text")] = order[QLatin1String("text")].toString().replace(
        QLatin1String("weight: 7"), QLatin1String("weight: -7"));
    const HttpResponse refused = put(scenario, order);
    VERIFY_ERROR(refused, 400, "invalid_request_error", "config_invalid");
    const QJsonValue problem =
        jsonOf(refused)[QLatin1String("error")][QLatin1String("problems")][0];
    const QStringList lines = order[QLatin1String("text")].toString().split(QLatin1Char('\n'));
    QVERIFY(
        lines[problem[QLatin1String("line")].toInt() - 1].contains(QLatin1String("weight: -7")));
    QVERIFY(refused.body.find(Key) == std::string::npos);
    QCOMPARE(file(scenario), before);
    QCOMPARE(generation(scenario), 1);
    QCOMPARE(scenario.chat().status, 200);
    VERIFY_ERROR(scenario.post("/meridian/config/undo", "{"), 400, "invalid_request_error",
                 "invalid_body");
    QCOMPARE(scenario.get("/meridian/config/edit").status, 405);
}

void TstConfigApi::conflictAndUndo()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string first = file(scenario);
    const QJsonObject mine = edited(scenario, "a", "weight", 7);
    QCOMPARE(put(scenario, mine).status, 200);
    const HttpResponse late = put(scenario, mine); // the etag is the old one's
    VERIFY_ERROR(late, 409, "invalid_request_error", "config_changed");
    QVERIFY(jsonOf(late)[QLatin1String("theirs")].toString().contains(QLatin1String("weight: 7")));
    const HttpResponse undone =
        scenario.post("/meridian/config/undo",
                      body({{QStringLiteral("etag"), jsonOf(late)[QLatin1String("etag")]}}));
    QVERIFY2(undone.status == 200, undone.body.c_str());
    QCOMPARE(file(scenario), first);
    QCOMPARE(jsonOf(scenario.get("/meridian/backends/a"))[QLatin1String("weight")].toInt(), 1);
    const QJsonArray versions =
        jsonOf(scenario.get("/meridian/config/history"))[QLatin1String("versions")].toArray();
    QCOMPARE(versions.size(), 3);
    QCOMPARE(versions[0][QLatin1String("origin")].toInt(), 1);
}

void TstConfigApi::handEditsAreVersions()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::ofstream(scenario.gateway.folder() + "/.config.yaml.Ab12Cd") << "left by a crash: [";
    std::ofstream(path(scenario), std::ios::app) << "# by hand\n";
    QVERIFY(waitFor([&] { return generation(scenario) == 2; }));
    const QJsonValue newest =
        jsonOf(scenario.get("/meridian/config/history"))[QLatin1String("versions")][0];
    QCOMPARE(newest[QLatin1String("id")].toInt(), 2);
    QCOMPARE(newest[QLatin1String("principal")].toString(), QStringLiteral("process config file"));
    QCOMPARE(put(scenario, edited(scenario, "a", "weight", 5)).status, 200);
    QVERIFY(file(scenario).ends_with("# by hand\n"));
}

void TstConfigApi::readOnly()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string before = file(scenario);
    QCOMPARE(::chmod(path(scenario).c_str(), 0444), 0);
    QCOMPARE(shown(scenario)[QLatin1String("writable")].toBool(), false);
    VERIFY_ERROR(put(scenario, edited(scenario, "a", "weight", 5)), 403, "invalid_request_error",
                 "config_read_only");
    QCOMPARE(file(scenario), before);
    QCOMPARE(generation(scenario), 1);
    QCOMPARE(scenario.chat().status, 200);
}

QTEST_GUILESS_MAIN(TstConfigApi)
#include "tst_configapi.moc"
