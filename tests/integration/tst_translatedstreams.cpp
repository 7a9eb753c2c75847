// SPDX-License-Identifier: MIT
// Promise: a translated stream comes as it is made, at the client's pace, and leaves the connection
// ready for the next request.
#include "tests/integration/wires.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace meridian::support;

namespace {

std::vector<std::string> bytesOf(std::string_view provider)
{
    std::vector<std::string> bytes;
    for (const std::string &piece : providerStream(provider)) {
        for (const char c : piece) {
            bytes.emplace_back(1, c);
        }
    }
    return bytes;
}

} // namespace

class TstTranslatedStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inOneByteChunks_data();
    void inOneByteChunks();
    void eventsComeAsTheyAreMade();
    void slowClientsSlowTheProvider();
    void keptAliveAndPipelined();
    void toHttp10();
    void providersThatStreamUnasked();
    void providersThatDoNotStream();
    void geminiArrays_data();
    void geminiArrays();
    void headRequests();
};

void TstTranslatedStreams::inOneByteChunks_data()
{
    QTest::addColumn<QString>("provider");
    for (const char *provider : {"openai", "anthropic", "google", "ollama"}) {
        QTest::newRow(provider) << QString::fromLatin1(provider);
    }
}

void TstTranslatedStreams::inOneByteChunks()
{
    QFETCH(QString, provider);
    const std::string name = provider.toStdString();
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, name);
    START_OR_FAIL(scenario);
    for (const Wire wire : AllWires) {
        if (name == "openai" && (wire == Wire::Completions || wire == Wire::Responses)) {
            continue; // native
        }
        backend.enqueue(Reply::chunks(streamTypeOf(name), bytesOf(name)));
        const WireRequest request = ask(wire, name + "-model", true);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        const bool isNativeChat = name == "ollama" && wire == Wire::OllamaGenerate;
        const Told told = readStream(isNativeChat ? Wire::OllamaChat : wire, response.body);
        QVERIFY2(told.problem.empty(), told.problem.c_str());
        QVERIFY2(told.text == "hello", response.body.c_str());
        QVERIFY2(told.hasEnded, response.body.c_str());
    }
}

void TstTranslatedStreams::eventsComeAsTheyAreMade()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const auto gate = makeGate();
    const std::vector<std::string> stream = providerStream("anthropic");
    Reply reply = Reply::chunkedHead("text/event-stream");
    for (std::size_t i = 0; i < stream.size(); ++i) {
        if (i == 4) {
            reply.await(gate);
        }
        reply.sendChunk(stream[i]);
    }
    backend.enqueue(reply.endChunks());
    RawClient client = scenario.connect();
    const WireRequest request = ask(Wire::Chat, "anthropic-model", true);
    QVERIFY(client.send(RawClient::request("POST", request.target, request.body)));
    QVERIFY2(client.readUntil(R"("content":"hel")"), client.pending().c_str());
    QVERIFY(client.pending().find(R"("content":"lo")") == std::string::npos);
    gate->open();
    QVERIFY(client.readUntil("data: [DONE]"));
}

void TstTranslatedStreams::slowClientsSlowTheProvider()
{
    constexpr std::size_t Events = 40'000;
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    const std::vector<std::string> stream = providerStream("anthropic");
    const std::string text(1000, 'x');
    const std::string delta =
        R"(event: content_block_delta)"
        "\n"
        R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
        text + "\"}}\n\n";
    Reply reply = Reply::chunkedHead("text/event-stream");
    reply.sendChunk(stream[0]).sendChunk(stream[1]).sendChunk(delta, Events);
    for (std::size_t i = 5; i < stream.size(); ++i) {
        reply.sendChunk(stream[i]);
    }
    backend.enqueue(reply.endChunks());
    RawClient client = scenario.connect(4096);
    const WireRequest request = ask(Wire::Chat, "anthropic-model", true);
    QVERIFY(client.send(RawClient::request("POST", request.target, request.body)));
    QVERIFY(client.readUntil("xxxx"));
    // What nobody reads stays where it is: 40 MB fit no socket buffers.
    QVERIFY(!backend.log.waitForWritten(30U << 20, 500ms));
    if (!scenario.gateway.isInstrumented()) {
        QVERIFY(scenario.gateway.process().residentBytes() < (100U << 20));
    }
    const HttpResponse response = client.readResponse("POST", 60s);
    VERIFY_COMPLETE(response);
    const Told told = readStream(Wire::Chat, response.body);
    QVERIFY2(told.problem.empty(), told.problem.c_str());
    QCOMPARE(told.text.size(), Events * text.size());
    QVERIFY(told.hasEnded);
}

void TstTranslatedStreams::keptAliveAndPipelined()
{
    Scenario scenario;
    addProvider(scenario, "openai");
    addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    std::string all;
    std::vector<std::pair<Wire, bool>> asked;
    for (int i = 0; i < 4; ++i) {
        for (const Wire wire : {Wire::Chat, Wire::Anthropic, Wire::OllamaChat, Wire::Gemini}) {
            const bool isStream = (i + static_cast<int>(wire)) % 2 == 0;
            const char *model = i < 2 ? "openai-model" : "anthropic-model";
            const WireRequest request = ask(wire, model, isStream);
            all += RawClient::request("POST", request.target, request.body);
            asked.emplace_back(wire, isStream);
        }
    }
    QVERIFY(client.send(all)); // all at once; the answers keep the order
    for (const auto &[wire, isStream] : asked) {
        const HttpResponse response = client.readResponse();
        VERIFY_COMPLETE(response);
        const Told told =
            isStream ? readStream(wire, response.body) : readWhole(wire, response.body);
        QVERIFY2(told.text == "hello" && told.problem.empty(), response.body.c_str());
    }
    QCOMPARE(client.exchange("GET", "/healthz").status, 200); // the same connection
}

void TstTranslatedStreams::toHttp10()
{
    Scenario scenario;
    addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    for (const bool isStream : {false, true}) {
        RawClient client = scenario.connect();
        const WireRequest request = ask(Wire::Chat, "anthropic-model", isStream);
        QVERIFY(client.send("POST " + request.target +
                            " HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: " +
                            std::to_string(request.body.size()) + "\r\n\r\n" + request.body));
        const HttpResponse response = client.readResponse();
        VERIFY_COMPLETE(response);
        QVERIFY(!response.isChunked);
        const Told told =
            isStream ? readStream(Wire::Chat, response.body) : readWhole(Wire::Chat, response.body);
        QVERIFY2(told.text == "hello" && told.hasEnded, response.body.c_str());
    }
}

void TstTranslatedStreams::providersThatStreamUnasked()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    backend.enqueue(Reply::chunks("text/event-stream", providerStream("anthropic")));
    const WireRequest request = ask(Wire::Chat, "anthropic-model", false);
    const HttpResponse response = scenario.post(request.target, request.body);
    const Told told = readWhole(Wire::Chat, response.body);
    QVERIFY2(told.text == "hello" && told.input == 11, response.body.c_str());
}

void TstTranslatedStreams::providersThatDoNotStream()
{
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "openai");
    START_OR_FAIL(scenario);
    for (const Wire wire : {Wire::Anthropic, Wire::OllamaChat, Wire::Gemini}) {
        backend.enqueue(Reply::json(providerAnswer("openai")));
        const WireRequest request = ask(wire, "openai-model", true);
        const HttpResponse response = scenario.post(request.target, request.body);
        VERIFY_COMPLETE(response);
        const Told told = readStream(wire, response.body);
        QVERIFY2(told.text == "hello" && told.hasEnded && told.problem.empty(),
                 response.body.c_str());
    }
}

void TstTranslatedStreams::geminiArrays_data()
{
    QTest::addColumn<bool>("isWhole");
    QTest::newRow("to its end") << true;
    QTest::newRow("broken off") << false;
}

void TstTranslatedStreams::geminiArrays()
{
    // Without alt=sse a stream is one JSON array, sound at its end whatever happened.
    QFETCH(bool, isWhole);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    std::vector<std::string> stream = providerStream("anthropic");
    stream.resize(isWhole ? stream.size() : 4);
    backend.enqueue(Reply::chunks("text/event-stream", stream));
    const WireRequest request = ask(Wire::Gemini, "anthropic-model", false);
    const HttpResponse response =
        scenario.post("/v1beta/models/anthropic-model:streamGenerateContent", request.body);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QVERIFY2(response.header("content-type").starts_with("application/json"),
             response.header("content-type").c_str());
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray::fromStdString(response.body));
    QVERIFY2(document.isArray() && !document.array().isEmpty(), response.body.c_str());
    QString text;
    for (const QJsonValue &chunk : document.array()) {
        const QJsonValue content = chunk[QLatin1String("candidates")][0][QLatin1String("content")];
        text += content[QLatin1String("parts")][0][QLatin1String("text")].toString();
    }
    QCOMPARE(text, isWhole ? QStringLiteral("hello") : QStringLiteral("hel"));
    QVERIFY2((response.body.find("\"error\"") == std::string::npos) == isWhole,
             response.body.c_str());
}

void TstTranslatedStreams::headRequests()
{
    Scenario scenario;
    addProvider(scenario, "anthropic");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    const HttpResponse root = client.exchange("HEAD", "/"); // Claude Code's first request
    QVERIFY2(root.status >= 200 && root.status < 400, std::to_string(root.status).c_str());
    const WireRequest request = ask(Wire::Chat, "anthropic-model", true);
    QCOMPARE(client.exchange("POST", request.target, request.body).status, 200);
}

QTEST_GUILESS_MAIN(TstTranslatedStreams)
#include "tst_translatedstreams.moc"
