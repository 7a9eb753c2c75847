// SPDX-License-Identifier: MIT
// `backends[].telemetry:` — where a backend says how busy it is.
#pragma once

#include "core/config/section.h"
#include "core/model/observesettings.h"

#include <optional>
#include <string>

namespace meridian::config {

/// The section while it is read.
struct TelemetryDocument
{
    model::TelemetrySettings settings;
    bool isKnownType = true;
};

[[nodiscard]] const Section<TelemetryDocument> &telemetrySection();

/// Nothing for null, and for a type nobody knows (with a warning, as in Meridian 0.12: a capacity
/// signal is no reason not to start).
[[nodiscard]] std::optional<model::TelemetrySettings> readTelemetry(const Cursor &value);

} // namespace meridian::config
