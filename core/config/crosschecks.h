// SPDX-License-Identifier: MIT
// What is valid by itself and yet cannot do what it seems to ask for: warnings over the whole file.
#pragma once

#include "core/config/cursor.h"
#include "core/model/settings.h"

namespace meridian::config {

/// Warns at the keys concerned. `top` is the document that `settings` were read from, without
/// errors.
void checkAcross(const Cursor &top, const model::Settings &settings);

} // namespace meridian::config
