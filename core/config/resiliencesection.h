// SPDX-License-Identifier: MIT
// `resilience:` — retries, the circuit breaker, hedging, continuation.
#pragma once

#include "core/config/section.h"
#include "core/model/resiliencesettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::ResilienceSettings> &resilienceSection();

/// Reads the section and settles what depends on two keys, in whatever order they stand.
void readResilience(const Cursor &value, model::ResilienceSettings &into);

} // namespace meridian::config
