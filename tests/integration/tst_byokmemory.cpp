// SPDX-License-Identifier: MIT
// Promise: a key that a caller brings is gone after its request: from the gateway's memory, and it
// never was in a log, a metric, a span, an explanation or an error.
#include "tests/support/processmemory.h"
#include "tests/support/scenario.h"
#include "tests/support/testcertificates.h"

#include <QTest>

using namespace meridian::support;

namespace {

const GatewayConfig::Entries Byok{{"provider", "openai"}, {"options", "{byok: true}"}};

bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/// How a caller may send its key.
Headers keyHeaders(const QString &header, const std::string &key)
{
    const std::string name = header.toStdString();
    return {{name, name == "Authorization" ? "Bearer " + key : key}};
}

} // namespace

class TstByokMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keysAreGoneAfterTheirRequests_data();
    void keysAreGoneAfterTheirRequests();
    void keysOfBrokenRequestsAreGone();
    void keysInUploadsAreGone();
    void keysForBackendsWithTlsAreGone();
    void keysInTheQueryAreGone();
    void keysAreInNoOutput();

private:
    [[nodiscard]] RawClient connectTo(const Scenario &scenario, bool isTls) const;
    void addTls(Scenario &scenario) const;

    TestCertificates m_certificates;
    SslContext m_client;
};

/// Fails with the places where the key was found.
#define VERIFY_GONE(scenario, key)                                                                 \
    do {                                                                                           \
        const MemorySearch search = searchUntilGone((scenario).gateway.process().pid(), key);      \
        QVERIFY2(search.problem.empty(), search.problem.c_str());                                  \
        QVERIFY2(search.places.empty(), search.places.empty() ? "" : search.places[0].c_str());    \
    } while (false)

#define SKIP_IF_UNREADABLE(scenario)                                                               \
    do {                                                                                           \
        if ((scenario).gateway.isInstrumented()) {                                                 \
            QSKIP("the memory of an instrumented gateway holds copies of its own");                \
        }                                                                                          \
        const MemorySearch probe = searchMemory((scenario).gateway.process().pid(), randomKey());  \
        if (!probe.problem.empty()) {                                                              \
            QSKIP(("cannot read the gateway's memory: " + probe.problem).c_str());                 \
        }                                                                                          \
    } while (false)

void TstByokMemory::initTestCase()
{
    QVERIFY2(m_certificates.make(), m_certificates.problem().c_str());
    m_client = m_certificates.clientContext();
}

void TstByokMemory::addTls(Scenario &scenario) const
{
    scenario.config.set("gateway", "tls",
                        "{cert: " + m_certificates.certificate() +
                            ", key: " + m_certificates.key() + "}");
}

RawClient TstByokMemory::connectTo(const Scenario &scenario, bool isTls) const
{
    RawClient client = scenario.connect();
    if (isTls && !client.startTls(m_client.get())) {
        client.close();
    }
    return client;
}

void TstByokMemory::keysAreGoneAfterTheirRequests_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<QString>("header");
    for (const bool isTls : {false, true}) {
        for (const char *header :
             {"x-meridian-byok-openai", "X-ModelMeld-BYOK-openai", "Authorization", "X-Api-Key"}) {
            QTest::addRow("%s %s", isTls ? "tls" : "plain", header)
                << isTls << QString::fromLatin1(header);
        }
    }
}

void TstByokMemory::keysAreGoneAfterTheirRequests()
{
    QFETCH(bool, isTls);
    QFETCH(QString, header);
    const bool isOwn = header.startsWith(QLatin1String("x-m"), Qt::CaseInsensitive);
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a", isOwn ? Byok : GatewayConfig::Entries{});
    scenario.config.set("gateway", "workers", "1");
    if (isTls) {
        addTls(scenario);
    }
    START_OR_FAIL(scenario);
    SKIP_IF_UNREADABLE(scenario);
    const std::string key = randomKey();
    const Headers headers = keyHeaders(header, key);
    const auto gate = makeGate();
    const auto wasSent = [&](std::size_t count) {
        const auto requests = backend.log.requests();
        return requests.size() >= count && contains(requests.back().rawHead, key);
    };

    // The control: while its request is in flight the key is there to be found.
    Reply late;
    late.await(gate).send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    backend.enqueue(late);
    RawClient client = connectTo(scenario, isTls);
    QVERIFY(
        client.send(RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody, headers)));
    QTRY_VERIFY(!searchMemory(scenario.gateway.process().pid(), key).places.empty());
    gate->open();
    QCOMPARE(client.readResponse().status, 200);
    QVERIFY(wasSent(1));
    VERIFY_GONE(scenario, key);

    // Kept alive, streams, and bodies that are sent from where they lie.
    const std::string large = R"({"model":"test-model","x":")" + std::string(200'000, 'x') + "\"}";
    for (const std::string_view body :
         {Scenario::ChatBody, Scenario::StreamBody, std::string_view(large)}) {
        const HttpResponse response =
            client.exchange("POST", Scenario::ChatPath, body, headers, 20s);
        VERIFY_COMPLETE(response);
        QCOMPARE(response.status, 200);
        QVERIFY(wasSent(2));
        VERIFY_GONE(scenario, key);
    }

    // Pipelined, each with a key of its own.
    const std::string other = randomKey();
    const std::string first =
        RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody, headers);
    const std::string second = RawClient::request("POST", Scenario::ChatPath, Scenario::StreamBody,
                                                  keyHeaders(header, other));
    QVERIFY(client.send(first + second + first));
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(client.readResponse().status, 200);
    }
    VERIFY_GONE(scenario, key);
    VERIFY_GONE(scenario, other);

    // A head in pieces, the key among them.
    const std::size_t middle = first.find(key) + key.size() / 2;
    QVERIFY(client.send(first.substr(0, middle)));
    QTRY_VERIFY(!searchMemory(scenario.gateway.process().pid(), key).places.empty());
    QVERIFY(client.send(first.substr(middle)));
    QCOMPARE(client.readResponse().status, 200);
    VERIFY_GONE(scenario, key);
    RawClient slow = connectTo(scenario, isTls);
    QVERIFY(slow.sendByteByByte(first));
    QCOMPARE(slow.readResponse().status, 200);
    VERIFY_GONE(scenario, key);
}

void TstByokMemory::keysOfBrokenRequestsAreGone()
{
    Scenario scenario;
    FakeUpstream &first = scenario.addBackend("first", Byok);
    FakeUpstream &second = scenario.addBackend("second", Byok);
    scenario.config.set("gateway", "workers", "1").set("gateway", "head_timeout_s", "1");
    START_OR_FAIL(scenario);
    SKIP_IF_UNREADABLE(scenario);
    const std::string key = randomKey();
    const Headers headers{{"x-meridian-byok-openai", key}};

    // Failover, by status and by connection, whoever is asked first.
    for (FakeUpstream *broken : {&first, &second}) {
        broken->setHandler([](const RecordedRequest &) { return Reply::json("{}", 503); });
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(scenario.chat(Scenario::ChatBody, headers).status, 200);
        }
        broken->setHandler({});
        broken->setAcceptMode(AcceptMode::CloseAtOnce);
        broken->closeIdle();
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(scenario.chat(Scenario::ChatBody, headers).status, 200);
        }
        broken->setAcceptMode(AcceptMode::Serve);
    }
    VERIFY_GONE(scenario, key);

    // An upstream that does not answer, whose client leaves.
    first.setHandler([](const RecordedRequest &) { return Reply::never(); });
    second.setHandler([](const RecordedRequest &) { return Reply::never(); });
    const std::size_t before = first.log.connections().size() + second.log.connections().size();
    RawClient leaving = scenario.connect();
    const std::string request =
        RawClient::request("POST", Scenario::ChatPath, Scenario::ChatBody, headers);
    QVERIFY(leaving.send(request + request)); // one waits its turn, which never comes
    QTRY_VERIFY(!searchMemory(scenario.gateway.process().pid(), key).places.empty());
    leaving.close();
    VERIFY_GONE(scenario, key);
    QVERIFY(first.log.connections().size() + second.log.connections().size() >= before);

    // All of them gone.
    first.stop();
    second.stop();
    for (int i = 0; i < 3; ++i) {
        QVERIFY(scenario.chat(Scenario::ChatBody, headers).status >= 500);
    }
    VERIFY_GONE(scenario, key);

    // Refused before they reach a backend, cut, malformed, and too slow.
    const Headers both{{"x-meridian-byok-openai", key}, {"Authorization", "Bearer " + key}};
    QCOMPARE(scenario.post("/no/such/path", Scenario::ChatBody, both).status, 404);
    QCOMPARE(scenario.chat("no json", both).status, 400);
    QCOMPARE(scenario.get("/meridian/status", both).status, 200);
    RawClient malformed = scenario.connect();
    QVERIFY(malformed.send("POST / HTTP/1.1\r\nAuthorization: Bearer " + key + "\nHost: x\r\n\r\n" +
                           request));
    QCOMPARE(malformed.readResponse().status, 400);
    RawClient cut = scenario.connect();
    QVERIFY(cut.send(request.substr(0, request.find(key) + key.size() + 1)));
    QTRY_VERIFY(!searchMemory(scenario.gateway.process().pid(), key).places.empty());
    cut.close();
    VERIFY_GONE(scenario, key);
    RawClient slow = scenario.connect();
    QVERIFY(slow.send(request.substr(0, request.find(key) + key.size() + 1)));
    QCOMPARE(slow.readResponse().status, 408);
    VERIFY_GONE(scenario, key);
}

void TstByokMemory::keysInUploadsAreGone()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    scenario.config.set("gateway", "workers", "1");
    START_OR_FAIL(scenario);
    SKIP_IF_UNREADABLE(scenario);
    const std::string key = randomKey();
    const Headers headers{{"Authorization", "Bearer " + key},
                          {"Content-Type", "multipart/form-data; boundary=b"}};
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ntest-model\r\n--b\r\n"
        "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" +
        std::string(3'000'000, 'x') + "\r\n--b--\r\n";
    for (int i = 0; i < 3; ++i) {
        const HttpResponse response = scenario.post("/v1/audio/transcriptions", body, headers);
        QCOMPARE(response.status, 200);
        QVERIFY(contains(backend.log.requests().back().rawHead, key));
        VERIFY_GONE(scenario, key);
    }
}

void TstByokMemory::keysForBackendsWithTlsAreGone()
{
    const SslContext server = m_certificates.serverContext();
    Scenario scenario;
    FakeUpstream backend;
    backend.useTls(server.get());
    GatewayConfig::Entries entries = Byok;
    entries.emplace_back("tls", "{ca_file: " + m_certificates.authority() + "}");
    scenario.config.backend("a", "https://localhost:" + std::to_string(backend.port()), entries);
    addTls(scenario);
    START_OR_FAIL(scenario);
    SKIP_IF_UNREADABLE(scenario);
    const std::string key = randomKey();
    RawClient client = connectTo(scenario, true);
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        const HttpResponse response = client.exchange("POST", Scenario::ChatPath, body,
                                                      {{"x-meridian-byok-openai", key}}, 20s);
        QCOMPARE(response.status, 200);
        QVERIFY(contains(backend.log.requests().back().rawHead, key));
        VERIFY_GONE(scenario, key);
    }
}

void TstByokMemory::keysInTheQueryAreGone()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    SKIP_IF_UNREADABLE(scenario);
    const std::string key = randomKey();
    QCOMPARE(scenario.post("/v1/chat/completions?key=" + key, Scenario::ChatBody).status, 200);
    VERIFY_GONE(scenario, key);
}

void TstByokMemory::keysAreInNoOutput()
{
    Scenario scenario;
    FakeUpstream collector;
    FakeUpstream &backend = scenario.addBackend("a", Byok);
    scenario.config.set("logging", "level", "DEBUG")
        .set("tracing", "enabled", "true")
        .set("tracing", "endpoint", collector.url() + "/v1/traces")
        .set("tracing", "protocol", "http/json")
        .set("tracing", "interval_s", "1")
        .set("session_affinity", "enabled", "true")
        .set("session_affinity", "header", "authorization");
    START_OR_FAIL(scenario);
    const std::string key = randomKey();
    const Headers headers{{"x-meridian-byok-openai", key},
                          {"authorization", "Bearer " + key},
                          {"x-meridian-explain", "1"}};
    std::string shown;
    const auto show = [&shown](const HttpResponse &response) {
        for (const auto &[name, value] : response.headers) {
            shown.append(name).append(": ").append(value).append("\n");
        }
        shown.append(response.body).append("\n");
        return response.status;
    };
    QCOMPARE(show(scenario.chat(Scenario::ChatBody, headers)), 200);
    QCOMPARE(show(scenario.chat(Scenario::StreamBody, headers)), 200);
    QVERIFY(contains(backend.log.requests().back().rawHead, key));
    QCOMPARE(show(scenario.chat("no json", headers)), 400);
    QCOMPARE(show(scenario.post("/no/path", Scenario::ChatBody, headers)), 404);
    QCOMPARE(show(scenario.post("/meridian/explain", Scenario::ChatBody, headers)), 200);
    backend.enqueue(Reply::json("{}", 401));
    QCOMPARE(show(scenario.chat(Scenario::ChatBody, headers)), 401);
    backend.stop();
    const HttpResponse failed = scenario.chat(Scenario::ChatBody, headers);
    QVERIFY(show(failed) >= 500);
    QVERIFY(!scenario.logLine(failed.header("x-request-id")).isEmpty());
    for (const char *page : {"/metrics", "/meridian/requests", "/meridian/status", "/ui"}) {
        QCOMPARE(show(scenario.get(page)), 200);
    }
    QTRY_VERIFY_WITH_TIMEOUT(collector.log.requestCount() > 0, 10000);
    QCOMPARE(scenario.stop(), 0);
    for (const RecordedRequest &request : collector.log.requests()) {
        shown.append(request.rawHead).append(request.body);
    }
    for (const std::string &line : scenario.gateway.requestLog()) {
        shown.append(line);
    }
    shown.append(scenario.gateway.process().standardError());
    shown.append(scenario.gateway.process().standardOutput());
    QVERIFY(contains(shown, "resourceSpans"));
    for (std::size_t at = 0; at < key.size(); at += 16) {
        QVERIFY2(!contains(shown, key.substr(at, 16)), "a part of the key is shown");
    }
}

QTEST_GUILESS_MAIN(TstByokMemory)
#include "tst_byokmemory.moc"
