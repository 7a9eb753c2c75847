// SPDX-License-Identifier: MIT
// Promise: what a translation loses is told, refused or avoided, as the operator wants it; a prompt
// that is too long for a model may go to a larger one.
#include "tests/integration/wires.h"

#include <QTest>

using namespace meridian::support;

namespace {

// Anthropic has no seed, no penalties and no logprobs.
constexpr std::string_view Lossy =
    R"({"model":"m","seed":7,"frequency_penalty":0.5,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view LossyStream =
    R"({"model":"m","stream":true,"seed":7,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view Plain = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";

Reply tooLong(std::string_view provider)
{
    return Reply::json(providerError(provider, 400,
                                     provider == "openai"
                                         ? "This model's maximum context length is 8192 tokens."
                                         : "prompt is too long: 210000 tokens > 200000 maximum"),
                       400);
}

} // namespace

class TstLosses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void warns();
    void rejects();
    void fallsBack();
    void fallsBackToNobody();
    void perRoute();
    void largerModel_data();
    void largerModel();
    void largerModelThatIsTooSmallToo();
    void largerModelOfAStream();
    void circles();
    void otherErrorsStay();
    void largeErrorsPass();
    void errorThatBreaksOff();
};

void TstLosses::warns()
{
    Scenario scenario;
    addProvider(scenario, "anthropic", {{"model", "m"}});
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(Lossy);
    QCOMPARE(response.status, 200);
    const std::string told = response.header("x-meridian-fidelity");
    QVERIFY2(told.starts_with("degraded;"), told.c_str());
    QVERIFY2(told.find("seed dropped") != std::string::npos, told.c_str());
    QVERIFY2(told.find("frequency_penalty dropped") != std::string::npos, told.c_str());
    QCOMPARE(scenario.chat(Plain).header("x-meridian-fidelity"), std::string("lossless"));
    const HttpResponse stream = scenario.chat(LossyStream);
    QVERIFY2(stream.header("x-meridian-fidelity").find("seed dropped") != std::string::npos,
             stream.header("x-meridian-fidelity").c_str());
}

void TstLosses::rejects()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic", {{"model", "m"}});
    scenario.config.set("translation", "on_loss", "reject");
    START_OR_FAIL(scenario);
    for (const std::string_view body : {Lossy, LossyStream}) {
        const HttpResponse response = scenario.chat(body);
        VERIFY_ERROR(response, 400, "invalid_request_error", "lossy_translation");
        QVERIFY2(response.body.find("seed") != std::string::npos, response.body.c_str());
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.chat(Plain).status, 200);
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstLosses::fallsBack()
{
    Scenario scenario;
    FakeUpstream &lossy = addProvider(scenario, "anthropic", {{"model", "m"}});
    addProvider(scenario, "openai", {{"model", "m"}});
    scenario.config.set("translation", "on_loss", "fallback")
        .set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 10; ++i) {
        const HttpResponse response = scenario.chat(i % 2 == 0 ? Lossy : LossyStream);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-backend"), std::string("openai"));
        QVERIFY(!response.has("x-meridian-fidelity"));
        QVERIFY(!response.has("x-meridian-attempts")); // passed over, not tried
    }
    QCOMPARE(lossy.log.requestCount(), std::size_t(0));
    int atLossy = 0;
    for (int i = 0; i < 10; ++i) {
        atLossy += scenario.chat(Plain).header("x-meridian-backend") == "anthropic" ? 1 : 0;
    }
    QVERIFY2(atLossy >= 4, std::to_string(atLossy).c_str());
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstLosses::fallsBackToNobody()
{
    Scenario scenario;
    addProvider(scenario, "anthropic", {{"model", "m"}}, "one");
    FakeUpstream &two = addProvider(scenario, "anthropic", {{"model", "m"}}, "two");
    FakeUpstream &dead = addProvider(scenario, "openai", {{"model", "m"}}, "dead");
    scenario.config.set("translation", "on_loss", "fallback")
        .set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    dead.stop();
    two.setHandler([](const RecordedRequest &) { return Reply::json("{}", 503); });
    for (int i = 0; i < 6; ++i) {
        const HttpResponse response = scenario.chat(Lossy);
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("one"));
        QVERIFY(response.header("x-meridian-fidelity").starts_with("degraded;"));
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstLosses::perRoute()
{
    Scenario scenario;
    addProvider(scenario, "anthropic", {{"model", "m"}});
    scenario.config.raw("routes:\n  - path: /strict/chat\n    on_loss: reject\n"
                        "  - path: /v1/messages\n    on_loss: reject\n");
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.post("/strict/chat", Lossy), 400, "invalid_request_error",
                 "lossy_translation");
    QCOMPARE(scenario.post("/strict/chat", Plain).status, 200);
    QCOMPARE(scenario.chat(Lossy).status, 200);
}

void TstLosses::largerModel_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<int>("wire");
    QTest::newRow("native OpenAI") << "openai" << static_cast<int>(Wire::Chat);
    QTest::newRow("native Anthropic") << "anthropic" << static_cast<int>(Wire::Anthropic);
    QTest::newRow("translated") << "anthropic" << static_cast<int>(Wire::Chat);
    QTest::newRow("translated the other way") << "openai" << static_cast<int>(Wire::Anthropic);
}

void TstLosses::largerModel()
{
    QFETCH(QString, provider);
    QFETCH(int, wire);
    const std::string name = provider.toStdString();
    Scenario scenario;
    FakeUpstream &small = addProvider(scenario, name, {{"model", "small"}}, "small");
    addProvider(scenario, name, {{"model", "large"}}, "large");
    scenario.config.set("models", "context_fallback", "{small: large}");
    START_OR_FAIL(scenario);
    for (const bool isStream : {false, true}) {
        small.enqueue(tooLong(name));
        const Wire client = static_cast<Wire>(wire);
        const WireRequest request = ask(client, "small", isStream);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_COMPLETE(response);
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("large"));
        QCOMPARE(response.header("x-meridian-attempts"), std::string("2"));
        const Told told =
            isStream ? readStream(client, response.body) : readWhole(client, response.body);
        QVERIFY2(told.text == "hello", response.body.c_str());
        QCOMPARE(scenario.logLine(response.header("x-request-id"))
                     .value(QLatin1String("status_code"))
                     .toInt(),
                 200);
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight"), 0.0);
}

void TstLosses::largerModelThatIsTooSmallToo()
{
    Scenario scenario;
    FakeUpstream &small = addProvider(scenario, "anthropic", {{"model", "small"}}, "small");
    FakeUpstream &large = addProvider(scenario, "openai", {{"model", "large"}}, "large");
    scenario.config.set("models", "context_fallback", "{small: large}");
    START_OR_FAIL(scenario);
    small.enqueue(tooLong("anthropic"), 2);
    large.enqueue(tooLong("openai"), 2);
    const WireRequest claude = ask(Wire::Anthropic, "small", true);
    const HttpResponse response = scenario.post(claude.target, claude.body);
    VERIFY_WIRE_ERROR(Wire::Anthropic, response, 400, "invalid_request_error");
    // By these words Claude Code knows that it is time to compact.
    QVERIFY2(response.body.find("prompt is too long") != std::string::npos, response.body.c_str());
    const WireRequest chat = ask(Wire::Chat, "small", false);
    VERIFY_ERROR(scenario.post(chat.target, chat.body), 400);
}

void TstLosses::largerModelOfAStream()
{
    // Told as the first event of a stream.
    Scenario scenario;
    FakeUpstream &small = addProvider(scenario, "anthropic", {{"model", "small"}}, "small");
    addProvider(scenario, "google", {{"model", "large"}}, "large");
    scenario.config.set("models", "context_fallback", "{small: large}");
    START_OR_FAIL(scenario);
    small.enqueue(Reply::chunks(
        "text/event-stream",
        {"event: error\ndata: " +
         providerError("anthropic", 400, "prompt is too long: 9 tokens > 8 maximum") + "\n\n"}));
    const WireRequest request = ask(Wire::OllamaChat, "small", true);
    const HttpResponse response = scenario.post(request.target, request.body);
    VERIFY_COMPLETE(response);
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(response.header("x-meridian-backend"), std::string("large"));
    QCOMPARE(readStream(Wire::OllamaChat, response.body).text, std::string("hello"));
}

void TstLosses::circles()
{
    Scenario scenario;
    addProvider(scenario, "openai", {{"model", "a"}}, "a");
    scenario.config.set("models", "context_fallback", "{a: b, b: a}");
    QVERIFY(!scenario.start());
    QVERIFY2(scenario.gateway.problem().find("context_fallback") != std::string::npos,
             scenario.gateway.problem().c_str());
}

void TstLosses::otherErrorsStay()
{
    Scenario scenario;
    FakeUpstream &small = addProvider(scenario, "openai", {{"model", "small"}}, "small");
    FakeUpstream &large = addProvider(scenario, "openai", {{"model", "large"}}, "large");
    scenario.config.set("models", "context_fallback", "{small: large}");
    START_OR_FAIL(scenario);
    const std::string words = providerError("openai", 400, "no such tool");
    small.enqueue(Reply::json(words, 400, {{"x-theirs", "yes"}}));
    const WireRequest request = ask(Wire::Chat, "small", false);
    const HttpResponse response = scenario.post(request.target, request.body);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 400);
    QCOMPARE(response.body, words);
    QCOMPARE(response.header("x-theirs"), std::string("yes"));
    QCOMPARE(large.log.requestCount(), std::size_t(0));
    // The larger one's own refusal is told as it is: it has none to go on to.
    large.enqueue(tooLong("openai"));
    const WireRequest direct = ask(Wire::Chat, "large", false);
    QCOMPARE(scenario.post(direct.target, direct.body).status, 400);
}

void TstLosses::largeErrorsPass()
{
    Scenario scenario;
    FakeUpstream &small = addProvider(scenario, "openai", {{"model", "small"}}, "small");
    addProvider(scenario, "openai", {{"model", "large"}}, "large");
    scenario.config.set("models", "context_fallback", "{small: large}");
    START_OR_FAIL(scenario);
    const std::string words = providerError("openai", 400, std::string(1U << 20, 'x'));
    small.enqueue(Reply::json(words, 400));
    const WireRequest request = ask(Wire::Chat, "small", false);
    const HttpResponse response = scenario.post(request.target, request.body);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 400);
    QVERIFY(response.body == words);
}

void TstLosses::errorThatBreaksOff()
{
    // An error that is looked at breaks off: somebody else's answer is passed on whole.
    Scenario scenario;
    FakeUpstream &one = addProvider(scenario, "openai", {{"model", "small"}}, "one");
    addProvider(scenario, "openai", {{"model", "small"}}, "two");
    addProvider(scenario, "openai", {{"model", "large"}}, "large");
    scenario.config.set("models", "context_fallback", "{small: large}")
        .set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    one.setHandler([](const RecordedRequest &) {
        return Reply::chunkedHead("application/json", 400)
            .sendChunk(R"({"error":{"message":"ab)")
            .ending(Ending::Reset);
    });
    for (int i = 0; i < 4; ++i) {
        const WireRequest request = ask(Wire::Chat, "small", i % 2 == 1);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_COMPLETE(response);
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("two"));
    }
    QVERIFY(one.log.requestCount() >= 1);
}

QTEST_GUILESS_MAIN(TstLosses)
#include "tst_losses.moc"
