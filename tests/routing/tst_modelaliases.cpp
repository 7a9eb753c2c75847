// SPDX-License-Identifier: MIT
// What a model's name is routed as.
#include "core/routing/modelaliases.h"

#include <QtTest>

#include <string>

using namespace meridian;
using routing::resolveAlias;

class TestModelAliases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resolves_data();
    void resolves();
    void whatIsNoAliasIsTheNameItself();
};

void TestModelAliases::resolves_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("target");
    const auto row = [](const char *what, const char *name, const char *target) {
        QTest::newRow(what) << QByteArray(name) << QByteArray(target);
    };
    row("exact", "gpt-4o", "qwen-72b");
    row("exact before a pattern that fits", "gpt-4o-mini", "small");
    row("pattern", "gpt-4-turbo", "qwen-32b");
    row("the longer pattern", "gpt-4o-2024", "qwen-4o");
    row("a star for nothing", "gpt-", "tiny");
    row("a star in the middle", "claude-x-latest", "qwen-claude");
    row("not the end of it", "claude-x-latest-2", "claude-x-latest-2");
    row("a target is not looked up again", "chain", "gpt-4o");
    row("a name that is a target", "qwen-72b", "qwen-72b");
    row("case counts", "GPT-4o", "GPT-4o");
    row("a client's star is a letter", "*", "*");
    row("not the whole name", "my-gpt-4o", "my-gpt-4o");
    row("no name", "", "");
}

void TestModelAliases::resolves()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, target);
    model::ModelSettings settings;
    settings.aliases = {{"gpt-4o", "qwen-72b"}, {"gpt-4o-mini", "small"},
                        {"gpt-4*", "qwen-32b"}, {"gpt-4o-*", "qwen-4o"},
                        {"gpt-*", "tiny"},      {"claude-*-latest", "qwen-claude"},
                        {"chain", "gpt-4o"}};
    QCOMPARE(std::string(resolveAlias(settings, name.toStdString())), target.toStdString());
}

void TestModelAliases::whatIsNoAliasIsTheNameItself()
{
    const std::string name = "a name";
    model::ModelSettings settings;
    QCOMPARE(resolveAlias(settings, name).data(), name.data());
    settings.aliases = {{"*", "everything"}};
    QCOMPARE(std::string(resolveAlias(settings, name)), std::string("everything"));
    QCOMPARE(resolveAlias(settings, "").size(), std::size_t(0)); // no model was asked for
}

QTEST_GUILESS_MAIN(TestModelAliases)
#include "tst_modelaliases.moc"
