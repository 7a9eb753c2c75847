// SPDX-License-Identifier: MIT
// What a view of a JSON text says, against Qt's own parser and by hand.
#include "core/json/checker.h"
#include "core/json/jsonwriter.h"
#include "core/json/value.h"

#include <QTest>

#include <limits>

using namespace meridian::json;

namespace {

std::string jsonOf(std::string_view text)
{
    std::string out;
    appendString(out, text, Escape::NonAscii);
    return out;
}

} // namespace

class TestValue : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void kinds_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        const auto row = [](const char *text, Value::Kind kind) {
            QTest::newRow(text) << QByteArray(text) << static_cast<int>(kind);
        };
        row("", Value::Kind::Missing);
        row("null", Value::Kind::Null);
        row("true", Value::Kind::Boolean);
        row("false", Value::Kind::Boolean);
        row("-1e3", Value::Kind::Number);
        row("\"\"", Value::Kind::String);
        row("[]", Value::Kind::Array);
        row("{}", Value::Kind::Object);
    }

    void kinds()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, kind);
        const auto wanted = static_cast<Value::Kind>(kind);
        const std::string kept = text.toStdString();
        const Value view{std::string_view(kept)};
        QCOMPARE(view.kind(), wanted);
        QCOMPARE(view.isAbsent(), wanted == Value::Kind::Missing || wanted == Value::Kind::Null);
        QCOMPARE(view.isMissing(), wanted == Value::Kind::Missing);
        QCOMPARE(view.isString(), wanted == Value::Kind::String);
        QCOMPARE(view.isArray(), wanted == Value::Kind::Array);
        QCOMPARE(view.isObject(), wanted == Value::Kind::Object);
        QCOMPARE(view.isNumber(), wanted == Value::Kind::Number);
        QCOMPARE(view.isTrue(), text == "true");
        QCOMPARE(view.isFalse(), text == "false");
        QVERIFY(view["x"].isMissing());
        QCOMPARE(view.count(), std::size_t(0));
        if (wanted != Value::Kind::String) {
            QVERIFY(view.text().empty());
        }
        int told = 0;
        view.members([&told](Value, Value) { ++told; });
        view.elements([&told](Value) { ++told; });
        QCOMPARE(told, 0);
    }

    void membersInOrderAsTheyStood()
    {
        const std::string text =
            " { \"b\" : 1.50 , \"a\":[ 1 , {\"x\":\"]}\"} ] ,\"b\":\"\\u00e9\\\"\" ,\"\":null } ";
        Checker checker;
        const auto value = checker.check(text);
        QVERIFY(value.has_value());
        std::string seen;
        value->members([&](Value name, Value member) {
            seen.append(name.text()).append("=").append(member.raw()).append(";");
        });
        QCOMPARE(seen, std::string("b=1.50;a=[ 1 , {\"x\":\"]}\"} ];b=\"\\u00e9\\\"\";=null;"));
        QCOMPARE((*value)["b"].text(), std::string("\xC3\xA9\"")); // the last one
        QCOMPARE((*value)["a"].count(), std::size_t(2));
        QVERIFY((*value)[""].isAbsent() && !(*value)[""].isMissing());
        std::string elements;
        (*value)["a"].elements([&](Value each) { elements.append(each.raw()).append(";"); });
        QCOMPARE(elements, std::string("1;{\"x\":\"]}\"};"));
    }

    void escapedNames()
    {
        const std::string text = "{\"m\\u006fdel\":\"x\",\"mode\":\"y\"}";
        QCOMPARE(Value(text)["model"].text(), std::string("x"));
        QVERIFY(Value("\"\\u0061bc\"").is("abc"));
        QVERIFY(!Value("\"\\u0061bcd\"").is("abc"));
        QVERIFY(!Value("abc").is("abc"));
        QVERIFY(Value("\"\"").is(""));
        QVERIFY(!Value().is(""));
    }

    void texts_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << QByteArray("\"abc\"") << QByteArray("abc");
        QTest::newRow("escapes") << QByteArray("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")
                                 << QByteArray("\"\\/\b\f\n\r\t");
        QTest::newRow("pair") << QByteArray("\"\\ud83d\\ude42\"") << QByteArray("\xF0\x9F\x99\x82");
        QTest::newRow("high alone") << QByteArray("\"\\ud83dx\"") << QByteArray("\xEF\xBF\xBDx");
        QTest::newRow("low alone") << QByteArray("\"\\ude42\"") << QByteArray("\xEF\xBF\xBD");
        QTest::newRow("high twice") << QByteArray("\"\\ud83d\\ud83d\\ude42\"")
                                    << QByteArray("\xEF\xBF\xBD\xF0\x9F\x99\x82");
        QTest::newRow("nul") << QByteArray("\"\\u0000\"") << QByteArray(1, '\0');
        QTest::newRow("utf-8") << QByteArray("\"\xE6\x9D\xB1\"") << QByteArray("\xE6\x9D\xB1");
    }

    void texts()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, text);
        const std::string kept = json.toStdString();
        QCOMPARE(Value(kept).text(), text.toStdString());
        std::string appended = "x";
        Value(kept).appendText(appended);
        QCOMPARE(appended, "x" + text.toStdString());
        const std::string again = jsonOf(text.toStdString());
        QCOMPARE(Value(again).text(), text.toStdString()); // the writer says the same
    }

    void numbers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isNumber");
        QTest::addColumn<double>("number");
        QTest::addColumn<bool>("isInteger");
        QTest::addColumn<qint64>("integer");
        const auto row = [](const char *text, bool is, double number, bool whole, qint64 integer) {
            QTest::newRow(text) << QByteArray(text) << is << number << whole << integer;
        };
        row("0", true, 0, true, 0);
        row("-0", true, 0, true, 0);
        row("3.0", true, 3, true, 3);
        row("3.5", true, 3.5, false, 0);
        row("1e3", true, 1000, true, 1000);
        row("9223372036854775807", true, 9223372036854775807.0, true,
            std::numeric_limits<qint64>::max());
        row("-9223372036854775808", true, -9223372036854775808.0, true,
            std::numeric_limits<qint64>::min());
        row("9223372036854775808", true, 9223372036854775808.0, false, 0);
        row("9007199254740993.0", true, 9007199254740992.0, true, 9007199254740992);
        row("1e400", false, 0, false, 0);
        row("1e-400", false, 0, false, 0);
        row("\"1\"", false, 0, false, 0);
        row("null", false, 0, false, 0);
        row("[1]", false, 0, false, 0);
        row("", false, 0, false, 0);
    }

    void numbers()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, isNumber);
        QFETCH(double, number);
        QFETCH(bool, isInteger);
        QFETCH(qint64, integer);
        const std::string kept = text.toStdString();
        const Value value{std::string_view(kept)};
        QCOMPARE(value.number().has_value(), isNumber);
        QCOMPARE(value.integer().has_value(), isInteger);
        if (isNumber) {
            QCOMPARE(*value.number(), number);
        }
        if (isInteger) {
            QCOMPARE(qint64(*value.integer()), integer);
        }
    }
};

QTEST_GUILESS_MAIN(TestValue)
#include "tst_value.moc"
