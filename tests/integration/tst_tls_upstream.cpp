// SPDX-License-Identifier: MIT
// Promise: https backends are verified by name and authority unless told otherwise, with SNI and
// session resumption.
#include "tests/support/scenario.h"
#include "tests/support/testcertificates.h"

#include <QTest>

using namespace meridian::support;

class TstTlsUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void caFileIsTrusted();
    void unknownAuthorityIsRefused();
    void wrongNameIsRefused();
    void serverNameOverridesTheHost();
    void verifyFalseTrustsAnyone();
    void sessionsAreResumed();
    void plainBackendBehindHttpsUrlIs502();
    void streamsPassAndDeathIsSeen();

private:
    /// A TLS backend with the certificate of `name`, listed with `tls` as its settings.
    FakeUpstream &addTlsBackend(Scenario &scenario,
                                const std::string &name,
                                const std::string &tls,
                                const GatewayConfig::Entries &extra = {});

    TestCertificates m_certificates;
    SslContext m_localhost;
    SslContext m_other;
    std::vector<std::unique_ptr<FakeUpstream>> m_backends;
};

void TstTlsUpstream::initTestCase()
{
    QVERIFY2(m_certificates.make(), m_certificates.problem().c_str());
    m_localhost = m_certificates.serverContext();
    m_other = m_certificates.serverContext("other.example");
}

FakeUpstream &TstTlsUpstream::addTlsBackend(Scenario &scenario,
                                            const std::string &name,
                                            const std::string &tls,
                                            const GatewayConfig::Entries &extra)
{
    FakeUpstream &backend = *m_backends.emplace_back(std::make_unique<FakeUpstream>());
    backend.useTls(name == "localhost" ? m_localhost.get() : m_other.get());
    GatewayConfig::Entries entries = extra;
    entries.emplace_back("tls", tls);
    scenario.config.backend("secure", backend.url(), entries);
    return backend;
}

void TstTlsUpstream::caFileIsTrusted()
{
    Scenario scenario;
    FakeUpstream &backend =
        addTlsBackend(scenario, "localhost", "{ca_file: " + m_certificates.authority() + "}");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 5; ++i) {
        const HttpResponse response = scenario.chat();
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QCOMPARE(response.body, completionBody());
    }
    QCOMPARE(backend.log.requests().at(0).header("host"),
             "localhost:" + std::to_string(backend.port()));
    QCOMPARE(scenario.stop(), 0);
}

void TstTlsUpstream::unknownAuthorityIsRefused()
{
    Scenario scenario;
    FakeUpstream &backend =
        addTlsBackend(scenario, "localhost", "{verify: true}"); // the system's authorities only
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.stop(), 0);
    const QString said = QString::fromStdString(scenario.gateway.process().standardError());
    QVERIFY2(said.contains(QLatin1String("certificate"), Qt::CaseInsensitive) &&
                 said.contains(QLatin1String("secure")),
             qPrintable(said));
}

void TstTlsUpstream::wrongNameIsRefused()
{
    Scenario scenario;
    FakeUpstream &backend =
        addTlsBackend(scenario, "other.example", "{ca_file: " + m_certificates.authority() + "}",
                      {{"auth_header", "\"Bearer not-for-strangers\""}});
    START_OR_FAIL(scenario);
    VERIFY_ERROR(scenario.chat(), 502, "meridian_backend_error");
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.stop(), 0);
    const QString said = QString::fromStdString(scenario.gateway.process().standardError());
    QVERIFY2(said.contains(QLatin1String("mismatch"), Qt::CaseInsensitive) ||
                 said.contains(QLatin1String("name"), Qt::CaseInsensitive),
             qPrintable(said));
}

void TstTlsUpstream::serverNameOverridesTheHost()
{
    Scenario scenario;
    addTlsBackend(scenario, "other.example",
                  "{ca_file: " + m_certificates.authority() + ", server_name: other.example}");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
}

void TstTlsUpstream::verifyFalseTrustsAnyone()
{
    Scenario scenario;
    addTlsBackend(scenario, "other.example", "{verify: false}");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
}

void TstTlsUpstream::sessionsAreResumed()
{
    Scenario scenario;
    FakeUpstream &backend =
        addTlsBackend(scenario, "localhost", "{ca_file: " + m_certificates.authority() + "}");
    scenario.config.set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::json(completionBody()).ending(Ending::Close);
    });
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(scenario.chat().status, 200);
    }
    std::size_t resumed = 0;
    for (const RecordedConnection &connection : backend.log.connections()) {
        resumed += connection.tlsResumed ? 1 : 0;
    }
    qInfo("%zu of %zu connections resumed", resumed, backend.log.connections().size());
    QVERIFY(resumed >= 7);
}

void TstTlsUpstream::plainBackendBehindHttpsUrlIs502()
{
    Scenario scenario;
    FakeUpstream plain;
    scenario.config.backend("plain", "https://localhost:" + std::to_string(plain.port()),
                            {{"tls", "{verify: false}"}});
    scenario.config.set("timeouts", "connect", "2");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat();
    QVERIFY2(response.status == 502 || response.status == 504, response.body.c_str());
    VERIFY_ERROR(response, response.status);
}

void TstTlsUpstream::streamsPassAndDeathIsSeen()
{
    Scenario scenario;
    FakeUpstream &backend =
        addTlsBackend(scenario, "localhost", "{ca_file: " + m_certificates.authority() + "}");
    START_OR_FAIL(scenario);
    const std::string event = deltaEvent(std::string(5000, 'z'));
    backend.enqueue(Reply::sse(std::vector<std::string>(500, event)));
    const HttpResponse whole = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(whole);
    QCOMPARE(whole.body.size(), 500 * event.size());
    backend.enqueue(Reply::chunkedHead("text/event-stream").sendChunk(event).ending(Ending::Reset));
    const HttpResponse cut = scenario.chat(Scenario::StreamBody);
    VERIFY_COMPLETE(cut);
    QVERIFY2(cut.body.find("upstream connection error") != std::string::npos, cut.body.c_str());
    QVERIFY(cut.body.ends_with(DoneEvent));
}

QTEST_GUILESS_MAIN(TstTlsUpstream)
#include "tst_tls_upstream.moc"
