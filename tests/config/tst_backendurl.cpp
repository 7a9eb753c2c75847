// SPDX-License-Identifier: MIT
// Addresses of backends and networks: accepted forms, refused forms, paid clouds.
#include "core/config/backendurl.h"
#include "core/config/network.h"

#include <QTest>

using namespace meridian::config;

class TestBackendUrl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void knowsPaidHosts();
    void readsNetworks_data();
    void readsNetworks();
};

void TestBackendUrl::accepts_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("https");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *url, bool https, const char *host, int port, const char *path,
                        const char *text) {
        QTest::newRow(url) << QString::fromLatin1(url) << https << QString::fromLatin1(host) << port
                           << QString::fromLatin1(path) << QString::fromLatin1(text);
    };
    row("http://h", false, "h", 80, "", "http://h");
    row("http://h/", false, "h", 80, "", "http://h");
    row("http://h:9001///", false, "h", 9001, "", "http://h:9001");
    row("https://API.Example.com/x/y/", true, "api.example.com", 443, "/x/y",
        "https://API.Example.com/x/y");
    row("http://10.0.0.1:65535", false, "10.0.0.1", 65535, "", "http://10.0.0.1:65535");
    row("https://[::1]:8443/a", true, "::1", 8443, "/a", "https://[::1]:8443/a");
    row("http://[FD00::1]", false, "fd00::1", 80, "", "http://[FD00::1]");
    row("http://h/v1", false, "h", 80, "", "http://h");
    row("http://h/openai/v1/", false, "h", 80, "/openai", "http://h/openai");
    row("http://h/v10", false, "h", 80, "/v10", "http://h/v10");
    row("http://backend_fast:9001", false, "backend_fast", 9001, "", "http://backend_fast:9001");
    row("http://svc.cluster.local.", false, "svc.cluster.local.", 80, "",
        "http://svc.cluster.local.");
}

void TestBackendUrl::accepts()
{
    QFETCH(QString, url);
    const auto parsed = parseBackendUrl(url.toStdString());
    QVERIFY2(parsed, parsed ? "" : parsed.error().c_str());
    QTEST(parsed->isHttps, "https");
    QTEST(QString::fromStdString(parsed->host), "host");
    QTEST(int{parsed->port}, "port");
    QTEST(QString::fromStdString(parsed->basePath), "path");
    QTEST(QString::fromStdString(parsed->text), "text");
    QCOMPARE(parsed->hadVersionPath,
             url.contains(QLatin1String("/v1")) && !url.endsWith(QLatin1String("/v10")));
}

void TestBackendUrl::refuses_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QString>("reason");
    const auto rows = [](const char *reason, std::initializer_list<QByteArray> urls) {
        for (const QByteArray &url : urls) {
            QTest::newRow(url.toPercentEncoding().constData())
                << url << QString::fromLatin1(reason);
        }
    };
    rows("must not be empty", {""});
    rows("must start with http:// or https://", {"h:80", "ftp://h", "//h", "HTTP://h", "https:/h"});
    rows("the host is missing", {"http://", "http:///x", "http://:80"});
    rows("the host is not a valid name or address",
         {"http://a b", "http://-a", "http://a..b", "http://256.1.1.1", "http://1.2.3",
          "http://h\r\nx", QByteArray("http://1.2.3.4\0.x", 18), "http://\xc3\xa4", "http://h\\x"});
    rows("the address in brackets is not IPv6",
         {"http://[1.2.3.4]", "http://[::1", "http://[]", "http://[fe80::1%eth0]",
          QByteArray("http://[::1\0x]", 14)});
    rows("unexpected text after the address in brackets", {"http://[::1]x"});
    rows("an IPv6 address must stand in brackets", {"http://::1", "http://fd00::1/x"});
    rows("the port must be between 1 and 65535", {"http://h:", "http://h:0", "http://h:65536",
                                                  "http://h:-1", "http://h:8o", "http://[::1]:"});
    rows("must not hold a user name or password; use auth_header",
         {"http://u:p@h", "http://u@h:80/x"});
    rows("must not have a query or fragment", {"http://h?x=1", "http://h/x?y", "http://h/#z"});
    rows("the path holds characters that must be percent-encoded",
         {"http://h/a b", "http://h/a\r\nX: y", "http://h/\"", "http://h/\xc3\xa4"});
    rows("must not be longer than 2048 bytes", {"http://h/" + QByteArray(2048, 'a')});
}

void TestBackendUrl::refuses()
{
    QFETCH(QByteArray, url);
    const auto parsed = parseBackendUrl({url.constData(), static_cast<std::size_t>(url.size())});
    QVERIFY(!parsed);
    QTEST(QString::fromStdString(parsed.error()), "reason");
}

void TestBackendUrl::knowsPaidHosts()
{
    for (const char *host : {"api.openai.com", "api.openai.com.", "api.anthropic.com",
                             "generativelanguage.googleapis.com", "x.openai.azure.com",
                             "inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com"}) {
        QVERIFY2(isPaidHost(host), host);
    }
    for (const char *host : {"localhost", "openai.com", "api.openai.com.evil.test",
                             "googleapis.com", "notgoogleapis.com", "10.0.0.1", ""}) {
        QVERIFY2(!isPaidHost(host), host);
    }
}

void TestBackendUrl::readsNetworks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected"); // starts with ! when refused
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(expected);
    };
    row("10.0.0.0/8", "10.0.0.0/8");
    row("10.1.2.3/8", "10.0.0.0/8");
    row("192.168.1.7", "192.168.1.7/32");
    row("::1", "::1/128");
    row("FD00::/8", "fd00::/8");
    row("fd12:3456::1/20", "fd12:3000::/20");
    row("0.0.0.0/0", "0.0.0.0/0");
    row("::/0", "::/0");
    row("10.0.0.0/33", "!the prefix length must be between 0 and 32");
    row("::/129", "!the prefix length must be between 0 and 128");
    row("10.0.0.0/", "!the prefix length must be between 0 and 32");
    row("10.0.0.0/-1", "!the prefix length must be between 0 and 32");
    row("10.0.0", "!expected an address or a network such as 10.0.0.0/8");
    row("localhost", "!expected an address or a network such as 10.0.0.0/8");
    row("", "!expected an address or a network such as 10.0.0.0/8");
}

void TestBackendUrl::readsNetworks()
{
    QFETCH(QString, text);
    const auto network = parseNetwork(text.toStdString());
    const QString found = QString::fromStdString(network ? network->text : '!' + network.error());
    QTEST(found, "expected");
    if (network) {
        QCOMPARE(network->isEverything, found.endsWith(QLatin1String("/0")));
        QCOMPARE(network->hadHostBits,
                 text == QLatin1String("10.1.2.3/8") || text.startsWith(QLatin1String("fd12")));
    }
}

QTEST_GUILESS_MAIN(TestBackendUrl)
#include "tst_backendurl.moc"
