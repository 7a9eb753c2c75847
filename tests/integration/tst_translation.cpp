// SPDX-License-Identifier: MIT
// Promise: every client can ask every provider, whole and streamed; the provider gets a request in
// its own manner, and nothing of the client's that is not for it.
#include "tests/integration/wires.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <map>

using namespace meridian::support;

namespace {

const std::vector<std::string> Providers{"openai", "anthropic", "google", "ollama"};

std::string member(const RecordedRequest &request, const char *name)
{
    const QJsonValue value = QJsonDocument::fromJson(QByteArray::fromStdString(request.body))
                                 .object()
                                 .value(QLatin1String(name));
    return value.isString() ? value.toString().toStdString()
                            : value.toVariant().toString().toStdString();
}

bool speaksOf(const RecordedRequest &request, std::string_view secret)
{
    return request.rawHead.find(secret) != std::string::npos ||
           request.body.find(secret) != std::string::npos;
}

} // namespace

class TstTranslation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyClientEveryProvider_data();
    void everyClientEveryProvider();
    void whatAnthropicIsTold();
    void whatOpenAiIsTold();
    void whatGeminiIsTold();
    void whatOllamaIsTold();
    void clientKeysStayHere();
    void anythingAnOpenAiServerTakesGoesUnchanged();
    void embeddings();
};

void TstTranslation::everyClientEveryProvider_data()
{
    QTest::addColumn<int>("wire");
    for (const Wire wire : AllWires) {
        QTest::newRow(wireName(wire)) << static_cast<int>(wire);
    }
}

void TstTranslation::everyClientEveryProvider()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    Scenario scenario;
    std::map<std::string, FakeUpstream *> backends;
    for (const std::string &provider : Providers) {
        backends[provider] = &addProvider(scenario, provider);
    }
    START_OR_FAIL(scenario);
    for (const std::string &provider : Providers) {
        for (const bool isStream : {false, true}) {
            const WireRequest request = ask(client, provider + "-model", isStream);
            const HttpResponse response = scenario.post(request.target, request.body);
            const std::string context = provider + (isStream ? " stream: " : " whole: ") +
                                        std::to_string(response.status) + " " + response.body;
            QVERIFY2(response.isComplete(), (response.problem + context).c_str());
            QVERIFY2(response.status == 200, context.c_str());
            if (client == Wire::Responses && provider == "openai") {
                continue; // the fake knows no responses; tst_responsesapi does
            }
            if (client == Wire::Completions && provider == "openai") {
                continue; // native, and the fake answers a chat completion
            }
            if (client == Wire::OllamaGenerate && provider == "ollama") {
                continue; // likewise
            }
            const Told told =
                isStream ? readStream(client, response.body) : readWhole(client, response.body);
            QVERIFY2(told.problem.empty(), (told.problem + context).c_str());
            QVERIFY2(told.text == "hello", context.c_str());
            QVERIFY2(told.hasEnded, context.c_str());
            QVERIFY2(told.input == (isStream ? 11 : 7), context.c_str());
            QVERIFY2(told.output == (isStream ? 5 : 3), context.c_str());
            QCOMPARE(response.header("x-meridian-backend"), provider);
            const std::string id = response.header("x-request-id");
            QVERIFY(!id.empty());
            const bool isNative = (client == Wire::Chat && provider == "openai") ||
                                  (client == Wire::Anthropic && provider == "anthropic") ||
                                  (client == Wire::Gemini && provider == "google") ||
                                  (client == Wire::OllamaChat && provider == "ollama");
            QVERIFY2(response.header("x-meridian-fidelity").empty() == isNative, context.c_str());
            const RecordedRequest seen = backends[provider]->log.requests().back();
            QCOMPARE(seen.header("x-request-id"), id);
            QCOMPARE(seen.header("content-length"), std::to_string(seen.body.size()));
            QVERIFY2(wantsStream(provider, seen) == isStream, seen.body.c_str());
            const bool isLines = client == Wire::OllamaChat || client == Wire::OllamaGenerate;
            const std::string type = !isStream ? "application/json"
                                     : isLines ? "application/x-ndjson"
                                               : "text/event-stream";
            QVERIFY2(response.header("content-type").starts_with(type),
                     response.header("content-type").c_str());
            const QJsonObject line = scenario.logLine(id);
            QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 200);
            QCOMPARE(line.value(QLatin1String("stream")).toBool(), isStream);
            QCOMPARE(line.value(QLatin1String("prompt_tokens")).toInt(-1), isStream ? 11 : 7);
            QCOMPARE(line.value(QLatin1String("completion_tokens")).toInt(-1), isStream ? 5 : 3);
            QVERIFY(line.value(QLatin1String("error_type")).isNull());
        }
    }
}

void TstTranslation::whatAnthropicIsTold()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(
        scenario, "anthropic", {{"api_key", "sk-ant-ours"}, {"upstream_model", "claude-x"}});
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(
        R"({"model":"anthropic-model","stop":["END"],"temperature":0.5,"messages":[)"
        R"({"role":"system","content":"be brief"},{"role":"user","content":"hi"}]})",
        {{"Authorization", "Bearer sk-anything"}, {"User-Agent", "test/1"}, {"X-Other", "secret"}});
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.method, std::string("POST"));
    QCOMPARE(seen.target, std::string("/v1/messages"));
    QCOMPARE(seen.header("x-api-key"), std::string("sk-ant-ours"));
    QCOMPARE(seen.header("anthropic-version"), std::string("2023-06-01"));
    QCOMPARE(seen.header("content-type"), std::string("application/json"));
    QCOMPARE(seen.header("content-length"), std::to_string(seen.body.size()));
    QCOMPARE(seen.header("user-agent"), std::string("test/1"));
    QVERIFY(!seen.has("authorization"));
    QVERIFY(!seen.has("x-other"));
    QVERIFY(!speaksOf(seen, "sk-anything"));
    QCOMPARE(member(seen, "model"), std::string("claude-x"));
    const QJsonObject body = QJsonDocument::fromJson(QByteArray::fromStdString(seen.body)).object();
    QVERIFY2(body.value(QLatin1String("max_tokens")).toInt() > 0, seen.body.c_str());
    QCOMPARE(body.value(QLatin1String("stop_sequences")).toArray().at(0).toString(),
             QStringLiteral("END"));
    QCOMPARE(body.value(QLatin1String("messages")).toArray().size(), 1);
    QVERIFY2(seen.body.find("be brief") != std::string::npos, seen.body.c_str());
    // As the client called it.
    QCOMPARE(jsonOf(response).value(QLatin1String("model")).toString(),
             QStringLiteral("anthropic-model"));
}

void TstTranslation::whatOpenAiIsTold()
{
    Scenario scenario;
    FakeUpstream &backend =
        addProvider(scenario, "openai", {{"api_key", "sk-ours"}, {"upstream_model", "gpt-x"}});
    START_OR_FAIL(scenario);
    const HttpResponse response =
        scenario.post("/v1/messages?beta=true",
                      R"({"model":"openai-model","max_tokens":9,"stream":true,"system":"be brief",)"
                      R"("messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]})",
                      {{"x-api-key", "sk-client"},
                       {"anthropic-version", "2023-06-01"},
                       {"anthropic-beta", "some-beta"}});
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.target, std::string("/v1/chat/completions"));
    QCOMPARE(seen.header("authorization"), std::string("Bearer sk-ours"));
    QVERIFY(!seen.has("x-api-key"));
    QVERIFY(!seen.has("anthropic-version"));
    QVERIFY(!seen.has("anthropic-beta"));
    QCOMPARE(member(seen, "model"), std::string("gpt-x"));
    // Without it there would be no usage, which Anthropic's clients live on.
    QVERIFY2(seen.body.find(R"("include_usage":true)") != std::string::npos, seen.body.c_str());
    const Told told = readStream(Wire::Anthropic, response.body);
    QCOMPARE(told.text, std::string("hello"));
    QVERIFY(response.body.find(R"("model":"openai-model")") != std::string::npos);
}

void TstTranslation::whatGeminiIsTold()
{
    Scenario scenario;
    FakeUpstream &backend =
        addProvider(scenario, "google", {{"api_key", "AIza-ours"}, {"upstream_model", "gemini-x"}});
    START_OR_FAIL(scenario);
    for (const bool isStream : {false, true}) {
        const WireRequest request = ask(Wire::Chat, "google-model", isStream);
        QCOMPARE(scenario.post(request.target, request.body).status, 200);
        const RecordedRequest seen = backend.log.requests().back();
        QCOMPARE(seen.target, isStream ? std::string("/v1beta/models/gemini-x:"
                                                     "streamGenerateContent?alt=sse")
                                       : std::string("/v1beta/models/gemini-x:generateContent"));
        QCOMPARE(seen.header("x-goog-api-key"), std::string("AIza-ours"));
        QVERIFY(!seen.has("authorization"));
        QVERIFY2(seen.body.find(R"("text":"hi")") != std::string::npos, seen.body.c_str());
        QVERIFY2(member(seen, "model").empty(), seen.body.c_str());
    }
}

void TstTranslation::whatOllamaIsTold()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(
        scenario, "ollama",
        {{"upstream_model", "llama3.2"}, {"options", "{num_ctx: 8192, keep_alive: 10m}"}});
    START_OR_FAIL(scenario);
    const WireRequest request = ask(Wire::Chat, "ollama-model", true);
    QCOMPARE(scenario.post(request.target, request.body, {{"Authorization", "Bearer x"}}).status,
             200);
    const RecordedRequest seen = backend.log.requests().back();
    QCOMPARE(seen.target, std::string("/api/chat"));
    QCOMPARE(member(seen, "model"), std::string("llama3.2"));
    QCOMPARE(member(seen, "keep_alive"), std::string("10m"));
    QVERIFY2(seen.body.find(R"("num_ctx":8192)") != std::string::npos, seen.body.c_str());
    QVERIFY(!seen.has("authorization"));
}

void TstTranslation::clientKeysStayHere()
{
    Scenario scenario;
    std::vector<FakeUpstream *> backends;
    for (const std::string &provider : Providers) {
        backends.push_back(&addProvider(scenario, provider)); // without keys
    }
    START_OR_FAIL(scenario);
    const Headers keys{{"Authorization", "Bearer secret-1"},
                       {"x-api-key", "secret-2"},
                       {"api-key", "secret-3"},
                       {"x-goog-api-key", "secret-4"},
                       {"Cookie", "secret-5"}};
    for (const std::string &provider : Providers) {
        const Wire wire = provider == "anthropic" ? Wire::Chat : Wire::Anthropic;
        const WireRequest request = ask(wire, provider + "-model", false);
        QCOMPARE(scenario.post(request.target, request.body, keys).status, 200);
    }
    for (const FakeUpstream *backend : backends) {
        for (const RecordedRequest &seen : backend->log.requests()) {
            QVERIFY2(!speaksOf(seen, "secret-"), seen.rawHead.c_str());
        }
    }
    QVERIFY(scenario.gateway.process().standardError().find("secret-") == std::string::npos);
}

void TstTranslation::anythingAnOpenAiServerTakesGoesUnchanged()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai");
    START_OR_FAIL(scenario);
    const std::string body = R"({ "model" : "openai-model", "x":1.50e3 , "messages":[ ] })";
    const HttpResponse response = scenario.chat(body);
    QCOMPARE(response.status, 200);
    QVERIFY(!response.has("x-meridian-fidelity"));
    QCOMPARE(backend.log.requests().at(0).body, body);
}

void TstTranslation::embeddings()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "ollama");
    addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    backend.enqueue(
        Reply::json(R"({"model":"o","embeddings":[[0.5,-0.25],[1,2]],"prompt_eval_count":4})"));
    const HttpResponse response =
        scenario.post("/v1/embeddings", R"({"model":"ollama-model","input":["a","b"]})");
    QCOMPARE(response.status, 200);
    QCOMPARE(backend.log.requests().at(0).target, std::string("/api/embed"));
    const QJsonArray data = jsonOf(response).value(QLatin1String("data")).toArray();
    QCOMPARE(data.size(), 2);
    QCOMPARE(data.at(0).toObject().value(QLatin1String("embedding")).toArray().at(1).toDouble(),
             -0.25);
    QCOMPARE(scenario.logLine(response.header("x-request-id"))
                 .value(QLatin1String("prompt_tokens"))
                 .toInt(-1),
             4);
    // Nobody has vectors there.
    VERIFY_ERROR(scenario.post("/v1/embeddings", R"({"model":"anthropic-model","input":"a"})"), 400,
                 "invalid_request_error", "unsupported_operation");
}

QTEST_GUILESS_MAIN(TstTranslation)
#include "tst_translation.moc"
