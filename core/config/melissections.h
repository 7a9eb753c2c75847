// SPDX-License-Identifier: MIT
// `server:`, `circuit_breaker:` and `observability:` of Melis' file.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

#include <string>

namespace meridian::config {

[[nodiscard]] const Section<model::GatewaySettings> &melisServerSection();

[[nodiscard]] const Section<model::BreakerSettings> &melisBreakerSection();
void readMelisBreaker(const Cursor &value, model::BreakerSettings &into);

[[nodiscard]] const Section<model::TracingSettings> &melisObservabilitySection();

/// Traces go over HTTP here, not gRPC: the collector's port for gRPC becomes the one for HTTP,
/// with a warning at `at` when traces are on. True when it was that port.
bool settleMelisTracing(const Cursor &at, model::TracingSettings &tracing);

} // namespace meridian::config
