// SPDX-License-Identifier: MIT
// "Start at login": the entry that each system keeps for it.
#include "ui/loginitem.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSettings>
#include <QStandardPaths>

namespace meridian::ui {

namespace {

#if defined(Q_OS_WIN)
constexpr const char *RunName = "Meridian";
#endif

QString thisProgram()
{
    // an AppImage runs from a mount that is another one each time
    const QString image = qEnvironmentVariable("APPIMAGE");
    return image.isEmpty() ? QCoreApplication::applicationFilePath() : image;
}

QString usualLocation()
{
#if defined(Q_OS_WIN)
    return QStringLiteral("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
#elif defined(Q_OS_MACOS)
    return QDir::homePath() + QStringLiteral("/Library/LaunchAgents/io.meridian.desktop.plist");
#else
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
           QStringLiteral("/autostart/meridian-desktop.desktop");
#endif
}

/// One argument of Exec= (Desktop Entry Specification, "The Exec key"), then as a string value:
/// there the backslash is doubled once more.
QString execArgument(const QString &text)
{
    QString quoted;
    for (const QChar c : text) {
        if (c == QLatin1Char('"') || c == QLatin1Char('`') || c == QLatin1Char('$') ||
            c == QLatin1Char('\\')) {
            quoted.append(QLatin1Char('\\'));
        }
        quoted.append(c);
        if (c == QLatin1Char('%')) {
            quoted.append(c); // no field code
        }
    }
    quoted.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

} // namespace

LoginItem::LoginItem()
    : LoginItem(Places{thisProgram(), usualLocation()})
{
}

LoginItem::LoginItem(Places places)
    : m_places(std::move(places))
{
}

QString LoginItem::desktopEntry(const QString &program)
{
    return QStringLiteral("[Desktop Entry]\n"
                          "Type=Application\n"
                          "Version=1.5\n"
                          "Name=Meridian\n"
                          "Comment=Gateway for language models\n"
                          "Exec=%1 %2\n"
                          "Icon=meridian\n"
                          "Terminal=false\n"
                          "X-GNOME-Autostart-enabled=true\n")
        .arg(execArgument(program), QLatin1String(HiddenArgument));
}

QString LoginItem::launchAgent(const QString &program)
{
    return QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                          "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                          "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
                          "<plist version=\"1.0\">\n"
                          "<dict>\n"
                          "    <key>Label</key>\n"
                          "    <string>io.meridian.desktop</string>\n"
                          "    <key>ProgramArguments</key>\n"
                          "    <array>\n"
                          "        <string>%1</string>\n"
                          "        <string>%2</string>\n"
                          "    </array>\n"
                          "    <key>RunAtLoad</key>\n"
                          "    <true/>\n"
                          "</dict>\n"
                          "</plist>\n")
        .arg(program.toHtmlEscaped(), QLatin1String(HiddenArgument));
}

QString LoginItem::runValue(const QString &program)
{
    return QStringLiteral("\"%1\" %2")
        .arg(QDir::toNativeSeparators(program), QLatin1String(HiddenArgument));
}

bool LoginItem::isEnabled() const
{
#if defined(Q_OS_WIN)
    return QSettings(m_places.location, QSettings::NativeFormat).contains(QLatin1String(RunName));
#elif defined(Q_OS_MACOS)
    return QFileInfo::exists(m_places.location);
#else
    QFile file(m_places.location);
    if (!file.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray entry = file.read(64 * 1024);
    // the two ways in which desktops switch an entry off without deleting it
    return !entry.contains("\nHidden=true") && !entry.contains("\nX-GNOME-Autostart-enabled=false");
#endif
}

Result<void> LoginItem::setEnabled(bool on) const
{
#if defined(Q_OS_WIN)
    QSettings run(m_places.location, QSettings::NativeFormat);
    if (on) {
        run.setValue(QLatin1String(RunName), runValue(m_places.program));
    } else {
        run.remove(QLatin1String(RunName));
    }
    run.sync();
    if (run.status() != QSettings::NoError) {
        return failure(ErrorCode::FileUnreadable,
                       "cannot write " + m_places.location.toStdString() + " in the registry");
    }
    return {};
#else
    const auto failed = [this](const char *what, const QString &why) {
        return failure(ErrorCode::FileUnreadable, std::string(what) + " " +
                                                      m_places.location.toStdString() + ": " +
                                                      why.toStdString());
    };
    if (!on) {
        QFile file(m_places.location);
        if (file.exists() && !file.remove()) {
            return failed("cannot remove", file.errorString());
        }
        return {};
    }
    const QString folder = QFileInfo(m_places.location).absolutePath();
    if (!QDir().mkpath(folder)) {
        return failed("cannot make the folder of", folder);
    }
#if defined(Q_OS_MACOS)
    const QByteArray entry = launchAgent(m_places.program).toUtf8();
#else
    const QByteArray entry = desktopEntry(m_places.program).toUtf8();
#endif
    QSaveFile file(m_places.location); // whole or not at all
    if (!file.open(QIODevice::WriteOnly) || file.write(entry) != entry.size() || !file.commit()) {
        return failed("cannot write", file.errorString());
    }
    return {};
#endif
}

} // namespace meridian::ui
