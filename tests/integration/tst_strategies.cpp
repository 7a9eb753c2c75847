// SPDX-License-Identifier: MIT
// Promise: gateway.strategy changes who is asked, and so does every weight of token_aware.
#include "tests/integration/routingview.h"

#include <QTest>

#include <set>

using namespace meridian::support;

class TstStrategies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statusTellsTheStrategy_data();
    void statusTellsTheStrategy();
    void tiesAreSpread_data();
    void tiesAreSpread();
    void weightedRoundRobin();
    void leastInflight();
    void latencyDecides_data();
    void latencyDecides();
    void anInstantErrorIsNoSpeed_data();
    void anInstantErrorIsNoSpeed();
    void tokenAwareComparesWorkNotRequests();
    void prefixHashKeepsConversationsTogether();
    void leastCostByBothPrices();
    void tokenAwareScore_data();
    void tokenAwareScore();
    void tokenAwareDecision_data();
    void tokenAwareDecision();
    void telemetryWeightsDecide_data();
    void telemetryWeightsDecide();
};

namespace {

const std::vector<const char *> Names{
    "weighted_round_robin", "least_inflight", "ewma_latency", "token_aware",
    "peak_ewma_p2c",        "prefix_hash",    "least_cost"};

void addRowPerStrategy()
{
    QTest::addColumn<QByteArray>("strategy");
    for (const char *name : Names) {
        QTest::newRow(name) << QByteArray(name);
    }
}

/// One worker, so that its strategy sees every request.
void choose(Scenario &scenario, std::string_view strategy)
{
    scenario.config.set("gateway", "strategy", strategy).set("gateway", "workers", "1");
}

/// Answers after the gate opens; the telemetry page at once.
FakeUpstream::Handler holding(const SharedGate &gate)
{
    return [gate](const RecordedRequest &request) {
        Reply reply = Reply::json(completionBody());
        if (request.body.find("hold") != std::string::npos) {
            return Reply().await(gate).send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        }
        return reply;
    };
}

/// A request that stays at its backend until the gate opens.
RawClient hold(const Scenario &scenario, const std::string &body)
{
    RawClient client = scenario.connect();
    client.send(RawClient::request("POST", Scenario::ChatPath, body));
    return client;
}

} // namespace

void TstStrategies::statusTellsTheStrategy_data()
{
    addRowPerStrategy();
}

void TstStrategies::statusTellsTheStrategy()
{
    QFETCH(QByteArray, strategy);
    Scenario scenario;
    scenario.addBackend("one");
    choose(scenario, strategy.toStdString());
    START_OR_FAIL(scenario);
    QCOMPARE(jsonOf(scenario.get("/meridian/status")).value(QLatin1String("strategy")).toString(),
             QString::fromLatin1(strategy));
    const HttpResponse response = scenario.chat(Scenario::ChatBody, Explain);
    QCOMPARE(response.status, 200);
    QCOMPARE(explanationOf(response).value(QLatin1String("strategy")).toString(),
             QString::fromLatin1(strategy));
}

void TstStrategies::tiesAreSpread_data()
{
    addRowPerStrategy();
}

void TstStrategies::tiesAreSpread()
{
    QFETCH(QByteArray, strategy);
    const SharedGate gate = makeGate();
    Scenario scenario;
    std::vector<FakeUpstream *> backends;
    for (const char *name : {"one", "two", "three"}) {
        backends.push_back(&scenario.addBackend(name));
        backends.back()->setHandler(holding(gate));
    }
    choose(scenario, strategy.toStdString());
    START_OR_FAIL(scenario);
    constexpr std::size_t Requests = 12;
    std::vector<RawClient> clients;
    const auto arrived = [&backends] {
        std::size_t sum = 0;
        for (const FakeUpstream *backend : backends) {
            sum += backend->log.requestCount();
        }
        return sum;
    };
    for (std::size_t i = 0; i < Requests; ++i) {
        clients.push_back(hold(scenario, chatBody("hold " + std::to_string(i))));
        QTRY_COMPARE_WITH_TIMEOUT(arrived(), i + 1, 10000);
    }
    for (const FakeUpstream *backend : backends) {
        QVERIFY2(backend->log.requestCount() >= 1,
                 (std::to_string(backends[0]->log.requestCount()) + " " +
                  std::to_string(backends[1]->log.requestCount()) + " " +
                  std::to_string(backends[2]->log.requestCount()))
                     .c_str());
    }
    gate->open();
    for (RawClient &client : clients) {
        QCOMPARE(client.readResponse().status, 200);
    }
}

void TstStrategies::weightedRoundRobin()
{
    Scenario scenario;
    scenario.addBackend("three", {{"weight", "3"}});
    scenario.addBackend("one", {{"weight", "1"}});
    choose(scenario, "weighted_round_robin");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 40);
    QCOMPARE(shares["three"], 30);
    QCOMPARE(shares["one"], 10);
}

void TstStrategies::leastInflight()
{
    const SharedGate gate = makeGate();
    Scenario scenario;
    scenario.addBackend("xb", {{"model", "\"*x\""}}).setHandler(holding(gate));
    scenario.addBackend("yb", {{"model", "\"y*\""}});
    choose(scenario, "least_inflight");
    START_OR_FAIL(scenario);
    const RawClient held = hold(scenario, chatBody("hold", {}, "ax"));
    QTRY_COMPARE(statusOf(scenario, "xb").value(QLatin1String("inflight")).toInt(), 1);
    auto shares = sharesOf(scenario, 20, chatBody("hi", {}, "yx"));
    QCOMPARE(shares["yb"], 20);
    gate->open();
    QTRY_COMPARE(statusOf(scenario, "xb").value(QLatin1String("inflight")).toInt(), 0);
    shares = sharesOf(scenario, 20, chatBody("hi", {}, "yx"));
    QCOMPARE(shares["yb"], 10);
}

void TstStrategies::latencyDecides_data()
{
    QTest::addColumn<QByteArray>("strategy");
    QTest::newRow("ewma_latency") << QByteArray("ewma_latency");
    QTest::newRow("token_aware") << QByteArray("token_aware");
    QTest::newRow("peak_ewma_p2c") << QByteArray("peak_ewma_p2c");
}

void TstStrategies::latencyDecides()
{
    QFETCH(QByteArray, strategy);
    Scenario scenario;
    scenario.addBackend("slow").setHandler(
        [](const RecordedRequest &) { return Reply::json(completionBody()).after(400ms); });
    scenario.addBackend("fast");
    choose(scenario, strategy.toStdString());
    START_OR_FAIL(scenario);
    (void)sharesOf(scenario, 4); // both are known now
    int fast = 0;
    for (int i = 0; i < 20; ++i) {
        const HttpResponse response = scenario.chat(Scenario::ChatBody, Explain);
        const QJsonObject explanation = explanationOf(response);
        const std::string chosen = response.header("x-meridian-backend");
        const std::string other = chosen == "fast" ? "slow" : "fast";
        QVERIFY2(scoreOf(explanation, chosen) <= scoreOf(explanation, other),
                 response.header("x-meridian-explain").c_str());
        fast += chosen == "fast" ? 1 : 0;
    }
    QVERIFY2(fast >= 15, std::to_string(fast).c_str());
}

void TstStrategies::anInstantErrorIsNoSpeed_data()
{
    QTest::addColumn<QByteArray>("strategy"); // the others look at neither load nor speed
    for (const char *name : {"least_inflight", "ewma_latency", "token_aware", "peak_ewma_p2c"}) {
        QTest::newRow(name) << QByteArray(name);
    }
}

void TstStrategies::anInstantErrorIsNoSpeed()
{
    QFETCH(QByteArray, strategy);
    Scenario scenario;
    scenario.addBackend("bad").setHandler(
        [](const RecordedRequest &) { return Reply::json("{}", 500); });
    scenario.addBackend("good").setHandler(
        [](const RecordedRequest &) { return Reply::json(completionBody()).after(20ms); });
    choose(scenario, strategy.toStdString());
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 60);
    QVERIFY2(shares["good"] >= 45, std::to_string(shares["good"]).c_str());
}

void TstStrategies::tokenAwareComparesWorkNotRequests()
{
    const SharedGate gate = makeGate();
    Scenario scenario;
    for (const char *name : {"xb", "yb"}) {
        scenario.addBackend(name, {{"model", name[0] == 'x' ? "\"*x\"" : "\"y*\""}})
            .setHandler(holding(gate));
    }
    choose(scenario, "token_aware");
    START_OR_FAIL(scenario);
    std::vector<RawClient> held;
    held.push_back(hold(scenario, chatBody("hold", R"(,"max_tokens":5000)", "ax")));
    for (int i = 0; i < 3; ++i) {
        held.push_back(hold(scenario, chatBody("hold", R"(,"max_tokens":10)", "yb")));
    }
    QTRY_COMPARE(statusOf(scenario, "xb").value(QLatin1String("inflight")).toInt(), 1);
    QTRY_COMPARE(statusOf(scenario, "yb").value(QLatin1String("inflight")).toInt(), 3);
    QVERIFY(statusOf(scenario, "xb").value(QLatin1String("inflight_cost")).toDouble() > 20000);
    const HttpResponse response =
        scenario.chat(chatBody("hi", R"(,"max_tokens":10)", "yx"), Explain);
    QCOMPARE(response.header("x-meridian-backend"), std::string("yb"));
    QVERIFY(scoreOf(explanationOf(response), "yb") < scoreOf(explanationOf(response), "xb"));
    gate->open();
    QTRY_COMPARE(statusOf(scenario, "xb").value(QLatin1String("inflight_cost")).toDouble(), 0.0);
}

void TstStrategies::prefixHashKeepsConversationsTogether()
{
    Scenario scenario;
    for (const char *name : {"one", "two", "three"}) {
        scenario.addBackend(name);
    }
    choose(scenario, "prefix_hash");
    START_OR_FAIL(scenario);
    std::set<std::string> used;
    for (int conversation = 0; conversation < 12; ++conversation) {
        std::string messages = R"({"role":"system","content":"You help."},{"role":"user",)"
                               R"("content":"question )" +
                               std::to_string(conversation) + "\"}";
        std::set<std::string> own;
        for (int turn = 0; turn < 4; ++turn) {
            const HttpResponse response =
                scenario.chat(R"({"model":"test-model","messages":[)" + messages + "]}");
            QCOMPARE(response.status, 200);
            own.insert(response.header("x-meridian-backend"));
            messages += R"(,{"role":"assistant","content":"a"},{"role":"user","content":"turn )" +
                        std::to_string(turn) + "\"}";
        }
        QCOMPARE(own.size(), std::size_t(1));
        used.insert(own.begin(), own.end());
    }
    QCOMPARE(used.size(), std::size_t(3));
}

void TstStrategies::leastCostByBothPrices()
{
    Scenario scenario;
    scenario.addBackend("reads", {{"price", "{prompt_per_1m: 1, completion_per_1m: 100}"}});
    scenario.addBackend("writes", {{"price", "{prompt_per_1m: 100, completion_per_1m: 1}"}});
    choose(scenario, "least_cost");
    START_OR_FAIL(scenario);
    const std::string longPrompt = chatBody(std::string(8000, 'x'), R"(,"max_tokens":1)");
    const std::string longAnswer = chatBody("hi", R"(,"max_tokens":2000)");
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(scenario.chat(longPrompt).header("x-meridian-backend"), std::string("reads"));
        QCOMPARE(scenario.chat(longAnswer).header("x-meridian-backend"), std::string("writes"));
    }
}

void TstStrategies::tokenAwareScore_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("saysMaxTokens");
    QTest::addColumn<double>("score");
    const auto row = [](const char *key, const char *value, bool saysMaxTokens, double score) {
        QTest::addRow("%s %s %s", key, value, saysMaxTokens ? "max_tokens 20" : "")
            << QByteArray(key) << QByteArray(value) << saysMaxTokens << score;
    };
    // ten tokens of prompt; queue_depth 5, gpu_mem_util 0.5
    row("prefill_weight", "1.0", true, 10 + 20 * 4);
    row("prefill_weight", "3.5", true, 10 * 3.5 + 20 * 4);
    row("prefill_weight", "0", true, 20 * 4);
    row("decode_weight", "0.5", true, 10 + 20 * 0.5);
    row("decode_weight", "0", true, 10);
    row("default_max_tokens", "256", false, 10 + 256 * 4);
    row("default_max_tokens", "7", false, 10 + 7 * 4);
    row("default_max_tokens", "7", true, 10 + 20 * 4);
    row("queue_weight", "10", true, 10 + 20 * 4 + 5 * 10);
    row("mem_weight", "100", true, 10 + 20 * 4 + 0.5 * 100);
}

void TstStrategies::tokenAwareScore()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(bool, saysMaxTokens);
    QFETCH(double, score);
    Scenario scenario;
    FakeUpstream telemetry;
    telemetry.setHandler([](const RecordedRequest &) {
        return Reply::json(R"({"queue_depth":5,"gpu_mem_util":0.5})");
    });
    scenario.addBackend("one", {{"telemetry", "{url: \"" + telemetry.url() + "/stats\"}"}});
    choose(scenario, "token_aware");
    scenario.config.set("gateway", key.toStdString(), value.toStdString());
    START_OR_FAIL(scenario);
    QTRY_COMPARE(statusOf(scenario, "one").value(QLatin1String("queue_depth")).toInt(-1), 5);
    const HttpResponse response =
        scenario.chat(chatBody("Hello!", saysMaxTokens ? R"(,"max_tokens":20)" : ""), Explain);
    QCOMPARE(response.status, 200);
    const QJsonObject explanation = explanationOf(response);
    QCOMPARE(explanation.value(QLatin1String("prompt_tokens")).toInt(), 10);
    QCOMPARE(scoreOf(explanation, "one"), score);
}

void TstStrategies::tokenAwareDecision_data()
{
    QTest::addColumn<QByteArray>("prefill");
    QTest::addColumn<QByteArray>("decode");
    QTest::addColumn<QByteArray>("maxTokens");
    QTest::addColumn<QByteArray>("backend");
    const auto row = [](const char *name, const char *prefill, const char *decode,
                        const char *maxTokens, const char *backend) {
        QTest::newRow(name) << QByteArray(prefill) << QByteArray(decode) << QByteArray(maxTokens)
                            << QByteArray(backend);
    };
    row("defaults: the long answer weighs more", "1", "4", "256", "xb");
    row("prefill_weight", "10", "4", "256", "yb");
    row("decode_weight", "1", "0.1", "256", "yb");
    row("default_max_tokens", "1", "4", "5", "yb");
}

/// At one backend a long prompt is in flight, at the other one that does not say max_tokens.
void TstStrategies::tokenAwareDecision()
{
    QFETCH(QByteArray, prefill);
    QFETCH(QByteArray, decode);
    QFETCH(QByteArray, maxTokens);
    QFETCH(QByteArray, backend);
    const SharedGate gate = makeGate();
    Scenario scenario;
    scenario.addBackend("xb", {{"model", "\"*x\""}}).setHandler(holding(gate));
    scenario.addBackend("yb", {{"model", "\"y*\""}}).setHandler(holding(gate));
    choose(scenario, "token_aware");
    scenario.config.set("gateway", "prefill_weight", prefill.toStdString())
        .set("gateway", "decode_weight", decode.toStdString())
        .set("gateway", "default_max_tokens", maxTokens.toStdString());
    START_OR_FAIL(scenario);
    std::vector<RawClient> held;
    held.push_back(
        hold(scenario, chatBody("hold " + std::string(2000, 'x'), R"(,"max_tokens":1)", "ax")));
    held.push_back(hold(scenario, chatBody("hold", {}, "yb")));
    for (const char *name : {"xb", "yb"}) {
        QTRY_COMPARE(statusOf(scenario, name).value(QLatin1String("inflight")).toInt(), 1);
    }
    const HttpResponse response = scenario.chat(chatBody("hi", {}, "yx"), Explain);
    QVERIFY2(response.header("x-meridian-backend") == backend.toStdString(),
             response.header("x-meridian-explain").c_str());
    gate->open();
}

void TstStrategies::telemetryWeightsDecide_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("decides");
    QTest::newRow("neither") << QByteArray("mem_weight") << QByteArray("0") << false;
    QTest::newRow("queue_weight") << QByteArray("queue_weight") << QByteArray("1e9") << true;
    QTest::newRow("mem_weight") << QByteArray("mem_weight") << QByteArray("1e9") << true;
}

void TstStrategies::telemetryWeightsDecide()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(bool, decides);
    Scenario scenario;
    FakeUpstream telemetry;
    telemetry.setHandler([](const RecordedRequest &) {
        return Reply::json(R"({"queue_depth":9,"gpu_mem_util":0.9})");
    });
    scenario.addBackend("busy", {{"telemetry", "{url: \"" + telemetry.url() + "/stats\"}"}});
    scenario.addBackend("free");
    choose(scenario, "token_aware");
    scenario.config.set("gateway", key.toStdString(), value.toStdString());
    START_OR_FAIL(scenario);
    QTRY_COMPARE(statusOf(scenario, "busy").value(QLatin1String("queue_depth")).toInt(-1), 9);
    const HttpResponse response = scenario.chat(Scenario::ChatBody, Explain);
    const QJsonObject explanation = explanationOf(response);
    if (decides) {
        QCOMPARE(response.header("x-meridian-backend"), std::string("free"));
        QVERIFY(scoreOf(explanation, "busy") > scoreOf(explanation, "free"));
    } else {
        QCOMPARE(scoreOf(explanation, "busy"), scoreOf(explanation, "free"));
    }
}

QTEST_GUILESS_MAIN(TstStrategies)
#include "tst_strategies.moc"
