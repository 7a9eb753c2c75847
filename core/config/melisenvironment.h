// SPDX-License-Identifier: MIT
// The environment variables that win over Melis' file.
#pragma once

#include "core/config/cursor.h"
#include "core/config/melisfile.h"

namespace meridian::config {

/// MELIS_SERVER_HOST, MELIS_SERVER_PORT, MELIS_OTLP_ENDPOINT and RUST_LOG into the settings;
/// MELIS_REDIS_URL is recognised. What is wrong is reported under the variable's name. An empty
/// variable is none.
void applyMelisEnvironment(const Cursor &top, MelisConfig &config);

/// Where the routes are: `fromCommandLine`, MELIS_ROUTES_CONFIG, the file's own word, routes.yaml;
/// relative paths below the working directory first, then beside `configFile`. `isNamed`: somebody
/// has asked for it, so that it must exist.
struct RoutesPath
{
    std::string path;
    bool isNamed = false;
};

[[nodiscard]] RoutesPath melisRoutesPath(const std::string &fromCommandLine,
                                         const std::string &fromFile,
                                         const std::string &configFile);

} // namespace meridian::config
