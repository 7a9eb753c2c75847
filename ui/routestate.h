// SPDX-License-Identifier: MIT
// What the page Routes shows of a draft of the configuration; RouteEditor fills it.
#pragma once

#include <QObject>
#include <QString>
#include <QVariantList>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

namespace meridian::ui {

/// Main thread. Reasons and outcomes are codes; `message` is the gateway's own sentence about them.
class RouteState : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("the readable half of RouteEditor")
    Q_PROPERTY(QString originalText READ originalText NOTIFY loadedChanged)
    Q_PROPERTY(QString etag READ etag NOTIFY loadedChanged)
    Q_PROPERTY(QString path READ path NOTIFY loadedChanged)
    Q_PROPERTY(QString format READ format NOTIFY loadedChanged)
    Q_PROPERTY(bool isLoaded READ isLoaded NOTIFY loadedChanged)
    Q_PROPERTY(bool writable READ isWritable NOTIFY loadedChanged)
    Q_PROPERTY(bool isModified READ isModified NOTIFY stateChanged)
    Q_PROPERTY(bool isValidating READ isValidating NOTIFY stateChanged)
    Q_PROPERTY(bool isValid READ isValid NOTIFY stateChanged)
    Q_PROPERTY(bool isApplying READ isApplying NOTIFY stateChanged)
    Q_PROPERTY(bool canApply READ canApply NOTIFY stateChanged)
    /// "" | not_loaded | no_config_file | read_only | offline | applying | conflict | unchanged |
    /// validating | invalid
    Q_PROPERTY(QString whyNotApply READ whyNotApply NOTIFY stateChanged)
    Q_PROPERTY(QVariantList problems READ problems NOTIFY findingsChanged)
    Q_PROPERTY(QVariantList values READ values NOTIFY findingsChanged)
    Q_PROPERTY(QVariantMap form READ form NOTIFY formChanged)
    Q_PROPERTY(QVariant dryRun READ dryRun NOTIFY dryRunChanged)
    Q_PROPERTY(bool isRunningDryRun READ isRunningDryRun NOTIFY dryRunChanged)
    Q_PROPERTY(QVariantList versions READ versions NOTIFY versionsChanged)
    Q_PROPERTY(QString diff READ diff NOTIFY diffChanged)
    Q_PROPERTY(QVariantList changes READ changes NOTIFY diffChanged)
    Q_PROPERTY(QVariantList needRestart READ needRestart NOTIFY diffChanged)
    /// {mine, theirs, base} or null: the file is not what the draft began with.
    Q_PROPERTY(QVariant conflict READ conflict NOTIFY stateChanged)
    Q_PROPERTY(int undoSecondsLeft READ undoSecondsLeft NOTIFY undoChanged)
    /// "" | applied | undone | refused | conflict | edit_refused | dry_run_failed | failed
    Q_PROPERTY(QString lastOutcome READ lastOutcome NOTIFY outcomeChanged)
    Q_PROPERTY(QString message READ message NOTIFY outcomeChanged)

public:
    using QObject::QObject;

    [[nodiscard]] QVariantList problems() const { return m_problems; }

    [[nodiscard]] QVariantList values() const { return m_values; }

    [[nodiscard]] QVariantMap form() const { return m_form; }

    [[nodiscard]] QVariant dryRun() const { return m_dryRun; }

    [[nodiscard]] bool isRunningDryRun() const { return m_isRunningDryRun; }

    [[nodiscard]] QVariantList versions() const { return m_versions; }

    [[nodiscard]] QString diff() const { return m_diff; }

    [[nodiscard]] QVariantList changes() const { return m_changes; }

    [[nodiscard]] QVariantList needRestart() const { return m_needRestart; }

    [[nodiscard]] QVariant conflict() const { return m_conflict; }

    [[nodiscard]] int undoSecondsLeft() const { return m_undoSecondsLeft; }

    [[nodiscard]] QString lastOutcome() const { return m_lastOutcome; }

    [[nodiscard]] QString message() const { return m_message; }

    [[nodiscard]] QString text() const { return m_text; }

    [[nodiscard]] QString originalText() const { return m_original; }

    [[nodiscard]] QString etag() const { return m_etag; }

    [[nodiscard]] QString path() const { return m_path; }

    [[nodiscard]] QString format() const { return m_format; }

    [[nodiscard]] bool isLoaded() const { return m_isLoaded; }

    [[nodiscard]] bool isWritable() const { return m_isWritable; }

    [[nodiscard]] bool isModified() const { return m_isLoaded && m_text != m_original; }

    [[nodiscard]] bool isValidating() const { return m_isValidating; }

    [[nodiscard]] bool isValid() const { return m_isValid; }

    [[nodiscard]] bool isApplying() const { return m_isApplying; }

    [[nodiscard]] bool canApply() const { return whyNotApply().isEmpty(); }

    [[nodiscard]] QString whyNotApply() const;

Q_SIGNALS:
    void textChanged();
    void loadedChanged();
    void stateChanged();
    void findingsChanged();
    void formChanged();
    void dryRunChanged();
    void versionsChanged();
    void diffChanged();
    void undoChanged();
    void outcomeChanged();

protected:
    QString m_text, m_original, m_etag, m_path, m_format, m_diff, m_lastOutcome, m_message;
    QVariantList m_problems, m_values, m_versions, m_changes, m_needRestart;
    QVariantMap m_form;
    QVariant m_dryRun, m_conflict;
    int m_undoSecondsLeft = 0;
    bool m_isLoaded = false, m_isWritable = false, m_isValidating = false, m_isValid = false;
    bool m_isApplying = false, m_isRunningDryRun = false, m_isUnreachable = false;
};

} // namespace meridian::ui
