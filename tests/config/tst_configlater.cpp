// SPDX-License-Identifier: MIT
// Keys of later versions: one warning when they are in use, silence when they are not, and an
// error when they promise a protection that would not be there.
#include "tests/config/configtext.h"

#include <QTest>

using namespace meridian;

class TestConfigLater : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isQuiet_data();
    void isQuiet();
    void warnsOnce_data();
    void warnsOnce();
    void refuses_data();
    void refuses();
};

void TestConfigLater::isQuiet_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"auth: {enabled: false, keys: [{key: mrdn_x, org_id: acme}]}", "auth: {}",
          "auth: {keys_file: null}", "pii: {enabled: no, policy: block}",
          "rate_limit: {enabled: false, global_limit: {token_capacity: 5}}",
          "audit_bus: {enabled: 0}", "budgets: {store: memory}", "cost: {enabled: f}",
          "control_plane: {url: ''}", "redis: {enabled: false}"}) {
        QTest::newRow(text) << QByteArray(text);
    }
}

void TestConfigLater::isQuiet()
{
    QFETCH(QByteArray, text);
    const std::string whole =
        "strict: true\n" + text.toStdString() + '\n' + std::string(test::OneBackend);
    const auto loaded = test::load(whole);
    QCOMPARE(test::problemsOf(whole), QStringList());
    QVERIFY(loaded);
}

void TestConfigLater::warnsOnce_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("place");
    const auto row = [](const char *text, const char *place) {
        QTest::newRow(text) << QByteArray(text) << QString::fromLatin1(place);
    };
    row("rate_limit:\n  enabled: true\n  token_capacity: 5", "1:1: rate_limit");
    row("audit_bus: {enabled: yes}", "1:1: audit_bus");
    row("budgets: {enabled: true}", "1:1: budgets");
    row("cost: {enabled: true}", "1:1: cost");
    row("control_plane: {enabled: true}", "1:1: control_plane");
    row("redis: {url: 'redis://h'}", "1:1: redis");
}

void TestConfigLater::warnsOnce()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, place);
    const std::string whole = text.toStdString() + '\n' + std::string(test::OneBackend);
    QVERIFY(test::load(whole));
    const QString expected =
        QStringLiteral("c.yaml:%1: recognised, not yet active in this version").arg(place);
    QCOMPARE(test::problemsOf(whole), QStringList{expected});
}

void TestConfigLater::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *text, const char *problem) {
        QTest::newRow(text) << QByteArray(text) << QString::fromLatin1(problem);
    };
    row("auth: {enabled: true}",
        "c.yaml:1:17: auth.enabled: API-key authentication is not yet active in this version, and "
        "starting without it would leave you unprotected; set enabled: false to accept that");
    row("pii:\n  enabled: yes",
        "c.yaml:2:12: pii.enabled: the PII filter is not yet active in this version, and starting "
        "without it would leave you unprotected; set enabled: false to accept that");
    row("auth: {enabld: true}", "c.yaml:1:8: auth.enabld: unknown key; did you mean 'enabled'?");
    row("pii: {enable: true}", "c.yaml:1:7: pii.enable: unknown key; did you mean 'enabled'?");
    row("auth: {enabled: }",
        "c.yaml:1:17: auth.enabled: expected a boolean (true or false), found nothing");
    row("auth: {enabled: maybe}",
        "c.yaml:1:17: auth.enabled: expected a boolean (true or false), found a string");
}

void TestConfigLater::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const auto loaded = test::load(text.toStdString() + '\n' + std::string(test::OneBackend));
    QVERIFY(!loaded);
    QCOMPARE(test::formatted(loaded.error()), QStringList{problem});
}

QTEST_GUILESS_MAIN(TestConfigLater)
#include "tst_configlater.moc"
