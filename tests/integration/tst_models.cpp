// SPDX-License-Identifier: MIT
// Promise: /v1/models is the union over healthy backends, and a model is found by its id.
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QTest>

#include <atomic>

using namespace meridian::support;

class TstModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unionOfAllBackends();
    void configuredModelsCount();
    void unhealthyBackendsDoNotCount();
    void oneModel_data();
    void oneModel();
    void unknownModelIs404();
    void aBackendWithBadListsHarmsNobody();
};

namespace {

QStringList ids(const Scenario &scenario)
{
    const HttpResponse response = scenario.get("/v1/models");
    QStringList found;
    for (const QJsonValue &model : jsonOf(response).value(QLatin1String("data")).toArray()) {
        found.append(model.toObject().value(QLatin1String("id")).toString());
    }
    found.sort();
    return found;
}

} // namespace

void TstModels::unionOfAllBackends()
{
    Scenario scenario;
    scenario.addBackend("one").setModels({"alpha", "org/beta"});
    scenario.addBackend("two").setModels({"org/beta", "gamma"});
    scenario.config.set("health", "interval_s", "0.2");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(ids(scenario), (QStringList{QStringLiteral("alpha"), QStringLiteral("gamma"),
                                             QStringLiteral("org/beta")}));
    const QJsonObject list = jsonOf(scenario.get("/v1/models"));
    QCOMPARE(list.value(QLatin1String("object")).toString(), QStringLiteral("list"));
    for (const QJsonValue &model : list.value(QLatin1String("data")).toArray()) {
        QCOMPARE(model.toObject().value(QLatin1String("object")).toString(),
                 QStringLiteral("model"));
        QVERIFY(model.toObject().contains(QLatin1String("owned_by")));
    }
}

void TstModels::configuredModelsCount()
{
    Scenario scenario;
    scenario.addBackend("one", {{"model", "configured"}}).setModels({"configured", "also-there"});
    START_OR_FAIL(scenario);
    QTRY_VERIFY(ids(scenario).contains(QStringLiteral("configured")));
}

void TstModels::unhealthyBackendsDoNotCount()
{
    Scenario scenario;
    scenario.addBackend("one").setModels({"alpha"});
    FakeUpstream &two = scenario.addBackend("two");
    two.setModels({"gamma"});
    scenario.config.set("health", "interval_s", "0.1").set("health", "fail_threshold", "1");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(ids(scenario), (QStringList{QStringLiteral("alpha"), QStringLiteral("gamma")}));
    two.setHealthy(false);
    QTRY_COMPARE(ids(scenario), QStringList{QStringLiteral("alpha")});
    two.setHealthy(true);
    QTRY_COMPARE(ids(scenario), (QStringList{QStringLiteral("alpha"), QStringLiteral("gamma")}));
}

void TstModels::oneModel_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("id");
    QTest::newRow("plain") << QStringLiteral("/v1/models/alpha") << QStringLiteral("alpha");
    QTest::newRow("slash") << QStringLiteral("/v1/models/org/beta") << QStringLiteral("org/beta");
    QTest::newRow("encoded slash")
        << QStringLiteral("/v1/models/org%2Fbeta") << QStringLiteral("org/beta");
    QTest::newRow("colon") << QStringLiteral("/v1/models/llama3:8b") << QStringLiteral("llama3:8b");
}

void TstModels::oneModel()
{
    QFETCH(QString, path);
    QFETCH(QString, id);
    Scenario scenario;
    scenario.addBackend("one").setModels({"alpha", "org/beta", "llama3:8b"});
    START_OR_FAIL(scenario);
    QTRY_COMPARE(scenario.get(path.toStdString()).status, 200);
    const QJsonObject model = jsonOf(scenario.get(path.toStdString()));
    QCOMPARE(model.value(QLatin1String("id")).toString(), id);
    QCOMPARE(model.value(QLatin1String("object")).toString(), QStringLiteral("model"));
}

void TstModels::unknownModelIs404()
{
    Scenario scenario;
    scenario.addBackend("one").setModels({"alpha"});
    START_OR_FAIL(scenario);
    QTRY_COMPARE(ids(scenario).size(), 1);
    for (const char *path :
         {"/v1/models/none", "/v1/models/alph", "/v1/models/alpha/x", "/v1/models/%ff"}) {
        const HttpResponse response = scenario.get(path);
        VERIFY_ERROR(response, 404, "invalid_request_error", "model_not_found");
    }
}

void TstModels::aBackendWithBadListsHarmsNobody()
{
    Scenario scenario;
    scenario.addBackend("good").setModels({"alpha"});
    FakeUpstream &bad = scenario.addBackend("bad");
    bad.setHealthScripted(true);
    const std::vector<std::string> answers{"not json",
                                           "[]",
                                           R"({"data":{}})",
                                           R"({"data":[1,{"id":2},{"id":""},{"id":null}]})",
                                           R"({"data":[{"id":")" + std::string(300000, 'x') +
                                               R"("}]})",
                                           std::string(100000, '[')};
    std::atomic<std::size_t> next = 0;
    bad.setHandler(
        [&](const RecordedRequest &) { return Reply::json(answers[next++ % answers.size()]); });
    scenario.config.set("health", "interval_s", "0.05");
    START_OR_FAIL(scenario);
    QVERIFY(bad.log.waitForRequests(2 * answers.size(), 20s));
    QVERIFY(ids(scenario).contains(QStringLiteral("alpha")));
    QVERIFY(scenario.get("/v1/models").body.size() < 100000);
    QCOMPARE(scenario.stop(), 0);
}

QTEST_GUILESS_MAIN(TstModels)
#include "tst_models.moc"
