// SPDX-License-Identifier: MIT
// Melis' config.yaml: another shape of the same settings.
#pragma once

#include "core/config/melisproviders.h"
#include "core/config/section.h"
#include "core/model/settings.h"

#include <string>
#include <vector>

namespace meridian::config {

/// What the file says, before its routes are known.
struct MelisConfig
{
    model::Settings settings; // backends: those of the providers
    std::vector<MelisProvider> providers;
    std::string routesPath;        // as configured; empty: not
    bool isTracingDecided = false; // the file says whether to trace
};

/// True for a file of Melis: it has `providers` or `server`, and neither `backends` nor `gateway`.
[[nodiscard]] bool isMelisFile(const YamlNode &root);

[[nodiscard]] MelisConfig readMelisConfig(const Cursor &top);

} // namespace meridian::config
