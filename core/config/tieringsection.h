// SPDX-License-Identifier: MIT
// `tiering:` — pools by the shape of a request.
#pragma once

#include "core/config/section.h"
#include "core/model/routingsettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::TieringSettings> &tieringSection();

} // namespace meridian::config
