// SPDX-License-Identifier: MIT
// Streams of the Responses API: the events' order and content, driven through AnswerSink.
#include "core/json/checker.h"
#include "tests/provider/responses/answers.h"
#include "tests/provider/responses/eventgrammar.h"
#include "tests/provider/support/golden.h"

#include <QFile>
#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

constexpr AnswerContext context(const ChatRequest &request)
{
    return {"mrdn-0123456789ab", "m", 1750000000, &request};
}

/// With MERIDIAN_STREAMS=<folder> in the environment, streams are kept there: for other clients.
void keep(const QString &name, const std::string &stream)
{
    if (const QByteArray folder = qgetenv("MERIDIAN_STREAMS"); !folder.isEmpty()) {
        QFile file(QString::fromLocal8Bit(folder) + QLatin1Char('/') + name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(stream));
    }
}

/// What an answer is told in: every text in pieces of `piece` bytes, cut between characters.
void tell(const Answer &answer, AnswerSink &sink, std::size_t piece)
{
    class Cutter final : public AnswerSink
    {
    public:
        Cutter(AnswerSink &to, std::size_t piece)
            : m_to(to)
            , m_piece(piece)
        {
        }

        void start(const AnswerStart &start) override { m_to.start(start); }

        void partStart(std::uint32_t index, const PartStart &part) override
        {
            m_to.partStart(index, part);
        }

        void partDelta(std::uint32_t index, std::string_view text) override
        {
            while (!text.empty()) {
                std::size_t size = std::min(m_piece, text.size());
                while (size < text.size() && (text[size] & 0xC0) == 0x80) {
                    ++size;
                }
                m_to.partDelta(index, text.substr(0, size));
                text.remove_prefix(size);
            }
        }

        void partSignature(std::uint32_t index, std::string_view signature, Vendor by) override
        {
            m_to.partSignature(index, signature, by);
        }

        void partStop(std::uint32_t index) override
        {
            m_to.ping();
            m_to.partStop(index);
        }

        void usage(const TokenUsage &usage) override { m_to.usage(usage); }

        void finish(FinishReason reason, std::string_view stop) override
        {
            m_to.finish(reason, stop);
        }

        void end() override { m_to.end(); }

        void error(const ApiError &error) override { m_to.error(error); }

    private:
        AnswerSink &m_to;
        const std::size_t m_piece;
    };

    Cutter cutter(sink, piece);
    replay(answer, cutter);
}

std::string asArray(const EventStream &stream)
{
    std::string all("[");
    for (const std::string &event : stream.events) {
        all.append(all.size() > 1 ? "," : "").append(event);
    }
    return all + "]";
}

std::vector<std::string> typesOf(const EventStream &stream)
{
    std::vector<std::string> types;
    for (const std::string &event : stream.events) {
        types.push_back(json::Value(event)["type"].text());
    }
    return types;
}

/// The members and elements of a value, at any depth.
void collect(json::Value value, std::vector<json::Value> &out)
{
    const auto take = [&](json::Value each) {
        out.push_back(each);
        collect(each, out);
    };
    value.members([&](json::Value, json::Value member) { take(member); });
    value.elements(take);
}

ApiError rateLimit()
{
    return {ErrorClass::RateLimited, 0, "Too fast", {}, {}, std::chrono::milliseconds(1500)};
}

} // namespace

class ResponsesStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void overlappingCalls();
    void emptyArguments();
    void errorInTheMiddle();
    void errorAtOnce();
    void nothingAfterTheEnd();
    void tooLarge();
    void checkerFindsFlaws();
    void everyRequestIsAnsweredOrRefused_data();
    void everyRequestIsAnsweredOrRefused();
};

void ResponsesStreamTest::golden_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &[name, answer] : answers()) {
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

void ResponsesStreamTest::golden()
{
    QFETCH(QString, name);
    const ChatRequest request = toolRequest(",\"stream\":true");
    const Answer answer = answers().at(name.toStdString());
    for (const std::size_t piece : {1UL, 5UL, 1000UL}) {
        std::string out;
        tell(answer, *openAiResponsesClient().streamEncoder(out, context(request)), piece);
        const EventStream stream = checkedEvents(out);
        QVERIFY2(stream.flaw.empty(), stream.flaw.c_str());
        // the response at the end is the one that is not streamed
        const json::Value last(stream.events.back());
        QCOMPARE(std::string(last["response"].raw()),
                 openAiResponsesClient().encodeAnswer(answer, context(request)));
        if (piece == 5) {
            const std::string differs = differsFromGolden(
                "responses/" + name.toStdString() + ".stream.json", asArray(stream));
            QVERIFY2(differs.empty(), differs.c_str());
            keep(name, out);
        }
    }
}

void ResponsesStreamTest::overlappingCalls()
{
    const ChatRequest request = toolRequest();
    std::string out;
    const auto sink = openAiResponsesClient().streamEncoder(out, context(request));
    sink->start({});
    sink->partStart(0, {Part::Kind::ToolCall, "a", "get_weather", {}, Dialect::OpenAiChat});
    sink->partDelta(0, "{\"x\":");
    sink->partStart(1, {Part::Kind::ToolCall, "b", "crm__find", {}, Dialect::OpenAiChat});
    sink->partDelta(1, "{\"y\":");
    sink->partDelta(0, "1}");
    sink->partSignature(0, "S0==", Vendor::Google);
    sink->partStop(0);
    sink->partDelta(1, "2}");
    sink->partSignature(1, "S1==", Vendor::Google);
    sink->partStop(1);
    sink->finish(FinishReason::ToolCalls, {});
    sink->end();
    const EventStream stream = checkedEvents(out);
    QVERIFY2(stream.flaw.empty(), stream.flaw.c_str());
    const json::Value response = json::Value(stream.events.back())["response"];
    std::vector<std::string> seen;
    response["output"].elements([&](json::Value item) {
        seen.push_back(item["type"].text() + item["arguments"].text() +
                       item["encrypted_content"].text());
    });
    const std::vector<std::string> wanted{
        "function_call{\"x\":1}", "function_call{\"y\":2}",
        "reasoningmrdn:google:call:a:S0==", "reasoningmrdn:google:call:b:S1=="};
    QVERIFY(seen == wanted);
}

void ResponsesStreamTest::emptyArguments()
{
    const ChatRequest request = toolRequest();
    std::string out;
    const auto sink = openAiResponsesClient().streamEncoder(out, context(request));
    Answer answer;
    answer.parts = {part(Part::Kind::ToolCall, "", "a", "get_weather")};
    answer.finish = FinishReason::ToolCalls;
    replay(answer, *sink);
    const EventStream stream = checkedEvents(out);
    QVERIFY2(stream.flaw.empty(), stream.flaw.c_str());
    QVERIFY(out.find(R"("arguments":"{}")") != std::string::npos);
    // but a call that was cut off before its arguments is no call without arguments
    answer.finish = FinishReason::MaxTokens;
    out.clear();
    replay(answer, *openAiResponsesClient().streamEncoder(out, context(request)));
    QVERIFY(checkedEvents(out).flaw.empty());
    QVERIFY(out.find(R"("arguments":"{}")") == std::string::npos);
    QVERIFY(openAiResponsesClient()
                .encodeAnswer(answer, context(request))
                .find(R"("arguments":"{}")") == std::string::npos);
}

void ResponsesStreamTest::errorInTheMiddle()
{
    const ChatRequest request = toolRequest();
    std::string out;
    const auto sink = openAiResponsesClient().streamEncoder(out, context(request));
    sink->start({"x", "pm", 7});
    sink->partStart(0, {Part::Kind::Text, {}, {}, {}, Dialect::OpenAiChat});
    sink->partDelta(0, "Hi");
    sink->partStop(0);
    sink->partStart(1, {Part::Kind::ToolCall, "a", "get_weather", {}, Dialect::OpenAiChat});
    sink->partDelta(1, "{\"x\":");
    sink->error(rateLimit());
    const EventStream stream = checkedEvents(out);
    QVERIFY2(stream.flaw.empty(), stream.flaw.c_str());
    const std::string differs = differsFromGolden("responses/error.stream.json", asArray(stream));
    QVERIFY2(differs.empty(), differs.c_str());
    keep(QStringLiteral("error"), out);
    // a client runs a call when it sees it done
    const auto types = typesOf(stream);
    QCOMPARE(std::count(types.begin(), types.end(), "response.output_item.done"), 1);
}

void ResponsesStreamTest::errorAtOnce()
{
    const ChatRequest request = toolRequest();
    std::string out;
    openAiResponsesClient().streamEncoder(out, context(request))->error(rateLimit());
    const EventStream stream = checkedEvents(out);
    QVERIFY2(stream.flaw.empty(), stream.flaw.c_str());
    const std::vector<std::string> wanted{"error", "response.failed"};
    QVERIFY(typesOf(stream) == wanted);
    const json::Value error(stream.events[0]);
    QCOMPARE(error["code"].text(), std::string("rate_limit_exceeded"));
    QVERIFY(error["param"].kind() == json::Value::Kind::Null);
}

void ResponsesStreamTest::nothingAfterTheEnd()
{
    const ChatRequest request = toolRequest();
    std::string out;
    const auto sink = openAiResponsesClient().streamEncoder(out, context(request));
    replay(answers().at("text"), *sink);
    const std::string before = out;
    sink->partStart(1, {Part::Kind::Text, {}, {}, {}, Dialect::OpenAiChat});
    sink->partDelta(1, "x");
    sink->partStop(1);
    sink->error(rateLimit());
    sink->ping();
    sink->end();
    QCOMPARE(out, before);
}

void ResponsesStreamTest::tooLarge()
{
    const ChatRequest request = toolRequest();
    std::string out;
    const auto sink = openAiResponsesClient().streamEncoder(out, context(request));
    sink->start({});
    sink->partStart(0, {Part::Kind::Text, {}, {}, {}, Dialect::OpenAiChat});
    const std::string large(16UL * 1024 * 1024, 'x');
    std::string last;
    for (int i = 0; i < 5; ++i) {
        out.clear();
        sink->partDelta(0, large);
        last = out.substr(0, 100);
    }
    QVERIFY2(last.starts_with("event: response.failed\n"), last.c_str());
    out.clear();
    sink->partDelta(0, "x");
    QVERIFY(out.empty());
}

/// The checker itself: a stream without one of its events, or with two of them swapped, is wrong.
void ResponsesStreamTest::checkerFindsFlaws()
{
    const ChatRequest request = toolRequest();
    std::string out;
    replay(answers().at("tool"), *openAiResponsesClient().streamEncoder(out, context(request)));
    std::vector<std::string> blocks;
    for (std::size_t at = 0; at < out.size();) {
        const std::size_t end = out.find("\n\n", at) + 2;
        blocks.push_back(out.substr(at, end - at));
        at = end;
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        std::string without;
        std::string swapped;
        for (std::size_t j = 0; j < blocks.size(); ++j) {
            without.append(j == i ? "" : blocks[j]);
            swapped.append(blocks[j == i                         ? (i + 1) % blocks.size()
                                  : j == (i + 1) % blocks.size() ? i
                                                                 : j]);
        }
        QVERIFY(!checkedEvents(without).flaw.empty());
        QVERIFY(!checkedEvents(swapped).flaw.empty());
    }
}

void ResponsesStreamTest::everyRequestIsAnsweredOrRefused_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"codex", "sdk_string", "sdk_parts", "sdk_schema", "hosted"}) {
        QTest::newRow(name) << QString::fromLatin1(name);
    }
}

/// Each value of a request is replaced by others: what is not refused has a sound answer.
void ResponsesStreamTest::everyRequestIsAnsweredOrRefused()
{
    QFETCH(QString, name);
    const std::string body = goldenFile("responses/" + name.toStdString() + ".request.json");
    json::Checker checker;
    const auto whole = checker.check(body);
    QVERIFY(whole);
    std::vector<json::Value> values;
    collect(*whole, values);
    QVERIFY(values.size() > 5);
    const Answer answer = answers().at("tools_parallel");
    int accepted = 0;
    int refused = 0;
    std::size_t number = 0;
    for (const json::Value value : values) {
        for (const char *other : {"null", "true", "-1.5e3", "\"\"", "\"\\ud800\\n\"", "[]", "{}",
                                  "[null]", "7", "{\"type\":\"x\",\"text\":[]}"}) {
            if (++number % 7 != 0 && values.size() > 60) { // for time's sake
                continue;
            }
            std::string changed = body;
            const auto at = static_cast<std::size_t>(value.raw().data() - whole->raw().data());
            changed.replace(body.find('{') + at, value.raw().size(), other);
            const auto request = readRequest(openAiResponsesClient(), changed);
            if (!request) {
                QVERIFY2(request.error().size() > 5 && request.error() != "not json",
                         changed.c_str());
                ++refused;
                continue;
            }
            ++accepted;
            std::string out;
            replay(answer, *openAiResponsesClient().streamEncoder(out, context(*request)));
            const std::string flaw = checkedEvents(out).flaw;
            QVERIFY2(flaw.empty(), flaw.c_str());
        }
    }
    QVERIFY(accepted > 5);
    QVERIFY(refused > 5);
}

QTEST_GUILESS_MAIN(ResponsesStreamTest)
#include "tst_responsesstream.moc"
