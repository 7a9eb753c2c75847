// SPDX-License-Identifier: MIT
// Whose key goes upstream, in which header: the caller's before the gateway's own.
#include "core/http/keyfields.h"
#include "core/provider/authorization.h"

#include <QTest>

using namespace meridian;
using namespace meridian::provider;
using model::BackendSettings;
using model::Provider;

namespace {

/// Fields over a head that it keeps.
struct Head
{
    explicit Head(std::initializer_list<std::pair<std::string, std::string>> fields)
    {
        for (const auto &[name, value] : fields) {
            m_text.append(name).append(":").append(value).append("\n");
        }
        map.rebase(m_text.data());
        std::size_t at = 0;
        for (const auto &[name, value] : fields) {
            const std::string_view text = m_text;
            map.add(text.substr(at, name.size()), text.substr(at + name.size() + 1, value.size()));
            at += name.size() + value.size() + 2;
        }
    }

    Head(const Head &) = delete;
    http::HeaderMap map;

private:
    std::string m_text;
};

std::string linesOf(const BackendSettings &backend,
                    std::optional<std::string_view> key = {},
                    const Credential *credential = nullptr)
{
    std::string out;
    appendAuthorization(out, backend, key, credential, {"POST", "/x", "h", "{}", {}});
    return out;
}

BackendSettings backendOf(Provider provider, std::string_view key = {})
{
    BackendSettings backend;
    backend.provider = provider;
    backend.apiKey = Secret(key);
    return backend;
}

/// A backend of the provider that takes callers' keys.
meridian::model::BackendSettings wanting(Provider provider)
{
    meridian::model::BackendSettings backend;
    backend.provider = provider;
    backend.options.byok = true;
    return backend;
}

} // namespace

class TestAuthorization : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void ownField_data()
    {
        QTest::addColumn<int>("provider");
        QTest::addColumn<QByteArray>("field");
        const auto row = [](Provider provider, const char *field) {
            QTest::newRow(std::string(model::providerName(provider)).c_str())
                << static_cast<int>(provider) << QByteArray(field);
        };
        row(Provider::OpenAi, "authorization: Bearer ");
        row(Provider::AzureOpenAi, "api-key: ");
        row(Provider::Anthropic, "x-api-key: ");
        row(Provider::Google, "x-goog-api-key: ");
        row(Provider::VertexAi, "x-goog-api-key: ");
        row(Provider::Oci, "authorization: Bearer ");
        row(Provider::Ollama, "authorization: Bearer ");
    }

    void ownField()
    {
        QFETCH(int, provider);
        QFETCH(QByteArray, field);
        const auto which = static_cast<Provider>(provider);
        const std::string start = field.toStdString();
        const BackendSettings own = backendOf(which, "own");
        QCOMPARE(linesOf(own), start + "own\r\n");
        QCOMPARE(linesOf(own, "callers"), start + "callers\r\n");
        QCOMPARE(linesOf(backendOf(which)), std::string());
        QCOMPARE(linesOf(backendOf(which), "callers"), start + "callers\r\n");

        Credential credential;
        credential.bearer = Secret(std::string_view("tok"));
        QCOMPARE(linesOf(own, {}, &credential), std::string("authorization: Bearer tok\r\n"));
        QCOMPARE(linesOf(own, "callers", &credential), start + "callers\r\n");

        BackendSettings verbatim = own;
        verbatim.authHeader = Secret(std::string_view("Basic abc"));
        QCOMPARE(linesOf(verbatim), std::string("authorization: Basic abc\r\n"));
        QCOMPARE(linesOf(verbatim, "callers"), start + "callers\r\n");
        QCOMPARE(linesOf(verbatim, {}, &credential), std::string("authorization: Bearer tok\r\n"));
    }

    void tokensAreNoKeys()
    {
        QCOMPARE(linesOf(backendOf(Provider::Google), "ya29.x"),
                 std::string("authorization: Bearer ya29.x\r\n"));
        QCOMPARE(linesOf(backendOf(Provider::Anthropic, "sk-ant-oat01-x")),
                 std::string("authorization: Bearer sk-ant-oat01-x\r\n"));
        QCOMPARE(linesOf(backendOf(Provider::Anthropic, "sk-ant-api03-x")),
                 std::string("x-api-key: sk-ant-api03-x\r\n"));
    }

    void quotaProject()
    {
        BackendSettings backend = backendOf(Provider::VertexAi, "k");
        backend.options.quotaProject = "p";
        QCOMPARE(linesOf(backend), std::string("x-goog-api-key: k\r\nx-goog-user-project: p\r\n"));
        backend.provider = Provider::Anthropic;
        QCOMPARE(linesOf(backend), std::string("x-api-key: k\r\n"));
    }

    void callersKeys_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("provider");
        QTest::addColumn<QByteArray>("key");
        const auto row = [](const char *name, const char *value, Provider provider,
                            const char *key) {
            QTest::addRow("%s '%s' %d", name, value, static_cast<int>(provider))
                << QByteArray(name) << QByteArray(value) << static_cast<int>(provider)
                << QByteArray(key);
        };
        row("x-meridian-byok-openai", "k", Provider::OpenAi, "k");
        row("X-Meridian-BYOK-Anthropic", " \t k \t", Provider::Anthropic, "k");
        row("x-modelmeld-byok-anthropic", "k", Provider::Anthropic, "k");
        row("X-ModelMeld-Byok-OpenAI", "k", Provider::OpenAi, "k");
        row("x-meridian-byok-google_vertex_ai", "k", Provider::VertexAi, "k");
        row("x-meridian-byok-azure_openai", "k", Provider::AzureOpenAi, "k");
        row("x-meridian-byok-openai", "k", Provider::Anthropic, "");
        row("x-meridian-byok-openai", "k", Provider::AzureOpenAi, "");
        row("x-meridian-byok-openai", "", Provider::OpenAi, "");
        row("x-meridian-byok-openai", " \t", Provider::OpenAi, "");
        row("x-meridian-byok-", "k", Provider::OpenAi, "");
        row("x-meridian-byok-openai2", "k", Provider::OpenAi, "");
        row("authorization", "Bearer k", Provider::OpenAi, "");
    }

    void callersKeys()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(int, provider);
        QFETCH(QByteArray, key);
        const Head head{{"accept", "x"}, {name.toStdString(), value.toStdString()}};
        const auto found = callersKey(head.map, wanting(static_cast<Provider>(provider)));
        QCOMPARE(found.has_value(), !key.isEmpty());
        QCOMPARE(std::string(found.value_or("")), key.toStdString());
    }

    /// A key for OpenAI is not shown to every engine that speaks like it.
    void openAisKeyIsForOpenAi()
    {
        const Head head{{"x-meridian-byok-openai", "k"}};
        meridian::model::BackendSettings backend;
        for (const char *host :
             {"127.0.0.1", "openrouter.ai", "evilopenai.com", "openai.com.evil.org"}) {
            backend.host = host;
            QVERIFY2(!callersKey(head.map, backend), host);
        }
        for (const char *host : {"api.openai.com", "eu.api.openai.com"}) {
            backend.host = host;
            QVERIFY2(callersKey(head.map, backend).has_value(), host);
        }
    }

    void gatewaysKeyIsNobodysElse()
    {
        const Head head{{"authorization", "Bearer mrdn_abc"}, {"x-api-key", "mrdn_abc"}};
        QVERIFY(!hasKeyField(head.map));
    }

    void emptyKeyDoesNotHideTheOther()
    {
        const Head head{{"x-meridian-byok-openai", " "}, {"x-modelmeld-byok-openai", "k"}};
        QCOMPARE(std::string(callersKey(head.map, wanting(Provider::OpenAi)).value_or("")),
                 std::string("k"));
        QCOMPARE(byokHeader(Provider::VertexAi), std::string("x-meridian-byok-google_vertex_ai"));
    }

    void keyFields()
    {
        for (const char *name : {"Authorization", "x-api-key", "API-Key", "x-goog-api-key"}) {
            QVERIFY2(http::isKeyField(name), name);
            const Head head{{"accept", "x"}, {name, "v"}};
            QVERIFY(hasKeyField(head.map));
        }
        for (const char *name : {"", "accept", "api-keys", "x-api-kex", "proxy-authorization"}) {
            QVERIFY2(!http::isKeyField(name), name);
        }
        QVERIFY(!hasKeyField(Head{{"accept", "x"}}.map));
    }

    void ownKeyOrTheCallers()
    {
        BackendSettings backend;
        QVERIFY(!hasOwnKey(backend) && !wantsCallersKey(backend));
        backend.options.byok = true;
        QVERIFY(wantsCallersKey(backend));
        backend.options.credentials.kind = model::CredentialKind::ApiKey; // without one
        QVERIFY(wantsCallersKey(backend));
        backend.options.credentials.kind = model::CredentialKind::MetadataServer;
        QVERIFY(hasOwnKey(backend) && !wantsCallersKey(backend));
        backend.options.credentials.kind = model::CredentialKind::None;
        backend.apiKey = Secret(std::string_view("k"));
        QVERIFY(hasOwnKey(backend) && !wantsCallersKey(backend));
        backend.apiKey = Secret();
        backend.authHeader = Secret(std::string_view("Bearer k"));
        QVERIFY(hasOwnKey(backend) && !wantsCallersKey(backend));
    }
};

QTEST_GUILESS_MAIN(TestAuthorization)
#include "tst_authorization.moc"
