// SPDX-License-Identifier: MIT
// `gateway:` — the listener, its limits, and how a backend is chosen.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::GatewaySettings> &gatewaySection();

} // namespace meridian::config
