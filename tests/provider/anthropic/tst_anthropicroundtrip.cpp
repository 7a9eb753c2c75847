// SPDX-License-Identifier: MIT
// Anthropic's requests through the neutral model and back: nothing is lost and nothing is reported.
#include "core/provider/builtincodecs.h"
#include "tests/provider/support/golden.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <random>

using namespace meridian;
using namespace meridian::testing;
using namespace meridian::provider;

namespace {

struct Way
{
    std::string body;
    std::string losses;
};

/// The error's message instead of a body when the request is refused.
Way throughNeutral(const std::string &body, std::string_view target = "/v1/messages?beta=true")
{
    const auto request = readRequest(anthropicClient(), body, target);
    if (!request) {
        return {request.error(), {}};
    }
    Fidelity fidelity;
    const std::string model = request->model;
    std::string again =
        anthropicProvider().encodeRequest(*request, {model, model::ProviderOptions()}, fidelity);
    return {std::move(again), textOf(fidelity)};
}

QJsonObject objectOf(const std::string &json)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

/// Makes requests that say everything the dialect can, as canonical as the writer does.
class Generator
{
public:
    explicit Generator(unsigned seed)
        : m_random(seed)
    {
    }

    std::string request()
    {
        m_calls = 0;
        std::string body = R"({"model":"claude-)" + word() + R"(","max_tokens":)" +
                           std::to_string(1 + m_random() % 9000);
        body +=
            maybe(R"(,"stream":true)") + maybe(R"(,"temperature":0.70)") +
            maybe(R"(,"top_p":0.9)") + maybe(R"(,"top_k":40)") +
            maybe(R"(,"stop_sequences":["\n\nHuman:","x"])") +
            maybe(R"(,"metadata":{"user_id":"{\"device\":\"d\"}"})") +
            maybe(R"(,"service_tier":"standard_only")") + maybe(R"(,"container":"c_1")") +
            maybe(
                R"(,"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]})") +
            maybe(R"(,"mcp_servers":[{"type":"url","url":"https://m","name":"m"}])") +
            maybe(R"(,"inference_geo":"us")") + maybe(R"(,"cache_control":{"type":"ephemeral"})") +
            maybe(R"(,"betas":["a","b"])") + maybe(R"(,"tomorrow":{"x":[1,2.50,null]})");
        body += pick({"", R"(,"thinking":{"type":"enabled","budget_tokens":2048})",
                      R"(,"thinking":{"type":"enabled","budget_tokens":2048,"display":"omitted"})",
                      R"(,"thinking":{"type":"disabled"})",
                      R"(,"thinking":{"type":"adaptive","display":"summarized"})",
                      R"(,"thinking":{"type":"tomorrow","depth":3})"});
        body += pick(
            {"", R"(,"output_config":{"effort":"xhigh"})",
             R"(,"output_config":{"effort":"max","format":{"type":"json_schema","schema":{"type":"object"}}})",
             R"(,"output_config":{"task_budget":{"type":"tokens","total":9}})"});
        body += pick(
            {"", R"(,"system":"You are terse.")",
             R"(,"system":[{"type":"text","text":"x-anthropic-billing-header: v=1"},{"type":"text","text":"You","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"b","cache_control":{"type":"ephemeral","scope":"global"}}])"});
        body += tools();
        return body + R"(,"messages":[)" + messages() + "]}";
    }

private:
    std::string tools()
    {
        if (m_random() % 3 == 0) {
            return {};
        }
        return R"(,"tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}},{"name":"g","input_schema":{"type":"object"},"strict":true,"defer_loading":true,"cache_control":{"type":"ephemeral"}},{"type":"web_search_20250305","name":"web_search","max_uses":3}])" +
               pick({"", R"(,"tool_choice":{"type":"auto"})",
                     R"(,"tool_choice":{"type":"any","disable_parallel_tool_use":true})",
                     R"(,"tool_choice":{"type":"auto","disable_parallel_tool_use":false})",
                     R"(,"tool_choice":{"type":"tool","name":"f"})",
                     R"(,"tool_choice":{"type":"none"})",
                     R"(,"tool_choice":{"type":"tomorrow","x":1})"});
    }

    std::string messages()
    {
        std::string all;
        std::string open; // calls to answer
        const std::uint_fast32_t rounds = 1 + m_random() % 4;
        for (unsigned i = 0; i < rounds; ++i) {
            all += (all.empty() ? "" : ",") + user(open);
            if (m_random() % 4 == 0) {
                all +=
                    R"(,{"role":"system","content":)" +
                    pick(
                        {R"("Be brief now.")",
                         R"([{"type":"text","text":"Be","cache_control":{"type":"ephemeral"}}])"}) +
                    "}";
            }
            all += "," + assistant(open);
        }
        return all + "," + user(open);
    }

    std::string user(std::string &open)
    {
        std::string blocks = open;
        open.clear();
        if (blocks.empty() && m_random() % 3 == 0) {
            return R"({"role":"user","content":"Zürich \"東京\" 🙂"})";
        }
        const std::uint_fast32_t count = blocks.empty() ? 1 + m_random() % 3 : m_random() % 3;
        for (unsigned i = 0; i < count; ++i) {
            blocks += (blocks.empty() ? "" : ",") + userBlock();
        }
        return R"({"role":"user","content":[)" + blocks + "]" + maybe(R"(,"id":"m1")") + "}";
    }

    std::string userBlock()
    {
        return pick(
            {R"({"type":"text","text":"hello"})",
             R"({"type":"text","text":"hi","cache_control":{"type":"ephemeral"},"citations":[{"x":1}]})",
             R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0K"}})",
             R"({"type":"image","source":{"type":"url","url":"https://e.org/a.png"},"cache_control":{"type":"ephemeral","ttl":"5m"}})",
             R"({"type":"image","source":{"type":"file","file_id":"file_1"}})",
             R"({"type":"image","source":{"type":"tomorrow","x":1}})",
             R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"title":"t","context":"c","citations":{"enabled":true}})",
             R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":"abc"}})",
             R"({"type":"document","source":{"type":"content","content":[{"type":"text","text":"abc"}]}})",
             R"({"type":"document","source":{"type":"file","file_id":"file_2"}})",
             R"({"type":"document","source":{"type":"url","url":"https://e.org/a.pdf"}})",
             R"({"type":"search_result","source":"https://e.org","title":"t","content":[{"type":"text","text":"abc"}],"citations":{"enabled":true}})",
             R"({"type":"container_upload","file_id":"file_3"})",
             R"({"type":"tomorrow","x":{"y":[1]}})"});
    }

    std::string assistant(std::string &open)
    {
        std::string blocks = pick({"", R"({"type":"thinking","thinking":"hm","signature":"c2ln"},)",
                                   R"({"type":"thinking","thinking":"","signature":"c2ln"},)",
                                   R"({"type":"redacted_thinking","data":"b3Bh"},)"});
        blocks += pick(
            {R"({"type":"text","text":"Let me see."})",
             R"({"type":"server_tool_use","id":"s1","name":"web_search","input":{"q":"x"}},{"type":"web_search_tool_result","tool_use_id":"s1","content":[]})",
             R"({"type":"mcp_tool_use","id":"m1","name":"n","server_name":"s","input":{}},{"type":"mcp_tool_result","tool_use_id":"m1","is_error":false,"content":[]})"});
        for (std::uint_fast32_t i = m_random() % 4; i > 0; --i) {
            const std::string id = "toolu_" + std::to_string(++m_calls);
            blocks += R"(,{"type":"tool_use","id":")" + id + R"(","name":"f","input":)" +
                      pick({"{}", R"({"a":"b","n":1.50})"}) +
                      pick({"", R"(,"cache_control":{"type":"ephemeral"})",
                            R"(,"caller":{"type":"direct"})"}) +
                      "}";
            open +=
                (open.empty() ? "" : ",") + (R"({"type":"tool_result","tool_use_id":")" + id) +
                "\"" +
                pick(
                    {"", R"(,"content":"done")", R"(,"content":"")",
                     R"(,"content":[{"type":"text","text":"done"}])",
                     R"(,"content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0K"}}])",
                     R"(,"content":[{"type":"tool_reference","tool_name":"g"}])",
                     R"(,"content":"no","is_error":true)"}) +
                maybe(R"(,"cache_control":{"type":"ephemeral"})") + "}";
        }
        return R"({"role":"assistant","content":[)" + blocks + "]}";
    }

    std::string maybe(const char *text) { return m_random() % 2 == 0 ? text : ""; }

    std::string pick(std::initializer_list<std::string> of)
    {
        return *(of.begin() + m_random() % of.size());
    }

    std::string word() { return std::to_string(m_random() % 100); }

    std::mt19937 m_random; // the standard fixes its sequence, so the requests are always the same
    int m_calls = 0;
};

} // namespace

class TestAnthropicRoundTrip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void codingTool();
    void counting();
    void generated();
    void whatOthersSee();
};

void TestAnthropicRoundTrip::codingTool()
{
    const std::string body = goldenFile("anthropic/coding_tool.json");
    QCOMPARE(objectOf(body)[QStringLiteral("tools")].toArray().size(), 24);
    const Way way = throughNeutral(body);
    QCOMPARE(way.losses, std::string());
    QVERIFY2(objectOf(way.body) == objectOf(body), way.body.c_str());
    QCOMPARE(throughNeutral(way.body).body, way.body); // and then byte for byte
}

void TestAnthropicRoundTrip::counting()
{
    const std::string body = R"({"model":"m","messages":[{"role":"user","content":"a"}]})";
    QCOMPARE(throughNeutral(body).body, std::string("max_tokens: is required"));
    const auto request =
        readRequest(anthropicClient(), body, "/v1/messages/count_tokens?beta=true");
    QVERIFY(request.has_value());
    QVERIFY(!request->maxTokens);
}

void TestAnthropicRoundTrip::generated()
{
    Generator generator(20260101);
    for (int i = 0; i < 1500; ++i) {
        const std::string body = generator.request();
        const Way way = throughNeutral(body);
        QVERIFY2(!objectOf(body).isEmpty(), body.c_str());
        QVERIFY2(objectOf(way.body) == objectOf(body), (body + "\n" + way.body).c_str());
        QCOMPARE(way.losses, std::string());
    }
}

void TestAnthropicRoundTrip::whatOthersSee()
{
    const auto request = readRequest(anthropicClient(), R"({"model":"m","max_tokens":5,
        "system":[{"type":"text","text":"s"}],"metadata":{"user_id":"u"},"top_k":5,"temperature":0.70,
        "thinking":{"type":"enabled","budget_tokens":1024},"output_config":{"effort":"high"},
        "tool_choice":{"type":"any","disable_parallel_tool_use":true},
        "tools":[{"name":"f","input_schema":{"type":"object"}}],
        "messages":[{"role":"user","content":"a"},
            {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"a": 1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":"no"},
                {"type":"text","text":"go on"},
                {"type":"search_result","source":"u","title":"T","content":[{"type":"text","text":"found"}]}]},
            {"role":"system","content":"brief"}]})");
    QVERIFY2(request.has_value(), request ? "" : request.error().c_str());
    QCOMPARE(request->turns.size(), 6U);
    const Role roles[] = {Role::System, Role::User, Role::Assistant,
                          Role::Tool,   Role::User, Role::System};
    for (std::size_t i = 0; i < 6; ++i) {
        QVERIFY(request->turns[i].role == roles[i]);
    }
    QCOMPARE(request->turns[2].parts[0].text, std::string(R"({"a": 1})"));
    QVERIFY(request->turns[3].parts[0].isError);
    QCOMPARE(request->turns[4].parts[1].source.data, std::string("found"));
    QCOMPARE(request->user, std::string("u"));
    QCOMPARE(request->temperature, std::string("0.70"));
    QCOMPARE(request->topK, std::string("5"));
    QVERIFY(request->reasoning.effort == Reasoning::Effort::High);
    QCOMPARE(request->reasoning.budget.value_or(0), 1024);
    QVERIFY(request->toolChoice.kind == ToolChoice::Kind::Required);
    QVERIFY(request->parallelToolCalls == false);
    QVERIFY(request->extras.empty());
}

QTEST_GUILESS_MAIN(TestAnthropicRoundTrip)
#include "tst_anthropicroundtrip.moc"
