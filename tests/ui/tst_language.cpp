// SPDX-License-Identifier: MIT
// The built-in translation is found, used, and taken away again.
#include "ui/language.h"
#include "ui/trayicon.h"

#include <QAction>
#include <QtTest>

using namespace meridian::ui;

class TestLanguage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void speaksGermanAndEnglish();
    void followsTheSystemOnlyWhenAsked();

private:
    [[nodiscard]] static QString lastEntry()
    {
        TrayIcon tray;
        return tray.menu().actions().last()->text();
    }
};

void TestLanguage::speaksGermanAndEnglish()
{
    QCOMPARE(lastEntry(), QStringLiteral("Quit"));
    installLanguage(QStringLiteral("de"));
    QCOMPARE(lastEntry(), QStringLiteral("Beenden"));
    QCOMPARE(QLocale().language(), QLocale::German);
    installLanguage(QStringLiteral("en"));
    QCOMPARE(lastEntry(), QStringLiteral("Quit"));
}

void TestLanguage::followsTheSystemOnlyWhenAsked()
{
    QCOMPARE(languageFor(QStringLiteral("de")), QStringLiteral("de"));
    QCOMPARE(languageFor(QStringLiteral("en")), QStringLiteral("en"));
    const bool isGerman = QLocale::system().language() == QLocale::German;
    QCOMPARE(languageFor(QStringLiteral("system")),
             isGerman ? QStringLiteral("de") : QStringLiteral("en"));
}

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
