// SPDX-License-Identifier: MIT
// Header fields: found by name in any case, in order, trimmed, and still right when the head moves.
#include "core/http/headermap.h"

#include <QtTest>

#include <string>

using namespace meridian::http;

class TestHeaderMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void findsInAnyCaseAndCounts()
    {
        const std::string raw = "Host: a\r\nX-Two:  \t one \t\r\nx-two: two\r\nEmpty:  \r\n";
        const auto part = [&raw](std::size_t at, std::size_t size) {
            return std::string_view(raw).substr(at, size);
        };
        HeaderMap map;
        map.rebase(raw.data());
        map.add(part(0, 4), part(5, 2));
        map.add(part(9, 5), part(15, 8));
        map.add(part(raw.find("x-two"), 5), part(raw.find(" two"), 4));
        map.add(part(raw.find("Empty"), 5), part(raw.find("Empty:") + 6, 2));
        QCOMPARE(map.size(), std::size_t{4});
        QVERIFY(map.find("host") == "a");
        QVERIFY(map.find("x-two") == "one"); // the first, trimmed
        QVERIFY(map[2].name == "x-two" && map[2].value == "two");
        QVERIFY(map.find("empty") == "");
        QVERIFY(!map.find("hos"));
        QVERIFY(!map.find("hostt"));
        QCOMPARE(map.count("x-two"), std::size_t{2});
        QCOMPARE(map.count("absent"), std::size_t{0});

        const std::string moved = raw;
        map.rebase(moved.data());
        QVERIFY(map[0].value.data() == moved.data() + 6);
        QVERIFY(map.find("x-two") == "one");

        map.clear();
        QCOMPARE(map.size(), std::size_t{0});
        QVERIFY(!map.find("host"));
    }

    void comparesWithoutCase()
    {
        QVERIFY(equalsIgnoreCase("KEEP-Alive", "keep-alive"));
        QVERIFY(equalsIgnoreCase("", ""));
        QVERIFY(!equalsIgnoreCase("keep-aliv", "keep-alive"));
        QVERIFY(!equalsIgnoreCase("[", "{")); // only letters fold
        QVERIFY(!equalsIgnoreCase("\xC4", "\xE4"));
    }

    void listContains_data()
    {
        QTest::addColumn<QByteArray>("list");
        QTest::addColumn<bool>("expected");
        QTest::newRow("alone") << QByteArray("close") << true;
        QTest::newRow("case") << QByteArray("CLOSE") << true;
        QTest::newRow("first") << QByteArray("close, te") << true;
        QTest::newRow("middle") << QByteArray("te ,\tClose\t, x") << true;
        QTest::newRow("last, empties before") << QByteArray(",, ,close") << true;
        QTest::newRow("prefix") << QByteArray("closed") << false;
        QTest::newRow("suffix") << QByteArray("x-close") << false;
        QTest::newRow("two words") << QByteArray("close now") << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("commas") << QByteArray(",,,") << false;
    }

    void listContains()
    {
        QFETCH(QByteArray, list);
        QFETCH(bool, expected);
        QCOMPARE(
            meridian::http::listContains({list.constData(), std::size_t(list.size())}, "close"),
            expected);
    }
};

QTEST_GUILESS_MAIN(TestHeaderMap)
#include "tst_headermap.moc"
