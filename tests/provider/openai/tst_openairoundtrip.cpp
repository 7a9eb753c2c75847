// SPDX-License-Identifier: MIT
// What OpenAI's chat dialect can say comes out of the neutral request as it went in.
#include "core/provider/builtincodecs.h"
#include "tests/provider/openai/openaitest.h"
#include "tests/provider/support/golden.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <random>

namespace {

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

struct Rich
{
    const char *name;
    const char *body;
};

constexpr Rich Bodies[] = {
    {"everything plain",
     R"({"model":"m","temperature":0.70,"top_p":1,"top_k":40,"min_p":0.05,"frequency_penalty":-0.5,
         "presence_penalty":0.25,"repetition_penalty":1.05,"seed":12345678901,"n":2,"logprobs":true,
         "top_logprobs":3,"logit_bias":{"50256":-100},"stop":["a","b"],"user":"u","max_tokens":64,
         "metadata":{"k":"v"},"service_tier":"flex","verbosity":"low","reasoning_effort":"minimal",
         "parallel_tool_calls":true,"store":true,"modalities":["text","audio"],
         "audio":{"voice":"alloy","format":"wav"},"prediction":{"type":"content","content":"x"},
         "web_search_options":{"search_context_size":"low"},"prompt_cache_key":"p",
         "safety_identifier":"s","guided_json":{"type":"object"},"chat_template_kwargs":{"a":[1,null]},
         "messages":[{"role":"user","content":"hi"}]})"},
    {"stream",
     R"({"model":"m","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},
         "messages":[{"role":"user","content":"hi"}]})"},
    {"both limits",
     R"({"model":"m","max_tokens":10,"max_completion_tokens":20,"messages":[{"role":"user","content":"hi"}]})"},
    {"unknown words",
     R"({"model":"m","reasoning_effort":"gigantic","response_format":{"type":"structural_tag","structures":[]},
         "messages":[{"role":"user","content":"hi"}]})"},
    {"formats",
     R"({"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d",
         "strict":false,"schema":{"type":"object","properties":{"b":{},"a":{}}}}},
         "messages":[{"role":"user","content":"hi"}]})"},
    {"format with more",
     R"({"model":"m","response_format":{"type":"json_object","schema":{"type":"object"}},
         "messages":[{"role":"user","content":"hi"}]})"},
    {"tools",
     R"({"model":"m","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}},
         "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
           "parameters":{"type":"object","properties":{"x":{"type":["string","null"]}}},"x-mine":1},
           "cache_control":{"type":"ephemeral"},"y":[]},
          {"type":"custom","custom":{"name":"c","format":{"type":"grammar"}}},
          {"type":"web_search_preview"}],
         "messages":[{"role":"user","content":"hi"},
          {"role":"assistant","content":null,"tool_calls":[
            {"id":"1","type":"function","function":{"name":"f","arguments":"{\"x\": \"ü\\n\"}"},"z":0},
            {"id":"2","type":"custom","custom":{"name":"c","input":"free text"}}]},
          {"role":"tool","tool_call_id":"1","content":"one","name":"f"},
          {"role":"tool","tool_call_id":"2","content":[{"type":"text","text":"two"}],"w":{}}]})"},
    {"named choice",
     R"({"model":"m","tool_choice":{"type":"function","function":{"name":"f"}},
         "tools":[{"type":"function","function":{"name":"f"}}],
         "messages":[{"role":"user","content":"hi"}]})"},
    {"parts",
     R"({"model":"m","messages":[
          {"role":"developer","content":[{"type":"text","text":"only one"}],"name":"boss"},
          {"role":"system","content":"sys"},
          {"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"t","cache_control":{"type":"ephemeral","ttl":"1h"}},
            {"type":"text","text":"u","cache_control":{"type":"other"},"extra":true},
            {"type":"image_url","image_url":{"url":"https://example.org/a.png","detail":"high","size":3}},
            {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/"},"cache_control":{"type":"ephemeral"}},
            {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"mp3"}},
            {"type":"file","file":{"file_id":"file-1"}},
            {"type":"file","file":{"filename":"x.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},
            {"type":"file","file":{"file_data":"JVBERg=="}},
            {"type":"video_url","video_url":{"url":"https://example.org/v"}}]},
          {"role":"assistant","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"b"}],"audio":{"id":"x"}},
          {"role":"user","content":"?"},
          {"role":"assistant","refusal":"I will not","content":null}]})"},
    {"thoughts",
     R"({"model":"m","messages":[{"role":"user","content":"a"},
          {"role":"assistant","content":"b","reasoning_content":"c"},{"role":"user","content":"a"},
          {"role":"assistant","content":"b","reasoning":"c"},{"role":"user","content":"a"},
          {"role":"assistant","content":"b","reasoning":"c","reasoning_content":"c"},{"role":"user","content":"a"},
          {"role":"assistant","content":"b","reasoning":"d","reasoning_content":"c","reasoning_details":[{}]}]})"},
    {"signatures",
     R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"","tool_calls":[
          {"id":"1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"AbC="}}},
          {"id":"2","type":"function","function":{"name":"f","arguments":"not json"},"extra_content":{"google":{"thought_signature":"x","more":1}}},
          {"id":"3","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"other":{}}}]},
          {"role":"tool","tool_call_id":"3","content":""}]})"},
    {"functions",
     R"({"model":"m","functions":[{"name":"f","description":"d","parameters":{"type":"object"},"q":1}],
         "function_call":{"name":"f"},"messages":[{"role":"user","content":"a"},
          {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"a\":1}"}},
          {"role":"function","name":"f","content":"r"}]})"},
    {"function_call alone",
     R"({"model":"m","function_call":"auto","messages":[{"role":"user","content":"a"}]})"},
    {"strange names",
     R"({"model":"m","\u00e4\"\n":1,"a.b":2,"messages":[{"role":"user","content":"a","\\":[1,2]}]})"},
};

/// Requests of every kind, the same ones in every run.
class Generator
{
public:
    explicit Generator(unsigned seed)
        : m_random(seed)
    {
    }

    QByteArray request()
    {
        m_calls = 0;
        QJsonObject body{{QStringLiteral("model"), text(false)}};
        const char *const numbers[] = {"temperature", "top_p", "top_k",
                                       "min_p",       "seed",  "frequency_penalty",
                                       "max_tokens",  "n",     "repetition_penalty"};
        for (const char *name : numbers) {
            if (one(3)) {
                const bool isWhole =
                    std::string_view(name).starts_with("max") || name == std::string_view("n");
                body.insert(QString::fromLatin1(name),
                            isWhole ? QJsonValue(static_cast<int>(below(1000)))
                                    : QJsonValue(below(4000) / 1000.0));
            }
        }
        if (one(3)) {
            body.insert(QStringLiteral("user"), text(false));
        }
        if (one(3)) {
            body.insert(QStringLiteral("stop"), QJsonArray{text(false), text(false)});
        }
        if (one(2)) {
            body.insert(QStringLiteral("tools"), tools());
        }
        if (one(4)) {
            body.insert(QStringLiteral("x_") + QString::number(below(9)), anything(3));
        }
        body.insert(QStringLiteral("messages"), messages());
        return QJsonDocument(body).toJson(QJsonDocument::Compact);
    }

private:
    unsigned below(unsigned limit) { return static_cast<unsigned>(m_random() % limit); }

    bool one(unsigned in) { return below(in) == 0; }

    QString text(bool canBeEmpty)
    {
        static const QString Letters = QStringLiteral("ab \"\\/\n\t\u0001äß東京…{}[]:,<>");
        QString made = canBeEmpty ? QString() : QStringLiteral("t");
        for (unsigned i = below(8); i > 0; --i) {
            made += Letters.mid(static_cast<int>(below(static_cast<unsigned>(Letters.size()))), 1);
        }
        return made;
    }

    QJsonValue anything(int depth)
    {
        switch (below(depth > 0 ? 6 : 4)) {
        case 0:
            return static_cast<int>(below(100));
        case 1:
            return true;
        case 2:
            return text(true);
        case 3:
            return below(1000) / 8.0;
        case 4:
            return QJsonArray{anything(depth - 1), QJsonValue(), anything(depth - 1)};
        default:
            return QJsonObject{{text(false), anything(depth - 1)}, {text(false), QJsonValue()}};
        }
    }

    QJsonObject type(const char *name) { return {{QStringLiteral("type"), QLatin1String(name)}}; }

    QJsonObject textPart()
    {
        QJsonObject part = type("text");
        part.insert(QStringLiteral("text"), text(true));
        if (one(4)) {
            part.insert(QStringLiteral("cache_control"), type("ephemeral"));
        }
        return part;
    }

    QJsonObject part()
    {
        if (one(2)) {
            return textPart();
        }
        QJsonObject image = type("image_url");
        QJsonObject inside{
            {QStringLiteral("url"), one(2) ? QStringLiteral("https://example.org/")
                                           : QStringLiteral("data:image/png;base64,AAAA")}};
        if (one(2)) {
            inside.insert(QStringLiteral("detail"), QStringLiteral("low"));
        }
        image.insert(QStringLiteral("image_url"), inside);
        if (one(4)) {
            image.insert(QStringLiteral("y"), anything(2));
        }
        return image;
    }

    QJsonValue content()
    {
        if (one(2)) {
            return text(false);
        }
        QJsonArray parts{part()};
        while (one(2)) {
            parts.append(part());
        }
        return parts;
    }

    QJsonArray tools()
    {
        QJsonArray tools;
        for (unsigned i = below(3) + 1; i > 0; --i) {
            QJsonObject tool = type("function");
            QJsonObject function{{QStringLiteral("name"), text(false)}};
            if (one(2)) {
                function.insert(QStringLiteral("description"), text(false));
            }
            if (one(2)) {
                function.insert(QStringLiteral("parameters"),
                                QJsonObject{{text(false), anything(3)}});
            }
            if (one(3)) {
                function.insert(QStringLiteral("strict"), one(2));
            }
            tool.insert(QStringLiteral("function"), function);
            tools.append(tool);
        }
        return tools;
    }

    QJsonArray messages()
    {
        QJsonArray messages;
        const QString role = QStringLiteral("role");
        const QString contentName = QStringLiteral("content");
        for (unsigned i = below(6) + 1; i > 0; --i) {
            const char *const roles[] = {"system", "developer", "user"};
            messages.append(
                QJsonObject{{role, QLatin1String(roles[below(3)])}, {contentName, content()}});
            QJsonObject answer{{role, QStringLiteral("assistant")}};
            if (one(2)) {
                answer.insert(QStringLiteral("reasoning_content"), text(false));
            }
            if (one(3)) {
                answer.insert(QStringLiteral("name"), text(false));
            }
            const unsigned first = m_calls;
            QJsonArray calls;
            while (one(2)) {
                QJsonObject call = type("function");
                call.insert(QStringLiteral("id"), QString::number(m_calls++));
                call.insert(QStringLiteral("function"),
                            QJsonObject{{QStringLiteral("name"), text(false)},
                                        {QStringLiteral("arguments"), text(false)}});
                calls.append(call);
            }
            if (calls.isEmpty()) {
                answer.insert(contentName, content());
            } else {
                answer.insert(QStringLiteral("tool_calls"), calls);
            }
            messages.append(answer);
            for (unsigned id = first; id < m_calls; ++id) {
                messages.append(QJsonObject{{role, QStringLiteral("tool")},
                                            {QStringLiteral("tool_call_id"), QString::number(id)},
                                            {contentName, content()}});
            }
        }
        return messages;
    }

    std::mt19937 m_random;
    unsigned m_calls = 0;
};

/// Empty when the body comes back, twice, and nothing is reported as lost.
std::string changes(std::string_view body)
{
    const auto request = readRequest(openAiChatClient(), body);
    if (!request) {
        return std::string(body) + "\n" + request.error();
    }
    std::string lost;
    const std::string written = encoded(*request, request->model, &lost);
    const auto again = readRequest(openAiChatClient(), written);
    if (!again || encoded(*again, again->model) != written) {
        return "not the same a second time: " + written;
    }
    const std::string difference = differsAsJson(body, written);
    return difference.empty() ? lost : difference;
}

} // namespace

class TestOpenAiRoundTrip final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void written_data();
    void written();
    void generated();
    void comparisonSees();
};

void TestOpenAiRoundTrip::written_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const Rich &each : Bodies) {
        QTest::newRow(each.name) << QByteArray(each.body);
    }
}

void TestOpenAiRoundTrip::written()
{
    QFETCH(const QByteArray, body);
    QCOMPARE(changes(body.toStdString()), std::string());
}

void TestOpenAiRoundTrip::generated()
{
    Generator generator(20260807);
    for (int i = 0; i < 1000; ++i) {
        QCOMPARE(changes(generator.request().toStdString()), std::string());
    }
}

/// The property would hold of anything if the comparison saw nothing.
void TestOpenAiRoundTrip::comparisonSees()
{
    const std::string one = R"({"model":"m","messages":[{"role":"user","content":"a"}]})";
    const std::string list =
        R"({"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]})";
    QVERIFY(differsAsJson(one, one).empty());
    QVERIFY(!differsAsJson(one, list).empty());
    QVERIFY(!differsAsJson(one, R"({"model":"m","messages":[]})").empty());
}

QTEST_GUILESS_MAIN(TestOpenAiRoundTrip)
#include "tst_openairoundtrip.moc"
