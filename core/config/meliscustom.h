// SPDX-License-Identifier: MIT
// `custom_providers:` of Melis' routes.yaml.
#pragma once

#include "core/config/melisproviders.h"
#include "core/config/section.h"
#include "core/model/settings.h"

#include <vector>

namespace meridian::config {

[[nodiscard]] const Section<model::BackendSettings> &melisCustomSection();

/// Appends a backend for each, which serves nothing but the routes that name it.
void readMelisCustom(const Cursor &value,
                     std::vector<MelisProvider> &providers,
                     std::vector<model::BackendSettings> &backends);

} // namespace meridian::config
