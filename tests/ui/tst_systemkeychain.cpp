// SPDX-License-Identifier: MIT
// The real thing: with gnome-keyring on a session bus of the test's own, and where there is no bus.
#include "tests/support/childprocess.h"

#include <QDir>
#include <QDirIterator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace meridian::support;

namespace {

constexpr auto SecretText = "sk-keychain-4711";

std::string lineOf(const std::string &output, const std::string &step)
{
    const std::size_t at = output.find(step + ": ");
    return at == std::string::npos ? std::string() : output.substr(at, output.find('\n', at) - at);
}

} // namespace

class TestSystemKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void worksWithGnomeKeyring();
    void saysUnavailableWithoutABus();
    void saysUnavailableWithoutASecretService();

private:
    [[nodiscard]] ChildProcess::Environment home(const std::string &bus) const;
    [[nodiscard]] QStringList filesWithTheSecret() const;

    std::unique_ptr<QTemporaryDir> m_home;
};

void TestSystemKeychain::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_home->path()).mkdir(QStringLiteral("run")));
    QFile::setPermissions(m_home->filePath(QStringLiteral("run")),
                          QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

ChildProcess::Environment TestSystemKeychain::home(const std::string &bus) const
{
    const std::string folder = m_home->path().toStdString();
    return {{"HOME", folder},
            {"XDG_CONFIG_HOME", folder + "/config"},
            {"XDG_DATA_HOME", folder + "/data"},
            {"XDG_CACHE_HOME", folder + "/cache"},
            {"XDG_RUNTIME_DIR", folder + "/run"},
            {"DBUS_SESSION_BUS_ADDRESS", bus},
            {"DISPLAY", ""},
            {"WAYLAND_DISPLAY", ""},
            {"XDG_CURRENT_DESKTOP", ""},
            {"QT_NO_GLIB", ""}};
}

QStringList TestSystemKeychain::filesWithTheSecret() const
{
    QStringList found;
    QDirIterator files(m_home->path(), QDir::Files | QDir::Hidden | QDir::System,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(SecretText)) {
            found.append(file.fileName());
        }
    }
    return found;
}

void TestSystemKeychain::worksWithGnomeKeyring()
{
    for (const char *tool : {"dbus-run-session", "gnome-keyring-daemon"}) {
        if (QStandardPaths::findExecutable(QLatin1String(tool)).isEmpty()) {
            QSKIP(qPrintable(QStringLiteral("%1 is not installed: the real keychain is NOT tested")
                                 .arg(QLatin1String(tool))));
        }
    }
    // the daemon goes with its bus, and the bus with the shell
    const Finished run = runProcess(
        {"dbus-run-session", "--", "sh", "-c",
         "printf test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && "
         "exec \"$0\" \"$1\"",
         MERIDIAN_KEYCHAIN_PROBE, SecretText},
        home(""), 60s);
    const std::string all = run.output + run.error;
    QVERIFY2(run.exitCode == 0, all.c_str());
    QCOMPARE(lineOf(run.output, "sentinel").substr(0, 19), std::string("sentinel: not found"));
    QCOMPARE(lineOf(run.output, "write"), std::string("write: done"));
    QCOMPARE(lineOf(run.output, "read"), std::string("read: done, ") + SecretText);
    QCOMPARE(lineOf(run.output, "resolve"), std::string("resolve: ") + SecretText);
    QCOMPARE(lineOf(run.output, "remove"), std::string("remove: done"));
    QCOMPARE(lineOf(run.output, "read again").substr(0, 21), std::string("read again: not found"));
    QCOMPARE(filesWithTheSecret(), QStringList()); // the keyring's own file is encrypted
}

void TestSystemKeychain::saysUnavailableWithoutABus()
{
    const Finished run =
        runProcess({MERIDIAN_KEYCHAIN_PROBE, SecretText}, home("unix:path=/nonexistent/bus"), 60s);
    QVERIFY2(run.exitCode == 0, run.error.c_str());
    for (const char *step : {"sentinel", "write", "read", "remove"}) {
        const std::string line = lineOf(run.output, step);
        QVERIFY2(line.find(": unavailable: ") != std::string::npos, line.c_str());
        QVERIFY2(line.size() > std::string(step).size() + 20, "it says why");
    }
    const std::string resolve = lineOf(run.output, "resolve");
    QVERIFY2(resolve.find("use env: or file:") != std::string::npos, resolve.c_str());
    QCOMPARE(filesWithTheSecret(), QStringList());
}

void TestSystemKeychain::saysUnavailableWithoutASecretService()
{
    if (QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty()) {
        QSKIP("dbus-daemon is not installed: a bus without a keychain is NOT tested");
    }
    // the usual session bus would start a keyring by itself: this one knows no services to start
    const QString config = m_home->filePath(QStringLiteral("bus.conf"));
    QFile file(config);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
               "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
               "<busconfig><type>session</type><listen>unix:tmpdir=" +
               m_home->path().toUtf8() +
               "</listen>"
               "<policy context=\"default\"><allow send_destination=\"*\"/>"
               "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n");
    file.close();
    const Finished run = runProcess({"dbus-run-session", "--config-file", config.toStdString(),
                                     "--", MERIDIAN_KEYCHAIN_PROBE, SecretText},
                                    home(""), 60s);
    QVERIFY2(run.exitCode == 0, run.error.c_str());
    const std::string line = lineOf(run.output, "write");
    QVERIFY2(line.find("write: unavailable: ") == 0, line.c_str());
    QCOMPARE(filesWithTheSecret(), QStringList());
}

QTEST_GUILESS_MAIN(TestSystemKeychain)
#include "tst_systemkeychain.moc"
