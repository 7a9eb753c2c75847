// SPDX-License-Identifier: MIT
// `tracing:` — where traces go, as OTLP over HTTP.
#pragma once

#include "core/config/section.h"
#include "core/model/observesettings.h"

#include <optional>
#include <string>
#include <string_view>

namespace meridian::config {

[[nodiscard]] const Section<model::TracingSettings> &tracingSection();

/// Reads the section and settles what depends on two keys.
void readTracing(const Cursor &value, model::TracingSettings &into);

/// An address, which may lack the path; what is wrong with it, or nothing.
[[nodiscard]] std::optional<std::string> setTracingEndpoint(std::string_view text,
                                                            model::TracingSettings &into);

} // namespace meridian::config
