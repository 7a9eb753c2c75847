// SPDX-License-Identifier: MIT
// Whatever is wrong around a secret key, no diagnostic tells its value.
#include "tests/config/configtext.h"

#include <QTest>

using namespace meridian;

class TestConfigSecrets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void resolvesReferences();
    void reports_data();
    void reports();
    void neverTellsTheValue_data();
    void neverTellsTheValue();
};

void TestConfigSecrets::initTestCase()
{
    qputenv("MERIDIAN_TEST_KEY", "hush-1");
    qputenv("MERIDIAN_TEST_BROKEN", "hush-1\r\nX-Injected: yes");
    qunsetenv("MERIDIAN_TEST_UNSET");
}

void TestConfigSecrets::resolvesReferences()
{
    const auto loaded = test::load(
        "backends:\n  - {name: a, url: 'http://h', auth_header: 'Bearer ${MERIDIAN_TEST_KEY}'}\n"
        "  - {name: b, url: 'http://h', auth_header: ''}\n"
        "  - {name: c, url: 'http://h', auth_header: null}\n");
    QVERIFY(loaded);
    QVERIFY(loaded->settings.backends.at(0).authHeader.reveal() == "Bearer hush-1");
    QVERIFY(loaded->settings.backends.at(1).authHeader.isEmpty());
    QVERIFY(loaded->settings.backends.at(2).authHeader.isEmpty());
}

void TestConfigSecrets::reports_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("message");
    const auto row = [](const QByteArray &value, const char *message) {
        QTest::newRow(value.left(40).constData()) << value << QString::fromUtf8(message);
    };
    constexpr const char *Broken = "must not hold line breaks or other control characters";
    row("\"a\\r\\nb\"", Broken);
    row("\"a\\nb\"", Broken);
    row("\"a\\0b\"", Broken);
    row("|\n      a\n", Broken);
    row("${MERIDIAN_TEST_BROKEN}", Broken);
    row("'  '", "must not be blank");
    row("'" + QByteArray(8193, 'x') + "'", "must not be longer than 8192 bytes");
    row("${MERIDIAN_TEST_UNSET}", "environment variable MERIDIAN_TEST_UNSET is not set");
    row("file:/nowhere/key", "cannot read file:/nowhere/key: No such file or directory");
    row("keychain:x", "keychain: works in the desktop application only; a service takes env:, "
                      "file: or credential:");
    row("12345", "expected a string, found an integer; put it in quotes");
    row("[a]", "expected a string, found a list");
}

void TestConfigSecrets::reports()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, message);
    const auto loaded = test::load("backends:\n  - name: a\n    url: http://h\n    auth_header: " +
                                   value.toStdString() + "\n");
    QVERIFY(!loaded);
    QCOMPARE(test::formatted(loaded.error()),
             QStringList{QStringLiteral("c.yaml:4:18: backends[0].auth_header: ") + message});
}

void TestConfigSecrets::neverTellsTheValue_data()
{
    QTest::addColumn<QByteArray>("entry");
    for (const char *entry : {"auth_header: [hush-1]",
                              "auth_header: {hush-1: hush-1, hush-1: x}",
                              "auth_header: 'hush-1",
                              "auth_header: \"hush-1\\q\"",
                              "auth_header: hush-1: hush-1",
                              "auth_header: *hush-1",
                              "auth_header: &hush-1 &hush-1 x",
                              "auth_header: !hush-1 x",
                              "auth_header: !<hush-1> hush-1",
                              "auth_header: @hush-1",
                              "auth_header: `hush-1",
                              "auth_header: %hush-1",
                              "auth_header: {hush-1",
                              "auth_header: \"hush-1\\nhush-1\"",
                              "auth_header: ${hush-1}",
                              "auth_header: env:hush-1",
                              "auth_header: file:hush-1",
                              "auth_header: credential:/hush-1",
                              "auth_header: '${hush-1'",
                              "auth_header: \"hush-1\\uZZZZ\"",
                              "auth_header: \"hush-1\\uD800\"",
                              "auth_header: |9x hush-1",
                              "auth_header: hush-1\n    auth_header: hush-1",
                              "auth_headr: hush-1\n    weight: 0",
                              "auth_header: Bearer ${MERIDIAN_TEST_BROKEN}",
                              "auth_header: Bearer env:MERIDIAN_TEST_KEY",
                              "auth_header:\n      - hush-1\n    weight: 0",
                              "auth_header:\n      hush-1: 1\n      hush-1: 2",
                              "auth_header: 'hush-1'\n    url: http://user:hush-1@h",
                              "auth_header: hush-1\n  weight: 1"}) {
        QTest::newRow(entry) << QByteArray(entry);
    }
}

void TestConfigSecrets::neverTellsTheValue()
{
    QFETCH(QByteArray, entry);
    const QStringList problems = test::problemsOf(
        "backends:\n  - name: a\n    url: http://h\n    " + entry.toStdString() + "\n");
    QVERIFY(!problems.isEmpty());
    QVERIFY2(!problems.join(QLatin1Char(' ')).contains(QLatin1String("hush")),
             qPrintable(problems.join(QLatin1Char('\n'))));
}

QTEST_GUILESS_MAIN(TestConfigSecrets)
#include "tst_configsecrets.moc"
