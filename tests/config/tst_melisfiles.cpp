// SPDX-License-Identifier: MIT
// Melis' config.yaml, its routes.yaml and its variables: what becomes of each key.
#include "tests/config/melisfiles.h"

#include <QTest>

using namespace meridian;
using namespace std::chrono_literals;
using model::Provider;
using test::MelisFiles;

namespace {

// As a user of the quick start has them.
constexpr const char *QuickConfig = R"(server:
  host: 0.0.0.0
  port: 8080
providers:
  - id: openai
    provider_type: openai
    base_url: https://api.openai.com/v1
    api_key: ${MERIDIAN_TEST_UNSET}
    models: [gpt-4o, gpt-4o-mini]
  - id: ollama
    provider_type: ollama
    base_url: http://ollama:11434
    api_key: ""
)";
constexpr const char *QuickRoutes = R"(routes:
  - path: "/v1/chat/completions"
    method: "POST"
    provider: "ollama" # Swapped from "openai" instantly
    model: "llama3.2" # Overrides the payload target model
    token_optimization:
      strategy: "adaptive_trimming"
      compress_above_tokens: 4096
)";

const std::string OneProvider = "providers: [{id: p, provider_type: ollama}]\n";

QString described(const model::BackendSettings &backend)
{
    QString text = QString::fromStdString(backend.name) + QLatin1Char(' ') +
                   QLatin1String(providerName(backend.provider).data()) + QLatin1Char(' ') +
                   QString::fromStdString(backend.url);
    text += QStringLiteral(" w%1 p%2").arg(backend.weight).arg(backend.priority);
    text += QStringLiteral(" m=") + QString::fromStdString(backend.model);
    text += QStringLiteral(" up=") + QString::fromStdString(backend.upstreamModel);
    text += backend.isRouteOnly ? QStringLiteral(" only") : QString();
    for (const std::string &route : backend.routes) {
        text += QLatin1Char(' ') + QString::fromStdString(route);
    }
    return text;
}

QStringList backendsOf(const config::LoadResult &loaded)
{
    QStringList all;
    if (loaded) {
        for (const model::BackendSettings &backend : loaded->settings.backends) {
            all << described(backend);
        }
    }
    return all;
}

model::BackendSettings providerOf(const std::string &keys)
{
    const MelisFiles files("providers: [{id: p, " + keys + "}]\n");
    const auto loaded = files.load();
    if (!loaded || !files.problems().isEmpty()) {
        QTest::qFail(qPrintable(files.problems().join(QLatin1Char('\n'))), __FILE__, __LINE__);
        return {};
    }
    return loaded->settings.backends.front();
}

} // namespace

class TestMelisFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quickStart();
    void everySection();
    void everyProvider();
    void severalModels();
    void customProvidersAndTypes();
    void weightsFallbacksAndModels();
    void environmentWins();
    void environmentErrors_data();
    void environmentErrors();
    void logLevels_data();
    void logLevels();
    void findsTheRoutes();
    void interpolates();
    void besideMeridiansOwnFile();
};

void TestMelisFiles::quickStart()
{
    const MelisFiles files(QuickConfig, QuickRoutes);
    qputenv("MELIS_SERVER_PORT", "9090");
    const auto loaded = files.load();
    QVERIFY(loaded);
    QCOMPARE(
        files.problems(),
        (QStringList{
            QStringLiteral("config.yaml:8:14: providers[0].api_key: environment variable "
                           "MERIDIAN_TEST_UNSET is not set; this provider is used without a "
                           "key"),
            QStringLiteral("routes.yaml:6:5: routes[0].token_optimization: recognised, not yet "
                           "active in this version")}));
    QCOMPARE(int{loaded->settings.gateway.port}, 9090);
    QCOMPARE(loaded->settings.gateway.strategy, std::string("weighted_round_robin"));
    QVERIFY(loaded->settings.logging.jsonlPath.empty());
    QCOMPARE(loaded->settings.routes.size(), std::size_t{1});
    QCOMPARE(loaded->settings.routes[0].path, std::string("/v1/chat/completions"));
    QCOMPARE(loaded->settings.routes[0].maxFailovers.value_or(9), 2U);
    QCOMPARE(backendsOf(loaded),
             (QStringList{
                 QStringLiteral("openai openai https://api.openai.com w1 p0 m=gpt-4o up="),
                 QStringLiteral("openai#2 openai https://api.openai.com w1 p0 m=gpt-4o-mini up="),
                 QStringLiteral("ollama ollama http://ollama:11434 w1 p0 m= up="),
                 QStringLiteral("ollama#2 ollama http://ollama:11434 w1 p0 m= up=llama3.2 only "
                                "/v1/chat/completions")}));
    qunsetenv("MELIS_SERVER_PORT");
    QCOMPARE(int{MelisFiles(OneProvider).load()->settings.gateway.port}, 8080);
}

void TestMelisFiles::everySection()
{
    const MelisFiles files(R"(
server: {host: 127.0.0.1, port: 1, max_payload_size: 2, graceful_shutdown_timeout_secs: 3,
  max_concurrent_connections: 4}
circuit_breaker: {failure_threshold_percent: 25, window_duration_secs: 5, min_requests_in_window: 6,
  open_ttl_secs: 7, max_ttl_secs: 8, backoff_factor: 2.0}
observability: {otlp_endpoint: 'http://c:4318', service_name: s, enabled: true}
logging: {level: debug, jsonl_path: x}
admin: {allow: [10.0.0.0/8]}
timeouts: {read: 9}
health: {interval_s: 10}
translation: {on_loss: reject}
auth: {enabled: false, api_keys: []}
)" + OneProvider);
    QCOMPARE(files.problems(), QStringList());
    const auto loaded = files.load();
    QVERIFY(loaded);
    const model::Settings &read = loaded->settings;
    QCOMPARE(read.gateway.host, std::string("127.0.0.1"));
    QCOMPARE(int{read.gateway.port}, 1);
    QCOMPARE(read.gateway.maxBodyBytes, std::size_t{2});
    QVERIFY(read.gateway.drainTimeout == 3s);
    QCOMPARE(read.gateway.maxConnections, std::size_t{4});
    const model::BreakerSettings &breaker = read.resilience.breaker;
    QVERIFY(breaker.enabled && breaker.failureRate == 0.25 && breaker.minRequests == 6);
    QVERIFY(breaker.window == 5s && breaker.open == 7s && breaker.maxOpen == 8s);
    QVERIFY(breaker.failureThreshold > 1000); // the share alone decides
    QVERIFY(read.tracing.enabled);
    QCOMPARE(read.tracing.endpoint + ' ' + read.tracing.serviceName,
             std::string("http://c:4318/v1/traces s"));
    QCOMPARE(read.logging.level + read.logging.jsonlPath, std::string("DEBUGx"));
    QCOMPARE(read.admin.allow.size(), std::size_t{1});
    QVERIFY(read.health.interval == 10s && read.translation.onLoss == model::OnLoss::Reject);
    QVERIFY(read.backends[0].timeouts.read == 9s);
    QVERIFY(read.backends[0].timeouts.firstByte == 30s); // Melis' time-out
    QVERIFY(read.resilience.retryStatuses == (std::vector<int>{429, 500, 502, 503, 504, 529}));
}

void TestMelisFiles::everyProvider()
{
    qputenv("MERIDIAN_TEST_KEY", "hush-4");
    const auto limits = providerOf("provider_type: openai, base_url: 'http://h:1/v1/', api_key: k,"
                                   " weight: 5, timeout_secs: 6, connect_timeout_ms: 700,"
                                   " idle_timeout_secs: 8, max_connections: 9,"
                                   " headers: {x-a: '${MERIDIAN_TEST_KEY}'}");
    QCOMPARE(limits.url, std::string("http://h:1"));
    QVERIFY(limits.apiKey.reveal() == "k" && limits.headers.at("x-a").reveal() == "hush-4");
    QVERIFY(limits.weight == 5 && limits.timeouts.firstByte == 6s && limits.keepalive == 8s);
    QVERIFY(limits.timeouts.connect == 700ms && limits.maxConcurrency == 9);
    const auto claude =
        providerOf("provider_type: anthropic, base_url: 'https://api.anthropic.com'");
    QVERIFY(claude.provider == Provider::Anthropic && !claude.retryAfterSend);
    const auto vertex = providerOf("provider_type: google_vertex_ai, project_id: pr,"
                                   " region: europe-west1, publisher: anthropic,"
                                   " credentials: {type: adc}");
    QCOMPARE(vertex.host, std::string("europe-west1-aiplatform.googleapis.com"));
    QCOMPARE(vertex.options.project, std::string("pr"));
    QVERIFY(vertex.options.publisher == model::VertexPublisher::Anthropic);
    QVERIFY(vertex.options.credentials.kind == model::CredentialKind::ApplicationDefault);
    const auto token = providerOf("provider_type: vertex_anthropic, project_id: pr, location: eu,"
                                  " credentials: {type: access_token, env: MERIDIAN_TEST_KEY}");
    QVERIFY(token.authHeader.reveal() == "Bearer hush-4" && token.options.location == "eu");
    const auto path =
        providerOf("provider_type: google_vertex_ai, base_url: 'https://h/v1/projects/"
                   "pr/locations/us/endpoints/openapi', api_key: ya29.x");
    QCOMPARE(path.url + ' ' + path.options.project + ' ' + path.options.location,
             std::string("https://h pr us"));
    // a Gemini key is for another API than Vertex'
    const auto gemini = providerOf("provider_type: google_vertex_ai, api_key: k, base_url: "
                                   "'https://generativelanguage.googleapis.com/v1beta/openai'");
    QVERIFY(gemini.provider == Provider::Google);
    QCOMPARE(gemini.url, std::string("https://generativelanguage.googleapis.com"));
    const auto oci = providerOf("provider_type: oci_genai, region: eu-frankfurt-1,"
                                " compartment_id: c, api_format: cohere,"
                                " serving_mode: {type: dedicated, endpoint_id: e},"
                                " credentials: {type: api_key, config_file: /c, profile: P}");
    QVERIFY(oci.options.format == model::OciFormat::Cohere && oci.options.endpointId == "e");
    QVERIFY(oci.options.credentials.kind == model::CredentialKind::OciApiKey);
    QCOMPARE(oci.options.credentials.file + oci.options.credentials.profile, std::string("/cP"));
    const auto bearer = providerOf("provider_type: oci_genai, region: r, credentials:"
                                   " {type: bearer, env: MERIDIAN_TEST_KEY}");
    QVERIFY(bearer.apiKey.reveal() == "hush-4");
    QVERIFY(bearer.options.format == model::OciFormat::OpenAi);
    const auto local = providerOf("provider_type: ollama, api: native, keep_alive: 10m,"
                                  " options: {num_ctx: 8192}");
    QVERIFY(local.options.keepAlive == "10m" && local.options.numCtx == 8192);
    QCOMPARE(local.url, std::string("http://127.0.0.1:11434"));
    const auto compatible = providerOf("provider_type: ollama, api: openai");
    QVERIFY(compatible.provider == Provider::OpenAi && compatible.engine == "ollama");
    QCOMPARE(compatible.url, std::string("http://127.0.0.1:11434"));
}

void TestMelisFiles::severalModels()
{
    const MelisFiles files(
        "providers: [{id: p, provider_type: ollama, models: [m, n, m],"
        " model_aliases: {big: n}, price: {n: {in: 1, out: 2, cache_read: 3}}}]");
    QCOMPARE(files.problems(), QStringList());
    const auto loaded = files.load();
    const QString start = QStringLiteral("ollama http://127.0.0.1:11434 w1 p0 ");
    QCOMPARE(backendsOf(loaded),
             (QStringList{QStringLiteral("p ") + start + QStringLiteral("m=m up="),
                          QStringLiteral("p#2 ") + start + QStringLiteral("m=n up="),
                          QStringLiteral("p#3 ") + start + QStringLiteral("m=big up=n")}));
    QVERIFY(!loaded->settings.backends[0].price);
    QCOMPARE(loaded->settings.backends[1].price->completionPerMillion, 2.0);
    QCOMPARE(loaded->settings.backends[2].price->promptPerMillion, 1.0);
}

void TestMelisFiles::customProvidersAndTypes()
{
    const MelisFiles files("providers:\n"
                           "  - {id: east, provider_type: openai}\n"
                           "  - {id: west, provider_type: openai, weight: 2}\n"
                           "  - {id: anthropic, provider_type: ollama}\n" // the id wins
                           "  - {id: c, provider_type: anthropic}\n",
                           "custom_providers:\n"
                           "  - {name: own, base_url: 'http://own/v1', api_format: "
                           "openai_compatible}\n"
                           "routes:\n"
                           "  - {path: /a, method: post, provider: openai}\n"
                           "  - {path: /b, method: POST, provider: own}\n"
                           "  - {path: /c, method: POST, provider: anthropic}\n");
    QCOMPARE(files.problems(), QStringList());
    QCOMPARE(backendsOf(files.load()),
             (QStringList{QStringLiteral("east openai https://api.openai.com w1 p0 m= up= /a"),
                          QStringLiteral("west openai https://api.openai.com w2 p0 m= up= /a"),
                          QStringLiteral("anthropic ollama http://127.0.0.1:11434 w1 p0 m= up= /c"),
                          QStringLiteral("c anthropic https://api.anthropic.com w1 p0 m= up="),
                          QStringLiteral("own openai http://own w1 p0 m= up= only /b")}));
}

void TestMelisFiles::weightsFallbacksAndModels()
{
    const MelisFiles files(
        "providers:\n"
        "  - {id: x, provider_type: ollama, models: [m]}\n"
        "  - {id: y, provider_type: ollama, base_url: 'http://y'}\n",
        "routes:\n"
        "  - path: /a\n"
        "    method: POST\n"
        "    model: n\n"
        "    providers: [{name: x, weight: 7}, {name: y, model: o, priority: 1}]\n"
        "    fallbacks: [{name: y}]\n"
        "    max_failovers: 5\n"
        "    deadline_ms: 1500\n"
        "    on_loss: fallback\n"
        "  - {path: /b, method: POST, provider: x}\n"
        "  - {path: /c, method: POST, providers: [{name: x}, {name: y}]}\n");
    QCOMPARE(files.problems(), QStringList());
    const auto loaded = files.load();
    QCOMPARE(
        backendsOf(loaded),
        (QStringList{QStringLiteral("x ollama http://127.0.0.1:11434 w1 p0 m=m up= /c"),
                     QStringLiteral("y ollama http://y w1 p0 m= up= /c"),
                     QStringLiteral("x#2 ollama http://127.0.0.1:11434 w7 p0 m= up=n only /a"),
                     QStringLiteral("y#2 ollama http://y w1 p1 m= up=o only /a"),
                     QStringLiteral("y#3 ollama http://y w1 p2 m= up= only /a"),
                     // alone behind a path: every model name is its
                     QStringLiteral("x#3 ollama http://127.0.0.1:11434 w1 p0 m= up= only /b")}));
    const model::RouteSettings &route = loaded->settings.routes.at(0);
    QVERIFY(route.maxFailovers == 5U && route.deadline == 1500ms);
    QVERIFY(route.onLoss == model::OnLoss::Fallback);
}

void TestMelisFiles::environmentWins()
{
    const MelisFiles files("server: {port: 1, host: a}\n" + OneProvider);
    qputenv("MELIS_SERVER_HOST", "127.0.0.2");
    qputenv("MELIS_SERVER_PORT", "2");
    qputenv("MELIS_OTLP_ENDPOINT", "http://collector:4317");
    qputenv("MELIS_REDIS_URL", "redis://h");
    const auto loaded = files.load();
    QVERIFY(loaded);
    QCOMPARE(files.problems(),
             (QStringList{QStringLiteral("config.yaml:1:1: MELIS_OTLP_ENDPOINT: 4317 is the "
                                         "collector's port for gRPC; traces go over HTTP, to "
                                         "'http://collector:4318/v1/traces'"),
                          QStringLiteral("config.yaml:1:1: MELIS_REDIS_URL: recognised, not yet "
                                         "active in this version")}));
    QCOMPARE(loaded->settings.gateway.host, std::string("127.0.0.2"));
    QCOMPARE(int{loaded->settings.gateway.port}, 2);
    QVERIFY(loaded->settings.tracing.enabled && loaded->settings.tracing.port == 4318);
    files.write("config.yaml", "observability: {enabled: false}\n" + OneProvider);
    QVERIFY(!files.load()->settings.tracing.enabled);
    // Meridian's own files have nothing to do with these
    files.write("config.yaml", std::string(test::OneBackend));
    QCOMPARE(int{files.load()->settings.gateway.port}, 8080);
}

void TestMelisFiles::environmentErrors_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("problem");
    QTest::newRow("MELIS_SERVER_PORT")
        << QByteArray("70000") << QStringLiteral("must be a port, 0 to 65535");
    QTest::newRow("MELIS_SERVER_HOST")
        << QByteArray("a\nb") << QStringLiteral("must be a name or an address");
    QTest::newRow("MELIS_OTLP_ENDPOINT")
        << QByteArray("h:1") << QStringLiteral("must start with http:// or https://");
    QTest::newRow("RUST_LOG") << QByteArray("loud")
                              << QStringLiteral("unknown level 'loud'; using INFO");
}

void TestMelisFiles::environmentErrors()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, problem);
    const MelisFiles files(OneProvider);
    qputenv(QTest::currentDataTag(), value);
    QCOMPARE(files.problems(),
             QStringList{QStringLiteral("config.yaml:1:1: ") +
                         QLatin1String(QTest::currentDataTag()) + QStringLiteral(": ") + problem});
}

void TestMelisFiles::logLevels_data()
{
    QTest::addColumn<QString>("level");
    QTest::newRow("trace") << QStringLiteral("DEBUG");
    QTest::newRow("Info") << QStringLiteral("INFO");
    QTest::newRow("warn") << QStringLiteral("WARNING");
    QTest::newRow("error") << QStringLiteral("ERROR");
    QTest::newRow("off") << QStringLiteral("CRITICAL");
    QTest::newRow("hyper=warn,melis_ai_gateway=debug") << QStringLiteral("DEBUG");
    QTest::newRow("error,hyper=debug") << QStringLiteral("ERROR");
    QTest::newRow("hyper=debug") << QStringLiteral("INFO");
}

void TestMelisFiles::logLevels()
{
    const MelisFiles files(OneProvider);
    qputenv("RUST_LOG", QTest::currentDataTag());
    QTEST(QString::fromStdString(files.load()->settings.logging.level), "level");
}

void TestMelisFiles::findsTheRoutes()
{
    const std::string routes = "routes: [{path: /found, method: POST, provider: p}]\n";
    const MelisFiles files(OneProvider);
    const auto pathsOf = [&files](const config::LoadOptions &options = {}) {
        const auto loaded = files.load(options);
        return !loaded                           ? std::string("error")
               : loaded->settings.routes.empty() ? std::string()
                                                 : loaded->settings.routes[0].path;
    };
    std::string found;
    QCOMPARE(pathsOf({{}, &found}), std::string()); // none, which is fine
    QCOMPARE(found, std::string("routes.yaml"));
    files.write("routes.yaml", routes);
    QCOMPARE(pathsOf({{}, &found}), std::string("/found")); // beside the file
    QCOMPARE(found, files.path("routes.yaml"));
    files.write("other.yaml", "routes: [{path: /other, method: POST, provider: p}]\n");
    files.write("config.yaml", OneProvider + "routes_config_path: ./other.yaml\n");
    QCOMPARE(pathsOf(), std::string("/other"));
    qputenv("MELIS_ROUTES_CONFIG", files.path("routes.yaml").c_str());
    QCOMPARE(pathsOf(), std::string("/found"));
    QCOMPARE(pathsOf({files.path("other.yaml"), nullptr}), std::string("/other"));
    qputenv("MELIS_ROUTES_CONFIG", "gone.yaml");
    QCOMPARE(files.problems(),
             QStringList{QStringLiteral("gone.yaml:1:1: document: cannot read the file: No such "
                                        "file or directory")});
    qunsetenv("MELIS_ROUTES_CONFIG");
}

void TestMelisFiles::interpolates()
{
    qputenv("MERIDIAN_TEST_PORT", "1234");
    qputenv("MERIDIAN_TEST_KEY", "hush-5");
    qunsetenv("MERIDIAN_TEST_UNSET");
    const MelisFiles files(
        "server: {port: '${MERIDIAN_TEST_PORT}', host: '${MERIDIAN_TEST_UNSET:-127.0.0.9}'}\n"
        "providers:\n"
        "  - {id: a, provider_type: ollama, base_url: 'http://h:${MERIDIAN_TEST_PORT:-1}',\n"
        "     api_key: '${MERIDIAN_TEST_KEY:-none}'}\n"
        "  - {id: b, provider_type: ollama, api_key: '${MERIDIAN_TEST_UNSET:-}'}\n",
        "routes: [{path: '/${MERIDIAN_TEST_PORT}', method: POST, provider: a}]\n");
    QCOMPARE(files.problems(), QStringList());
    const auto loaded = files.load();
    QVERIFY(loaded);
    QCOMPARE(int{loaded->settings.gateway.port}, 1234);
    QCOMPARE(loaded->settings.gateway.host, std::string("127.0.0.9"));
    QCOMPARE(int{loaded->settings.backends[0].port}, 1234);
    QVERIFY(loaded->settings.backends[0].apiKey.reveal() == "hush-5");
    QVERIFY(loaded->settings.backends[1].apiKey.isEmpty());
    QCOMPARE(loaded->settings.routes[0].path, std::string("/1234"));
    files.write("config.yaml", "server: {host: '${MERIDIAN_TEST_UNSET}'}\n" + OneProvider);
    QCOMPARE(files.problems().first(),
             QStringLiteral("config.yaml:1:16: server.host: environment variable "
                            "MERIDIAN_TEST_UNSET is not set"));
}

void TestMelisFiles::besideMeridiansOwnFile()
{
    const MelisFiles files("backends: [{name: a, url: 'http://h'}]\n",
                           "routes: [{path: /x, method: POST, provider: a, model: m}]\n");
    QVERIFY(files.load()->settings.routes.empty()); // not asked for
    const auto loaded = files.load({files.path("routes.yaml"), nullptr});
    QVERIFY(loaded);
    QCOMPARE(loaded->settings.routes.size(), std::size_t{1});
    QCOMPARE(loaded->settings.backends.at(1).name, std::string("a#2"));
}

QTEST_GUILESS_MAIN(TestMelisFiles)
#include "tst_melisfiles.moc"
