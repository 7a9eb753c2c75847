// SPDX-License-Identifier: MIT
// Shared by the tests of Melis' files: both of them on disk, and the problems of both as lines.
#pragma once

#include "tests/config/configtext.h"

#include <QTemporaryDir>

#include <cstdlib>
#include <fstream>

namespace meridian::test {

/// A folder with config.yaml and routes.yaml, and no MELIS_ variable set. The working directory is
/// another one.
class MelisFiles
{
public:
    explicit MelisFiles(const std::string &config, const std::string &routes = {})
    {
        for (const char *name : {"MELIS_SERVER_PORT", "MELIS_SERVER_HOST", "MELIS_ROUTES_CONFIG",
                                 "MELIS_OTLP_ENDPOINT", "MELIS_REDIS_URL", "RUST_LOG"}) {
            qunsetenv(name);
        }
        write("config.yaml", config);
        if (!routes.empty()) {
            write("routes.yaml", routes);
        }
    }

    void write(const std::string &name, const std::string &text) const
    {
        std::ofstream(path(name), std::ios::binary | std::ios::trunc) << text;
    }

    [[nodiscard]] std::string path(const std::string &name) const
    {
        return m_directory.path().toStdString() + '/' + name;
    }

    [[nodiscard]] config::LoadResult load(const config::LoadOptions &options = {}) const
    {
        return config::loadConfigFile(path("config.yaml"), SecretResolver(), options);
    }

    /// Without the folder's name.
    [[nodiscard]] QStringList problems(const config::LoadOptions &options = {}) const
    {
        const auto loaded = load(options);
        QStringList lines = formatted(loaded ? loaded->warnings : loaded.error());
        return lines.replaceInStrings(m_directory.path() + QLatin1Char('/'), QString());
    }

private:
    QTemporaryDir m_directory;
};

} // namespace meridian::test
