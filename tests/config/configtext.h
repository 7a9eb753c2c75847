// SPDX-License-Identifier: MIT
// Shared by the configuration tests: load a text, look at its problems as lines.
#pragma once

#include "core/config/configloader.h"
#include "core/secrets/secretresolver.h"

#include <QString>
#include <QStringList>

#include <string>
#include <string_view>

namespace meridian::test {

/// The shortest list of backends that is valid; appended by tests that are about something else.
inline constexpr std::string_view OneBackend = "backends: [{name: a, url: 'http://h'}]\n";

inline QStringList formatted(const std::vector<config::Diagnostic> &diagnostics)
{
    QStringList lines;
    for (const config::Diagnostic &diagnostic : diagnostics) {
        lines << QString::fromStdString(diagnostic.format());
    }
    return lines;
}

inline config::LoadResult load(std::string_view text)
{
    return config::loadConfigText(text, "c.yaml", SecretResolver());
}

/// Every problem: the errors (and warnings) of a refused text, the warnings of an accepted one.
inline QStringList problemsOf(std::string_view text)
{
    const config::LoadResult loaded = load(text);
    return formatted(loaded ? loaded->warnings : loaded.error());
}

} // namespace meridian::test
