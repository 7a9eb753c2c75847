// SPDX-License-Identifier: MIT
// OCI's credentials: keys of profiles, sessions in files, principals against fake services.
#include "core/base/base64.h"
#include "core/credentials/leafcertificate.h"
#include "core/credentials/ociprofile.h"
#include "core/credentials/sourcefiles.h"
#include "core/provider/oci/signingkey.h"
#include "tests/credentials/credentialworld.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace meridian;
using namespace std::chrono_literals;
using model::CredentialKind;
using support::RecordedRequest;
using support::Reply;
using test::Asked;

namespace {

constexpr std::string_view PassPhrase = "hush # phrase";

std::string signingKeyId(const provider::CredentialPtr &credential)
{
    return credential && credential->signer ? std::string(credential->signer->keyId())
                                            : std::string();
}

/// A token that ends so many seconds from now; `name` makes it another one.
std::string jwt(int seconds, std::string_view name = "a")
{
    const std::string claims = R"({"sub":"hush-)" + std::string(name) + R"(","exp":)" +
                               std::to_string(QDateTime::currentSecsSinceEpoch() + seconds) + "}";
    return base64UrlEncode(R"({"alg":"RS256"})") + "." + base64UrlEncode(claims) + ".c2ln";
}

struct World
{
    explicit World(CredentialKind kind) { settings.kind = kind; }

    [[nodiscard]] Result<std::shared_ptr<provider::CredentialSource>> make()
    {
        return credentials::makeCredentialSource(settings, loop, region, policy);
    }

    [[nodiscard]] std::string problem()
    {
        const auto made = make();
        return made ? std::string() : made.error().detail;
    }

    [[nodiscard]] std::string file(const char *name, std::string_view text) const
    {
        return test::writeFile(folder, name, text);
    }

    event::Loop loop;
    support::FakeUpstream service;
    QTemporaryDir folder;
    model::CredentialSettings settings;
    std::string region;
    credentials::RefreshPolicy policy;
    // nothing of the machine that the tests run on
    test::Environment home{"HOME", folder.path().toStdString()};
    test::Environment config{"OCI_CONFIG_FILE", ""};
    test::Environment profile{"OCI_CLI_PROFILE", ""};
    test::Environment metadata{"OCI_METADATA_BASE_URL", service.url() + "/opc/v2"};
    test::Environment version{"OCI_RESOURCE_PRINCIPAL_VERSION", ""};
    test::Environment token{"OCI_RESOURCE_PRINCIPAL_RPST", ""};
    test::Environment key{"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", ""};
    test::Environment phrase{"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE", ""};
};

} // namespace

class TestOciCredentials : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void init() { m_log.emplace(); }

    void cleanup();
    void profiles_data();
    void profiles();
    void apiKeyOfSettings();
    void apiKeyOfProfile();
    void apiKeyErrors();
    void sessionToken();
    void sessionTokenHasEnded();
    void resourcePrincipal_data();
    void resourcePrincipal();
    void resourcePrincipalErrors();
    void instancePrincipal();
    void instancePrincipalFailures_data();
    void instancePrincipalFailures();

private:
    [[nodiscard]] std::string path(const char *name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

    /// By the openssl command: is it the public half's signature?
    [[nodiscard]] bool
    isSigned(const std::string &publicKey, std::string_view text, std::string_view signature) const;

    std::optional<test::LogCapture> m_log;
    QTemporaryDir m_folder;
    std::string m_fingerprint; // of key.pem
};

void TestOciCredentials::initTestCase()
{
    const auto run = [](const std::vector<std::string> &command) {
        const auto finished = support::runProcess(command);
        QVERIFY2(finished.exitCode == 0, finished.error.c_str());
    };
    run({"openssl", "genrsa", "-out", path("key.pem"), "2048"});
    run({"openssl", "rsa", "-aes128", "-passout", "pass:" + std::string(PassPhrase), "-in",
         path("key.pem"), "-out", path("locked.pem")});
    run({"openssl", "req", "-x509", "-key", path("key.pem"), "-days", "2", "-subj",
         "/CN=machine/OU=opc-certtype:instance/OU=opc-tenant:ocid1.tenancy.oc1..aaa", "-out",
         path("leaf.pem")});
    run({"openssl", "req", "-x509", "-key", path("key.pem"), "-days", "2", "-subj", "/CN=nobody",
         "-out", path("nobody.pem")});
    const auto digest = support::runProcess({"sh", "-c",
                                             "openssl rsa -in '" + path("key.pem") +
                                                 "' -pubout -outform DER 2>/dev/null | "
                                                 "openssl md5 -c"});
    m_fingerprint = digest.output.substr(digest.output.find("= ") + 2, 47);
    QCOMPARE(std::count(m_fingerprint.begin(), m_fingerprint.end(), ':'), std::ptrdiff_t(15));
}

void TestOciCredentials::cleanup()
{
    QVERIFY(!m_log->has("hush"));
    QVERIFY(!m_log->has("ST$"));
    QVERIFY(!m_log->has("PRIVATE KEY"));
    m_log.reset();
}

bool TestOciCredentials::isSigned(const std::string &publicKey,
                                  std::string_view text,
                                  std::string_view signature) const
{
    const auto verified =
        support::runProcess({"openssl", "dgst", "-sha256", "-verify", publicKey, "-signature",
                             test::writeFile(m_folder, "signature", *base64Decode(signature)),
                             test::writeFile(m_folder, "text", text)});
    return verified.exitCode == 0;
}

void TestOciCredentials::profiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *text, const char *user, const char *error) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(user) << QByteArray(error);
    };
    row("plain", "[X]\nuser=a\n", "a", "");
    row("spaces", "  [X]  \r\n  USER =  a \r\n", "a", "");
    row("comments", "# [X]\n; user=z\n[X]\n#user=b\nuser=a # TODO\n", "a", "");
    row("a sign inside", "[X]\nuser=a#b;c", "a#b;c", "");
    row("the last wins", "[X]\nuser=b\nuser=a", "a", "");
    row("from DEFAULT", "[DEFAULT]\nuser=a\nother=1\n[X]\nother=2", "a", "");
    row("not from others", "[X]\nother=1\n[Y]\nuser=a", "", "");
    row("over DEFAULT, which comes later", "[X]\nuser=a\n[DEFAULT]\nuser=b", "a", "");
    row("an equals sign", "[X]\nuser=a=b", "a=b", "");
    row("no profile", "[DEFAULT]\nuser=a", "", "has no profile X; add [X]");
    row("empty", "", "", "has no profile X");
    row("no key", "[X]\nhush\n", "", "c.ini:2: is no `key = value`");
    row("no bracket", "\n[X\n", "", "c.ini:2: a profile's name has no ]");
}

void TestOciCredentials::profiles()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, error);
    const auto profile = credentials::parseOciProfile(text.toStdString(), "c.ini", "X");
    QCOMPARE(profile.has_value(), error.isEmpty());
    if (profile) {
        QCOMPARE(profile->value("user"), user.toStdString());
        QCOMPARE(profile->required("user").has_value(), !user.isEmpty());
    } else {
        const std::string detail = profile.error().detail;
        QVERIFY2(detail.find(error.toStdString()) != std::string::npos, detail.c_str());
        QVERIFY(detail.find("hush") == std::string::npos);
    }
}

void TestOciCredentials::apiKeyOfSettings()
{
    World world(CredentialKind::OciApiKey);
    world.settings.user = "ocid1.user.oc1..u";
    world.settings.tenancy = "ocid1.tenancy.oc1..t";
    world.settings.keyFile = path("key.pem");
    const auto source = world.make();
    QVERIFY2(source, source ? "" : source.error().detail.c_str());
    const std::string keyId = "ocid1.tenancy.oc1..t/ocid1.user.oc1..u/" + m_fingerprint;
    QCOMPARE(signingKeyId((*source)->current()), keyId);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY(asked.result && *asked.result);
    QCOMPARE(signingKeyId(**asked.result), keyId);
    Asked dropped(**source, world.loop);
    dropped.waiter.reset();
    (*source)->invalidate((*source)->current()); // there is no other
    Asked again(**source, world.loop);
    QVERIFY(again.wait());
    QCOMPARE(dropped.calls, 0);
    world.settings.keyFile.clear();
    world.settings.key = Secret(test::readFile(path("locked.pem")));
    world.settings.passPhrase = Secret(PassPhrase);
    QCOMPARE(signingKeyId((*world.make())->current()), keyId);
}

void TestOciCredentials::apiKeyOfProfile()
{
    World world(CredentialKind::OciApiKey);
    const std::string ini =
        "[DEFAULT]\nuser=ocid1.user.oc1..d\ntenancy=ocid1.tenancy.oc1..t\n"
        "fingerprint=" +
        m_fingerprint + "\nkey_file=" + path("key.pem") +
        " # TODO\n[OTHER]\nuser=ocid1.user.oc1..o\nkey_file=" + path("locked.pem") +
        "\npass_phrase=" + std::string(PassPhrase) + "\n";
    const auto keyId = [&] {
        const auto made = world.make();
        return made ? signingKeyId((*made)->current()) : made.error().detail;
    };
    const std::string ofDefault = "ocid1.tenancy.oc1..t/ocid1.user.oc1..d/" + m_fingerprint;
    const std::string ofOther = "ocid1.tenancy.oc1..t/ocid1.user.oc1..o/" + m_fingerprint;
    QVERIFY(QDir(world.folder.path()).mkpath(QStringLiteral(".oci")));
    (void)world.file(".oci/config", ini);
    QCOMPARE(keyId(), ofDefault);
    world.settings.profile = "OTHER";
    QCOMPARE(keyId(), ofOther);
    world.settings.profile.clear();
    const test::Environment named("OCI_CLI_PROFILE", "OTHER");
    QCOMPARE(keyId(), ofOther);
    const test::Environment elsewhere("OCI_CONFIG_FILE", "~/nowhere");
    QVERIFY(keyId().find("cannot read " + world.folder.path().toStdString() + "/nowhere") !=
            std::string::npos);
    world.settings.file = world.file("c.ini", ini);
    QCOMPARE(keyId(), ofOther);
}

void TestOciCredentials::apiKeyErrors()
{
    World world(CredentialKind::OciApiKey);
    const auto says = [&](std::initializer_list<std::string> parts) {
        const std::string problem = world.problem();
        return std::all_of(parts.begin(), parts.end(),
                           [&](const std::string &part) {
                               return problem.find(part) != std::string::npos;
                           }) &&
                       problem.find("hush") == std::string::npos
                   ? std::string()
                   : "said: " + problem;
    };
    QCOMPARE(says({"/.oci/config", "credentials.file", "OCI_CONFIG_FILE"}), std::string());
    world.settings.file = world.file("c.ini", "[DEFAULT]\nuser=u\n");
    QCOMPARE(says({"c.ini: the profile DEFAULT has no tenancy"}), std::string());
    world.settings.profile = "MISSING";
    QCOMPARE(says({"c.ini: has no profile MISSING"}), std::string());
    world.settings = {};
    world.settings.kind = CredentialKind::OciApiKey;
    world.settings.user = "ocid1.user.oc1..u";
    QCOMPARE(says({"user and tenancy go together"}), std::string());
    world.settings.tenancy = "ocid1.tenancy.oc1..t";
    QCOMPARE(says({"neither key nor key_file"}), std::string());
    world.settings.keyFile = "/nonexistent/key.pem";
    QCOMPARE(says({"cannot read /nonexistent/key.pem", "give the path"}), std::string());
    world.settings.keyFile = path("locked.pem");
    QVERIFY(!world.problem().empty());
    world.settings.passPhrase = Secret(std::string_view("hush-wrong"));
    QVERIFY(!world.problem().empty());
    QVERIFY(world.problem().find("hush") == std::string::npos);
    world.settings.keyFile = path("key.pem");
    world.settings.fingerprint = "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff";
    QCOMPARE(says({world.settings.fingerprint, m_fingerprint}), std::string());
}

void TestOciCredentials::sessionToken()
{
    World world(CredentialKind::OciSessionToken);
    world.policy.watch = 20ms;
    const std::string first = jwt(3600, "first");
    const std::string tokenFile = world.file("token", first + "\n");
    world.settings.file = world.file("c.ini", "[DEFAULT]\nsecurity_token_file=" + tokenFile +
                                                  "\nkey_file=" + path("key.pem") + "\n");
    const auto source = world.make();
    QVERIFY2(source, source ? "" : source.error().detail.c_str());
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(*asked.result, asked.error().c_str());
    QCOMPARE(signingKeyId(**asked.result), "ST$" + first);
    const auto left = (*source)->state().validFor;
    QVERIFY(left > 3500s && left <= 3600s);
    const std::string second = jwt(1800, "another one");
    (void)world.file("token", second);
    QVERIFY(test::waitUntil([&] { return signingKeyId((*source)->current()) == "ST$" + second; }));
    (void)world.file("token", "half of a tok"); // the one before is still good
    QVERIFY(test::waitUntil([&] { return (*source)->state().failures == 1; }));
    QCOMPARE(signingKeyId((*source)->current()), "ST$" + second);
    world.settings.file = world.file("d.ini", "[DEFAULT]\nsecurity_token_file=/nonexistent/t\n"
                                              "key_file=" +
                                                  path("key.pem") + "\n");
    QVERIFY(world.problem().find("cannot read /nonexistent/t") != std::string::npos);
    QVERIFY(world.problem().find("oci session") != std::string::npos);
}

void TestOciCredentials::sessionTokenHasEnded()
{
    World world(CredentialKind::OciSessionToken);
    world.policy.watch = 20ms;
    const std::string tokenFile = world.file("token", jwt(-5));
    world.settings.file = world.file("c.ini", "[P]\nsecurity_token_file=" + tokenFile +
                                                  "\nkey_file=" + path("key.pem") + "\n");
    world.settings.profile = "P";
    const auto source = world.make();
    QVERIFY(source); // it may be renewed while we run
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(asked.error().find("the token has expired; run `oci session authenticate "
                                "--profile-name P`") != std::string::npos,
             asked.error().c_str());
    (void)world.file("token", jwt(600)); // seen at once, although the pause is a minute
    QVERIFY(test::waitUntil([&] { return (*source)->current() != nullptr; }));
}

void TestOciCredentials::resourcePrincipal_data()
{
    QTest::addColumn<bool>("areFiles");
    QTest::newRow("values") << false;
    QTest::newRow("files") << true;
}

void TestOciCredentials::resourcePrincipal()
{
    QFETCH(bool, areFiles);
    World world(CredentialKind::OciResourcePrincipal);
    const std::string token = jwt(900);
    const auto value = [&](const char *name, const std::string &text) {
        return areFiles ? world.file(name, text) : text;
    };
    const test::Environment set[] = {
        {"OCI_RESOURCE_PRINCIPAL_VERSION", "2.2"},
        {"OCI_RESOURCE_PRINCIPAL_RPST", value("rpst", token)},
        {"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", value("pem", test::readFile(path("locked.pem")))},
        {"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE",
         value("phrase", std::string(PassPhrase))}};
    const auto source = world.make();
    QVERIFY2(source, source ? "" : source.error().detail.c_str());
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(*asked.result, asked.error().c_str());
    QCOMPARE(signingKeyId(**asked.result), "ST$" + token);
    QCOMPARE((**asked.result)->signer->fingerprint(), m_fingerprint);
    const auto left = (*source)->state().validFor;
    QVERIFY(left > 850s && left <= 900s);
}

void TestOciCredentials::resourcePrincipalErrors()
{
    World world(CredentialKind::OciResourcePrincipal);
    QVERIFY(world.problem().find("VERSION is not set") != std::string::npos);
    const test::Environment old("OCI_RESOURCE_PRINCIPAL_VERSION", "1.1");
    QVERIFY(world.problem().find("VERSION is not 2.2") != std::string::npos);
    const test::Environment version("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2");
    QVERIFY(world.problem().find("RPST is not set") != std::string::npos);
    const test::Environment token("OCI_RESOURCE_PRINCIPAL_RPST", "/nonexistent/rpst");
    QVERIFY(world.problem().find("PRIVATE_PEM is not set") != std::string::npos);
    const test::Environment key("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", "hush");
    QVERIFY(world.problem().find("cannot read /nonexistent/rpst") != std::string::npos);
    const test::Environment value("OCI_RESOURCE_PRINCIPAL_RPST", jwt(600));
    const auto source = world.make();
    QVERIFY(source);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(asked.error().find("the session's key") != std::string::npos, asked.error().c_str());
    QVERIFY2(asked.error().find("hush") == std::string::npos, asked.error().c_str());
}

void TestOciCredentials::instancePrincipal()
{
    World world(CredentialKind::OciInstancePrincipal);
    world.settings.tokenUrl = world.service.url() + "/v1/x509";
    const std::string token = jwt(1200);
    world.service.setHandler([&](const RecordedRequest &request) {
        if (request.target == "/opc/v2/identity/cert.pem") {
            return Reply::of(200, "text/plain", test::readFile(path("leaf.pem")));
        }
        if (request.target == "/opc/v2/identity/key.pem") {
            return Reply::of(200, "text/plain", test::readFile(path("key.pem")));
        }
        if (request.target == "/opc/v2/identity/intermediate.pem") {
            return Reply::of(200, "text/plain", test::readFile(path("nobody.pem")));
        }
        return Reply::json(R"({"token":")" + token + "\"}");
    });
    const auto source = world.make();
    QVERIFY2(source, source ? "" : source.error().detail.c_str());
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(*asked.result, asked.error().c_str());
    QCOMPARE(signingKeyId(**asked.result), "ST$" + token);

    const auto requests = world.service.log.requests();
    QCOMPARE(requests.size(), std::size_t(4));
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(requests[i].header("authorization"), std::string("Bearer Oracle"));
    }
    const RecordedRequest &post = requests[3];
    QCOMPARE(post.method + " " + post.target, std::string("POST /v1/x509"));
    QCOMPARE(post.header("content-type"), std::string("application/json"));
    const auto body = QJsonDocument::fromJson(QByteArray::fromStdString(post.body)).object();
    const auto text = [&](const char *name) {
        return body[QLatin1String(name)].toString().toStdString();
    };
    QCOMPARE(text("fingerprintAlgorithm"), std::string("SHA256"));
    QCOMPARE(text("certificate"), credentials::pemContents(test::readFile(path("leaf.pem"))));
    QCOMPARE(body[QLatin1String("intermediateCertificates")].toArray().size(), 1);

    // signed by the machine's key, over exactly these headers
    const std::string authorization = post.header("authorization");
    const auto fingerprint = support::runProcess(
        {"openssl", "x509", "-in", path("leaf.pem"), "-noout", "-fingerprint", "-sha256"});
    std::string expected = fingerprint.output.substr(fingerprint.output.find('=') + 1, 95);
    std::transform(expected.begin(), expected.end(), expected.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string prefix =
        R"(Signature version="1",keyId="ocid1.tenancy.oc1..aaa/fed-x509-sha256/)" + expected +
        R"(",algorithm="rsa-sha256",headers="date (request-target) content-length content-type )"
        R"(x-content-sha256",signature=")";
    QVERIFY2(authorization.starts_with(prefix), authorization.c_str());
    const std::string signature =
        authorization.substr(prefix.size(), authorization.size() - prefix.size() - 1);
    const std::string digest = base64Encode(credentials::sha256(post.body));
    QCOMPARE(post.header("x-content-sha256"), digest);
    const std::string signedText =
        "date: " + post.header("date") +
        "\n(request-target): post /v1/x509\ncontent-length: " + std::to_string(post.body.size()) +
        "\ncontent-type: application/json\nx-content-sha256: " + digest;
    const auto made = support::runProcess(
        {"openssl", "pkey", "-in", path("key.pem"), "-pubout", "-out", path("leaf.pub")});
    QCOMPARE(made.exitCode, std::optional(0));
    QVERIFY(isSigned(path("leaf.pub"), signedText, signature));
    QVERIFY(!isSigned(path("leaf.pub"), signedText + " ", signature));

    // requests are signed with the session's key, whose public half was sent
    const std::string pem =
        "-----BEGIN PUBLIC KEY-----\n" + text("publicKey") + "\n-----END PUBLIC KEY-----\n";
    const auto made2 = (**asked.result)->signer->sign("something");
    QVERIFY(made2);
    QVERIFY(isSigned(world.file("session.pub", pem), "something", *made2));
}

void TestOciCredentials::instancePrincipalFailures_data()
{
    QTest::addColumn<QByteArray>("at");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *at, const char *answer, int status, const char *error) {
        QTest::addRow("%s %d %s", at, status, error)
            << QByteArray(at) << QByteArray(answer) << status << QByteArray(error);
    };
    row("cert.pem", "", 404, "answered 404 for /identity/cert.pem");
    row("cert.pem", "hush", 200, "the machine's certificate cannot be read");
    row("cert.pem", "nobody", 200, "the machine's certificate names no tenancy");
    row("key.pem", "hush", 200, "the machine's key");
    row("regionInfo", "{}", 200, "does not say the machine's region");
    row("regionInfo", R"({"regionIdentifier":"x@evil/","realmDomainComponent":"a"})", 200,
        "does not say the machine's region");
    row("x509", R"({"code":"NotAuthenticated","message":"no such tenancy"})", 401,
        "the key is not accepted (NotAuthenticated): no such tenancy");
    row("x509", "{}", 200, "no token that says when it ends");
    row("x509", R"({"token":"hush"})", 200, "no token that says when it ends");
}

void TestOciCredentials::instancePrincipalFailures()
{
    QFETCH(QByteArray, at);
    QFETCH(QByteArray, answer);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    World world(CredentialKind::OciInstancePrincipal);
    if (at != "regionInfo") {
        world.settings.tokenUrl = world.service.url() + "/v1/x509";
    }
    world.service.setHandler([&](const RecordedRequest &request) {
        if (request.target.ends_with(at.toStdString())) {
            return Reply::of(status, "text/plain",
                             answer == "nobody" ? test::readFile(path("nobody.pem"))
                                                : answer.toStdString());
        }
        return Reply::of(
            200, "text/plain",
            test::readFile(path(request.target.ends_with("key.pem") ? "key.pem" : "leaf.pem")));
    });
    const auto source = world.make();
    QVERIFY(source);
    Asked asked(**source, world.loop);
    QVERIFY(asked.wait());
    QVERIFY2(asked.error().find("OCI instance principal: ") == 0 &&
                 asked.error().find(error.toStdString()) != std::string::npos,
             asked.error().c_str());
    QVERIFY(asked.error().find("hush") == std::string::npos);
}

QTEST_GUILESS_MAIN(TestOciCredentials)
#include "tst_ocicredentials.moc"
