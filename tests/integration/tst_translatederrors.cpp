// SPDX-License-Identifier: MIT
// Promise: whatever goes wrong, at the provider or here, a client is told in its own dialect, with
// a status that says who is to mend it; nothing hangs, and the log says what happened.
#include "tests/integration/wires.h"

#include <QTest>

#include <map>

using namespace meridian::support;

namespace {

/// A provider of another dialect.
std::string foreignTo(Wire wire)
{
    return wire == Wire::Anthropic ? "openai" : "anthropic";
}

/// The dialect's word for a status.
std::string_view wordFor(Wire wire, int status)
{
    if (wire == Wire::OllamaChat || wire == Wire::OllamaGenerate) {
        return {};
    }
    if (wire == Wire::Anthropic) {
        static const std::map<int, std::string_view> Words{{400, "invalid_request_error"},
                                                           {401, "authentication_error"},
                                                           {403, "permission_error"},
                                                           {404, "not_found_error"},
                                                           {413, "request_too_large"},
                                                           {429, "rate_limit_error"},
                                                           {500, "api_error"},
                                                           {502, "api_error"},
                                                           {529, "overloaded_error"}};
        return Words.at(status);
    }
    if (wire == Wire::Gemini) {
        static const std::map<int, std::string_view> Words{{400, "INVALID_ARGUMENT"},
                                                           {401, "UNAUTHENTICATED"},
                                                           {403, "PERMISSION_DENIED"},
                                                           {404, "NOT_FOUND"},
                                                           {413, ""},
                                                           {429, "RESOURCE_EXHAUSTED"},
                                                           {500, "INTERNAL"},
                                                           {502, ""},
                                                           {503, "UNAVAILABLE"}};
        return Words.at(status);
    }
    return status < 500 && status != 429 && status != 401 && status != 403 ? "invalid_request_error"
                                                                           : "";
}

void addRows()
{
    QTest::addColumn<int>("wire");
    for (const Wire wire : AllWires) {
        QTest::newRow(wireName(wire)) << static_cast<int>(wire);
    }
}

HttpResponse post(const Scenario &scenario, const WireRequest &request)
{
    return scenario.post(request.target, request.body);
}

/// Put in place of the text of a request, or of all of it.
std::string with(std::string body, std::string_view from, std::string_view to)
{
    const std::size_t where = body.find(from);
    return where == std::string::npos ? body : body.replace(where, from.size(), to);
}

} // namespace

class TstTranslatedErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void ofTheProvider_data() { addRows(); }

    void ofTheProvider();

    void ofTheGateway_data() { addRows(); }

    void ofTheGateway();

    void hostileBodies_data() { addRows(); }

    void hostileBodies();
    void orphanToolResults();

    void nobodyThere_data() { addRows(); }

    void nobodyThere();
    void queueFull();
    void tooLarge();
};

void TstTranslatedErrors::ofTheProvider()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, provider);
    START_OR_FAIL(scenario);

    struct Row
    {
        int theirs;
        int ours; // in a dialect without words of its own for it
    };

    for (const Row row : {Row{400, 400}, Row{401, 401}, Row{403, 403}, Row{404, 404}, Row{413, 413},
                          Row{429, 429}, Row{500, 502}, Row{503, 503}, Row{529, 503}}) {
        for (const bool isStream : {false, true}) {
            Headers extra;
            if (row.theirs == 429) {
                extra.emplace_back("retry-after", "7");
            }
            backend.enqueue(
                Reply::json(providerError(provider, row.theirs, "some words"), row.theirs, extra));
            const HttpResponse response =
                post(scenario, ask(client, provider + "-model", isStream));
            int status = row.ours;
            if (client == Wire::Anthropic && status == 503) {
                status = 529;
            }
            if (row.theirs == 500 && response.status == 500) {
                status = 500; // its own failure, told as such
            }
            VERIFY_WIRE_ERROR(client, response, status, wordFor(client, status));
            QVERIFY2(response.body.find("some words") != std::string::npos, response.body.c_str());
            QCOMPARE(response.header("x-meridian-backend"), provider);
            if (row.theirs == 429) {
                QCOMPARE(response.header("retry-after"), std::string("7"));
            }
            const QJsonObject line = scenario.logLine(response.header("x-request-id"));
            QCOMPARE(line.value(QLatin1String("status_code")).toInt(), status);
            QVERIFY(!line.value(QLatin1String("error_type")).toString().isEmpty());
        }
    }
}

void TstTranslatedErrors::ofTheGateway()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, provider);
    START_OR_FAIL(scenario);
    const HttpResponse unknown = post(scenario, ask(client, "no-such-model", false));
    VERIFY_WIRE_ERROR(client, unknown, 404, wordFor(client, 404));
    QVERIFY2(unknown.body.find("no-such-model") != std::string::npos, unknown.body.c_str());
    const WireRequest good = ask(client, provider + "-model", true);
    const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
    for (const std::string &body :
         {std::string("{"), std::string("[]"), std::string("nonsense"), good.body + "x",
          with(good.body, "hi", "\xff\xfe"), with(good.body, "hi", "\xed\xa0\x80"),
          with(good.body, "hi", "\x01"), with(good.body, "\"hi\"", deep),
          with(good.body, "\"hi\"", "01"), with(good.body, "\"hi\"", "\"\\ud800\\u0041\"x")}) {
        const HttpResponse response = scenario.post(good.target, body);
        VERIFY_WIRE_ERROR(client, response, 400, wordFor(client, 400));
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    const HttpResponse method = scenario.connect().exchange("PUT", good.target, good.body);
    QCOMPARE(method.status, 405);
    QCOMPARE(method.header("allow"), std::string("POST"));
    QCOMPARE(post(scenario, good).status, 200);
}

void TstTranslatedErrors::hostileBodies()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    addProvider(scenario, provider);
    scenario.config.set("gateway", "max_body_bytes", "20000000");
    START_OR_FAIL(scenario);
    const WireRequest good = ask(client, provider + "-model", false);
    for (const char *wrong : {"null", "true", "-1", "1e999", "{}", "{\"a\":{\"b\":[]}}", "[[]]",
                              "[null]", "[{}]", "[{\"type\":\"text\"}]", "[{\"type\":7}]",
                              "[{\"type\":\"no_such\",\"text\":{}}]", "[\"a\",[\"b\"]]"}) {
        const HttpResponse response = scenario.post(good.target, with(good.body, "\"hi\"", wrong));
        VERIFY_COMPLETE(response);
        QVERIFY2(response.status == 200 || response.status == 400,
                 (std::string(wrong) + response.body).c_str());
        if (response.status == 400) {
            VERIFY_WIRE_ERROR(client, response, 400, wordFor(client, 400));
        }
    }
    const std::string large(10'000'000, 'y');
    const HttpResponse response = scenario.post(good.target, with(good.body, "hi", large));
    VERIFY_COMPLETE(response);
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(scenario.get("/healthz").status, 200);
}

void TstTranslatedErrors::orphanToolResults()
{
    Scenario scenario;
    FakeUpstream &claude = addProvider(scenario, "anthropic");
    FakeUpstream &openai = addProvider(scenario, "openai");
    START_OR_FAIL(scenario);
    const HttpResponse chat =
        scenario.chat(R"({"model":"anthropic-model","messages":[{"role":"user","content":"hi"},)"
                      R"({"role":"tool","tool_call_id":"call_9","content":"x"}]})");
    VERIFY_WIRE_ERROR(Wire::Chat, chat, 400, "invalid_request_error");
    QVERIFY2(chat.body.find("call_9") != std::string::npos ||
                 chat.body.find("tool_call_id") != std::string::npos,
             chat.body.c_str());
    const HttpResponse messages = scenario.post(
        "/v1/messages",
        R"({"model":"openai-model","max_tokens":9,"messages":[{"role":"user","content":)"
        R"([{"type":"tool_result","tool_use_id":"toolu_9","content":"x"}]}]})");
    VERIFY_WIRE_ERROR(Wire::Anthropic, messages, 400, "invalid_request_error");
    QCOMPARE(claude.log.requestCount() + openai.log.requestCount(), std::size_t(0));
}

void TstTranslatedErrors::nobodyThere()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, provider);
    START_OR_FAIL(scenario);
    backend.stop();
    for (const bool isStream : {false, true}) {
        const HttpResponse response = post(scenario, ask(client, provider + "-model", isStream));
        VERIFY_WIRE_ERROR(client, response, 502, wordFor(client, 502));
        QCOMPARE(scenario.logLine(response.header("x-request-id"))
                     .value(QLatin1String("status_code"))
                     .toInt(),
                 502);
    }
}

void TstTranslatedErrors::queueFull()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai", {{"max_concurrency", "1"}});
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::never());
    RawClient busy = scenario.connect();
    const WireRequest chat = ask(Wire::Chat, "openai-model", false);
    QVERIFY(busy.send(RawClient::request("POST", chat.target, chat.body)));
    QVERIFY(backend.log.waitForRequests(1));
    for (const Wire wire : AllWires) {
        const HttpResponse response = post(scenario, ask(wire, "openai-model", true));
        const int status = wire == Wire::Anthropic ? 529 : 503;
        VERIFY_WIRE_ERROR(wire, response, status, wordFor(wire, status));
        QVERIFY(!response.header("retry-after").empty());
    }
}

void TstTranslatedErrors::tooLarge()
{
    Scenario scenario;
    addProvider(scenario, "openai");
    scenario.config.set("gateway", "max_body_bytes", "1000");
    START_OR_FAIL(scenario);
    for (const Wire wire : AllWires) {
        const HttpResponse response =
            post(scenario, ask(wire, "openai-model", false, std::string(2000, 'x')));
        VERIFY_WIRE_ERROR(wire, response, 413, wordFor(wire, 413));
    }
}

QTEST_GUILESS_MAIN(TstTranslatedErrors)
#include "tst_translatederrors.moc"
