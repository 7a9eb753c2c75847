// SPDX-License-Identifier: MIT
// Promise: useful headers pass, connection-level and internal ones do not, credentials stay where
// they belong.
#include "tests/support/scenario.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace meridian::support;

class TstHeaders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usefulRequestHeadersPass();
    void connectionHeadersOfTheRequestStop();
    void internalHeadersOfTheClientStop();
    void theBackendsOwnCredentialReplacesTheClients();
    void theClientsCredentialPassesWithoutOne();
    void usefulResponseHeadersPass();
    void connectionHeadersOfTheResponseStop();
    void requestIdIsOursOnEveryResponse();
    void requestIdsDiffer();
    void theHostIsTheBackends();
    void contentLengthIsKeptForKnownBodies();
};

void TstHeaders::usefulRequestHeadersPass()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const Headers sent{{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                       {"OpenAI-Organization", "org-1"},
                       {"Idempotency-Key", "k 1"},
                       {"User-Agent", "tests/1.0 (x)"},
                       {"Accept", "text/event-stream"}};
    QCOMPARE(scenario.chat(Scenario::ChatBody, sent).status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    for (const auto &[name, value] : sent) {
        if (name == "traceparent") { // a gateway may add its own span, never another trace
            QVERIFY(seen.header(name).starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
        } else {
            QCOMPARE(seen.header(name), value);
        }
    }
}

void TstHeaders::connectionHeadersOfTheRequestStop()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const Headers sent{{"Connection", "keep-alive, X-Nominated"},
                       {"X-Nominated", "1"},
                       {"Keep-Alive", "timeout=5"},
                       {"Proxy-Connection", "keep-alive"},
                       {"TE", "trailers"},
                       {"Upgrade", "websocket"},
                       {"Proxy-Authorization", "Basic eDp5"},
                       {"Accept-Encoding", "gzip, br"}};
    QCOMPARE(scenario.chat(Scenario::ChatBody, sent).status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    for (const char *name : {"x-nominated", "keep-alive", "proxy-connection", "te", "upgrade",
                             "proxy-authorization", "accept-encoding", "expect"}) {
        QVERIFY2(!seen.has(name), seen.rawHead.c_str());
    }
    QVERIFY(seen.header("connection").find("ominated") == std::string::npos);
}

void TstHeaders::internalHeadersOfTheClientStop()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.chat(
        Scenario::ChatBody, {{"X-Meridian-Client", "1.2.3.4"}, {"x-meridian-anything", "1"}});
    QCOMPARE(response.status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    QVERIFY2(!seen.has("x-meridian-client") && !seen.has("x-meridian-anything"),
             seen.rawHead.c_str());
}

void TstHeaders::theBackendsOwnCredentialReplacesTheClients()
{
    Scenario scenario;
    FakeUpstream &backend =
        scenario.addBackend("a", {{"auth_header", "\"Bearer backend-secret\""}});
    START_OR_FAIL(scenario);
    const HttpResponse response =
        scenario.chat(Scenario::ChatBody, {{"Authorization", "Bearer client-secret"},
                                           {"authorization", "Bearer second"}});
    const auto requests = backend.log.requests();
    if (response.status == 200) {
        QCOMPARE(countHeader(requests.at(0).headers, "authorization"), std::size_t(1));
        QCOMPARE(requests.at(0).header("authorization"), std::string("Bearer backend-secret"));
    } else {
        QCOMPARE(response.status, 400); // two credentials may be refused, never forwarded
    }
    QCOMPARE(scenario.chat(Scenario::ChatBody, {{"Authorization", "Bearer client-secret"}}).status,
             200);
    QCOMPARE(scenario.chat(Scenario::ChatBody).status, 200);
    for (const RecordedRequest &request : backend.log.requests()) {
        QCOMPARE(request.header("authorization"), std::string("Bearer backend-secret"));
        QVERIFY(request.rawHead.find("client-secret") == std::string::npos);
    }
}

void TstHeaders::theClientsCredentialPassesWithoutOne()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat(Scenario::ChatBody, {{"Authorization", "Bearer client-key"}}).status,
             200);
    QCOMPARE(backend.log.requests().at(0).header("authorization"),
             std::string("Bearer client-key"));
}

void TstHeaders::usefulResponseHeadersPass()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    const Headers sent{{"x-ratelimit-remaining-requests", "59"},
                       {"x-ratelimit-reset-tokens", "6m0s"},
                       {"openai-processing-ms", "17"},
                       {"openai-model", "m"},
                       {"retry-after", "3"},
                       {"content-disposition", "inline"}};
    backend.setHandler([&](const RecordedRequest &request) {
        return request.body.find("stream") == std::string::npos
                   ? Reply::json(completionBody(), 200, sent)
                   : Reply::chunks("text/event-stream; charset=utf-8", {std::string(DoneEvent)}, {},
                                   200, sent);
    });
    for (const std::string_view body : {Scenario::ChatBody, Scenario::StreamBody}) {
        const HttpResponse response = scenario.chat(body);
        QCOMPARE(response.status, 200);
        for (const auto &[name, value] : sent) {
            QCOMPARE(response.header(name), value);
        }
    }
}

void TstHeaders::connectionHeadersOfTheResponseStop()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::json(completionBody(), 200,
                           {{"Connection", "keep-alive, x-nominated"},
                            {"X-Nominated", "1"},
                            {"Keep-Alive", "timeout=5"},
                            {"Proxy-Authenticate", "Basic"},
                            {"Upgrade", "h2c"},
                            {"x-meridian-backend", "forged"}});
    });
    RawClient client = scenario.connect();
    const HttpResponse response = client.exchange("POST", Scenario::ChatPath, Scenario::ChatBody);
    QCOMPARE(response.status, 200);
    for (const char *name : {"x-nominated", "keep-alive", "proxy-authenticate", "upgrade"}) {
        QVERIFY2(!response.has(name), name);
    }
    QCOMPARE(countHeader(response.headers, "x-meridian-backend"), std::size_t(1));
    QCOMPARE(response.header("x-meridian-backend"), std::string("a"));
    QCOMPARE(client.exchange("GET", "/healthz").status, 200);
}

void TstHeaders::requestIdIsOursOnEveryResponse()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::json("{}", 200, {{"x-request-id", "upstream-id"}});
    });
    const QRegularExpression pattern(QStringLiteral("^mrdn-[0-9a-f]{12}$"));
    const std::vector<HttpResponse> responses{
        scenario.chat(),
        scenario.chat(Scenario::ChatBody, {{"x-request-id", "client-id"}}),
        scenario.chat("{"),
        scenario.get("/nope"),
        scenario.get("/healthz"),
        scenario.get("/metrics"),
        scenario.get("/v1/models"),
        scenario.get("/v1/chat/completions")};
    for (const HttpResponse &response : responses) {
        VERIFY_COMPLETE(response);
        QCOMPARE(countHeader(response.headers, "x-request-id"), std::size_t(1));
        QVERIFY2(pattern.match(QString::fromStdString(response.header("x-request-id"))).hasMatch(),
                 headerLines(response.headers).c_str());
    }
}

void TstHeaders::requestIdsDiffer()
{
    Scenario scenario;
    scenario.addBackend("a");
    START_OR_FAIL(scenario);
    std::vector<std::string> ids;
    for (int i = 0; i < 50; ++i) {
        ids.push_back(scenario.get("/healthz").header("x-request-id"));
    }
    std::sort(ids.begin(), ids.end());
    QVERIFY(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

void TstHeaders::theHostIsTheBackends()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    QCOMPARE(scenario.chat().status, 200);
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(countHeader(seen.headers, "host"), std::size_t(1));
    QCOMPARE(seen.header("host"), "127.0.0.1:" + std::to_string(backend.port()));
}

void TstHeaders::contentLengthIsKeptForKnownBodies()
{
    Scenario scenario;
    FakeUpstream &backend = scenario.addBackend("a");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) { return Reply::json("{\"a\":1}"); });
    const HttpResponse response = scenario.chat();
    QCOMPARE(response.header("content-length"), std::string("7"));
    QVERIFY(!response.isChunked);
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.header("content-length"), std::to_string(Scenario::ChatBody.size()));
    QVERIFY(!seen.isChunked);
}

QTEST_GUILESS_MAIN(TstHeaders)
#include "tst_headers.moc"
