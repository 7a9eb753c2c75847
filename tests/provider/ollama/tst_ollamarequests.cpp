// SPDX-License-Identifier: MIT
// Requests to an Ollama server: golden files, what is reported as lost, sizes of the context.
#include "core/json/checker.h"
#include "core/provider/builtincodecs.h"
#include "core/provider/ollama/contextsize.h"
#include "tests/provider/support/cases.h"
#include "tests/provider/support/golden.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using namespace meridian::testing;

namespace {

std::string encoded(const ChatRequest &request,
                    Fidelity &fidelity,
                    const model::ProviderOptions &options = {},
                    std::string_view model = "llama3.2")
{
    return ollamaChatProvider().encodeRequest(request, {model, options}, fidelity);
}

std::string encoded(const ChatRequest &request, const model::ProviderOptions &options = {})
{
    Fidelity fidelity;
    return encoded(request, fidelity, options);
}

QByteArray lossesOf(const ChatRequest &request)
{
    Fidelity fidelity;
    static_cast<void>(encoded(request, fidelity));
    return QByteArray::fromStdString(textOf(fidelity));
}

bool holds(const std::string &text, const char *part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class tst_OllamaRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void golden_data();
    void golden();
    void losses_data();
    void losses();
    void repeatsItself();
    void grownConversationsBeginAlike();
    void contextGrowsInSteps();
    void contextFollowsSettings();
    void keepAlive_data();
    void keepAlive();
    void think_data();
    void think();
    void brokenArgumentsAreWrapped();
};

void tst_OllamaRequests::golden_data()
{
    QTest::addColumn<QString>("name");
    for (const Case &each : cases()) {
        QTest::newRow(each.name.c_str()) << QString::fromStdString(each.name);
    }
}

void tst_OllamaRequests::golden()
{
    QFETCH(QString, name);
    const std::string text = encoded(caseNamed(name.toStdString()));
    json::Checker checker;
    QVERIFY(checker.check(text).has_value());
    const std::string difference =
        differsFromGolden("ollama/request_" + name.toStdString() + ".json", text);
    QVERIFY2(difference.empty(), difference.c_str());
}

void tst_OllamaRequests::losses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("wanted");
    const auto row = [](const char *name, const char *wanted) {
        QTest::newRow(name) << QString::fromLatin1(name) << QByteArray(wanted);
    };
    row("text", "");
    row("system", "");
    row("multi_turn", "");
    row("image", "dropped messages[0].content[1].detail: Ollama's models choose the resolution\n");
    row("image_url", "dropped messages[0].content[1]: Ollama takes images as base64 only\n");
    row("document", "dropped messages[0].content[1]: Ollama takes text and images only\n");
    row("tools", "");
    row("tool_result", "");
    row("tools_parallel", "approximated messages[2].content[1].is_error: only the result's own "
                          "text can say it\n");
    row("tool_choice_auto", "");
    row("tool_choice_required", "approximated tool_choice: said in a system message instead\n");
    row("tool_choice_none", "approximated tool_choice: the tools are left out instead\n");
    row("tool_choice_function", "approximated tool_choice: said in a system message instead\n"
                                "dropped parallel_tool_calls: Ollama's models decide that\n");
    row("json_schema", "");
    row("thinking", "");
    row("stop", "");
    row("max_tokens", "");
    row("sampling", "dropped user\n");
    row("cache_marks", "");
}

void tst_OllamaRequests::losses()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, wanted);
    QCOMPARE(lossesOf(caseNamed(name.toStdString())), wanted);
}

void tst_OllamaRequests::repeatsItself()
{
    for (const Case &each : cases()) {
        QCOMPARE(encoded(each.request), encoded(each.request));
    }
}

/// Up to the bracket that closes the messages, a longer conversation is the shorter one and more.
void tst_OllamaRequests::grownConversationsBeginAlike()
{
    for (const char *name : {"tools_parallel", "tool_choice_required", "thinking", "system"}) {
        ChatRequest shorter = caseNamed(name);
        ChatRequest longer = shorter;
        const ChatRequest more = caseNamed("multi_turn");
        longer.turns.insert(longer.turns.end(), more.turns.begin(), more.turns.end());
        const std::string prefix = encoded(shorter);
        const std::size_t end = prefix.find("],\"tools\"") != std::string::npos
                                    ? prefix.find("],\"tools\"")
                                    : prefix.find("],\"");
        QVERIFY(end != std::string::npos && end > 40);
        QVERIFY(encoded(longer).starts_with(prefix.substr(0, end)));
    }
}

void tst_OllamaRequests::contextGrowsInSteps()
{
    ChatRequest request = caseNamed("text");
    QVERIFY(!holds(encoded(request), "num_ctx"));
    std::int64_t last = 0;
    for (std::size_t size = 1000; size < 3000000; size = size * 3 / 2) {
        request.turns[0].parts[0].text = std::string(size, 'x');
        const std::int64_t needed = ollama::neededContext(request);
        QVERIFY(needed >= static_cast<std::int64_t>(size / 4));
        const auto context = ollama::contextSizeFor(request);
        QCOMPARE(context.has_value(), needed > 4096);
        if (context) {
            QVERIFY(*context >= needed);
            QVERIFY(*context < 2 * needed);
            QVERIFY((*context & (*context - 1)) == 0);
            QVERIFY(*context >= last);
            last = *context;
            QVERIFY(holds(encoded(request), ("\"num_ctx\":" + std::to_string(last)).c_str()));
        }
    }
    // a Han character is about a token, not a quarter of one
    request.turns[0].parts[0].text.clear();
    for (int i = 0; i < 5000; ++i) {
        request.turns[0].parts[0].text.append("東");
    }
    QCOMPARE(ollama::contextSizeFor(request), std::optional<std::int64_t>(8192));
    request.maxTokens = 20000;
    QCOMPARE(ollama::contextSizeFor(request), std::optional<std::int64_t>(32768));
}

void tst_OllamaRequests::contextFollowsSettings()
{
    model::ProviderOptions options;
    options.numCtx = 2048;
    QVERIFY(holds(encoded(caseNamed("text"), options), "\"options\":{\"num_ctx\":2048}"));
    const auto own = readRequest(
        ollamaChatClient(),
        R"({"model":"m","messages":[{"role":"user","content":"x"}],"options":{"num_ctx":1024}})");
    QVERIFY(own.has_value());
    QVERIFY(holds(encoded(*own, options), "\"options\":{\"num_ctx\":1024}"));
}

void tst_OllamaRequests::keepAlive_data()
{
    QTest::addColumn<QByteArray>("setting");
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("wanted");
    QTest::newRow("none") << QByteArray() << QByteArray() << QByteArray();
    QTest::newRow("duration") << QByteArray("5m") << QByteArray() << QByteArray("\"5m\"");
    QTest::newRow("for ever") << QByteArray("-1") << QByteArray() << QByteArray("-1");
    QTest::newRow("zero") << QByteArray("0") << QByteArray() << QByteArray("0");
    QTest::newRow("no number") << QByteArray("007") << QByteArray() << QByteArray("\"007\"");
    QTest::newRow("client's") << QByteArray("5m") << QByteArray("\"1h\"") << QByteArray("\"1h\"");
}

void tst_OllamaRequests::keepAlive()
{
    QFETCH(QByteArray, setting);
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, wanted);
    model::ProviderOptions options;
    options.keepAlive = setting.toStdString();
    ChatRequest request = caseNamed("text");
    request.keepAlive = given.toStdString();
    const std::string body = encoded(request, options);
    json::Checker checker;
    const auto value = checker.check(body);
    QVERIFY(value.has_value());
    QCOMPARE(QByteArray::fromStdString(std::string((*value)["keep_alive"].raw())), wanted);
}

void tst_OllamaRequests::think_data()
{
    using Effort = Reasoning::Effort;
    QTest::addColumn<int>("effort");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QByteArray>("wanted");
    QTest::addColumn<bool>("isLossless");
    const auto row = [](const char *name, Effort effort, const char *model, const char *wanted,
                        bool isLossless) {
        QTest::newRow(name) << static_cast<int>(effort) << QString::fromLatin1(model)
                            << QByteArray(wanted) << isLossless;
    };
    row("unset", Effort::Unset, "qwen3", "", true);
    row("none", Effort::None, "qwen3", "false", true);
    row("minimal", Effort::Minimal, "qwen3", "\"low\"", false);
    row("low", Effort::Low, "qwen3", "\"low\"", true);
    row("medium", Effort::Medium, "qwen3", "\"medium\"", true);
    row("high", Effort::High, "qwen3", "\"high\"", true);
    row("xhigh", Effort::XHigh, "qwen3", "\"max\"", false);
    row("max", Effort::Max, "qwen3", "\"max\"", true);
    row("max of gpt-oss", Effort::Max, "gpt-oss:20b", "\"high\"", false);
}

void tst_OllamaRequests::think()
{
    QFETCH(int, effort);
    QFETCH(QString, model);
    QFETCH(QByteArray, wanted);
    QFETCH(bool, isLossless);
    ChatRequest request = caseNamed("text");
    request.reasoning.effort = static_cast<Reasoning::Effort>(effort);
    Fidelity fidelity;
    const std::string body = encoded(request, fidelity, {}, model.toStdString());
    json::Checker checker;
    const auto value = checker.check(body);
    QVERIFY(value.has_value());
    QCOMPARE(QByteArray::fromStdString(std::string((*value)["think"].raw())), wanted);
    QCOMPARE(fidelity.isLossless(), isLossless);

    request.reasoning = {};
    request.reasoning.isEnabled = true;
    request.reasoning.budget = 2048;
    Fidelity ofBudget;
    QVERIFY(holds(encoded(request, ofBudget), "\"think\":true"));
    QCOMPARE(ofBudget.count(), std::size_t(1));
    QCOMPARE(ofBudget.entries()[0].path, std::string("thinking.budget_tokens"));
}

void tst_OllamaRequests::brokenArgumentsAreWrapped()
{
    ChatRequest request = caseNamed("tool_result");
    request.turns[1].parts[1].text = "{\"city\":\"Zür";
    Fidelity fidelity;
    QVERIFY(
        holds(encoded(request, fidelity), "\"arguments\":{\"_raw\":\"{\\\"city\\\":\\\"Zür\"}"));
    QVERIFY(!fidelity.isLossless());
}

QTEST_GUILESS_MAIN(tst_OllamaRequests)
#include "tst_ollamarequests.moc"
