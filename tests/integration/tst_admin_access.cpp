// SPDX-License-Identifier: MIT
// Promise: only this machine reaches the control plane, however a request dresses up; probes are
// open.
#include "tests/support/scenario.h"

#include <QTest>

using namespace meridian::support;

namespace {

std::string getWith(const char *path, const std::string &host, const Headers &extra = {})
{
    return std::string("GET ") + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headerLines(extra) +
           "\r\n";
}

HttpResponse send(const Scenario &scenario, const std::string &request)
{
    RawClient client = scenario.connect();
    (void)client.send(request);
    return client.readResponse("GET");
}

constexpr const char *Guarded[] = {"/meridian/status", "/meridian/requests", "/metrics", "/ui"};

} // namespace

class TstAdminAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loopbackNamesAreLetIn_data();
    void loopbackNamesAreLetIn();
    void foreignNamesAreRefused_data();
    void foreignNamesAreRefused();
    void forwardedRequestsAreRefused_data();
    void forwardedRequestsAreRefused();
    void allowedNetworksAreLetIn();
    void probesAreOpen();
    void dataTrafficDoesNotCareForTheHost();
    void encodedPathsDoNotSlipThrough();
};

void TstAdminAccess::loopbackNamesAreLetIn_data()
{
    QTest::addColumn<QString>("host");
    for (const char *host : {"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:1", "[::1]",
                             "[::1]:8080", "LOCALHOST"}) {
        QTest::newRow(host) << QString::fromLatin1(host);
    }
}

void TstAdminAccess::loopbackNamesAreLetIn()
{
    QFETCH(QString, host);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (const char *path : Guarded) {
        QCOMPARE(send(scenario, getWith(path, host.toStdString())).status, 200);
    }
}

void TstAdminAccess::foreignNamesAreRefused_data()
{
    QTest::addColumn<QString>("host");
    for (const char *host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                             "127.0.0.1.evil.example", "evil-localhost", "10.0.0.1"}) {
        QTest::newRow(host) << QString::fromLatin1(host);
    }
}

void TstAdminAccess::foreignNamesAreRefused()
{
    QFETCH(QString, host);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (const char *path : Guarded) { // a page of evil.example that resolves to 127.0.0.1
        VERIFY_ERROR(send(scenario, getWith(path, host.toStdString())), 403);
    }
}

void TstAdminAccess::forwardedRequestsAreRefused_data()
{
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("value");
    QTest::newRow("x-forwarded-for")
        << QStringLiteral("X-Forwarded-For") << QStringLiteral("203.0.113.9");
    QTest::newRow("x-forwarded-for loopback")
        << QStringLiteral("x-forwarded-for") << QStringLiteral("127.0.0.1");
    QTest::newRow("forwarded") << QStringLiteral("Forwarded") << QStringLiteral("for=203.0.113.9");
    QTest::newRow("x-real-ip") << QStringLiteral("X-Real-IP") << QStringLiteral("203.0.113.9");
}

void TstAdminAccess::forwardedRequestsAreRefused()
{
    QFETCH(QString, header);
    QFETCH(QString, value);
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const Headers extra{{header.toStdString(), value.toStdString()}};
    for (const char *path : Guarded) {
        VERIFY_ERROR(send(scenario, getWith(path, "localhost", extra)), 403);
    }
    QCOMPARE(scenario.chat(Scenario::ChatBody, extra).status, 200);
}

void TstAdminAccess::allowedNetworksAreLetIn()
{
    Scenario scenario;
    scenario.addBackend("a");
    scenario.config.set("admin", "allow", "[127.0.0.0/8]");
    START_OR_FAIL(scenario);
    for (const char *path : Guarded) {
        QCOMPARE(send(scenario, getWith(path, "gateway.internal")).status, 200);
        QCOMPARE(
            send(scenario, getWith(path, "localhost", {{"X-Forwarded-For", "203.0.113.9"}})).status,
            200);
    }
}

void TstAdminAccess::probesAreOpen()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QTRY_COMPARE(scenario.get("/readyz").status,
                 200); // not before the first probe has been answered
    for (const char *path : {"/healthz", "/readyz"}) {
        QCOMPARE(send(scenario, getWith(path, "evil.example", {{"X-Forwarded-For", "203.0.113.9"}}))
                     .status,
                 200);
    }
}

void TstAdminAccess::dataTrafficDoesNotCareForTheHost()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    const std::string body(Scenario::ChatBody);
    QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: llm.example\r\nContent-Type: "
                        "application/json\r\n"
                        "Content-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body));
    QCOMPARE(client.readResponse().status, 200);
    QCOMPARE(send(scenario, getWith("/v1/models", "llm.example")).status, 200);
}

void TstAdminAccess::encodedPathsDoNotSlipThrough()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    for (const char *path :
         {"/%6deridian/status", "/meridian/./status", "/v1/../metrics", "//metrics", "/metrics/",
          "/meridian%2fstatus", "/MERIDIAN/status", "/metrics?x=1", "/meridian/status#x"}) {
        const HttpResponse response = send(scenario, getWith(path, "evil.example"));
        VERIFY_COMPLETE(response);
        QVERIFY2(response.status >= 400 && response.status < 500, path);
    }
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
}

QTEST_GUILESS_MAIN(TstAdminAccess)
#include "tst_admin_access.moc"
