// SPDX-License-Identifier: MIT
// `discovery:` — where to look for engines besides their usual ports.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::DiscoverySettings> &discoverySection();

} // namespace meridian::config
