// SPDX-License-Identifier: MIT
// What the checker takes for JSON is what RFC 8259 does, compared with simdjson's full parser.
#include "core/json/checker.h"

#include <simdjson.h>

#include <QTest>

#include <memory>
#include <random>

using namespace meridian::json;

namespace {

bool isSound(std::string_view text)
{
    static Checker checker;
    const auto heap = std::make_unique<char[]>(text.size()); // a sanitizer sees every byte beyond
    std::copy(text.begin(), text.end(), heap.get());
    return checker.check({heap.get(), text.size()}).has_value();
}

bool simdjsonAgrees(const std::string &text)
{
    static simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

} // namespace

class TestChecker : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void verdicts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("sound");
        const auto good = [](const char *text) { QTest::newRow(text) << QByteArray(text) << true; };
        const auto bad = [](const char *text) { QTest::newRow(text) << QByteArray(text) << false; };
        good("{}");
        good(" [ ] ");
        good("null");
        good("\"x\"");
        good("-0.5e+10");
        good(R"({"a":[1,{"b":null}],"a":"\u00e9\n"})");
        good(R"(["\ud800"])"); // half a pair is grammar
        bad("");
        bad("  ");
        bad("{");
        bad("[1,]");
        bad("[,1]");
        bad("[1 2]");
        bad("{\"a\"}");
        bad("{\"a\":}");
        bad("{\"a\":1,}");
        bad("{1:2}");
        bad("{\"a\":1}}");
        bad("{} {}");
        bad("{}x");
        bad("[}");
        bad("nul");
        bad("nulll");
        bad("True");
        bad("NaN");
        bad("01");
        bad("+1");
        bad("1.");
        bad(".5");
        bad("1e");
        bad("0x1");
        bad("'a'");
        bad("\"a");
        bad("\"\\x\"");
        bad("\"\\u12g4\"");
        bad("\"\\u12\"");
        bad("\"a\nb\"");
        bad("\"a\tb\"");
        bad("\"\xFF\"");
        bad("\"\xC0\xAF\"");
        bad("\"\xED\xA0\x80\""); // a surrogate in UTF-8
        bad("\xEF\xBB\xBF{}");
        bad("{\"a\":1 // no\n}");
    }

    void verdicts()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, sound);
        QCOMPARE(isSound(text.toStdString()), sound);
    }

    void nulBytesAreNoWhiteSpace()
    {
        QVERIFY(!isSound(std::string_view("{}\0", 3)));
        QVERIFY(!isSound(std::string_view("[1\0]", 4)));
    }

    void depthHasALimit()
    {
        const auto nested = [](std::size_t depth) {
            return std::string(depth, '[') + std::string(depth, ']');
        };
        QVERIFY(isSound(nested(Checker::MaxDepth)));
        QVERIFY(!isSound(nested(Checker::MaxDepth + 1)));
        QVERIFY(!isSound(std::string(2'000'000, '[')));
        std::string objects;
        for (std::size_t i = 0; i < Checker::MaxDepth * 2; ++i) {
            objects.append("{\"a\":");
        }
        QVERIFY(!isSound(objects + "1" + std::string(Checker::MaxDepth * 2, '}')));
    }

    void largeTextsAndSmallOnesInTurn()
    {
        Checker checker;
        const std::string large = "[\"" + std::string(4'000'000, 'x') + "\"]";
        for (int i = 0; i < 3; ++i) {
            const auto value = checker.check(large);
            QVERIFY(value && value->raw().size() == large.size());
            const std::string small = "  [1] ";
            const auto other = checker.check(small);
            QVERIFY(other && other->raw() == "[1]");
            QVERIFY(!checker.check("["));
        }
    }

    void agreesWithSimdjson() // one byte of a sound text changed, left out, or put in
    {
        const std::string base =
            R"({"a":[1,-2.5e3,true,null,"x\u00e9\\"],"b":{"":{}},"c":"\ud83d\ude42 é","d":[[],[false]]})";
        const std::string_view bytes("{}[]:,\"\\ 0-.eEtfn\n\t\0u\xC3\xFF", 23);
        std::mt19937 random(7);
        int sound = 0;
        for (int i = 0; i < 60000; ++i) {
            std::string text = base;
            for (unsigned edits = 1 + random() % 2; edits > 0; --edits) {
                const std::size_t at = random() % text.size();
                const char byte = bytes[random() % bytes.size()];
                switch (random() % 3) {
                case 0:
                    text[at] = byte;
                    break;
                case 1:
                    text.erase(at, 1);
                    break;
                default:
                    text.insert(at, 1, byte);
                }
            }
            const bool ours = isSound(text);
            const bool theirs = simdjsonAgrees(text);
            // simdjson refuses lone surrogates, numbers beyond a double: we leave them to the
            // reader
            const bool mayDiffer = ours && (text.find("\\u") != std::string::npos ||
                                            text.find_first_of("eE") != std::string::npos);
            QVERIFY2(ours == theirs || mayDiffer,
                     qPrintable(QString::fromUtf8(QByteArray::fromStdString(text))));
            sound += ours ? 1 : 0;
        }
        QVERIFY(sound > 5000);
    }
};

QTEST_GUILESS_MAIN(TestChecker)
#include "tst_checker.moc"
