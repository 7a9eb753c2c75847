// SPDX-License-Identifier: MIT
// The form that is made of a configuration's text, and which keys its backends use.
#include "ui/configkeys.h"
#include "ui/keyuses.h"
#include "ui/routeform.h"

#include <QtTest>

using namespace meridian::ui;

class TestRouteForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsValuesAndDefaults();
    void keepsTheFormOfWhatIsNoConfiguration_data();
    void keepsTheFormOfWhatIsNoConfiguration();
    void leavesMelisFilesToTheText();
    void namesKeysButNeverTellsThem();
    void writesTheFilesNames();
};

void TestRouteForm::showsValuesAndDefaults()
{
    const auto form =
        routeForm(QStringLiteral("gateway: {strategy: token_aware, port: 0x1F90}\n"
                                 "tiering: {enabled: yes, long_prompt_tokens: 4_000}\n"
                                 "backends:\n"
                                 "  - {name: a, url: 'http://h', weight: 5, tags: [x, y]}\n"
                                 "  - {name: b, model: \"123\", price: {prompt_per_1m: 2.5}}\n"
                                 "  - not a mapping\n"));
    QVERIFY(form);
    QCOMPARE(form->value(QStringLiteral("strategy")).toString(), QStringLiteral("token_aware"));
    QVERIFY(form->value(QStringLiteral("strategies"))
                .toStringList()
                .contains(QStringLiteral("least_cost")));
    QVERIFY(
        form->value(QStringLiteral("tiering")).toMap().value(QStringLiteral("enabled")).toBool());
    const QVariantList backends = form->value(QStringLiteral("backends")).toList();
    QCOMPARE(backends.size(), 2);
    const QVariantMap a = backends[0].toMap();
    QCOMPARE(a.value(QStringLiteral("weight")).toInt(), 5);
    QCOMPARE(a.value(QStringLiteral("tags")).toStringList(),
             (QStringList{QStringLiteral("x"), QStringLiteral("y")}));
    const QVariantMap b = backends[1].toMap();
    QCOMPARE(b.value(QStringLiteral("model")),
             QVariant(QStringLiteral("123"))); // quoted: no number
    QCOMPARE(b.value(QStringLiteral("weight")).toInt(), 1);
    QCOMPARE(b.value(QStringLiteral("maxConcurrency")).toInt(), 0);
    QCOMPARE(
        b.value(QStringLiteral("price")).toMap().value(QStringLiteral("prompt_per_1m")).toDouble(),
        2.5);
}

void TestRouteForm::keepsTheFormOfWhatIsNoConfiguration_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"a: [", "just words", "- a\n- b", "", "a: *nobody"}) {
        QTest::newRow(text) << QString::fromLatin1(text);
    }
}

void TestRouteForm::keepsTheFormOfWhatIsNoConfiguration()
{
    QFETCH(QString, text);
    QVERIFY(!routeForm(text));
}

void TestRouteForm::leavesMelisFilesToTheText()
{
    const auto form = routeForm(QStringLiteral("server: {port: 1}\nproviders:\n  - {name: a}\n"));
    QVERIFY(form);
    QVERIFY(!form->value(QStringLiteral("isSupported")).toBool());
}

void TestRouteForm::namesKeysButNeverTellsThem()
{
    const auto form =
        routeForm(QStringLiteral("backends:\n"
                                 "  - {name: a, api_key: env:A_KEY}\n"
                                 "  - {name: b, api_key: '${B_KEY}'}\n"
                                 "  - {name: c, api_key: 'keychain:c', provider: anthropic}\n"
                                 "  - {name: d, api_key: sk-clear}\n"
                                 "  - {name: e, api_key: '«secret 3f2a91»'}\n"
                                 "  - {name: f}\n"));
    QVERIFY(form);
    const auto uses = keyUses(*form);
    QStringList found;
    for (const KeyStore::Use &use : uses) {
        found.append(use.backend + QLatin1Char(' ') + use.provider + QLatin1Char(' ') +
                     use.reference);
    }
    QCOMPARE(found, (QStringList{QStringLiteral("a openai env:A_KEY"),
                                 QStringLiteral("b openai env:B_KEY"),
                                 QStringLiteral("c anthropic keychain:c")}));
}

void TestRouteForm::writesTheFilesNames()
{
    const QJsonObject keys =
        configKeys({{QStringLiteral("maxConcurrency"), 4},
                    {QStringLiteral("name"), QStringLiteral("a")},
                    {QStringLiteral("model"), QString()},
                    {QStringLiteral("price"), QVariantMap{{QStringLiteral("promptPer"), 1}}}});
    QCOMPARE(keys, (QJsonObject{
                       {QStringLiteral("max_concurrency"), 4},
                       {QStringLiteral("name"), QStringLiteral("a")},
                       {QStringLiteral("price"), QJsonObject{{QStringLiteral("prompt_per"), 1}}}}));
}

QTEST_GUILESS_MAIN(TestRouteForm)
#include "tst_routeform.moc"
