// SPDX-License-Identifier: MIT
#include "service/configsource.h"

#include "core/config/configloader.h"
#include "core/secrets/secretresolver.h"

#include <QFile>

#include <cstdio>

namespace meridian::service {

QString configPath(const QString &fromCommandLine)
{
    if (!fromCommandLine.isEmpty()) {
        return fromCommandLine;
    }
    for (const char *name : {"MERIDIAN_CONFIG", "meridian_CONFIG"}) {
        if (const QString value = qEnvironmentVariable(name); !value.isEmpty()) {
            return value;
        }
    }
    return QStringLiteral("config.yaml");
}

std::optional<model::Settings> loadOrReport(const QString &path)
{
    const SecretResolver secrets;
    auto loaded = config::loadConfigFile(QFile::encodeName(path).toStdString(), secrets);
    const auto &diagnostics = loaded ? loaded->warnings : loaded.error();
    for (const config::Diagnostic &diagnostic : diagnostics) {
        std::fprintf(stderr, "%s\n", diagnostic.format().c_str());
    }
    if (!loaded) {
        return std::nullopt;
    }
    return std::move(loaded->settings);
}

} // namespace meridian::service
