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

    void linesAsTheyCame()
    {
        const std::string raw = "a: 1\r\nb:2\r\nc:  3\r\nd: 4 \r\ne:\r\nF: 5: 6\r\n";
        HeaderMap map;
        map.rebase(raw.data());
        std::size_t at = 0;
        while (at < raw.size()) {
            const std::size_t colon = raw.find(':', at);
            const std::size_t end = raw.find("\r\n", at);
            const std::string_view all = raw;
            map.add(all.substr(at, colon - at), all.substr(colon + 1, end - colon - 1));
            at = end + 2;
        }
        QCOMPARE(map.size(), std::size_t{6});
        QVERIFY(map.line(0) == "a: 1\r\n");
        QVERIFY(map.line(5) == "F: 5: 6\r\n");
        for (const std::size_t odd : {1, 2, 3, 4}) {
            QVERIFY(map.line(odd).empty());
        }
    }

    /// Names that are told apart by more than their ends and length.
    void findsAmongNamesOfOneShape()
    {
        const std::string raw = "x-aa-id:1 x-bb-id:2 X-CC-ID:3 ";
        HeaderMap map;
        map.rebase(raw.data());
        for (std::size_t at = 0; at < raw.size(); at += 10) {
            map.add(std::string_view(raw).substr(at, 7), std::string_view(raw).substr(at + 8, 1));
        }
        QVERIFY(map.find("x-aa-id") == "1");
        QVERIFY(map.find("x-cc-id") == "3");
        QVERIFY(!map.find("x-dd-id"));
        QVERIFY(!map.find(""));
        map.clear();
        QVERIFY(!map.find("x-aa-id"));
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
