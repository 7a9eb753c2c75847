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
    void warnsInsideBackends();
};

void TestConfigLater::isQuiet_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"auth: {enabled: false, keys: [{key: mrdn_x, org_id: acme}]}", "auth: {}",
          "auth: {keys_file: null}", "pii: {enabled: no, policy: block}",
          "isolation: {mode: shared}", "isolation: {pools: {}}",
          "rate_limit: {enabled: false, global_limit: {token_capacity: 5}}",
          "audit_bus: {enabled: 0}", "tiering: {enabled: 'off', tiers: {default: [general]}}",
          "session_affinity: {ttl_s: 600}", "canary: {enabled: false, steps: [{weight: 5}]}",
          "budgets: {store: memory}", "cost: {enabled: f}", "control_plane: {url: ''}",
          "redis: {enabled: false}",
          "resilience: {max_retries: 0, circuit_breaker: {enabled: false, failure_threshold: 9}}",
          "gateway: {prefill_weight: 1, decode_weight: 4.0, default_max_tokens: 256, queue_weight: "
          "0.0, "
          "mem_weight: 0, token_estimator: heuristic}",
          "timeouts: {pool: 5}"}) {
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
    row("tiering: {enabled: 1}", "1:1: tiering");
    row("session_affinity: {enabled: 'true'}", "1:1: session_affinity");
    row("canary: {enabled: on}", "1:1: canary");
    row("budgets: {enabled: true}", "1:1: budgets");
    row("cost: {enabled: true}", "1:1: cost");
    row("control_plane: {enabled: true}", "1:1: control_plane");
    row("redis: {url: 'redis://h'}", "1:1: redis");
    row("resilience: {max_retries: 2, circuit_breaker: {enabled: true}}", "1:1: resilience");
    row("resilience: {circuit_breaker: {enabled: true}}", "1:1: resilience");
    row("isolation: {pools: {acme: [gold]}}", "1:1: isolation");
    row("gateway: {prefill_weight: 1.5}", "1:27: gateway.prefill_weight");
    row("gateway: {default_max_tokens: 10}", "1:31: gateway.default_max_tokens");
    row("gateway: {token_estimator: exact}", "1:28: gateway.token_estimator");
    row("timeouts: {pool: 6}", "1:18: timeouts.pool");
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
    row("isolation: {mode: dedicated}", "c.yaml:1:19: isolation.mode: isolation is not yet active "
                                        "in this version, and starting without "
                                        "it would mix tenants; set mode: shared to accept that");
    row("isolation: {mode: none}",
        "c.yaml:1:19: isolation.mode: unknown mode; known are shared and dedicated");
    row("auth: {enabld: true}", "c.yaml:1:8: auth.enabld: unknown key; did you mean 'enabled'?");
    row("pii: {enable: true}", "c.yaml:1:7: pii.enable: unknown key; did you mean 'enabled'?");
    row("auth: {enabled: }",
        "c.yaml:1:17: auth.enabled: expected a boolean (true or false), found nothing");
    row("auth: {enabled: maybe}",
        "c.yaml:1:17: auth.enabled: expected a boolean (true or false), found a string");
    row("gateway: {prefill_weight: -1}", "c.yaml:1:27: gateway.prefill_weight: must be at least 0");
    row("gateway: {decode_weight: .nan}",
        "c.yaml:1:26: gateway.decode_weight: must be a finite number");
    row("resilience: {max_retries: -1}",
        "c.yaml:1:27: resilience.max_retries: must be between 0 and 1000000");
}

void TestConfigLater::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    const auto loaded = test::load(text.toStdString() + '\n' + std::string(test::OneBackend));
    QVERIFY(!loaded);
    QCOMPARE(test::formatted(loaded.error()), QStringList{problem});
}

void TestConfigLater::warnsInsideBackends()
{
    const std::string text = "backends:\n  - name: a\n    url: http://h\n"
                             "    telemetry:\n      type: json\n      url: http://h/stats\n"
                             "    idle_timeout_min: 5\n    timeout: {pool: 7}\n"
                             "  - {name: b, url: 'http://h', telemetry: null, idle_timeout_min: ~, "
                             "timeout: {pool: null, connect: null}}\n";
    QVERIFY(test::load(text));
    const QStringList expected{
        QStringLiteral(
            "c.yaml:4:5: backends[0].telemetry: recognised, not yet active in this version"),
        QStringLiteral(
            "c.yaml:7:5: backends[0].idle_timeout_min: recognised, not yet active in this version"),
        QStringLiteral(
            "c.yaml:8:21: backends[0].timeout.pool: recognised, not yet active in this version"),
    };
    QCOMPARE(test::problemsOf(text), expected);
}

QTEST_GUILESS_MAIN(TestConfigLater)
#include "tst_configlater.moc"
