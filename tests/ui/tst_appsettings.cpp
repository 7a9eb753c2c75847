// SPDX-License-Identifier: MIT
// What is chosen is kept; what is no choice is not; diagnostics tell no secret; start at login.
#include "ui/appsettings.h"
#include "ui/redaction.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace meridian::ui;

class TestAppSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsWhatWasChosen();
    void readsNonsenseAsTheDefault();
    void refusesWhatCannotBe();
    void writesTheAutostartEntry();
    void quotesTheProgram();
    void tellsWhyAnEntryCannotBeWritten();
    void writesValidEntriesForEachSystem();
    void redacts_data();
    void redacts();
    void diagnosticsTellNoSecret();

private:
    [[nodiscard]] std::unique_ptr<AppSettings> settings() const;
    [[nodiscard]] QString entry() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestAppSettings::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

QString TestAppSettings::entry() const
{
    return m_folder->filePath(QStringLiteral("autostart/meridian-desktop.desktop"));
}

std::unique_ptr<AppSettings> TestAppSettings::settings() const
{
    return std::make_unique<AppSettings>(
        m_folder->filePath(QStringLiteral("desktop.ini")),
        LoginItem({QStringLiteral("/opt/my apps/meridian-desktop"), entry()}));
}

void TestAppSettings::keepsWhatWasChosen()
{
    {
        const auto chosen = settings();
        QCOMPARE(chosen->theme(), QStringLiteral("system"));
        QCOMPARE(chosen->listenHost(), QStringLiteral("127.0.0.1"));
        QCOMPARE(chosen->listenPort(), 8080);
        QVERIFY(chosen->closeToTray());
        QSignalSpy changed(chosen.get(), &AppSettings::changed);
        chosen->setTheme(QStringLiteral("dark"));
        chosen->setTheme(QStringLiteral("dark"));
        QCOMPARE(changed.count(), 1);
        QVERIFY(!chosen->needsRestart());
        chosen->setLanguage(QStringLiteral("de"));
        chosen->setListenPort(9090);
        QVERIFY(chosen->needsRestart());
        chosen->setReduceMotion(true);
        chosen->setList(QStringLiteral("gateways"),
                        {QVariantMap{{QStringLiteral("name"), QStringLiteral("büro, \"1\"")}}});
    }
    const auto again = settings();
    QCOMPARE(again->theme(), QStringLiteral("dark"));
    QCOMPARE(again->language(), QStringLiteral("de"));
    QCOMPARE(again->listenPort(), 9090);
    QVERIFY(again->reduceMotion());
    QVERIFY(!again->needsRestart());
    QCOMPARE(again->list(QStringLiteral("gateways")).value(0).toMap().value(QStringLiteral("name")),
             QVariant(QStringLiteral("büro, \"1\"")));
}

void TestAppSettings::readsNonsenseAsTheDefault()
{
    QFile file(m_folder->filePath(QStringLiteral("desktop.ini")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[General]\ntheme=purple\nlanguage=xx\n[listen]\nport=70000\n");
    file.close();
    const auto read = settings();
    QCOMPARE(read->theme(), QStringLiteral("system"));
    QCOMPARE(read->language(), QStringLiteral("system"));
    QCOMPARE(read->listenPort(), 8080);
}

void TestAppSettings::refusesWhatCannotBe()
{
    const auto chosen = settings();
    chosen->setTheme(QStringLiteral("purple"));
    QCOMPARE(chosen->theme(), QStringLiteral("system"));
    chosen->setListenPort(0);
    QCOMPARE(chosen->listenPort(), 8080);
    QVERIFY(!chosen->problem().isEmpty());
    chosen->setListenPort(8081);
    QVERIFY(chosen->problem().isEmpty());
    chosen->setLogFolder(QStringLiteral("/nonexistent/folder"));
    QVERIFY(chosen->problem().contains(QStringLiteral("/nonexistent/folder")));
    QVERIFY(chosen->logFolder().isEmpty());
}

void TestAppSettings::writesTheAutostartEntry()
{
    const auto chosen = settings();
    QVERIFY(!chosen->startAtLogin());
    chosen->setStartAtLogin(true);
    QVERIFY(chosen->startAtLogin());
    QFile file(entry());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    QVERIFY(content.startsWith("[Desktop Entry]\n"));
    QVERIFY(content.contains("\nType=Application\n"));
    QVERIFY(content.contains("\nExec=\"/opt/my apps/meridian-desktop\" --hidden\n"));
    file.close();
    // what a desktop's own settings do to switch it off
    QVERIFY(file.open(QIODevice::Append));
    file.write("Hidden=true\n");
    file.close();
    QVERIFY(!settings()->startAtLogin());
    chosen->setStartAtLogin(false);
    QVERIFY(!QFile::exists(entry()));
    chosen->setStartAtLogin(false); // twice is fine
    QVERIFY(chosen->problem().isEmpty());
}

void TestAppSettings::quotesTheProgram()
{
    const QString entry = LoginItem::desktopEntry(QStringLiteral("/a \"b\"/$c/100%/d\\e`f"));
    QVERIFY2(entry.contains(QStringLiteral(
                 "Exec=\"/a \\\\\"b\\\\\"/\\\\$c/100%%/d\\\\\\\\e\\\\`f\" --hidden\n")),
             qPrintable(entry));
}

void TestAppSettings::tellsWhyAnEntryCannotBeWritten()
{
    QFile blocker(m_folder->filePath(QStringLiteral("autostart")));
    QVERIFY(blocker.open(QIODevice::WriteOnly)); // a file where the folder should be
    const auto chosen = settings();
    chosen->setStartAtLogin(true);
    QVERIFY(!chosen->startAtLogin());
    QVERIFY2(chosen->problem().contains(QStringLiteral("autostart")),
             qPrintable(chosen->problem()));
}

void TestAppSettings::writesValidEntriesForEachSystem()
{
    const QString agent = LoginItem::launchAgent(QStringLiteral("/Applications/A & B.app/x"));
    QVERIFY(agent.contains(QStringLiteral("<string>/Applications/A &amp; B.app/x</string>")));
    QVERIFY(agent.contains(QStringLiteral("<key>RunAtLoad</key>\n    <true/>")));
    QVERIFY(LoginItem::runValue(QStringLiteral("C:/A B/m.exe"))
                .endsWith(QStringLiteral("\" --hidden")));
}

void TestAppSettings::redacts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("secret");
    const auto row = [](const char *text, const char *secret) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(secret);
    };
    row("api_key: plainvalue", "plainvalue");
    row("\"api_key\": \"quoted-value\"", "quoted-value");
    row("Authorization: Bearer abc", "abc");
    row("auth_header: 'Basic dXNlcjpwdw=='", "dXNlcjpwdw");
    row("token=hunter2&x=1", "hunter2");
    row("password: hunter2", "hunter2");
    row("GET http://user:hunter2@host/", "hunter2");
    row("failed with sk-proj-abcdefghijkl1234", "abcdefghijkl1234");
    row("key AIzaSyA-1234567890abcdef leaked", "1234567890abcdef");
}

void TestAppSettings::redacts()
{
    QFETCH(QString, text);
    QFETCH(QString, secret);
    const QString result = redacted(text);
    QVERIFY2(!result.contains(secret), qPrintable(result));
    QVERIFY2(result.contains(QStringLiteral("[redacted]")), qPrintable(result));
}

void TestAppSettings::diagnosticsTellNoSecret()
{
    QCOMPARE(redacted(QStringLiteral("api_key: env:OPENAI_API_KEY")),
             QStringLiteral("api_key: env:OPENAI_API_KEY"));
    QCOMPARE(redacted(QStringLiteral("api_key: ${file:/run/key}")),
             QStringLiteral("api_key: ${file:/run/key}"));
    const auto chosen = settings();
    chosen->setLanguage(QStringLiteral("de"));
    chosen->setReport([] {
        return QStringLiteral("log: %1/meridian.log\nAuthorization: Bearer abcdefgh12345678")
            .arg(QDir::homePath());
    });
    const QString text = chosen->diagnostics();
    QVERIFY(text.contains(QStringLiteral("Meridian ")));
    QVERIFY(text.contains(QStringLiteral("language: de")));
    QVERIFY(text.contains(QStringLiteral("log: ~/meridian.log")) ||
            QDir::homePath() == QLatin1String("/"));
    QVERIFY(!text.contains(QStringLiteral("abcdefgh12345678")));
}

QTEST_GUILESS_MAIN(TestAppSettings)
#include "tst_appsettings.moc"
