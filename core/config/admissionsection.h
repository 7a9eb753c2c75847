// SPDX-License-Identifier: MIT
// `admission:` — what happens when every backend has its max_concurrency.
#pragma once

#include "core/config/section.h"
#include "core/model/resiliencesettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::AdmissionSettings> &admissionSection();

} // namespace meridian::config
