// SPDX-License-Identifier: MIT
// Promise: a provider that answers nonsense or dies is replaced as long as nothing has been passed
// on; after that the client's stream ends well-formed in its dialect, and the log says so.
#include "tests/integration/wires.h"

#include <QTest>

using namespace meridian::support;

namespace {

void addRows()
{
    QTest::addColumn<int>("wire");
    for (const Wire wire : AllWires) {
        QTest::newRow(wireName(wire)) << static_cast<int>(wire);
    }
}

std::string foreignTo(Wire wire)
{
    return wire == Wire::Anthropic ? "openai" : "anthropic";
}

/// The provider's stream up to its first text.
std::string beginning(const std::string &provider)
{
    std::string bytes;
    for (const std::string &piece : providerStream(provider)) {
        bytes += piece;
        if (piece.find("hel") != std::string::npos) {
            break;
        }
    }
    return bytes;
}

std::vector<Reply> nonsense(const std::string &provider)
{
    const std::string answer = providerAnswer(provider);
    return {Reply::of(200, "text/html", "<html><body>Sign in</body></html>"),
            Reply::json("<html>not JSON</html>"),
            Reply::json(answer.substr(0, answer.size() / 2)),
            Reply::json("{}"),
            Reply::json("[]"),
            Reply::json("null"),
            Reply::json(""),
            Reply::json(R"({"choices":7,"content":{"a":1},"message":[]})"),
            Reply::hangUp(Ending::Close),
            Reply::hangUp(Ending::Reset),
            Reply::json(answer).cutAfter(100, Ending::Close),
            Reply::json(answer).cutAfter(100, Ending::Reset)};
}

std::vector<Reply> brokenStreams(const std::string &provider)
{
    const std::string_view type = streamTypeOf(provider);
    return {Reply::chunks(type, {}),
            Reply::chunks(type, {"data: nonsense\n\n"}),
            Reply::chunks(type, {"\xff\xfe\n\n"}),
            Reply::of(200, "text/html", "<html><body>Sign in</body></html>"),
            Reply::chunkedHead(type).ending(Ending::Close),
            Reply::chunkedHead(type).ending(Ending::Reset),
            Reply::hangUp(Ending::Close)};
}

} // namespace

class TstTranslatedFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void nonsenseAlone_data() { addRows(); }

    void nonsenseAlone();

    void nonsenseElsewhere_data() { addRows(); }

    void nonsenseElsewhere();

    void diesInTheMiddle_data() { addRows(); }

    void diesInTheMiddle();
    void saysAnErrorInTheMiddle();
    void stallsInTheMiddle();
    void clientLeaves_data();
    void clientLeaves();
    void hugeAnswers();
    void nonsenseOpensTheBreaker();
    void endlessErrorIsNotWaitedFor();
    void wholeStreamWhoseConnectionBreaks();
};

void TstTranslatedFailures::nonsenseAlone()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, provider);
    START_OR_FAIL(scenario);
    for (const bool isStream : {false, true}) {
        const auto replies = isStream ? brokenStreams(provider) : nonsense(provider);
        for (std::size_t i = 0; i < replies.size(); ++i) {
            backend.enqueue(replies[i], 3); // a kept connection may be asked again
            const WireRequest request = ask(client, provider + "-model", isStream);
            const HttpResponse response = scenario.post(request.target, request.body);
            const std::string context = "reply " + std::to_string(i) + ": ";
            const std::string problem = wireErrorProblem(client, response, 502);
            QVERIFY2(problem.empty(), (context + problem).c_str());
            const QJsonObject line = scenario.logLine(response.header("x-request-id"));
            QVERIFY2(line.value(QLatin1String("status_code")).toInt() == 502, context.c_str());
            QVERIFY(!line.value(QLatin1String("error_type")).toString().isEmpty());
            while (backend.log.requestCount() % 3 != 0) { // use up the scripts
                (void)scenario.post(request.target, request.body);
            }
        }
    }
}

void TstTranslatedFailures::nonsenseElsewhere()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    // One speaks the other's dialect or the client's own: all the same to the client.
    FakeUpstream &bad = addProvider(scenario, provider, {{"model", "m"}}, "bad");
    addProvider(scenario, "google", {{"model", "m"}}, "good");
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    scenario.config.set("resilience", "retry_budget", "{percent: 100, min_per_second: 1000}");
    START_OR_FAIL(scenario);
    int failedOver = 0;
    for (const bool isStream : {false, true}) {
        const auto replies = isStream ? brokenStreams(provider) : nonsense(provider);
        for (const Reply &reply : replies) {
            const std::size_t before = bad.log.requestCount();
            bad.enqueue(reply);
            for (int i = 0; i < 4 && bad.log.requestCount() == before; ++i) {
                const WireRequest request = ask(client, "m", isStream);
                const HttpResponse response = scenario.post(request.target, request.body);
                VERIFY_COMPLETE(response);
                QVERIFY2(response.status == 200, response.body.c_str());
                QCOMPARE(response.header("x-meridian-backend"), std::string("good"));
                const Told told =
                    isStream ? readStream(client, response.body) : readWhole(client, response.body);
                QVERIFY2(told.text == "hello" && told.problem.empty() && told.hasEnded,
                         response.body.c_str());
                failedOver += response.header("x-meridian-attempts") == "2" ? 1 : 0;
            }
        }
    }
    QVERIFY2(failedOver >= 4, std::to_string(failedOver).c_str());
}

void TstTranslatedFailures::diesInTheMiddle()
{
    QFETCH(int, wire);
    const Wire client = static_cast<Wire>(wire);
    const std::string provider = foreignTo(client);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, provider);
    START_OR_FAIL(scenario);
    const std::string_view type = streamTypeOf(provider);
    const std::string start = beginning(provider);
    for (const Reply &reply :
         {Reply::chunkedHead(type).sendChunk(start).ending(Ending::Close),
          Reply::chunkedHead(type).sendChunk(start).ending(Ending::Reset),
          Reply::chunkedHead(type).sendChunk(start + "data: {\"half").ending(Ending::Close),
          Reply::chunks(type, {start}), Reply::chunks(type, {start, "data: {\"half"}),
          Reply::chunks(type, {start, "data: nonsense\n\n"})}) {
        backend.enqueue(reply);
        const WireRequest request = ask(client, provider + "-model", true);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        const Told told = readStream(client, response.body);
        QVERIFY2(told.problem.empty(), (told.problem + response.body).c_str());
        QVERIFY2(told.text == "hel", response.body.c_str());
        QVERIFY2(!told.errorMessage.empty(), response.body.c_str());
        const QJsonObject line = scenario.logLine(response.header("x-request-id"));
        QVERIFY2(line.value(QLatin1String("status_code")).toInt() == 502, response.body.c_str());
        QVERIFY(!line.value(QLatin1String("error_type")).toString().isEmpty());
    }
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"" + provider + "\""}),
                 0.0);
}

void TstTranslatedFailures::saysAnErrorInTheMiddle()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const std::string error =
        "event: error\ndata: " + providerError("anthropic", 529, "too busy now") + "\n\n";
    for (const Wire wire : {Wire::Chat, Wire::Responses, Wire::Gemini, Wire::OllamaChat}) {
        backend.enqueue(Reply::chunks("text/event-stream", {beginning("anthropic"), error}));
        const WireRequest request = ask(wire, "anthropic-model", true);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_COMPLETE(response);
        const Told told = readStream(wire, response.body);
        QVERIFY2(told.text == "hel", response.body.c_str());
        QVERIFY2(told.errorMessage.find("too busy now") != std::string::npos,
                 response.body.c_str());
        QVERIFY(scenario.logLine(response.header("x-request-id"))
                    .value(QLatin1String("status_code"))
                    .toInt() >= 500);
        // Before any of it: an error with a status.
        backend.enqueue(Reply::chunks("text/event-stream", {error}));
        const HttpResponse refusal = scenario.post(request.target, request.body);
        QVERIFY2(refusal.status >= 500, refusal.body.c_str());
        VERIFY_WIRE_ERROR(wire, refusal, refusal.status);
    }
}

void TstTranslatedFailures::stallsInTheMiddle()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    scenario.config.set("timeouts", "stream_read", "0.3").set("timeouts", "read", "0.3");
    START_OR_FAIL(scenario);
    backend.enqueue(
        Reply::chunkedHead("text/event-stream").sendChunk(beginning("anthropic")).awaitPeerClose());
    const WireRequest request = ask(Wire::Gemini, "anthropic-model", true);
    const HttpResponse response = scenario.post(request.target, request.body);
    VERIFY_COMPLETE(response);
    const Told told = readStream(Wire::Gemini, response.body);
    QVERIFY2(told.problem.empty() && !told.errorMessage.empty(), response.body.c_str());
    QCOMPARE(scenario.logLine(response.header("x-request-id"))
                 .value(QLatin1String("status_code"))
                 .toInt(),
             504);
    backend.enqueue(Reply::never());
    VERIFY_WIRE_ERROR(Wire::Gemini, scenario.post(request.target, request.body), 504);
}

void TstTranslatedFailures::clientLeaves_data()
{
    QTest::addColumn<int>("state");
    QTest::newRow("before the first byte") << 0;
    QTest::newRow("a whole answer half read") << 1;
    QTest::newRow("in a stream") << 2;
}

void TstTranslatedFailures::clientLeaves()
{
    QFETCH(int, state);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const std::string answer = providerAnswer("anthropic");
    backend.setHandler([state, answer](const RecordedRequest &) {
        return state == 0   ? Reply::never()
               : state == 1 ? Reply::chunkedHead("application/json")
                                  .sendChunk(answer.substr(0, 50))
                                  .awaitPeerClose()
                            : Reply::chunkedHead("text/event-stream")
                                  .sendChunk(beginning("anthropic"))
                                  .awaitPeerClose();
    });
    const WireRequest request = ask(Wire::OllamaChat, "anthropic-model", state == 2);
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", request.target, request.body)));
    QVERIFY(backend.log.waitForRequests(1));
    if (state == 2) {
        QVERIFY(client.readUntil("hel"));
    }
    const auto left = Clock::now();
    client.abort();
    const auto closed = backend.log.waitForPeerClose(backend.log.requests().back().connection);
    QVERIFY2(closed.has_value(), "the provider goes on generating for nobody");
    QVERIFY(*closed - left < 500ms * patience());
    QVERIFY(!scenario.logLineWith("status_code", 499).isEmpty());
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"anthropic\""}), 0.0);
    QCOMPARE(scenario.stop(), 0);
}

void TstTranslatedFailures::hugeAnswers()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const std::string piece(1U << 20, 'x');
    backend.enqueue(Reply::chunkedHead("application/json").sendChunk(piece, 100).endChunks());
    const WireRequest request = ask(Wire::Chat, "anthropic-model", false);
    VERIFY_WIRE_ERROR(Wire::Chat, scenario.post(request.target, request.body), 502);
    // One event without end.
    Reply endless = Reply::chunkedHead("text/event-stream");
    endless.sendChunk("data: ").sendChunk(piece, 100).endChunks();
    backend.enqueue(endless);
    const WireRequest stream = ask(Wire::Chat, "anthropic-model", true);
    VERIFY_WIRE_ERROR(Wire::Chat, scenario.post(stream.target, stream.body), 502);
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY(scenario.gateway.process().peakResidentBytes() < (300U << 20));
    }
}

/// A good status in front of nonsense is no success: else a run of bad answers would never be one.
void TstTranslatedFailures::nonsenseOpensTheBreaker()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    scenario.config.set("resilience", "circuit_breaker",
                        "{enabled: true, failure_threshold: 3, open_seconds: 60}");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return Reply::json(R"({"nonsense":1})"); });
    const WireRequest request = ask(Wire::Chat, "anthropic-model", false);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(scenario.post(request.target, request.body).status, 502);
    }
    const std::size_t asked = backend.log.requestCount();
    QCOMPARE(scenario.post(request.target, request.body).status, 503);
    QCOMPARE(backend.log.requestCount(), asked);
}

/// An error's text is looked at, but not for ever.
void TstTranslatedFailures::endlessErrorIsNotWaitedFor()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const std::string block(16 * 1024, 'x');
    backend.setHandler([block](const RecordedRequest &) {
        return Reply::chunkedHead("text/plain", 500).sendChunk(block, 40).awaitPeerClose();
    });
    const WireRequest request = ask(Wire::Chat, "anthropic-model", false);
    const HttpResponse response = scenario.post(request.target, request.body);
    const std::string problem = wireErrorProblem(Wire::Chat, response, 502);
    QVERIFY2(problem.empty(), problem.c_str());
}

/// Only the connection's end was missing: the answer was there.
void TstTranslatedFailures::wholeStreamWhoseConnectionBreaks()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    std::string stream;
    for (const std::string &piece : providerStream("anthropic")) {
        stream += piece;
    }
    backend.setHandler([stream](const RecordedRequest &) {
        return Reply::chunkedHead(streamTypeOf("anthropic"))
            .sendChunk(stream)
            .ending(Ending::Close);
    });
    const WireRequest request = ask(Wire::Chat, "anthropic-model", true);
    const HttpResponse response = scenario.post(request.target, request.body);
    VERIFY_COMPLETE(response);
    QVERIFY(response.body.ends_with("data: [DONE]\n\n"));
    QVERIFY2(response.body.find("error") == std::string::npos, response.body.c_str());
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 200);
}

QTEST_GUILESS_MAIN(TstTranslatedFailures)
#include "tst_translatedfailures.moc"
