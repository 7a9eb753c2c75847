// SPDX-License-Identifier: MIT
// `admin:` — who may reach the control plane besides loopback.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::AdminSettings> &adminSection();

} // namespace meridian::config
