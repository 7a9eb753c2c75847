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
    std::vector<Diagnostic> warnings; // in file order
};

/// Settings, or everything that is wrong (errors and warnings, in file order).
using LoadResult = tl::expected<LoadedConfig, std::vector<Diagnostic>>;

/// Reads the file and what it refers to (secrets, certificates). Blocks on the disk; re-entrant.
[[nodiscard]] LoadResult loadConfigFile(const std::string &path, const SecretResolver &secrets);

/// The same for text; `fileName` is for the diagnostics.
[[nodiscard]] LoadResult
loadConfigText(std::string_view text, const std::string &fileName, const SecretResolver &secrets);

/// Every key that the parsers know, sections and keys of later versions included: what the
/// documentation has to list.
[[nodiscard]] std::vector<KeyInfo> configKeys();

} // namespace meridian::config
