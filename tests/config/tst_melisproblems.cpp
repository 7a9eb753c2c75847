// SPDX-License-Identifier: MIT
// Every problem of Melis' two files: its exact line, and those of both at once.
#include "tests/config/melisfiles.h"

#include <QTest>

using namespace meridian;
using test::MelisFiles;

namespace {

const std::string OneProvider = "providers: [{id: p, provider_type: ollama}]\n";

} // namespace

class TestMelisProblems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void configProblems_data();
    void configProblems();
    void routeProblems_data();
    void routeProblems();
    void bothFilesAtOnce();
};

void TestMelisProblems::configProblems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const std::string &text, const char *problem) {
        QTest::newRow(text.substr(0, 90).c_str())
            << QByteArray::fromStdString(text) << QString::fromUtf8(problem);
    };
    const auto top = [&row](const std::string &text, const char *problem) {
        row(text + '\n' + OneProvider, problem);
    };
    const auto entry = [&row](const std::string &keys, const char *problem) {
        row("providers: [{id: p, " + keys + "}]\n", problem);
    };
    constexpr const char *Later = ": recognised, not yet active in this version";
    top("redis: {cluster_urls: ['redis://h']}", (std::string("1:1: redis") + Later).c_str());
    top("rate_limit: {burst_capacity: 1}", (std::string("1:1: rate_limit") + Later).c_str());
    top("compactor: {token_threshold: 512}", (std::string("1:1: compactor") + Later).c_str());
    top("server: {probe_auth: false}", (std::string("1:10: server.probe_auth") + Later).c_str());
    top("server: {admin: {port: 1}}", (std::string("1:10: server.admin") + Later).c_str());
    top("auth: {enabled: true}",
        "1:17: auth.enabled: API-key authentication is not yet active in this version, and "
        "starting without it would leave you unprotected; set enabled: false to accept that");
    top("auth: {enabld: true}", "1:8: auth.enabld: unknown key; did you mean 'enabled'?");
    top("blocklist: {ips: [10.0.0.1]}",
        "1:18: blocklist.ips: blocklists are not yet active in this version, and starting without "
        "them would leave you unprotected; empty the list to accept that");
    top("serer: {}", "1:1: serer: unknown key; did you mean 'server'?");
    top("server: {port: 65536}", "1:16: server.port: must be between 0 and 65535");
    top("server: {max_concurrent_connections: 0}",
        "1:38: server.max_concurrent_connections: must be between 1 and 1000000");
    top("server: {tls: {cert_file: /nowhere}}",
        "1:15: server.tls.key_file: required, but not given|config.yaml:1:27: "
        "server.tls.cert_file: cannot read '/nowhere': No such file or directory");
    top("circuit_breaker: {failure_threshold_percent: 101}",
        "1:46: circuit_breaker.failure_threshold_percent: must be greater than 0 and at most 100");
    top("circuit_breaker: {open_ttl_secs: 9, max_ttl_secs: 8}",
        "1:51: circuit_breaker.max_ttl_secs: must be at least open_ttl_secs (9)");
    top("circuit_breaker: {backoff_factor: 3}",
        "1:35: circuit_breaker.backoff_factor: has no effect: the time doubles");
    top("observability: {enabled: true, otlp_endpoint: 'http://c:4317'}",
        "1:47: observability.otlp_endpoint: 4317 is the collector's port for gRPC; traces go over "
        "HTTP, to 'http://c:4318/v1/traces'");
    row("server: {}\n",
        "1:1: providers: no providers; give at least one with an id and a provider_type");
    row("providers: {a: b}\n", "1:12: providers: expected a list of providers, found a mapping");
    row("providers: [{provider_type: ollama}]\n", "1:13: providers[0].id: required, but not given");
    entry("base_url: 'http://h'", "1:13: providers[0].provider_type: required, but not given");
    entry("provider_type: olama",
          "1:36: providers[0].provider_type: unknown provider 'olama'; did you mean 'ollama'?");
    entry("provider_type: ollama, weight: 0",
          "1:52: providers[0].weight: must be between 1 and 1000000");
    entry("provider_type: ollama, base_url: ''", "1:54: providers[0].base_url: must not be empty");
    row("providers:\n  - {id: p, provider_type: ollama}\n  - {id: p, provider_type: ollama}\n",
        "3:10: providers[1].id: duplicate provider id 'p', first given on line 2");
    entry("provider_type: google_vertex_ai",
          "1:13: providers[0].project_id: required, but not given: the project that is billed, "
          "unless a key file of the credentials names it");
    entry("provider_type: oci_genai",
          "1:13: providers[0].region: required, but not given: oci_genai wants a region, or "
          "base_url with the endpoint|config.yaml:1:13: providers[0].compartment_id: required, but "
          "not given: the OCID of the compartment that is billed");
    entry("provider_type: oci_genai, region: r, compartment_id: c, serving_mode: {type: dedicated}",
          "1:91: providers[0].serving_mode.endpoint_id: required, but not given: the OCID of the "
          "dedicated endpoint");
    entry("provider_type: ollama, api: rest",
          "1:49: providers[0].api: unknown word 'rest'; known are native, openai");
    entry("provider_type: ollama, region: r",
          "1:44: providers[0].region: has no effect: ollama does not read it");
    entry("provider_type: ollama, proxy: x",
          (std::string("1:44: providers[0].proxy") + Later).c_str());
    entry("provider_type: ollama, retry: {}",
          (std::string("1:44: providers[0].retry") + Later).c_str());
    entry("provider_type: ollama, options: {project: p}",
          "1:54: providers[0].options.project: has no effect: ollama does not read it");
    entry("provider_type: ollama, model_aliases: {a: b}",
          "1:59: providers[0].model_aliases: wants models: the names that this provider serves by "
          "themselves");
    entry("provider_type: ollama, price: {m: {in: 1}}",
          "1:52: providers[0].price.m: has no effect: models does not list this name");
    entry("provider_type: google_vertex_ai, project_id: x, credentials: {type: magic}",
          "1:89: providers[0].credentials.type: unknown type 'magic'; known are adc, "
          "service_account, access_token, api_key, security_token, instance_principal, "
          "resource_principal, bearer");
    entry("provider_type: google_vertex_ai, project_id: x, credentials: {type: access_token}",
          "1:82: providers[0].credentials.env: required, but not given: the variable that holds "
          "the key");
}

void TestMelisProblems::configProblems()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const MelisFiles files(text.toStdString());
    QCOMPARE(files.problems(), (QStringLiteral("config.yaml:") + problem).split(QLatin1Char('|')));
}

void TestMelisProblems::routeProblems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const std::string &text, const char *problem) {
        QTest::newRow(text.substr(0, 90).c_str())
            << QByteArray::fromStdString(text) << QString::fromUtf8(problem);
    };
    const auto route = [&row](const std::string &keys, const char *problem) {
        row("routes: [{path: /x, method: POST, " + keys + "}]", problem);
    };
    row("{}", "1:1: routes: required, but not given");
    row("routes: {}", "1:9: routes: expected a list of routes, found a mapping");
    row("routes: [{}]", "1:10: routes[0].path: required, but not given|routes.yaml:1:10: "
                        "routes[0].method: required, but not given|routes.yaml:1:10: "
                        "routes[0].provider: required, but not given: provider, or providers for "
                        "several");
    route("provider: anthropic",
          "1:45: routes[0].provider: no provider of the configuration has the id or type "
          "'anthropic'");
    route("provider: pp",
          "1:45: routes[0].provider: no provider is called 'pp'; did you mean 'p'?");
    route("provider: something",
          "1:45: routes[0].provider: no provider is called 'something'; give a provider's id, its "
          "type, or the name of a custom provider");
    route("provider: p, providers: [{name: p}]",
          "1:59: routes[0].providers: give provider or providers, not both");
    route("providers: []", "1:46: routes[0].providers: must hold between 1 and 64 providers");
    route("providers: [{weight: 1}]", "1:47: routes[0].providers[0].name: required, but not given");
    route("providers: [{name: p, weight: 0}]",
          "1:65: routes[0].providers[0].weight: must be between 1 and 1000000");
    route("provider: p, model: 'm*'", "1:55: routes[0].model: must be a name, without *");
    route("provider: p, max_failovers: 101",
          "1:63: routes[0].max_failovers: must be between 0 and 100");
    route("provider: p, match: {model: x}",
          "1:48: routes[0].match: recognised, not yet active in this version: this route is left "
          "out");
    route("provider: p, rate_limit: {}",
          "1:48: routes[0].rate_limit: recognised, not yet active in this version");
    route("provider: p, token_optimization: {strategy: zip}",
          "1:79: routes[0].token_optimization.strategy: unknown strategy 'zip'; known are "
          "adaptive_trimming, sliding_window, semantic_guarded_trimming, none");
    row("routes: [{path: /metrics, method: POST, provider: p}]",
        "1:17: routes[0].path: is a path of the gateway's own");
    row("routes:\n  - {path: /x, method: POST, provider: p}\n  - {path: /x, method: post, "
        "provider: p}\n",
        "3:5: routes[1]: the same path and method as routes[0] on line 2");
    row("custom_providers: [{name: openai, base_url: 'http://h'}]\nroutes: []",
        "1:27: custom_providers[0].name: is the name of a provider type");
    row("custom_providers: [{name: c, base_url: 'http://h', api_format: custom}]\nroutes: []",
        "1:64: custom_providers[0].api_format: a format of its own cannot be translated; "
        "openai_compatible is used");
    row("custom_providers: [{name: c, base_url: 'http://h', api_format: x}]\nroutes: []",
        "1:64: custom_providers[0].api_format: unknown format 'x'; known are openai_compatible, "
        "custom");
    row("custom_providers: [{name: c, base_url: 'http://h'}, {name: c, base_url: 'http://h'}]\n"
        "routes: []",
        "1:60: custom_providers[1].name: duplicate custom provider 'c'");
    row("custom_providers: [{name: p, base_url: 'http://h'}]\nroutes: []",
        "1:27: custom_providers[0].name: the configuration has a provider of this id, which is "
        "used");
}

void TestMelisProblems::routeProblems()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const MelisFiles files(OneProvider, text.toStdString());
    QCOMPARE(files.problems(), (QStringLiteral("routes.yaml:") + problem).split(QLatin1Char('|')));
}

void TestMelisProblems::bothFilesAtOnce()
{
    const MelisFiles files("server:\n  port: x\n" + OneProvider,
                           "routes:\n  - {path: x, method: POST, provider: q}\n");
    QCOMPARE(
        files.problems(),
        (QStringList{
            QStringLiteral("config.yaml:2:9: server.port: expected an integer, found a string"),
            QStringLiteral("routes.yaml:2:12: routes[0].path: must be a path that starts with "
                           "/, without a query"),
            QStringLiteral("routes.yaml:2:39: routes[0].provider: no provider is called 'q'; "
                           "did you mean 'p'?")}));
    QVERIFY(!files.load());
}

QTEST_GUILESS_MAIN(TestMelisProblems)
#include "tst_melisproblems.moc"
