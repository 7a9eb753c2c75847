// SPDX-License-Identifier: MIT
// Changes from the form on their way into the draft's text: in order, none lost, none twice.
#pragma once

#include "ui/gatewaylink.h"

#include <QJsonArray>
#include <QJsonObject>

#include <functional>

namespace meridian::ui {

/// The gateway does the edit (POST /meridian/config/edit), as it keeps comments. While one is under
/// way further ones wait; when the text changes meanwhile it is asked again with the new one. Main
/// thread.
class ConfigEdits final : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype MaxWaiting = 200;

    /// `text` gives the draft as it is.
    ConfigEdits(GatewayLink &link, std::function<QString()> text, QObject *parent = nullptr);

    void add(const QJsonObject &edit);
    void clear();

Q_SIGNALS:
    /// The draft with the edits in it; it was the draft's current text when they were asked for.
    void edited(const QString &text);
    /// The edits were dropped.
    void refused(const QString &reason);

private:
    void send();
    void answered(const QString &sent, qsizetype count, int status, const QJsonDocument &answer);

    GatewayLink &m_link;
    std::function<QString()> m_text;
    QJsonArray m_waiting;
    quint64 m_round = 0;
    bool m_isUnderWay = false;
};

} // namespace meridian::ui
