// SPDX-License-Identifier: MIT
// Promise: a path of its own is served by its own backends, with their weights and models; paths
// come and go with a reload.
#include "tests/integration/wires.h"

#include <QJsonDocument>
#include <QTest>

#include <csignal>
#include <map>

using namespace meridian::support;

namespace {

std::string modelOf(const RecordedRequest &request)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(request.body))
        .object()
        .value(QLatin1String("model"))
        .toString()
        .toStdString();
}

constexpr std::string_view Body =
    R"({"model":"whatever","messages":[{"role":"user","content":"hi"}]})";

} // namespace

class TstRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPathOfItsOwn();
    void weightsAndModels();
    void methods();
    void otherDialectsBehindAPath();
    void failoverStaysBehindThePath();
    void aReloadAddsAPath();
    void melisQuickStart();
};

void TstRoutes::aPathOfItsOwn()
{
    Scenario scenario;
    FakeUpstream &one = addProvider(scenario, "openai", {{"model", "m"}}, "one");
    FakeUpstream &two = addProvider(scenario, "openai", {{"model", "m"}}, "two");
    scenario.config.raw("routes:\n  - path: /team/chat\n    backends: [{name: two}]\n"
                        "  - path: /all/chat\n");
    START_OR_FAIL(scenario);
    const WireRequest request = ask(Wire::Chat, "m", false);
    for (int i = 0; i < 6; ++i) {
        const HttpResponse response = scenario.post("/team/chat?x=1", request.body);
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("two"));
    }
    for (int i = 0; i < 6; ++i) {
        QCOMPARE(scenario.post("/all/chat", request.body).status, 200);
    }
    QVERIFY(one.log.requestCount() >= 2 && two.log.requestCount() >= 8);
    // A backend knows nothing of our paths.
    for (const FakeUpstream *backend : {&one, &two}) {
        for (const RecordedRequest &seen : backend->log.requests()) {
            QVERIFY2(seen.target.starts_with("/v1/chat/completions"), seen.target.c_str());
        }
    }
    VERIFY_ERROR(scenario.post("/team/chat/", request.body), 404, {}, "unknown_path");
    VERIFY_ERROR(scenario.post("/Team/chat", request.body), 404, {}, "unknown_path");
    VERIFY_ERROR(scenario.post("/team/chat", "{"), 400, "invalid_request_error");
    VERIFY_ERROR(scenario.post("/team/chat", Body), 404, {}, "model_not_found");
}

void TstRoutes::weightsAndModels()
{
    Scenario scenario;
    FakeUpstream &one = addProvider(scenario, "openai", {{"model", "m"}}, "one");
    FakeUpstream &two = addProvider(scenario, "anthropic", {{"model", "m"}}, "two");
    scenario.config.set("gateway", "strategy", "weighted_round_robin")
        .set("gateway", "workers", "1"); // each goes round by itself
    scenario.config.raw("routes:\n  - path: /team/chat\n    backends:\n"
                        "      - {name: one, weight: 30, model: small}\n"
                        "      - {name: two, weight: 10, model: claude}\n");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 40; ++i) {
        const HttpResponse response = scenario.post("/team/chat", Body);
        QVERIFY2(response.status == 200, response.body.c_str());
    }
    QCOMPARE(one.log.requestCount(), std::size_t(30));
    QCOMPARE(two.log.requestCount(), std::size_t(10));
    QCOMPARE(modelOf(one.log.requests().at(0)), std::string("small"));
    QCOMPARE(modelOf(two.log.requests().at(0)), std::string("claude"));
    // Everywhere else they are what they were.
    one.log.clearRequests();
    two.log.clearRequests();
    const WireRequest request = ask(Wire::Chat, "m", false);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(scenario.post(request.target, request.body).status, 200);
    }
    QCOMPARE(one.log.requestCount(), std::size_t(5));
    QCOMPARE(modelOf(one.log.requests().at(0)), std::string("m"));
    VERIFY_ERROR(scenario.chat(Body), 404, {}, "model_not_found");
}

void TstRoutes::methods()
{
    Scenario scenario;
    addProvider(scenario, "openai", {{"model", "m"}});
    scenario.config.raw("routes:\n  - {path: /put, method: put}\n  - {path: /post}\n"
                        "  - {path: /both, method: POST}\n  - {path: /both, method: PATCH}\n");
    START_OR_FAIL(scenario);
    const WireRequest request = ask(Wire::Chat, "m", false);
    const auto status = [&](const char *method, const char *path) {
        return scenario.connect().exchange(method, path, request.body);
    };
    QCOMPARE(status("PUT", "/put").status, 200);
    QCOMPARE(status("POST", "/post").status, 200);
    const HttpResponse wrong = status("POST", "/put");
    QCOMPARE(wrong.status, 405);
    QCOMPARE(wrong.header("allow"), std::string("PUT"));
    QCOMPARE(status("GET", "/post").header("allow"), std::string("POST"));
    QCOMPARE(status("POST", "/both").status, 200);
    QCOMPARE(status("PATCH", "/both").status, 200);
    const HttpResponse neither = status("PUT", "/both");
    QCOMPARE(neither.status, 405);
    const std::string allow = neither.header("allow");
    QVERIFY2(allow == "POST, PATCH" || allow == "PATCH, POST", allow.c_str());
}

void TstRoutes::otherDialectsBehindAPath()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic", {{"model", "m"}});
    scenario.config.raw("routes:\n  - path: /team/chat\n    method: PUT\n    backends: [{name: "
                        "anthropic, model: claude}]\n"
                        "  - path: /v1/messages\n    backends: [{name: anthropic, model: opus}]\n");
    START_OR_FAIL(scenario);
    const WireRequest request = ask(Wire::Chat, "m", true);
    const HttpResponse response = scenario.connect().exchange("PUT", "/team/chat", request.body);
    QCOMPARE(response.status, 200);
    QCOMPARE(readStream(Wire::Chat, response.body).text, std::string("hello"));
    // Whatever the client's method: a provider knows POST only.
    QCOMPARE(backend.log.requests().at(0).method, std::string("POST"));
    QCOMPARE(backend.log.requests().at(0).target, std::string("/v1/messages"));
    QCOMPARE(modelOf(backend.log.requests().at(0)), std::string("claude"));
    const WireRequest claude = ask(Wire::Anthropic, "anything", false);
    QCOMPARE(scenario.post(claude.target, claude.body).status, 200);
    QCOMPARE(modelOf(backend.log.requests().at(1)), std::string("opus"));
}

void TstRoutes::failoverStaysBehindThePath()
{
    Scenario scenario;
    FakeUpstream &one = addProvider(scenario, "openai", {{"model", "m"}}, "one");
    FakeUpstream &two = addProvider(scenario, "openai", {{"model", "m"}}, "two");
    FakeUpstream &three = addProvider(scenario, "openai", {{"model", "m"}}, "three");
    scenario.config.raw(
        "routes:\n  - path: /team/chat\n    backends: [{name: one}, {name: two}]\n");
    START_OR_FAIL(scenario);
    one.stop();
    const WireRequest request = ask(Wire::Chat, "m", false);
    for (int i = 0; i < 6; ++i) {
        QCOMPARE(scenario.post("/team/chat", request.body).header("x-meridian-backend"),
                 std::string("two"));
    }
    two.stop();
    VERIFY_ERROR(scenario.post("/team/chat", request.body), 502);
    QCOMPARE(three.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.post(request.target, request.body).status, 200);
}

void TstRoutes::aReloadAddsAPath()
{
    Scenario scenario;
    addProvider(scenario, "openai", {{"model", "m"}});
    START_OR_FAIL(scenario);
    const WireRequest request = ask(Wire::Chat, "m", false);
    QCOMPARE(scenario.post("/new/chat", request.body).status, 404);
    GatewayConfig changed = scenario.config;
    changed.set("logging", "jsonl_path", scenario.gateway.folder() + "/requests.jsonl");
    const std::string before = changed.yaml();
    changed.raw("routes:\n  - path: /new/chat\n");
    (void)scenario.gateway.writeFile("config.yaml", changed.yaml());
    scenario.gateway.process().signal(SIGHUP);
    QTRY_COMPARE(scenario.post("/new/chat", request.body).status, 200);
    (void)scenario.gateway.writeFile("config.yaml", before);
    scenario.gateway.process().signal(SIGHUP);
    QTRY_COMPARE(scenario.post("/new/chat", request.body).status, 404);
    QCOMPARE(scenario.post(request.target, request.body).status, 200);
}

void TstRoutes::melisQuickStart()
{
    FakeUpstream ollama;
    ollama.setHandler(
        [](const RecordedRequest &request) { return providerReply("ollama", request); });
    const GatewayProcess files; // its folder
    const std::string routes = files.writeFile("routes.yaml", "routes:\n"
                                                              "  - path: \"/v1/chat/completions\"\n"
                                                              "    method: \"POST\"\n"
                                                              "    provider: \"ollama\"\n"
                                                              "    model: \"llama3.2\"\n");
    const std::string config = files.writeFile(
        "config.yaml", "server:\n  host: 127.0.0.1\n  port: 8080\n"
                       "providers:\n  - id: local\n    provider_type: ollama\n    base_url: " +
                           ollama.url() + "\n    api_key: none\n" +
                           "routes_config_path: " + routes + "\n");
    ChildProcess gateway;
    std::vector<std::string> words = GatewayProcess::command();
    words.insert(words.end(), {"serve", "-c", config});
    QVERIFY(gateway.start(words, {{"MELIS_SERVER_PORT", "0"}}));
    QVERIFY2(gateway.waitForOutput("meridian: serving on http", 15s) &&
                 gateway.waitForOutput("\n", 5s),
             gateway.standardError().c_str());
    const std::string said = gateway.standardOutput();
    const auto port =
        static_cast<std::uint16_t>(std::strtoul(said.c_str() + said.rfind(':') + 1, nullptr, 10));
    QVERIFY2(port != 0, said.c_str());
    RawClient client(port);
    const WireRequest request = ask(Wire::Chat, "gpt-4o", true);
    const HttpResponse response = client.exchange("POST", request.target, request.body,
                                                  {{"Authorization", "Bearer sk-anything"}});
    VERIFY_COMPLETE(response);
    QVERIFY2(response.status == 200, response.body.c_str());
    const Told told = readStream(Wire::Chat, response.body);
    QVERIFY2(told.text == "hello" && told.hasEnded && told.input == 11, response.body.c_str());
    const auto asked = [&ollama] {
        std::vector<RecordedRequest> chats; // without the probes
        for (const RecordedRequest &each : ollama.log.requests()) {
            if (each.method == "POST") {
                chats.push_back(each);
            }
        }
        return chats;
    };
    QCOMPARE(asked().at(0).target, std::string("/api/chat"));
    QCOMPARE(modelOf(asked().at(0)), std::string("llama3.2"));
    QVERIFY(asked().at(0).rawHead.find("sk-anything") == std::string::npos);
    // One line edited, and a path that was not there at the start.
    (void)files.writeFile("routes.yaml",
                          "routes:\n"
                          "  - path: \"/v1/chat/completions\"\n    method: \"post\"\n"
                          "    provider: \"ollama\"\n    model: \"qwen3\"\n"
                          "  - path: \"/new\"\n    method: \"POST\"\n"
                          "    providers: [{name: local, weight: 1, model: new}]\n");
    const auto statusOfNew = [&] {
        return RawClient(port).exchange("POST", "/new", request.body).status;
    };
    QTRY_COMPARE_WITH_TIMEOUT(statusOfNew(), 200, 15'000);
    QCOMPARE(modelOf(asked().back()), std::string("new"));
    QCOMPARE(RawClient(port).exchange("POST", request.target, request.body).status, 200);
    QCOMPARE(modelOf(asked().back()), std::string("qwen3"));
    gateway.signal(SIGTERM);
    QCOMPARE(gateway.waitForExit(40s).value_or(-1), 0);
}

QTEST_GUILESS_MAIN(TstRoutes)
#include "tst_routes.moc"
