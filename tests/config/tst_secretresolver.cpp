// SPDX-License-Identifier: MIT
// References to secrets: every source, every way it can fail, and that failures keep quiet.
#include "core/secrets/boundedfile.h"
#include "core/secrets/secretresolver.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace meridian;

namespace {

QString outcome(const Result<Secret> &secret)
{
    const std::string_view text = secret ? secret->reveal() : std::string_view();
    return secret ? QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
                  : QLatin1Char('!') + QString::fromStdString(secret.error().detail);
}

} // namespace

class TestSecretResolver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void resolves_data();
    void resolves();
    void takesOtherSources();
    void neverWaitsOnAFile();

private:
    void write(const char *name, const QByteArray &contents);

    QTemporaryDir m_directory;
};

void TestSecretResolver::write(const char *name, const QByteArray &contents)
{
    QFile file(m_directory.filePath(QString::fromLatin1(name)));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(contents), contents.size());
}

void TestSecretResolver::initTestCase()
{
    qputenv("MERIDIAN_TEST_KEY", "s3cret");
    qputenv("MERIDIAN_TEST_EMPTY", "");
    qunsetenv("MERIDIAN_TEST_UNSET");
    qputenv("CREDENTIALS_DIRECTORY", m_directory.path().toUtf8());
    write("key", "from-file\r\n\n");
    write("bare", "no-newline");
    write("empty", "\n");
    write("big", QByteArray(65537, 'x'));
}

void TestSecretResolver::resolves_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected"); // DIR is the directory; ! starts an error
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("", "");
    row("Bearer plain", "Bearer plain");
    row("Basic dXNlcjpwYXNz==", "Basic dXNlcjpwYXNz==");
    row("a$b {c} $", "a$b {c} $");
    row("env:MERIDIAN_TEST_KEY", "s3cret");
    row("Bearer ${MERIDIAN_TEST_KEY}", "Bearer s3cret");
    row("${MERIDIAN_TEST_KEY}${env:MERIDIAN_TEST_KEY}!", "s3crets3cret!");
    row("$${MERIDIAN_TEST_KEY}", "${MERIDIAN_TEST_KEY}");
    row("file:DIR/key", "from-file");
    row("Bearer ${file:DIR/bare}", "Bearer no-newline");
    row("credential:key", "from-file");
    row("Bearer ${credential:bare}", "Bearer no-newline");

    row("env:MERIDIAN_TEST_UNSET", "!environment variable MERIDIAN_TEST_UNSET is not set");
    row("${MERIDIAN_TEST_UNSET}", "!environment variable MERIDIAN_TEST_UNSET is not set");
    row("${MERIDIAN_TEST_EMPTY}", "!environment variable MERIDIAN_TEST_EMPTY is empty");
    row("env:sk-not-a-name",
        "!a reference to an environment variable takes letters, digits and underscores");
    row("${}", "!a reference to an environment variable takes letters, digits and underscores");
    row("Bearer ${sk-oops", "!a reference that starts with ${ has no closing brace");
    row("${vault:sk-oops}",
        "!a reference in ${ } takes a variable's name, env:, file:, credential: or keychain:");
    row("file:relative", "!file: takes an absolute path");
    row("file:", "!file: takes an absolute path");
    row("file:DIR/none", "!cannot read file:DIR/none: No such file or directory");
    row("file:DIR", "!cannot read file:DIR: Is a directory");
    row("file:DIR/empty", "!file:DIR/empty is empty");
    row("file:DIR/big", "!cannot read file:DIR/big: larger than 65536 bytes");
    row("credential:none", "!cannot read credential:none: No such file or directory");
    row("credential:../key", "!credential: takes a name of letters, digits and . _ - @");
    row("credential:", "!credential: takes a name of letters, digits and . _ - @");
    row("keychain:openai", "!keychain: works in the desktop application only; a service takes "
                           "env:, file: or credential:");
    row("Bearer env:MERIDIAN_TEST_KEY", "!inside longer text a reference is written ${env:…}");
}

void TestSecretResolver::resolves()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    text.replace(QLatin1String("DIR"), m_directory.path());
    expected.replace(QLatin1String("DIR"), m_directory.path());
    const auto secret = SecretResolver().resolve(text.toStdString());
    QCOMPARE(outcome(secret), expected);
    if (!secret) {
        QCOMPARE(secret.error().code, ErrorCode::SecretUnavailable);
        QVERIFY(!outcome(secret).contains(QLatin1String("sk-")));
    }
}

void TestSecretResolver::takesOtherSources()
{
    SecretResolver resolver;
    resolver.setSource("keychain", [](const std::string &name) -> Result<Secret> {
        return Secret("<" + name + ">");
    });
    QCOMPARE(outcome(resolver.resolve("keychain:openai")), QStringLiteral("<openai>"));
    QCOMPARE(outcome(resolver.resolve("Bearer ${keychain:a:b}")), QStringLiteral("Bearer <a:b>"));

    qunsetenv("CREDENTIALS_DIRECTORY");
    QCOMPARE(outcome(resolver.resolve("credential:key")),
             QStringLiteral("!credential:key needs CREDENTIALS_DIRECTORY, which systemd sets for "
                            "LoadCredential="));
}

void TestSecretResolver::neverWaitsOnAFile()
{
    for (const char *path : {"/dev/zero", "/dev/null", "/dev/tty"}) {
        QVERIFY(!readBoundedFile(path, 10));
    }
    QVERIFY(!readBoundedFile(std::string("/dev/null\0x", 11), 10));
    const std::string bare = m_directory.filePath(QStringLiteral("bare")).toStdString();
    QCOMPARE(readBoundedFile(bare, 10).value_or("refused"), std::string("no-newline"));
    QVERIFY(!readBoundedFile(bare, 9));
    // /proc says 0 bytes and has more
    QVERIFY(!readBoundedFile("/proc/self/status", 100'000).value_or("").empty());
}

QTEST_GUILESS_MAIN(TestSecretResolver)
#include "tst_secretresolver.moc"
