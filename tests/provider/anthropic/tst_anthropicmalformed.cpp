// SPDX-License-Identifier: MIT
// Bodies that are wrong: each gets an error that names the field, and none does harm.
#include "core/provider/builtincodecs.h"
#include "tests/provider/anthropic/supportstreams.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::testing;
using namespace meridian::provider;

namespace {

std::string withMessages(const std::string &messages)
{
    return R"({"model":"m","max_tokens":5,"messages":)" + messages + "}";
}

std::string withBlock(const std::string &block)
{
    return withMessages(R"([{"role":"user","content":[)" + block + "]}]");
}

std::string with(const std::string &member)
{
    return R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"a"}],)" + member +
           "}";
}

const std::string Call =
    R"({"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]})";

} // namespace

class TestAnthropicMalformed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data();
    void requests();
    void accepted_data();
    void accepted();
    void hugeAndDeep();
    void answers_data();
    void answers();
};

#ifndef Q_MOC_RUN // moc 6.4 stumbles over raw strings in the arguments of macros

void TestAnthropicMalformed::requests_data()
{
    QTest::addColumn<std::string>("body");
    QTest::addColumn<std::string>("field");
    const auto row = [](const std::string &body, const std::string &field) {
        QTest::addRow("%s", (field + " " + body.substr(0, 150)).c_str()) << body << field;
    };
    row(R"({"model":"m","max_tokens":5})", "messages");
    row(R"({"model":"m","messages":[{"role":"user","content":"a"}]})", "max_tokens");
    row(R"({"model":7,"max_tokens":5,"messages":[]})", "model");
    for (const char *wrong : {"\"5\"", "1.5", "-1", "[]", "1e99"}) {
        row(std::string(R"({"model":"m","messages":[],"max_tokens":)") + wrong + "}", "max_tokens");
    }
    row(withMessages("{}"), "messages");
    row(withMessages("[]"), "messages");
    row(withMessages("[7]"), "messages[0]");
    row(withMessages(R"([{"content":"a"}])"), "messages[0].role");
    row(withMessages(R"([{"role":"robot","content":"a"}])"), "messages[0].role");
    row(withMessages(R"([{"role":["user"],"content":"a"}])"), "messages[0].role");
    row(withMessages(R"([{"role":"user"}])"), "messages[0].content");
    row(withMessages(R"([{"role":"user","content":null}])"), "messages[0].content");
    row(withMessages(R"([{"role":"user","content":7}])"), "messages[0].content");
    row(withMessages(R"([{"role":"user","content":"a"},{"role":"assistant","content":{}}])"),
        "messages[1].content");
    row(withBlock("7"), "messages[0].content[0]");
    row(withBlock("{}"), "messages[0].content[0].type");
    row(withBlock(R"({"type":7})"), "messages[0].content[0].type");
    row(withBlock(R"({"type":"text"})"), "messages[0].content[0].text");
    row(withBlock(R"({"type":"text","text":7})"), "messages[0].content[0].text");
    row(withBlock(R"({"type":"text","text":"a","cache_control":7})"),
        "messages[0].content[0].cache_control");
    row(withBlock(R"({"type":"image"})"), "messages[0].content[0].source");
    row(withBlock(R"({"type":"image","source":{}})"), "messages[0].content[0].source.type");
    row(withBlock(R"({"type":"image","source":{"type":"base64"}})"),
        "messages[0].content[0].source.data");
    row(withBlock(R"({"type":"image","source":{"type":"url","url":7}})"),
        "messages[0].content[0].source.url");
    row(withBlock(R"({"type":"document","title":7,"source":{}})"), "messages[0].content[0].title");
    row(withBlock(R"({"type":"search_result","title":"t"})"), "messages[0].content[0].content");
    row(withBlock(R"({"type":"thinking"})"), "messages[0].content[0].thinking");
    row(withBlock(R"({"type":"redacted_thinking"})"), "messages[0].content[0].data");
    row(withBlock(R"({"type":"tool_use","name":"f","input":{}})"), "messages[0].content[0].id");
    row(withBlock(R"({"type":"tool_use","id":"","name":"f","input":{}})"),
        "messages[0].content[0].id");
    row(withBlock(R"({"type":"tool_use","id":"t","name":"f","input":"{}"})"),
        "messages[0].content[0].input");
    row(withBlock(R"({"type":"tool_use","id":"t","name":"f","input":{}})"),
        "messages[0].content[0].type");
    row(withBlock(R"({"type":"tool_result","tool_use_id":"t"})"),
        "messages[0].content[0].tool_use_id");
    row(withMessages(
            "[" + Call +
            R"(,{"role":"user","content":[{"type":"text","text":"b"},{"type":"tool_result","tool_use_id":"u"}]}])"),
        "messages[2].content[1].tool_use_id");
    row(withMessages(
            "[" + Call +
            R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":1}]}])"),
        "messages[2].content[0].is_error");
    row(withMessages(
            "[" + Call +
            R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":{}}]}])"),
        "messages[2].content[0].content");
    row(withMessages(
            "[" + Call +
            R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text"}]}]}])"),
        "messages[2].content[0].content[0].text");
    row(withMessages(
            "[" + Call +
            R"(,{"role":"assistant","content":[{"type":"tool_result","tool_use_id":"t"}]}])"),
        "messages[2].content[0].type");
    row(with(R"("system":7)"), "system");
    row(with(R"("system":[{"type":"image","source":{"type":"url","url":"u"}}])"), "system[0].type");
    for (const char *name : {"temperature", "top_p", "top_k"}) {
        row(with("\"" + std::string(name) + "\":\"0.5\""), name);
    }
    row(with(R"("stream":"yes")"), "stream");
    row(with(R"("service_tier":1)"), "service_tier");
    row(with(R"("stop_sequences":"x")"), "stop_sequences");
    row(with(R"("stop_sequences":["x",1])"), "stop_sequences");
    row(with(R"("metadata":"u")"), "metadata");
    row(with(R"("metadata":{"user_id":7})"), "metadata.user_id");
    row(with(R"("thinking":true)"), "thinking");
    row(with(R"("thinking":{})"), "thinking.type");
    row(with(R"("thinking":{"type":"enabled"})"), "thinking.budget_tokens");
    row(with(R"("output_config":[])"), "output_config");
    row(with(R"("output_config":{"effort":3})"), "output_config.effort");
    row(with(R"("output_config":{"format":"json"})"), "output_config.format");
    row(with(R"("tools":{})"), "tools");
    row(with(R"("tools":[7])"), "tools[0]");
    row(with(R"("tools":[{"type":7}])"), "tools[0].type");
    row(with(R"("tools":[{"input_schema":{}}])"), "tools[0].name");
    row(with(R"("tools":[{"name":"f"}])"), "tools[0].input_schema");
    row(with(R"("tools":[{"name":"f","input_schema":"{}"}])"), "tools[0].input_schema");
    row(with(R"("tools":[{"name":"f","input_schema":{},"description":7}])"),
        "tools[0].description");
    row(with(R"("tools":[{"name":"f","input_schema":{},"strict":"yes"}])"), "tools[0].strict");
    row(with(R"("tool_choice":"auto")"), "tool_choice");
    row(with(R"("tool_choice":{"type":7})"), "tool_choice.type");
    row(with(R"("tool_choice":{"type":"tool"})"), "tool_choice.name");
    row(with(R"("tool_choice":{"type":"auto","disable_parallel_tool_use":"no"})"),
        "tool_choice.disable_parallel_tool_use");
}

void TestAnthropicMalformed::requests()
{
    QFETCH(std::string, body);
    QFETCH(std::string, field);
    const auto request = readRequest(anthropicClient(), body, "/v1/messages");
    QVERIFY(!request.has_value());
    QVERIFY2(request.error().starts_with(field + ": "), request.error().c_str());
}

void TestAnthropicMalformed::accepted_data()
{
    QTest::addColumn<std::string>("body");
    QTest::newRow("no model") << std::string(
        R"({"max_tokens":5,"messages":[{"role":"user","content":"a"}]})");
    QTest::newRow("nulls") << with(
        R"("system":null,"tools":null,"thinking":null,"temperature":null,"stream":null,"x":null)");
    QTest::newRow("nothing in it") << withMessages(R"([{"role":"user","content":[]}])");
    QTest::newRow("one assistant") << withMessages(R"([{"role":"assistant","content":"a"}])");
    QTest::newRow("half a surrogate") << withMessages(R"([{"role":"user","content":"\ud83d"}])");
}

void TestAnthropicMalformed::accepted()
{
    QFETCH(std::string, body);
    const auto request = readRequest(anthropicClient(), body);
    QVERIFY2(request.has_value(), request ? "" : request.error().c_str());
    Fidelity fidelity;
    const std::string sent =
        anthropicProvider().encodeRequest(*request, {"m", model::ProviderOptions()}, fidelity);
    QVERIFY2(readRequest(anthropicClient(), sent).has_value(), sent.c_str());
}

void TestAnthropicMalformed::hugeAndDeep()
{
    const std::string huge(10UL * 1024 * 1024, 'x');
    const auto request =
        readRequest(anthropicClient(), withBlock(R"({"type":"text","text":")" + huge + "\"}"));
    QVERIFY(request.has_value());
    QCOMPARE(request->turns[0].parts[0].text.size(), huge.size());
    const std::string deep = std::string(500, '[') + std::string(500, ']');
    QVERIFY(readRequest(anthropicClient(), withBlock(R"({"type":"new","x":)" + deep + "}")));
    std::string nested = R"({"type":"tool_result","tool_use_id":"t","content":[)";
    std::string body = "[" + Call + R"(,{"role":"user","content":[)";
    for (int i = 0; i < 200; ++i) {
        body += nested;
    }
    for (int i = 0; i < 200; ++i) {
        body += "]}";
    }
    QVERIFY(readRequest(anthropicClient(), withMessages(body + "]}]")));
    // many calls of one id, none answered, and many results
    std::string calls = R"([{"role":"user","content":"a"},{"role":"assistant","content":[)";
    std::string results = R"({"role":"user","content":[)";
    for (int i = 0; i < 20000; ++i) {
        calls +=
            std::string(i == 0 ? "" : ",") +
            R"({"type":"thinking","thinking":"","signature":"mrdn:google:x"},{"type":"tool_use","id":"t","name":"f","input":{}})";
        results += std::string(i == 0 ? "" : ",") + R"({"type":"tool_result","tool_use_id":"t"})";
    }
    const auto many = readRequest(anthropicClient(), withMessages(calls + "]}," + results + "]}]"));
    QVERIFY(many.has_value());
    Fidelity fidelity;
    QVERIFY(anthropicProvider()
                .encodeRequest(*many, {"m", model::ProviderOptions()}, fidelity)
                .find("t_20000") != std::string::npos);
}

void TestAnthropicMalformed::answers_data()
{
    QTest::addColumn<std::string>("body");
    for (const char *body :
         {"{}", R"({"content":7})", R"({"type":"error"})", R"({"error":{"message":"x"}})",
          R"({"choices":[{"message":{"content":"OpenAI's"}}]})"}) {
        QTest::newRow(body) << std::string(body);
    }
}

void TestAnthropicMalformed::answers()
{
    QFETCH(std::string, body);
    const std::string events = readAnswer(anthropicProvider(), body);
    QVERIFY2(events.starts_with("error ") && events.find('\n') == events.size() - 1,
             events.c_str());
    // and every answer whose pieces have been made something else ends, too
    for (const AnthropicStream &each : anthropicStreams()) {
        for (const char *wrong : {"null", "7", "\"x\"", "[]", "{}"}) {
            for (std::size_t at = each.answer.find(':'); at != std::string::npos;
                 at = each.answer.find(':', at + 1)) {
                std::string broken = each.answer.substr(0, at + 1) + wrong + "}";
                for (const char *end : {"", "]}", "}]}", "]}]}"}) {
                    const std::string read = readAnswer(anthropicProvider(), broken + end);
                    QVERIFY2(read == "not json" || read.starts_with("error ") ||
                                 read.find("\nend\n") != std::string::npos,
                             (broken + end + "\n" + read).c_str());
                }
            }
        }
    }
}

#endif

QTEST_GUILESS_MAIN(TestAnthropicMalformed)
#include "tst_anthropicmalformed.moc"
