// SPDX-License-Identifier: MIT
// `canary:` — a growing share of the traffic for new backends.
#pragma once

#include "core/config/section.h"
#include "core/model/routingsettings.h"

namespace meridian::config {

/// An unknown key is an error: a typo must not send traffic to backends on trial.
[[nodiscard]] const Section<model::CanarySettings> &canarySection();

/// Reads the section and checks what must hold once it is enabled.
void readCanary(const Cursor &value, model::CanarySettings &into);

} // namespace meridian::config
