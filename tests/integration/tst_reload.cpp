// SPDX-License-Identifier: MIT
// Promise: a reload is applied whole or not at all, touches nothing in flight, keeps what is known
// of unchanged backends, and comes by request, by signal, and by writing the file.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QTest>

#include <csignal>
#include <filesystem>
#include <functional>

using namespace meridian::support;

namespace {

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

int generation(const Scenario &scenario)
{
    return jsonOf(scenario.get("/meridian/status"))[QLatin1String("generation")].toInt();
}

QJsonObject backend(const Scenario &scenario, const std::string &name)
{
    return jsonOf(scenario.get("/meridian/backends/" + name));
}

/// Without the file's watch: what a test sees then came by the request.
void watchNot(Scenario &scenario)
{
    scenario.config.set("gateway", "watch_config", "false");
}

void rewrite(const Scenario &scenario, GatewayConfig config)
{
    config.set("logging", "jsonl_path", scenario.gateway.folder() + "/requests.jsonl"); // as begun
    (void)scenario.gateway.writeFile("config.yaml", config.yaml());
}

} // namespace

class TstReload : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void appliesAndTells();
    void badFileChangesNothing();
    void unchangedBackendKeepsItsState();
    void streamOutlivesItsBackend();
    void onSignal();
    void onFileChange_data();
    void onFileChange();
    void badFileIsReportedOnce();
    void watchFollowsItsSetting();
};

void TstReload::appliesAndTells()
{
    Scenario scenario;
    scenario.addBackend("a");
    watchNot(scenario);
    START_OR_FAIL(scenario);
    FakeUpstream late;
    GatewayConfig config = scenario.config;
    config.backend("late", late.url()).set("gateway", "max_connections", "77");
    rewrite(scenario, config);
    const HttpResponse response = scenario.post("/meridian/reload", "");
    QCOMPARE(response.status, 200);
    QVERIFY2(response.body.starts_with(
                 R"({"reloaded":true,"scope":"full","keys":0,"generation":2,"changes":[)"),
             response.body.c_str());
    const QJsonObject answer = jsonOf(response);
    QVERIFY(answer[QLatin1String("changes")].toArray().contains(
        QStringLiteral("backend 'late' added")));
    QCOMPARE(answer[QLatin1String("need_restart")].toArray(),
             QJsonArray{QStringLiteral("gateway.max_connections")});
    QCOMPARE(generation(scenario), 2);
    QVERIFY(waitFor([&] {
        (void)scenario.chat();
        return late.log.requestCount() > 0;
    }));
    const QJsonObject reloads =
        jsonOf(scenario.get("/meridian/status"))[QLatin1String("reloads")].toObject();
    QCOMPARE(reloads[QLatin1String("succeeded")].toInt(), 1);
    QCOMPARE(reloads[QLatin1String("failed")].toInt(), 0);
    QVERIFY(!reloads[QLatin1String("last_success")].toString().isEmpty());
}

void TstReload::badFileChangesNothing()
{
    Scenario scenario;
    scenario.addBackend("a");
    watchNot(scenario);
    START_OR_FAIL(scenario);
    GatewayConfig config = scenario.config;
    config.set("gateway", "strategy", "no_such").set("health", "interval_s", "-3");
    rewrite(scenario, config);
    const HttpResponse response = scenario.post("/meridian/reload", "");
    VERIFY_ERROR(response, 400, "invalid_request_error", "reload_failed");
    const QJsonObject error = jsonOf(response)[QLatin1String("error")].toObject();
    const QJsonArray problems = error[QLatin1String("problems")].toArray();
    QVERIFY2(problems.size() == 2, response.body.c_str());
    QVERIFY(error[QLatin1String("message")].toString().startsWith(
        QStringLiteral("Config reload failed: ") + problems[0].toString()));
    QVERIFY(error[QLatin1String("message")].toString().endsWith(QStringLiteral("(and 1 more)")));
    QCOMPARE(generation(scenario), 1);
    QCOMPARE(scenario.chat().status, 200);
    (void)scenario.gateway.writeFile("config.yaml", "gateway: [unclosed");
    VERIFY_ERROR(scenario.post("/meridian/reload", ""), 400, "invalid_request_error",
                 "reload_failed");
    QCOMPARE(scenario.chat().status, 200);
    rewrite(scenario, scenario.config); // and back: nothing is stuck
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200);
    QCOMPARE(generation(scenario), 2);
}

void TstReload::unchangedBackendKeepsItsState()
{
    Scenario scenario;
    FakeUpstream &kept = scenario.addBackend("kept");
    watchNot(scenario);
    scenario.config.set("health", "interval_s", "3600"); // one probe, and none beside the reload
    START_OR_FAIL(scenario);
    QVERIFY(
        waitFor([&] { return backend(scenario, "kept")[QLatin1String("last_probe")].isString(); }));
    QCOMPARE(scenario.chat().status, 200);
    const SharedGate gate = makeGate();
    kept.enqueue(Reply().await(gate).send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody)));
    QVERIFY(waitFor([&] { return backend(scenario, "kept")[QLatin1String("inflight")] == 1; }));
    const QJsonObject before = backend(scenario, "kept");
    QVERIFY(before[QLatin1String("ewma_latency_ms")].toDouble() > 0);
    FakeUpstream added;
    GatewayConfig config = scenario.config;
    config.backend("added", added.url(), {{"weight", "5"}});
    config.set("gateway", "strategy", "ewma_latency");
    rewrite(scenario, config);
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200);
    const QJsonObject after = backend(scenario, "kept");
    for (const char *field : {"ewma_latency_ms", "inflight", "healthy", "weight", "last_probe"}) {
        QCOMPARE(after[QLatin1String(field)], before[QLatin1String(field)]);
    }
    gate->open();
    VERIFY_COMPLETE(client.readResponse());
    QVERIFY(waitFor([&] { return backend(scenario, "kept")[QLatin1String("inflight")] == 0; }));
}

void TstReload::streamOutlivesItsBackend()
{
    Scenario scenario;
    FakeUpstream &removed = scenario.addBackend("removed");
    watchNot(scenario);
    START_OR_FAIL(scenario);
    const SharedGate gate = makeGate();
    removed.enqueue(Reply::chunkedHead("text/event-stream")
                        .sendChunk(deltaEvent("one"))
                        .await(gate)
                        .sendChunk(deltaEvent("two"))
                        .sendChunk(DoneEvent)
                        .endChunks());
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody)));
    QVERIFY(client.readUntil(deltaEvent("one")));
    FakeUpstream other;
    GatewayConfig config;
    config.set("health", "interval_s", "3600").set("gateway", "watch_config", "false");
    config.set("logging", "jsonl_path", scenario.gateway.folder() + "/requests.jsonl");
    config.backend("other", other.url());
    rewrite(scenario, config);
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200);
    QCOMPARE(scenario.get("/meridian/backends/removed").status, 404);
    QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("other"));
    gate->open();
    const HttpResponse response = client.readResponse();
    VERIFY_COMPLETE(response);
    QCOMPARE(response.body, deltaEvent("one") + deltaEvent("two") + std::string(DoneEvent));
    QCOMPARE(response.header("x-meridian-backend"), std::string("removed"));
}

void TstReload::onSignal()
{
    Scenario scenario;
    scenario.addBackend("a");
    watchNot(scenario);
    START_OR_FAIL(scenario);
    GatewayConfig config = scenario.config;
    config.set("gateway", "strategy", "ewma_latency");
    rewrite(scenario, config);
    scenario.gateway.process().signal(SIGHUP);
    QVERIFY(waitFor([&] { return generation(scenario) == 2; }));
    config.set("gateway", "strategy", "no_such").set("health", "interval_s", "-3");
    rewrite(scenario, config);
    scenario.gateway.process().signal(SIGHUP);
    QVERIFY(waitFor([&] { // every problem is a line
        const std::string said = scenario.gateway.process().standardError();
        return said.find("no_such") != std::string::npos &&
               said.find("health.interval_s") != std::string::npos;
    }));
    QCOMPARE(generation(scenario), 2);
    QCOMPARE(scenario.chat().status, 200);
}

void TstReload::onFileChange_data()
{
    QTest::addColumn<bool>("isRenamed");
    QTest::newRow("written in place") << false;
    QTest::newRow("written aside and renamed") << true;
}

void TstReload::onFileChange()
{
    QFETCH(bool, isRenamed);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    GatewayConfig config = scenario.config;
    for (const auto &[strategy, expected] :
         {std::pair{"ewma_latency", 2}, std::pair{"least_inflight", 3}}) {
        config.set("gateway", "strategy", strategy);
        if (isRenamed) {
            const std::string aside = scenario.gateway.writeFile("config.tmp", config.yaml());
            std::filesystem::rename(aside, scenario.gateway.folder() + "/config.yaml");
        } else {
            rewrite(scenario, config);
        }
        const int wanted = expected;
        QVERIFY(waitFor([&] { return generation(scenario) == wanted; }));
        QCOMPARE(jsonOf(scenario.get("/meridian/status"))[QLatin1String("strategy")].toString(),
                 QString::fromLatin1(strategy));
    }
}

void TstReload::badFileIsReportedOnce()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const auto failures = [&] {
        return jsonOf(scenario.get(
            "/meridian/status"))[QLatin1String("reloads")][QLatin1String("failed")]
            .toInt();
    };
    (void)scenario.gateway.writeFile("config.yaml", "gateway: [unclosed");
    QVERIFY(waitFor([&] { return failures() == 1; }));
    (void)scenario.gateway.writeFile("config.yaml", "gateway: [unclosed"); // the same again
    QTest::qWait(600);
    QCOMPARE(failures(), 1);
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(generation(scenario), 1);
    std::filesystem::remove(scenario.gateway.folder() + "/config.yaml"); // not an order either
    QTest::qWait(400);
    QCOMPARE(failures(), 1);
    GatewayConfig config = scenario.config;
    config.set("gateway", "strategy", "ewma_latency");
    rewrite(scenario, config);
    QVERIFY(waitFor([&] { return generation(scenario) == 2; }));
}

void TstReload::watchFollowsItsSetting()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    GatewayConfig config = scenario.config;
    config.set("gateway", "watch_config", "false");
    rewrite(scenario, config);
    QVERIFY(waitFor([&] { return generation(scenario) == 2; }));
    config.set("gateway", "strategy", "ewma_latency");
    rewrite(scenario, config);
    QTest::qWait(600);
    QCOMPARE(generation(scenario), 2);
    config.set("gateway", "watch_config", "true");
    rewrite(scenario, config);
    QCOMPARE(scenario.post("/meridian/reload", "").status, 200);
    config.set("gateway", "strategy", "least_inflight");
    rewrite(scenario, config);
    QVERIFY(waitFor([&] { return generation(scenario) == 4; }));
}

QTEST_GUILESS_MAIN(TstReload)
#include "tst_reload.moc"
