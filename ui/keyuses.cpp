// SPDX-License-Identifier: MIT
// Which backend of a configuration uses which key.
#include "ui/keyuses.h"

#include <array>

namespace meridian::ui {

namespace {

/// "${env:X}" and "env:X" are the same; empty for what is no single reference.
QString referenceIn(QString value)
{
    if (value.startsWith(QLatin1String("${")) && value.endsWith(QLatin1Char('}'))) {
        value = value.mid(2, value.size() - 3);
        if (!value.contains(QLatin1Char(':'))) {
            value.prepend(QLatin1String("env:"));
        }
    }
    constexpr std::array<const char *, 4> Schemes{"env:", "file:", "credential:", "keychain:"};
    for (const char *scheme : Schemes) {
        if (value.startsWith(QLatin1String(scheme))) {
            return value;
        }
    }
    return {};
}

} // namespace

std::vector<KeyStore::Use> keyUses(const QVariantMap &form)
{
    std::vector<KeyStore::Use> uses;
    for (const QVariant &entry : form.value(QStringLiteral("backends")).toList()) {
        const QVariantMap backend = entry.toMap();
        const auto text = [&](const char *name) {
            return backend.value(QLatin1String(name)).toString();
        };
        const QString reference = referenceIn(text("apiKey"));
        if (!reference.isEmpty()) {
            uses.push_back({text("name"), text("provider"), text("url"), reference});
        }
    }
    return uses;
}

} // namespace meridian::ui
