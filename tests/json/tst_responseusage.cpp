// SPDX-License-Identifier: MIT
// Token counts are found where backends put them, and nowhere else.
#include "core/json/usage.h"

#include <QtTest>

#include <string>

using namespace meridian::json;
using namespace std::string_literals;

namespace {

QByteArray show(const Usage &usage)
{
    return usage.found ? QByteArray::number(qulonglong(usage.prompt)) + "/" +
                             QByteArray::number(qulonglong(usage.completion))
                       : QByteArray("none");
}

QByteArray showAll(const Usage &usage)
{
    return usage.found ? show(usage) + " " + QByteArray::number(qulonglong(usage.cacheRead)) + "," +
                             QByteArray::number(qulonglong(usage.cacheWrite)) + "," +
                             QByteArray::number(qulonglong(usage.reasoning))
                       : QByteArray("none");
}

const std::string ChatBody =
    "{\"id\":\"c\",\"choices\":[{\"message\":{\"content\":\"say "
    "\\\"usage\\\":{\\\"prompt_tokens\\\":9}\"}}],"
    "\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":8,\"total_tokens\":29}}";

} // namespace

class TestResponseUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void finds_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(expected);
        };
        row("chat", "{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7}}", "5/7");
        row("spaces",
            "{ \"usage\" :\n { \"prompt_tokens\" : 5 ,\r\n\t\"completion_tokens\" : 7 } }", "5/7");
        row("input and output", "{\"usage\":{\"input_tokens\":11,\"output_tokens\":2}}", "11/2");
        row("embeddings", "{\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}", "5/0");
        row("details are nested",
            "{\"usage\":{\"prompt_tokens\":5,\"d\":{\"prompt_tokens\":99,\"completion_tokens\":98},"
            "\"completion_tokens\":7,\"e\":[{\"prompt_tokens\":1}]}}",
            "5/7");
        row("braces in strings",
            "{\"usage\":{\"x\":\"}\\\"}\",\"prompt_tokens\":5,\"completion_tokens\":7}}", "5/7");
        row("a key's name as a value",
            "{\"usage\":{\"x\":\"prompt_tokens\",\"completion_tokens\":7}}", "0/7");
        row("last one wins", "{\"usage\":{\"prompt_tokens\":1}},{\"usage\":{\"prompt_tokens\":2}}",
            "2/0");
        row("null after", "{\"usage\":{\"prompt_tokens\":1}},{\"usage\":null}", "1/0");
        row("null", "{\"usage\":null}", "none");
        row("empty", "{\"usage\":{}}", "none");
        row("other counts only",
            "{\"usage\":{\"prompt_tokens\":1},\"x\":{\"usage\":{\"seconds\":3}}}", "1/0");
        row("not an object", "{\"usage\":[{\"prompt_tokens\":1}]}", "none");
        row("other name", "{\"my_usage\":{\"prompt_tokens\":1},\"usages\":{\"prompt_tokens\":1}}",
            "none");
        row("as a value", "{\"a\":\"usage\",\"b\":{\"prompt_tokens\":1}}", "none");
        row("in a string", "{\"a\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":1}\"}", "none");
        row("quote in a string", "{\"a\":\"\\\"usage\":{\"prompt_tokens\":1}}", "none");
        row("after an escaped backslash", "{\"a\":\"\\\\\",\"usage\":{\"prompt_tokens\":1}}",
            "1/0");
        row("at the start", "\"usage\":{\"prompt_tokens\":1}", "none");
        row("behind the start's backslashes", "\\\\\"usage\":{\"prompt_tokens\":1}", "none");
        row("not closed", "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2", "none");
        row("string not closed", "{\"usage\":{\"prompt_tokens\":1,\"x\":\"}}", "none");
        row("name at the end", "{\"usage\"", "none");
        row("negative", "{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":3}}", "0/3");
        row("words", "{\"usage\":{\"prompt_tokens\":\"5\",\"completion_tokens\":null}}", "none");
        row("fraction",
            "{\"usage\":{\"prompt_tokens\":5.0,\"completion_tokens\":2e3,\"output_tokens\":4}}",
            "0/4");
        row("huge",
            "{\"usage\":{\"prompt_tokens\":18446744073709551616,\"completion_tokens\":"
            "1000000000000}}",
            "0/1000000000000");
        row("zero", "{\"usage\":{\"prompt_tokens\":0}}", "0/0");
    }

    void finds()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(show(findUsage(text.toStdString())), expected);
        Usage merged;
        mergeUsage(merged, text.toStdString());
        QCOMPARE(show(merged), expected);
    }

    void details_data()
    {
#ifndef Q_MOC_RUN // moc 6.4 stumbles over raw strings in the bodies of classes
        QTest::addColumn<int>("form");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected"); // prompt/completion read,written,reasoning
        const auto row = [](const char *name, UsageForm form, const char *text,
                            const char *expected) {
            QTest::newRow(name) << int(form) << QByteArray(text) << QByteArray(expected);
        };
        using enum UsageForm;
        row("OpenAI", Usage,
            R"({"usage":{"prompt_tokens":100,"completion_tokens":40,"total_tokens":140,)"
            R"("prompt_tokens_details":{"cached_tokens":60,"audio_tokens":0},)"
            R"("completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":0}}})",
            "100/40 60,0,30");
        row("OpenRouter's writes", Usage,
            R"({"usage":{"prompt_tokens":100,"completion_tokens":4,)"
            R"("prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":20}}})",
            "100/4 60,20,0");
        row("DeepSeek", Usage,
            R"({"usage":{"prompt_tokens":100,"completion_tokens":4,)"
            R"("prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}})",
            "100/4 64,0,0");
        row("Moonshot", Usage,
            R"({"usage":{"prompt_tokens":100,"completion_tokens":4,"cached_tokens":64}})",
            "100/4 64,0,0");
        row("xAI counts reasoning beside the completion", Usage,
            R"({"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":45,)"
            R"("completion_tokens_details":{"reasoning_tokens":30}}})",
            "10/35 0,0,30");
        row("Responses", Usage,
            R"({"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},)"
            R"("output_tokens":40,"output_tokens_details":{"reasoning_tokens":30},)"
            R"("total_tokens":140}})",
            "100/40 60,0,30");
        row("Anthropic tells the cached part beside the rest", Usage,
            R"({"usage":{"input_tokens":5,"cache_creation_input_tokens":20,)"
            R"("cache_read_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":20,)"
            R"("ephemeral_1h_input_tokens":0},"output_tokens":7,"service_tier":"standard"}})",
            "125/7 100,20,0");
        row("Anthropic's names where the prompt holds all of it", Usage,
            R"({"usage":{"prompt_tokens":125,"completion_tokens":7,"cache_read_input_tokens":100,)"
            R"("cache_creation_input_tokens":20}})",
            "125/7 100,20,0");
        row("lists inside are none of ours", Usage,
            R"({"usage":{"input_tokens":5,"iterations":[{"input_tokens":9,"cached_tokens":9}],)"
            R"("output_tokens":7}})",
            "5/7 0,0,0");
        row("details of details are none of ours", Usage,
            R"({"usage":{"prompt_tokens":5,"x":{"y":{"cached_tokens":9}},"completion_tokens":7}})",
            "5/7 0,0,0");
        row("Gemini", UsageMetadata,
            R"({"usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":10,)"
            R"("thoughtsTokenCount":30,"cachedContentTokenCount":60,"totalTokenCount":140,)"
            R"("promptTokensDetails":[{"modality":"TEXT","tokenCount":100}]}})",
            "100/40 60,0,30");
        row("Gemini's tools", UsageMetadata,
            R"({"usageMetadata":{"promptTokenCount":100,"toolUsePromptTokenCount":11,)"
            R"("candidatesTokenCount":10}})",
            "111/10 0,0,0");
        row("Gemini without counts", UsageMetadata,
            R"({"usageMetadata":{"trafficType":"ON_DEMAND"}})", "none");
        row("another dialect's name", UsageMetadata, R"({"usage":{"prompt_tokens":1}})", "none");
        row("Ollama", EvalCounts,
            "{\"message\":{\"content\":\"a\"},\"done\":false}\n{\"message\":{},\"done\":true,"
            "\"prompt_eval_count\":26,\"prompt_eval_duration\":1,\"eval_count\":9,"
            "\"eval_duration\":2}\n",
            "26/9 0,0,0");
        row("Ollama had the prompt cached", EvalCounts, R"({"done":true,"eval_count":9})",
            "0/9 0,0,0");
        row("a call's arguments", EvalCounts,
            R"({"message":{"tool_calls":[{"function":{"arguments":{"eval_count":9}}}]}})", "none");
        row("Ollama's text", EvalCounts,
            R"({"message":{"content":"\"eval_count\":9}"},"done":false})", "none");
        row("not the last object", EvalCounts, "{\"eval_count\":9}\n{\"done\":true}\n", "none");
#endif
    }

    void details()
    {
        QFETCH(int, form);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const auto kind = static_cast<UsageForm>(form);
        QCOMPARE(showAll(findUsage(text.toStdString(), kind)), expected);
        if (kind != UsageForm::EvalCounts) {
            Usage merged;
            mergeUsage(merged, text.toStdString(), kind);
            QCOMPARE(showAll(merged), expected);
        }
    }

    void anthropicStreamsTellTheirCountsTwice()
    {
#ifndef Q_MOC_RUN // moc 6.4 stumbles over raw strings in the bodies of classes
        Usage usage;
        mergeUsage(usage, R"({"message":{"usage":{"input_tokens":5,"cache_read_input_tokens":100,)"
                          R"("cache_creation_input_tokens":20,"output_tokens":1}}})");
        QCOMPARE(showAll(usage), QByteArray("125/1 100,20,0"));
        Usage told = usage;
        mergeUsage(told, R"({"usage":{"input_tokens":5,"cache_read_input_tokens":100,)"
                         R"("cache_creation_input_tokens":20,"output_tokens":40}})");
        QCOMPARE(showAll(told), QByteArray("125/40 100,20,0"));
        told = usage;
        mergeUsage(told, R"({"usage":{"output_tokens":40}})");
        QCOMPARE(showAll(told), QByteArray("125/40 100,20,0"));
        told = usage; // what some servers say of what they have said before
        mergeUsage(told, R"({"usage":{"input_tokens":0,"output_tokens":40}})");
        QCOMPARE(showAll(told), QByteArray("125/40 100,20,0"));
        told = usage;
        mergeUsage(told, R"({"usage":{"input_tokens":8,"output_tokens":40}})");
        QCOMPARE(showAll(told), QByteArray("128/40 100,20,0"));
#endif
    }

    void geminiStreamsTellEverythingAgain()
    {
#ifndef Q_MOC_RUN // moc 6.4 stumbles over raw strings in the bodies of classes
        Usage usage;
        const auto tell = [&usage](const char *text) {
            mergeUsage(usage, text, UsageForm::UsageMetadata);
        };
        tell(R"({"usageMetadata":{"promptTokenCount":10,"thoughtsTokenCount":3}})");
        QCOMPARE(showAll(usage), QByteArray("10/3 0,0,3"));
        tell(R"({"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":4,)"
             R"("thoughtsTokenCount":9}})");
        QCOMPARE(showAll(usage), QByteArray("10/13 0,0,9"));
        tell(R"({"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":6}})");
        QCOMPARE(showAll(usage), QByteArray("10/15 0,0,9"));
#endif
    }

    void mergesWhatComesInParts()
    {
        Usage usage;
        mergeUsage(usage, "{\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}");
        mergeUsage(usage, "nothing");
        mergeUsage(usage, "{\"usage\":{\"output_tokens\":15}}");
        QCOMPARE(show(usage), QByteArray("25/15"));
    }

    void hostileTextIsCheap()
    {
        std::string text;
        for (int i = 0; i < 200000; ++i) {
            text += "{\"usage\":";
        }
        Usage merged;
        QCOMPARE(show(findUsage(text)), QByteArray("none"));
        mergeUsage(merged, text);
        QCOMPARE(show(merged), QByteArray("none"));
        // 400 million steps if every candidate were read to its limit: the test's deadline would
        // tell
    }

    void tailIsIndependentOfTheSplit()
    {
        for (std::size_t first = 0; first <= ChatBody.size(); ++first) {
            for (std::size_t second = first; second <= ChatBody.size(); ++second) {
                UsageTail tail;
                tail.feed(std::string_view(ChatBody).substr(0, first));
                tail.feed(std::string_view(ChatBody).substr(first, second - first));
                QCOMPARE(show(tail.finish(std::string_view(ChatBody).substr(second))),
                         QByteArray("21/8"));
            }
        }
    }

    void tailSeesOnlyItsWindow()
    {
        const auto fed = [](const std::string &body, std::size_t step) {
            UsageTail tail;
            for (std::size_t at = 0; at < body.size(); at += step) {
                tail.feed(std::string_view(body).substr(at, step));
            }
            return show(tail.finish());
        };
        const std::string near = std::string(10000, 'x') + ChatBody + std::string(3000, ' ');
        const std::string far = ChatBody + std::string(UsageTail::WindowSize, ' ');
        for (const std::size_t step : {1UL, 7UL, 1000UL, 4095UL, 4096UL, 4097UL, 100000UL}) {
            QCOMPARE(fed(near, step), QByteArray("21/8"));
            QCOMPARE(fed(far, step), QByteArray("none"));
        }
        QCOMPARE(show(UsageTail().finish(near)), QByteArray("21/8"));
        QCOMPARE(show(UsageTail().finish(far)), QByteArray("none"));
    }

    void tailIsReusable()
    {
        UsageTail tail;
        tail.feed(ChatBody);
        QCOMPARE(show(tail.finish()), QByteArray("21/8"));
        tail.reset();
        QCOMPARE(show(tail.finish()), QByteArray("none"));
    }
};

QTEST_GUILESS_MAIN(TestResponseUsage)
#include "tst_responseusage.moc"
