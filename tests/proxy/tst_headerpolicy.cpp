// SPDX-License-Identifier: MIT
// Which fields cross the gateway, in each direction.
#include "core/proxy/headerpolicy.h"

#include <QtTest>

#include <string>

using namespace meridian;
using namespace meridian::proxy;

namespace {

struct NoBody final : http::BodySink
{
    void onBodyBytes(std::string_view) override {}
};

std::string afterRequest(const std::string &fields, bool backendHasCredential = false)
{
    http::MessageParser parser(http::MessageParser::Kind::Request, {});
    NoBody sink;
    parser.feed("GET / HTTP/1.1\r\nHost: client.test\r\n" + fields + "\r\n", sink);
    if (parser.state() == http::MessageParser::State::Failed) {
        qFatal("the test's request is malformed: %s", parser.faultReason());
    }
    std::string out = "kept: before\r\n";
    appendRequestHeaders(out, parser.head(), {.keys = backendHasCredential});
    return out.substr(14);
}

std::string afterResponse(const std::string &fields)
{
    http::MessageParser parser(http::MessageParser::Kind::Response, {});
    NoBody sink;
    parser.feed("HTTP/1.1 200 OK\r\n" + fields + "\r\n", sink);
    if (parser.state() == http::MessageParser::State::Failed) {
        qFatal("the test's response is malformed: %s", parser.faultReason());
    }
    std::string out;
    appendResponseHeaders(out, parser.head());
    return out;
}

} // namespace

class TestHeaderPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void dropped_data()
    {
        QTest::addColumn<bool>("fromRequest");
        QTest::addColumn<bool>("fromResponse");
        for (const char *line :
             {"Connection: keep-alive", "KEEP-ALIVE: timeout=5", "TE: trailers", "Trailer: X",
              "Upgrade: h2c", "Proxy-Connection: keep-alive",
              "Proxy-Authorization: Basic eA==", "Proxy-Authenticate: Basic",
              "HTTP2-Settings: AAMAAABk", "Content-Length: 0", "Transfer-Encoding: chunked",
              "X-Meridian-Hops: 3", "X-MERIDIAN-A: 1", "x-meridian-anything: 1"}) {
            QTest::newRow(line) << true << true;
        }
        for (const char *line : {"Expect: 100-continue", "Accept-Encoding: gzip"}) {
            QTest::newRow(line) << true << false;
        }
        for (const char *line : {"Content-Type: application/json", "Accept: */*", "X-Custom: a, b",
                                 "Cookie: a=b", "User-Agent: x", "X-Meridia: 1", "Traileri: 1",
                                 "Authorization: Bearer sk-abc", "Date: today"}) {
            QTest::newRow(line) << false << false;
        }
    }

    void dropped()
    {
        QFETCH(bool, fromRequest);
        QFETCH(bool, fromResponse);
        const std::string line = std::string(QTest::currentDataTag()) + "\r\n";
        QCOMPARE(afterRequest(line), fromRequest ? std::string() : line);
        QCOMPARE(afterResponse(line), fromResponse ? std::string() : line);
    }

    void orderAndRepetitionAreKept()
    {
        const std::string fields = "B: 1\r\nA: 2\r\nB: 3\r\n";
        QCOMPARE(afterRequest(fields), fields);
        QCOMPARE(afterResponse(fields), fields);
    }

    void spellingsBecomeOne()
    {
        const std::string fields = "A:1\r\nB:  2\r\nC: 3 \t\r\nD:\r\nE: \r\nF:\t6\r\nG: 7: 8\r\n";
        const std::string usual = "A: 1\r\nB: 2\r\nC: 3\r\nD: \r\nE: \r\nF: 6\r\nG: 7: 8\r\n";
        QCOMPARE(afterRequest(fields), usual);
        QCOMPARE(afterResponse(fields), usual);
    }

    void whatConnectionNamesStaysHere_data()
    {
        QTest::addColumn<QString>("connection");
        for (const char *lines :
             {"Connection: X-Hop\r\n", "Connection: close, x-hop\r\n", "connection: ,X-HOP ,te\r\n",
              "Connection: close\r\nConnection: x-hop\r\n",
              "Connection: keep-alive\r\nX-Between: 1\r\nConnection: x-other, x-hop\r\n"}) {
            QTest::newRow(lines) << QString::fromLatin1(lines);
        }
    }

    void whatConnectionNamesStaysHere()
    {
        QFETCH(QString, connection);
        const std::string fields = connection.toStdString() + "X-Hop: secret\r\nX-Hopp: 2\r\n";
        for (const std::string &out : {afterRequest(fields), afterResponse(fields)}) {
            QVERIFY(out.find("secret") == std::string::npos);
            QVERIFY(out.find("X-Hopp: 2\r\n") != std::string::npos);
        }
    }

    void credentials()
    {
        const std::string own = "Authorization: Bearer sk-abc\r\n";
        QCOMPARE(afterRequest(own, true), std::string()); // the backend's own goes instead
        QCOMPARE(afterRequest("AUTHORIZATION: Bearer mrdn_abc\r\n"), std::string());
        QCOMPARE(afterRequest("Authorization: Bearer xmrdn_abc\r\n"),
                 std::string("Authorization: Bearer xmrdn_abc\r\n"));
    }

    void requestIdsDoNotMix()
    {
        QCOMPARE(afterRequest("X-Request-Id: mine\r\n"), std::string());
        QCOMPARE(afterResponse("X-Request-ID: theirs\r\n"),
                 std::string("x-upstream-request-id: theirs\r\n"));
    }
};

QTEST_GUILESS_MAIN(TestHeaderPolicy)
#include "tst_headerpolicy.moc"
