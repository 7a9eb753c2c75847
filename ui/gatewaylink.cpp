// SPDX-License-Identifier: MIT
// How the window asks a gateway something: the one in this process, one elsewhere, or a fake.
#include "ui/gatewaylink.h"

#include <QDateTime>
#include <QJsonObject>

namespace meridian::ui {

namespace {

QString errorField(const QJsonDocument &answer, QLatin1String name)
{
    return answer.object().value(QLatin1String("error")).toObject().value(name).toString();
}

} // namespace

qint64 GatewayLink::now() const
{
    return QDateTime::currentMSecsSinceEpoch();
}

QJsonDocument unreachable(const QString &reason)
{
    const QJsonObject error{{QStringLiteral("message"), reason},
                            {QStringLiteral("type"), QStringLiteral("connection_error")},
                            {QStringLiteral("code"), QStringLiteral("unreachable")},
                            {QStringLiteral("param"), QJsonValue::Null}};
    return QJsonDocument(QJsonObject{{QStringLiteral("error"), error}});
}

QString errorMessage(const QJsonDocument &answer)
{
    return errorField(answer, QLatin1String("message"));
}

QString errorCode(const QJsonDocument &answer)
{
    return errorField(answer, QLatin1String("code"));
}

} // namespace meridian::ui
