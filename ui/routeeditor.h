// SPDX-License-Identifier: MIT
// The page Routes: a draft of the configuration, what is wrong with it, what it would do, applied.
#pragma once

#include "ui/configedits.h"
#include "ui/gatewaylink.h"
#include "ui/routestate.h"

#include <QTimer>

namespace meridian::ui {

/// Main thread. Everything is asked of the gateway (docs/admin-api.md, /meridian/config*); nothing
/// is written but by apply() and undo(). An answer about an older text than the one shown is
/// ignored.
class RouteEditor final : public meridian::ui::RouteState // in full: the list of QML types is made of words
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("comes with the desktop")
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged)

public:
    static constexpr int UndoSeconds = 60;

    explicit RouteEditor(GatewayLink &link, QObject *parent = nullptr);

    /// Takes the draft; validated 250 ms after the last call.
    Q_INVOKABLE void setText(const QString &text);
    /// One value of the form; an undefined or null value removes the key. Keys as in the file.
    Q_INVOKABLE void setValue(const QVariantList &path, const QVariant &value);
    /// Keys as in the file, or in camelCase.
    Q_INVOKABLE void addBackend(const QVariantMap &backend);
    Q_INVOKABLE void removeBackend(const QString &name);
    Q_INVOKABLE void runDryRun();
    Q_INVOKABLE void apply(const QString &note = {});
    Q_INVOKABLE void discard();
    Q_INVOKABLE void undo();
    /// Puts an older version's text into the draft; nothing is applied.
    Q_INVOKABLE void loadVersion(int id);
    /// "theirs" drops the draft for the file. "mine" keeps the draft, now compared with the file as
    /// it is: apply() then replaces it.
    Q_INVOKABLE void resolveConflict(const QString &whose);
    /// Reads the file again; a modified draft is kept.
    Q_INVOKABLE void refresh();

private:
    void reset();
    void take(const QJsonObject &config);
    void replaceText(const QString &text);
    void validate();
    void validated(int status, const QJsonDocument &answer);
    void compare();
    void readVersions();
    void settled(const QJsonObject &answer, const QString &outcome);
    void refused(int status, const QJsonDocument &answer);
    void tell(const QString &outcome, const QString &message = {});
    void countDown();

    GatewayLink &m_link;
    ConfigEdits m_edits;
    QTimer m_pause; // between the last key and the validation
    QTimer m_second;
    quint64 m_round = 0; // of the text: answers about another one are stale
};

} // namespace meridian::ui
