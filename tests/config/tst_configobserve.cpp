// SPDX-License-Identifier: MIT
// tracing, telemetry, and what else a backend can be told: values and ranges.
#include "tests/config/configrows.h"

using namespace meridian;
using namespace std::chrono_literals;

namespace {

model::TracingSettings tracingOf(const std::string &text)
{
    return test::settingsWithoutProblems(test::withBackend("tracing: " + text)).tracing;
}

std::string backendWith(const std::string &keys)
{
    return "backends: [{name: a, url: 'http://h', " + keys + "}]\n";
}

model::BackendSettings backendOf(const std::string &keys)
{
    const auto backends = test::settingsWithoutProblems(backendWith(keys)).backends;
    return backends.empty() ? model::BackendSettings() : backends.front();
}

} // namespace

class TestConfigObserve : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTracing();
    void readsEndpoints_data();
    void readsEndpoints();
    void readsProtocols_data();
    void readsProtocols();
    void fitsTheBatchIntoTheQueue();
    void refusesTracing_data();
    void refusesTracing();
    void neverTellsAHeadersValue_data();
    void neverTellsAHeadersValue();
    void readsTelemetry();
    void goesWithoutTelemetryOfUnknownType();
    void readsTheRestOfABackend();
    void refusesBackends_data();
    void refusesBackends();
};

void TestConfigObserve::readsTracing()
{
    QVERIFY(tracingOf("{}") == model::TracingSettings());
    qputenv("MERIDIAN_TEST_TOKEN", "hush-2");
    const model::TracingSettings read =
        tracingOf("{enabled: true, headers: {Authorization: 'Bearer ${MERIDIAN_TEST_TOKEN}',"
                  " x-team: plain}, service_name: s, sample_ratio: 0, queue_size: 3,"
                  " batch_size: 3, interval_s: 0.5, timeout_s: 2}");
    QVERIFY(read.enabled);
    QCOMPARE(read.headers.size(), std::size_t{2});
    QVERIFY(read.headers.at("authorization").reveal() == "Bearer hush-2");
    QVERIFY(read.headers.at("x-team").reveal() == "plain");
    QCOMPARE(read.serviceName, std::string("s"));
    QCOMPARE(read.sampleRatio, 0.0);
    QCOMPARE(read.queueSize, std::size_t{3});
    QCOMPARE(read.batchSize, std::size_t{3});
    QVERIFY(read.interval == 500ms && read.timeout == 2s);
}

void TestConfigObserve::readsEndpoints_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("whole");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QByteArray>("path");
    const auto row = [](const char *url, const char *whole, const char *host, int port,
                        const char *path) {
        QTest::newRow(url) << QByteArray(url) << QByteArray(whole) << QByteArray(host) << port
                           << QByteArray(path);
    };
    row("http://c:4318", "http://c:4318/v1/traces", "c", 4318, "/v1/traces");
    row("http://c:4318/", "http://c:4318/v1/traces", "c", 4318, "/v1/traces");
    row("https://c", "https://c/v1/traces", "c", 443, "/v1/traces");
    row("http://C/otlp/v1/traces", "http://C/otlp/v1/traces", "c", 80, "/otlp/v1/traces");
    row("http://c/in/", "http://c/in/", "c", 80, "/in/");
    row("http://[::1]:9/x?k=v", "http://[::1]:9/x?k=v", "::1", 9, "/x?k=v");
}

void TestConfigObserve::readsEndpoints()
{
    QFETCH(QByteArray, url);
    QFETCH(int, port);
    const model::TracingSettings read = tracingOf("{endpoint: '" + url.toStdString() + "'}");
    QTEST(QByteArray::fromStdString(read.endpoint), "whole");
    QTEST(QByteArray::fromStdString(read.host), "host");
    QTEST(QByteArray::fromStdString(read.path), "path");
    QCOMPARE(int{read.port}, port);
    QCOMPARE(read.https, url.startsWith("https"));
}

void TestConfigObserve::readsProtocols_data()
{
    using Protocol = model::TracingSettings::Protocol;
    QTest::addColumn<bool>("isJson");
    static_assert(Protocol::Protobuf != Protocol::Json);
    for (const char *name : {"http/json", "json"}) {
        QTest::newRow(name) << true;
    }
    for (const char *name : {"http/protobuf", "protobuf"}) {
        QTest::newRow(name) << false;
    }
}

void TestConfigObserve::readsProtocols()
{
    const auto read = tracingOf(std::string("{protocol: ") + QTest::currentDataTag() + "}");
    QTEST(read.protocol == model::TracingSettings::Protocol::Json, "isJson");
}

void TestConfigObserve::fitsTheBatchIntoTheQueue()
{
    QCOMPARE(tracingOf("{queue_size: 100}").batchSize, std::size_t{100});
    QCOMPARE(tracingOf("{queue_size: 1000000}").batchSize, std::size_t{512});
}

void TestConfigObserve::refusesTracing_data()
{
    test::addProblemColumns();
    const auto row = test::addProblem;
    row("tracing: {endpoint: collector:4318}",
        "1:21: tracing.endpoint: must start with http:// or https://");
    row("tracing: {endpoint: ''}", "1:21: tracing.endpoint: must not be empty");
    row("tracing: {endpoint: 'http://u:p@c'}",
        "1:21: tracing.endpoint: must not hold a user name or password");
    row("tracing: {endpoint: 'http://c/#x'}", "1:21: tracing.endpoint: must not have a fragment");
    row("tracing: {endpoint: 'http://c/a b'}",
        "1:21: tracing.endpoint: the path holds characters that must be percent-encoded");
    row("tracing: {protocol: grpc}",
        "1:21: tracing.protocol: unknown protocol 'grpc'; known are http/protobuf and http/json");
    row("tracing: {headers: [a]}", "1:20: tracing.headers: expected a mapping, found a list");
    row("tracing: {headers: {'a b': c}}",
        "1:21: tracing.headers.a b: is not the name of a header field");
    row("tracing: {headers: {Content-Length: '5'}}",
        "1:21: tracing.headers.Content-Length: is written by the gateway itself");
    row("tracing: {headers: {X-A: b, x-a: c}}",
        "1:29: tracing.headers.x-a: given before, in other letters");
    row("tracing: {headers: {x-a: ''}}", "1:26: tracing.headers.x-a: must not be blank");
    row("tracing: {service_name: ''}", "1:25: tracing.service_name: must not be empty");
    row("tracing: {sample_ratio: 1.01}", "1:25: tracing.sample_ratio: must be between 0 and 1");
    row("tracing: {sample_ratio: -0.5}", "1:25: tracing.sample_ratio: must be between 0 and 1");
    row("tracing: {queue_size: 0}", "1:23: tracing.queue_size: must be between 1 and 1000000");
    row("tracing: {batch_size: 0}", "1:23: tracing.batch_size: must be between 1 and 100000");
    row("tracing: {batch_size: 3000}",
        "1:23: tracing.batch_size: must not be larger than queue_size (2048)");
    row("tracing: {batch_size: 20, queue_size: 10}",
        "1:23: tracing.batch_size: must not be larger than queue_size (10)");
    row("tracing: {interval_s: 0}", "1:23: tracing.interval_s: must be greater than 0 seconds");
    row("tracing: {timeout_s: -1}", "1:22: tracing.timeout_s: must be greater than 0 seconds");
    row("tracing: {enabled: x}",
        "1:20: tracing.enabled: expected a boolean (true or false), found a string");
    std::string many;
    for (int i = 0; i <= 32; ++i) {
        many += "h" + std::to_string(i) + ": v, ";
    }
    row("tracing: {headers: {" + many + "}}",
        "1:20: tracing.headers: must not hold more than 32 headers");
}

void TestConfigObserve::refusesTracing()
{
    test::verifyRefused();
}

void TestConfigObserve::neverTellsAHeadersValue_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char *value :
         {"[hush-3]", "{hush-3: hush-3}", "\"hush-3\\r\\nx: y\"", "${hush-3}", "env:hush-3",
          "file:hush-3", "\"hush-3\\0\"", "'${hush-3'", "!x hush-3", "*hush-3"}) {
        QTest::newRow(value) << QByteArray(value);
    }
}

void TestConfigObserve::neverTellsAHeadersValue()
{
    QFETCH(QByteArray, value);
    const QStringList problems = test::problemsOf(
        test::withBackend("tracing:\n  headers:\n    api-key: " + value.toStdString()));
    QVERIFY(!problems.isEmpty());
    QVERIFY2(!problems.join(QLatin1Char(' ')).contains(QLatin1String("hush")),
             qPrintable(problems.join(QLatin1Char('\n'))));
}

void TestConfigObserve::readsTelemetry()
{
    QVERIFY(!backendOf("telemetry: null").telemetry);
    const auto plain = backendOf("telemetry: {url: 'http://H:9001/stats'}").telemetry;
    QVERIFY(plain);
    QCOMPARE(plain->url, std::string("http://H:9001/stats"));
    QCOMPARE(plain->host, std::string("h"));
    QCOMPARE(int{plain->port}, 9001);
    QCOMPARE(plain->path, std::string("/stats"));
    QVERIFY(!plain->https && plain->type == model::TelemetrySettings::Type::Json);
    QVERIFY(plain->interval == 5s && plain->timeout == 2s);
    const auto full = backendOf("telemetry: {type: prometheus, url: 'https://[fd00::1]?a=b',"
                                " interval_s: 0.5, timeout_s: 1}")
                          .telemetry;
    QVERIFY(full && full->https && full->type == model::TelemetrySettings::Type::Prometheus);
    QCOMPARE(full->host, std::string("fd00::1"));
    QCOMPARE(int{full->port}, 443);
    QCOMPARE(full->path, std::string("/?a=b"));
    QVERIFY(full->interval == 500ms && full->timeout == 1s);
    QCOMPARE(backendOf("telemetry: {type: json, url: 'http://h'}").telemetry->path,
             std::string("/"));
}

void TestConfigObserve::goesWithoutTelemetryOfUnknownType()
{
    const std::string text = backendWith("telemetry: {type: dcgm, url: 'http://h/x'}");
    const auto loaded = test::load(text);
    QVERIFY(loaded && !loaded->settings.backends.at(0).telemetry);
    QCOMPARE(test::problemsOf(text),
             QStringList{QStringLiteral("c.yaml:1:57: backends[0].telemetry.type: unknown type "
                                        "'dcgm'; no telemetry for this backend (known are json and "
                                        "prometheus)")});
}

void TestConfigObserve::readsTheRestOfABackend()
{
    const model::BackendSettings plain =
        backendOf("idle_timeout_min: null, price: ~, upstream_model: null");
    QVERIFY(!plain.idleTimeout && !plain.price && plain.upstreamModel.empty());
    QCOMPARE(plain.maxConcurrency, std::int64_t{0});
    QVERIFY(!plain.continuation);
    const model::BackendSettings full =
        backendOf("idle_timeout_min: 1.5, upstream_model: other, max_concurrency: 1000000,"
                  " price: {prompt_per_1m: 0.25, completion_per_1m: 10}, continuation: true,"
                  " model: 'qwen*-?[x]'");
    QVERIFY(full.idleTimeout == 90s);
    QCOMPARE(full.upstreamModel, std::string("other"));
    QCOMPARE(full.maxConcurrency, std::int64_t{1000000});
    QVERIFY(full.price == (model::PriceSettings{0.25, 10}));
    QVERIFY(full.continuation);
    QCOMPARE(full.model, std::string("qwen*-?[x]"));
    QVERIFY(backendOf("price: {}").price == model::PriceSettings());
}

void TestConfigObserve::refusesBackends_data()
{
    QTest::addColumn<QByteArray>("keys");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *keys, const char *problem) {
        QTest::newRow(keys) << QByteArray(keys)
                            << QStringLiteral("c.yaml:1:") + QLatin1String(problem);
    };
    row("telemetry: {}", "50: backends[0].telemetry.url: required, but not given");
    row("telemetry: on", "50: backends[0].telemetry: expected a mapping, found a boolean");
    row("telemetry: {url: 'h/stats'}",
        "56: backends[0].telemetry.url: must start with http:// or https://");
    row("telemetry: {url: 'http://h', interval_s: 0}",
        "80: backends[0].telemetry.interval_s: must be greater than 0 seconds");
    row("telemetry: {url: 'http://h', timeout_s: .inf}",
        "79: backends[0].telemetry.timeout_s: must be a finite number");
    row("telemetry: {url: 'http://h', type: 1}", "74: backends[0].telemetry.type: expected a "
                                                 "string, found an integer; put it in quotes");
    row("idle_timeout_min: 0",
        "57: backends[0].idle_timeout_min: must be greater than 0 and at most 10000000");
    row("idle_timeout_min: 1e8",
        "57: backends[0].idle_timeout_min: must be greater than 0 and at most 10000000");
    row("idle_timeout_min: later",
        "57: backends[0].idle_timeout_min: expected a number, found a string");
    row("upstream_model: 'a*'", "55: backends[0].upstream_model: must be a name, without *");
    row("upstream_model: 5", "55: backends[0].upstream_model: expected a string, found an integer; "
                             "put it in quotes");
    row("max_concurrency: -1", "56: backends[0].max_concurrency: must be between 0 and 1000000");
    row("max_concurrency: 1000001",
        "56: backends[0].max_concurrency: must be between 0 and 1000000");
    row("price: 5", "46: backends[0].price: expected a mapping, found an integer");
    row("price: {prompt_per_1m: -1}",
        "62: backends[0].price.prompt_per_1m: must be between 0 and 1000000000");
    row("price: {completion_per_1m: .nan}",
        "66: backends[0].price.completion_per_1m: must be a finite number");
    row("continuation: perhaps", "53: backends[0].continuation: expected a boolean (true or "
                                 "false), found a string");
    row("timeout: {first_byte: 0}",
        "61: backends[0].timeout.first_byte: must be greater than 0 seconds");
    row("timeout: {total: x}", "56: backends[0].timeout.total: expected a number, found a string");
    row("timeout: {pool: 0}", "55: backends[0].timeout.pool: must be greater than 0 seconds");
}

void TestConfigObserve::refusesBackends()
{
    QFETCH(QByteArray, keys);
    QFETCH(QString, problem);
    const auto loaded = test::load(backendWith(keys.toStdString()));
    QVERIFY(!loaded);
    QCOMPARE(test::formatted(loaded.error()), QStringList{problem});
}

QTEST_GUILESS_MAIN(TestConfigObserve)
#include "tst_configobserve.moc"
