// SPDX-License-Identifier: MIT
// `timeouts:` — upstream time-outs; `read` is a gap between bytes, not a total.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::TimeoutSettings> &timeoutsSection();

/// `backends[].timeout`: the same keys, to be read over a copy of the global values.
[[nodiscard]] const Section<model::TimeoutSettings> &backendTimeoutSection();

} // namespace meridian::config
