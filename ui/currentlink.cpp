// SPDX-License-Identifier: MIT
// The gateway that the window shows now: the models ask it, and never notice which one it is.
#include "ui/currentlink.h"

#include <QTimer>

namespace meridian::ui {

void CurrentLink::use(GatewayLink *link)
{
    if (m_link == link) {
        return;
    }
    disconnect(m_following);
    m_link = link;
    ++m_round;
    if (m_link) {
        m_following = connect(m_link, &GatewayLink::changed, this, &GatewayLink::changed);
    }
    Q_EMIT replaced();
    Q_EMIT changed();
}

void CurrentLink::call(std::string method, std::string path, std::string body, Done done)
{
    if (!m_link) {
        QTimer::singleShot(0, this, [done = std::move(done)] {
            done(0, unreachable(CurrentLink::tr("No gateway is selected.")));
        });
        return;
    }
    m_link->call(std::move(method), std::move(path), std::move(body),
                 [self = QPointer<CurrentLink>(this), round = m_round,
                  done = std::move(done)](int status, const QJsonDocument &answer) {
                     if (self && self->m_round == round) {
                         done(status, answer);
                     }
                 });
}

QString CurrentLink::address() const
{
    return m_link ? m_link->address() : QString();
}

GatewayLink::Connection CurrentLink::connection() const
{
    return m_link ? m_link->connection() : Connection::Stopped;
}

QString CurrentLink::problem() const
{
    return m_link ? m_link->problem() : tr("No gateway is selected.");
}

bool CurrentLink::isLocal() const
{
    return m_link && m_link->isLocal();
}

qint64 CurrentLink::now() const
{
    return m_link ? m_link->now() : GatewayLink::now();
}

} // namespace meridian::ui
