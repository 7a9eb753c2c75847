// SPDX-License-Identifier: MIT
// A configuration file to settings: all of its problems at once, or a valid configuration.
#pragma once

#include "core/config/diagnostics.h"
#include "core/config/section.h"
#include "core/model/settings.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace meridian {
class SecretResolver;
}

namespace meridian::config {

/// Settings that passed every check, and what an operator should still be told.
struct LoadedConfig
{
    model::Settings settings;
    std::vector<Diagnostic> warnings; // in file order, the configuration's first
};

/// Settings, or everything that is wrong (errors and warnings, in file order).
using LoadResult = tl::expected<LoadedConfig, std::vector<Diagnostic>>;

/// What a load is told besides the file, and tells besides its result.
struct LoadOptions
{
    std::string routesFile; // Melis' routes.yaml; empty: where the file or its dialect says
    /// Gets the path of the routes file, whether it exists or not; empty when the file has no such
    /// companion. Left alone when the file is no YAML, so that nobody could tell.
    std::string *foundRoutesFile = nullptr;
};

/// Reads the file and what it refers to (secrets, certificates, routes.yaml). Melis' files are told
/// by their `providers` and `server`. Blocks on the disk; re-entrant.
[[nodiscard]] LoadResult loadConfigFile(const std::string &path,
                                        const SecretResolver &secrets,
                                        const LoadOptions &options = {});

/// The same for text; `fileName` is for the diagnostics, and for finding its companions.
[[nodiscard]] LoadResult loadConfigText(std::string_view text,
                                        const std::string &fileName,
                                        const SecretResolver &secrets,
                                        const LoadOptions &options = {});

/// Every key that the parsers know, sections and keys of later versions included: what the
/// documentation has to list.
[[nodiscard]] std::vector<KeyInfo> configKeys();
/// The same of Melis' config.yaml and routes.yaml, for docs/migrating.md.
[[nodiscard]] std::vector<KeyInfo> melisConfigKeys();
[[nodiscard]] std::vector<KeyInfo> melisRouteKeys();

} // namespace meridian::config
