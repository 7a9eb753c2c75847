// SPDX-License-Identifier: MIT
// The service manager's protocols: what is sent, and what is believed of the environment.
#include "service/systemd.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace meridian::service;

namespace {

/// The manager's end of NOTIFY_SOCKET.
class Manager
{
public:
    explicit Manager(const std::string &address)
        : m_fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        address.copy(name.sun_path, sizeof name.sun_path - 1);
        if (address[0] == '@') {
            name.sun_path[0] = '\0';
        }
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
        if (::bind(m_fd, reinterpret_cast<const sockaddr *>(&name), size) != 0) {
            qFatal("cannot bind the notification socket");
        }
        ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
    }

    ~Manager()
    {
        ::close(m_fd);
        ::unsetenv("NOTIFY_SOCKET");
    }

    /// The next message; empty when there is none.
    std::string next() const
    {
        char buffer[512];
        const ssize_t size = ::recv(m_fd, buffer, sizeof buffer, 0);
        return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
    }

private:
    int m_fd;
};

} // namespace

class TestSystemd : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void messages_data()
    {
        QTest::addColumn<bool>("isAbstract");
        QTest::newRow("path") << false;
        QTest::newRow("abstract") << true;
    }

    void messages()
    {
        QFETCH(bool, isAbstract);
        QTemporaryDir folder;
        const Manager manager(isAbstract ? "@meridian-test-" + std::to_string(::getpid())
                                         : folder.path().toStdString() + "/notify");
        const Notifier notifier;
        notifier.ready();
        QVERIFY(manager.next().starts_with("READY=1\n"));
        notifier.reloading();
        const std::string reloading = manager.next();
        constexpr std::string_view Prefix = "RELOADING=1\nMONOTONIC_USEC=";
        QVERIFY(reloading.starts_with(Prefix));
        QVERIFY(std::stoll(reloading.substr(Prefix.size())) > 0);
        notifier.stopping();
        QVERIFY(manager.next().starts_with("STOPPING=1\n"));
        notifier.mainProcess(4711);
        QCOMPARE(manager.next(), "MAINPID=4711");
        QCOMPARE(manager.next(), "");
    }

    void withoutManagerNothingHappens()
    {
        for (const char *address : {"", "relative", "/no/such/socket"}) {
            ::setenv("NOTIFY_SOCKET", address, 1);
            const Notifier notifier;
            notifier.ready(); // a line in the log at most
        }
        ::setenv("NOTIFY_SOCKET", ("/" + std::string(500, 'x')).c_str(), 1); // does not fit
        const Notifier notifier;
        notifier.ready();
        ::unsetenv("NOTIFY_SOCKET");
    }

    void watchdogBeats()
    {
        QTemporaryDir folder;
        const Manager manager(folder.path().toStdString() + "/notify");
        ::setenv("WATCHDOG_USEC", "100000", 1);
        ::setenv("WATCHDOG_PID", "1", 1); // somebody else's
        Notifier others;
        others.startWatchdog();
        QCOMPARE(manager.next(), "");
        ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
        Notifier notifier;
        notifier.startWatchdog();
        for (int beat = 0; beat < 3; ++beat) {
            std::string message;
            const auto isThere = [&] {
                message = message.empty() ? manager.next() : message;
                return !message.empty();
            };
            QTRY_VERIFY_WITH_TIMEOUT(isThere(), 10'000);
            QCOMPARE(message, "WATCHDOG=1");
        }
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
    }

    void socketsOfOthersAreNotTouched_data()
    {
        QTest::addColumn<QByteArray>("count");
        QTest::addColumn<QByteArray>("pid");
        QTest::newRow("somebody else's") << QByteArray("1") << QByteArray("1");
        QTest::newRow("nobody's") << QByteArray("1") << QByteArray();
        QTest::newRow("none") << QByteArray("0") << QByteArray::number(::getpid());
        QTest::newRow("nonsense") << QByteArray("x") << QByteArray::number(::getpid());
        QTest::newRow("negative") << QByteArray("-4") << QByteArray::number(::getpid());
    }

    void socketsOfOthersAreNotTouched()
    {
        QFETCH(QByteArray, count);
        QFETCH(QByteArray, pid);
        ::setenv("LISTEN_FDS", count.constData(), 1);
        ::setenv("LISTEN_PID", pid.constData(), 1);
        ::setenv(PredecessorVariable, "1", 1); // not our parent
        const Inherited found = takeInherited();
        QVERIFY(found.sockets.empty());
        QCOMPARE(found.predecessor, 0);
        for (const char *variable : {"LISTEN_FDS", "LISTEN_PID", PredecessorVariable}) {
            QVERIFY(::getenv(variable) == nullptr);
        }
    }

    void ourSocketsAndOurParent()
    {
        ::setenv("LISTEN_FDS", "2", 1);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv(PredecessorVariable, std::to_string(::getppid()).c_str(), 1);
        const Inherited found = takeInherited();
        QCOMPARE(found.sockets, (std::vector<int>{3, 4}));
        QCOMPARE(found.predecessor, ::getppid());
        QVERIFY(takeInherited().sockets.empty()); // once
    }

    /// The units that we ship, with a program that is here in place of the installed one.
    void unitsAreValid()
    {
        const QString tool = QStandardPaths::findExecutable(QStringLiteral("systemd-analyze"));
        if (tool.isEmpty()) {
            QSKIP("systemd-analyze is not installed: the units are NOT checked");
        }
        const QTemporaryDir folder;
        const QDir units(QStringLiteral(MERIDIAN_SOURCE_DIR "/installers/systemd"));
        const QStringList names = units.entryList(QDir::Files);
        QVERIFY(names.size() >= 3);
        for (const QString &name : names) {
            QFile unit(units.filePath(name));
            QVERIFY(unit.open(QIODevice::ReadOnly));
            QFile copy(folder.filePath(name));
            QVERIFY(copy.open(QIODevice::WriteOnly));
            copy.write(unit.readAll().replace("/usr/bin/meridian", "/bin/true"));
        }
        for (QString name : names) {
            QProcess process;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("SYSTEMD_UNIT_PATH"),
                               folder.path() + QStringLiteral(":/lib/systemd/system"));
            process.setProcessEnvironment(environment);
            process.setProcessChannelMode(QProcess::MergedChannels);
            name.replace(QStringLiteral("@."), QStringLiteral("@blue."));
            process.start(tool, {QStringLiteral("verify"), folder.filePath(name)});
            QVERIFY(process.waitForFinished(30'000));
            const QByteArray said = process.readAll();
            QVERIFY2(process.exitCode() == 0 && !said.contains("meridian"), said.constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestSystemd)
#include "tst_systemd.moc"
