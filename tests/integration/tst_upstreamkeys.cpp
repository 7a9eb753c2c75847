// SPDX-License-Identifier: MIT
// Promise: the gateway's own keys are its own affair, and a caller's key goes to the provider it is
// meant for and to nobody else.
#include "tests/integration/wires.h"

#include <QTest>

using namespace meridian::support;

namespace {

constexpr std::string_view Secret = "sk-ant-of-the-caller";

Reply refusal(std::string_view provider, int status)
{
    return Reply::json(providerError(provider, status, "invalid x-api-key"), status);
}

bool speaksOf(const FakeUpstream &backend, std::string_view secret)
{
    for (const RecordedRequest &request : backend.log.requests()) {
        if (request.rawHead.find(secret) != std::string::npos ||
            request.body.find(secret) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// Everything an operator may read.
std::string whatIsWritten(Scenario &scenario)
{
    std::string all =
        scenario.gateway.process().standardError() + scenario.gateway.process().standardOutput();
    for (const std::string &line : scenario.gateway.requestLog()) {
        all += line;
    }
    for (const char *page : {"/metrics", "/meridian/status", "/meridian/requests"}) {
        all += scenario.get(page).body;
    }
    return all;
}

} // namespace

class TstUpstreamKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedKeysGoElsewhere_data();
    void refusedKeysGoElsewhere();
    void refusedAndAlone_data();
    void refusedAndAlone();
    void refusedCallersKeysAreTheCallers();
    void byokGoesToItsProvider_data();
    void byokGoesToItsProvider();
    void byokAfterFailover();
    void byokNeverShows();
    void byokWanted_data();
    void byokWanted();
};

void TstUpstreamKeys::refusedKeysGoElsewhere_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isTranslated");
    for (const int status : {401, 403}) {
        QTest::addRow("%d, native", status) << status << false;
        QTest::addRow("%d, translated", status) << status << true;
    }
}

void TstUpstreamKeys::refusedKeysGoElsewhere()
{
    QFETCH(int, status);
    QFETCH(bool, isTranslated);
    Scenario scenario;
    FakeUpstream &bad =
        addProvider(scenario, "anthropic", {{"api_key", "sk-ant-old"}, {"model", "m"}}, "bad");
    FakeUpstream &good =
        addProvider(scenario, "openai", {{"api_key", "sk-good"}, {"model", "m"}}, "good");
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    bad.setHandler([status](const RecordedRequest &) { return refusal("anthropic", status); });
    for (int i = 0; i < 6; ++i) {
        const WireRequest request = ask(isTranslated ? Wire::Chat : Wire::Anthropic, "m", i % 2);
        const HttpResponse response =
            scenario.post(request.target, request.body, {{"Authorization", "Bearer mine"}});
        VERIFY_COMPLETE(response);
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("good"));
    }
    QVERIFY(bad.log.requestCount() >= 3);
    QVERIFY(!speaksOf(bad, "mine"));
    QVERIFY(!speaksOf(good, "sk-ant-old"));
    QVERIFY(scenario.metric("meridian_failovers_total") >= 3);
    QVERIFY(scenario.gateway.process().standardError().find("refuses the gateway's own key") !=
            std::string::npos);
    QVERIFY(scenario.gateway.process().standardError().find("sk-ant-old") == std::string::npos);
}

void TstUpstreamKeys::refusedAndAlone_data()
{
    QTest::addColumn<int>("wire");
    for (const Wire wire : {Wire::Chat, Wire::Anthropic, Wire::Gemini, Wire::OllamaChat}) {
        QTest::newRow(wireName(wire)) << static_cast<int>(wire);
    }
}

void TstUpstreamKeys::refusedAndAlone()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic", {{"api_key", "sk-ant-old"}});
    START_OR_FAIL(scenario);
    for (const bool isStream : {false, true}) {
        backend.enqueue(refusal("anthropic", 401));
        const WireRequest request = ask(client, "anthropic-model", isStream);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_WIRE_ERROR(client, response, 502);
        // A client that read 401 would ask its user for another key, which would mend nothing.
        QVERIFY2(response.body.find("invalid x-api-key") == std::string::npos,
                 response.body.c_str());
        QVERIFY2(response.body.find("key") != std::string::npos, response.body.c_str());
        QVERIFY(!scenario.logLine(response.header("x-request-id"))
                     .value(QLatin1String("error_type"))
                     .toString()
                     .isEmpty());
    }
    // 403 may be about the request: the provider's own words.
    backend.enqueue(refusal("anthropic", 403));
    const WireRequest request = ask(client, "anthropic-model", false);
    VERIFY_WIRE_ERROR(client, scenario.post(request.target, request.body), 403);
}

void TstUpstreamKeys::refusedCallersKeysAreTheCallers()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic", {{"api_key", "sk-ant-ours"}});
    addProvider(scenario, "openai", {{"model", "anthropic-model"}});
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &request) {
        return request.header("x-api-key") == Secret ? refusal("anthropic", 401)
                                                     : Reply::json(providerAnswer("anthropic"));
    });
    int refused = 0;
    for (int i = 0; i < 8 && refused == 0; ++i) {
        const WireRequest request = ask(Wire::Chat, "anthropic-model", false);
        const HttpResponse response = scenario.post(
            request.target, request.body, {{"x-meridian-byok-anthropic", std::string(Secret)}});
        if (response.header("x-meridian-backend") == "anthropic") {
            VERIFY_WIRE_ERROR(Wire::Chat, response, 401);
            ++refused;
        }
    }
    QCOMPARE(refused, 1);
}

void TstUpstreamKeys::byokGoesToItsProvider_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    const auto row = [](const char *provider, const char *header, const char *field,
                        const char *value) {
        QTest::addRow("%s by %s", provider, header)
            << QString::fromLatin1(provider) << QString::fromLatin1(header)
            << QString::fromLatin1(field) << QString::fromLatin1(value);
    };
    row("openai", "x-meridian-byok-openai", "authorization", "Bearer KEY");
    row("anthropic", "X-Meridian-Byok-Anthropic", "x-api-key", "KEY");
    row("google", "x-meridian-byok-google", "x-goog-api-key", "KEY");
    row("ollama", "x-meridian-byok-ollama", "authorization", "Bearer KEY");
    row("anthropic", "x-modelmeld-byok-anthropic", "x-api-key", "KEY");
}

void TstUpstreamKeys::byokGoesToItsProvider()
{
    QFETCH(QString, provider);
    QFETCH(QString, header);
    QFETCH(QString, field);
    QFETCH(QString, value);
    const std::string name = provider.toStdString();
    Scenario scenario;
    // An engine that speaks like OpenAI is shown a caller's OpenAI key only if it says so.
    FakeUpstream &backend =
        addProvider(scenario, name, {{"api_key", "our-own"}, {"options", "{byok: true}"}});
    START_OR_FAIL(scenario);
    for (const Wire wire : {Wire::Chat, Wire::Anthropic}) {
        const WireRequest request = ask(wire, name + "-model", false);
        const HttpResponse response = scenario.post(request.target, request.body,
                                                    {{header.toStdString(), " KEY "},
                                                     {"Authorization", "Bearer mine"},
                                                     {"x-meridian-byok-oci_genai", "OTHER"}});
        QVERIFY2(response.status == 200, response.body.c_str());
        const RecordedRequest seen = backend.log.requests().back();
        QCOMPARE(seen.header(field.toStdString()), value.toStdString());
        QCOMPARE(countHeader(seen.headers, field.toStdString()), std::size_t(1));
        QVERIFY(!speaksOf(backend, "our-own"));
        QVERIFY(!speaksOf(backend, "mine"));
        QVERIFY(!speaksOf(backend, "OTHER"));
        QVERIFY(seen.rawHead.find("byok") == std::string::npos);
    }
}

void TstUpstreamKeys::byokAfterFailover()
{
    Scenario scenario;
    FakeUpstream &openai =
        addProvider(scenario, "openai", {{"api_key", "sk-ours"}, {"model", "m"}});
    FakeUpstream &google =
        addProvider(scenario, "google", {{"api_key", "AIza-ours"}, {"model", "m"}});
    FakeUpstream &claude =
        addProvider(scenario, "anthropic", {{"model", "m"}, {"options", "{byok: true}"}});
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    openai.setHandler([](const RecordedRequest &) { return Reply::json("{}", 503); });
    google.setHandler([](const RecordedRequest &) { return Reply::json("{}", 503); });
    const WireRequest request = ask(Wire::Chat, "m", false);
    for (int i = 0; i < 6; ++i) {
        const HttpResponse response = scenario.post(
            request.target, request.body, {{"x-meridian-byok-anthropic", std::string(Secret)}});
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("anthropic"));
        QCOMPARE(claude.log.requests().back().header("x-api-key"), std::string(Secret));
    }
    QVERIFY(openai.log.requestCount() + google.log.requestCount() > 0);
    QVERIFY(!speaksOf(openai, Secret) && !speaksOf(google, Secret));
    for (const RecordedRequest &seen : openai.log.requests()) {
        QCOMPARE(seen.header("authorization"), std::string("Bearer sk-ours"));
    }
    QVERIFY(!speaksOf(claude, "sk-ours") && !speaksOf(claude, "AIza-ours"));
}

void TstUpstreamKeys::byokNeverShows()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic", {{"options", "{byok: true}"}});
    scenario.config.set("logging", "level", "DEBUG");
    START_OR_FAIL(scenario);
    const Headers key{{"x-meridian-byok-anthropic", std::string(Secret)},
                      {"x-meridian-explain", "1"}};
    std::string said;
    const auto keep = [&said](const HttpResponse &response) {
        said += headerLines(response.headers) + response.body;
    };
    const WireRequest request = ask(Wire::Chat, "anthropic-model", false);
    keep(scenario.post(request.target, request.body, key));
    backend.enqueue(refusal("anthropic", 401));
    keep(scenario.post(request.target, request.body, key));
    backend.enqueue(Reply::hangUp(Ending::Reset), 2);
    keep(scenario.post(request.target, request.body, key));
    backend.enqueue(Reply::json("nonsense"));
    keep(scenario.post(request.target, request.body, key));
    keep(scenario.post(request.target, "{", key));
    keep(scenario.post("/meridian/explain", request.body, key));
    QVERIFY(!said.empty());
    QVERIFY2(said.find(Secret) == std::string::npos, said.c_str());
    const std::string written = whatIsWritten(scenario);
    QVERIFY2(
        written.find(Secret) == std::string::npos,
        written
            .substr(written.find(Secret) == std::string::npos ? 0 : written.find(Secret) - 200, 400)
            .c_str());
    QVERIFY(backend.log.requestCount() >= 4);
}

void TstUpstreamKeys::byokWanted_data()
{
    QTest::addColumn<int>("wire");
    for (const Wire wire : AllWires) {
        QTest::newRow(wireName(wire)) << static_cast<int>(wire);
    }
}

void TstUpstreamKeys::byokWanted()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = client == Wire::Anthropic ? "openai" : "anthropic";
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, provider, {{"options", "{byok: true}"}});
    START_OR_FAIL(scenario);
    const WireRequest request = ask(client, provider + "-model", true);
    // The key of another provider, or of this gateway, is none.
    for (const Headers &extra : {Headers{}, Headers{{"x-meridian-byok-google", "k"}},
                                 Headers{{"x-meridian-byok-" + provider, "  "}},
                                 Headers{{"Authorization", "Bearer sk-anything"}}}) {
        const HttpResponse response = scenario.post(request.target, request.body, extra);
        VERIFY_WIRE_ERROR(client, response, 400);
        QVERIFY2(response.body.find("x-meridian-byok-" + provider) != std::string::npos,
                 response.body.c_str());
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"" + provider + "\""}),
                 0.0);
    QCOMPARE(
        scenario.post(request.target, request.body, {{"x-meridian-byok-" + provider, "k"}}).status,
        200);
}

QTEST_GUILESS_MAIN(TstUpstreamKeys)
#include "tst_upstreamkeys.moc"
