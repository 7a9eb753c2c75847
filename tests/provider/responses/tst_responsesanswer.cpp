// SPDX-License-Identifier: MIT
// Whole answers of the Responses API, their way back as input, errors and token counts.
#include "core/json/checker.h"
#include "core/provider/responses/responseid.h"
#include "core/provider/responses/responsewriter.h"
#include "tests/provider/responses/answers.h"
#include "tests/provider/support/golden.h"

#include <QTest>

#include <algorithm>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

constexpr AnswerContext context(const ChatRequest &request)
{
    return {"mrdn-0123456789ab", "m", 1750000000, &request};
}

std::string encoded(const std::string &name, const ChatRequest &request)
{
    return openAiResponsesClient().encodeAnswer(answers().at(name), context(request));
}

} // namespace

class ResponsesAnswerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();

    void comesBackAsInput_data() { golden_data(); }

    void comesBackAsInput();
    void signaturesOnlyWhenWanted();
    void defaults();
    void ids();
    void errors();
    void inputTokens();
};

void ResponsesAnswerTest::golden_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &[name, answer] : answers()) {
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

void ResponsesAnswerTest::golden()
{
    QFETCH(QString, name);
    const ChatRequest request = toolRequest();
    const std::string text = encoded(name.toStdString(), request);
    json::Checker checker;
    QVERIFY(checker.check(text));
    const std::string differs =
        differsFromGolden("responses/" + name.toStdString() + ".answer.json", text);
    QVERIFY2(differs.empty(), differs.c_str());
}

/// An agent sends `output` as the next `input`: the same parts must come back.
void ResponsesAnswerTest::comesBackAsInput()
{
    QFETCH(QString, name);
    const ChatRequest request = toolRequest();
    const std::string text = encoded(name.toStdString(), request);
    const json::Value output = json::Value(text)["output"];
    const json::Value declared = json::Value(text)["tools"];
    const auto next = readRequest(openAiResponsesClient(),
                                  "{\"model\":\"m\",\"input\":" + std::string(output.raw()) +
                                      ",\"tools\":" + std::string(declared.raw()) + "}");
    QVERIFY2(next, next ? "" : next.error().c_str());
    std::vector<Tool> tools = request.tools; // the echo declares the same ones
    for (Tool &tool : tools) {
        std::replace(tool.schema.begin(), tool.schema.end(), '\n', ' ');
        std::replace(tool.json.begin(), tool.json.end(), '\n', ' ');
    }
    QVERIFY(next->tools == tools);
    std::vector<Part> wanted = answers().at(name.toStdString()).parts;
    std::erase_if(wanted, [](const Part &part) { return part.origin == Dialect::Anthropic; });
    for (Part &part : wanted) {
        std::replace(part.json.begin(), part.json.end(), '\n', ' ');
    }
    const std::vector<Part> given =
        next->turns.empty() ? std::vector<Part>() : next->turns[0].parts;
    QCOMPARE(next->turns.size(), std::size_t(wanted.empty() ? 0 : 1));
    QCOMPARE(given.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        QVERIFY2(given[i] == wanted[i], std::to_string(i).c_str());
    }
}

void ResponsesAnswerTest::signaturesOnlyWhenWanted()
{
    ChatRequest request = toolRequest();
    std::erase_if(request.extras, [](const Extra &extra) { return extra.name == "include"; });
    for (const auto &[name, answer] : answers()) {
        const std::string text = encoded(name, request);
        QVERIFY2(text.find("encrypted_content") == std::string::npos, name.c_str());
    }
}

void ResponsesAnswerTest::defaults()
{
    const auto request = readRequest(openAiResponsesClient(), R"({"model":"gpt-4o","input":"x"})");
    QVERIFY(request);
    Answer answer;
    answer.parts = {part(Part::Kind::Text, "y")};
    AnswerContext given = context(*request);
    given.model = {};
    answer.start.model = "told";
    const std::string differs = differsFromGolden(
        "responses/defaults.answer.json", openAiResponsesClient().encodeAnswer(answer, given));
    QVERIFY2(differs.empty(), differs.c_str());
}

void ResponsesAnswerTest::ids()
{
    const std::string id = responses::responseId("mrdn-0123456789ab");
    QCOMPARE(id.size(), std::size_t(37));
    QVERIFY(id != responses::responseId("mrdn-0123456789ac"));
    const std::string item = responses::itemId("msg_", id, 3);
    QVERIFY(item != responses::itemId("msg_", id, 3, true));
    QCOMPARE(responses::responseOfItem(item), id);
    for (const char *other : {"", "msg", "msg_", "msg_1", "msg_zz", "rs_0123456789abcdef"}) {
        QVERIFY2(responses::responseOfItem(other).empty(), other);
    }
}

void ResponsesAnswerTest::errors()
{
    const auto body = [](ApiError error) {
        return openAiResponsesClient().encodeError(error, 400, "mrdn-1");
    };
    ApiError error;
    error.kind = ErrorClass::BadRequest;
    error.message = "input: is \"required\"";
    error.param = "input";
    std::string differs = differsFromGolden("responses/refused.error.json", body(error));
    QVERIFY2(differs.empty(), differs.c_str());
    error = {};
    error.kind = ErrorClass::RateLimited;
    error.message = "slow";
    error.code = "insufficient_quota";
    differs = differsFromGolden("responses/quota.error.json", body(error));
    QVERIFY2(differs.empty(), differs.c_str());
    for (std::size_t i = 0; i < ErrorClassCount; ++i) {
        error = {};
        error.kind = static_cast<ErrorClass>(i);
        const std::string text = body(error);
        QVERIFY(!json::Value(text)["error"]["type"].text().empty());
    }
}

void ResponsesAnswerTest::inputTokens()
{
    const std::string wanted = "{\"object\":\"response.input_tokens\",\"input_tokens\":1234}";
    QCOMPARE(responses::inputTokens(1234), wanted);
}

QTEST_GUILESS_MAIN(ResponsesAnswerTest)
#include "tst_responsesanswer.moc"
