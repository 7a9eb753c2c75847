// SPDX-License-Identifier: MIT
#include "service/processsetup.h"

#include "service/signalwatch.h"

#include <malloc.h>

#include <QDateTime>
#include <QLoggingCategory>

#include <algorithm>
#include <array>
#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace meridian::service {

namespace {

const char *levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "DEBUG";
    case QtWarningMsg:
        return "WARNING";
    case QtCriticalMsg:
    case QtFatalMsg:
        return "ERROR";
    default:
        return "INFO";
    }
}

void writeLine(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    QByteArray line = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toUtf8();
    line += ' ';
    line += levelName(type);
    line += ' ';
    line += context.category != nullptr ? context.category : "default";
    line += ' ';
    // A message may quote what a peer sent: no control character may forge a line or steer a
    // terminal.
    QByteArray text = message.toUtf8();
    std::replace_if(
        text.begin(), text.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
    line += text;
    line += '\n';
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, line.constData(), static_cast<std::size_t>(line.size()));
}

} // namespace

void prepareProcess()
{
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : WatchedSignals) {
        sigaddset(&signals, number);
    }
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::mallopt(M_ARENA_MAX, 2);
    // A coding agent's body is 200 to 400 KB: from the heap, not from fresh pages for each request.
    ::mallopt(M_MMAP_THRESHOLD, 2 * 1024 * 1024);
    ::mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
}

void allowCoreDumps(bool isAllowed)
{
    ::prctl(PR_SET_DUMPABLE, isAllowed ? 1UL : 0UL, 0UL, 0UL, 0UL);
}

void setLogLevel(const std::string &level)
{
    qInstallMessageHandler(writeLine);
    constexpr std::array<const char *, 4> Levels{"debug", "info", "warning", "critical"};
    std::string name = level;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name == "error") {
        name = "critical";
    }
    if (std::find(Levels.begin(), Levels.end(), name) == Levels.end()) {
        name = "info";
    }
    QString rules;
    bool enabled = false;
    for (const char *known : Levels) {
        enabled = enabled || name == known;
        rules += QStringLiteral("meridian.*.%1=%2\n")
                     .arg(QLatin1String(known),
                          enabled ? QLatin1String("true") : QLatin1String("false"));
    }
    QLoggingCategory::setFilterRules(rules);
}

} // namespace meridian::service
