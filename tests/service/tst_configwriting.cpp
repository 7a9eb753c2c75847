// SPDX-License-Identifier: MIT
// What writing a configuration stands on: replacing a file, keeping versions, telling differences.
#include "service/confighistory.h"
#include "service/filereplace.h"
#include "service/textdiff.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace meridian::service;
using State = FileReplaced::State;

namespace {

void write(const std::string &path, const std::string &text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string read(const std::string &path)
{
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

const auto Always = [](const std::string &) { return true; };

} // namespace

class TestConfigWriting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replaces();
    void overtaken();
    void aCrashLeavesNoHarm();
    void readOnlyPlaces_data();
    void readOnlyPlaces();
    void versionsAreBounded();
    void differences_data();
    void differences();
    void hugeDifferencesEnd();
};

void TestConfigWriting::replaces()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/a.yaml";
    write(path, "old");
    QCOMPARE(::chmod(path.c_str(), 0604), 0);
    const std::string large(300'000, 'x');
    QVERIFY(replaceFile(path, large, Always).state == State::Done);
    QCOMPARE(read(path), large);
    struct stat info = {};
    QCOMPARE(::stat(path.c_str(), &info), 0);
    QCOMPARE(info.st_mode & 07777, 0604U);
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path().toStdString()), {}),
             1);
}

void TestConfigWriting::overtaken()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/a.yaml";
    write(path, "old");
    const FileReplaced replaced =
        replaceFile(path, "mine", [&](const std::string &file) { return read(file) == "older"; });
    QVERIFY(replaced.state == State::Overtaken);
    QCOMPARE(read(path), "old");
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path().toStdString()), {}),
             1);
}

/// What a process that ends in the middle leaves is a file of another name.
void TestConfigWriting::aCrashLeavesNoHarm()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/a.yaml";
    write(path, "old");
    std::string seen;
    const FileReplaced first = replaceFile(path, "half", [&](const std::string &) {
        for (const auto &entry : std::filesystem::directory_iterator(folder.path().toStdString())) {
            if (entry.path() != path) {
                seen = entry.path();
                std::filesystem::create_hard_link(seen, seen + "-crashed");
            }
        }
        return false; // as far as a crash would let it come
    });
    QVERIFY(first.state == State::Overtaken && !seen.empty());
    QCOMPARE(read(seen + "-crashed"), "half");
    QCOMPARE(read(path), "old");
    QVERIFY(replaceFile(path, "new", Always).state == State::Done);
    QCOMPARE(read(path), "new");
}

void TestConfigWriting::readOnlyPlaces_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("kernel file") << QStringLiteral("/proc/version");
    QTest::newRow("kernel setting") << QStringLiteral("/proc/self/limits");
}

void TestConfigWriting::readOnlyPlaces()
{
    QFETCH(QString, path);
    QVERIFY(!whyReadOnly(path.toStdString()).empty());
    const FileReplaced replaced = replaceFile(path.toStdString(), "x", Always);
    QVERIFY(replaced.state == State::ReadOnly);
    QVERIFY(!replaced.detail.empty());
    const FileReplaced missing = replaceFile("/nowhere/at/all", "x", Always);
    QVERIFY(missing.state == State::Failed);
}

void TestConfigWriting::versionsAreBounded()
{
    ConfigHistory history;
    for (std::size_t i = 0; i < ConfigHistory::MaxVersions + 10; ++i) {
        ConfigVersion version;
        version.text = meridian::Secret(std::string_view("text"));
        version.etag = std::to_string(i);
        history.push(std::move(version));
    }
    QCOMPARE(history.all().size(), ConfigHistory::MaxVersions);
    QCOMPARE(history.current().id, ConfigHistory::MaxVersions + 10);
    QVERIFY(history.find(10) == nullptr && history.find(11) != nullptr);
    QVERIFY(history.before(11) == nullptr);
    QCOMPARE(history.before(13)->id, 12U);
    QCOMPARE(history.findText("59")->id, 60U);
    for (int i = 0; i < 10; ++i) { // large ones push each other out
        ConfigVersion version;
        version.text = meridian::Secret(std::string(4 << 20, 'x'));
        history.push(std::move(version));
    }
    QVERIFY(history.all().size() <= 4);
}

void TestConfigWriting::differences_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("diff");
    const auto row = [](const char *name, const char *before, const char *after, const char *diff) {
        QTest::newRow(name) << QString::fromLatin1(before) << QString::fromLatin1(after)
                            << QString::fromLatin1(diff);
    };
    row("same", "a\n", "a\n", "");
    row("one line", "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    row("from nothing", "", "a\n", "@@ -0,0 +1 @@\n+a\n");
    row("to nothing", "a\n", "", "@@ -1 +0,0 @@\n-a\n");
    row("at the end", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n", "@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+6\n");
    row("two places", "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n", "x\n2\n3\n4\n5\n6\n7\n8\n9\ny\n",
        "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-0\n+y\n");
    row("near each other", "1\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n",
        "@@ -1,5 +1,5 @@\n-1\n+x\n 2\n 3\n 4\n-5\n+y\n");
    row("moved in between", "a\nb\n", "a\nn\nb\n", "@@ -1,2 +1,3 @@\n a\n+n\n b\n");
}

void TestConfigWriting::differences()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(QString, diff);
    const QString head = diff.isEmpty() ? QString() : QStringLiteral("--- old\n+++ new\n");
    QCOMPARE(QString::fromStdString(
                 unifiedDiff(before.toStdString(), after.toStdString(), "old", "new")),
             head + diff);
}

void TestConfigWriting::hugeDifferencesEnd()
{
    std::string before;
    std::string after;
    for (int i = 0; i < 20'000; ++i) {
        before += "a" + std::to_string(i) + "\n";
        after += "b" + std::to_string(i) + "\n";
    }
    const std::string diff = unifiedDiff(before, after, "old", "new");
    QVERIFY(diff.starts_with("--- old\n+++ new\n@@ -1,20000 +1,20000 @@\n-a0\n"));
}

QTEST_GUILESS_MAIN(TestConfigWriting)
#include "tst_configwriting.moc"
