// SPDX-License-Identifier: MIT
// Promise: /v1/responses works over providers that never heard of it, its conversations included,
// and tokens are counted or estimated for every client that asks.
#include "tests/integration/wires.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

namespace {

const GatewayConfig::Entries ChatOnly{{"model", "m"}, {"options", "{native_responses: false}"}};
const Headers Mine{{"Authorization", "Bearer one"}};

std::string request(std::string_view input, std::string_view more = {})
{
    return R"({"model":"m","input":")" + std::string(input) + "\"" + std::string(more) + "}";
}

std::string after(const HttpResponse &response)
{
    return R"(,"previous_response_id":")" +
           jsonOf(response).value(QLatin1String("id")).toString().toStdString() + "\"";
}

QJsonArray messagesOf(const RecordedRequest &seen)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(seen.body))
        .object()
        .value(QLatin1String("messages"))
        .toArray();
}

} // namespace

class TstResponsesApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOnFromAResponse_data();
    void goesOnFromAResponse();
    void goesOnFromAStream();
    void unknownIds();
    void notKept();
    void anothersResponse();
    void afterFailover();
    void nativePassesUnchanged();
    void tokenCounts_data();
    void tokenCounts();
};

void TstResponsesApi::goesOnFromAResponse_data()
{
    QTest::addColumn<QString>("provider");
    QTest::newRow("chat completions") << "openai";
    QTest::newRow("Anthropic") << "anthropic";
}

void TstResponsesApi::goesOnFromAResponse()
{
    QFETCH(QString, provider);
    const std::string name = provider.toStdString();
    Scenario scenario;
    FakeUpstream &backend = addProvider(
        scenario, name, name == "openai" ? ChatOnly : GatewayConfig::Entries{{"model", "m"}});
    START_OR_FAIL(scenario);
    HttpResponse response = scenario.post("/v1/responses", request("first"), Mine);
    QVERIFY2(response.status == 200, response.body.c_str());
    const Told told = readWhole(Wire::Responses, response.body);
    QVERIFY2(told.text == "hello" && told.hasEnded && told.input == 7, response.body.c_str());
    QVERIFY(
        jsonOf(response).value(QLatin1String("id")).toString().startsWith(QLatin1String("resp_")));
    QCOMPARE(backend.log.requests().at(0).target,
             std::string(name == "openai" ? "/v1/chat/completions" : "/v1/messages"));
    for (int turn = 2; turn < 6; ++turn) {
        response = scenario.post("/v1/responses",
                                 request("turn " + std::to_string(turn), after(response)), Mine);
        QVERIFY2(response.status == 200, response.body.c_str());
        const QJsonArray messages = messagesOf(backend.log.requests().back());
        QVERIFY2(messages.size() == 2 * turn - 1, backend.log.requests().back().body.c_str());
        QCOMPARE(messages.at(1).toObject().value(QLatin1String("role")).toString(),
                 QStringLiteral("assistant"));
        QVERIFY(backend.log.requests().back().body.find("previous_response_id") ==
                std::string::npos);
    }
}

void TstResponsesApi::goesOnFromAStream()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai", ChatOnly);
    START_OR_FAIL(scenario);
    const HttpResponse stream =
        scenario.post("/v1/responses", request("first", R"(,"stream":true)"), Mine);
    VERIFY_COMPLETE(stream);
    const Told told = readStream(Wire::Responses, stream.body);
    QVERIFY2(told.problem.empty() && told.hasEnded && told.text == "hello", stream.body.c_str());
    QString id;
    for (const std::string &event : eventsOf(stream.body)) {
        const QJsonObject object =
            QJsonDocument::fromJson(QByteArray::fromStdString(event)).object();
        if (object.value(QLatin1String("type")).toString() == QLatin1String("response.completed")) {
            id = object.value(QLatin1String("response"))
                     .toObject()
                     .value(QLatin1String("id"))
                     .toString();
        }
    }
    QVERIFY(!id.isEmpty());
    const HttpResponse response = scenario.post(
        "/v1/responses",
        request("second", R"(,"previous_response_id":")" + id.toStdString() + "\""), Mine);
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(messagesOf(backend.log.requests().back()).size(), 3);
}

void TstResponsesApi::unknownIds()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai", ChatOnly);
    START_OR_FAIL(scenario);
    for (const char *id : {R"("resp_no")", R"("")", R"("\u0000")"}) {
        const HttpResponse response = scenario.post(
            "/v1/responses", request("x", std::string(R"(,"previous_response_id":)") + id), Mine);
        VERIFY_ERROR(response, 400, "invalid_request_error", "previous_response_not_found");
    }
    QCOMPARE(scenario.post("/v1/responses", request("x", R"(,"previous_response_id":7)")).status,
             400);
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.post("/v1/responses", request("x", R"(,"previous_response_id":null)")).status,
             200);
}

void TstResponsesApi::notKept()
{
    Scenario scenario;
    addProvider(scenario, "openai", ChatOnly);
    START_OR_FAIL(scenario);
    const HttpResponse first =
        scenario.post("/v1/responses", request("x", R"(,"store":false)"), Mine);
    QCOMPARE(first.status, 200);
    VERIFY_ERROR(scenario.post("/v1/responses", request("y", after(first)), Mine), 400,
                 "invalid_request_error", "previous_response_not_found");
}

void TstResponsesApi::anothersResponse()
{
    Scenario scenario;
    addProvider(scenario, "openai", ChatOnly);
    START_OR_FAIL(scenario);
    const HttpResponse first = scenario.post("/v1/responses", request("x"), Mine);
    QCOMPARE(first.status, 200);
    for (const Headers &other : {Headers{}, Headers{{"Authorization", "Bearer two"}},
                                 Headers{{"x-api-key", "Bearer two"}}}) {
        VERIFY_ERROR(scenario.post("/v1/responses", request("y", after(first)), other), 400,
                     "invalid_request_error", "previous_response_not_found");
    }
    QCOMPARE(scenario.post("/v1/responses", request("y", after(first)), Mine).status, 200);
}

void TstResponsesApi::afterFailover()
{
    Scenario scenario;
    FakeUpstream &one = addProvider(scenario, "openai", ChatOnly, "one");
    FakeUpstream &two = addProvider(scenario, "anthropic", {{"model", "m"}}, "two");
    // A native one has never seen what is kept here.
    FakeUpstream &native = addProvider(scenario, "openai", {{"model", "m"}}, "native");
    START_OR_FAIL(scenario);
    native.setHandler([](const RecordedRequest &request) {
        return request.target == "/v1/responses" ? Reply::json("{}", 503)
                                                 : providerReply("openai", request);
    });
    two.stop();
    HttpResponse response = scenario.post("/v1/responses", request("first"), Mine);
    QVERIFY2(response.status == 200, response.body.c_str());
    (void)two.restart();
    one.stop();
    for (int turn = 2; turn < 6; ++turn) {
        response = scenario.post("/v1/responses", request("next", after(response)), Mine);
        QVERIFY2(response.status == 200, response.body.c_str());
        const std::string chosen = response.header("x-meridian-backend");
        const RecordedRequest seen = (chosen == "two" ? two : native).log.requests().back();
        QVERIFY2(seen.target != "/v1/responses", chosen.c_str());
        QVERIFY2(messagesOf(seen).size() == 2 * turn - 1, seen.body.c_str());
    }
}

void TstResponsesApi::nativePassesUnchanged()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai", {{"model", "m"}});
    START_OR_FAIL(scenario);
    const std::string body = request("x", R"(, "previous_response_id":"resp_theirs" , "odd":1.0)");
    const std::string answer = R"({"id":"resp_2","object":"response","status":"completed",)"
                               R"("output":[],"usage":{"input_tokens":4,"output_tokens":2}})";
    backend.enqueue(Reply::json(answer));
    const HttpResponse response = scenario.post("/v1/responses", body, Mine);
    QCOMPARE(response.body, answer);
    QCOMPARE(backend.log.requests().at(0).body, body);
    QCOMPARE(backend.log.requests().at(0).target, std::string("/v1/responses"));
    QCOMPARE(scenario.logLine(response.header("x-request-id"))
                 .value(QLatin1String("prompt_tokens"))
                 .toInt(-1),
             4);
}

void TstResponsesApi::tokenCounts_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("field");
    const QString chat = QStringLiteral(R"({"model":"%1","messages":[{"role":"user","content":"a )"
                                        R"(sentence of a few words"}]})");
    QTest::newRow("anthropic") << "/v1/messages/count_tokens" << chat << "input_tokens";
    QTest::newRow("responses") << "/v1/responses/input_tokens"
                               << R"({"model":"%1","input":"a sentence of a few words"})"
                               << "input_tokens";
    QTest::newRow("gemini") << "/v1beta/models/%1:countTokens"
                            << R"({"contents":[{"parts":[{"text":"a sentence of a few words"}]}]})"
                            << "totalTokens";
}

void TstResponsesApi::tokenCounts()
{
    QFETCH(QString, target);
    QFETCH(QString, body);
    QFETCH(QString, field);
    Scenario scenario;
    FakeUpstream &claude = addProvider(scenario, "anthropic");
    FakeUpstream &gemini = addProvider(scenario, "google");
    FakeUpstream &openai = addProvider(scenario, "openai");
    START_OR_FAIL(scenario);
    claude.setHandler(
        [](const RecordedRequest &) { return Reply::json(R"({"input_tokens":41})"); });
    gemini.setHandler([](const RecordedRequest &) { return Reply::json(R"({"totalTokens":42})"); });
    const auto count = [&](const char *provider) {
        const QString model = QLatin1String(provider) + QLatin1String("-model");
        const QString path = QString(target).replace(QLatin1String("%1"), model);
        const QString text = QString(body).replace(QLatin1String("%1"), model);
        return scenario.post(path.toStdString(), text.toStdString());
    };
    const auto number = [&field](const HttpResponse &response) {
        return jsonOf(response).value(field).toInt(-1);
    };
    const HttpResponse byClaude = count("anthropic");
    QVERIFY2(number(byClaude) == 41, byClaude.body.c_str());
    QCOMPARE(claude.log.requests().at(0).target, std::string("/v1/messages/count_tokens"));
    const HttpResponse byGemini = count("google");
    QVERIFY2(number(byGemini) == 42, byGemini.body.c_str());
    QVERIFY(gemini.log.requests().at(0).target.ends_with(":countTokens"));
    const HttpResponse guessed = count("openai");
    QVERIFY2(number(guessed) > 3 && number(guessed) < 40, guessed.body.c_str());
    QCOMPARE(guessed.header("x-meridian-tokens"), std::string("estimate"));
    QCOMPARE(openai.log.requestCount(), std::size_t(0));
    for (const HttpResponse &exact : {byClaude, byGemini}) {
        QCOMPARE(exact.header("x-meridian-tokens"), std::string("exact"));
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

QTEST_GUILESS_MAIN(TstResponsesApi)
#include "tst_responsesapi.moc"
