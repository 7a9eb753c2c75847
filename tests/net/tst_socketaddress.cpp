// SPDX-License-Identifier: MIT
// Addresses and networks: what is loopback, what is inside, what is refused.
#include "core/net/socketaddress.h"

#include <QtTest>

#include <sys/un.h>

using namespace meridian::net;

class TestSocketAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void parsesLiteralsOnly()
    {
        const auto v4 = SocketAddress::parse("192.0.2.7", 8080);
        QVERIFY(v4.has_value());
        QCOMPARE(v4->host(), std::string("192.0.2.7"));
        QCOMPARE(int(v4->port()), 8080);
        QCOMPARE(v4->family(), AF_INET);
        auto v6 = SocketAddress::parse("2001:DB8:0:0::1", 443);
        QVERIFY(v6.has_value());
        QCOMPARE(v6->host(), std::string("2001:db8::1"));
        QCOMPARE(int(v6->port()), 443);
        v6->setPort(65535);
        QCOMPARE(int(v6->port()), 65535);
        for (const char *bad : {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ",
                                " 1.2.3.4", "01.2.3.4x", "[::1]", ":::1", "::1%lo", "1.2.3.4:80"}) {
            QVERIFY2(!SocketAddress::parse(bad, 1), bad);
        }
    }

    void copiesWhatTheKernelGives()
    {
        const auto parsed = *SocketAddress::parse("::1", 7);
        const SocketAddress copy(parsed.data(), parsed.size());
        QCOMPARE(copy.host(), std::string("::1"));
        QCOMPARE(int(copy.port()), 7);
        sockaddr_un path{};
        path.sun_family = AF_UNIX;
        const SocketAddress local(reinterpret_cast<sockaddr *>(&path), sizeof(path));
        QCOMPARE(local.host(), std::string("local"));
        QVERIFY(!local.isLoopback());
        QVERIFY(!SocketAddress().isLoopback());
        QCOMPARE(SocketAddress().host(), std::string("local"));
    }

    void mappedPeersLookLikeIPv4()
    {
        QCOMPARE(SocketAddress::parse("::ffff:192.0.2.7", 1)->host(), std::string("192.0.2.7"));
        QCOMPARE(SocketAddress::parse("::192.0.2.7", 1)->host(), std::string("::192.0.2.7"));
    }

    void isLoopback_data()
    {
        QTest::addColumn<bool>("expected");
        for (const char *text : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"}) {
            QTest::newRow(text) << true;
        }
        for (const char *text : {"126.255.255.255", "128.0.0.0", "0.0.0.0", "::", "::2",
                                 "::127.0.0.1", "::ffff:128.0.0.1", "fe80::1", "10.0.0.1"}) {
            QTest::newRow(text) << false;
        }
    }

    void isLoopback()
    {
        QFETCH(bool, expected);
        QCOMPARE(SocketAddress::parse(QTest::currentDataTag(), 1)->isLoopback(), expected);
    }

    void contains_data()
    {
        QTest::addColumn<QString>("network");
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *network, const char *address, bool expected) {
            QTest::addRow("%s in %s", address, network)
                << QString::fromLatin1(network) << QString::fromLatin1(address) << expected;
        };
        row("10.0.0.0/8", "10.255.255.255", true);
        row("10.0.0.0/8", "11.0.0.0", false);
        row("10.0.0.0/8", "::ffff:10.1.2.3", true);
        row("192.168.64.0/18", "192.168.127.255", true);
        row("192.168.64.0/18", "192.168.128.0", false);
        row("192.168.64.0/18", "192.168.63.255", false);
        row("192.0.2.7", "192.0.2.7", true);
        row("192.0.2.7", "192.0.2.6", false);
        row("192.0.2.6/31", "192.0.2.7", true);
        row("192.0.2.6/31", "192.0.2.8", false);
        row("192.0.2.7/8", "192.1.1.1", true); // host bits do not matter
        row("0.0.0.0/0", "255.1.2.3", true);
        row("0.0.0.0/0", "2001:db8::1", false);
        row("::/0", "2001:db8::1", true);
        row("fd00::/8", "fdff::1", true);
        row("fd00::/8", "fe00::1", false);
        row("2001:db8::/33", "2001:db8:7fff::1", true);
        row("2001:db8::/33", "2001:db8:8000::1", false);
        row("2001:db8::1/128", "2001:db8::1", true);
        row("2001:db8::1/128", "2001:db8::", false);
        row("::ffff:10.0.0.0/104", "10.9.9.9", true);
    }

    void contains()
    {
        QFETCH(QString, network);
        QFETCH(QString, address);
        QFETCH(bool, expected);
        const auto parsed = Network::parse(network.toStdString());
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->contains(*SocketAddress::parse(address.toStdString(), 80)), expected);
        QVERIFY(!parsed->contains(SocketAddress()));
    }

    void refusesWhatIsNoNetwork()
    {
        for (const char *bad :
             {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8",
              "10.0.0.0/8 ", "10.0.0.0/x", "::/129", "host/8", "10.0.0.0/99999999999"}) {
            QVERIFY2(!Network::parse(bad), bad);
        }
    }
};

QTEST_GUILESS_MAIN(TestSocketAddress)
#include "tst_socketaddress.moc"
