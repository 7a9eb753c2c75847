// SPDX-License-Identifier: MIT
// What the scanner reads from request bodies, and what it refuses.
#include "core/json/bodyscanner.h"

#include <QtTest>

#include <memory>

using namespace meridian::json;
using namespace std::string_literals;
using namespace std::string_view_literals;

Q_DECLARE_METATYPE(ScanOutcome)

namespace {

/// A copy that ends where its memory ends, so that a read beyond it shows under a sanitizer or
/// valgrind.
class Exact
{
public:
    explicit Exact(std::string_view text)
        : m_bytes(new char[text.size()])
        , m_size(text.size())
    {
        std::copy(text.begin(), text.end(), m_bytes.get());
    }

    [[nodiscard]] std::string_view view() const { return {m_bytes.get(), m_size}; }

private:
    std::unique_ptr<char[]> m_bytes;
    std::size_t m_size;
};

std::string nested(char open, char close, std::size_t depth)
{
    return std::string(depth, open) + std::string(depth, close);
}

} // namespace

class TestBodyScanner : public QObject
{
    Q_OBJECT

private:
    BodyScanner m_scanner;

    /// The outcome for `body`; equal for a body in exact memory and for one with white space
    /// around.
    ScanOutcome outcome(std::string_view body)
    {
        const Exact exact(body);
        return m_scanner.scan(exact.view()).outcome;
    }

private Q_SLOTS:

    void readsAChatBody()
    {
        const auto body =
            " {\"model\" : \"llama-3\", "
            "\"messages\":[{\"role\":\"user\",\"content\":\"{\\\"model\\\":\\\"x\\\"} ] }\"}],"
            R"("stream":true,"stream_options":{"other":[{}],"include_usage":true},)"
            R"("max_tokens":64, "tools" :[ 1 ] } )"sv;
        const Exact exact(body);
        const ScanResult result = m_scanner.scan(exact.view());
        QCOMPARE(result.outcome, ScanOutcome::Ok);
        QVERIFY(result.reason.empty());
        const BodyFields &fields = result.fields;
        QCOMPARE(fields.model, "llama-3"sv);
        QCOMPARE(fields.modelValue.in(body), R"("llama-3")"sv);
        QCOMPARE(fields.messages.in(body),
                 "[{\"role\":\"user\",\"content\":\"{\\\"model\\\":\\\"x\\\"} ] }\"}]"sv);
        QCOMPARE(fields.tools.in(body), "[ 1 ]"sv);
        QCOMPARE(fields.streamOptions.in(body), R"({"other":[{}],"include_usage":true})"sv);
        QVERIFY(fields.stream);
        QVERIFY(fields.streamOptionsIncludeUsage);
        QCOMPARE(fields.maxTokens, std::optional<std::uint32_t>(64));
        QVERIFY(!fields.input.isPresent());
        QVERIFY(!fields.prompt.isPresent());
        // without an escape the name is not copied
        QVERIFY(fields.model.data() > exact.view().data() &&
                fields.model.data() < exact.view().end());
    }

    void readsOtherSurfaces()
    {
        const auto body = R"({"input":["a","b"],"prompt":"p","max_output_tokens":9})"sv;
        const BodyFields fields = m_scanner.scan(body).fields;
        QCOMPARE(fields.input.in(body), R"(["a","b"])"sv);
        QCOMPARE(fields.prompt.in(body), R"("p")"sv);
        QCOMPARE(fields.maxTokens, std::optional<std::uint32_t>(9));
    }

    void emptyBodyIsAnEmptyObject()
    {
        const ScanResult result = m_scanner.scan("");
        QCOMPARE(result.outcome, ScanOutcome::Ok);
        QVERIFY(result.fields.model.empty());
        QVERIFY(!result.fields.modelValue.isPresent());
    }

    void readsModel_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("missing") << QByteArray("{}") << QByteArray() << QByteArray();
        QTest::newRow("null") << QByteArray(R"({"model":null})") << QByteArray()
                              << QByteArray("null");
        QTest::newRow("empty") << QByteArray(R"({"model":""})") << QByteArray()
                               << QByteArray("\"\"");
        QTest::newRow("escaped name") << QByteArray(R"({"model":"a\/b\u0063"})")
                                      << QByteArray("a/bc") << QByteArray(R"("a\/b\u0063")");
        QTest::newRow("escaped key") << QByteArray(R"({"\u006dodel":"m","\u0061":1})")
                                     << QByteArray("m") << QByteArray("\"m\"");
        QTest::newRow("escaped key after an escaped name")
            << QByteArray(R"({"model":"\u0061bc","lo\u006eger key than the name":1})")
            << QByteArray("abc") << QByteArray(R"("\u0061bc")");
        QTest::newRow("quote at the end")
            << QByteArray(R"({"model":"m\\" })") << QByteArray("m\\") << QByteArray(R"("m\\")");
        QTest::newRow("inside another value")
            << QByteArray(R"({"x":{"model":"no"},"y":["model"],"model":"yes"})")
            << QByteArray("yes") << QByteArray("\"yes\"");
        QTest::newRow("utf-8") << QByteArray("{\"model\":\"\xE6\xA8\xA1\"}")
                               << QByteArray("\xE6\xA8\xA1") << QByteArray("\"\xE6\xA8\xA1\"");
    }

    void readsModel()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, value);
        const std::string text = body.toStdString();
        const ScanResult result = m_scanner.scan(text);
        QCOMPARE(result.outcome, ScanOutcome::Ok);
        QCOMPARE(QByteArray(result.fields.model.data(), qsizetype(result.fields.model.size())),
                 model);
        QCOMPARE(result.fields.modelValue.in(text),
                 std::string_view(value.constData(), value.size()));
    }

    void readsMaxTokens_data()
    {
        QTest::addColumn<QByteArray>("members");
        QTest::addColumn<uint>("expected");
        QTest::newRow("plain") << QByteArray(R"("max_tokens":1)") << 1U;
        QTest::newRow("order of names")
            << QByteArray(R"("max_output_tokens":3,"max_completion_tokens":2,"max_tokens":1)")
            << 1U;
        QTest::newRow("zero is none")
            << QByteArray(R"("max_tokens":0,"max_completion_tokens":2)") << 2U;
        QTest::newRow("negative is none")
            << QByteArray(R"("max_tokens":-5,"max_output_tokens":7)") << 7U;
        QTest::newRow("no integers")
            << QByteArray(
                   R"("max_tokens":1.5,"max_completion_tokens":"8","max_output_tokens":true)")
            << 0U;
        QTest::newRow("exponent") << QByteArray(R"("max_tokens":1e3)") << 0U;
        QTest::newRow("given twice") << QByteArray(R"("max_tokens":1,"max_tokens":2)") << 2U;
        QTest::newRow("given twice, then none")
            << QByteArray(R"("max_tokens":1,"max_tokens":null)") << 0U;
        QTest::newRow("cap") << QByteArray(R"("max_tokens":2147483647)") << 2147483647U;
        QTest::newRow("beyond the cap") << QByteArray(R"("max_tokens":2147483648)") << 2147483647U;
        QTest::newRow("beyond 64 bits")
            << QByteArray(R"("max_tokens":99999999999999999999999999)") << 2147483647U;
        QTest::newRow("other name")
            << QByteArray(R"("max_token":5,"max_tokens_":6,"Max_tokens":7)") << 0U;
    }

    void readsMaxTokens()
    {
        QFETCH(QByteArray, members);
        QFETCH(uint, expected);
        const std::string body = "{" + members.toStdString() + "}";
        const ScanResult result = m_scanner.scan(body);
        QCOMPARE(result.outcome, ScanOutcome::Ok);
        QCOMPARE(result.fields.maxTokens.value_or(0), expected);
        QCOMPARE(result.fields.maxTokens.has_value(), expected != 0);
    }

    void readsStreamOptions_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("includes");
        QTest::newRow("true") << QByteArray(R"({"include_usage":true})") << true;
        QTest::newRow("false") << QByteArray(R"({"include_usage":false})") << false;
        QTest::newRow("escaped") << QByteArray(R"({"include\u005fusage" : true , "x":1})") << true;
        QTest::newRow("last wins")
            << QByteArray(R"({"include_usage":true,"include_usage":0})") << false;
        QTest::newRow("empty") << QByteArray("{ }") << false;
        QTest::newRow("null") << QByteArray("null") << false;
        QTest::newRow("deeper") << QByteArray(R"({"x":{"include_usage":true}})") << false;
        QTest::newRow("array") << QByteArray(R"(["include_usage",true])") << false;
    }

    void readsStreamOptions()
    {
        QFETCH(QByteArray, value);
        QFETCH(bool, includes);
        const std::string body = R"({"stream_options":)" + value.toStdString() + "}";
        const ScanResult result = m_scanner.scan(body);
        QCOMPARE(result.outcome, ScanOutcome::Ok);
        QCOMPARE(result.fields.streamOptionsIncludeUsage, includes);
    }

    void judges_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ScanOutcome>("expected");
        const auto row = [](const char *body, ScanOutcome expected) {
            QTest::newRow(body) << QByteArray(body) << expected;
        };
        for (const char *body : {"{}", " {\n}\r\n", R"({"a":[]})", R"({"a":{}})",
                                 R"({"a":[{},[[]],{"b":null}],"c":-1.5e3})", R"({"stream":true})",
                                 R"({"stream":false})", R"({"stream":null})", R"({"":""})",
                                 R"({"messages":1,"messages":2})", "{\"a\":\"]}\"}",
                                 R"({"x":{"model":1,"model":2}})"}) {
            row(body, ScanOutcome::Ok);
        }
        for (const char *body : {" ",
                                 "hello",
                                 "tru",
                                 "{",
                                 "}",
                                 "{]",
                                 "[",
                                 "[1,]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{,}",
                                 "{\"a\":1 \"b\":2}",
                                 "{\"a\":1}}",
                                 "{}x",
                                 "{} {}",
                                 "{\"a\":1}]",
                                 "{a:1}",
                                 "{'a':1}",
                                 "{1:2}",
                                 "{\"a\":\"b",
                                 R"({"a":"b\"})",
                                 R"({"a":[1})",
                                 R"({"a":[1,2})",
                                 R"({"a":[{]}})",
                                 R"({"a":{[}]})",
                                 R"({"a":{"b":1]})",
                                 R"({"a":[1 2]})",
                                 R"({"a":[,1]})",
                                 R"({"a":[1,]})",
                                 R"({"a":{"b"}})",
                                 R"({"a":{"b":1,}})",
                                 R"({"a":{1:1}})",
                                 R"({"a":{"b":}})",
                                 R"({"a":"b" "c"})",
                                 R"({"a"::1})",
                                 R"({"a":1,,"b":2})",
                                 R"({"model":"a\x"})",
                                 R"({"\x":1})",
                                 R"({"model":"\u12"})",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\x01\"}",
                                 R"({"a":bad})",
                                 R"({"a":[xyz]})",
                                 R"({"stream_options":{"\x":1}})",
                                 "01",
                                 "-",
                                 "1.",
                                 "1e",
                                 "nulll",
                                 "True",
                                 "NaN",
                                 "1 2",
                                 "\"a\" 1",
                                 "\xEF\xBB\xBF{}"}) {
            row(body, ScanOutcome::NotJson);
        }
        for (const char *body : {"[]", "[{}]", "\"model\"", "null", "true", "false", "0", "-1",
                                 "1.5", "-0.5E+10", "1e5", " 12 "}) {
            row(body, ScanOutcome::NotAnObject);
        }
        for (const char *body :
             {R"({"model":"a","model":"b"})", R"({"model":"a","\u006d\u006Fdel":"a"})",
              R"({"model":null,"model":null})", R"({"stream":true,"stream":true})",
              R"({"stream":true,"strea\u006d":false})"}) {
            row(body, ScanOutcome::DuplicateKey);
        }
        for (const char *body : {R"({"model":1})", R"({"model":[]})", R"({"model":{"model":"a"}})",
                                 R"({"model":true})", R"({"model":nul})"}) {
            row(body, ScanOutcome::ModelNotAString);
        }
        for (const char *body : {R"({"stream":"false"})", R"({"stream":1})", R"({"stream":[]})",
                                 R"({"stream":truee})", R"({"stream":"true"})"}) {
            row(body, ScanOutcome::StreamNotABoolean);
        }
        for (const char *body :
             {"{\"a\":\"\x80\"}", "{\"a\":\"\xC0\xAF\"}", "{\"a\":\"\xED\xA0\x80\"}",
              "{\"a\":\"\xF4\x90\x80\x80\"}", "{\"\xFF\":1}"}) {
            row(body, ScanOutcome::InvalidUtf8);
        }
    }

    void judges()
    {
        QFETCH(QByteArray, body);
        QFETCH(ScanOutcome, expected);
        const std::string text = body.toStdString();
        QCOMPARE(outcome(text), expected);
        QCOMPARE(m_scanner.scan(text).reason.empty(), expected == ScanOutcome::Ok);
        // white space around changes nothing, and moves the body against the 64-byte blocks it is
        // read in
        for (std::size_t shift = 1; shift <= 70; ++shift) {
            QCOMPARE(outcome(std::string(shift, ' ') + text + "\n"), expected);
        }
    }

    void judgesNul()
    {
        QCOMPARE(outcome("{\"a\":1}\0"sv), ScanOutcome::NotJson);
        QCOMPARE(outcome("{\"a\":\0}"sv), ScanOutcome::NotJson);
        QCOMPARE(outcome("{\0}"sv), ScanOutcome::NotJson);
        QCOMPARE(outcome("\0"sv), ScanOutcome::NotJson);
    }

    void everyCutOfABodyIsRefused()
    {
        const auto body =
            "{\"model\":\"m\\u0041\",\"messages\":[{\"role\":\"user\",\"content\":\"h\\\"i é\"}],"
            "\"stream\":true,\"n\":[1,{\"a\":null}]}"s;
        QCOMPARE(outcome(body), ScanOutcome::Ok);
        for (std::size_t size = 1; size < body.size(); ++size) {
            const ScanOutcome cut = outcome(std::string_view(body).substr(0, size));
            QVERIFY2(cut == ScanOutcome::NotJson || cut == ScanOutcome::InvalidUtf8,
                     body.substr(0, size).c_str());
        }
    }

    void depthIsBounded()
    {
        // the object itself is one level
        const auto wrap = [](const std::string &value) { return "{\"a\":" + value + "}"; };
        QCOMPARE(outcome(wrap(nested('[', ']', BodyScanner::MaxDepth - 1))), ScanOutcome::Ok);
        QCOMPARE(outcome(wrap(nested('[', ']', BodyScanner::MaxDepth))), ScanOutcome::NotJson);
        QCOMPARE(outcome(nested('[', ']', BodyScanner::MaxDepth)), ScanOutcome::NotAnObject);
        QCOMPARE(outcome(nested('[', ']', 1000000)), ScanOutcome::NotJson);
    }

    void scansLargeBodiesAndThenSmallOnes()
    {
        const std::string content(5000000, 'x');
        const std::string large =
            "{\"messages\":[{\"content\":\"" + content + "\"}],\"model\":\"big\"}";
        const ScanResult result = m_scanner.scan(large);
        QCOMPARE(result.outcome, ScanOutcome::Ok);
        QCOMPARE(result.fields.model, "big"sv);
        QCOMPARE(result.fields.messages.size, content.size() + 16);
        QCOMPARE(m_scanner.scan(R"({"model":"small"})").fields.model, "small"sv);
    }

    void longEscapedNames()
    {
        const std::string raw = "\\u0041" + std::string(3000000, 'b');
        const std::string body = "{\"model\":\"" + raw + "\"}";
        QCOMPARE(m_scanner.scan(body).fields.model.size(), std::size_t{3000001});
        QCOMPARE(m_scanner.scan(R"({"model":"\u0061"})").fields.model, "a"sv);
    }
};

QTEST_GUILESS_MAIN(TestBodyScanner)
#include "tst_bodyscanner.moc"
