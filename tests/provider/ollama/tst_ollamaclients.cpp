// SPDX-License-Identifier: MIT
// Ollama's dialects as clients speak them: requests read, refused and read back, answers written.
#include "core/provider/builtincodecs.h"
#include "core/provider/ollama/loadanswer.h"
#include "core/provider/timestamps.h"
#include "tests/provider/ollama/randomchat.h"
#include "tests/provider/support/golden.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

ChatRequest chat(const std::string &body)
{
    auto request = readRequest(ollamaChatClient(), body);
    if (!request) {
        qFatal("refused: %s", request.error().c_str());
    }
    return std::move(*request);
}

ChatRequest generate(const std::string &body)
{
    auto request = readRequest(ollamaGenerateClient(), body);
    if (!request) {
        qFatal("refused: %s", request.error().c_str());
    }
    return std::move(*request);
}

Part part(Part::Kind kind, std::string text, std::string id = {}, std::string name = {})
{
    Part part;
    part.kind = kind;
    part.text = std::move(text);
    part.id = std::move(id);
    part.name = std::move(name);
    return part;
}

Answer fullAnswer()
{
    Answer answer;
    answer.start = {"resp_1", "upstream-model", 0};
    answer.parts = {
        part(Part::Kind::Thinking, "Hm … 東京?"), part(Part::Kind::Text, "Let me look.\n"),
        part(Part::Kind::ToolCall, R"({"city":"Zürich","days":1.50})", "call_1", "get_weather"),
        part(Part::Kind::ToolCall, "", "call_2", "get_time")};
    answer.finish = FinishReason::ToolCalls;
    answer.usage.input = 26;
    answer.usage.cacheRead = 20;
    answer.usage.output = 298;
    return answer;
}

std::string streamOf(const ClientCodec &codec, const Answer &answer, const AnswerContext &context)
{
    std::string out;
    const auto encoder = codec.streamEncoder(out, context);
    replay(answer, *encoder);
    return out;
}

/// The lines as one JSON array, so that a golden file can hold them.
std::string asArray(std::string lines)
{
    if (!lines.ends_with('\n')) {
        return "no line end";
    }
    lines.pop_back();
    for (std::size_t at = lines.find('\n'); at != std::string::npos;
         at = lines.find('\n', at + 1)) {
        lines.replace(at, 1, ",");
    }
    return "[" + lines + "]";
}

} // namespace

class tst_OllamaClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryField();
    void readsGenerate();
    void matchesResults_data();
    void matchesResults();
    void roundTrips();
    void spellingSurvives();
    void largeBodies();
    void refuses_data();
    void refuses();
    void answers_data();
    void answers();
    void streams_data();
    void streams();
    void streamsEndWithErrors();
    void loads_data();
    void loads();
    void times_data();
    void times();
};

void tst_OllamaClients::readsEveryField()
{
    const ChatRequest request = chat(
        R"({"model":"llama3.2","messages":[{"role":"system","content":"Be terse."},)"
        R"({"role":"user","content":"What?","images":["iVBORw0KGgoAAA"],"mood":"bad"},)"
        R"({"role":"assistant","content":"Hm","thinking":"Why?"}],)"
        R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],)"
        R"("options":{"num_predict":7,"temperature":0.70,"top_p":0.9,"top_k":40,"min_p":0.05,"seed":42,)"
        R"("stop":["a","b"],"presence_penalty":1,"frequency_penalty":-1,"repeat_penalty":1.1,)"
        R"("num_ctx":8192,"mirostat":1,"num_gpu":null},"format":"json","think":"high",)"
        R"("keep_alive":-1,"logprobs":true,"top_logprobs":3,"truncate":false,"unknown":{"a":1}})");
    QVERIFY(request.isStream);
    QCOMPARE(request.turns.size(), std::size_t(3));
    QCOMPARE(request.turns[1].parts[1].source.mediaType, std::string("image/png"));
    QCOMPARE(request.turns[1].extras[0].json, std::string("\"bad\""));
    QVERIFY(request.turns[2].parts[0].kind == Part::Kind::Thinking);
    QCOMPARE(request.tools[0].schema, std::string(R"({"type":"object"})"));
    QCOMPARE(request.maxTokens, std::optional<std::int64_t>(7));
    QCOMPARE(request.temperature, std::string("0.70"));
    QCOMPARE(request.topP + request.topK + request.minP + request.seed, std::string("0.9400.0542"));
    QCOMPARE(request.presencePenalty + request.frequencyPenalty + request.repeatPenalty,
             std::string("1-11.1"));
    QCOMPARE(request.stop, (std::vector<std::string>{"a", "b"}));
    QVERIFY(request.format.kind == ResponseFormat::Kind::JsonObject);
    QVERIFY(request.reasoning.effort == Reasoning::Effort::High);
    QCOMPARE(request.keepAlive, std::string("-1"));
    QCOMPARE(request.logprobs, std::optional(true));
    QCOMPARE(request.topLogprobs, std::optional<std::int64_t>(3));
    const std::vector<Extra> extras{{"options.num_ctx", "8192"},
                                    {"options.mirostat", "1"},
                                    {"truncate", "false"},
                                    {"unknown", R"({"a":1})"}};
    QCOMPARE(request.extras.size(), extras.size());
    QVERIFY(request.extras == extras);
    QVERIFY(!chat(R"({"model":"m","stream":false,"think":false})").isStream);
    QCOMPARE(chat(R"({"model":"m","think":false})").reasoning.isEnabled, std::optional(false));
    for (const char *limit : {"-1", "-2", "0"}) { // without a limit
        const ChatRequest unlimited =
            chat(std::string(R"({"model":"m","options":{"num_predict":)") + limit + "}}");
        QVERIFY(!unlimited.maxTokens);
        QVERIFY(unlimited.extras == (std::vector<Extra>{{"options.num_predict", limit}}));
    }
}

void tst_OllamaClients::readsGenerate()
{
    const ChatRequest request = generate(
        R"({"model":"m","prompt":"Why?","suffix":"Because.","system":"Be terse.","images":["/9j/AA"],)"
        R"("raw":false,"template":"","context":[1,2,3],"options":{"seed":1},"format":{"type":"object"},)"
        R"("think":true,"stream":false})");
    QVERIFY(request.origin == Dialect::OllamaGenerate);
    QVERIFY(!request.isStream);
    QCOMPARE(request.turns.size(), std::size_t(2));
    QVERIFY(request.turns[0].role == Role::System);
    QCOMPARE(request.turns[1].parts[0].text, std::string("Why?"));
    QCOMPARE(request.turns[1].parts[1].source.mediaType, std::string("image/jpeg"));
    QVERIFY(request.extras ==
            (std::vector<Extra>{{"suffix", "\"Because.\""}, {"context", "[1,2,3]"}}));
    Fidelity fidelity;
    const model::ProviderOptions options;
    const std::string body = ollamaChatProvider().encodeRequest(request, {"m", options}, fidelity);
    const std::string difference = differsFromGolden("ollama/generate_as_chat.json", body);
    QVERIFY2(difference.empty(), difference.c_str());
    QCOMPARE(QByteArray::fromStdString(textOf(fidelity)),
             QByteArray("dropped suffix: /api/chat has no such field\n"
                        "dropped context: /api/chat has no such field\n"));
}

void tst_OllamaClients::matchesResults_data()
{
    QTest::addColumn<QByteArray>("calls");
    QTest::addColumn<QByteArray>("results");
    QTest::addColumn<QByteArray>("wanted"); // ids of the calls | ids of the results
    const auto row = [](const char *name, const char *calls, const char *results,
                        const char *wanted) {
        QTest::newRow(name) << QByteArray(calls) << QByteArray(results) << QByteArray(wanted);
    };
    const char *two = R"({"function":{"name":"f"}},{"function":{"name":"g"}})";
    row("by order", two, R"({"role":"tool","content":"1"},{"role":"tool","content":"2"})",
        "call_ollama_0 call_ollama_1 | call_ollama_0 call_ollama_1");
    row("by name", two,
        R"({"role":"tool","content":"1","tool_name":"g"},{"role":"tool","content":"2","tool_name":"f"})",
        "call_ollama_0 call_ollama_1 | call_ollama_1 call_ollama_0");
    row("same name by order", R"({"function":{"name":"f"}},{"function":{"name":"f"}})",
        R"({"role":"tool","content":"1","tool_name":"f"},{"role":"tool","content":"2","tool_name":"f"})",
        "call_ollama_0 call_ollama_1 | call_ollama_0 call_ollama_1");
    row("by id", R"({"id":"a","function":{"name":"f"}},{"id":"b","function":{"name":"f"}})",
        R"({"role":"tool","content":"1","tool_call_id":"b"},{"role":"tool","content":"2","tool_call_id":"a"})",
        "a b | b a");
    row("equal ids", R"({"id":"a","function":{"name":"f"}},{"id":"a","function":{"name":"g"}})",
        R"({"role":"tool","content":"1","tool_call_id":"a"},{"role":"tool","content":"2","tool_call_id":"a"})",
        "a call_ollama_0 | a call_ollama_0");
    row("an id that looks made",
        R"({"id":"call_ollama_0","function":{"name":"f"}},{"function":{"name":"g"}})",
        R"({"role":"tool","content":"1","tool_name":"g"})",
        "call_ollama_0 call_ollama_1 | call_ollama_1");
}

void tst_OllamaClients::matchesResults()
{
    QFETCH(QByteArray, calls);
    QFETCH(QByteArray, results);
    QFETCH(QByteArray, wanted);
    const ChatRequest request =
        chat(R"({"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant",)"
             R"("tool_calls":[)" +
             calls.toStdString() + "]}," + results.toStdString() + "]}");
    QCOMPARE(request.turns.size(), std::size_t(3)); // the results are one turn
    std::string given;
    for (const Part &each : request.turns[1].parts) {
        given.append(each.id).append(" ");
    }
    given.append("|");
    for (const Part &each : request.turns[2].parts) {
        given.append(" ").append(each.id);
    }
    QCOMPARE(QByteArray::fromStdString(given), wanted);
}

/// Decoding and encoding again is the identity on what the dialect can say.
void tst_OllamaClients::roundTrips()
{
    const model::ProviderOptions options;
    for (unsigned seed = 1; seed <= 1500; ++seed) {
        const QJsonObject wanted = randomChat(seed);
        const std::string body = QJsonDocument(wanted).toJson(QJsonDocument::Compact).toStdString();
        const auto request = readRequest(ollamaChatClient(), body);
        QVERIFY2(request.has_value(), (body + (request ? "" : request.error())).c_str());
        Fidelity fidelity;
        const std::string again =
            ollamaChatProvider().encodeRequest(*request, {request->model, options}, fidelity);
        QJsonObject given = QJsonDocument::fromJson(QByteArray::fromStdString(again)).object();
        if (!wanted[QStringLiteral("options")].toObject().contains(QStringLiteral("num_ctx"))) {
            QJsonObject rest = given[QStringLiteral("options")].toObject();
            rest.remove(QStringLiteral("num_ctx")); // ours, where there are many pictures
            given[QStringLiteral("options")] = rest;
            if (rest.isEmpty()) {
                given.remove(QStringLiteral("options"));
            }
        }
        QVERIFY2(given == wanted, (body + "\n" + again).c_str());
        const std::string losses = textOf(fidelity);
        QVERIFY2(losses.empty() || losses == "dropped logprobs: a translated answer has none\n",
                 losses.c_str());
    }
}

void tst_OllamaClients::spellingSurvives()
{
    const std::string body =
        R"({"model":"m","messages":[{"role":"assistant","content":"","tool_calls":[)"
        R"({"id":"a","function":{"name":"f","arguments":{"b":1.0,"a":1e3,"c":"\u00e4"}}}]}],)"
        R"("tools":[{"type":"function","function":{"name":"f","parameters":{"z":1,"a":{"b":0.10}}}}],)"
        R"("format":{"type":"object","x":1.00},"options":{"temperature":0.70,"seed":12345678901234567890,)"
        R"("num_ctx":8192},"stream":true,"keep_alive":3E2})";
    Fidelity fidelity;
    const model::ProviderOptions options;
    QCOMPARE(QByteArray::fromStdString(
                 ollamaChatProvider().encodeRequest(chat(body), {"m", options}, fidelity)),
             QByteArray::fromStdString(body));
    QVERIFY(fidelity.isLossless());
}

/// Done in linear time: squared, this would not end before the test's deadline.
void tst_OllamaClients::largeBodies()
{
    constexpr int Calls = 20000;
    std::string calls;
    std::string results;
    for (int i = 0; i < Calls; ++i) {
        const std::string id = std::to_string(i);
        calls.append(i == 0 ? "" : ",").append(R"({"id":")" + id + R"(","function":{"name":"f"}})");
        const std::string last = std::to_string(Calls - 1 - i); // the last one is answered first
        results.append(R"(,{"role":"tool","content":"x","tool_call_id":")" + last + R"("})");
    }
    const ChatRequest request =
        chat(R"({"model":"m","messages":[{"role":"assistant","tool_calls":[)" + calls + "]}" +
             results + "]}");
    QCOMPARE(request.turns.size(), std::size_t(2));
    QCOMPARE(request.turns[1].parts.front().id, std::to_string(Calls - 1));
    Fidelity fidelity;
    const model::ProviderOptions options;
    QVERIFY(ollamaChatProvider().encodeRequest(request, {"m", options}, fidelity).size() >
            calls.size());
    QVERIFY(fidelity.isLossless());
    const std::string text(10UL * 1024 * 1024, 'x');
    const ChatRequest large =
        chat(R"({"model":"m","messages":[{"role":"user","content":")" + text + R"("}]})");
    QVERIFY(ollamaChatProvider().encodeRequest(large, {"m", options}, fidelity).find(text) !=
            std::string::npos);
    const std::string nested = std::string(900, '[') + std::string(900, ']');
    const ChatRequest deep = chat(R"({"model":"m","x":)" + nested + "}");
    QCOMPARE(deep.extras[0].json, nested);
}

void tst_OllamaClients::refuses_data()
{
    QTest::addColumn<bool>("isChat");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *body, const char *message, bool isChat = true) {
        QTest::addRow("%s", message) << isChat << QByteArray(body) << QByteArray(message);
    };
    row("{}", "model: is required");
    row(R"({"model":7})", "model: must be a string");
    row(R"({"model":"m","messages":{}})", "messages: must be an array");
    row(R"({"model":"m","messages":[7]})", "messages[0]: must be an object");
    row(R"({"model":"m","messages":[{"role":"robot"}]})",
        R"(messages[0].role: must be "system", "user", "assistant" or "tool")");
    row(R"({"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]})",
        "messages[0].content: must be a string");
    row(R"({"model":"m","messages":[{"role":"user","images":"x"}]})",
        "messages[0].images: must be an array of base64 strings");
    row(R"({"model":"m","messages":[{"role":"user","images":[7]}]})",
        "messages[0].images: must be an array of base64 strings");
    row(R"({"model":"m","messages":[{"role":"tool","content":"x"}]})",
        "messages[0]: no call of a tool wants this result");
    row(R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"b"}]})",
        "messages[1]: no call of a tool wants this result");
    row(R"({"model":"m","messages":[{"role":"assistant","tool_calls":{}}]})",
        "messages[0].tool_calls: must be an array");
    row(R"({"model":"m","messages":[{"role":"assistant","tool_calls":[7]}]})",
        "messages[0].tool_calls[0].function.name: must be a string that is not empty");
    row(R"({"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}]})",
        "messages[0].tool_calls[0].function.arguments: must be an object");
    row(R"({"model":"m","messages":[{"role":"user","tool_calls":[{"function":{"name":"f"}}]}]})",
        "messages[0].tool_calls: only an assistant calls tools");
    row(R"({"model":"m","tools":{}})", "tools: must be an array");
    row(R"({"model":"m","tools":["x"]})", "tools[0]: must be an object");
    row(R"({"model":"m","tools":[{"type":"function"}]})",
        "tools[0].function.name: must be a string that is not empty");
    row(R"({"model":"m","tools":[{"type":"function","function":{"name":"f","parameters":[]}}]})",
        "tools[0].function.parameters: has the wrong type");
    row(R"({"model":"m","options":[]})", "options: must be an object");
    row(R"({"model":"m","options":{"temperature":"hot"}})",
        "options.temperature: must be a number");
    row(R"({"model":"m","options":{"num_predict":1.5}})",
        "options.num_predict: must be an integer");
    row(R"({"model":"m","options":{"stop":"x"}})", "options.stop: must be an array of strings");
    row(R"({"model":"m","options":{"stop":["x",7]}})", "options.stop: must be an array of strings");
    row(R"({"model":"m","format":"yaml"})", "format: must be \"json\" or a JSON schema");
    row(R"({"model":"m","think":"hard"})",
        R"(think: must be true, false, "low", "medium", "high" or "max")");
    row(R"({"model":"m","stream":"yes"})", "stream: must be true or false");
    row(R"({"model":"m","keep_alive":true})",
        "keep_alive: must be a duration or a number of seconds");
    row(R"({"model":"m","prompt":7})", "prompt: must be a string", false);
    row(R"({"model":"m","system":[]})", "system: must be a string", false);
    row(R"({"model":"m","images":"x"})", "images: must be an array of base64 strings", false);
    row(R"({"model":"m","prompt":"x","raw":true,"system":"y"})",
        "raw: does not go together with system", false);
}

void tst_OllamaClients::refuses()
{
    QFETCH(bool, isChat);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, message);
    const auto request =
        readRequest(isChat ? ollamaChatClient() : ollamaGenerateClient(), body.toStdString());
    QVERIFY(!request.has_value());
    QCOMPARE(QByteArray::fromStdString(request.error()), message);
}

void tst_OllamaClients::answers_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"text", "full", "length", "broken_arguments"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

void tst_OllamaClients::answers()
{
    QFETCH(QString, name);
    Answer answer = fullAnswer();
    if (name == QLatin1String("text")) {
        answer.start.created = 1700000000;
        answer.parts = {part(Part::Kind::Text, "Hello"), part(Part::Kind::Refusal, " no")};
        answer.finish = FinishReason::StopSequence;
    } else if (name == QLatin1String("length")) {
        answer.parts.resize(2);
        answer.finish = FinishReason::MaxTokens;
        answer.usage = {};
    } else if (name == QLatin1String("broken_arguments")) {
        answer.parts[2].text = "{\"city\":";
        answer.parts[3].text = "[1]";
    }
    const ChatRequest request;
    const AnswerContext context{"req", "gpt-4o", 1769860800, &request};
    for (const ClientCodec *codec : {&ollamaChatClient(), &ollamaGenerateClient()}) {
        const std::string surface = codec == &ollamaChatClient() ? "chat" : "generate";
        const std::string path = "ollama/answer_" + surface + "_" + name.toStdString() + ".json";
        const std::string difference =
            differsFromGolden(path, codec->encodeAnswer(answer, context));
        QVERIFY2(difference.empty(), difference.c_str());
        const std::string ofStream =
            differsFromGolden("ollama/stream_" + surface + "_" + name.toStdString() + ".json",
                              asArray(streamOf(*codec, answer, context)));
        QVERIFY2(ofStream.empty(), ofStream.c_str());
    }
}

void tst_OllamaClients::streams_data()
{
    QTest::addColumn<int>("finish");
    QTest::newRow("stop") << static_cast<int>(FinishReason::Stop);
    QTest::newRow("tools") << static_cast<int>(FinishReason::ToolCalls);
    QTest::newRow("length") << static_cast<int>(FinishReason::MaxTokens);
}

/// What is written can be read: the answer comes back.
void tst_OllamaClients::streams()
{
    QFETCH(int, finish);
    Answer answer = fullAnswer();
    answer.start = {{}, "gpt-4o", 1769860800};
    answer.finish = static_cast<FinishReason>(finish);
    if (answer.finish == FinishReason::Stop) {
        answer.parts.resize(2);
    }
    const ChatRequest request;
    const AnswerContext context{"req", "gpt-4o", 1769860800, &request};
    const std::string stream = streamOf(ollamaChatClient(), answer, context);
    const Reading reading = readStream(ollamaChatProvider(), stream);
    QVERIFY(reading.defects.isClean());
    EventLog wanted;
    answer.usage.cacheRead.reset(); // Ollama has no word for it
    if (answer.parts.size() > 3) {
        answer.parts[3].text = "{}";
    }
    replay(answer, wanted);
    QCOMPARE(QByteArray::fromStdString(reading.events), QByteArray::fromStdString(wanted.text()));
    QCOMPARE(readAnswer(ollamaChatProvider(), ollamaChatClient().encodeAnswer(answer, context)),
             reading.events);
    const std::string difference = differsWhenCut(ollamaChatProvider(), stream);
    QVERIFY2(difference.empty(), difference.c_str());
}

void tst_OllamaClients::streamsEndWithErrors()
{
    const ChatRequest request;
    const AnswerContext context{"req", "m", 0, &request};
    std::string out;
    const auto encoder = ollamaChatClient().streamEncoder(out, context);
    ApiError error;
    error.message = "it \"broke\"\n";
    encoder->start({});
    encoder->partStart(0, {});
    encoder->partDelta(0, "x");
    encoder->error(error);
    encoder->error(error);
    encoder->end();
    QVERIFY(out.ends_with("}\n{\"error\":\"it \\\"broke\\\"\\n\"}\n"));
    QCOMPARE(std::count(out.begin(), out.end(), '\n'), std::ptrdiff_t(2));
    QCOMPARE(ollamaChatClient().encodeError(error, 400, "id"),
             std::string("{\"error\":\"it \\\"broke\\\"\\n\"}"));
    QCOMPARE(ollamaChatClient().streamType(), std::string_view("application/x-ndjson"));
}

void tst_OllamaClients::loads_data()
{
    QTest::addColumn<bool>("isChat");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("reason"); // empty: no such request
    const auto row = [](const char *name, bool isChat, const char *body, const char *reason) {
        QTest::newRow(name) << isChat << QByteArray(body) << QByteArray(reason);
    };
    row("chat", true, R"({"model":"m","messages":[]})", "load");
    row("chat without messages", true, R"({"model":"m"})", "load");
    row("chat, unload", true, R"({"model":"m","keep_alive":0})", "unload");
    row("chat, unload in words", true, R"({"model":"m","keep_alive":"0s"})", "unload");
    row("chat, keep", true, R"({"model":"m","keep_alive":"10m"})", "load");
    row("chat with messages", true, R"({"model":"m","messages":[{"role":"user","content":""}]})",
        "");
    row("generate", false, R"({"model":"m","prompt":""})", "load");
    row("generate, unload", false, R"({"model":"m","keep_alive":0})", "unload");
    row("generate with a prompt", false, R"({"model":"m","prompt":"x"})", "");
}

void tst_OllamaClients::loads()
{
    QFETCH(bool, isChat);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, reason);
    const ChatRequest request = isChat ? chat(body.toStdString()) : generate(body.toStdString());
    QCOMPARE(ollama::isLoadRequest(request), !reason.isEmpty());
    if (!reason.isEmpty()) {
        const std::string content =
            isChat ? R"("message":{"role":"assistant","content":""})" : R"("response":"")";
        QCOMPARE(ollama::loadAnswer({"id", "m", 1769860800, &request}),
                 R"({"model":"m","created_at":"2026-01-31T12:00:00Z",)" + content +
                     R"(,"done":true,"done_reason":")" + reason.toStdString() + "\"}");
    }
}

void tst_OllamaClients::times_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("seconds");
    const auto row = [](const char *text, qint64 seconds) {
        QTest::newRow(text) << QByteArray(text) << seconds;
    };
    row("1970-01-01T00:00:00Z", 0);
    row("2024-02-29T23:59:59Z", 1709251199);
    row("2023-08-04T08:52:19.385406455-07:00", 1691164339);
    row("2023-08-04T17:52:19+02:00", 1691164339);
    row("2023-02-30T00:00:00Z", 0);
    row("yesterday", 0);
    row("", 0);
    row("2023-08-04", 0);
    row("2023-08-04T17:52", 0);
    row("+023-08-04T17:52:19Z", 0);
}

void tst_OllamaClients::times()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, seconds);
    QCOMPARE(secondsOf(text.toStdString()), std::int64_t(seconds));
    if (text.endsWith('Z') && seconds != 0) {
        QCOMPARE(timestamp(seconds), text.toStdString());
    }
    QCOMPARE(timestamp(-1), std::string("1970-01-01T00:00:00Z"));
    QCOMPARE(timestamp(INT64_MAX), std::string("1970-01-01T00:00:00Z"));
}

QTEST_GUILESS_MAIN(tst_OllamaClients)
#include "tst_ollamaclients.moc"
