// SPDX-License-Identifier: MIT
// `tracing:` — where traces go, as OTLP over HTTP.
#pragma once

#include "core/config/section.h"
#include "core/model/observesettings.h"

namespace meridian::config {

[[nodiscard]] const Section<model::TracingSettings> &tracingSection();

/// Reads the section and settles what depends on two keys.
void readTracing(const Cursor &value, model::TracingSettings &into);

} // namespace meridian::config
