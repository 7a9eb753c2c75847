// SPDX-License-Identifier: MIT
// `logging:` — diagnostics on stderr and the request log.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::LoggingSettings> &loggingSection();

} // namespace meridian::config
