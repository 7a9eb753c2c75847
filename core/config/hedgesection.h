// SPDX-License-Identifier: MIT
// `resilience.hedge:` — a second attempt when the first token is late.
#pragma once

#include "core/config/section.h"
#include "core/model/resiliencesettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::HedgeSettings> &hedgeSection();

/// Null is off. A mapping that holds anything is on unless it says otherwise.
void readHedge(const Cursor &value, model::HedgeSettings &into);

} // namespace meridian::config
