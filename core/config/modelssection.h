// SPDX-License-Identifier: MIT
// `models:` — what a client may call a model.
#pragma once

#include "core/config/section.h"
#include "core/model/routingsettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::ModelSettings> &modelsSection();

} // namespace meridian::config
