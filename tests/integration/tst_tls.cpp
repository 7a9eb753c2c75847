// SPDX-License-Identifier: MIT
// Promise: with gateway.tls the listener speaks TLS, and only TLS, as well as it speaks plain.
#include "tests/support/scenario.h"
#include "tests/support/testcertificates.h"

#include <QTest>

using namespace meridian::support;

class TstTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void requestsAndStreamsPass();
    void largeBodiesPass();
    void opensslCommandConnects();
    void plainBytesAreRefused();
    void halfHandshakesTimeOut();
    void oldProtocolsAreRefused();
    void sessionsResume();
    void badCertificateStopsTheStart();

private:
    [[nodiscard]] bool startTls(Scenario &scenario) const;

    TestCertificates m_certificates;
    SslContext m_client;
};

void TstTls::initTestCase()
{
    QVERIFY2(m_certificates.make(), m_certificates.problem().c_str());
    m_client = m_certificates.clientContext();
}

bool TstTls::startTls(Scenario &scenario) const
{
    scenario.config.set("gateway", "tls",
                        "{cert: " + m_certificates.certificate() +
                            ", key: " + m_certificates.key() + "}");
    return scenario.start();
}

void TstTls::requestsAndStreamsPass()
{
    Scenario scenario;
    scenario.addBackend("a");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    QVERIFY(scenario.gateway.process().standardOutput().find(
                "meridian: serving on https://127.0.0.1:") != std::string::npos);
    RawClient client = scenario.connect();
    QVERIFY(client.startTls(m_client.get()));
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody).body,
                 completionBody());
        const HttpResponse stream =
            client.exchange("POST", Scenario::ChatPath, Scenario::StreamBody);
        VERIFY_COMPLETE(stream);
        QVERIFY(stream.body.ends_with(DoneEvent));
    }
    QCOMPARE(client.exchange("GET", "/meridian/status").status, 200);
    client.close();
    QCOMPARE(scenario.stop(), 0);
}

void TstTls::largeBodiesPass()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    const std::string answer(5 << 20, 'y');
    backend.setHandler(
        [&](const RecordedRequest &) { return Reply::of(200, "text/plain", answer); });
    const std::string body = R"({"model":"test-model","x":")" + std::string(5 << 20, 'x') + "\"}";
    RawClient client = scenario.connect();
    QVERIFY(client.startTls(m_client.get()));
    const HttpResponse response = client.exchange("POST", Scenario::ChatPath, body, {}, 60s);
    VERIFY_COMPLETE(response);
    QVERIFY(response.body == answer);
    QVERIFY(backend.log.requests().at(0).body == body);
}

void TstTls::opensslCommandConnects()
{
    Scenario scenario;
    scenario.addBackend("a");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    const Finished done =
        runProcess({"sh", "-c",
                    "printf 'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: "
                    "close\\r\\n\\r\\n' | openssl s_client -quiet -ign_eof "
                    "-verify_return_error -servername localhost -CAfile " +
                        m_certificates.authority() +
                        " -connect 127.0.0.1:" + std::to_string(scenario.gateway.port())});
    QCOMPARE(done.exitCode.value_or(-1), 0);
    QVERIFY2(done.output.starts_with("HTTP/1.1 200"), (done.output + done.error).c_str());
}

void TstTls::plainBytesAreRefused()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    RawClient plain = scenario.connect();
    (void)plain.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody));
    QVERIFY(plain.readToEnd() != IoStatus::TimedOut);
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    RawClient client = scenario.connect();
    QVERIFY(client.startTls(m_client.get()));
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
}

void TstTls::halfHandshakesTimeOut()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "head_timeout_s", "1");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    RawClient silent = scenario.connect();
    RawClient half = scenario.connect();
    QVERIFY(half.send(std::string("\x16\x03\x01\x02\x00\x01", 6)));
    QVERIFY2(silent.readToEnd() != IoStatus::TimedOut, "a connection without a handshake stays");
    QVERIFY2(half.readToEnd() != IoStatus::TimedOut, "half a handshake stays");
}

void TstTls::oldProtocolsAreRefused()
{
    Scenario scenario;
    scenario.addBackend("a");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    const SslContext old = m_certificates.clientContext();
    SSL_CTX_set_security_level(old.get(), 0);
    SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
    RawClient client = scenario.connect();
    QVERIFY(!client.startTls(old.get()));
}

void TstTls::sessionsResume()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("gateway", "workers", "1");
    QVERIFY2(startTls(scenario), scenario.gateway.problem().c_str());
    RawClient first = scenario.connect();
    QVERIFY(first.startTls(m_client.get()));
    QCOMPARE(first.exchange("GET", "/healthz").status, 200);
    SSL_SESSION *session = SSL_get1_session(first.stream().tls());
    RawClient second = scenario.connect();
    const bool isConnected = second.startTls(m_client.get(), "localhost", session);
    SSL_SESSION_free(session);
    QVERIFY(isConnected);
    QCOMPARE(second.exchange("GET", "/healthz").status, 200);
    QVERIFY(SSL_session_reused(second.stream().tls()) == 1);
}

void TstTls::badCertificateStopsTheStart()
{
    Scenario scenario;
    scenario.addBackend("a");
    const std::string other = m_certificates.key("other.example");
    scenario.config.set("gateway", "tls",
                        "{cert: " + m_certificates.certificate() + ", key: " + other + "}");
    QVERIFY(!scenario.start());
    QCOMPARE(scenario.gateway.process().waitForExit(Patient).value_or(-1), 1);
    QVERIFY(!scenario.gateway.process().standardError().empty());
}

QTEST_GUILESS_MAIN(TstTls)
#include "tst_tls.moc"
