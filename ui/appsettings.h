// SPDX-License-Identifier: MIT
// What the user chose about the application itself, kept in an ini file; never a secret.
#pragma once

#include "ui/loginitem.h"

#include <QObject>
#include <QSettings>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <memory>

namespace meridian::ui {

/// Main thread. Values outside their range are read as the default and are not written.
class AppSettings : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("comes with the desktop")
    Q_PROPERTY(QString theme READ theme WRITE setTheme NOTIFY changed)          // system|dark|light
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY changed) // system|en|de
    Q_PROPERTY(QString listenHost READ listenHost WRITE setListenHost NOTIFY changed)
    Q_PROPERTY(int listenPort READ listenPort WRITE setListenPort NOTIFY changed)
    Q_PROPERTY(bool startAtLogin READ startAtLogin WRITE setStartAtLogin NOTIFY changed)
    Q_PROPERTY(bool notifications READ notifications WRITE setNotifications NOTIFY changed)
    Q_PROPERTY(QString logFolder READ logFolder WRITE setLogFolder NOTIFY changed)
    Q_PROPERTY(bool closeToTray READ closeToTray WRITE setCloseToTray NOTIFY changed)
    Q_PROPERTY(bool reduceMotion READ reduceMotion WRITE setReduceMotion NOTIFY changed)
    /// Why the last change was not made, in the system's words; empty when it was.
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)
    /// Host, port and language count from the next start on; true while one differs.
    Q_PROPERTY(bool needsRestart READ needsRestart NOTIFY changed)

public:
    /// `iniFile` empty: where the system keeps them.
    explicit AppSettings(const QString &iniFile = {}, LoginItem login = LoginItem());
    ~AppSettings() override;

    [[nodiscard]] QString problem() const { return m_problem; }

    [[nodiscard]] QString theme() const;
    void setTheme(const QString &theme);
    [[nodiscard]] QString language() const;
    void setLanguage(const QString &language);
    [[nodiscard]] QString listenHost() const;
    void setListenHost(const QString &host);
    [[nodiscard]] int listenPort() const;
    void setListenPort(int port);
    [[nodiscard]] bool startAtLogin() const;
    void setStartAtLogin(bool on);
    [[nodiscard]] bool notifications() const;
    void setNotifications(bool on);
    [[nodiscard]] QString logFolder() const;
    void setLogFolder(const QString &folder);
    [[nodiscard]] bool closeToTray() const;
    void setCloseToTray(bool on);
    [[nodiscard]] bool reduceMotion() const;
    void setReduceMotion(bool on);
    [[nodiscard]] bool needsRestart() const;

    /// What a bug report needs: versions, system, settings, and what `setReport` adds; redacted.
    Q_INVOKABLE QString diagnostics() const;

    void setReport(std::function<QString()> report) { m_report = std::move(report); }

    /// Small lists of the application's own (names of keys, gateways elsewhere): maps of strings.
    [[nodiscard]] QVariantList list(const QString &name) const;
    void setList(const QString &name, const QVariantList &entries);
    [[nodiscard]] QVariant value(const QString &name, const QVariant &fallback = {}) const;
    void setValue(const QString &name, const QVariant &value);

Q_SIGNALS:
    void changed();
    void problemChanged();

private:
    void choose(const char *name, const QVariant &value);
    void refuse(const QString &problem);
    [[nodiscard]] QString oneOf(const char *name, const QStringList &allowed) const;

    const std::unique_ptr<QSettings> m_store;
    LoginItem m_login;
    std::function<QString()> m_report;
    QString m_problem;
    QVariantMap m_atStart;
};

} // namespace meridian::ui
