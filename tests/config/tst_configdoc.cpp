// SPDX-License-Identifier: MIT
// docs/configuration.md, docs/migrating.md and the files in resources/examples are true: every
// example loads, every key is listed with its type and default, and nothing is listed that does not
// exist.
#include "tests/config/configtext.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <map>

using namespace meridian;

namespace {

QString readText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString sourcePath(const char *relative)
{
    return QStringLiteral(MERIDIAN_SOURCE_DIR "/") + QLatin1String(relative);
}

QString withoutTicks(QString cell)
{
    return cell.trimmed().remove(QLatin1Char('`'));
}

} // namespace

class TestConfigDoc : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyExampleLoads_data();
    void everyExampleLoads();
    void everyKeyIsListed_data();
    void everyKeyIsListed();
    void everyListedKeyExists();
    void fullExampleHoldsEveryActiveKey();
    void everyMelisKeyIsListed();
    void melisExampleLoads();

private:
    QString m_text;
    std::map<QString, QStringList> m_rows; // key path to the cells of its row
};

void TestConfigDoc::initTestCase()
{
    qputenv("MERIDIAN_ADMIN_TOKEN", "not-a-token-of-anybody"); // a short one is refused
    for (const char *name : {"OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "ANTHROPIC_API_KEY",
                             "GEMINI_API_KEY"}) { // of clouds.yaml
        qputenv(name, "not-a-key");
    }
    m_text = readText(sourcePath("docs/configuration.md"));
    QVERIFY(!m_text.isEmpty());
    bool isKeyTable = false;
    const QStringList lines = m_text.split(QLatin1Char('\n'));
    for (const QString &line : lines) {
        if (!line.startsWith(QLatin1Char('|'))) {
            isKeyTable = false;
            continue;
        }
        QStringList cells = line.split(QLatin1Char('|')).mid(1);
        cells.removeLast();
        isKeyTable = isKeyTable || cells.first().trimmed() == QLatin1String("Key");
        if (isKeyTable && cells.first().contains(QLatin1Char('`'))) {
            const QString path = withoutTicks(cells.first());
            QVERIFY2(m_rows.emplace(path, cells).second,
                     qPrintable(path + QLatin1String(" twice")));
        }
    }
}

void TestConfigDoc::everyExampleLoads_data()
{
    QTest::addColumn<QString>("text");
    const QStringList parts = m_text.split(QStringLiteral("```yaml\n"));
    QVERIFY(parts.size() > 3);
    for (qsizetype i = 1; i < parts.size(); ++i) {
        QTest::addRow("fence %d", static_cast<int>(i))
            << parts.at(i).section(QStringLiteral("```"), 0, 0);
    }
    const QDir directory(sourcePath("resources/examples"));
    const QStringList names = directory.entryList({QStringLiteral("*.yaml")});
    QVERIFY(names.size() >= 8);
    for (const QString &name : names) {
        QTest::newRow(qPrintable(name)) << readText(directory.filePath(name));
    }
}

void TestConfigDoc::everyExampleLoads()
{
    QFETCH(QString, text);
    QVERIFY(!text.isEmpty());
    const std::string yaml = text.toStdString();
    QCOMPARE(test::problemsOf(yaml), QStringList());
    const auto loaded = test::load(yaml);
    QVERIFY(loaded);
    QVERIFY(!loaded->settings.backends.empty());
}

void TestConfigDoc::everyKeyIsListed_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("defaultText");
    for (const config::KeyInfo &key : config::configKeys()) {
        QTest::newRow(key.path.c_str())
            << QString::fromStdString(key.type) << QString::fromStdString(key.defaultText);
    }
}

void TestConfigDoc::everyKeyIsListed()
{
    QFETCH(QString, type);
    QFETCH(QString, defaultText);
    const QString path = QString::fromLatin1(QTest::currentDataTag());
    if (type.isEmpty()) { // below a section of a later version: named in the section's row
        const QString name = path.section(QLatin1Char('.'), -1);
        const auto section = m_rows.find(path.section(QLatin1Char('.'), 0, -2));
        QVERIFY(section != m_rows.end());
        QVERIFY(section->second.last().contains(QLatin1Char('`') + name + QLatin1Char('`')));
        return;
    }
    const auto row = m_rows.find(path);
    QVERIFY(row != m_rows.end());
    QCOMPARE(row->second.at(1).trimmed(), type);
    QCOMPARE(row->second.at(2).trimmed(), QLatin1Char('`') + defaultText + QLatin1Char('`'));
    if (row->second.size() == 5) {
        QVERIFY(!row->second.at(3).trimmed().isEmpty());
        QVERIFY(!row->second.at(4).trimmed().isEmpty());
    }
}

void TestConfigDoc::everyListedKeyExists()
{
    QVERIFY(m_rows.size() > 140);
    QStringList known;
    for (const config::KeyInfo &key : config::configKeys()) {
        known << QString::fromStdString(key.path);
    }
    for (const auto &[path, cells] : m_rows) {
        QVERIFY2(known.contains(path), qPrintable(path));
    }
}

void TestConfigDoc::fullExampleHoldsEveryActiveKey()
{
    const QString full = readText(sourcePath("resources/examples/full.yaml"));
    for (const config::KeyInfo &key : config::configKeys()) {
        const QString name = QString::fromStdString(key.path).section(QLatin1Char('.'), -1);
        if (key.isActive) {
            QVERIFY2(full.contains(name + QLatin1Char(':')), key.path.c_str());
        }
    }
}

// Both tables of docs/migrating.md against the parsers, in both directions.
void TestConfigDoc::everyMelisKeyIsListed()
{
    const QString text = readText(sourcePath("docs/migrating.md"));
    for (const auto &[heading, keys] :
         {std::pair{QStringLiteral("| Key of `config.yaml` |"), config::melisConfigKeys()},
          std::pair{QStringLiteral("| Key of `routes.yaml` |"), config::melisRouteKeys()}}) {
        const QString table = text.section(heading, 1).section(QStringLiteral("\n\n"), 0, 0);
        QStringList listed;
        const QStringList rows = table.split(QLatin1Char('\n')).mid(2);
        for (const QString &row : rows) {
            const QStringList cells = row.section(QLatin1Char('|'), 1, 1).split(QLatin1Char(','));
            for (const QString &cell : cells) {
                listed << withoutTicks(cell);
            }
        }
        QStringList known;
        for (const config::KeyInfo &key : keys) {
            known << QString::fromStdString(key.path);
        }
        listed.sort();
        known.sort();
        QVERIFY(known.size() > 20);
        QCOMPARE(listed, known);
    }
}

void TestConfigDoc::melisExampleLoads()
{
    const std::string path = sourcePath("resources/examples/melis/config.yaml").toStdString();
    std::string routes;
    const auto loaded = config::loadConfigFile(path, SecretResolver(), {{}, &routes});
    QVERIFY(loaded);
    QCOMPARE(test::formatted(loaded->warnings), QStringList());
    QCOMPARE(loaded->settings.routes.size(), std::size_t{2});
    QVERIFY(QString::fromStdString(routes).endsWith(QStringLiteral("melis/routes.yaml")));
}

QTEST_GUILESS_MAIN(TestConfigDoc)
#include "tst_configdoc.moc"
