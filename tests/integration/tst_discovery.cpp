// SPDX-License-Identifier: MIT
// Promise: clients of every dialect find the models of all providers, in their own form.
#include "tests/integration/wires.h"

#include <QJsonArray>
#include <QTest>

using namespace meridian::support;

namespace {

const std::string Slashed = "org/model-x";

QStringList idsOf(const QJsonArray &entries, const char *field)
{
    QStringList ids;
    for (const QJsonValue &entry : entries) {
        ids.append(entry.toObject().value(QLatin1String(field)).toString());
    }
    ids.sort();
    return ids;
}

const Headers AsAnthropic{{"anthropic-version", "2023-06-01"}, {"x-api-key", "sk-anything"}};

} // namespace

class TstDiscovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void asOpenAi();
    void asAnthropic();
    void asGemini();
    void asOllama();
    void unknownModels();
    void otherMethods();

private:
    std::unique_ptr<Scenario> m_scenario;
    const QStringList m_all{QStringLiteral("anthropic-model"), QStringLiteral("google-model"),
                            QStringLiteral("org/model-x")};
};

void TstDiscovery::init()
{
    m_scenario = std::make_unique<Scenario>();
    addProvider(*m_scenario, "anthropic").setModels({"anthropic-model"});
    addProvider(*m_scenario, "google").setModels({"google-model"});
    addProvider(*m_scenario, "openai", {{"model", Slashed}}).setModels({Slashed});
    START_OR_FAIL(*m_scenario);
}

void TstDiscovery::cleanup()
{
    m_scenario.reset();
}

void TstDiscovery::asOpenAi()
{
    const HttpResponse list = m_scenario->get("/v1/models", {{"Authorization", "Bearer sk-x"}});
    QCOMPARE(list.status, 200);
    QCOMPARE(jsonOf(list).value(QLatin1String("object")).toString(), QStringLiteral("list"));
    QCOMPARE(idsOf(jsonOf(list).value(QLatin1String("data")).toArray(), "id"), m_all);
    const HttpResponse one = m_scenario->get("/v1/models/" + Slashed);
    QCOMPARE(one.status, 200);
    QCOMPARE(jsonOf(one).value(QLatin1String("id")).toString(), QString::fromStdString(Slashed));
    QCOMPARE(jsonOf(one).value(QLatin1String("object")).toString(), QStringLiteral("model"));
}

void TstDiscovery::asAnthropic()
{
    const HttpResponse list = m_scenario->get("/v1/models?limit=1000", AsAnthropic);
    QCOMPARE(list.status, 200);
    const QJsonObject body = jsonOf(list);
    QCOMPARE(idsOf(body.value(QLatin1String("data")).toArray(), "id"), m_all);
    QCOMPARE(body.value(QLatin1String("has_more")).toBool(true), false);
    QVERIFY(body.contains(QLatin1String("first_id")) && body.contains(QLatin1String("last_id")));
    const QJsonObject first = body.value(QLatin1String("data")).toArray().at(0).toObject();
    QCOMPARE(first.value(QLatin1String("type")).toString(), QStringLiteral("model"));
    QVERIFY(!first.value(QLatin1String("display_name")).toString().isEmpty());
    QVERIFY(!first.value(QLatin1String("created_at")).toString().isEmpty());
    const HttpResponse one = m_scenario->get("/v1/models/anthropic-model", AsAnthropic);
    QCOMPARE(jsonOf(one).value(QLatin1String("type")).toString(), QStringLiteral("model"));
}

void TstDiscovery::asGemini()
{
    const HttpResponse list = m_scenario->get("/v1beta/models?key=AIza-mine&pageSize=1000");
    QCOMPARE(list.status, 200);
    const QJsonArray models = jsonOf(list).value(QLatin1String("models")).toArray();
    QCOMPARE(models.size(), 3);
    const QJsonObject first = models.at(0).toObject();
    QVERIFY(first.value(QLatin1String("name")).toString().startsWith(QLatin1String("models/")));
    QVERIFY(first.value(QLatin1String("supportedGenerationMethods"))
                .toArray()
                .contains(QStringLiteral("generateContent")));
    const HttpResponse one = m_scenario->get("/v1beta/models/google-model");
    QCOMPARE(jsonOf(one).value(QLatin1String("name")).toString(),
             QStringLiteral("models/google-model"));
}

void TstDiscovery::asOllama()
{
    const HttpResponse tags = m_scenario->get("/api/tags");
    QCOMPARE(tags.status, 200);
    const QJsonArray models = jsonOf(tags).value(QLatin1String("models")).toArray();
    QCOMPARE(idsOf(models, "model"), m_all);
    QCOMPARE(idsOf(models, "name"), m_all);
    QVERIFY(models.at(0).toObject().value(QLatin1String("details")).isObject());
    const HttpResponse show = m_scenario->post("/api/show", R"({"model":"google-model"})");
    QVERIFY2(show.status == 200, show.body.c_str());
    QVERIFY(jsonOf(show).value(QLatin1String("details")).isObject());
    QVERIFY(jsonOf(show).value(QLatin1String("capabilities")).isArray());
    const HttpResponse version = m_scenario->get("/api/version");
    QVERIFY(!jsonOf(version).value(QLatin1String("version")).toString().isEmpty());
    QVERIFY(jsonOf(m_scenario->get("/api/ps")).value(QLatin1String("models")).isArray());
}

void TstDiscovery::unknownModels()
{
    VERIFY_WIRE_ERROR(Wire::Chat, m_scenario->get("/v1/models/no-such"), 404);
    VERIFY_WIRE_ERROR(Wire::Anthropic, m_scenario->get("/v1/models/no-such", AsAnthropic), 404,
                      "not_found_error");
    VERIFY_WIRE_ERROR(Wire::Gemini, m_scenario->get("/v1beta/models/no-such"), 404, "NOT_FOUND");
    VERIFY_WIRE_ERROR(Wire::OllamaChat, m_scenario->post("/api/show", R"({"model":"no-such"})"),
                      404);
}

void TstDiscovery::otherMethods()
{
    for (const char *path : {"/v1/models", "/v1beta/models", "/api/tags", "/api/version"}) {
        const HttpResponse response = m_scenario->connect().exchange("DELETE", path);
        QVERIFY2(response.status == 405, path);
        const HttpResponse head = m_scenario->connect().exchange("HEAD", path);
        QVERIFY2(head.status == 200, path);
    }
}

QTEST_GUILESS_MAIN(TstDiscovery)
#include "tst_discovery.moc"
