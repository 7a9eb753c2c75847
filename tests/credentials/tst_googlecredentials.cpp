// SPDX-License-Identifier: MIT
// Google's credentials against fake token services: what is sent, what is refused while loading.
#include "core/base/base64.h"
#include "tests/credentials/credentialworld.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace meridian;
using namespace std::chrono_literals;
using model::CredentialKind;
using support::RecordedRequest;
using support::Reply;
using test::Asked;

namespace {

struct World
{
    explicit World(CredentialKind kind) { settings.kind = kind; }

    [[nodiscard]] Result<std::shared_ptr<provider::CredentialSource>> make()
    {
        return credentials::makeCredentialSource(settings, loop);
    }

    /// What goes wrong while loading; empty when nothing does.
    [[nodiscard]] std::string problem()
    {
        const auto made = make();
        return made ? std::string() : made.error().detail;
    }

    event::Loop loop;
    support::FakeUpstream service;
    QTemporaryDir folder;
    model::CredentialSettings settings;
    // nothing of the machine that the tests run on
    test::Environment home{"HOME", folder.path().toStdString()};
    test::Environment adc{"GOOGLE_APPLICATION_CREDENTIALS", ""};
    test::Environment gcloud{"CLOUDSDK_CONFIG", ""};
    test::Environment metadata{"GCE_METADATA_HOST", "127.0.0.1:" + std::to_string(service.port())};
    test::Environment project{"GOOGLE_CLOUD_PROJECT", ""};
};

QUrlQuery formOf(const RecordedRequest &request)
{
    return QUrlQuery(QString::fromStdString(request.body));
}

std::string field(const QUrlQuery &form, const char *name)
{
    return form.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded).toStdString();
}

QJsonObject jsonOf(std::string_view text)
{
    return QJsonDocument::fromJson(QByteArray(text.data(), static_cast<qsizetype>(text.size())))
        .object();
}

std::string jsonText(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

QString text(const std::string &bytes)
{
    return QString::fromStdString(bytes);
}

QJsonObject userFile()
{
    return {{QStringLiteral("type"), QStringLiteral("authorized_user")},
            {QStringLiteral("client_id"), QStringLiteral("client&1")},
            {QStringLiteral("client_secret"), QStringLiteral("hush-client")},
            {QStringLiteral("refresh_token"), QStringLiteral("1//hush+refresh/=")}};
}

} // namespace

class TestGoogleCredentials : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void init() { m_log.emplace(); }

    void cleanup();
    void serviceAccount();
    void serviceAccountAnswers_data();
    void serviceAccountAnswers();
    void authorizedUser();
    void metadataServer();
    void metadataServerWithoutProject();
    void externalAccount_data();
    void externalAccount();
    void applicationDefault();
    void loadErrors_data();
    void loadErrors();

private:
    [[nodiscard]] QJsonObject accountFile(const std::string &tokenUri) const;

    std::optional<test::LogCapture> m_log;
    QTemporaryDir m_folder;
    std::string m_key; // PEM
};

void TestGoogleCredentials::initTestCase()
{
    const std::string path = m_folder.filePath(QStringLiteral("key.pem")).toStdString();
    const auto made = support::runProcess({"openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt",
                                           "rsa_keygen_bits:2048", "-out", path});
    QCOMPARE(made.exitCode, std::optional(0));
    m_key = test::readFile(path);
    QVERIFY(m_key.find("BEGIN PRIVATE KEY") != std::string::npos);
}

void TestGoogleCredentials::cleanup()
{
    QVERIFY(!m_log->has("hush"));
    QVERIFY(!m_log->has("PRIVATE"));
    m_log.reset();
}

QJsonObject TestGoogleCredentials::accountFile(const std::string &tokenUri) const
{
    return {{QStringLiteral("type"), QStringLiteral("service_account")},
            {QStringLiteral("client_email"), QStringLiteral("gw@p-1.iam.gserviceaccount.com")},
            {QStringLiteral("private_key"), text(m_key)},
            {QStringLiteral("private_key_id"), QStringLiteral("kid-1")},
            {QStringLiteral("project_id"), QStringLiteral("p-1")},
            {QStringLiteral("token_uri"), text(tokenUri)}};
}

void TestGoogleCredentials::serviceAccount()
{
    World world(CredentialKind::ServiceAccount);
    world.service.setHandler([](const RecordedRequest &) { return test::tokenReply("ya29.hush"); });
    const std::string tokenUri = world.service.url() + "/token?x=1";
    world.settings.file = test::writeFile(world.folder, "sa.json", jsonText(accountFile(tokenUri)));
    const auto source = world.make();
    QVERIFY2(source, source ? "" : source.error().detail.c_str());
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QCOMPARE(asked.bearer(), std::string("ya29.hush"));
    QCOMPARE((**asked.result)->project, std::string("p-1"));
    QCOMPARE(world.service.log.requestCount(), std::size_t(1)); // at load, and not again

    const auto request = world.service.log.requests().at(0);
    QCOMPARE(request.method + " " + request.target, std::string("POST /token?x=1"));
    QCOMPARE(request.header("content-type"), std::string("application/x-www-form-urlencoded"));
    const QUrlQuery form = formOf(request);
    QCOMPARE(field(form, "grant_type"), std::string("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    const std::string jwt = field(form, "assertion");
    const std::size_t first = jwt.find('.');
    const std::size_t second = jwt.find('.', first + 1);
    QVERIFY(second != std::string::npos && jwt.find('=') == std::string::npos);
    QCOMPARE(*base64Decode(jwt.substr(0, first)),
             std::string(R"({"alg":"RS256","typ":"JWT","kid":"kid-1"})"));
    const auto claims = jsonOf(*base64Decode(jwt.substr(first + 1, second - first - 1)));
    QCOMPARE(claims[QStringLiteral("iss")].toString(),
             QStringLiteral("gw@p-1.iam.gserviceaccount.com"));
    QCOMPARE(claims[QStringLiteral("aud")].toString().toStdString(), tokenUri);
    QCOMPARE(claims[QStringLiteral("scope")].toString(),
             QStringLiteral("https://www.googleapis.com/auth/cloud-platform"));
    const qint64 iat = claims[QStringLiteral("iat")].toInteger();
    const qint64 age = QDateTime::currentSecsSinceEpoch() - iat;
    QVERIFY2(age >= 10 && age < 40, std::to_string(age).c_str());
    QCOMPARE(claims[QStringLiteral("exp")].toInteger() - iat, qint64(3600));

    // somebody else's RSA says that the signature is good
    const std::string keyPath = m_folder.filePath(QStringLiteral("key.pem")).toStdString();
    const std::string publicPath = world.folder.filePath(QStringLiteral("pub.pem")).toStdString();
    QCOMPARE(support::runProcess({"openssl", "pkey", "-in", keyPath, "-pubout", "-out", publicPath})
                 .exitCode,
             std::optional(0));
    const auto verify = [&](const std::string &signedText) {
        const auto signature =
            test::writeFile(world.folder, "sig", *base64Decode(jwt.substr(second + 1)));
        const auto message = test::writeFile(world.folder, "msg", signedText);
        return support::runProcess({"openssl", "dgst", "-sha256", "-verify", publicPath,
                                    "-signature", signature, message});
    };
    const auto verified = verify(jwt.substr(0, second));
    QVERIFY2(verified.exitCode == 0, (verified.output + verified.error).c_str());
    QVERIFY(verified.output.find("Verified OK") != std::string::npos);
    QVERIFY(verify(jwt.substr(0, second) + "x").exitCode != 0);
}

void TestGoogleCredentials::serviceAccountAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *answer, int status, const char *error) {
        QTest::newRow(name) << QByteArray(answer) << status << QByteArray(error);
    };
    row("no JSON", "<html>", 200, "is no JSON object");
    row("an array", "[]", 200, "is no JSON object");
    row("empty", "", 200, "is no JSON object");
    row("no token", R"({"expires_in":3600})", 200, "no token that could be used");
    row("token of a wrong type", R"({"access_token":7,"expires_in":3600})", 200, "no token");
    row("header injection", R"({"access_token":"a\r\nx: y","expires_in":3600})", 200, "no token");
    row("expired", R"({"access_token":"a","expires_in":0})", 200, "has expired");
    row("negative", R"({"access_token":"a","expires_in":-5})", 200, "has expired");
    row("no number", R"({"access_token":"a","expires_in":"soon"})", 200, "does not say when");
    row("no bearer", R"({"access_token":"a","token_type":"mac"})", 200, "no bearer token");
    row("invalid_grant",
        R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})", 400,
        "the key is not accepted (invalid_grant): Invalid JWT Signature.");
    row("401 without words", "", 401, "the key is not accepted (401)");
    row("nested error",
        R"({"error":{"code":403,"message":"No \u0007 way","status":"PERMISSION_DENIED"}})", 403,
        "answered 403 (PERMISSION_DENIED): No");
    row("a redirect", "", 302, "answered 302");
    row("a token in the words",
        R"({"error":"x","error_description":"got hushhushhushhushhushhushhushhushhushhush thanks"})",
        400, "answered 400 (x): got […] thanks");
    row("code that is none", R"({"error":"hush 1"})", 500, "answered 500");
}

void TestGoogleCredentials::serviceAccountAnswers()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    World world(CredentialKind::ServiceAccount);
    world.service.setHandler([&](const RecordedRequest &) {
        return Reply::of(status, "application/json", answer.toStdString());
    });
    world.settings.key = Secret(jsonText(accountFile("https://unused.example/token")));
    world.settings.tokenUrl = world.service.url() + "/token";
    const auto source = world.make();
    QVERIFY(source);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(asked.error().starts_with("service account gw@p-1.iam.gserviceaccount.com: "),
             asked.error().c_str());
    QVERIFY2(asked.error().find(error.toStdString()) != std::string::npos, asked.error().c_str());
    QVERIFY2(asked.error().find("hush") == std::string::npos, asked.error().c_str());
}

void TestGoogleCredentials::authorizedUser()
{
    World world(CredentialKind::AuthorizedUser);
    world.service.setHandler([](const RecordedRequest &) {
        return Reply::json(R"({"access_token":"user-token","expires_in":"1799","scope":"x"})");
    });
    world.settings.key = Secret(jsonText(userFile()));
    world.settings.tokenUrl = world.service.url() + "/token";
    const auto source = world.make();
    QVERIFY(source);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QCOMPARE(asked.bearer(), std::string("user-token"));
    const auto form = formOf(world.service.log.requests().at(0));
    QCOMPARE(field(form, "grant_type"), std::string("refresh_token"));
    QCOMPARE(field(form, "client_id"), std::string("client&1"));
    QCOMPARE(field(form, "client_secret"), std::string("hush-client"));
    QCOMPARE(field(form, "refresh_token"), std::string("1//hush+refresh/="));
    const auto left = (*source)->state().validFor;
    QVERIFY(left > 1700s && left <= 1799s);
}

void TestGoogleCredentials::metadataServer()
{
    World world(CredentialKind::MetadataServer);
    world.service.setHandler([](const RecordedRequest &request) {
        return request.target == "/computeMetadata/v1/project/project-id"
                   ? Reply::of(200, "text/plain", "machine-project")
                   : test::tokenReply("machine-token");
    });
    const auto source = world.make();
    QVERIFY(source);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QCOMPARE(asked.bearer(), std::string("machine-token"));
    QCOMPARE((**asked.result)->project, std::string("machine-project"));
    for (const auto &request : world.service.log.requests()) {
        QCOMPARE(request.method, std::string("GET"));
        QCOMPARE(request.header("metadata-flavor"), std::string("Google"));
    }
    QCOMPARE(world.service.log.requests().at(0).target,
             std::string("/computeMetadata/v1/instance/service-accounts/default/token"));
}

void TestGoogleCredentials::metadataServerWithoutProject()
{
    World world(CredentialKind::MetadataServer);
    world.service.enqueue(test::tokenReply("machine-token"));
    world.service.enqueue(Reply::hangUp(support::Ending::Reset));
    const auto source = world.make();
    QVERIFY(source);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QCOMPARE(asked.bearer(), std::string("machine-token"));
    QVERIFY((**asked.result)->project.empty());
}

void TestGoogleCredentials::externalAccount_data()
{
    QTest::addColumn<bool>("fromUrl");
    QTest::addColumn<bool>("isImpersonated");
    QTest::newRow("file") << false << false;
    QTest::newRow("file, impersonated") << false << true;
    QTest::newRow("url") << true << false;
    QTest::newRow("url, impersonated") << true << true;
}

void TestGoogleCredentials::externalAccount()
{
    QFETCH(bool, fromUrl);
    QFETCH(bool, isImpersonated);
    World world(CredentialKind::WorkloadFederation);
    const QString expires =
        QDateTime::currentDateTimeUtc().addSecs(1800).toString(Qt::ISODate).chopped(1) +
        QStringLiteral(".123456789Z");
    world.service.setHandler([&](const RecordedRequest &request) {
        if (request.target == "/subject") {
            return Reply::json(R"({"id_token":"hush-subject","x":1})");
        }
        if (request.target == "/sts") {
            return test::tokenReply("hush-sts");
        }
        return Reply::json(R"({"accessToken":"hush-final","expireTime":")" + expires.toStdString() +
                           "\"}");
    });
    QJsonObject source;
    if (fromUrl) {
        source = {
            {QStringLiteral("url"), text(world.service.url() + "/subject")},
            {QStringLiteral("headers"),
             QJsonObject{{QStringLiteral("X-Flavor"), QStringLiteral("yes sir")}}},
            {QStringLiteral("format"), QJsonObject{{QStringLiteral("type"), QStringLiteral("json")},
                                                   {QStringLiteral("subject_token_field_name"),
                                                    QStringLiteral("id_token")}}}};
    } else {
        source = {{QStringLiteral("file"),
                   text(test::writeFile(world.folder, "subject", " hush-subject\n"))}};
    }
    QJsonObject file{{QStringLiteral("type"), QStringLiteral("external_account")},
                     {QStringLiteral("audience"), QStringLiteral("//iam/pool")},
                     {QStringLiteral("subject_token_type"),
                      QStringLiteral("urn:ietf:params:oauth:token-type:jwt")},
                     {QStringLiteral("token_url"), text(world.service.url() + "/sts")},
                     {QStringLiteral("credential_source"), source}};
    if (isImpersonated) {
        file[QStringLiteral("service_account_impersonation_url")] =
            text(world.service.url() + "/v1/projects/-/serviceAccounts/a@b:generateAccessToken");
    }
    world.settings.key = Secret(jsonText(file));
    world.settings.scope = "scope-1";
    const auto made = world.make();
    QVERIFY2(made, made ? "" : made.error().detail.c_str());
    Asked asked(**made, world.loop);
    QVERIFY(asked.wait());
    QCOMPARE(asked.error(), std::string());
    QCOMPARE(asked.bearer(), std::string(isImpersonated ? "hush-final" : "hush-sts"));
    auto requests = world.service.log.requests();
    QCOMPARE(requests.size(), std::size_t(1 + (fromUrl ? 1 : 0) + (isImpersonated ? 1 : 0)));
    if (fromUrl) {
        QCOMPARE(requests.front().header("x-flavor"), std::string("yes sir"));
        requests.erase(requests.begin());
    }
    const auto form = formOf(requests.at(0));
    QCOMPARE(field(form, "grant_type"),
             std::string("urn:ietf:params:oauth:grant-type:token-exchange"));
    QCOMPARE(field(form, "subject_token"), std::string("hush-subject"));
    QCOMPARE(field(form, "subject_token_type"),
             std::string("urn:ietf:params:oauth:token-type:jwt"));
    QCOMPARE(field(form, "audience"), std::string("//iam/pool"));
    QCOMPARE(field(form, "requested_token_type"),
             std::string("urn:ietf:params:oauth:token-type:access_token"));
    if (isImpersonated) {
        QCOMPARE(field(form, "scope"),
                 std::string("https://www.googleapis.com/auth/cloud-platform"));
        QCOMPARE(requests.at(1).header("authorization"), std::string("Bearer hush-sts"));
        QCOMPARE(requests.at(1).body, std::string(R"({"scope":["scope-1"],"lifetime":"3600s"})"));
        const auto left = (*made)->state().validFor;
        QVERIFY(left > 1700s && left <= 1800s);
    } else {
        QCOMPARE(field(form, "scope"), std::string("scope-1"));
    }
}

void TestGoogleCredentials::applicationDefault()
{
    World world(CredentialKind::ApplicationDefault);
    world.service.setHandler([](const RecordedRequest &request) {
        return test::tokenReply(request.method == "GET" ? "machine"
                                                        : field(formOf(request), "client_id"));
    });
    world.settings.tokenUrl = world.service.url() + "/t";
    const auto fileOf = [&](const char *name, const char *client) {
        QJsonObject file = userFile();
        file[QStringLiteral("client_id")] = QLatin1String(client);
        return test::writeFile(world.folder, name, jsonText(file));
    };
    const auto bearer = [&] {
        const auto made = world.make();
        if (!made) {
            return made.error().detail;
        }
        Asked asked(**made, world.loop);
        return asked.wait() ? asked.bearer() : std::string();
    };
    // from the last of the order to the first
    QCOMPARE(bearer(), std::string("machine"));
    QVERIFY(QDir(world.folder.path()).mkpath(QStringLiteral(".config/gcloud")));
    (void)fileOf(".config/gcloud/application_default_credentials.json", "gcloud");
    QCOMPARE(bearer(), std::string("gcloud"));
    const test::Environment named("GOOGLE_APPLICATION_CREDENTIALS", fileOf("a.json", "named"));
    QCOMPARE(bearer(), std::string("named"));
    world.settings.file = fileOf("b.json", "configured");
    QCOMPARE(bearer(), std::string("configured"));
    world.settings.file.clear();
    const test::Environment wrong("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/a.json");
    QVERIFY(bearer().find("cannot read /nonexistent/a.json") != std::string::npos);
}

void TestGoogleCredentials::loadErrors_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, CredentialKind kind, std::string json,
                        const char *error) {
        QTest::newRow(name) << static_cast<int>(kind) << QByteArray::fromStdString(json)
                            << QByteArray(error);
    };
    const auto user = CredentialKind::AuthorizedUser;
    row("no JSON", user, "hush", "is no JSON object");
    row("no type", user, "{}", "its type is none of");
    row("an unknown type", CredentialKind::ApplicationDefault, R"({"type":"hush"})",
        "its type is none of");
    row("another type", CredentialKind::ServiceAccount, jsonText(userFile()),
        "is of type authorized_user, which is configured as credentials.type: authorized_user");
    for (const char *member : {"client_id", "client_secret", "refresh_token"}) {
        QJsonObject file = userFile();
        file.remove(QLatin1String(member));
        row(member, user, jsonText(file), member);
    }
    row("a broken key", CredentialKind::ServiceAccount,
        R"({"type":"service_account","client_email":"a@b","private_key":"hush"})", "private_key");
    QJsonObject clear = userFile();
    clear[QStringLiteral("token_uri")] = QStringLiteral("http://tokens.example/t");
    row("in clear", user, jsonText(clear), "http://tokens.example/t is not https");
    const std::string external =
        R"({"type":"external_account","audience":"a","subject_token_type":"b","credential_source":)";
    row("no source", CredentialKind::WorkloadFederation, external + "{}}", "either file or url");
    row("aws", CredentialKind::WorkloadFederation,
        external + R"({"environment_id":"aws1","url":"http://169.254.169.254/x"}})", "AWS");
    row("no subject", CredentialKind::WorkloadFederation,
        external + R"({"file":"/nonexistent/token"}})", "cannot read /nonexistent/token");
    row("header injection", CredentialKind::WorkloadFederation,
        external + R"({"url":"http://127.0.0.1/","headers":{"a":"b\r\nhush"}}})", "headers");
    row("no field's name", CredentialKind::WorkloadFederation,
        external + R"({"url":"http://127.0.0.1/","format":{"type":"json"}}})",
        "subject_token_field_name");
}

void TestGoogleCredentials::loadErrors()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, error);
    World world(static_cast<CredentialKind>(kind));
    world.settings.file = test::writeFile(world.folder, "x.json", json.toStdString());
    const std::string problem = world.problem();
    QVERIFY2(problem.find(error.toStdString()) != std::string::npos, problem.c_str());
    QVERIFY2(problem.find(world.settings.file) != std::string::npos, problem.c_str());
    QVERIFY2(problem.find("hush") == std::string::npos, problem.c_str());
}

QTEST_GUILESS_MAIN(TestGoogleCredentials)
#include "tst_googlecredentials.moc"
