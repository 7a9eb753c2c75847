// SPDX-License-Identifier: MIT
// Sections of Melis' file that belong to later versions.
#pragma once

#include "core/config/laterkeys.h"

#include <vector>

namespace meridian::config {

/// As laterSections(): reported when in use, refused where a protection would be missing.
[[nodiscard]] const std::vector<LaterSection> &melisLaterSections();

} // namespace meridian::config
