// SPDX-License-Identifier: MIT
// Reads a backend's own JSON telemetry.
#pragma once

#include "core/upstream/capacitysignals.h"

#include <optional>
#include <string_view>

namespace meridian::health {

/// A telemetry document is three numbers: what is longer is something else, and not worth the time.
inline constexpr std::size_t MaxTelemetryJson = 64 * 1024;

/// `queue_depth` (a whole number from 0), `tokens_per_sec` (from 0) and `gpu_mem_util` (0 to 1) of
/// a JSON object, each optional; a value of the wrong type or range counts as not told
/// (spec/meridian.md §13). Nothing when the text is no object or too long.
[[nodiscard]] std::optional<upstream::CapacitySignals> parseTelemetryJson(std::string_view body);

} // namespace meridian::health
