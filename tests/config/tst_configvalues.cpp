// SPDX-License-Identifier: MIT
// What a valid configuration means: defaults, coercions, time-outs laid over each other.
#include "tests/config/configtext.h"

#include <QTest>

using namespace meridian;
using namespace std::chrono_literals;

namespace {

model::Settings settingsOf(std::string_view text)
{
    const auto loaded = test::load(text);
    if (!loaded) {
        qWarning().noquote() << test::formatted(loaded.error()).join(QLatin1Char('\n'));
        return {};
    }
    return loaded->settings;
}

std::string withBackend(const std::string &text)
{
    return text + '\n' + std::string(test::OneBackend);
}

} // namespace

class TestConfigValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheDefaults();
    void readsIntegersLaxly_data();
    void readsIntegersLaxly();
    void readsSecondsLaxly_data();
    void readsSecondsLaxly();
    void readsBooleansLaxly_data();
    void readsBooleansLaxly();
    void readsEveryGatewayKey();
    void laysTimeoutsOverEachOther();
    void retriesPaidCloudsOnlyWhenTold_data();
    void retriesPaidCloudsOnlyWhenTold();
    void readsTheRestOfABackend();
    void readsLoggingAndAdmin();
    void loadsMeridiansOwnExample();
};

void TestConfigValues::keepsTheDefaults()
{
    const model::Settings read = settingsOf(test::OneBackend);
    const model::Settings defaults;
    const model::BackendSettings backend;
    QCOMPARE(read.gateway.host, defaults.gateway.host);
    QCOMPARE(read.gateway.port, defaults.gateway.port);
    QCOMPARE(read.gateway.maxUploadBytes, defaults.gateway.maxUploadBytes);
    QVERIFY(!read.gateway.tls);
    QCOMPARE(read.health.interval, defaults.health.interval);
    QCOMPARE(read.logging.jsonlPath, defaults.logging.jsonlPath);
    QVERIFY(read.admin.allow.empty());
    QCOMPARE(read.backends.size(), std::size_t{1});
    const model::BackendSettings &first = read.backends.front();
    QCOMPARE(first.url, std::string("http://h"));
    QCOMPARE(first.engine, backend.engine);
    QCOMPARE(first.weight, backend.weight);
    QCOMPARE(first.healthEndpoint, backend.healthEndpoint);
    QCOMPARE(first.timeouts.read, backend.timeouts.read);
    QVERIFY(!first.timeouts.streamRead);
    QVERIFY(first.retryAfterSend);
    QVERIFY(first.authHeader.isEmpty());
}

void TestConfigValues::readsIntegersLaxly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("port");
    QTest::newRow("plain") << QByteArray("9000") << 9000;
    QTest::newRow("quoted") << QByteArray("\"9000\"") << 9000;
    QTest::newRow("blanks") << QByteArray("' 9000 '") << 9000;
    QTest::newRow("whole float") << QByteArray("9000.0") << 9000;
    QTest::newRow("underscore") << QByteArray("9_000") << 9000;
    QTest::newRow("plus") << QByteArray("+9000") << 9000;
    QTest::newRow("hex") << QByteArray("0x2328") << 9000;
    QTest::newRow("tagged") << QByteArray("!!int '9000'") << 9000;
    QTest::newRow("zero") << QByteArray("0") << 0;
}

void TestConfigValues::readsIntegersLaxly()
{
    QFETCH(QByteArray, text);
    const model::Settings read =
        settingsOf(withBackend("gateway: {port: " + text.toStdString() + "}"));
    QCOMPARE(read.backends.size(), std::size_t{1});
    QTEST(int{read.gateway.port}, "port");
}

void TestConfigValues::readsSecondsLaxly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("milliseconds");
    QTest::newRow("integer") << QByteArray("7") << 7000;
    QTest::newRow("fraction") << QByteArray("0.25") << 250;
    QTest::newRow("no zero") << QByteArray(".5") << 500;
    QTest::newRow("quoted") << QByteArray("'1.5'") << 1500;
    QTest::newRow("exponent") << QByteArray("1e-2") << 10;
    QTest::newRow("smallest") << QByteArray("0.001") << 1;
}

void TestConfigValues::readsSecondsLaxly()
{
    QFETCH(QByteArray, text);
    QFETCH(int, milliseconds);
    const model::Settings read =
        settingsOf(withBackend("health: {interval_s: " + text.toStdString() + "}"));
    QCOMPARE(read.backends.size(), std::size_t{1});
    QVERIFY(read.health.interval == std::chrono::milliseconds(milliseconds));
}

void TestConfigValues::readsBooleansLaxly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("value");
    for (const char *yes : {"true", "True", "yes", "ON", "'on'", "\"yes\"", "y", "T", "1", "'1'"}) {
        QTest::newRow(yes) << QByteArray(yes) << true;
    }
    for (const char *no : {"false", "FALSE", "no", "Off", "'off'", "n", "f", "0"}) {
        QTest::newRow(no) << QByteArray(no) << false;
    }
}

void TestConfigValues::readsBooleansLaxly()
{
    QFETCH(QByteArray, text);
    const model::Settings read = settingsOf(
        "backends: [{name: a, url: 'http://h', retry_after_send: " + text.toStdString() + "}]\n");
    QCOMPARE(read.backends.size(), std::size_t{1});
    QTEST(read.backends.front().retryAfterSend, "value");
}

void TestConfigValues::readsEveryGatewayKey()
{
    const model::GatewaySettings gateway =
        settingsOf(
            withBackend(
                "gateway: {host: '[::1]', port: 1, strategy: weighted_round_robin, workers: 2,"
                " max_connections: 3, max_body_bytes: 4, max_upload_bytes: 5,"
                " max_header_bytes: 6000, max_headers: 7, head_timeout_s: 8, body_timeout_s: 9,"
                " idle_timeout_s: 10, send_timeout_s: 11, drain_timeout_s: 12}"))
            .gateway;
    QCOMPARE(gateway.host, std::string("::1"));
    QCOMPARE(int{gateway.port}, 1);
    QCOMPARE(gateway.strategy, std::string("weighted_round_robin"));
    QCOMPARE(gateway.workers, 2);
    QCOMPARE(gateway.maxConnections, std::size_t{3});
    QCOMPARE(gateway.maxBodyBytes, std::size_t{4});
    QCOMPARE(gateway.maxUploadBytes, std::size_t{5});
    QCOMPARE(gateway.maxHeaderBytes, std::size_t{6000});
    QCOMPARE(gateway.maxHeaders, std::size_t{7});
    QVERIFY(gateway.headTimeout == 8s && gateway.bodyTimeout == 9s && gateway.idleTimeout == 10s);
    QVERIFY(gateway.sendTimeout == 11s && gateway.drainTimeout == 12s);
}

void TestConfigValues::laysTimeoutsOverEachOther()
{
    // `timeouts` stands last, and counts all the same
    const auto backends =
        settingsOf("backends:\n"
                   "  - {name: a, url: 'http://h'}\n"
                   "  - {name: b, url: 'http://h', timeout: {connect: 1, stream_read: 2,"
                   "      total: 8, pool: 9}}\n"
                   "  - {name: c, url: 'http://h', timeout: {read: null, total: null,"
                   "      first_byte: ~, pool: null}}\n"
                   "  - {name: d, url: 'http://h', timeout: null}\n"
                   "timeouts: {connect: 3, read: 4, write: 5.5, stream_read: 6, first_byte: 7,"
                   "  total: 10, pool: 3}\n")
            .backends;
    QCOMPARE(backends.size(), std::size_t{4});
    for (std::size_t i : {0, 2, 3}) {
        const model::TimeoutSettings &timeouts = backends.at(i).timeouts;
        QVERIFY(timeouts.connect == 3s && timeouts.read == 4s && timeouts.write == 5500ms);
        QVERIFY(timeouts.streamRead == 6s && timeouts.firstByte == 7s && timeouts.total == 10s);
    }
    const model::TimeoutSettings &own = backends.at(1).timeouts;
    QVERIFY(own.connect == 1s && own.read == 4s && own.write == 5500ms && own.streamRead == 2s);
    QVERIFY(own.firstByte == 7s && own.total == 8s);
}

void TestConfigValues::retriesPaidCloudsOnlyWhenTold_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<bool>("retries");
    QTest::newRow("own engine") << QByteArray("url: 'http://10.0.0.1'") << true;
    QTest::newRow("cloud") << QByteArray("url: 'https://api.openai.com'") << false;
    QTest::newRow("cloud, upper case") << QByteArray("url: 'https://API.OpenAI.com/'") << false;
    QTest::newRow("cloud, told so")
        << QByteArray("retry_after_send: true, url: 'https://api.openai.com'") << true;
    QTest::newRow("own, told not")
        << QByteArray("retry_after_send: false, url: 'http://h'") << false;
}

void TestConfigValues::retriesPaidCloudsOnlyWhenTold()
{
    QFETCH(QByteArray, entry);
    const auto backends =
        settingsOf("backends: [{name: a, " + entry.toStdString() + "}]\n").backends;
    QCOMPARE(backends.size(), std::size_t{1});
    QTEST(backends.front().retryAfterSend, "retries");
}

void TestConfigValues::readsTheRestOfABackend()
{
    const auto backends =
        settingsOf("x-base: &base {engine: ollama, tags: [a, 'b'], weight: 3}\n"
                   "backends:\n"
                   "  - {<<: *base, name: n, url: 'https://[::1]:8443/v/', model: m,\n"
                   "     health_endpoint: '/health?x=1', auth_header: 'Bearer t',\n"
                   "     keepalive_s: 9, max_idle_connections: 0, weight: 1000000,\n"
                   "     tls: {server_name: s}}\n")
            .backends;
    QCOMPARE(backends.size(), std::size_t{1});
    const model::BackendSettings &backend = backends.front();
    QCOMPARE(backend.url, std::string("https://[::1]:8443/v"));
    QVERIFY(backend.https);
    QCOMPARE(backend.host, std::string("::1"));
    QCOMPARE(int{backend.port}, 8443);
    QCOMPARE(backend.basePath, std::string("/v"));
    QCOMPARE(backend.engine, std::string("ollama"));
    QCOMPARE(backend.model, std::string("m"));
    QCOMPARE(backend.weight, 1000000);
    QVERIFY(backend.tags == (std::vector<std::string>{"a", "b"}));
    QCOMPARE(backend.healthEndpoint, std::string("/health?x=1"));
    QVERIFY(backend.authHeader.reveal() == "Bearer t");
    QVERIFY(backend.keepalive == 9s);
    QCOMPARE(backend.maxIdleConnections, std::size_t{0});
    QCOMPARE(backend.tls.serverName, std::string("s"));
    QVERIFY(backend.tls.verify);
}

void TestConfigValues::readsLoggingAndAdmin()
{
    const model::Settings read = settingsOf(
        withBackend("logging: {level: warn, jsonl_path: ''}\n"
                    "admin: {allow: [10.0.0.0/8, '::1'], token: a-token-of-some-length}\n"
                    "health: {fail_threshold: 3, success_threshold: '4'}"));
    QCOMPARE(read.logging.level, std::string("WARNING"));
    QVERIFY(read.logging.jsonlPath.empty());
    QVERIFY(read.admin.allow == (std::vector<std::string>{"10.0.0.0/8", "::1/128"}));
    QVERIFY(read.admin.token.reveal() == "a-token-of-some-length");
    QCOMPARE(read.health.failThreshold, 3);
    QCOMPARE(read.health.successThreshold, 4);
}

// The example of Meridian's own description: what people have on their disks.
void TestConfigValues::loadsMeridiansOwnExample()
{
    const std::string text = R"(gateway:
  host: "0.0.0.0"
  port: 8080
  strategy: "least_inflight" # weighted_round_robin | least_inflight | ewma_latency | token_aware
  prefill_weight: 1.0
  decode_weight: 4.0
  default_max_tokens: 256
  token_estimator: "heuristic"
  queue_weight: 0.0
  mem_weight: 0.0
tiering:
  enabled: false
  long_prompt_tokens: 4000
  long_decode_tokens: 1000
  tiers:
    long_prompt: ["prefill-pool"]
    long_decode: ["decode-pool"]
    default: ["general"]
session_affinity:
  enabled: false
  header: "x-meridian-session"
  ttl_s: 600.0
  sweep_interval_s: 60.0
  max_sessions: 100000
auth:
  enabled: false
  keys:
    - key: "mrdn_3kTyXq9Zm4PwR7sN8vBcDfGhJ"
      org_id: "acme"
      team_id: "eng"
      user_id: "alice"
    - key: "mrdn_9Bv4QwX8Ty2Rs5Np7MfLkHgDc"
      org_id: "acme"
health:
  interval_s: 5
  timeout_s: 2
  fail_threshold: 2
  success_threshold: 1
logging:
  level: "INFO"
  jsonl_path: "./meridian_requests.jsonl"
backends:
  - name: "fast"
    url: "http://backend-fast:9001"
    engine: "vllm"
    model: "demo-model"
    weight: 80
    tags: ["fast"]
    health_endpoint: "/v1/models"
    telemetry:
      type: "json"
      url: "http://backend-fast:9001/stats"
      interval_s: 5.0
      timeout_s: 2.0
  - name: "slow"
    url: "http://backend-slow:9002"
    engine: "vllm"
    model: "demo-model"
    weight: 20
    tags: ["cheap"]
    health_endpoint: "/v1/models"
)";
    const model::Settings read = settingsOf(text);
    QCOMPARE(read.backends.size(), std::size_t{2});
    QCOMPARE(read.backends.at(0).weight, 80);
    QCOMPARE(read.backends.at(1).host, std::string("backend-slow"));
    QVERIFY(read.backends.at(0).telemetry);
    QCOMPARE(test::problemsOf(text), QStringList());
}

QTEST_GUILESS_MAIN(TestConfigValues)
#include "tst_configvalues.moc"
