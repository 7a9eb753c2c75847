// SPDX-License-Identifier: MIT
// Answers on their way from one dialect into another: whole or streamed on either side, and every
// way in which a provider can fail.
#include "core/json/checker.h"
#include "core/provider/answertranslator.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/common.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using meridian::testing::goldenFile;

namespace {

struct Run
{
    std::string output;
    std::string type;
    std::optional<ApiError> failure;
    TokenUsage usage;
    StreamDefects defects;
    bool mayPass = false;
    bool hasAnswer = false;
};

const ChatRequest &request()
{
    static const ChatRequest Asked = [] {
        ChatRequest made;
        made.model = "client-model";
        made.isStream = true;
        made.wantsUsage = true;
        return made;
    }();
    return Asked;
}

AnswerSetup setupOf(const ProviderCodec &provider, const ClientCodec &client, bool isStream)
{
    return {.provider = provider,
            .client = client,
            .context = {"req-1", "client-model", 1700000000, &request()},
            .isStream = isStream,
            .keepsAnswer = true,
            .contentType = "application/json"};
}

enum class Ending { Body, Broken };

Run run(const AnswerSetup &setup, std::string_view body, Ending ending, std::size_t step)
{
    const auto translator = translateAnswer(setup);
    Run run;
    for (std::size_t at = 0; at < body.size(); at += step) {
        translator->feed(body.substr(at, step));
        if (translator->mayPass()) { // as the relay does
            run.output += std::exchange(translator->output(), {});
        }
    }
    if (ending == Ending::Body) {
        translator->bodyEnded();
    } else {
        translator->broken({ErrorClass::Timeout, 0, "it broke", {}, {}, {}});
    }
    run.mayPass = translator->mayPass();
    if (run.mayPass) {
        run.output += std::exchange(translator->output(), {});
    }
    run.type = translator->contentType();
    run.failure = translator->failure();
    run.usage = translator->usage();
    run.defects = translator->defects();
    run.hasAnswer = translator->answer() != nullptr;
    return run;
}

std::size_t countOf(std::string_view text, std::string_view what)
{
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

const std::string &openAiStream()
{
    static const std::string Text = goldenFile("openai/stream_text.sse");
    return Text;
}

} // namespace

class TestAnswerTranslator : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void allCombinations_data()
    {
        QTest::addColumn<bool>("fromAnthropic");
        QTest::addColumn<bool>("toAnthropic");
        QTest::addColumn<bool>("fromStream");
        QTest::addColumn<bool>("toStream");
        for (int i = 0; i < 16; ++i) {
            QTest::addRow("%s %s to %s %s", (i & 1) != 0 ? "anthropic" : "openai",
                          (i & 4) != 0 ? "stream" : "whole", (i & 2) != 0 ? "anthropic" : "openai",
                          (i & 8) != 0 ? "stream" : "whole")
                << ((i & 1) != 0) << ((i & 2) != 0) << ((i & 4) != 0) << ((i & 8) != 0);
        }
    }

    void allCombinations()
    {
        QFETCH(bool, fromAnthropic);
        QFETCH(bool, toAnthropic);
        QFETCH(bool, fromStream);
        QFETCH(bool, toStream);
        const ProviderCodec &from = fromAnthropic ? anthropicProvider() : openAiChatProvider();
        const ClientCodec &to = toAnthropic ? anthropicClient() : openAiChatClient();
        const ProviderCodec &reader = toAnthropic ? anthropicProvider() : openAiChatProvider();
        const std::string folder = fromAnthropic ? "anthropic" : "openai";
        for (const std::string name : {"text", "parallel_tools", "max_tokens", "unicode"}) {
            const std::string body = goldenFile(folder + (fromStream ? "/stream_" : "/answer_") +
                                                name + (fromStream ? ".sse" : ".json"));
            AnswerSetup setup = setupOf(from, to, toStream);
            setup.contentType =
                fromStream ? "Text/Event-Stream; charset=utf-8" : "application/json";
            const Run whole = run(setup, body, Ending::Body, body.size());
            QVERIFY2(!whole.failure, whole.failure ? whole.failure->message.c_str() : "");
            QVERIFY(whole.mayPass && whole.hasAnswer && whole.defects.isClean());
            QVERIFY(whole.usage.output.has_value());
            QCOMPARE(whole.type, std::string(toStream ? "text/event-stream" : "application/json"));

            // byte by byte the client gets the same bytes
            QCOMPARE(run(setup, body, Ending::Body, 1).output, whole.output);

            // what the provider said, read directly and read from what the client got
            AnswerBuilder said;
            AnswerBuilder got;
            StreamDefects defects;
            json::Checker checker;
            const auto read = [&](const ProviderCodec &codec, std::string_view text, bool isStream,
                                  AnswerBuilder &into) {
                if (isStream) {
                    const auto decoder = codec.streamDecoder(into, defects, "s");
                    decoder->feed(text);
                    decoder->bodyEnded();
                } else {
                    const auto value = checker.check(text);
                    QVERIFY(value.has_value());
                    codec.decodeAnswer(*value, into, "s");
                }
            };
            read(from, body, fromStream, said);
            read(reader, whole.output, toStream, got);
            QVERIFY(said.isComplete() && got.isComplete() && defects.isClean());
            QCOMPARE(got.answer().finish, said.answer().finish);
            QCOMPARE(got.answer().parts.size(), said.answer().parts.size());
            for (std::size_t i = 0; i < got.answer().parts.size(); ++i) {
                const Part &left = got.answer().parts[i];
                const Part &right = said.answer().parts[i];
                QVERIFY(left.kind == right.kind && left.id == right.id && left.name == right.name);
                Fidelity ignored; // Anthropic's whole answers hold arguments as an object
                const bool isCall = left.kind == Part::Kind::ToolCall;
                QCOMPARE(isCall ? argumentsObject(left.text, {}, ignored) : left.text,
                         isCall ? argumentsObject(right.text, {}, ignored) : right.text);
            }
            QCOMPARE(got.answer().usage.input, said.answer().usage.input);
            QCOMPARE(got.answer().usage.output, said.answer().usage.output);
        }
    }

    void noJson_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("html") << QByteArray("<html><h1>Bad Gateway</h1></html>")
                              << QByteArray("not JSON: Bad Gateway");
        QTest::newRow("cut") << QByteArray("{\"id\":\"x\",\"choices\":[{\"mess")
                             << QByteArray("not JSON");
        QTest::newRow("empty") << QByteArray("") << QByteArray("not JSON");
        QTest::newRow("array") << QByteArray("[1]") << QByteArray("not JSON");
        QTest::newRow("no answer") << QByteArray("{}") << QByteArray("");
    }

    void noJson()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, says);
        for (const bool isStream : {false, true}) {
            const Run got = run(setupOf(openAiChatProvider(), anthropicClient(), isStream),
                                body.toStdString(), Ending::Body, 7);
            QVERIFY(got.failure && got.output.empty() && !got.mayPass && !got.hasAnswer);
            QVERIFY(got.failure->message.find(says.toStdString()) != std::string::npos);
            QCOMPARE(static_cast<int>(got.failure->kind), static_cast<int>(ErrorClass::Upstream));
            QCOMPARE(got.defects.has(StreamDefect::NotJson), !says.isEmpty());
        }
    }

    void tooLarge()
    {
        const auto translator =
            translateAnswer(setupOf(openAiChatProvider(), anthropicClient(), false));
        const std::string megabyte(1024 * 1024, ' ');
        for (std::size_t i = 0; i <= AnswerBuilder::MaxBytes / megabyte.size(); ++i) {
            translator->feed(megabyte);
        }
        translator->feed("{}");
        translator->bodyEnded();
        QVERIFY(translator->failure() && !translator->mayPass());
        QVERIFY(translator->failure()->message.find("too large") != std::string::npos);
        QVERIFY(translator->defects().has(StreamDefect::TooLarge));
    }

    void endlessStreamForAWholeAnswer() // of parts that are small, and many
    {
        AnswerSetup setup = setupOf(anthropicProvider(), openAiChatClient(), false);
        setup.contentType = "text/event-stream";
        const auto translator = translateAnswer(setup);
        translator->feed("event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
                         "{\"id\":\"m\",\"role\":\"assistant\",\"content\":[]}}\n\n");
        std::string blocks;
        for (int i = 0; i < 1000; ++i) {
            const std::string at = std::to_string(i % 2);
            blocks.append("event: content_block_start\ndata: {\"type\":\"content_block_start\","
                          "\"index\":" +
                          at +
                          ",\"content_block\":{\"type\":\"redacted_thinking\","
                          "\"data\":\"\"}}\n\nevent: content_block_stop\ndata: "
                          "{\"type\":\"content_block_stop\",\"index\":" +
                          at + "}\n\n");
        }
        int rounds = 0;
        while (!translator->failure() && ++rounds < 400) {
            translator->feed(blocks);
        }
        QVERIFY(translator->failure() && rounds < 400);
        translator->bodyEnded();
        QVERIFY(!translator->mayPass() && translator->answer() == nullptr);
    }

    void breaksAfterContent_data()
    {
        QTest::addColumn<bool>("toAnthropic");
        QTest::newRow("openai") << false;
        QTest::newRow("anthropic") << true;
    }

    void breaksAfterContent()
    {
        QFETCH(bool, toAnthropic);
        const ClientCodec &client = toAnthropic ? anthropicClient() : openAiChatClient();
        AnswerSetup setup = setupOf(openAiChatProvider(), client, true);
        setup.contentType = "text/event-stream";
        const std::string &stream = openAiStream();
        const std::string_view ends[] = {"data: [DONE]", "event: error"};
        bool passed = false;
        for (std::size_t cut = 0; cut < stream.size(); ++cut) {
            const Run got = run(setup, stream.substr(0, cut), Ending::Broken, 64);
            if (!got.failure) { // all of it was there
                QVERIFY(stream.substr(0, cut).find("[DONE]") != std::string::npos);
                continue;
            }
            QCOMPARE(got.failure->message, std::string("it broke"));
            QVERIFY(!got.hasAnswer);
            QCOMPARE(got.mayPass, !got.output.empty());
            QVERIFY(got.mayPass || !passed); // once there is content, there is
            passed = got.mayPass;
            if (passed) {
                QCOMPARE(countOf(got.output, "it broke"), std::size_t(1));
                QCOMPARE(countOf(got.output, ends[toAnthropic ? 1 : 0]), std::size_t(1));
                QVERIFY(got.output.ends_with("\n\n"));
                QCOMPARE(countOf(got.output, "message_stop"), std::size_t(0));
            }
        }
        QVERIFY(passed);
    }

    void bodyEndsEarly()
    {
        AnswerSetup setup = setupOf(openAiChatProvider(), anthropicClient(), true);
        setup.contentType = "text/event-stream";
        const std::string &stream = openAiStream();
        for (std::size_t cut = 0; cut < stream.size(); cut += 5) {
            const Run got = run(setup, stream.substr(0, cut), Ending::Body, 64);
            const bool isEnded = got.output.find("event: message_stop") != std::string::npos;
            const bool isError = got.output.find("event: error") != std::string::npos;
            QCOMPARE(isEnded, !got.failure);
            QCOMPARE(got.mayPass, isEnded || isError);
        }
    }

    void failureBeforeContentPassesNothing()
    {
        AnswerSetup setup = setupOf(anthropicProvider(), openAiChatClient(), true);
        setup.contentType = "text/event-stream";
        const std::string stream =
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\","
            "\"role\":\"assistant\",\"content\":[],\"usage\":{\"input_tokens\":3}}}\n\n"
            "event: ping\ndata: {\"type\":\"ping\"}\n\n"
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
            "\"message\":\"Overloaded\"}}\n\n";
        const Run got = run(setup, stream, Ending::Body, 10);
        QVERIFY(got.failure && !got.mayPass && got.output.empty());
        QCOMPARE(static_cast<int>(got.failure->kind), static_cast<int>(ErrorClass::Overloaded));
        QVERIFY(got.defects.has(StreamDefect::ErrorEvent));
    }

    void pingsBeforeContentAreNotCollected()
    {
        AnswerSetup setup = setupOf(anthropicProvider(), anthropicClient(), true);
        setup.contentType = "text/event-stream";
        const auto translator = translateAnswer(setup);
        translator->feed("event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
                         "{\"id\":\"m\",\"role\":\"assistant\",\"content\":[]}}\n\n");
        const std::size_t before = translator->output().size();
        for (int i = 0; i < 1000; ++i) {
            translator->feed("event: ping\ndata: {\"type\":\"ping\"}\n\n");
        }
        QVERIFY(!translator->mayPass());
        QVERIFY(translator->output().size() <= before + 100);
    }

    void errorStatus_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("429") << 429
                             << QByteArray("{\"error\":{\"message\":\"slow down\",\"code\":\"x\"}}")
                             << static_cast<int>(ErrorClass::RateLimited)
                             << QByteArray("slow down");
        QTest::newRow("html") << 502 << QByteArray("<html>\n<body>Bad  Gateway</body>")
                              << static_cast<int>(ErrorClass::Upstream)
                              << QByteArray("Bad Gateway");
        QTest::newRow("empty") << 503 << QByteArray() << static_cast<int>(ErrorClass::Overloaded)
                               << QByteArray("503");
        QTest::newRow("large") << 500 << QByteArray(2 * 1024 * 1024, 'x')
                               << static_cast<int>(ErrorClass::Upstream) << QByteArray("xxx");
    }

    void errorStatus()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        QFETCH(QByteArray, message);
        AnswerSetup setup = setupOf(openAiChatProvider(), anthropicClient(), true);
        setup.status = status;
        for (const Ending ending : {Ending::Body, Ending::Broken}) {
            const Run got = run(setup, body.toStdString(), ending, 4096);
            QVERIFY(got.failure && !got.mayPass && got.output.empty());
            QCOMPARE(static_cast<int>(got.failure->kind), kind);
            QVERIFY(got.failure->message.find(message.toStdString()) != std::string::npos);
            QVERIFY(got.failure->message.size() < 2000);
        }
    }
};

QTEST_GUILESS_MAIN(TestAnswerTranslator)
#include "tst_answertranslator.moc"
