// SPDX-License-Identifier: MIT
// The canned answers of ui/demo/, which are part of the program.
#include "ui/demofiles.h"

#include <QFile>

#include <map>
#include <string>

namespace meridian::ui {

namespace {

QByteArray contentOf(const QString &name)
{
    QFile file(QStringLiteral(":/demo/") + name);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT(isOpen);
    return file.readAll();
}

} // namespace

const QJsonDocument &demoJson(const char *name)
{
    static std::map<std::string, QJsonDocument> read;
    const auto [entry, isNew] = read.try_emplace(name);
    if (isNew) {
        entry->second =
            QJsonDocument::fromJson(contentOf(QLatin1String(name) + QLatin1String(".json")));
        Q_ASSERT(!entry->second.isNull());
    }
    return entry->second;
}

QString demoConfig()
{
    return QString::fromUtf8(contentOf(QStringLiteral("config.yaml")));
}

} // namespace meridian::ui
