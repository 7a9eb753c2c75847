// SPDX-License-Identifier: MIT
// Promise: a model may have other names, before the gateway and behind it, and but for the name not
// a byte of a request changes.
#include "tests/integration/routingview.h"

#include <QTest>

using namespace meridian::support;

class TstAliases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreResolved_data();
    void namesAreResolved();
    void onlyTheNameChanges_data();
    void onlyTheNameChanges();
    void withoutOtherNamesNothingChanges();
    void wildcardsServeWhatFits();
    void eachBackendItsOwnName();
    void aRetryIsWrittenAnew();
    void hardNames_data();
    void hardNames();
    void theClientSeesWhatTheBackendSaid();
};

namespace {

std::string modelOf(const RecordedRequest &request)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(request.body))
        .object()
        .value(QLatin1String("model"))
        .toString()
        .toStdString();
}

} // namespace

void TstAliases::namesAreResolved_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("routed"); // empty: nobody serves it
    QTest::newRow("no alias") << QByteArray("qwen") << QByteArray("qwen");
    QTest::newRow("exact") << QByteArray("gpt-4o") << QByteArray("llama");
    QTest::newRow("pattern") << QByteArray("gpt-4-turbo") << QByteArray("qwen");
    QTest::newRow("longer pattern") << QByteArray("gpt-4o-mini") << QByteArray("llama");
    QTest::newRow("to nobody") << QByteArray("lost") << QByteArray();
    QTest::newRow("not twice") << QByteArray("chain") << QByteArray();
    QTest::newRow("case counts") << QByteArray("GPT-4o") << QByteArray();
}

void TstAliases::namesAreResolved()
{
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, routed);
    Scenario scenario;
    FakeUpstream &qwen = scenario.addBackend("q", {{"model", "qwen"}});
    FakeUpstream &llama = scenario.addBackend("l", {{"model", "llama"}});
    scenario.config.set("models", "aliases",
                        R"({gpt-4o: llama, "gpt-4*": qwen, "gpt-4o-*": llama, lost: nobody, )"
                        R"(chain: gpt-4o})");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(chatBody("hi", {}, asked.toStdString()), Explain);
    if (routed.isEmpty()) {
        VERIFY_ERROR(response, 404, "", "model_not_found");
        QVERIFY2(response.body.find(asked.toStdString()) != std::string::npos,
                 response.body.c_str());
        return;
    }
    QCOMPARE(response.status, 200);
    FakeUpstream &backend = routed == "qwen" ? qwen : llama;
    QCOMPARE(backend.log.requestCount(), std::size_t(1));
    QCOMPARE(modelOf(backend.log.requests()[0]), routed.toStdString());
    const QJsonObject explanation = explanationOf(response);
    QCOMPARE(explanation.value(QLatin1String("model")).toString(), QString::fromLatin1(asked));
    QCOMPARE(explanation.value(QLatin1String("routed_model")).toString(),
             QString::fromLatin1(routed));
    QCOMPARE(
        scenario.logLine(response.header("x-request-id")).value(QLatin1String("model")).toString(),
        QString::fromLatin1(asked)); // as the client wrote it
}

void TstAliases::onlyTheNameChanges_data()
{
    QTest::addColumn<QByteArray>("before"); // of the model's value, quotes left out
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char *name, const char *before, const char *after) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after);
    };
    row("first", R"({"model":)", R"(,"messages":[{"role":"user","content":"hi"}]})");
    row("last", R"({"messages":[{"role":"user","content":"hi"}],"model":)", "}");
    row("spaces and lines", "{\n\t\"model\" :  ", "  ,\r\n \"temperature\" : 1.0e+0 }\n");
    row("numbers as written", R"({"seed":12345678901234567890,"top_p":0.10,"model":)",
        R"(,"n":1E0,"x":-0.0})");
    row("the same name elsewhere", R"({"user":"asked","model":)",
        R"(,"messages":[{"role":"user","content":"\"model\":\"asked\"","model":"asked"}]})");
    row("escapes and other scripts", R"({"a":"\u00e9\/\ud83d\ude00","model":)",
        ",\"b\":\"\xc3\xa9\xf0\x9f\x98\x80\"}");
    row("a stream", R"({"stream":true,"model":)", R"(,"stream_options":{"include_usage":true}})");
    row("twice in a part", R"({"metadata":{"a":1,"a":2},"model":)", "}");
}

void TstAliases::onlyTheNameChanges()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    Scenario scenario;
    FakeUpstream &backend =
        scenario.addBackend("b", {{"model", "routed"}, {"upstream_model", "much-longer-upstream"}});
    scenario.config.set("models", "aliases", "{asked: routed}");
    START_OR_FAIL(scenario);
    for (const char *name : {"\"asked\"", "\"a\\u0073ked\"", "\"routed\""}) {
        const HttpResponse response =
            scenario.chat(before.toStdString() + name + after.toStdString());
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
    }
    const auto requests = backend.log.requests();
    QCOMPARE(requests.size(), std::size_t(3));
    for (const RecordedRequest &request : requests) {
        QCOMPARE(request.body,
                 before.toStdString() + "\"much-longer-upstream\"" + after.toStdString());
        QCOMPARE(request.header("content-length"), std::to_string(request.body.size()));
    }
}

void TstAliases::withoutOtherNamesNothingChanges()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b");
    scenario.config.set("models", "aliases", "{other: another}");
    START_OR_FAIL(scenario);
    const std::string body = "{ \"model\" : \"te\\u0073t-model\" , \"x\": 1.50 }";
    QCOMPARE(scenario.chat(body).status, 200);
    QCOMPARE(backend.log.requests().at(0).body, body);
}

void TstAliases::wildcardsServeWhatFits()
{
    Scenario scenario;
    FakeUpstream &qwen = scenario.addBackend("qwen", {{"model", "\"qwen*-instruct\""}});
    scenario.addBackend("gguf", {{"model", "\"*.gguf\""}});
    START_OR_FAIL(scenario);
    const auto served = [&scenario](std::string_view name) {
        const HttpResponse response = scenario.chat(chatBody("hi", {}, name));
        return response.status == 200 ? response.header("x-meridian-backend")
                                      : std::to_string(response.status);
    };
    QCOMPARE(served("qwen2.5-7b-instruct"), std::string("qwen"));
    QCOMPARE(served("qwen-instruct"), std::string("qwen"));
    QCOMPARE(served("a.gguf"), std::string("gguf"));
    QCOMPARE(served("qwen2.5-7b"), std::string("404"));
    QCOMPARE(served("my-qwen-instruct"), std::string("404"));
    QCOMPARE(served("gguf"), std::string("404"));
    QCOMPARE(modelOf(qwen.log.requests()[0]), std::string("qwen2.5-7b-instruct")); // as it came
}

void TstAliases::eachBackendItsOwnName()
{
    Scenario scenario;
    FakeUpstream &awq = scenario.addBackend(
        "awq", {{"model", "\"qwen*\""}, {"upstream_model", "qwen-awq"}, {"weight", "1"}});
    FakeUpstream &plain = scenario.addBackend("plain", {{"model", "qwen"}});
    FakeUpstream &unset =
        scenario.addBackend("empty", {{"model", "qwen"}, {"upstream_model", "null"}});
    scenario.config.set("gateway", "strategy", "weighted_round_robin")
        .set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    (void)sharesOf(scenario, 6, chatBody("hi", {}, "qwen"));
    QCOMPARE(modelOf(awq.log.requests().at(0)), std::string("qwen-awq"));
    QCOMPARE(modelOf(plain.log.requests().at(0)), std::string("qwen"));
    QCOMPARE(modelOf(unset.log.requests().at(0)), std::string("qwen"));
}

void TstAliases::aRetryIsWrittenAnew()
{
    Scenario scenario;
    FakeUpstream &dying =
        scenario.addBackend("dying", {{"model", "m"}, {"upstream_model", "dying-model"}});
    FakeUpstream &good =
        scenario.addBackend("good", {{"model", "m"}, {"upstream_model", "good-model"}});
    START_OR_FAIL(scenario);
    dying.setHandler([](const RecordedRequest &) { return Reply::hangUp(Ending::Reset); });
    for (int i = 0; i < 4; ++i) {
        QCOMPARE(scenario.chat(chatBody("hi", {}, "m")).status, 200);
    }
    QVERIFY(dying.log.requestCount() >= 1);
    for (const RecordedRequest &request : dying.log.requests()) {
        QCOMPARE(request.body, chatBody("hi", {}, "dying-model"));
    }
    for (const RecordedRequest &request : good.log.requests()) {
        QCOMPARE(request.body, chatBody("hi", {}, "good-model"));
    }
}

void TstAliases::hardNames_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("slashes") << QByteArray("Qwen/Qwen2.5-72B") << QByteArray("Qwen/Qwen2.5-72B");
    QTest::newRow("quotes and backslashes") << QByteArray(R"("a\"b\\c")") << QByteArray(R"(a"b\c)");
    QTest::newRow("other scripts")
        << QByteArray("\xe6\xa8\xa1\xe5\x9e\x8b") << QByteArray("\xe6\xa8\xa1\xe5\x9e\x8b");
}

void TstAliases::hardNames()
{
    QFETCH(QByteArray, yaml);
    QFETCH(QByteArray, name);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("b", {{"upstream_model", yaml.toStdString()}});
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
    QCOMPARE(modelOf(backend.log.requests().at(0)), name.toStdString());
}

void TstAliases::theClientSeesWhatTheBackendSaid()
{
    Scenario scenario;
    scenario.addBackend("b", {{"model", "routed"}, {"upstream_model", "upstream"}})
        .setHandler(
            [](const RecordedRequest &) { return Reply::json(completionBody("upstream")); });
    scenario.config.set("models", "aliases", "{asked: routed}");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(chatBody("hi", {}, "asked"));
    QCOMPARE(response.body, completionBody("upstream")); // passed on unchanged
}

QTEST_GUILESS_MAIN(TstAliases)
#include "tst_aliases.moc"
