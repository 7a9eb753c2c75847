// SPDX-License-Identifier: MIT
// provider, api_key, options and what follows from them; translation and context_fallback.
#include "tests/config/configrows.h"

#include <QTemporaryDir>

#include <fstream>

using namespace meridian;
using namespace std::chrono_literals;
using model::CredentialKind;
using model::Provider;

namespace {

std::string backendWith(const std::string &keys)
{
    return "backends: [{name: a, " + keys + "}]\n";
}

model::BackendSettings backendOf(const std::string &keys)
{
    const auto backends = test::settingsWithoutProblems(backendWith(keys)).backends;
    return backends.empty() ? model::BackendSettings() : backends.front();
}

} // namespace

class TestConfigProviders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsEveryName_data();
    void knowsEveryName();
    void fillsAddresses_data();
    void fillsAddresses();
    void probesAndPays_data();
    void probesAndPays();
    void readsEveryOption();
    void readsCredentials();
    void takesTheProjectOfAKeyFile();
    void readsKeysAndHeaders();
    void readsTranslation();
    void warns_data();
    void warns();
    void refuses_data();
    void refuses();
    void neverTellsASecret();
};

void TestConfigProviders::knowsEveryName_data()
{
    QTest::addColumn<int>("provider");
    const auto row = [](const char *name, Provider provider) {
        QTest::newRow(name) << static_cast<int>(provider);
    };
    row("openai", Provider::OpenAi);
    row("azure_openai", Provider::AzureOpenAi);
    row("azure", Provider::AzureOpenAi);
    row("anthropic", Provider::Anthropic);
    row("google", Provider::Google);
    row("gemini", Provider::Google);
    row("google_vertex_ai", Provider::VertexAi);
    row("vertex_ai", Provider::VertexAi);
    row("vertex_anthropic", Provider::VertexAi);
    row("oci_genai", Provider::Oci);
    row("oci", Provider::Oci);
    row("ollama", Provider::Ollama);
}

void TestConfigProviders::knowsEveryName()
{
    QFETCH(int, provider);
    const std::string name = QTest::currentDataTag();
    std::string options;
    if (provider == static_cast<int>(Provider::VertexAi)) {
        options = ", options: {project: p}";
    } else if (provider == static_cast<int>(Provider::Oci)) {
        options = ", options: {compartment_id: c}";
    }
    const auto backend = backendOf("url: 'https://h', provider: " + name + options);
    QCOMPARE(static_cast<int>(backend.provider), provider);
    QVERIFY((backend.options.publisher == model::VertexPublisher::Anthropic) ==
            (name == "vertex_anthropic"));
    QCOMPARE(backend.engine,
             provider == 0 ? std::string("vllm") : std::string(providerName(backend.provider)));
    QCOMPARE(backendOf("engine: e, url: 'https://h', provider: " + name + options).engine,
             std::string("e"));
}

void TestConfigProviders::fillsAddresses_data()
{
    QTest::addColumn<QString>("url");
    const auto row = [](const char *keys, const char *url) {
        QTest::newRow(keys) << QString::fromLatin1(url);
    };
    row("provider: openai", "https://api.openai.com");
    row("provider: anthropic", "https://api.anthropic.com");
    row("provider: google", "https://generativelanguage.googleapis.com");
    row("provider: ollama", "http://127.0.0.1:11434");
    row("provider: google_vertex_ai, options: {project: p}", "https://aiplatform.googleapis.com");
    row("provider: google_vertex_ai, options: {project: p, location: eu}",
        "https://aiplatform.eu.rep.googleapis.com");
    row("provider: google_vertex_ai, options: {project: p, location: europe-west1}",
        "https://europe-west1-aiplatform.googleapis.com");
    row("provider: oci_genai, options: {region: eu-frankfurt-1, compartment_id: c}",
        "https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com");
    row("provider: azure_openai, url: 'https://x.openai.azure.com/'", "https://x.openai.azure.com");
}

void TestConfigProviders::fillsAddresses()
{
    QFETCH(QString, url);
    const auto backend = backendOf(QTest::currentDataTag());
    QCOMPARE(QString::fromStdString(backend.url), url);
    QCOMPARE(backend.https, url.startsWith(QStringLiteral("https:")));
    QVERIFY(url.contains(QString::fromStdString(backend.host)));
    QCOMPARE(int{backend.port}, !backend.https ? 11434 : 443);
}

void TestConfigProviders::probesAndPays_data()
{
    QTest::addColumn<QString>("probe");
    QTest::addColumn<bool>("retries");
    const auto row = [](const char *keys, const char *probe, bool retries) {
        QTest::newRow(keys) << QString::fromLatin1(probe) << retries;
    };
    row("provider: openai", "/v1/models", false);
    row("url: 'http://h'", "/v1/models", true);
    row("provider: anthropic", "/v1/models", false);
    row("provider: anthropic, url: 'https://proxy.example'", "/v1/models", false);
    row("provider: anthropic, url: 'http://127.0.0.1:1'", "/v1/models", true);
    row("provider: google", "/v1beta/models", false);
    row("provider: ollama", "/api/version", true);
    row("provider: google_vertex_ai, options: {project: p}", "/", false);
    row("provider: oci, options: {region: r, compartment_id: c}", "/", false);
    row("provider: azure, url: 'https://x.openai.azure.us'", "/openai/v1/models", false);
    row("provider: ollama, health_endpoint: /x, retry_after_send: false", "/x", false);
}

void TestConfigProviders::probesAndPays()
{
    const auto backend = backendOf(QTest::currentDataTag());
    QTEST(QString::fromStdString(backend.healthEndpoint), "probe");
    QTEST(backend.retryAfterSend, "retries");
}

void TestConfigProviders::readsEveryOption()
{
    const auto claude =
        backendOf("provider: anthropic, options: {default_max_tokens: 100, byok: true,"
                  " anthropic_version: v, anthropic_beta: [b, c], adaptive_thinking: true}")
            .options;
    QCOMPARE(claude.defaultMaxTokens.value_or(0), std::int64_t{100});
    QCOMPARE(claude.anthropicVersion, std::string("v"));
    QVERIFY(claude.anthropicBeta == (std::vector<std::string>{"b", "c"}));
    QVERIFY(claude.adaptiveThinking && claude.byok);
    const auto azure = backendOf("provider: azure, url: 'https://h',"
                                 " options: {api_version: 2024-x, deployment: d}")
                           .options;
    QCOMPARE(azure.apiVersion, std::string("2024-x"));
    QCOMPARE(azure.deployment, std::string("d"));
    const auto vertex = backendOf("provider: vertex_ai, options: {project: p, location: us,"
                                  " publisher: anthropic, quota_project: q,"
                                  " json_schema_tools: false}")
                            .options;
    QCOMPARE(vertex.project, std::string("p"));
    QCOMPARE(vertex.location, std::string("us"));
    QVERIFY(vertex.publisher == model::VertexPublisher::Anthropic);
    QCOMPARE(vertex.quotaProject, std::string("q"));
    QVERIFY(!vertex.jsonSchemaTools);
    const auto oci = backendOf("provider: oci, options: {region: r, compartment_id: c,"
                               " endpoint_id: e, format: cohere_v2}")
                         .options;
    QCOMPARE(oci.region, std::string("r"));
    QCOMPARE(oci.compartmentId, std::string("c"));
    QCOMPARE(oci.endpointId, std::string("e"));
    QVERIFY(oci.format == model::OciFormat::CohereV2);
    const auto ollama =
        backendOf("provider: ollama, options: {num_ctx: 8192, keep_alive: 10m}").options;
    QCOMPARE(ollama.numCtx.value_or(0), std::int64_t{8192});
    QCOMPARE(ollama.keepAlive, std::string("10m"));
    QCOMPARE(backendOf("provider: ollama, options: {keep_alive: -1}").options.keepAlive,
             std::string("-1"));
    const auto engine =
        backendOf("url: 'http://h', options: {native_responses: no, native_messages: yes}").options;
    QVERIFY(!engine.nativeResponses && engine.nativeMessages);
    QVERIFY(backendOf("url: 'http://h', options: {}").options == model::ProviderOptions());
}

void TestConfigProviders::readsCredentials()
{
    const auto kindOf = [](const std::string &keys) {
        return backendOf(keys).options.credentials.kind;
    };
    QVERIFY(kindOf("url: 'http://h'") == CredentialKind::None);
    QVERIFY(kindOf("provider: anthropic, api_key: k") == CredentialKind::ApiKey);
    const std::string vertex = "provider: vertex_ai, ";
    QVERIFY(kindOf(vertex + "options: {project: p}") == CredentialKind::ApplicationDefault);
    QVERIFY(kindOf(vertex + "options: {project: p, byok: true}") == CredentialKind::None);
    QVERIFY(kindOf(vertex + "api_key: k, options: {project: p}") == CredentialKind::ApiKey);
    QVERIFY(kindOf(vertex + "options: {project: p, credentials: {type: metadata}}") ==
            CredentialKind::MetadataServer);
    const std::string oci = "provider: oci, ";
    QVERIFY(kindOf(oci + "options: {region: r, compartment_id: c}") == CredentialKind::OciApiKey);
    for (const auto &[name, kind] :
         {std::pair{"session_token", CredentialKind::OciSessionToken},
          std::pair{"instance_principal", CredentialKind::OciInstancePrincipal},
          std::pair{"resource_principal", CredentialKind::OciResourcePrincipal}}) {
        QVERIFY(kindOf(oci + "options: {region: r, compartment_id: c, credentials: {type: " + name +
                       "}}") == kind);
    }
    qputenv("MERIDIAN_TEST_PEM", "-----BEGIN\nhush\n-----END");
    const auto own = backendOf(oci + "options: {region: r, compartment_id: c, credentials:"
                                     " {type: oci_api_key, user: u, tenancy: t, fingerprint: f,"
                                     " key: 'env:MERIDIAN_TEST_PEM', pass_phrase: p}}")
                         .options.credentials;
    QCOMPARE(own.user + own.tenancy + own.fingerprint, std::string("utf"));
    QVERIFY(own.key.reveal() == "-----BEGIN\nhush\n-----END");
    QVERIFY(own.passPhrase.reveal() == "p");
    const auto profile = backendOf(oci + "options: {region: r, compartment_id: c, credentials:"
                                         " {file: /x/config, profile: P}}")
                             .options.credentials;
    QCOMPARE(profile.file + profile.profile, std::string("/x/configP"));
    // a key, not a signature: the only format that takes one
    const auto key = backendOf(oci + "api_key: k, options: {region: r}");
    QVERIFY(key.options.format == model::OciFormat::OpenAi);
    const auto token = backendOf(vertex + "options: {project: p, credentials: {type: adc,"
                                          " token_url: 'http://t/x', scope: s}}")
                           .options.credentials;
    QCOMPARE(token.tokenUrl + token.scope, std::string("http://t/xs"));
}

void TestConfigProviders::takesTheProjectOfAKeyFile()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath(QStringLiteral("sa.json")).toStdString();
    std::ofstream(path) << R"({"type":"service_account","project_id":"of-the-file"})";
    const std::string start = "provider: vertex_ai, options: {credentials: {file: " + path;
    const auto found = backendOf(start + "}}").options;
    QCOMPARE(found.project, std::string("of-the-file"));
    QVERIFY(found.credentials.kind == CredentialKind::ServiceAccount);
    QCOMPARE(backendOf(start + ", type: adc}}").options.credentials.file, path);
    QCOMPARE(backendOf(start + "}, project: own}").options.project, std::string("own"));
    const QStringList wrong = test::problemsOf(backendWith(start + ", type: authorized_user}}"));
    QCOMPARE(wrong.size(), 1);
    QVERIFY(wrong.first().endsWith(
        QStringLiteral("credentials.file: is the key of another type than the one given")));
}

void TestConfigProviders::readsKeysAndHeaders()
{
    qputenv("MERIDIAN_TEST_KEY", "hush-3");
    const auto backend =
        backendOf("provider: anthropic, api_key: '${MERIDIAN_TEST_KEY}', headers: {X-Team: 'env:"
                  "MERIDIAN_TEST_KEY'}");
    QVERIFY(backend.apiKey.reveal() == "hush-3");
    QVERIFY(backend.headers.at("x-team").reveal() == "hush-3");
    QVERIFY(backendOf("url: 'http://h', api_key: ''").apiKey.isEmpty());
    QVERIFY(backendOf("url: 'http://h', api_key: null").apiKey.isEmpty());
}

void TestConfigProviders::readsTranslation()
{
    const auto settings = [](const std::string &text) {
        return test::settingsWithoutProblems(test::withBackend(text));
    };
    QVERIFY(settings("translation: {}").translation == model::TranslationSettings());
    const auto read = settings("translation: {on_loss: fallback, max_stored_responses: 5,"
                               " max_stored_response_mb: 2, stored_response_ttl_s: 60}")
                          .translation;
    QVERIFY(read.onLoss == model::OnLoss::Fallback);
    QCOMPARE(read.maxStoredResponses, std::size_t{5});
    QCOMPARE(read.maxStoredResponseBytes, std::size_t{2} * 1024 * 1024);
    QVERIFY(read.storedResponseTtl == 60s);
    QVERIFY(settings("translation: {on_loss: reject}").translation.onLoss == model::OnLoss::Reject);
    const auto larger =
        settings("models: {context_fallback: {small: middle, middle: large}}").models;
    QCOMPARE(larger.contextFallback.at("middle"), std::string("large"));
}

void TestConfigProviders::warns_data()
{
    test::addProblemColumns();
    const auto row = [](const std::string &keys, const char *problem) {
        test::addProblem(backendWith(keys), problem);
    };
    row("url: 'http://h', options: {num_ctx: 1}",
        "1:49: backends[0].options.num_ctx: has no effect: openai does not read it");
    row("provider: ollama, options: {project: p}",
        "1:50: backends[0].options.project: has no effect: ollama does not read it");
    row("provider: ollama, options: {projct: p}",
        "1:50: backends[0].options.projct: unknown key; did you mean 'project'?");
    row("provider: oci, options: {region: r, compartment_id: c, credentials: "
        "{type: instance_principal, user: u}}",
        "1:117: backends[0].options.credentials.user: has no effect: instance_principal does not "
        "read it");
    row("provider: google, url: 'https://h/v1beta/openai/'",
        "1:45: backends[0].url: the url is given without the API's own path: it is left off here, "
        "the gateway appends it itself");
    test::addProblem(
        "models: {context_fallback: {a: b}}\nbackends: [{name: a, url: 'http://h', model: m}]",
        "1:32: models.context_fallback.a: no backend serves the model 'b'");
}

void TestConfigProviders::warns()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    QVERIFY(test::load(text.toStdString()));
    QCOMPARE(test::problemsOf(text.toStdString()), QStringList{problem});
}

void TestConfigProviders::refuses_data()
{
    test::addProblemColumns();
    const auto row = [](const std::string &keys, const char *problem) {
        test::addProblem(backendWith(keys), problem);
    };
    row("provider: antropic",
        "1:32: backends[0].provider: unknown provider 'antropic'; did you mean 'anthropic'?");
    row("provider: bedrock",
        "1:32: backends[0].provider: unknown provider 'bedrock'; known are openai, azure_openai, "
        "anthropic, google, google_vertex_ai, oci_genai, ollama");
    row("url: 'http://h', api_key: k, auth_header: h",
        "1:48: backends[0].api_key: give api_key or auth_header, not both");
    row("provider: azure_openai",
        "1:12: backends[0].url: required, but not given: azure_openai has an address of its own "
        "for each resource, such as https://name.openai.azure.com");
    row("provider: google_vertex_ai",
        "1:12: backends[0].options.project: required, but not given: the project that is billed, "
        "unless a key file of the credentials names it");
    row("provider: oci_genai, options: {compartment_id: c}",
        "1:12: backends[0].options.region: required, but not given: oci_genai wants a region, or "
        "url with the endpoint");
    row("provider: oci_genai, options: {region: r}",
        "1:12: backends[0].options.compartment_id: required, but not given: the OCID of the "
        "compartment that is billed");
    row("provider: google_vertex_ai, options: {project: p, location: Europe}",
        "1:82: backends[0].options.location: must be made of small letters, digits and hyphens, "
        "such as europe-west1");
    row("provider: vertex_ai, options: {project: p, publisher: meta}",
        "1:76: backends[0].options.publisher: unknown publisher 'meta'; known are auto, google, "
        "anthropic");
    row("provider: oci, options: {region: r, compartment_id: c, format: x}",
        "1:85: backends[0].options.format: unknown format 'x'; known are auto, generic, cohere, "
        "cohere_v2, openai");
    row("provider: ollama, options: {keep_alive: soon}",
        "1:62: backends[0].options.keep_alive: must be a span such as 10m or 1h, or a number of "
        "seconds; -1: for ever");
    row("provider: anthropic, options: {anthropic_beta: ['a,b']}",
        "1:70: backends[0].options.anthropic_beta[0]: must be one name, without commas and spaces");
    row("provider: anthropic, options: {credentials: {type: adc}}",
        "1:66: backends[0].options.credentials: anthropic does not take adc; it takes api_key");
    row("provider: anthropic, options: {credentials: {type: magic}}",
        "1:73: backends[0].options.credentials.type: unknown type 'magic'; known are api_key, "
        "service_account, authorized_user, adc, metadata, workload_identity, oci_api_key, "
        "session_token, instance_principal, resource_principal");
    row("provider: vertex_ai, options: {project: p, credentials: {type: service_account}}",
        "1:78: backends[0].options.credentials.file: required, but not given: the JSON file, or "
        "key for its contents");
    row("provider: vertex_ai, api_key: k, options: {project: p, credentials: {type: adc}}",
        "1:90: backends[0].options.credentials: give a fixed key or credentials, not both");
    row("provider: vertex_ai, options: {project: p, credentials: {file: /nowhere}}",
        "1:85: backends[0].options.credentials.file: cannot read '/nowhere': No such file or "
        "directory");
    row("provider: vertex_ai, options: {project: p, credentials: {key: hush}}",
        "1:84: backends[0].options.credentials.key: is no key of Google's: expected a JSON object "
        "whose type is service_account, authorized_user or external_account");
    row("provider: vertex_ai, options: {project: p, credentials: {type: adc, token_url: x}}",
        "1:101: backends[0].options.credentials.token_url: must start with http:// or https://");
    row("provider: oci, options: {region: r, compartment_id: c, credentials: {user: u, "
        "tenancy: t}}",
        "1:90: backends[0].options.credentials.key_file: required, but not given: user, tenancy "
        "and key or key_file stand together, or none of them and a profile is used");
    row("url: 'http://h', headers: {Host: x}",
        "1:49: backends[0].headers.Host: is written by the gateway itself");
    test::addProblem(test::withBackend("translation: {on_loss: shrug}"),
                     "1:24: translation.on_loss: unknown word 'shrug'; known are warn, reject, "
                     "fallback");
    test::addProblem(test::withBackend("translation: {max_stored_response_mb: 0}"),
                     "1:39: translation.max_stored_response_mb: must be between 1 and 65536");
    test::addProblem(test::withBackend("models: {context_fallback: {a: a}}"),
                     "1:32: models.context_fallback.a: is the fallback of itself");
    test::addProblem(test::withBackend("models: {context_fallback: {'a*': b}}"),
                     "1:29: models.context_fallback.a*: must be a name, without *");
    test::addProblem(test::withBackend("models: {context_fallback: {b: c, c: b}}"),
                     "1:32: models.context_fallback.b: leads back to 'b'|c.yaml:1:38: "
                     "models.context_fallback.c: leads back to 'c'");
}

void TestConfigProviders::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const auto loaded = test::load(text.toStdString());
    QVERIFY(!loaded);
    QCOMPARE(test::formatted(loaded.error()), problem.split(QLatin1Char('|')));
}

void TestConfigProviders::neverTellsASecret()
{
    for (const char *keys :
         {"provider: anthropic, api_key: [hush]", "provider: anthropic, api_key: \"hush\\n\"",
          "provider: vertex_ai, options: {project: p, credentials: {key: '{\"hush\": 1}'}}",
          "provider: oci, options: {region: r, compartment_id: c, credentials: {pass_phrase: "
          "{hush: 1}}}",
          "provider: oci, options: {region: r, compartment_id: c, credentials: {key: {hush: 1, "
          "hush: 2}}}"}) {
        const auto loaded = test::load(backendWith(keys));
        QVERIFY2(!loaded, keys);
        for (const QString &line : test::formatted(loaded.error())) {
            QVERIFY2(!line.contains(QStringLiteral("hush")), qPrintable(line));
        }
    }
}

QTEST_GUILESS_MAIN(TestConfigProviders)
#include "tst_configproviders.moc"
