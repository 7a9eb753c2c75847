// SPDX-License-Identifier: MIT
// previous_response_id and item_reference over any provider.
#include "core/json/checker.h"
#include "core/provider/responses/responsehistory.h"
#include "core/provider/responses/responseid.h"
#include "tests/provider/responses/answers.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;
using responses::continueConversation;

namespace {

const ResponseStore::Clock::time_point Now{std::chrono::seconds(1000)};

/// One request after the other, as a gateway does it.
class Gateway
{
public:
    /// The neutral request, or the error's message. The model answers `answer`.
    tl::expected<ChatRequest, std::string> ask(const std::string &body, const Answer &answer)
    {
        json::Checker checker;
        const auto value = checker.check(body);
        if (!value) {
            return tl::unexpected<std::string>("not json");
        }
        auto continuation = continueConversation(*value, store, "me", Now);
        if (!continuation) {
            error = continuation.error();
            return tl::unexpected<std::string>(error.message);
        }
        const std::string whole = continuation->body.empty() ? body : continuation->body;
        auto request = readRequest(openAiResponsesClient(), whole); // checks it, too
        if (request) {
            const std::string id = "mrdn-" + std::to_string(++m_requests);
            isKept = responses::remember(store, "me", std::move(*continuation), answer,
                                         {id, "m", 1, &*request}, Now);
            last = responses::responseId(id);
            answered = openAiResponsesClient().encodeAnswer(answer, {id, "m", 1, &*request});
        }
        return request;
    }

    ResponseStore store{model::TranslationSettings()};
    ApiError error;
    std::string last;
    std::string answered;
    bool isKept = false;

private:
    int m_requests = 0;
};

std::string following(const std::string &id, const std::string &input)
{
    return R"({"model":"m","previous_response_id":")" + id + R"(","input":)" + input +
           R"(,"tools":[{"type":"custom","name":"apply_patch"},{"type":"namespace","name":"crm","description":"","tools":[{"type":"function","name":"find"},{"type":"function","name":"add"}]}]})";
}

} // namespace

class ResponseHistoryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOn();
    void thoughtsKeepTheirSignatures();
    void unknownIds();
    void orphans();
    void references();
    void tooMuchToExpand();
    void notStored();
    void wrongInputIsTheCodecs();
};

void ResponseHistoryTest::goesOn()
{
    Gateway gateway;
    QVERIFY(gateway.ask(R"({"model":"m","instructions":"Be brief.","input":"Hello 🙂"})",
                        answers().at("text")));
    QVERIFY(gateway.isKept);
    const std::string first = gateway.last;
    const auto second = gateway.ask(following(first, R"([{"role":"user","content":"More"}])"),
                                    answers().at("tools_parallel"));
    QVERIFY2(second, second ? "" : second.error().c_str());
    QCOMPARE(second->turns.size(), std::size_t(3)); // instructions are not carried over
    QCOMPARE(second->turns[0].parts[0].text, std::string("Hello 🙂"));
    QCOMPARE(second->turns[1].parts[0].text, std::string("Hello\n“you” 🙂"));
    QCOMPARE(second->turns[2].parts[0].text, std::string("More"));
    const std::string called = gateway.last;
    const auto third = gateway.ask(
        following(called, R"([{"type":"function_call_output","call_id":"call_1","output":"1"},
            {"type":"custom_tool_call_output","call_id":"call_2","output":"2"},
            {"type":"function_call_output","call_id":"call_3","output":"3"},
            {"type":"function_call_output","call_id":"call_4","output":"4"}])"),
        answers().at("text"));
    QVERIFY2(third, third ? "" : third.error().c_str());
    QCOMPARE(third->turns.size(), std::size_t(5));
    const std::vector<Part> &calls = third->turns[3].parts;
    const std::vector<Part> &results = third->turns[4].parts;
    QVERIFY(calls == answers().at("tools_parallel").parts); // Google's signature as well
    QCOMPARE(results.size(), std::size_t(4));
    for (std::size_t i = 0; i < results.size(); ++i) {
        QCOMPARE(results[i].id, calls[i].id);
        QCOMPARE(results[i].name, calls[i].name);
    }
    // a fork from the first one knows nothing of that
    const auto fork = gateway.ask(following(first, "\"Else\""), answers().at("text"));
    QVERIFY(fork);
    QCOMPARE(fork->turns.size(), std::size_t(3));
    QVERIFY(gateway.answered.find("\"previous_response_id\":\"" + first) != std::string::npos);
}

void ResponseHistoryTest::thoughtsKeepTheirSignatures()
{
    Gateway gateway;
    QVERIFY(gateway.ask(R"({"model":"m","input":"x"})", answers().at("thinking")));
    QVERIFY(gateway.answered.find("c2ln") == std::string::npos); // the client did not want it
    const auto next = gateway.ask(following(gateway.last, "\"y\""), answers().at("text"));
    QVERIFY(next);
    QVERIFY(next->turns[1].parts == answers().at("thinking").parts);
}

void ResponseHistoryTest::unknownIds()
{
    Gateway gateway;
    QVERIFY(!gateway.ask(following("resp_x\"\\n", "\"y\""), answers().at("text")));
    QVERIFY(!gateway.ask(following("resp_x", "\"y\""), answers().at("text")));
    QCOMPARE(gateway.error.status, 400);
    QCOMPARE(gateway.error.code, std::string("previous_response_not_found"));
    QCOMPARE(gateway.error.param, std::string("previous_response_id"));
    QCOMPARE(gateway.error.message, std::string("Previous response with id 'resp_x' not found."));
    QVERIFY(gateway.ask(R"({"model":"m","input":"x"})", answers().at("text")));
    json::Checker checker;
    const std::string body = following(gateway.last, "\"y\"");
    const json::Value value = *checker.check(body);
    QVERIFY(continueConversation(value, gateway.store, "me", Now));
    QVERIFY(!continueConversation(value, gateway.store, "you", Now));
    QVERIFY(!continueConversation(value, gateway.store, "me", Now + std::chrono::hours(25)));
}

void ResponseHistoryTest::orphans()
{
    Gateway gateway;
    QVERIFY(gateway.ask(R"({"model":"m","input":"x"})", answers().at("tool")));
    const auto wrong = gateway.ask(
        following(gateway.last, R"([{"type":"function_call_output","call_id":"call_1","output":""},
            {"type":"function_call_output","call_id":"call_x","output":""}])"),
        answers().at("text"));
    QVERIFY(!wrong);
    QCOMPARE(wrong.error(), std::string("input[1].call_id: no tool call has this id"));
}

void ResponseHistoryTest::references()
{
    Gateway gateway;
    QVERIFY(gateway.ask(R"({"model":"m","input":"x"})", answers().at("tool")));
    const std::string call =
        responses::itemId("fc_", gateway.last, 1); // Let me look. / get_weather
    QVERIFY(gateway.answered.find("\"" + call + "\"") != std::string::npos);
    const auto next = gateway.ask(
        R"({"model":"m","input":[{"role":"user","content":"x"},{"type":"item_reference","id":")" +
            call + R"("},{"type":"function_call_output","call_id":"call_1","output":"4"}]})",
        answers().at("text"));
    QVERIFY2(next, next ? "" : next.error().c_str());
    QCOMPARE(next->turns.size(), std::size_t(3));
    QCOMPARE(next->turns[1].parts[0].name, std::string("get_weather"));
    QCOMPARE(next->turns[2].parts[0].name, std::string("get_weather"));
    for (const std::string &id :
         {std::string("msg_1"), responses::itemId("fc_", gateway.last, 77)}) {
        QVERIFY(!gateway.ask(R"({"model":"m","input":[{"id":")" + id + R"("}]})",
                             answers().at("text")));
        QCOMPARE(gateway.error.status, 404);
        QCOMPARE(gateway.error.param, std::string("input[0].id"));
    }
}

void ResponseHistoryTest::tooMuchToExpand()
{
    Gateway gateway;
    const std::string half(ResponseStore::MaxConversation / 2, 'a');
    Answer answer = answers().at("text");
    answer.parts.resize(1);
    answer.parts[0].text = half;
    QVERIFY(gateway.ask(R"({"model":"m","input":"x"})", answer));
    QVERIFY(gateway.isKept);
    const std::string item = R"({"id":")" + responses::itemId("msg_", gateway.last, 0) + R"("})";
    const std::string start = R"({"model":"m","input":[)";
    const std::string first = gateway.last;
    QVERIFY(gateway.ask(start + item + "]}", answers().at("text")));
    QVERIFY(!gateway.ask(start + item + "," + item + "]}", answers().at("text")));
    QCOMPARE(gateway.error.status, 413);
    QVERIFY(gateway.error.kind == ErrorClass::TooLarge);
    gateway.error = {};
    QVERIFY(!gateway.ask(following(first, "[" + item + "]"), answers().at("text")));
    QCOMPARE(gateway.error.status, 413);
}

void ResponseHistoryTest::notStored()
{
    Gateway gateway;
    QVERIFY(gateway.ask(R"({"model":"m","input":"x","store":false})", answers().at("text")));
    QVERIFY(!gateway.isKept);
    QCOMPARE(gateway.store.count(), std::size_t(0));
    QVERIFY(!gateway.ask(following(gateway.last, "\"y\""), answers().at("text")));
}

void ResponseHistoryTest::wrongInputIsTheCodecs()
{
    Gateway gateway;
    QVERIFY(gateway.ask(R"({"model":"m","input":"x"})", answers().at("text")));
    const std::string first = gateway.last;
    for (const char *input : {"1", "{}", "[1]", "[[]]", "[\"a\"]", "true"}) {
        const auto request = gateway.ask(following(first, input), answers().at("text"));
        QVERIFY2(!request, input);
        QVERIFY2(request.error().starts_with("input"), request.error().c_str());
    }
    QVERIFY(gateway.ask(following(first, "null"), answers().at("text")));
    QVERIFY(gateway.ask(following(first, "[]"), answers().at("text")));
}

QTEST_GUILESS_MAIN(ResponseHistoryTest)
#include "tst_responsehistory.moc"
