// SPDX-License-Identifier: MIT
// The test tools tested on each other: what a fake backend does is what a raw client sees.
#include "tests/support/fakeupstream.h"
#include "tests/support/rawclient.h"
#include "tests/support/testcertificates.h"

#include <QTest>

using namespace meridian::support;

class TstTestSupport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsAreRecordedByteForByte();
    void chunkedBodiesAreRead();
    void keepAliveAndPipelining();
    void cutAnswersAreSeenAsCut();
    void droppedConnectionsAreSeen();
    void headHasNoBody();
    void interimResponsesAreListed();
    void gatesHoldAnswersBack();
    void peerCloseIsTimed();
    void stopRefusesAndRestartServes();
    void refusingAndSilentPorts();
    void tlsWithResumption();
    void closeDelimitedBodies();
    void slowReaderBlocksTheServer();
};

void TstTestSupport::requestsAreRecordedByteForByte()
{
    FakeUpstream server;
    RawClient client(server.port());
    const HttpResponse response = client.exchange("POST", "/v1/x?q=1", "{ \"a\" : 1.0 }",
                                                  {{"X-Odd", "v"}, {"Expect", "100-continue"}});
    QVERIFY2(response.isComplete(), response.problem.c_str());
    QCOMPARE(response.status, 200);
    QCOMPARE(response.interim, std::vector<int>{100});
    const auto requests = server.log.requests();
    QCOMPARE(requests.size(), std::size_t(1));
    QCOMPARE(requests[0].target, std::string("/v1/x?q=1"));
    QCOMPARE(requests[0].body, std::string("{ \"a\" : 1.0 }"));
    QCOMPARE(requests[0].header("x-odd"), std::string("v"));
}

void TstTestSupport::chunkedBodiesAreRead()
{
    FakeUpstream server;
    server.enqueue(Reply::chunks("text/plain", {"ab", "cde"}));
    RawClient client(server.port());
    QVERIFY(client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
    QVERIFY(client.sendByteByByte(chunked("hello world", 4)));
    const HttpResponse response = client.readResponse();
    QCOMPARE(response.body, std::string("abcde"));
    QCOMPARE(response.chunkSizes, (std::vector<std::size_t>{2, 3}));
    QCOMPARE(server.log.requests().at(0).body, std::string("hello world"));
}

void TstTestSupport::keepAliveAndPipelining()
{
    FakeUpstream server;
    server.enqueue(Reply::json("1"));
    server.enqueue(Reply::json("2"));
    RawClient client(server.port());
    QVERIFY(client.send(RawClient::request("GET", "/a") + RawClient::request("GET", "/b")));
    QCOMPARE(client.readResponse("GET").body, std::string("1"));
    QCOMPARE(client.readResponse("GET").body, std::string("2"));
    QCOMPARE(server.log.connections().size(), std::size_t(1));
}

void TstTestSupport::cutAnswersAreSeenAsCut()
{
    FakeUpstream server;
    server.enqueue(Reply::json("0123456789").cutAfter(75, Ending::Close));
    RawClient client(server.port());
    const HttpResponse response = client.exchange("GET", "/");
    QCOMPARE(response.status, 200);
    QVERIFY(!response.isComplete());
}

void TstTestSupport::droppedConnectionsAreSeen()
{
    FakeUpstream server;
    server.enqueue(Reply::hangUp(Ending::Reset));
    RawClient first(server.port());
    QVERIFY(first.send(RawClient::request("GET", "/")));
    QCOMPARE(first.readToEnd(), IoStatus::Reset);
    server.enqueue(Reply::hangUp(Ending::Close));
    RawClient second(server.port());
    QVERIFY(second.send(RawClient::request("GET", "/")));
    QCOMPARE(second.readToEnd(), IoStatus::Closed);
    server.setAcceptMode(AcceptMode::ResetAtOnce);
    RawClient third(server.port());
    QCOMPARE(third.readToEnd(), IoStatus::Reset);
    server.setAcceptMode(AcceptMode::DropAfterHead);
    RawClient fourth(server.port());
    QVERIFY(fourth.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"));
    QCOMPARE(fourth.readToEnd(), IoStatus::Reset);
}

void TstTestSupport::headHasNoBody()
{
    FakeUpstream server;
    server.enqueue(Reply::json("12345"));
    RawClient client(server.port());
    const HttpResponse response = client.exchange("HEAD", "/");
    QCOMPARE(response.header("content-length"), std::string("5"));
    QCOMPARE(client.exchange("GET", "/v1/models").status, 200);
    QCOMPARE(server.log.healthCheckCount(), std::size_t(1));
}

void TstTestSupport::interimResponsesAreListed()
{
    FakeUpstream server;
    server.enqueue(Reply::json("1").precededBy("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"));
    RawClient client(server.port());
    const HttpResponse response = client.exchange("GET", "/");
    QCOMPARE(response.interim, std::vector<int>{103});
    QCOMPARE(response.body, std::string("1"));
}

void TstTestSupport::gatesHoldAnswersBack()
{
    FakeUpstream server;
    const SharedGate gate = makeGate();
    server.enqueue(
        Reply::chunkedHead("text/plain").sendChunk("a").await(gate).sendChunk("b").endChunks());
    RawClient client(server.port());
    QVERIFY(client.send(RawClient::request("GET", "/")));
    QVERIFY(client.readUntil("a\r\n"));
    QCOMPARE(client.readSome(20ms), IoStatus::TimedOut);
    gate->open();
    QCOMPARE(client.readResponse("GET").body, std::string("ab"));
}

void TstTestSupport::peerCloseIsTimed()
{
    FakeUpstream server;
    server.enqueue(Reply::never());
    RawClient client(server.port());
    QVERIFY(client.send(RawClient::request("GET", "/")));
    QVERIFY(server.log.waitForRequests(1));
    QVERIFY(!server.log.waitForPeerClose(0, 10ms));
    const auto before = Clock::now();
    client.close();
    const auto closed = server.log.waitForPeerClose(0);
    QVERIFY(closed.has_value());
    QVERIFY(*closed >= before);
}

void TstTestSupport::stopRefusesAndRestartServes()
{
    FakeUpstream server;
    RawClient client(server.port());
    QCOMPARE(client.exchange("GET", "/").status, 200);
    for (int round = 0; round < 5; ++round) {
        server.stop();
        QVERIFY(!RawClient(server.port()).isOpen());
        QVERIFY(server.restart());
        QCOMPARE(RawClient(server.port()).exchange("GET", "/").status, 200);
    }
    QVERIFY(client.readToEnd() != IoStatus::TimedOut);
}

void TstTestSupport::refusingAndSilentPorts()
{
    const RefusingPort refusing;
    const auto portOf = [](const std::string &url) {
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    };
    const auto start = Clock::now();
    QVERIFY(!RawClient(portOf(refusing.url())).isOpen());
    QVERIFY(Clock::now() - start < 5s);
    const SilentPort silent;
    QVERIFY(!RawClient(portOf(silent.url()), 200ms).isOpen());
}

void TstTestSupport::tlsWithResumption()
{
    TestCertificates certificates;
    QVERIFY2(certificates.make(), certificates.problem().c_str());
    const SslContext serverContext = certificates.serverContext();
    const SslContext clientContext = certificates.clientContext();
    FakeUpstream server;
    server.useTls(serverContext.get());
    RawClient first(server.port());
    QVERIFY(first.startTls(clientContext.get()));
    QCOMPARE(first.exchange("GET", "/").status, 200);
    SSL_SESSION *session = SSL_get1_session(first.stream().tls());
    RawClient second(server.port());
    QVERIFY(second.startTls(clientContext.get(), "localhost", session));
    SSL_SESSION_free(session);
    QCOMPARE(second.exchange("GET", "/").status, 200);
    QVERIFY(!server.log.connections().at(0).tlsResumed);
    QVERIFY(server.log.connections().at(1).tlsResumed);
    RawClient wrong(server.port());
    QVERIFY(!wrong.startTls(clientContext.get(), "other.example"));
}

void TstTestSupport::closeDelimitedBodies()
{
    FakeUpstream server;
    server.enqueue(Reply::closeDelimited("text/plain", "until the end"));
    RawClient client(server.port());
    const HttpResponse response = client.exchange("GET", "/");
    QVERIFY(response.isComplete());
    QVERIFY(response.endedByClose);
    QCOMPARE(response.body, std::string("until the end"));
}

void TstTestSupport::slowReaderBlocksTheServer()
{
    FakeUpstream server;
    const std::string piece(65536, 'x');
    server.enqueue(Reply::chunkedHead("text/plain").sendChunk(piece, 800).endChunks());
    RawClient client(server.port(), Patient, 4096);
    QVERIFY(client.send(RawClient::request("GET", "/")));
    QVERIFY(client.readAtLeast(1000));
    QVERIFY(!server.log.waitForWritten(40U << 20, 200ms));
    const HttpResponse response = client.readResponse("GET", 30s);
    QVERIFY2(response.isComplete(), response.problem.c_str());
    QCOMPARE(response.body.size(), std::size_t(800) * 65536);
}

QTEST_GUILESS_MAIN(TstTestSupport)
#include "tst_testsupport.moc"
