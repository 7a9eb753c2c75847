// SPDX-License-Identifier: MIT
// Promise: requests go to the pool of their shape, say so, and to any backend when it is empty.
#include "tests/integration/routingview.h"

#include <QTest>

using namespace meridian::support;

class TstTiering : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachShapeItsPool_data();
    void eachShapeItsPool();
    void thresholds_data();
    void thresholds();
    void ownTags();
    void anEmptyListIsAnyBackend();
    void anEmptyPoolGivesWay();
    void anUnhealthyPoolGivesWayUntilItIsBack();
    void offSaysNothing();
};

namespace {

void addPools(Scenario &scenario)
{
    scenario.addBackend("prefill", {{"tags", "[prefill-pool]"}});
    scenario.addBackend("decode", {{"tags", "[decode-pool]"}});
    scenario.addBackend("general", {{"tags", "[general]"}});
}

std::string prompt(std::size_t tokens) // 8 are the frame's and the role's
{
    return std::string((tokens - 8) * 4, 'x');
}

std::string maxTokens(int count)
{
    return R"(,"max_tokens":)" + std::to_string(count);
}

} // namespace

void TstTiering::eachShapeItsPool_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("tier");
    QTest::addColumn<QByteArray>("backend");
    const auto row = [](const char *name, const std::string &body, const char *tier,
                        const char *backend) {
        QTest::newRow(name) << QByteArray::fromStdString(body) << QByteArray(tier)
                            << QByteArray(backend);
    };
    row("small", chatBody("hi"), "default", "general");
    row("one token below both", chatBody(prompt(3999), maxTokens(999)), "default", "general");
    row("long answer", chatBody("hi", maxTokens(1000)), "long_decode", "decode");
    row("max_completion_tokens", chatBody("hi", R"(,"max_completion_tokens":1000)"), "long_decode",
        "decode");
    row("long prompt", chatBody(prompt(4000)), "long_prompt", "prefill");
    row("both", chatBody(prompt(4000), maxTokens(1000)), "long_prompt", "prefill");
    row("no messages", R"({"model":"test-model"})", "default", "general");
}

void TstTiering::eachShapeItsPool()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, tier);
    QFETCH(QByteArray, backend);
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("tiering", "enabled", "true");
    START_OR_FAIL(scenario);
    std::string id;
    for (int i = 0; i < 3; ++i) {
        const HttpResponse response = scenario.chat(body.toStdString());
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-tier"), tier.toStdString());
        QCOMPARE(response.header("x-meridian-backend"), backend.toStdString());
        id = response.header("x-request-id");
    }
    QCOMPARE(scenario.logLine(id).value(QLatin1String("tier")).toString(),
             QString::fromLatin1(tier));
    const std::string label = "tier=\"" + tier.toStdString() + "\"";
    QTRY_COMPARE(scenario.metric("meridian_tier_requests_total", {label}), 3.0);
    QCOMPARE(scenario.metric("meridian_tier_requests_total"), 3.0);
}

void TstTiering::thresholds_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("tier");
    const auto row = [](const char *key, const char *value, const char *tier) {
        QTest::addRow("%s %s", key, value)
            << QByteArray(key) << QByteArray(value) << QByteArray(tier);
    };
    row("long_prompt_tokens", "100", "long_prompt");
    row("long_prompt_tokens", "101", "default");
    row("long_decode_tokens", "50", "long_decode");
    row("long_decode_tokens", "51", "default");
}

void TstTiering::thresholds()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, tier);
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("tiering", "enabled", "true")
        .set("tiering", key.toStdString(), value.toStdString());
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(chatBody(prompt(100), maxTokens(50)));
    QCOMPARE(response.header("x-meridian-tier"), tier.toStdString());
}

void TstTiering::ownTags()
{
    Scenario scenario;
    scenario.addBackend("half", {{"tags", "[a]"}});
    scenario.addBackend("whole", {{"tags", "[b, a]"}});
    scenario.addBackend("c", {{"tags", "[c]"}});
    scenario.config.set("tiering", "enabled", "true")
        .set("tiering", "tiers", "{long_prompt: [c], long_decode: [c], default: [a, b]}");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 6);
    QCOMPARE(shares["whole"], 6);
    shares = sharesOf(scenario, 6, chatBody("hi", maxTokens(5000)));
    QCOMPARE(shares["c"], 6);
}

void TstTiering::anEmptyListIsAnyBackend()
{
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("tiering", "enabled", "true")
        .set("tiering", "tiers", "{long_prompt: [prefill-pool], long_decode: [], default: []}");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 30);
    QCOMPARE(shares.size(), std::size_t(3));
    QCOMPARE(scenario.chat().header("x-meridian-tier"), std::string("default"));
}

void TstTiering::anEmptyPoolGivesWay()
{
    Scenario scenario;
    scenario.addBackend("one", {{"tags", "[decode-pool]"}});
    scenario.addBackend("two");
    scenario.config.set("tiering", "enabled", "true");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 20);
    QCOMPARE(shares["one"] + shares["two"], 20);
    QVERIFY(shares["one"] > 0 && shares["two"] > 0);
    QCOMPARE(scenario.chat().header("x-meridian-tier"), std::string("default"));
}

void TstTiering::anUnhealthyPoolGivesWayUntilItIsBack()
{
    Scenario scenario;
    FakeUpstream &own = scenario.addBackend("own", {{"tags", "[general]"}});
    scenario.addBackend("other", {{"tags", "[decode-pool]"}});
    scenario.config.set("tiering", "enabled", "true")
        .set("health", "interval_s", "0.1")
        .set("health", "fail_threshold", "1");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().header("x-meridian-backend"), std::string("own"));
    own.setHealthy(false);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_backend_healthy", {"\"own\""}), 0.0, 10000);
    const HttpResponse response = scenario.chat(Scenario::ChatBody, Explain);
    QCOMPARE(response.header("x-meridian-backend"), std::string("other"));
    QCOMPARE(response.header("x-meridian-tier"), std::string("default"));
    QCOMPARE(verdictOf(explanationOf(response), "own"), std::string("unhealthy"));
    own.setHealthy(true);
    QTRY_COMPARE_WITH_TIMEOUT(scenario.metric("meridian_backend_healthy", {"\"own\""}), 1.0, 10000);
    const HttpResponse back = scenario.chat(Scenario::ChatBody, Explain);
    QCOMPARE(back.header("x-meridian-backend"), std::string("own"));
    QCOMPARE(verdictOf(explanationOf(back), "other"), std::string("other_tier"));
}

void TstTiering::offSaysNothing()
{
    Scenario scenario;
    addPools(scenario);
    scenario.config.set("tiering", "long_decode_tokens", "1");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat();
    QVERIFY(!response.has("x-meridian-tier"));
    QVERIFY(
        scenario.logLine(response.header("x-request-id")).value(QLatin1String("tier")).isNull());
    auto shares = sharesOf(scenario, 30);
    QCOMPARE(shares.size(), std::size_t(3));
}

QTEST_GUILESS_MAIN(TstTiering)
#include "tst_tiering.moc"
