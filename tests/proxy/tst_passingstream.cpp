// SPDX-License-Identifier: MIT
// A stream that passes is seen to be whole, mendable or truncated, whatever its dialect.
#include "core/http/sseboundary.h"
#include "core/proxy/passingstream.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace meridian;
using provider::Dialect;
using proxy::PassingStream;
using End = proxy::PassingStream::End;

Q_DECLARE_METATYPE(End)
Q_DECLARE_METATYPE(Dialect)

namespace {

struct Seen
{
    End end;
    std::uint16_t defects;
};

Seen watch(Dialect dialect, const std::vector<std::string_view> &releases, bool isDone = false)
{
    PassingStream stream(dialect);
    for (const std::string_view events : releases) {
        stream.feed(events, true);
    }
    const End end = stream.finish(isDone);
    return {end, stream.defects().bits()};
}

std::uint16_t bit(provider::StreamDefect defect)
{
    provider::StreamDefects defects;
    defects.note(defect);
    return defects.bits();
}

const std::string Chunk =
    "data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":null}]}\n\n";
const std::string Last = "data: {\"choices\":[{\"delta\":{},\"finish_reason\": \"stop\"}]}\n\n";
const std::string MessageStart =
    "event: message_start\ndata: "
    "{\"type\":\"message_start\",\"message\":{\"stop_reason\":null}}\n\n";
const std::string MessageDelta =
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
    "\"end_turn\"}}\n\n";
const std::string MessageStop = "event: message_stop\ndata: {\"type\": \"message_stop\"}\n\n";
const std::string Created = "event: response.created\ndata: {\"type\":\"response.created\"}\n\n";
const std::string Candidate = "data: {\"candidates\":[{\"content\":{}}]}\r\n\r\n";

} // namespace

class TestPassingStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void ends_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<bool>("isDone");
        QTest::addColumn<End>("end");
        const auto row = [](const char *name, Dialect dialect, const std::string &stream, End end,
                            bool isDone = false) {
            QTest::newRow(name) << dialect << QByteArray::fromStdString(stream) << isDone << end;
        };
        using enum Dialect;
        row("chat, whole", OpenAiChat, Chunk + Last, End::Whole, true);
        row("chat, no [DONE]", OpenAiChat, Chunk + Last, End::Mended);
        row("chat, usage after the reason", OpenAiChat,
            Last + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n", End::Mended);
        row("chat, no reason", OpenAiChat, Chunk + Chunk, End::Truncated);
        row("chat, [DONE] without a reason", OpenAiChat, Chunk, End::Whole, true);
        row("chat, nobody speaks of reasons", OpenAiChat,
            "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n", End::Whole);
        row("chat, the word in a text", OpenAiChat,
            Chunk + "data: "
                    "{\"choices\":[{\"delta\":{\"content\":\"\\\"finish_reason\\\":\\\"stop\\\"\"},"
                    "\"finish_reason\":null}]}\n\n",
            End::Truncated);
        row("chat, something else", OpenAiChat, "data: xxxxxxx\n\n", End::Whole);
        row("chat, nothing", OpenAiChat, "", End::Whole);
        row("chat, the provider's error", OpenAiChat,
            Chunk + "data: {\"error\":{\"message\":\"no\"}}\n\n", End::Failed);
        row("chat, the provider's error, [DONE]", OpenAiChat,
            "data: {\"error\": {\"message\":\"no\"}}\n\ndata: [DONE]\n\n", End::Failed, true);
        row("chat, no error", OpenAiChat, "data: {\"error\":null,\"x\":1}\n\n" + Last, End::Whole,
            true);
        row("completions", OpenAiCompletions, Chunk, End::Truncated);
        row("anthropic, whole", Anthropic, MessageStart + MessageDelta + MessageStop, End::Whole);
        row("anthropic, no message_stop", Anthropic, MessageStart + MessageDelta, End::Mended);
        row("anthropic, no reason", Anthropic, MessageStart, End::Truncated);
        row("anthropic, something else", Anthropic, "data: {}\n\n", End::Whole);
        row("anthropic, its error", Anthropic,
            MessageStart + "event: error\ndata: {\"type\":\"error\"}\n\n", End::Failed);
        row("responses, whole", OpenAiResponses,
            Created + "event: response.completed\ndata: {\"type\":\"response.completed\"}\n\n",
            End::Whole);
        row("responses, incomplete", OpenAiResponses,
            Created + "data: {\"type\": \"response.incomplete\"}\n\n", End::Whole);
        row("responses, failed", OpenAiResponses,
            Created + "data: {\"type\":\"response.failed\"}\n\n", End::Failed);
        row("responses, truncated", OpenAiResponses, Created, End::Truncated);
        row("gemini, whole", Gemini,
            Candidate + "data: {\"candidates\":[{\"finishReason\": \"STOP\"}]}\n\n", End::Whole);
        row("gemini, truncated", Gemini, Candidate + Candidate, End::Truncated);
        row("gemini, the prompt was blocked", Gemini,
            "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n", End::Whole);
        row("ollama, whole", OllamaChat, "{\"done\":false}\n{\"done\":true}\n", End::Whole);
        row("ollama, truncated", OllamaGenerate, "{\"done\":false}\n", End::Truncated);
        row("ollama, its error", OllamaChat, "{\"error\":\"no\"}\n", End::Failed);
        row("no surface of answers", OpenAiOther, Chunk, End::Whole);
    }

    void ends()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, stream);
        QFETCH(bool, isDone);
        QFETCH(End, end);
        // as whole events one by one, the way a relay passes them on
        std::vector<std::string_view> events;
        const std::string all = stream.toStdString();
        const char *const mark = all.find("\r\n\r\n") != std::string::npos ? "\r\n\r\n" : "\n\n";
        const std::size_t markSize = std::string_view(mark).size();
        for (std::size_t from = 0; from < all.size();) {
            const std::size_t at = all.find(mark, from);
            const std::size_t next = at == std::string::npos ? all.size() : at + markSize;
            events.push_back(std::string_view(all).substr(from, next - from));
            from = next;
        }
        const Seen seen = watch(dialect, events, isDone);
        QCOMPARE(seen.end, end);
        using provider::StreamDefect;
        QCOMPARE(seen.defects, end == End::Whole       ? std::uint16_t(0)
                               : end == End::Mended    ? bit(StreamDefect::MissingTerminal)
                               : end == End::Truncated ? bit(StreamDefect::Truncated)
                                                       : bit(StreamDefect::ErrorEvent));
    }

    void severalEventsAtOnce()
    {
        QCOMPARE(watch(Dialect::OpenAiChat, {Chunk + Chunk + Last}).end, End::Mended);
        QCOMPARE(watch(Dialect::Anthropic, {MessageStart + MessageDelta + MessageStop}).end,
                 End::Whole);
        QCOMPARE(watch(Dialect::Anthropic, {MessageStart + MessageDelta}).end, End::Mended);
        QCOMPARE(watch(Dialect::OpenAiResponses, {Created + Created}).end, End::Truncated);
    }

    void whatWasCutIsNotJudged()
    {
        PassingStream stream(Dialect::OpenAiChat);
        stream.feed(Chunk, true);
        stream.feed("data: {\"choices\":[{\"fin", false);
        stream.feed("ish_reason\":\"stop\"}]}\n\n", true);
        QCOMPARE(stream.finish(false), End::Whole);
        QVERIFY(stream.defects().isClean());
    }

    void repairsAreWholeEvents()
    {
        for (const Dialect dialect : {Dialect::OpenAiChat, Dialect::Anthropic}) {
            http::SseBoundary boundary;
            const std::string_view repair = PassingStream(dialect).repair();
            QCOMPARE(boundary.completePrefix(repair), repair.size());
        }
        const std::string mended =
            MessageStart + MessageDelta + std::string(PassingStream(Dialect::Anthropic).repair());
        QCOMPARE(watch(Dialect::Anthropic, {mended}).end, End::Whole);
    }
};

QTEST_GUILESS_MAIN(TestPassingStream)
#include "tst_passingstream.moc"
