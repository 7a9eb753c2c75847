// SPDX-License-Identifier: MIT
// `session_affinity:` — a session keeps to one backend while that is well.
#pragma once

#include "core/config/section.h"
#include "core/model/routingsettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::AffinitySettings> &affinitySection();

} // namespace meridian::config
