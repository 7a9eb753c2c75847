// SPDX-License-Identifier: MIT
// What the user chose about the application itself, kept in an ini file; never a secret.
#include "ui/appsettings.h"

#include "ui/redaction.h"

#include <QDir>
#include <QSysInfo>
#include <QtGlobal>

namespace meridian::ui {

namespace {

constexpr const char *Theme = "theme";
constexpr const char *Language = "language";
constexpr const char *ListenHost = "listen/host";
constexpr const char *ListenPort = "listen/port";
constexpr const char *Notifications = "notifications";
constexpr const char *LogFolder = "log/folder";
constexpr const char *CloseToTray = "closeToTray";
constexpr const char *ReduceMotion = "reduceMotion";
constexpr int UsualPort = 8080;
constexpr qsizetype MaxEntries = 1000;

const QStringList &themes()
{
    static const QStringList Names{QStringLiteral("system"), QStringLiteral("dark"),
                                   QStringLiteral("light")};
    return Names;
}

const QStringList &languages()
{
    static const QStringList Names{QStringLiteral("system"), QStringLiteral("en"),
                                   QStringLiteral("de")};
    return Names;
}

} // namespace

AppSettings::AppSettings(const QString &iniFile, LoginItem login)
    : m_store(iniFile.isEmpty() ? new QSettings(QSettings::IniFormat,
                                                QSettings::UserScope,
                                                QStringLiteral("meridian"),
                                                QStringLiteral("desktop"))
                                : new QSettings(iniFile, QSettings::IniFormat))
    , m_login(std::move(login))
{
    for (const char *name : {Language, ListenHost, ListenPort}) {
        m_atStart.insert(QLatin1String(name), m_store->value(QLatin1String(name)));
    }
}

AppSettings::~AppSettings() = default;

QString AppSettings::oneOf(const char *name, const QStringList &allowed) const
{
    const QString value = m_store->value(QLatin1String(name)).toString();
    return allowed.contains(value) ? value : allowed.first();
}

void AppSettings::choose(const char *name, const QVariant &value)
{
    if (m_store->value(QLatin1String(name)) == value) {
        return;
    }
    m_store->setValue(QLatin1String(name), value);
    m_store->sync();
    refuse(m_store->status() == QSettings::NoError
               ? QString()
               : tr("The settings cannot be written to %1.").arg(m_store->fileName()));
    Q_EMIT changed();
}

void AppSettings::refuse(const QString &problem)
{
    if (problem != m_problem) {
        m_problem = problem;
        Q_EMIT problemChanged();
    }
}

QString AppSettings::theme() const
{
    return oneOf(Theme, themes());
}

void AppSettings::setTheme(const QString &theme)
{
    if (themes().contains(theme)) {
        choose(Theme, theme);
    }
}

QString AppSettings::language() const
{
    return oneOf(Language, languages());
}

void AppSettings::setLanguage(const QString &language)
{
    if (languages().contains(language)) {
        choose(Language, language);
    }
}

QString AppSettings::listenHost() const
{
    const QString host = m_store->value(QLatin1String(ListenHost)).toString();
    // not 0.0.0.0: an application on a laptop serves its own user unless told otherwise
    return host.isEmpty() ? QStringLiteral("127.0.0.1") : host;
}

void AppSettings::setListenHost(const QString &host)
{
    const QString wanted = host.trimmed();
    if (wanted.size() > 255 || wanted.contains(QLatin1Char(' '))) {
        refuse(tr("An address to listen on is a name or an IP address, such as 127.0.0.1."));
        return;
    }
    choose(ListenHost, wanted);
}

int AppSettings::listenPort() const
{
    const int port = m_store->value(QLatin1String(ListenPort), UsualPort).toInt();
    return port >= 1 && port <= 65535 ? port : UsualPort;
}

void AppSettings::setListenPort(int port)
{
    if (port < 1 || port > 65535) {
        refuse(tr("A port is a number from 1 to 65535."));
        return;
    }
    choose(ListenPort, port);
}

bool AppSettings::startAtLogin() const
{
    return m_login.isEnabled();
}

void AppSettings::setStartAtLogin(bool on)
{
    const auto done = m_login.setEnabled(on);
    refuse(done ? QString() : QString::fromStdString(done.error().detail));
    Q_EMIT changed(); // a switch that did not move goes back
}

bool AppSettings::notifications() const
{
    return m_store->value(QLatin1String(Notifications), true).toBool();
}

void AppSettings::setNotifications(bool on)
{
    choose(Notifications, on);
}

QString AppSettings::logFolder() const
{
    return m_store->value(QLatin1String(LogFolder)).toString();
}

void AppSettings::setLogFolder(const QString &folder)
{
    if (!folder.isEmpty() && !QDir(folder).exists()) {
        refuse(tr("There is no folder %1.").arg(folder));
        return;
    }
    choose(LogFolder, folder);
}

bool AppSettings::closeToTray() const
{
    return m_store->value(QLatin1String(CloseToTray), true).toBool();
}

void AppSettings::setCloseToTray(bool on)
{
    choose(CloseToTray, on);
}

bool AppSettings::reduceMotion() const
{
    return m_store->value(QLatin1String(ReduceMotion), false).toBool();
}

void AppSettings::setReduceMotion(bool on)
{
    choose(ReduceMotion, on);
}

bool AppSettings::needsRestart() const
{
    for (auto old = m_atStart.cbegin(); old != m_atStart.cend(); ++old) {
        if (m_store->value(old.key()) != *old) {
            return true;
        }
    }
    return false;
}

QString AppSettings::diagnostics() const
{
    QStringList lines{QStringLiteral("Meridian " MERIDIAN_VERSION),
                      QStringLiteral("Qt ") + QLatin1String(qVersion()),
                      QStringLiteral("System: ") + QSysInfo::prettyProductName() +
                          QStringLiteral(", ") + QSysInfo::kernelType() + QLatin1Char(' ') +
                          QSysInfo::kernelVersion() + QStringLiteral(", ") +
                          QSysInfo::currentCpuArchitecture(),
                      QString(), QStringLiteral("Settings")};
    for (const QString &key : m_store->allKeys()) {
        lines.append(QStringLiteral("  ") + key + QStringLiteral(": ") +
                     m_store->value(key).toString());
    }
    lines.append(QStringLiteral("  startAtLogin: ") +
                 (startAtLogin() ? QStringLiteral("true") : QStringLiteral("false")));
    if (m_report) {
        lines.append(QString());
        lines.append(m_report());
    }
    return redacted(lines.join(QLatin1Char('\n')) + QLatin1Char('\n'));
}

QVariantList AppSettings::list(const QString &name) const
{
    QVariantList entries;
    const int size = m_store->beginReadArray(name);
    for (int i = 0; i < size && entries.size() < MaxEntries; ++i) {
        m_store->setArrayIndex(i);
        QVariantMap entry;
        for (const QString &key : m_store->childKeys()) {
            entry.insert(key, m_store->value(key).toString());
        }
        entries.append(entry);
    }
    m_store->endArray();
    return entries;
}

void AppSettings::setList(const QString &name, const QVariantList &entries)
{
    m_store->remove(name);
    m_store->beginWriteArray(name, static_cast<int>(entries.size()));
    for (qsizetype i = 0; i < entries.size(); ++i) {
        m_store->setArrayIndex(static_cast<int>(i));
        const QVariantMap entry = entries[i].toMap();
        for (auto value = entry.cbegin(); value != entry.cend(); ++value) {
            m_store->setValue(value.key(), value->toString());
        }
    }
    m_store->endArray();
    m_store->sync();
}

QVariant AppSettings::value(const QString &name, const QVariant &fallback) const
{
    return m_store->value(name, fallback);
}

void AppSettings::setValue(const QString &name, const QVariant &value)
{
    m_store->setValue(name, value);
    m_store->sync();
}

} // namespace meridian::ui
