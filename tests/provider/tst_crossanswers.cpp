// SPDX-License-Identifier: MIT
// Every provider's answers in every client's words, read back where somebody can.
#include "core/json/checker.h"
#include "core/provider/answertranslator.h"
#include "core/provider/common.h"
#include "tests/provider/support/dialects.h"
#include "tests/provider/support/golden.h"
#include "tests/provider/support/grammarsink.h"

#include <QTest>

#include <algorithm>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

ChatRequest asked()
{
    ChatRequest request;
    request.model = "m";
    request.isStream = true;
    request.wantsUsage = true;
    request.reasoning.wantsText = true;
    return request;
}

const AnswerContext &context()
{
    static const ChatRequest Request = asked();
    static const AnswerContext Context{"req-1", "m", 1700000000, &Request};
    return Context;
}

struct Read
{
    Answer answer;
    StreamDefects defects;
    std::string flaw;
    std::string error;
};

Read readBack(const ProviderCodec &codec, std::string_view text, bool isStream)
{
    Read read;
    AnswerBuilder builder;
    GrammarSink sink(&builder);
    if (isStream) {
        const auto decoder = codec.streamDecoder(sink, read.defects, "req-1");
        decoder->feed(text);
        decoder->bodyEnded();
    } else {
        json::Checker checker;
        const auto value = checker.check(text);
        if (value && value->isObject()) {
            codec.decodeAnswer(*value, sink, "req-1");
        }
    }
    read.answer = builder.answer();
    read.flaw = sink.flaw();
    read.error = builder.failure()      ? builder.failure()->message
                 : builder.isComplete() ? ""
                                        : "incomplete";
    return read;
}

/// What every dialect can say of an answer: texts, thoughts and calls, each kind in order. What the
/// model refused is text where there is no word for it; the ids of calls are `withIds`.
std::string gistOf(const Answer &answer, bool withIds)
{
    std::string text;
    std::string thoughts;
    std::string calls;
    Fidelity ignored;
    for (const Part &part : answer.parts) {
        switch (part.kind) {
        case Part::Kind::Text:
        case Part::Kind::Refusal:
            text.append(part.text);
            break;
        case Part::Kind::Thinking:
            thoughts.append(part.text);
            break;
        case Part::Kind::ToolCall:
            calls.append(withIds ? part.id : std::string()).append(" ").append(part.name);
            calls.append(argumentsObject(part.text, {}, ignored)).append("\n");
            break;
        default:
            break;
        }
    }
    return "text " + text + "\nthoughts " + thoughts + "\ncalls " + calls;
}

/// As precisely as the dialect has words for it.
std::string finishOf(const Answer &answer, Dialect dialect)
{
    const bool isRefused =
        std::any_of(answer.parts.begin(), answer.parts.end(),
                    [](const Part &part) { return part.kind == Part::Kind::Refusal; });
    // Anthropic says that a model refused in the reason only
    const FinishReason reason =
        isRefused && dialect == Dialect::Anthropic ? FinishReason::Filtered : answer.finish;
    const bool isOllama = dialect == Dialect::OllamaChat;
    switch (reason) {
    case FinishReason::StopSequence:
        return dialect == Dialect::Anthropic ? "stop sequence" : "stop";
    case FinishReason::MaxTokens:
        return "length";
    case FinishReason::ContextExceeded:
        return dialect == Dialect::Anthropic ? "context" : "length";
    case FinishReason::ToolCalls:
        return "calls";
    case FinishReason::Filtered:
        return isOllama ? "stop" : "filtered";
    case FinishReason::Pause:
        return dialect == Dialect::Anthropic ? "pause" : "stop";
    default:
        return "stop";
    }
}

} // namespace

class TestCrossAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void everyStreamForEveryClient_data()
    {
        QTest::addColumn<int>("sample");
        const auto samples = streamSamples();
        QVERIFY(samples.size() > 20);
        for (std::size_t i = 0; i < samples.size(); ++i) {
            QTest::newRow(samples[i].name.c_str()) << static_cast<int>(i);
        }
    }

    void everyStreamForEveryClient()
    {
        QFETCH(int, sample);
        const Sample from = streamSamples()[static_cast<std::size_t>(sample)];
        const ProviderCodec &provider = *providerCodec(from.dialect);
        const Read said = readBack(provider, from.stream, true);
        QCOMPARE(said.flaw, std::string());
        QCOMPARE(said.error, std::string());
        for (const ClientCodec *client : clients()) {
            const std::string name(dialectName(client->dialect()));
            const auto translator = translateAnswer({.provider = provider,
                                                     .client = *client,
                                                     .context = context(),
                                                     .isStream = true,
                                                     .contentType = provider.streamType()});
            translator->feed(from.stream);
            translator->bodyEnded();
            QVERIFY2(!translator->failure(), name.c_str());
            const std::string streamed = translator->output();
            QCOMPARE(unsoundIn(streamed, translator->contentType()), std::string());
            const std::string whole = client->encodeAnswer(said.answer, context());
            json::Checker checker;
            QVERIFY2(checker.check(whole), (name + "\n" + whole).c_str());

            const ProviderCodec *reader = providerCodec(client->dialect());
            if (reader == nullptr) {
                continue;
            }
            const bool withIds =
                client->dialect() == Dialect::OpenAiChat || client->dialect() == Dialect::Anthropic;
            for (const bool isStream : {true, false}) {
                const std::string &text = isStream ? streamed : whole;
                const Read got = readBack(*reader, text, isStream);
                const QByteArray where = QByteArray::fromStdString(name + "\n" + text);
                QVERIFY2(got.flaw.empty() && got.error.empty(),
                         (got.flaw + got.error + "\n" + where.toStdString()).c_str());
                QVERIFY2(got.defects.isClean(),
                         QByteArray::number(got.defects.bits(), 2) + " " + where);
                QVERIFY2(gistOf(got.answer, withIds) == gistOf(said.answer, withIds),
                         (gistOf(said.answer, withIds) + gistOf(got.answer, withIds) +
                          where.toStdString())
                             .c_str());
                const Dialect dialect = client->dialect();
                QVERIFY2(finishOf(got.answer, dialect) == finishOf(said.answer, dialect), where);
                const TokenUsage &wanted = said.answer.usage;
                const TokenUsage &told = got.answer.usage;
                QVERIFY2(told.input.value_or(0) == wanted.input.value_or(0) &&
                             told.output.value_or(0) == wanted.output.value_or(0),
                         where);
                if (dialect != Dialect::OllamaChat) {
                    QVERIFY2(told.cacheRead.value_or(0) == wanted.cacheRead.value_or(0), where);
                }
            }
        }
    }

    void brokenStreamsEndOnceForEveryClient()
    {
        for (const Sample &from : streamSamples()) {
            const ProviderCodec &provider = *providerCodec(from.dialect);
            for (const ClientCodec *client : clients()) {
                for (std::size_t cut = 0; cut < from.stream.size();
                     cut += 1 + from.stream.size() / 13) {
                    const auto translator = translateAnswer({.provider = provider,
                                                             .client = *client,
                                                             .context = context(),
                                                             .isStream = true,
                                                             .contentType = provider.streamType()});
                    translator->feed(std::string_view(from.stream).substr(0, cut));
                    translator->broken({ErrorClass::Upstream, 0, "it broke", {}, {}, {}});
                    if (translator->mayPass()) {
                        QCOMPARE(unsoundIn(translator->output(), translator->contentType()),
                                 std::string());
                    }
                    if (!translator->failure()) { // the terminal event was there
                        continue;
                    }
                    const ProviderCodec *reader = providerCodec(client->dialect());
                    if (reader != nullptr && translator->mayPass()) {
                        const Read got = readBack(*reader, translator->output(), true);
                        QCOMPARE(got.flaw, std::string());
                        QVERIFY2(!got.error.empty(), translator->output().c_str());
                    }
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestCrossAnswers)
#include "tst_crossanswers.moc"
