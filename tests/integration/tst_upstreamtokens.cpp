// SPDX-License-Identifier: MIT
// Promise: tokens are fetched once for everybody, renewed when they are refused, and missed by
// nobody for long; requests for Oracle's cloud are signed.
#include "tests/integration/wires.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <QByteArray>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <sstream>

using namespace meridian::support;

namespace {

struct KeyDeleter
{
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
};

using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

std::string pemOf(EVP_PKEY *key)
{
    BIO *memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
    char *data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return pem;
}

std::string escapedLines(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        out += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return out;
}

/// A Vertex AI backend whose tokens come from `tokenUrl`.
GatewayConfig::Entries
vertex(Scenario &scenario, EVP_PKEY *key, const std::string &tokenUrl, const char *model = "m")
{
    const std::string file = scenario.gateway.writeFile(
        "sa.json", R"({"type":"service_account","project_id":"acme","private_key_id":"k1",)"
                   R"("client_email":"me@acme.iam.gserviceaccount.com","token_uri":")" +
                       tokenUrl + R"(","private_key":")" + escapedLines(pemOf(key)) + "\"}");
    return {{"provider", "google_vertex_ai"},
            {"model", model},
            {"options", "{project: acme, location: europe-west1, credentials: {type: "
                        "service_account, file: \"" +
                            file + "\", token_url: \"" + tokenUrl + "\"}}"}};
}

Reply tokenReply(int number)
{
    return Reply::json(R"({"access_token":"ya29.token-)" + std::to_string(number) +
                       R"(","expires_in":3600,"token_type":"Bearer"})");
}

Reply behind(const SharedGate &gate, const Reply &reply)
{
    Reply waiting;
    waiting.await(gate);
    for (const Reply::Step &step : reply.steps()) {
        waiting.send(std::get<Reply::Send>(step).bytes);
    }
    return waiting;
}

const WireRequest Request = ask(Wire::Chat, "m", false);

HttpResponse post(const Scenario &scenario)
{
    return scenario.post(Request.target, Request.body, {{"Authorization", "Bearer mine"}});
}

std::string lowered(std::string text)
{
    for (char &c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return text;
}

/// The part `name="…"` of an Authorization field.
std::string partOf(const std::string &field, const std::string &name)
{
    const auto start = field.find(name + "=\"");
    if (start == std::string::npos) {
        return {};
    }
    const auto from = start + name.size() + 2;
    return field.substr(from, field.find('"', from) - from);
}

/// What a server of Oracle's does with the field: empty when the signature is good.
std::string signatureProblem(const RecordedRequest &request, EVP_PKEY *key)
{
    const std::string field = request.header("authorization");
    std::istringstream names(partOf(field, "headers"));
    std::string text;
    bool hasTarget = false;
    for (std::string name; names >> name;) {
        text += text.empty() ? "" : "\n";
        hasTarget = hasTarget || name == "(request-target)";
        text += name + ": " +
                (name == "(request-target)" ? lowered(request.method) + " " + request.target
                                            : request.header(name));
    }
    for (const char *wanted : {"date", "host", "x-content-sha256", "content-length"}) {
        if (text.find(std::string(wanted) + ": ") == std::string::npos) {
            return std::string("not signed: ") + wanted + " in " + field;
        }
    }
    if (!hasTarget || partOf(field, "algorithm") != "rsa-sha256") {
        return "unsuitable: " + field;
    }
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char *>(request.body.data()), request.body.size(),
           digest);
    const QByteArray told = QByteArray::fromStdString(request.header("x-content-sha256"));
    if (QByteArray(reinterpret_cast<const char *>(digest), sizeof digest).toBase64() != told) {
        return "another body's digest";
    }
    const QByteArray signature =
        QByteArray::fromBase64(QByteArray::fromStdString(partOf(field, "signature")));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
    const int verdict =
        EVP_DigestVerify(context, reinterpret_cast<const unsigned char *>(signature.constData()),
                         static_cast<std::size_t>(signature.size()),
                         reinterpret_cast<const unsigned char *>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    return verdict == 1 ? std::string() : "the signature does not fit: " + text;
}

} // namespace

class TstUpstreamTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theFirstRequestWaits();
    void oneFetchForAHundred();
    void refusedTokensAreRenewedOnce();
    void deadTokenEndpoint_data();
    void deadTokenEndpoint();
    void elsewhereMeanwhile();
    void leavingWhileWaiting();
    void callersTokenInstead();
    void oracleSignatures();

private:
    Key m_key;
};

void TstUpstreamTokens::initTestCase()
{
    m_key.reset(EVP_RSA_gen(2048));
    QVERIFY(m_key);
}

void TstUpstreamTokens::theFirstRequestWaits()
{
    Scenario scenario;
    FakeUpstream tokens;
    const auto gate = makeGate();
    tokens.setHandler([gate](const RecordedRequest &) { return behind(gate, tokenReply(1)); });
    FakeUpstream &backend =
        addProvider(scenario, "google", vertex(scenario, m_key.get(), tokens.url() + "/token"));
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Request.target, Request.body,
                                           {{"Authorization", "Bearer mine"}})));
    QVERIFY(tokens.log.waitForRequests(1));
    QCOMPARE(scenario.get("/healthz").status, 200); // nobody else waits
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    gate->open();
    const HttpResponse response = client.readResponse();
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(readWhole(Wire::Chat, response.body).text, std::string("hello"));
    const RecordedRequest seen = backend.log.requests().at(0);
    QCOMPARE(seen.header("authorization"), std::string("Bearer ya29.token-1"));
    QVERIFY(seen.rawHead.find("mine") == std::string::npos);
    const RecordedRequest asked = tokens.log.requests().at(0);
    QCOMPARE(asked.method, std::string("POST"));
    QCOMPARE(asked.target, std::string("/token"));
    QVERIFY2(asked.body.find("grant_type=urn") != std::string::npos &&
                 asked.body.find("assertion=") != std::string::npos,
             asked.body.c_str());
    QCOMPARE(post(scenario).status, 200);
    QCOMPARE(tokens.log.requestCount(), std::size_t(1));
    const std::string said = scenario.gateway.process().standardError();
    QVERIFY(said.find("ya29.") == std::string::npos);
    QVERIFY(said.find("PRIVATE KEY") == std::string::npos);
}

void TstUpstreamTokens::oneFetchForAHundred()
{
    Scenario scenario;
    FakeUpstream tokens;
    const auto gate = makeGate();
    tokens.setHandler([gate](const RecordedRequest &) { return behind(gate, tokenReply(1)); });
    FakeUpstream &backend =
        addProvider(scenario, "google", vertex(scenario, m_key.get(), tokens.url() + "/token"));
    START_OR_FAIL(scenario);
    std::vector<RawClient> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(scenario.connect());
        QVERIFY(clients.back().send(RawClient::request("POST", Request.target, Request.body)));
    }
    QVERIFY(tokens.log.waitForRequests(1));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"google\""}), 100.0);
    gate->open();
    for (RawClient &client : clients) {
        const HttpResponse response = client.readResponse("POST", 30s);
        QVERIFY2(response.status == 200, response.body.c_str());
    }
    QCOMPARE(tokens.log.requestCount(), std::size_t(1));
    QCOMPARE(backend.log.requestCount(), std::size_t(100));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"google\""}), 0.0);
}

void TstUpstreamTokens::refusedTokensAreRenewedOnce()
{
    Scenario scenario;
    FakeUpstream tokens;
    std::atomic<int> count = 0;
    tokens.setHandler([&count](const RecordedRequest &) { return tokenReply(++count); });
    FakeUpstream &backend =
        addProvider(scenario, "google", vertex(scenario, m_key.get(), tokens.url() + "/token"));
    START_OR_FAIL(scenario);
    QCOMPARE(post(scenario).status, 200);
    const int before = count;
    backend.enqueue(Reply::json(providerError("google", 401, "expired"), 401));
    const HttpResponse response = post(scenario);
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(static_cast<int>(count), before + 1);
    const auto requests = backend.log.requests();
    QCOMPARE(requests.size(), std::size_t(3));
    QCOMPARE(requests.at(1).header("authorization"), "Bearer ya29.token-" + std::to_string(before));
    QCOMPARE(requests.at(2).header("authorization"),
             "Bearer ya29.token-" + std::to_string(before + 1));
    // Refused for ever: one renewal, then the gateway's fault, not the caller's.
    backend.setHandler([](const RecordedRequest &) {
        return Reply::json(providerError("google", 401, "no"), 401);
    });
    VERIFY_WIRE_ERROR(Wire::Chat, post(scenario), 502);
    QCOMPARE(backend.log.requestCount(), std::size_t(5));
}

void TstUpstreamTokens::deadTokenEndpoint_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("refuses") << 0;
    QTest::newRow("never answers") << 1;
    QTest::newRow("says no") << 2;
    QTest::newRow("says nonsense") << 3;
}

void TstUpstreamTokens::deadTokenEndpoint()
{
    QFETCH(int, kind);
    Scenario scenario;
    const RefusingPort refusing;
    FakeUpstream tokens;
    tokens.setHandler([kind](const RecordedRequest &) {
        return kind == 1   ? Reply::never()
               : kind == 2 ? Reply::json(R"({"error":"invalid_grant"})", 400)
                           : Reply::of(200, "text/html", "<html>Sign in</html>");
    });
    const std::string url = (kind == 0 ? refusing.url() : tokens.url()) + "/token";
    FakeUpstream &backend = addProvider(scenario, "google", vertex(scenario, m_key.get(), url));
    scenario.config.set("resilience", "deadline_s", "1");
    START_OR_FAIL(scenario);
    const auto start = Clock::now();
    const HttpResponse response = post(scenario);
    VERIFY_WIRE_ERROR(Wire::Chat, response, 502);
    QVERIFY(Clock::now() - start < 5s * patience());
    QCOMPARE(backend.log.requestCount(), std::size_t(0));
    QCOMPARE(scenario.logLine(response.header("x-request-id"))
                 .value(QLatin1String("status_code"))
                 .toInt(),
             502);
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"google\""}), 0.0);
}

void TstUpstreamTokens::elsewhereMeanwhile()
{
    Scenario scenario;
    const RefusingPort refusing;
    addProvider(scenario, "google", vertex(scenario, m_key.get(), refusing.url() + "/token"));
    addProvider(scenario, "openai", {{"model", "m"}});
    scenario.config.set("gateway", "strategy", "weighted_round_robin");
    START_OR_FAIL(scenario);
    for (int i = 0; i < 6; ++i) {
        const HttpResponse response = post(scenario);
        QVERIFY2(response.status == 200, response.body.c_str());
        QCOMPARE(response.header("x-meridian-backend"), std::string("openai"));
    }
}

void TstUpstreamTokens::leavingWhileWaiting()
{
    Scenario scenario;
    FakeUpstream tokens;
    tokens.setHandler([](const RecordedRequest &) { return Reply::never(); });
    addProvider(scenario, "google", vertex(scenario, m_key.get(), tokens.url() + "/token"));
    START_OR_FAIL(scenario);
    RawClient client = scenario.connect();
    QVERIFY(client.send(RawClient::request("POST", Request.target, Request.body)));
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"google\""}), 1.0);
    client.abort();
    QTRY_COMPARE(scenario.metric("meridian_backend_inflight", {"backend=\"google\""}), 0.0);
    QVERIFY(!scenario.logLineWith("status_code", 499).isEmpty());
    QCOMPARE(scenario.stop(), 0);
}

void TstUpstreamTokens::callersTokenInstead()
{
    Scenario scenario;
    const RefusingPort refusing;
    FakeUpstream &backend =
        addProvider(scenario, "google", vertex(scenario, m_key.get(), refusing.url() + "/token"));
    START_OR_FAIL(scenario);
    const HttpResponse response = scenario.post(
        Request.target, Request.body, {{"x-meridian-byok-google_vertex_ai", "ya29.of-the-caller"}});
    QVERIFY2(response.status == 200, response.body.c_str());
    QCOMPARE(backend.log.requests().at(0).header("authorization"),
             std::string("Bearer ya29.of-the-caller"));
}

void TstUpstreamTokens::oracleSignatures()
{
    Scenario scenario;
    const std::string file = scenario.gateway.writeFile("oci.pem", pemOf(m_key.get()));
    FakeUpstream &backend = addProvider(
        scenario, "openai",
        {{"provider", "oci_genai"},
         {"model", "m"},
         {"upstream_model", "meta.llama-3.3-70b-instruct"},
         {"options", "{region: eu-frankfurt-1, compartment_id: ocid1.compartment.oc1..x, "
                     "credentials: {type: oci_api_key, user: ocid1.user.oc1..u, tenancy: "
                     "ocid1.tenancy.oc1..t, key_file: \"" +
                         file + "\"}}"}},
        "oci");
    START_OR_FAIL(scenario);
    backend.setHandler([](const RecordedRequest &) {
        return Reply::json(
            R"({"modelId":"meta.llama-3.3-70b-instruct","modelVersion":"1","chatResponse":{)"
            R"("apiFormat":"GENERIC","choices":[{"index":0,"message":{"role":"ASSISTANT",)"
            R"("content":[{"type":"TEXT","text":"hello"}]},"finishReason":"stop"}],)"
            R"("usage":{"promptTokens":7,"completionTokens":3,"totalTokens":10}}})");
    });
    for (const Wire wire : {Wire::Chat, Wire::Anthropic, Wire::Gemini}) {
        const WireRequest request = ask(wire, "m", false);
        const HttpResponse response =
            scenario.post(request.target, request.body, {{"Authorization", "Bearer mine"}});
        QVERIFY2(response.status == 200, response.body.c_str());
        const Told told = readWhole(wire, response.body);
        QVERIFY2(told.text == "hello" && told.input == 7, response.body.c_str());
        const RecordedRequest seen = backend.log.requests().back();
        QCOMPARE(seen.target, std::string("/20231130/actions/chat"));
        const std::string keyId = partOf(seen.header("authorization"), "keyId");
        QVERIFY2(keyId.starts_with("ocid1.tenancy.oc1..t/ocid1.user.oc1..u/"), keyId.c_str());
        QVERIFY2(std::count(keyId.begin(), keyId.end(), ':') == 15, keyId.c_str()); // derived
        const std::string problem = signatureProblem(seen, m_key.get());
        QVERIFY2(problem.empty(), problem.c_str());
        QCOMPARE(countHeader(seen.headers, "content-type"), std::size_t(1));
        QCOMPARE(countHeader(seen.headers, "authorization"), std::size_t(1));
    }
}

QTEST_GUILESS_MAIN(TstUpstreamTokens)
#include "tst_upstreamtokens.moc"
