// SPDX-License-Identifier: MIT
// Promise: what is wrong with an answer that passes is mended or told, and counted; what answers
// cost is told alike, translated or not.
#include "tests/integration/wires.h"
#include "tests/support/scenario.h"

#include <QJsonArray>
#include <QTest>

using namespace meridian::support;

class TstStreamDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void missingTerminalIsMended_data();
    void missingTerminalIsMended();
    void truncationIsAnError_data();
    void truncationIsAnError();
    void theProvidersErrorIsNoSuccess();
    void truncatedChatGoesOnElsewhere();
    void htmlIsNoAnswer_data();
    void htmlIsNoAnswer();
    void anotherBackendAnswersForHtml();
    void cachedTokensOfEveryDialect_data();
    void cachedTokensOfEveryDialect();
};

namespace {

const std::string Chunk =
    "data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":null}]}\n\n";
const std::string Last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string MessageStart =
    "event: message_start\ndata: "
    "{\"type\":\"message_start\",\"message\":{\"stop_reason\":null}}\n\n";
const std::string MessageDelta =
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
    "\"end_turn\"}}\n\n";
const std::string Created = "event: response.created\ndata: {\"type\":\"response.created\"}\n\n";
const std::string Candidate =
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"x\"}]}}]}\n\n";
const std::string Line = "{\"message\":{\"content\":\"x\"},\"done\":false}\n";

std::string providerOf(Wire wire)
{
    switch (wire) {
    case Wire::Anthropic:
        return "anthropic";
    case Wire::Gemini:
        return "google";
    case Wire::OllamaChat:
    case Wire::OllamaGenerate:
        return "ollama";
    default:
        return "openai";
    }
}

HttpResponse put(Scenario &scenario, Wire wire, bool isStream = true)
{
    const WireRequest request = ask(wire, providerOf(wire) + "-model", isStream);
    return scenario.post(request.target, request.body);
}

double defects(const Scenario &scenario, const char *defect)
{
    return scenario.metric("meridian_stream_defects_total",
                           {std::string("defect=\"") + defect + "\""});
}

QStringList told(const QJsonObject &line)
{
    QStringList names;
    for (const QJsonValue &name : line.value(QLatin1String("stream_defects")).toArray()) {
        names << name.toString();
    }
    return names;
}

} // namespace

Q_DECLARE_METATYPE(Wire)

void TstStreamDoctor::missingTerminalIsMended_data()
{
    QTest::addColumn<Wire>("wire");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("added");
    const auto row = [](const char *name, Wire wire, const std::string &sent,
                        std::string_view added) {
        QTest::newRow(name) << wire << QByteArray::fromStdString(sent)
                            << QByteArray(added.data(), qsizetype(added.size()));
    };
    row("chat", Wire::Chat, Chunk + Last, DoneEvent);
    row("chat, last event left open", Wire::Chat, Chunk + Last.substr(0, Last.size() - 2),
        "\n\ndata: [DONE]\n\n");
    row("completions", Wire::Completions, Chunk + Last, DoneEvent);
    row("anthropic", Wire::Anthropic, MessageStart + MessageDelta,
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
}

void TstStreamDoctor::missingTerminalIsMended()
{
    QFETCH(Wire, wire);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, added);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, providerOf(wire));
    START_OR_FAIL(scenario);
    backend.setHandler(
        [stream = sent.toStdString()](const RecordedRequest &) { return Reply::sse({stream}); });
    const HttpResponse response = put(scenario, wire);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    QCOMPARE(QByteArray::fromStdString(response.body), sent + added);
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 200);
    QCOMPARE(told(line), QStringList{QStringLiteral("missing_terminal")});
    QTRY_COMPARE(defects(scenario, "missing_terminal"), 1.0);
    const QJsonObject status = jsonOf(scenario.get("/meridian/status"));
    const QJsonObject first = status.value(QLatin1String("backends")).toArray().at(0).toObject();
    QCOMPARE(first.value(QLatin1String("stream_defects"))
                 .toObject()
                 .value(QLatin1String("missing_terminal"))
                 .toInt(),
             1);
    QCOMPARE(first.value(QLatin1String("provider")).toString().toStdString(), providerOf(wire));
}

void TstStreamDoctor::truncationIsAnError_data()
{
    QTest::addColumn<Wire>("wire");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("kept");
    const auto row = [](const char *name, Wire wire, const std::string &sent,
                        const std::string &kept) {
        QTest::newRow(name) << wire << QByteArray::fromStdString(sent)
                            << QByteArray::fromStdString(kept);
    };
    row("chat", Wire::Chat, Chunk + Chunk, Chunk + Chunk);
    row("chat, in an event", Wire::Chat, Chunk + Chunk.substr(0, 30), Chunk);
    row("responses", Wire::Responses, Created, Created);
    row("anthropic", Wire::Anthropic, MessageStart, MessageStart);
    row("gemini", Wire::Gemini, Candidate, Candidate);
    row("ollama", Wire::OllamaChat, Line, Line);
}

void TstStreamDoctor::truncationIsAnError()
{
    QFETCH(Wire, wire);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, kept);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, providerOf(wire));
    START_OR_FAIL(scenario);
    backend.setHandler([stream = sent.toStdString(), type = streamTypeOf(providerOf(wire))](
                           const RecordedRequest &) { return Reply::chunks(type, {stream}); });
    const HttpResponse response = put(scenario, wire);
    VERIFY_COMPLETE(response);
    QVERIFY2(response.body.starts_with(kept.toStdString()), response.body.c_str());
    const Told read = readStream(wire, response.body.substr(std::size_t(kept.size())));
    const std::string end = response.body.substr(std::size_t(kept.size()));
    QVERIFY2(end.find("upstream ended the stream in the middle of the answer") != std::string::npos,
             end.c_str());
    QVERIFY2(read.problem.empty(), read.problem.c_str());
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 502);
    QCOMPARE(line.value(QLatin1String("error_type")).toString(),
             QStringLiteral("stream_truncated"));
    QCOMPARE(told(line), QStringList{QStringLiteral("truncated")});
    QTRY_COMPARE(defects(scenario, "truncated"), 1.0);
}

void TstStreamDoctor::theProvidersErrorIsNoSuccess()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const std::string stream = "data: {\"error\":{\"message\":\"out of memory\"}}\n\n";
    backend.enqueue(Reply::sse({Chunk, stream}, 20ms));
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.body, Chunk + stream); // the client has been told
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 502);
    QCOMPARE(told(line), QStringList{QStringLiteral("error_event")});
}

void TstStreamDoctor::truncatedChatGoesOnElsewhere()
{
    Scenario scenario;
    const GatewayConfig::Entries able{{"continuation", "true"}};
    FakeUpstream &a = scenario.addBackend("a", able);
    FakeUpstream &b = scenario.addBackend("b", able);
    scenario.config.set("resilience", "continuation", "true");
    START_OR_FAIL(scenario);
    for (FakeUpstream *backend : {&a, &b}) {
        backend->setHandler([](const RecordedRequest &request) {
            return request.body.find("continue_final_message") == std::string::npos
                       ? Reply::sse({Chunk})
                       : Reply::sse({Chunk, Last + std::string(DoneEvent)});
        });
    }
    const HttpResponse response = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(response);
    const std::string end = "\n\n" + Chunk + Last + std::string(DoneEvent);
    QVERIFY2(response.body.starts_with(Chunk + ": meridian: continued by backend "),
             response.body.c_str());
    QVERIFY2(response.body.ends_with(end), response.body.c_str());
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 200);
    QVERIFY(told(line).isEmpty()); // not the defect of the one that answered
    QTRY_COMPARE(defects(scenario, "truncated"), 1.0);
}

void TstStreamDoctor::htmlIsNoAnswer_data()
{
    QTest::addColumn<Wire>("wire");
    for (const Wire wire : AllWires) {
        QTest::newRow(wireName(wire)) << wire;
    }
}

void TstStreamDoctor::htmlIsNoAnswer()
{
    QFETCH(Wire, wire);
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, providerOf(wire));
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::of(200, "text/html; charset=utf-8", "<html>Log in</html>");
    });
    for (const bool isStream : {false, true}) {
        const HttpResponse response = put(scenario, wire, isStream);
        VERIFY_WIRE_ERROR(wire, response, 502);
        const QJsonObject line = scenario.logLine(response.header("x-request-id"));
        QCOMPARE(line.value(QLatin1String("status_code")).toInt(), 502);
    }
    QTRY_COMPARE(defects(scenario, "not_json"), 2.0);
}

void TstStreamDoctor::anotherBackendAnswersForHtml()
{
    Scenario scenario;
    FakeUpstream &a = scenario.addBackend("a");
    FakeUpstream &b = scenario.addBackend("b");
    START_OR_FAIL(scenario);
    a.setHandler([](const RecordedRequest &) { return Reply::of(200, "text/html", "<html>"); });
    Q_UNUSED(b);
    for (int i = 0; i < 4; ++i) {
        const HttpResponse response = scenario.chat();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-meridian-backend"), std::string("b"));
    }
    QVERIFY(a.log.requestCount() > 0);
}

void TstStreamDoctor::cachedTokensOfEveryDialect_data()
{
    QTest::addColumn<QByteArray>("provider");
    QTest::addColumn<bool>("isNative");
    QTest::addColumn<bool>("isStream");
    for (const char *provider : {"openai", "anthropic", "google"}) {
        for (const bool isNative : {true, false}) {
            for (const bool isStream : {false, true}) {
                QTest::addRow("%s %s %s", provider, isNative ? "native" : "translated",
                              isStream ? "stream" : "whole")
                    << QByteArray(provider) << isNative << isStream;
            }
        }
    }
}

/// The answer of wires.h with a usage of 100 tokens in, 60 of them cached, and 40 out.
std::string withCache(std::string_view provider, std::string text)
{
    const auto replace = [&text](std::string_view key, std::string_view usage) {
        for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
            const auto end = text.find('}', at);
            text.replace(at, end + 1 - at, usage);
        }
    };
    if (provider == "openai") {
        replace("\"usage\":{", "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":40,"
                               "\"prompt_tokens_details\":{\"cached_tokens\":60},"
                               "\"completion_tokens_details\":{\"reasoning_tokens\":30}}");
    } else if (provider == "anthropic") {
        replace("\"usage\":{", "\"usage\":{\"input_tokens\":30,\"cache_read_input_tokens\":60,"
                               "\"cache_creation_input_tokens\":10,\"output_tokens\":40}");
    } else {
        replace("\"usageMetadata\":{",
                "\"usageMetadata\":{\"promptTokenCount\":100,\"candidatesTokenCount\":10,"
                "\"thoughtsTokenCount\":30,\"cachedContentTokenCount\":60}");
    }
    return text;
}

void TstStreamDoctor::cachedTokensOfEveryDialect()
{
    QFETCH(QByteArray, provider);
    QFETCH(bool, isNative);
    QFETCH(bool, isStream);
    const std::string name = provider.toStdString();
    const Wire own = name == "openai"      ? Wire::Chat
                     : name == "anthropic" ? Wire::Anthropic
                                           : Wire::Gemini;
    const Wire wire = isNative ? own : own == Wire::Anthropic ? Wire::Chat : Wire::Anthropic;
    Scenario scenario;
    FakeUpstream &backend = addProvider(scenario, name);
    START_OR_FAIL(scenario);
    backend.setHandler([name](const RecordedRequest &request) {
        if (!wantsStream(name, request)) {
            return Reply::json(withCache(name, providerAnswer(name)), 200,
                               {{"x-request-id", "req_7"}});
        }
        std::vector<std::string> events = providerStream(name);
        if (name == "openai") { // whose stream there says neither role nor reason
            const auto choice = [](std::string_view what) {
                return R"(data: {"choices":[{"index":0,"delta":)" + std::string(what) + "}]}\n\n";
            };
            events.insert(events.begin(), choice(R"({"role":"assistant","content":""})"));
            events.insert(events.end() - 2, choice(R"({},"finish_reason":"stop")"));
        }
        for (std::string &event : events) {
            event = withCache(name, event);
        }
        return Reply::chunks(streamTypeOf(name), events, {}, 200, {{"x-request-id", "req_7"}});
    });
    const WireRequest request = ask(wire, name + "-model", isStream);
    const HttpResponse response = scenario.post(request.target, request.body);
    VERIFY_COMPLETE(response);
    QCOMPARE(response.status, 200);
    const QJsonObject line = scenario.logLine(response.header("x-request-id"));
    QCOMPARE(line.value(QLatin1String("prompt_tokens")).toInt(), 100);
    QCOMPARE(line.value(QLatin1String("completion_tokens")).toInt(), 40);
    QCOMPARE(line.value(QLatin1String("cached_tokens")).toInt(), 60);
    QCOMPARE(line.value(QLatin1String("cache_write_tokens")).toInt(), name == "anthropic" ? 10 : 0);
    QCOMPARE(line.value(QLatin1String("reasoning_tokens")).toInt(), name == "anthropic" ? 0 : 30);
    QCOMPARE(line.value(QLatin1String("upstream_request_id")).toString(), QStringLiteral("req_7"));
    QCOMPARE(line.contains(QLatin1String("fidelity")), !isNative);
    QCOMPARE(told(line), QStringList());
    const std::vector<std::string> labels{"backend=\"" + name + "\""};
    QTRY_COMPARE(scenario.metric("meridian_cached_input_tokens_total", labels), 60.0);
    QCOMPARE(scenario.metric("meridian_translated_requests_total", labels), isNative ? -1.0 : 1.0);
    const QJsonObject recent = jsonOf(scenario.get("/meridian/requests?limit=1"))
                                   .value(QLatin1String("requests"))
                                   .toArray()
                                   .at(0)
                                   .toObject();
    QCOMPARE(recent.value(QLatin1String("cached_tokens")).toInt(), 60);
    QCOMPARE(recent.value(QLatin1String("translated")).toBool(), !isNative);
    QCOMPARE(recent.value(QLatin1String("provider")).toString().toStdString(), name);
}

QTEST_GUILESS_MAIN(TstStreamDoctor)
#include "tst_streamdoctor.moc"
