// SPDX-License-Identifier: MIT
// What JSON escapes mean, and which are none.
#include "core/json/unescape.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

using namespace meridian;

class TestUnescape : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void means_data()
    {
        QTest::addColumn<QByteArray>("raw");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("plain") << QByteArray("gpt-4o") << QByteArray("gpt-4o");
        QTest::newRow("short forms")
            << QByteArray(R"(\"\\\/\b\f\n\r\t)") << QByteArray("\"\\/\b\f\n\r\t");
        QTest::newRow("ascii") << QByteArray(R"(\u006dodel)") << QByteArray("model");
        QTest::newRow("two bytes")
            << QByteArray(R"(\u00e9\u00E9)") << QByteArray("\xC3\xA9\xC3\xA9");
        QTest::newRow("three bytes") << QByteArray(R"(\u20ac)") << QByteArray("\xE2\x82\xAC");
        QTest::newRow("pair") << QByteArray(R"(\ud83d\ude00)") << QByteArray("\xF0\x9F\x98\x80");
        QTest::newRow("nul") << QByteArray(R"(a\u0000b)") << QByteArray("a\0b", 3);
        QTest::newRow("high half") << QByteArray(R"(\ud83dx)") << QByteArray("\xEF\xBF\xBDx");
        QTest::newRow("low half") << QByteArray(R"(\ude00)") << QByteArray("\xEF\xBF\xBD");
        QTest::newRow("two high halves, then a low")
            << QByteArray(R"(\ud83d\ud83d\ude00)") << QByteArray("\xEF\xBF\xBD\xF0\x9F\x98\x80");
        QTest::newRow("high half, then another") << QByteArray(R"(\ud83d\u0041)")
                                                 << QByteArray("\xEF\xBF\xBD"
                                                               "A");
    }

    void means()
    {
        QFETCH(QByteArray, raw);
        QFETCH(QByteArray, text);
        std::string out = "x";
        QVERIFY(json::appendUnescaped(out, raw.toStdString()));
        QCOMPARE(QByteArray::fromStdString(out), "x" + text);
    }

    void agreesWithQtOnEveryUnit()
    {
        for (int unit = 0; unit < 0x10000; ++unit) {
            if (unit >= 0xD800 && unit <= 0xDFFF) {
                continue;
            }
            const QByteArray raw = "\\u" + QByteArray::number(unit, 16).rightJustified(4, '0');
            const auto document = QJsonDocument::fromJson("[\"" + raw + "\"]");
            std::string out;
            QVERIFY(json::appendUnescaped(out, raw.toStdString()));
            QCOMPARE(QByteArray::fromStdString(out), document.array().at(0).toString().toUtf8());
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("raw");
        for (const char *raw : {"\\", "a\\", "\\x41", "\\u", "\\u12", "\\u123", "\\u12g4",
                                "\\U0041", "\\'", "\\ud83d\\u12", "\\ud83d\\"}) {
            QTest::newRow(raw) << QByteArray(raw);
        }
    }

    void refuses()
    {
        QFETCH(QByteArray, raw);
        std::string out;
        QVERIFY(!json::appendUnescaped(out, raw.toStdString()));
    }
};

QTEST_GUILESS_MAIN(TestUnescape)
#include "tst_unescape.moc"
