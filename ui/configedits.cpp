// SPDX-License-Identifier: MIT
// Changes from the form on their way into the draft's text: in order, none lost, none twice.
#include "ui/configedits.h"

#include <utility>

namespace meridian::ui {

ConfigEdits::ConfigEdits(GatewayLink &link, std::function<QString()> text, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_text(std::move(text))
{
}

void ConfigEdits::add(const QJsonObject &edit)
{
    if (m_waiting.size() >= MaxWaiting) {
        Q_EMIT refused(tr("Too many changes are waiting for the gateway."));
        return;
    }
    m_waiting.append(edit);
    send();
}

void ConfigEdits::clear()
{
    m_waiting = {};
    m_isUnderWay = false;
    ++m_round;
}

void ConfigEdits::send()
{
    if (m_isUnderWay || m_waiting.isEmpty()) {
        return;
    }
    m_isUnderWay = true;
    const QString sent = m_text();
    const QJsonObject body{{QStringLiteral("text"), sent}, {QStringLiteral("edits"), m_waiting}};
    m_link.ask(*this, "POST", "/meridian/config/edit",
               QJsonDocument(body).toJson(QJsonDocument::Compact).toStdString(),
               [this, sent, count = m_waiting.size(),
                round = m_round](int status, const QJsonDocument &answer) {
                   if (round == m_round) {
                       answered(sent, count, status, answer);
                   }
               });
}

void ConfigEdits::answered(const QString &sent,
                           qsizetype count,
                           int status,
                           const QJsonDocument &answer)
{
    m_isUnderWay = false;
    if (status != 200) {
        clear(); // those after it may build on it
        Q_EMIT refused(errorMessage(answer));
        return;
    }
    if (m_text() == sent) {
        for (qsizetype i = 0; i < count; ++i) {
            m_waiting.removeFirst();
        }
        Q_EMIT edited(answer.object().value(QLatin1String("text")).toString());
    }
    send(); // what came meanwhile; or all again, as the text is another one
}

} // namespace meridian::ui
