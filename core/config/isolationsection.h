// SPDX-License-Identifier: MIT
// `isolation:` — tenants with backends of their own.
#pragma once

#include "core/config/section.h"
#include "core/model/routingsettings.h"

namespace meridian::config {

/// An unknown key is an error: a typo must not mix tenants.
[[nodiscard]] const Section<model::IsolationSettings> &isolationSection();

} // namespace meridian::config
