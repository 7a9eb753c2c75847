// SPDX-License-Identifier: MIT
// Promise: an edited configuration shows what it would have done with the last requests, and asking
// changes nothing.
#include "tests/integration/crowd.h"
#include "tests/support/scenario.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

namespace {

constexpr const char *Path = "/meridian/config/dry-run";

std::string bodyOf(const std::string &text, int limit = 500)
{
    const QJsonObject body{{QStringLiteral("text"), QString::fromStdString(text)},
                           {QStringLiteral("limit"), limit}};
    return QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString();
}

/// The file that the scenario's gateway runs with.
std::string textOf(const Scenario &scenario)
{
    QFile file(QString::fromStdString(scenario.gateway.folder() + "/config.yaml"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    const auto at = text.find(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

double shareOf(const QJsonObject &run, const char *backend, const char *side)
{
    const QJsonArray all = run[QLatin1String("share")].toArray();
    for (const QJsonValue &part : all) {
        if (part[QLatin1String("backend")].toString() == QLatin1String(backend)) {
            return part[QLatin1String(side)].toDouble();
        }
    }
    return -1;
}

/// What must not move: everything of the backends but what time and probes move by themselves.
QJsonArray statesOf(const Scenario &scenario)
{
    QJsonArray states;
    const QJsonArray all =
        jsonOf(scenario.get("/meridian/backends"))[QLatin1String("backends")].toArray();
    for (const QJsonValue &backend : all) {
        QJsonObject state = backend.toObject();
        for (const char *moving : {"last_probe", "telemetry"}) {
            state.remove(QLatin1String(moving));
        }
        states.append(state);
    }
    return states;
}

} // namespace

class TstDryRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingEditedNothingChanged();
    void anEditShowsItsEffect();
    void invalidTextIsRefused();
    void invalidBodies_data();
    void invalidBodies();
    void askingChangesNothing();
};

void TstDryRun::nothingEditedNothingChanged()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.addBackend("b");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    const std::string text = textOf(scenario);
    QVERIFY(!text.empty());
    const HttpResponse answer = scenario.post(Path, bodyOf(text));
    QVERIFY2(answer.status == 200, answer.body.c_str());
    const QJsonObject run = jsonOf(answer);
    QCOMPARE(run[QLatin1String("requests")].toInt(), 20);
    QCOMPARE(run[QLatin1String("changed")].toInt(), 0);
    QCOMPARE(run[QLatin1String("refused")].toInt(), 0);
    QVERIFY(run[QLatin1String("rows")].toArray().isEmpty());
    QCOMPARE(shareOf(run, "a", "before"), shareOf(run, "a", "after"));
    QCOMPARE(jsonOf(scenario.post(Path, bodyOf(text, 5)))[QLatin1String("requests")].toInt(), 5);
}

void TstDryRun::anEditShowsItsEffect()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    const std::string text = textOf(scenario);
    const std::string renamed = replaced(text, "name: a", "name: brand-new");
    QVERIFY(!renamed.empty());
    const QJsonObject run = jsonOf(scenario.post(Path, bodyOf(renamed)));
    QCOMPARE(run[QLatin1String("changed")].toInt(), 10);
    QCOMPARE(run[QLatin1String("refused")].toInt(), 0);
    QCOMPARE(shareOf(run, "a", "before"), 1.0);
    QCOMPARE(shareOf(run, "a", "after"), 0.0);
    QCOMPARE(shareOf(run, "brand-new", "after"), 1.0);
    const QJsonObject row = run[QLatin1String("rows")][0].toObject();
    QVERIFY(row[QLatin1String("request_id")].toString().startsWith(QLatin1String("mrdn-")));
    QCOMPARE(row[QLatin1String("from")].toString(), QStringLiteral("a"));
    QCOMPARE(row[QLatin1String("to")].toString(), QStringLiteral("brand-new"));
    QCOMPARE(row[QLatin1String("why")].toString(),
             QStringLiteral("removed; before: not configured"));
    const QJsonObject tokens = run[QLatin1String("tokens_per_day")][0].toObject();
    QVERIFY(tokens[QLatin1String("before")].toDouble() > 0);
    QCOMPARE(tokens[QLatin1String("after")].toDouble(), 0.0);

    const std::string other = replaced(text, "name: a", "name: a\n    model: another-model");
    const QJsonObject refused = jsonOf(scenario.post(Path, bodyOf(other)));
    QCOMPARE(refused[QLatin1String("refused")].toInt(), 10);
    QVERIFY(refused[QLatin1String("rows")][0][QLatin1String("to")].isNull());
    // and nothing of it is in force
    QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("a"));
}

void TstDryRun::invalidTextIsRefused()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse answer =
        scenario.post(Path, bodyOf("gateway: {port: many}\nbackends:\n  - name: x\n"));
    QCOMPARE(answer.status, 400);
    const QJsonObject error = jsonOf(answer)[QLatin1String("error")].toObject();
    QCOMPARE(error[QLatin1String("code")].toString(), QStringLiteral("config_invalid"));
    const QJsonArray problems = error[QLatin1String("problems")].toArray();
    QVERIFY2(problems.size() >= 2, answer.body.c_str());
    QCOMPARE(problems[0][QLatin1String("severity")].toString(), QStringLiteral("error"));
    QCOMPARE(problems[0][QLatin1String("line")].toInt(), 1);
    QCOMPARE(problems[0][QLatin1String("path")].toString(), QStringLiteral("gateway.port"));
}

void TstDryRun::invalidBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body : {"", "nonsense", "[]", "{}", R"({"text":7})",
                             R"({"text":"a","limit":0})", R"({"text":"a","limit":501})",
                             R"({"text":"a","limit":1.5})", R"({"text":"a","limit":"9"})"}) {
        QTest::newRow(*body == '\0' ? "empty" : body) << QByteArray(body);
    }
}

void TstDryRun::invalidBodies()
{
    QFETCH(QByteArray, body);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.post(Path, body.toStdString()), 400, "invalid_request_error",
                 "invalid_body");
    QCOMPARE(scenario.get(Path).status, 405);
}

void TstDryRun::askingChangesNothing()
{
    Scenario scenario;
    scenario.config.set("gateway", "strategy", "token_aware");
    scenario.config.raw("session_affinity: {enabled: true}\n"
                        "resilience: {circuit_breaker: {enabled: true}}\n");
    FakeUpstream &a = scenario.addBackend("a");
    FakeUpstream &b = scenario.addBackend("b");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 20; ++i) {
        const Headers session{{"x-meridian-session", "s" + std::to_string(i % 7)}};
        QCOMPARE(scenario.chat(Scenario::ChatBody, session).status, 200);
    }
    // exchanges that stay in flight the whole time
    const SharedGate gate = makeGate();
    a.setBodyGate(gate);
    b.setBodyGate(gate);
    Crowd crowd(scenario);
    crowd.send(6);
    const Deadline deadline(20s);
    while (scenario.metric("meridian_backend_inflight") < 6 && !deadline.hasPassed()) {
        QTest::qWait(5);
    }
    QCOMPARE(scenario.metric("meridian_backend_inflight"), 6.0);
    const QJsonArray before = statesOf(scenario);
    const double pins = scenario.metric("meridian_sessions");
    const double requests = scenario.metric("meridian_requests_total");

    const std::string edited = replaced(textOf(scenario), "token_aware", "ewma_latency");
    QVERIFY(!edited.empty());
    const std::string body = bodyOf(edited);
    for (int i = 0; i < 1000; ++i) {
        const HttpResponse answer = scenario.post(Path, body);
        QVERIFY2(answer.status == 200, answer.body.c_str());
    }
    QCOMPARE(statesOf(scenario), before);
    QCOMPARE(scenario.metric("meridian_sessions"), pins);
    QCOMPARE(scenario.metric("meridian_requests_total"), requests);
    QCOMPARE(scenario.metric("meridian_backend_inflight"), 6.0);
    gate->open();
    crowd.join();
    QCOMPARE(jsonOf(scenario.get("/meridian/status"))[QLatin1String("generation")].toInt(), 1);
}

QTEST_GUILESS_MAIN(TstDryRun)
#include "tst_dryrun.moc"
