// SPDX-License-Identifier: MIT
// `health:` — active probes of the backends.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::HealthSettings> &healthSection();

} // namespace meridian::config
