// SPDX-License-Identifier: MIT
// JsonWriter: order kept, commas right, every byte string becomes valid JSON.
#include "core/json/jsonwriter.h"
#include "core/json/utf8.h"

#include <QJsonDocument>
#include <QTest>

#include <limits>
#include <string>

using namespace meridian::json;

class TestJsonWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOrderAndIsCompact();
    void nesting();
    void decimals();
    void everyByteIsValidJson();
    void everyCodePointRoundTrips();
};

void TestJsonWriter::keepsOrderAndIsCompact()
{
    JsonWriter out;
    out.beginObject().string("z", "1").integer("a", -5).boolean("m", true).null("b").endObject();
    QCOMPARE(out.take(), std::string(R"({"z":"1","a":-5,"m":true,"b":null})"));
    QVERIFY(out.text().empty());
}

void TestJsonWriter::nesting()
{
    JsonWriter out;
    out.beginArray().beginObject().endObject().beginArray().endArray();
    out.beginObject().key("k").beginArray().integer(1).integer(2).endArray().null("l").endObject();
    out.string("é\n").endArray();
    QCOMPARE(out.take(), std::string("[{},[],{\"k\":[1,2],\"l\":null},\"é\\n\"]"));
}

void TestJsonWriter::decimals()
{
    JsonWriter out;
    out.beginArray();
    for (const double value :
         {0.0, 12.0, 12.5, 12.344, 12.345001, -0.05, 1e300, std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()}) {
        out.decimal(value);
    }
    QCOMPARE(out.endArray().take(),
             std::string("[0.0,12.0,12.5,12.34,12.35,-0.05,null,null,null]"));
}

void TestJsonWriter::everyByteIsValidJson()
{
    for (const Escape escape : {Escape::NonAscii, Escape::ControlsOnly}) {
        for (int first = 0; first < 256; ++first) {
            for (int second = 0; second < 256; ++second) {
                const std::string text{static_cast<char>(first), static_cast<char>(second)};
                std::string out = "[";
                appendString(out, text, escape);
                out += ']';
                QJsonParseError error;
                const QJsonDocument parsed =
                    QJsonDocument::fromJson(QByteArray::fromStdString(out), &error);
                QVERIFY2(parsed.isArray(), out.c_str());
                const QString expected = QString::fromUtf8(text.data(), 2);
                if (!expected.contains(QChar::ReplacementCharacter)) {
                    QCOMPARE(parsed[0].toString(), expected);
                } else { // how many replacements a cut sequence gets is a matter of taste
                    QVERIFY2(parsed[0].toString().contains(QChar::ReplacementCharacter),
                             out.c_str());
                }
            }
        }
    }
}

void TestJsonWriter::everyCodePointRoundTrips()
{
    for (char32_t point = 1; point <= 0x10FFFF; point += point < 0x3000 ? 1 : 97) {
        if (point >= 0xD800 && point < 0xE000) {
            continue;
        }
        const QByteArray bytes = QString::fromUcs4(&point, 1).toUtf8();
        const CodePoint decoded =
            decodeUtf8({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        QVERIFY(decoded.isValid);
        QCOMPARE(decoded.value, point);
        QCOMPARE(decoded.size, static_cast<std::size_t>(bytes.size()));
    }
}

QTEST_GUILESS_MAIN(TestJsonWriter)
#include "tst_jsonwriter.moc"
