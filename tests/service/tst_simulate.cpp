// SPDX-License-Identifier: MIT
// Simulated backends over real sockets: what they answer, at which pace, and how they misbehave.
#include "service/simulate/simulatecommand.h"
#include "service/simulate/simulatorthread.h"
#include "tests/support/rawclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QtEndian>

#include <memory>

using namespace meridian;
using namespace meridian::support;
using simulate::SimulatorOptions;

namespace {

constexpr std::string_view Chat = "/v1/chat/completions";
constexpr std::string_view Hello =
    R"({"model":"demo-model","messages":[{"role":"user","content":"hi"}]})";

/// One backend on a thread of its own; port 0 when it did not start.
struct Backend
{
    explicit Backend(SimulatorOptions options = quick())
        : thread({std::move(options)})
    {
        if (const auto ports = thread.launch()) {
            port = ports->front();
        }
    }

    static SimulatorOptions quick()
    {
        SimulatorOptions options;
        options.name = "fast";
        options.latency = std::chrono::milliseconds(0);
        return options;
    }

    [[nodiscard]] HttpResponse ask(std::string_view method,
                                   std::string_view path,
                                   std::string_view body = {},
                                   const Headers &extra = {}) const
    {
        return RawClient(port).exchange(method, path, body, extra);
    }

    [[nodiscard]] QJsonObject stats() const;

    simulate::SimulatorThread thread;
    std::uint16_t port = 0;
};

QJsonObject jsonOf(std::string_view text)
{
    const QByteArray bytes(text.data(), static_cast<qsizetype>(text.size()));
    return QJsonDocument::fromJson(bytes).object();
}

QJsonValue at(const QJsonObject &object, const char *key)
{
    return object.value(QString::fromLatin1(key));
}

QString textAt(const QJsonObject &object, const char *key)
{
    return at(object, key).toString();
}

QJsonObject Backend::stats() const
{
    return jsonOf(ask("GET", "/stats").body);
}

struct Event
{
    std::string name;
    std::string data;
};

std::vector<Event> eventsOf(std::string_view stream)
{
    std::vector<Event> events;
    for (std::size_t end = 0; (end = stream.find("\n\n")) != std::string_view::npos;
         stream.remove_prefix(end + 2)) {
        std::string_view one = stream.substr(0, end);
        Event event;
        if (one.starts_with("event: ")) {
            event.name = one.substr(7, one.find('\n') - 7);
            one.remove_prefix(one.find('\n') + 1);
        }
        event.data = one.substr(6);
        events.push_back(std::move(event));
    }
    return events;
}

QJsonObject firstChoice(const QJsonObject &object)
{
    return at(object, "choices").toArray().at(0).toObject();
}

} // namespace

class TstSimulate : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void chatAnswersInOnePiece()
    {
        const Backend backend;
        QVERIFY(backend.port != 0);
        const HttpResponse response = backend.ask("POST", Chat, Hello);
        QCOMPARE(response.status, 200);
        QVERIFY2(response.isComplete(), response.problem.c_str());
        QVERIFY(response.header("x-request-id").starts_with("req_"));
        QVERIFY(response.has("openai-processing-ms"));
        QVERIFY(response.has("x-ratelimit-remaining-requests"));
        const QJsonObject body = jsonOf(response.body);
        QVERIFY(textAt(body, "id").startsWith(QStringLiteral("chatcmpl-")));
        QCOMPARE(textAt(body, "object"), QStringLiteral("chat.completion"));
        QCOMPARE(textAt(body, "model"), QStringLiteral("demo-model"));
        QVERIFY(at(body, "created").toInteger() > 1600000000);
        const QJsonObject choice = firstChoice(body);
        QCOMPARE(textAt(choice, "finish_reason"), QStringLiteral("stop"));
        const QJsonObject message = at(choice, "message").toObject();
        QCOMPARE(textAt(message, "role"), QStringLiteral("assistant"));
        QVERIFY(textAt(message, "content").startsWith(QStringLiteral("Hello from fast.")));
        const QJsonObject usage = at(body, "usage").toObject();
        QCOMPARE(at(usage, "completion_tokens").toInt(), 32);
        QCOMPARE(at(usage, "total_tokens").toInt(), 32 + at(usage, "prompt_tokens").toInt());
        QVERIFY(at(usage, "prompt_tokens").toInt() > 0);
    }

    void chatStreams_data()
    {
        QTest::addColumn<bool>("withUsage");
        QTest::addColumn<int>("chunkBytes");
        QTest::newRow("plain") << false << 0;
        QTest::newRow("usage") << true << 0;
        QTest::newRow("seven bytes a chunk") << true << 7;
    }

    void chatStreams()
    {
        QFETCH(bool, withUsage);
        QFETCH(int, chunkBytes);
        SimulatorOptions options = Backend::quick();
        options.chunkBytes = static_cast<std::size_t>(chunkBytes);
        const Backend backend(options);
        std::string body = R"({"model":"demo-model","messages":[],"stream":true,"max_tokens":6)";
        body += withUsage ? R"(,"stream_options":{"include_usage":true}})" : "}";
        const HttpResponse response = backend.ask("POST", Chat, body);
        QCOMPARE(response.status, 200);
        QVERIFY(response.isComplete() && response.isChunked);
        QVERIFY(response.header("content-type").starts_with("text/event-stream"));
        for (const std::size_t size : response.chunkSizes) {
            QVERIFY(chunkBytes == 0 || size <= static_cast<std::size_t>(chunkBytes));
        }
        const auto events = eventsOf(response.body);
        QCOMPARE(events.size(), std::size_t{withUsage ? 10U : 9U}); // role, 6, finish, usage, done
        QCOMPARE(textAt(at(firstChoice(jsonOf(events[0].data)), "delta").toObject(), "role"),
                 QStringLiteral("assistant"));
        QString text;
        for (std::size_t i = 1; i <= 6; ++i) {
            const QJsonObject chunk = jsonOf(events[i].data);
            QCOMPARE(textAt(chunk, "object"), QStringLiteral("chat.completion.chunk"));
            QCOMPARE(textAt(chunk, "id"), textAt(jsonOf(events[0].data), "id"));
            QVERIFY(at(firstChoice(chunk), "finish_reason").isNull());
            QVERIFY(!at(chunk, "usage").isObject());
            text += textAt(at(firstChoice(chunk), "delta").toObject(), "content");
        }
        QCOMPARE(text, QStringLiteral("Hello from fast. Every word"));
        QCOMPARE(textAt(firstChoice(jsonOf(events[7].data)), "finish_reason"),
                 QStringLiteral("length"));
        if (withUsage) {
            const QJsonObject usage = at(jsonOf(events[8].data), "usage").toObject();
            QCOMPARE(at(usage, "completion_tokens").toInt(), 6);
            QVERIFY(at(jsonOf(events[8].data), "choices").toArray().isEmpty());
        }
        QCOMPARE(events.back().data, std::string("[DONE]"));
    }

    void completions()
    {
        const Backend backend;
        const HttpResponse whole = backend.ask(
            "POST", "/v1/completions", R"({"model":"demo-model","prompt":"Once","max_tokens":4})");
        QCOMPARE(textAt(jsonOf(whole.body), "object"), QStringLiteral("text_completion"));
        QCOMPARE(textAt(firstChoice(jsonOf(whole.body)), "text"),
                 QStringLiteral("Hello from fast."));
        const HttpResponse stream = backend.ask(
            "POST", "/v1/completions", R"({"model":"demo-model","max_tokens":4,"stream":true})");
        const auto events = eventsOf(stream.body);
        QCOMPARE(events.size(), std::size_t{6}); // 4, finish, done
        QCOMPARE(textAt(firstChoice(jsonOf(events[2].data)), "text"), QStringLiteral(" fast"));
    }

    void responses()
    {
        SimulatorOptions options = Backend::quick();
        options.tokens = 5;
        const Backend backend(options);
        const HttpResponse whole =
            backend.ask("POST", "/v1/responses", R"({"model":"demo-model","input":"hi"})");
        const QJsonObject body = jsonOf(whole.body);
        QCOMPARE(textAt(body, "object"), QStringLiteral("response"));
        QCOMPARE(textAt(body, "status"), QStringLiteral("completed"));
        const HttpResponse stream = backend.ask(
            "POST", "/v1/responses", R"({"model":"demo-model","input":"hi","stream":true})");
        const auto events = eventsOf(stream.body);
        std::vector<std::string> names;
        QString text;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const QJsonObject data = jsonOf(events[i].data);
            QCOMPARE(textAt(data, "type").toStdString(), events[i].name);
            QCOMPARE(at(data, "sequence_number").toInt(-1), static_cast<int>(i));
            if (events[i].name == "response.output_text.delta") {
                text += textAt(data, "delta");
            } else {
                names.push_back(events[i].name);
            }
        }
        const std::vector<std::string> wanted{
            "response.created",           "response.in_progress",
            "response.output_item.added", "response.content_part.added",
            "response.output_text.done",  "response.content_part.done",
            "response.output_item.done",  "response.completed"};
        QCOMPARE(names, wanted);
        const QJsonObject last = at(jsonOf(events.back().data), "response").toObject();
        QCOMPARE(at(at(last, "usage").toObject(), "output_tokens").toInt(), 5);
        const QJsonObject item = at(last, "output").toArray().at(0).toObject();
        const QJsonObject part = at(item, "content").toArray().at(0).toObject();
        QCOMPARE(textAt(part, "text"), text);
    }

    void embeddingsInBothEncodings()
    {
        const Backend backend;
        const auto listOf = [&backend](const char *extra) {
            const std::string body =
                std::string(R"({"model":"demo-model","input":["a","b"])") + extra + "}";
            const HttpResponse response = backend.ask("POST", "/v1/embeddings", body);
            return at(jsonOf(response.body), "data").toArray();
        };
        const QJsonArray plain = listOf("");
        const QJsonArray packed = listOf(R"(,"encoding_format":"base64")");
        QCOMPARE(plain.size(), 2);
        QCOMPARE(packed.size(), 2);
        QVERIFY(at(plain[0].toObject(), "embedding") != at(plain[1].toObject(), "embedding"));
        for (qsizetype i = 0; i < 2; ++i) {
            const QJsonArray numbers = at(plain[i].toObject(), "embedding").toArray();
            const QByteArray bytes =
                QByteArray::fromBase64(textAt(packed[i].toObject(), "embedding").toLatin1());
            QCOMPARE(numbers.size(), 8);
            QCOMPARE(bytes.size(), 32);
            for (qsizetype j = 0; j < 8; ++j) {
                const auto number = qFromLittleEndian<float>(bytes.constData() + 4 * j);
                QCOMPARE(number, static_cast<float>(numbers[j].toDouble()));
            }
        }
    }

    void otherSurfaces_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *method, const char *path, const char *body, int status,
                            const char *expected) {
            QTest::newRow((QByteArray(method) + path + body).left(60).constData())
                << QByteArray(method) << QByteArray(path) << QByteArray(body) << status
                << QByteArray(expected);
        };
        row("POST", "/v1/moderations", R"({"input":["a","b"]})", 200, R"("flagged":false)");
        row("POST", "/v1/rerank",
            R"({"query":"red fox","documents":["dog","a red fox"],"top_n":1})", 200,
            R"([{"index":1,"relevance_score":1)");
        row("POST", "/v1/images/generations", R"({"prompt":"x","n":2})", 200, "iVBOR");
        row("POST", "/v1/audio/transcriptions", "12345", 200, "Hello from fast. 5 bytes");
        row("POST", "/v1/audio/speech", R"({"input":"hi"})", 200, "\xFF\xFB");
        row("GET", "/v1/models", "", 200, R"("id":"demo-model","object":"model")");
        row("GET", "/v1/models/demo-model", "", 200, R"({"id":"demo-model")");
        row("GET", "/v1/models/other", "", 404, "model_not_found");
        row("GET", "/health", "", 200, "ok");
        row("GET", "/nowhere", "", 404, "invalid_request_error");
        row("GET", "/v1/embeddings", "", 405, "invalid_request_error");
        row("POST", "/v1/embeddings", R"({"input":7})", 400, "invalid_request_error");
        row("POST", Chat.data(), "{", 400, "invalid_request_error");
        row("POST", Chat.data(), R"({"model":"no-such-model"})", 404, "model_not_found");
        row("POST", Chat.data(), R"({"mock_fail":true})", 500, R"("type":"server_error")");
        row("POST", Chat.data(), R"({"mock_status":429})", 429, "rate_limit");
        row("POST", Chat.data(), R"({"mock_status":200})", 400, "between 400 and 599");
    }

    void otherSurfaces()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QByteArray, expected);
        const Backend backend;
        RawClient client(backend.port);
        const HttpResponse response =
            client.exchange(method.toStdString(), path.toStdString(), body.toStdString());
        QCOMPARE(response.status, status);
        QVERIFY2(response.isComplete(), response.problem.c_str());
        QVERIFY2(response.body.find(expected.toStdString()) != std::string::npos,
                 response.body.c_str());
        QCOMPARE(response.header("retry-after"), std::string(status == 429 ? "1" : ""));
        QVERIFY(response.header("x-request-id").starts_with("req_"));
        QCOMPARE(client.exchange("GET", "/health").status, 200); // the connection goes on
    }

    void latencyComesBeforeTheHead()
    {
        SimulatorOptions options = Backend::quick();
        options.latency = std::chrono::milliseconds(120);
        const Backend backend(options);
        const auto start = Clock::now();
        QCOMPARE(backend.ask("POST", Chat, Hello).status, 200);
        QVERIFY(Clock::now() - start >= 120ms);
        QVERIFY(Clock::now() - start < 2s * patience());
    }

    void streamKeepsItsPace()
    {
        SimulatorOptions options = Backend::quick();
        options.tokensPerSecond = 50;
        const Backend backend(options);
        const auto start = Clock::now();
        const HttpResponse response =
            backend.ask("POST", Chat, R"({"stream":true,"max_tokens":26,"messages":[]})");
        const auto took = Clock::now() - start;
        QVERIFY(response.isComplete());
        QVERIFY2(took >= 490ms, std::to_string(took / 1ms).c_str()); // 25 pauses of 20 ms
        QVERIFY2(took < 1500ms * patience(), std::to_string(took / 1ms).c_str());
        QVERIFY(response.chunkSizes.size() >= 27);
    }

    void errorRateIsAShare()
    {
        SimulatorOptions options = Backend::quick();
        options.errorRate = 0.5;
        const Backend backend(options);
        RawClient client(backend.port);
        int failed = 0;
        for (int i = 0; i < 200; ++i) {
            const int status = client.exchange("POST", Chat, Hello).status;
            QVERIFY(status == 200 || status == 500);
            failed += status == 500 ? 1 : 0;
        }
        QVERIFY2(failed > 50 && failed < 150, std::to_string(failed).c_str()); // 7 sigma
        QCOMPARE(client.exchange("GET", "/health").status, 200);
    }

    void disconnectsAfterSoManyBytes_data()
    {
        QTest::addColumn<bool>("isStream");
        QTest::newRow("stream") << true;
        QTest::newRow("whole") << false;
    }

    void disconnectsAfterSoManyBytes()
    {
        QFETCH(bool, isStream);
        const Backend backend;
        RawClient client(backend.port);
        const std::string body =
            std::string(R"({"messages":[],"mock_disconnect_after":100,"stream":)") +
            (isStream ? "true}" : "false}");
        QVERIFY(client.send(RawClient::request("POST", Chat, body)));
        QCOMPARE(client.readToEnd(), IoStatus::Closed);
        std::string received = client.takePending();
        const auto head = parseHead(received);
        QVERIFY(head);
        QCOMPARE(head->second, std::string("200"));
        received.erase(0, head->size);
        if (!isStream) {
            QCOMPARE(received.size(), std::size_t{100});
            return;
        }
        // one chunk of 100 bytes (64 in hexadecimal), and no last chunk
        QCOMPARE(received.size(), std::size_t{4 + 100 + 2});
        QVERIFY(received.starts_with("64\r\n") && received.ends_with("\r\n"));
    }

    void disconnectsBeforeTheHead()
    {
        SimulatorOptions options = Backend::quick();
        options.disconnectAfter = 0;
        const Backend backend(options);
        RawClient client(backend.port);
        QVERIFY(client.send(RawClient::request("POST", Chat, Hello)));
        QVERIFY(client.readToEnd() != IoStatus::TimedOut);
        QCOMPARE(client.pending(), std::string());
        QCOMPARE(backend.ask("GET", "/health").status, 200); // no model call
    }

    void worksNoLongerWhenTheClientLeaves()
    {
        SimulatorOptions options = Backend::quick();
        options.tokensPerSecond = 50;
        const Backend backend(options);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<RawClient>(backend.port));
            QVERIFY(clients.back()->send(RawClient::request(
                "POST", Chat, R"({"stream":true,"max_tokens":2000,"messages":[]})")));
        }
        for (const auto &client : clients) {
            QVERIFY(client->readUntil("fast"));
        }
        QCOMPARE(at(backend.stats(), "queue_depth").toInt(), 20);
        QVERIFY(at(backend.stats(), "gpu_mem_util").toDouble() > 0.4);
        clients.clear();
        QTRY_COMPARE(at(backend.stats(), "queue_depth").toInt(), 0);
        QCOMPARE(at(backend.stats(), "clients_gone_total").toInt(), 20);
        const auto before = at(backend.stats(), "tokens_total").toInteger();
        QTest::qWait(100); // five tokens' time for each, were it still at work
        QCOMPARE(at(backend.stats(), "tokens_total").toInteger(), before);
    }

    void waitsForASlowReader()
    {
        const Backend backend;
        RawClient client(backend.port, Patient, 4096);
        QVERIFY(client.send(RawClient::request(
            "POST", Chat, R"({"stream":true,"max_tokens":100000,"messages":[]})")));
        QVERIFY(client.readUntil("Hello"));
        // about 20 MB are to come, so it must stop somewhere below
        QTRY_VERIFY(at(backend.stats(), "tokens_total").toInt() > 0 ||
                    at(backend.stats(), "queue_depth").toInt() == 1);
        QCOMPARE(at(backend.stats(), "queue_depth").toInt(), 1);
        const HttpResponse response = client.readResponse("POST", 30s);
        QVERIFY2(response.isComplete(), response.problem.c_str());
        QCOMPARE(eventsOf(response.body).size(), std::size_t{100003});
        QTRY_COMPARE(at(backend.stats(), "queue_depth").toInt(), 0);
        QCOMPARE(at(backend.stats(), "tokens_total").toInt(), 100000);
    }

    void aSlowReaderGetsAllOfAClosingAnswer()
    {
        const Backend backend;
        RawClient client(backend.port, Patient, 4096);
        const std::string text(12UL * 1024 * 1024, 'x'); // more than any socket buffer
        const std::string body = "{\"query\":\"x\",\"documents\":[\"" + text + "\"]}";
        QVERIFY(
            client.send(RawClient::request("POST", "/v1/rerank", body, {{"connection", "close"}})));
        QVERIFY(client.readUntil("\r\n\r\n"));
        QTest::qWait(2300); // longer than a connection lingers once its answer has left
        const HttpResponse response = client.readResponse("POST", 30s);
        QVERIFY2(response.isComplete(), response.problem.c_str());
        QVERIFY(response.body.find(text) != std::string::npos);
    }

    void severalInOneThread()
    {
        SimulatorOptions fast = Backend::quick();
        SimulatorOptions slow = Backend::quick();
        slow.name = "slow";
        simulate::SimulatorThread thread({fast, slow});
        const auto ports = thread.launch();
        QVERIFY(ports);
        RawClient first(ports->at(0));
        RawClient second(ports->at(1));
        QVERIFY(first.exchange("POST", Chat, Hello).body.find("from fast.") != std::string::npos);
        QVERIFY(second.exchange("POST", Chat, Hello).body.find("from slow.") != std::string::npos);
        thread.shutDown();
        QVERIFY(second.readToEnd() != IoStatus::TimedOut);
    }

    void aTakenPortIsAnError()
    {
        const Backend backend;
        SimulatorOptions options = Backend::quick();
        options.port = backend.port;
        simulate::SimulatorThread second({options});
        const auto ports = second.launch();
        QVERIFY(!ports);
        QVERIFY(!ports.error().detail.empty());
    }

    void commandLine_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *line, const char *problem) {
            QTest::newRow(line) << QString::fromLatin1(line) << QString::fromLatin1(problem);
        };
        row("--port 0 --error-rate 0.5 --dialect openai", "");
        row("", "--port is needed");
        row("--port 70000", "--port must be a whole number between 0 and 65535, not '70000'");
        row("--port 1.5", "not '1.5'");
        row("--port 1 --error-rate 2", "--error-rate must be a number between 0 and 1, not '2'");
        row("--port 1 --latency-ms x", "--latency-ms");
        row("--port 1 --tokens 0", "--tokens");
        row("--port 1 --dialect anthropic --api-key k", "");
        row("--port 1 --dialect oci", "");
        row("--port 1 --dialect smoke", "unknown dialect 'smoke'");
        row("--port 1 --wrong", "wrong");
        row("--port 1 stray", "stray");
    }

    void commandLine()
    {
        QFETCH(QString, line);
        QFETCH(QString, problem);
        const QStringList arguments =
            QStringList(QStringLiteral("meridian simulate")) + line.split(u' ', Qt::SkipEmptyParts);
        const auto parsed = simulate::parseSimulateArguments(arguments, {});
        QCOMPARE(parsed.has_value(), problem.isEmpty());
        if (!parsed) {
            QVERIFY2(parsed.error().detail.find(problem.toStdString()) != std::string::npos,
                     parsed.error().detail.c_str());
        }
    }

    void environmentStandsInForOptions()
    {
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("BACKEND_NAME"), QStringLiteral("mock"));
        environment.insert(QStringLiteral("BASE_LATENCY_MS"), QStringLiteral("7"));
        environment.insert(QStringLiteral("MODEL_NAME"), QStringLiteral("m"));
        environment.insert(QStringLiteral("ERROR_RATE"), QStringLiteral("0.25"));
        QStringList arguments{QStringLiteral("meridian"), QStringLiteral("simulate"),
                              QStringLiteral("--port"),   QStringLiteral("1"),
                              QStringLiteral("--name"),   QStringLiteral("own")};
        const auto parsed = simulate::parseSimulateArguments(arguments, environment);
        QVERIFY(parsed);
        QCOMPARE(parsed->options.name, std::string("own"));
        QCOMPARE(parsed->options.model, std::string("m"));
        QCOMPARE(parsed->options.latency, std::chrono::milliseconds(7));
        QCOMPARE(parsed->options.errorRate, 0.25);
        environment.insert(QStringLiteral("ERROR_RATE"), QStringLiteral("often"));
        const auto wrong = simulate::parseSimulateArguments(arguments, environment);
        QVERIFY(!wrong);
        QVERIFY(wrong.error().detail.find("ERROR_RATE") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstSimulate)
#include "tst_simulate.moc"
