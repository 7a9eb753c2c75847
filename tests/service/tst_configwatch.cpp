// SPDX-License-Identifier: MIT
// ConfigWatch and ConfigSource on real files: every way in which a file comes to be another.
#include "service/configsource.h"
#include "service/configwatch.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace meridian::service;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr ConfigWatch::Pace Quick{20ms, 500ms, 60s, true}; // its poll is too slow to help
constexpr int Settled = 250;                               // ms in which nothing may come
constexpr int Patient = 10'000;

void write(const fs::path &path, const std::string &text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// A file that is watched as the gateway does it; each change of content is counted and "loaded".
struct Watched
{
    explicit Watched(const fs::path &path, ConfigWatch::Pace pace = Quick)
        : source(path.string())
    {
        static_cast<void>(source.load()); // what it means does not matter here
        watch = std::make_unique<ConfigWatch>(
            path.string(),
            [this] {
                ++looks;
                if (source.hasChanged()) {
                    static_cast<void>(source.load());
                    ++changes;
                }
            },
            pace);
    }

    ConfigSource source;
    std::unique_ptr<ConfigWatch> watch;
    int looks = 0;
    int changes = 0;
};

} // namespace

class TestConfigWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void waysOfWriting_data();
    void waysOfWriting();
    void kubernetesSwap();
    void linkIsTurned();
    void folderAppearsLater();
    void sameContentIsNoChange();
    void neighboursAreNotLookedAt();
    void aBusyWriterIsNotWaitedForForEver();
    void severalWritesAreOneChange();
    void pollAlone();
    void unreadableIsNoChange();
    void routesAreWatchedToo();
    void routesSwappedByKubernetes();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    fs::path m_file;
};

void TestConfigWatch::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_folder = m_dir->path().toStdString();
    m_file = m_folder / "config.yaml";
    write(m_file, "one");
}

void TestConfigWatch::waysOfWriting_data()
{
    QTest::addColumn<QString>("way");
    for (const char *way : {"in place", "write aside and rename", "keep a backup", "delete first",
                            "append", "copy over, old time stamp"}) {
        QTest::newRow(way) << QString::fromLatin1(way);
    }
}

void TestConfigWatch::waysOfWriting()
{
    QFETCH(QString, way);
    Watched watched(m_file);
    QTRY_COMPARE_WITH_TIMEOUT(watched.looks, 1, Patient); // the one at the start
    for (int round = 1; round <= 2; ++round) {            // the watch must outlive the first
        const std::string text = "text " + std::to_string(round);
        if (way == QStringLiteral("in place")) {
            write(m_file, text);
        } else if (way == QStringLiteral("write aside and rename")) {
            write(m_folder / ".config.yaml.swp", text);
            fs::rename(m_folder / ".config.yaml.swp", m_file);
        } else if (way == QStringLiteral("keep a backup")) {
            fs::rename(m_file, m_folder / "config.yaml~");
            write(m_file, text);
        } else if (way == QStringLiteral("delete first")) {
            fs::remove(m_file);
            QTest::qWait(60); // the watch sees it gone
            write(m_file, text);
        } else if (way == QStringLiteral("append")) {
            std::ofstream(m_file, std::ios::app) << text;
        } else {
            const auto before = fs::last_write_time(m_file);
            write(m_file, text);
            fs::last_write_time(m_file, before);
        }
        QTRY_COMPARE_WITH_TIMEOUT(watched.changes, round, Patient);
    }
    QTest::qWait(Settled);
    QCOMPARE(watched.changes, 2);
}

/// config.yaml -> ..data/config.yaml, ..data -> ..2026_a; a new folder, then ..data is swapped.
void TestConfigWatch::kubernetesSwap()
{
    fs::remove(m_file);
    fs::create_directory(m_folder / "..2026_a");
    write(m_folder / "..2026_a" / "config.yaml", "a");
    fs::create_directory_symlink("..2026_a", m_folder / "..data");
    fs::create_symlink("..data/config.yaml", m_file);
    Watched watched(m_file);
    int expected = 0;
    for (const char *name : {"..2026_b", "..2026_c"}) {
        fs::create_directory(m_folder / name);
        write(m_folder / name / "config.yaml", name);
        fs::create_directory_symlink(name, m_folder / "..data_tmp");
        fs::rename(m_folder / "..data_tmp", m_folder / "..data");
        ++expected;
        QTRY_COMPARE_WITH_TIMEOUT(watched.changes, expected, Patient);
    }
    fs::remove_all(m_folder / "..2026_a");
    write(m_folder / "..2026_c" / "config.yaml", "in place, behind the links");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, expected + 1, Patient);
}

void TestConfigWatch::linkIsTurned()
{
    const fs::path other = m_folder / "elsewhere";
    fs::create_directory(other);
    write(other / "b.yaml", "two");
    fs::create_symlink(m_file, m_folder / "link.yaml");
    Watched watched(m_folder / "link.yaml");
    write(m_file, "one and a half"); // the link's target in its own folder
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 1, Patient);
    fs::create_symlink(other / "b.yaml", m_folder / "link.new");
    fs::rename(m_folder / "link.new", m_folder / "link.yaml");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 2, Patient);
    write(other / "b.yaml", "three"); // the new folder is watched now
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 3, Patient);
}

void TestConfigWatch::folderAppearsLater()
{
    const fs::path folder = m_folder / "later";
    Watched watched(folder / "config.yaml");
    fs::create_directory(folder);
    QTest::qWait(60);
    write(folder / "config.yaml", "here");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 1, Patient);
    fs::remove_all(folder); // and goes, and comes back
    QTest::qWait(60);
    fs::create_directory(folder);
    write(folder / "config.yaml", "again");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 2, Patient);
}

void TestConfigWatch::sameContentIsNoChange()
{
    Watched watched(m_file);
    QTRY_COMPARE_WITH_TIMEOUT(watched.looks, 1, Patient);
    write(m_file, "one");
    QTRY_VERIFY_WITH_TIMEOUT(watched.looks > 1, Patient);
    ::chmod(m_file.c_str(), 0600);
    QTest::qWait(Settled);
    QCOMPARE(watched.changes, 0);
}

void TestConfigWatch::neighboursAreNotLookedAt()
{
    Watched watched(m_file);
    QTRY_COMPARE_WITH_TIMEOUT(watched.looks, 1, Patient);
    for (int i = 0; i < 100; ++i) { // a log in the same folder
        std::ofstream(m_folder / "requests.jsonl", std::ios::app) << "line\n";
    }
    QTest::qWait(Settled);
    QCOMPARE(watched.looks, 1);
}

void TestConfigWatch::aBusyWriterIsNotWaitedForForEver()
{
    Watched watched(m_file, {200ms, 400ms, 60s, true});
    QTRY_COMPARE_WITH_TIMEOUT(watched.looks, 1, Patient);
    int written = 0;
    QTimer writer;
    QObject::connect(&writer, &QTimer::timeout, &writer,
                     [&] { write(m_file, "busy " + std::to_string(++written)); });
    writer.start(10ms); // never quiet
    QTRY_VERIFY_WITH_TIMEOUT(watched.changes >= 2, Patient);
}

void TestConfigWatch::severalWritesAreOneChange()
{
    Watched watched(m_file, {300ms, 5s, 60s, true});
    QTRY_COMPARE_WITH_TIMEOUT(watched.looks, 1, Patient);
    write(m_file, ""); // truncated first
    QCoreApplication::processEvents();
    write(m_file, "half");
    QCoreApplication::processEvents();
    write(m_file, "whole");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 1, Patient);
    QTest::qWait(Settled);
    QCOMPARE(watched.changes, 1);
}

void TestConfigWatch::pollAlone()
{
    Watched watched(m_file, {10ms, 50ms, 50ms, false});
    QTRY_COMPARE_WITH_TIMEOUT(watched.looks, 1, Patient);
    QTest::qWait(Settled);
    QCOMPARE(watched.looks, 1); // nothing new, nothing read
    write(m_file, "seen by stat");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 1, Patient);
    fs::remove(m_file);
    QTest::qWait(Settled);
    write(m_file, "back");
    QTRY_COMPARE_WITH_TIMEOUT(watched.changes, 2, Patient);
}

void TestConfigWatch::unreadableIsNoChange()
{
    ConfigSource source(m_file.string());
    QVERIFY(source.hasChanged()); // never loaded
    static_cast<void>(source.load());
    QVERIFY(!source.hasChanged());
    fs::remove(m_file);
    QVERIFY(!source.hasChanged());
    QCOMPARE(::mkfifo(m_file.c_str(), 0600), 0);
    QVERIFY(!source.hasChanged()); // and does not wait for a writer
    fs::remove(m_file);
    fs::create_directory(m_file);
    QVERIFY(!source.hasChanged());
}

// routes.yaml beside a configuration of Melis: written, moved elsewhere, and broken for a while.
void TestConfigWatch::routesAreWatchedToo()
{
    const std::string config = "providers: [{id: p, provider_type: ollama}]\n";
    const auto route = [](const std::string &path) {
        return "routes: [{path: " + path + ", method: POST, provider: p}]\n";
    };
    const fs::path routes = m_folder / "routes.yaml";
    write(m_file, config);
    write(routes, route("/one"));
    ConfigSource source(m_file.string());
    std::vector<std::string> seen; // the first route of each load; "error"
    const auto load = [&] {
        const auto loaded = source.load();
        seen.push_back(loaded ? loaded->settings.routes.at(0).path : "error");
    };
    load();
    QCOMPARE(source.paths(), (std::vector<std::string>{m_file.string(), routes.string()}));
    ConfigWatch watch([&source] { return source.paths(); },
                      [&] {
                          if (source.hasChanged()) {
                              load();
                          }
                      },
                      Quick);
    const auto comesTo = [&seen](const std::string &path) {
        return QTest::qWaitFor([&] { return seen.back() == path; }, Patient);
    };
    write(routes, route("/two"));
    QVERIFY(comesTo("/two"));
    write(routes, "routes: nonsense\n");
    QVERIFY(comesTo("error")); // the caller keeps what it has
    write(routes, route("/three"));
    QVERIFY(comesTo("/three"));
    const fs::path other = m_folder / "other.yaml"; // not watched yet
    write(other, route("/four"));
    write(m_file, config + "routes_config_path: " + other.string() + "\n");
    QVERIFY(comesTo("/four"));
    QCOMPARE(source.paths().back(), other.string());
    write(other, route("/five"));
    QVERIFY(comesTo("/five"));
    write(m_file, "{");
    QVERIFY(comesTo("error"));
    QCOMPARE(source.paths().size(), std::size_t{2}); // the routes are not lost sight of
}

// A ConfigMap with both files: one link is turned for both.
void TestConfigWatch::routesSwappedByKubernetes()
{
    const auto fill = [this](const std::string &folder, const std::string &path) {
        fs::create_directory(m_folder / folder);
        write(m_folder / folder / "config.yaml", "providers: [{id: p, provider_type: ollama}]\n");
        write(m_folder / folder / "routes.yaml",
              "routes: [{path: " + path + ", method: POST, provider: p}]\n");
    };
    fs::remove(m_file);
    fill("..one", "/one");
    fill("..two", "/two");
    fs::create_directory_symlink("..one", m_folder / "..data");
    fs::create_symlink("..data/config.yaml", m_file);
    fs::create_symlink("..data/routes.yaml", m_folder / "routes.yaml");
    ConfigSource source(m_file.string());
    std::string path = source.load()->settings.routes.at(0).path;
    QCOMPARE(path, std::string("/one"));
    ConfigWatch watch([&source] { return source.paths(); },
                      [&] {
                          if (source.hasChanged()) {
                              path = source.load()->settings.routes.at(0).path;
                          }
                      },
                      Quick);
    fs::create_directory_symlink("..two", m_folder / "..data_tmp");
    fs::rename(m_folder / "..data_tmp", m_folder / "..data");
    QVERIFY(QTest::qWaitFor([&] { return path == "/two"; }, Patient));
}

QTEST_GUILESS_MAIN(TestConfigWatch)
#include "tst_configwatch.moc"
