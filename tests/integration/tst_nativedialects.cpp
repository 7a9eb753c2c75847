// SPDX-License-Identifier: MIT
// Promise: a provider that speaks the client's own dialect gets the client's bytes, with another
// model's name spliced in where it is called otherwise there.
#include "tests/integration/wires.h"

#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

namespace {

// Spaces, key order, number spelling, unknown fields, escapes: all of it is the client's business.
const std::string Claude =
    R"({ "max_tokens":1e3, "model" : "anthropic-model","new_field":{"z":1.50,"a":[ 1 ,2]},)"
    R"("system":[{"type":"text","text":"\u0041\/b","cache_control":{"type":"ephemeral","ttl":"1h"}}],)"
    "\n\t"
    R"("messages":[{"role":"user","content":"héllo"}],"temperature":0.10 })";

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    text.replace(text.find(from), from.size(), to);
    return text;
}

} // namespace

class TstNativeDialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anthropicByteForByte();
    void anthropicRenamed();
    void anthropicCountTokens();
    void streamsAndErrorsPassUnchanged();
    void geminiRenamedInThePath();
    void azurePaths_data();
    void azurePaths();
    void vertexGemini();
    void vertexAnthropic();
    void ollamaNative();
    void openAiServersWithMessages();
};

void TstNativeDialects::anthropicByteForByte()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.post("/v1/messages?beta=true", Claude,
                                                {{"x-api-key", "sk-ant-mine"},
                                                 {"anthropic-version", "2024-99-99"},
                                                 {"anthropic-beta", "one,two"},
                                                 {"X-Stainless-Lang", "js"}});
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body, providerAnswer("anthropic"));
    QVERIFY(!response.has("x-meridian-fidelity"));
    QCOMPARE(response.header("x-meridian-backend"), std::string("anthropic"));
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.target, std::string("/v1/messages?beta=true"));
    QCOMPARE(seen.body, Claude);
    QCOMPARE(seen.header("x-api-key"), std::string("sk-ant-mine")); // no key of ours: the caller's
    QCOMPARE(seen.header("anthropic-version"), std::string("2024-99-99"));
    QCOMPARE(countHeader(seen.headers, "anthropic-version"), std::size_t(1));
    QCOMPARE(seen.header("anthropic-beta"), std::string("one,two"));
    QCOMPARE(seen.header("x-stainless-lang"), std::string("js"));
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("prompt_tokens")).toInt(-1), 7);
    QCOMPARE(line.value(QLatin1String("completion_tokens")).toInt(-1), 3);
}

void TstNativeDialects::anthropicRenamed()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic",
                                        {{"upstream_model", "claude-\\\"x"},
                                         {"api_key", "sk-ant-ours"},
                                         {"options", "{anthropic_beta: [three]}"}});
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.post(
        "/v1/messages", Claude, {{"x-api-key", "sk-ant-mine"}, {"Authorization", "Bearer mine"}});
    QCOMPARE(response.status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    const std::string renamed =
        replaced(Claude, "\"anthropic-model\"", "\"claude-\\\\\\\"x\"");
    QCOMPARE(seen.body, renamed);
    QCOMPARE(seen.header("content-length"), std::to_string(seen.body.size()));
    QCOMPARE(seen.header("x-api-key"), std::string("sk-ant-ours"));
    QCOMPARE(countHeader(seen.headers, "x-api-key"), std::size_t(1));
    QVERIFY(!seen.has("authorization"));
    QCOMPARE(seen.header("anthropic-version"), std::string("2023-06-01")); // none was given
    QCOMPARE(seen.header("anthropic-beta"), std::string("three"));
}

void TstNativeDialects::anthropicCountTokens()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::json(R"({"input_tokens": 42})"));
    const HttpResponse response =
        scenario.post("/v1/messages/count_tokens?beta=true", Claude, {{"x-api-key", "k"}});
    QCOMPARE(response.status, 200);
    QCOMPARE(response.body, std::string(R"({"input_tokens": 42})"));
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.target, std::string("/v1/messages/count_tokens?beta=true"));
    QCOMPARE(seen.body, Claude);
}

void TstNativeDialects::streamsAndErrorsPassUnchanged()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const WireRequest request = ask(Wire::Anthropic, "anthropic-model", true);
    const HttpResponse stream = scenario.post(request.target, request.body);
    std::string whole;
    for (const std::string &event : providerStream("anthropic")) {
        whole += event;
    }
    QCOMPARE(stream.body, whole);
    const QJsonObject line = scenario.logLine(stream.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("prompt_tokens")).toInt(-1), 11);
    QCOMPARE(line.value(QLatin1String("completion_tokens")).toInt(-1), 5);
    const std::string words = providerError("anthropic", 400, "no such thing");
    backend.enqueue(Reply::json(words, 400, {{"request-id", "req_1"}}));
    const HttpResponse error = scenario.post(request.target, request.body);
    QCOMPARE(error.status, 400);
    QCOMPARE(error.body, words);
    QCOMPARE(error.header("request-id"), std::string("req_1"));
}

void TstNativeDialects::geminiRenamedInThePath()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(
        scenario, "google", {{"upstream_model", "gemini-3/x"}, {"api_key", "AIza-ours"}});
    START_OR_FAIL(scenario);
    const std::string body = R"({ "contents":[{"parts":[{"text":"hi"}]}] , "odd": 1.0 })";

    struct Row
    {
        const char *asked;
        const char *seen;
    };

    for (const Row &row : {
             Row{"/v1beta/models/google-model:generateContent?key=AIza-mine",
                 "/v1beta/models/gemini-3%2Fx:generateContent"},
             Row{"/v1beta/models/google-model:streamGenerateContent?key=AIza-mine&alt=sse",
                 "/v1beta/models/gemini-3%2Fx:streamGenerateContent?alt=sse"},
             Row{"/v1/models/google-model:countTokens?$alt=json;enum-encoding=int&key=AIza-mine",
                 "/v1beta/models/gemini-3%2Fx:countTokens?$alt=json;enum-encoding=int"},
         }) {
        const HttpResponse response =
            scenario.post(row.asked, body, {{"x-goog-api-key", "AIza-mine-too"}});
        QVERIFY2(response.status == 200, response.body.c_str());
        const RecordedRequest seen = backend.log.requests().back();
        QCOMPARE(seen.target, std::string(row.seen));
        QCOMPARE(seen.body, body);
        QCOMPARE(seen.header("x-goog-api-key"), std::string("AIza-ours"));
        QVERIFY(seen.rawHead.find("AIza-mine") == std::string::npos);
    }
    const std::string said = scenario.gateway.process().standardError();
    QVERIFY(said.find("AIza-mine") == std::string::npos);
    for (const std::string &line : scenario.gateway.requestLog()) {
        QVERIFY2(line.find("AIza-mine") == std::string::npos, line.c_str());
    }
}

void TstNativeDialects::azurePaths_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("seen");
    QTest::newRow("v1") << "{}"
                        << "/v1/chat/completions"
                        << "/openai/v1/chat/completions";
    QTest::newRow("v1, query") << "{}"
                               << "/v1/responses?x=1"
                               << "/openai/v1/responses?x=1";
    QTest::newRow("dated") << "{api_version: \"2024-10-21\", deployment: gpt-4o-eu}"
                           << "/v1/chat/completions"
                           << "/openai/deployments/gpt-4o-eu/chat/completions?api-version="
                              "2024-10-21";
    QTest::newRow("dated, by name") << "{api_version: \"2024-10-21\"}"
                                    << "/v1/embeddings"
                                    << "/openai/deployments/az%2Fup/embeddings?api-version="
                                       "2024-10-21";
}

void TstNativeDialects::azurePaths()
{
    QFETCH(QString, options);
    QFETCH(QString, asked);
    QFETCH(QString, seen);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai",
                                        {{"provider", "azure_openai"},
                                         {"upstream_model", "az/up"},
                                         {"api_key", "azure-key"},
                                         {"options", options.toStdString()}});
    START_OR_FAIL(scenario);
    const HttpResponse response =
        scenario.post(asked.toStdString(), R"({"model":"openai-model","input":"a","messages":[]})",
                      {{"Authorization", "Bearer mine"}});
    QVERIFY2(response.status == 200, response.body.c_str());
    const RecordedRequest request = backend.log.requests().at(0);
    QCOMPARE(request.target, seen.toStdString());
    QCOMPARE(request.header("api-key"), std::string("azure-key"));
    QVERIFY(!request.has("authorization"));
    // Another dialect finds its way, too.
    const WireRequest claude = ask(Wire::Anthropic, "openai-model", false);
    QCOMPARE(scenario.post(claude.target, claude.body).status, 200);
    const std::string target = backend.log.requests().back().target;
    QVERIFY2(target.find("/chat/completions") != std::string::npos, target.c_str());
}

void TstNativeDialects::vertexGemini()
{
    Scenario scenario;
    FakeUpstream &backend =
        addProvider(scenario, "google",
                    {{"provider", "google_vertex_ai"},
                     {"api_key", "vertex-key"},
                     {"options", "{project: acme, location: europe-west1, quota_project: pay}"}});
    START_OR_FAIL(scenario);
    const WireRequest native = ask(Wire::Gemini, "google-model", true);
    QCOMPARE(scenario.post(native.target, native.body).status, 200);
    const std::string base =
        "/v1/projects/acme/locations/europe-west1/publishers/google/models/google-model:";
    QCOMPARE(backend.log.requests().at(0).target, base + "streamGenerateContent?alt=sse");
    QCOMPARE(backend.log.requests().at(0).body, native.body);
    QCOMPARE(backend.log.requests().at(0).header("x-goog-api-key"), std::string("vertex-key"));
    QCOMPARE(backend.log.requests().at(0).header("x-goog-user-project"), std::string("pay"));
    const WireRequest chat = ask(Wire::Chat, "google-model", false);
    QCOMPARE(scenario.post(chat.target, chat.body).status, 200);
    QCOMPARE(backend.log.requests().at(1).target, base + "generateContent");
}

void TstNativeDialects::vertexAnthropic()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic",
                                        {{"provider", "google_vertex_ai"},
                                         {"upstream_model", "claude-x@20250101"},
                                         {"api_key", "vertex-key"},
                                         {"options", "{project: acme, location: europe-west1}"}});
    START_OR_FAIL(scenario);
    const std::string base =
        "/v1/projects/acme/locations/europe-west1/publishers/anthropic/models/";
    const HttpResponse response =
        scenario.post("/v1/messages?beta=true", Claude, {{"anthropic-beta", "one"}});
    QVERIFY2(response.status == 200, response.body.c_str());
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.target, base + "claude-x@20250101:rawPredict");
    QVERIFY2(seen.body.starts_with(R"({"anthropic_version":"vertex-2023-10-16","max_tokens":1e3,)"),
             seen.body.c_str());
    QVERIFY2(seen.body.find(R"("model")") == std::string::npos, seen.body.c_str());
    for (const char *kept : {R"("new_field":{"z":1.50,"a":[ 1 ,2]})", R"("\u0041\/b")",
                             R"("ttl":"1h")", R"("temperature":0.10)"}) {
        QVERIFY2(seen.body.find(kept) != std::string::npos, seen.body.c_str());
    }
    QCOMPARE(seen.header("anthropic-beta"), std::string("one"));
    QCOMPARE(seen.header("content-length"), std::to_string(seen.body.size()));

    // Translated, streamed.
    const WireRequest chat = ask(Wire::Chat, "anthropic-model", true);
    const HttpResponse stream = scenario.post(chat.target, chat.body);
    QCOMPARE(readStream(Wire::Chat, stream.body).text, std::string("hello"));
    const RecordedRequest translated = backend.log.requests().at(1);
    QCOMPARE(translated.target, base + "claude-x@20250101:streamRawPredict");
    QVERIFY2(translated.body.find(R"("anthropic_version":"vertex-2023-10-16")") !=
                     std::string::npos &&
                 translated.body.find(R"("model")") == std::string::npos,
             translated.body.c_str());

    backend.enqueue(Reply::json(R"({"input_tokens":5})"));
    QCOMPARE(scenario.post("/v1/messages/count_tokens", Claude).body,
             std::string(R"({"input_tokens":5})"));
    const RecordedRequest count = backend.log.requests().at(2);
    QCOMPARE(count.target, base + "count-tokens:rawPredict");
    QVERIFY2(count.body.find(R"("model":"claude-x@20250101")") != std::string::npos,
             count.body.c_str());
}

void TstNativeDialects::ollamaNative()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "ollama", {{"upstream_model", "llama3.2"}});
    START_OR_FAIL(scenario);
    const std::string body =
        R"({ "model":"ollama-model", "messages":[{"role":"user","content":"hi"}], "think" : true })";
    const HttpResponse response = scenario.post("/api/chat", body); // streams unless told not to
    QCOMPARE(response.status, 200);
    QVERIFY(response.header("content-type").starts_with("application/x-ndjson"));
    QCOMPARE(readStream(Wire::OllamaChat, response.body).text, std::string("hello"));
    QCOMPARE(backend.log.requests().at(0).body, replaced(body, "ollama-model", "llama3.2"));
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("stream")).toBool(), true);
    QCOMPARE(line.value(QLatin1String("prompt_tokens")).toInt(-1), 11);
    QCOMPARE(line.value(QLatin1String("completion_tokens")).toInt(-1), 5);
    QCOMPARE(scenario.post("/api/embeddings", R"({"model":"ollama-model","prompt":"a"})").status,
             200);
    QCOMPARE(backend.log.requests().at(1).target, std::string("/api/embeddings"));
}

void TstNativeDialects::openAiServersWithMessages()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(
        scenario, "openai", {{"options", "{native_messages: true, native_responses: true}"}});
    START_OR_FAIL(scenario);
    const std::string body = replaced(Claude, "anthropic-model", "openai-model");
    backend.enqueue(Reply::json(providerAnswer("anthropic")));
    QCOMPARE(scenario.post("/v1/messages", body).body, providerAnswer("anthropic"));
    QCOMPARE(backend.log.requests().at(0).target, std::string("/v1/messages"));
    QCOMPARE(backend.log.requests().at(0).body, body);
}

QTEST_GUILESS_MAIN(TstNativeDialects)
#include "tst_nativedialects.moc"
