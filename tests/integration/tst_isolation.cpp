// SPDX-License-Identifier: MIT
// Promise: who has no pool of its own never reaches a backend of somebody else's.
#include "tests/integration/routingview.h"

#include <QTest>

using namespace meridian::support;

class TstIsolation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sharedHasNoWalls();
    void dedicatedKeepsOthersOut();
    void onlyTheirsIsNobodys();
    void allTagsOfAPoolMakeItsBackend();
    void noHeaderOpensThePool();
    void aFailedRequestDoesNotGoThereEither();
    void unknownKeysAreRefused();
};

namespace {

void addPools(Scenario &scenario, std::string_view mode)
{
    scenario.addBackend("gold", {{"tags", "[gold, eu]"}});
    scenario.addBackend("silver", {{"tags", "[silver]"}});
    scenario.addBackend("common");
    scenario.config.set("isolation", "mode", mode)
        .set("isolation", "pools", "{acme: [gold], bolt: [silver]}");
}

} // namespace

void TstIsolation::sharedHasNoWalls()
{
    Scenario scenario;
    addPools(scenario, "shared");
    START_OR_FAIL(scenario);
    QCOMPARE(sharesOf(scenario, 30).size(), std::size_t(3));
}

void TstIsolation::dedicatedKeepsOthersOut()
{
    Scenario scenario;
    addPools(scenario, "dedicated");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 30);
    QCOMPARE(shares["common"], 30);
    const QJsonObject explanation = explanationOf(scenario.chat(Scenario::ChatBody, Explain));
    QCOMPARE(verdictOf(explanation, "gold"), std::string("isolated"));
    QCOMPARE(verdictOf(explanation, "silver"), std::string("isolated"));
    QCOMPARE(verdictOf(explanation, "common"), std::string("chosen"));
    QCOMPARE(explanation.value(QLatin1String("order")).toArray().size(), 1);
}

void TstIsolation::onlyTheirsIsNobodys()
{
    Scenario scenario;
    FakeUpstream &gold = scenario.addBackend("gold", {{"tags", "[gold]"}});
    scenario.config.set("isolation", "mode", "dedicated")
        .set("isolation", "pools", "{acme: [gold]}");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.chat(), 503, "meridian_no_backend");
    QCOMPARE(gold.log.requestCount(), std::size_t(0));
}

void TstIsolation::allTagsOfAPoolMakeItsBackend()
{
    Scenario scenario;
    scenario.addBackend("half", {{"tags", "[gold]"}});
    scenario.addBackend("whole", {{"tags", "[eu, gold]"}});
    scenario.config.set("isolation", "mode", "dedicated")
        .set("isolation", "pools", "{acme: [gold, eu]}");
    START_OR_FAIL(scenario);
    auto shares = sharesOf(scenario, 10);
    QCOMPARE(shares["half"], 10);
}

void TstIsolation::noHeaderOpensThePool()
{
    Scenario scenario;
    addPools(scenario, "dedicated");
    START_OR_FAIL(scenario);
    for (const char *name :
         {"x-meridian-org", "x-org-id", "openai-organization", "x-meridian-tier"}) {
        auto shares = sharesOf(scenario, 5, Scenario::ChatBody, {{name, "acme"}});
        QCOMPARE(shares["common"], 5);
    }
}

void TstIsolation::aFailedRequestDoesNotGoThereEither()
{
    Scenario scenario;
    FakeUpstream &gold = scenario.addBackend("gold", {{"tags", "[gold]"}});
    const RefusingPort refusing;
    scenario.config.backend("common", refusing.url())
        .set("isolation", "mode", "dedicated")
        .set("isolation", "pools", "{acme: [gold]}");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    QCOMPARE(gold.log.requestCount(), std::size_t(0));
}

void TstIsolation::unknownKeysAreRefused()
{
    Scenario scenario;
    addPools(scenario, "dedicated");
    scenario.config.set("isolation", "pool", "{acme: [gold]}");
    QVERIFY(!scenario.start());
    QVERIFY2(scenario.gateway.problem().find("isolation.pool") != std::string::npos,
             scenario.gateway.problem().c_str());
}

QTEST_GUILESS_MAIN(TstIsolation)
#include "tst_isolation.moc"
