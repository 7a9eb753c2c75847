// SPDX-License-Identifier: MIT
// `backends:` — the list of upstream servers.
#pragma once

#include "core/config/section.h"
#include "core/model/settings.h"

#include <vector>

namespace meridian::config {

/// The keys of one entry.
[[nodiscard]] const Section<model::BackendSettings> &backendSection();

/// Reads the whole list. `global` is laid under each backend's own time-outs, so that `timeouts:`
/// must have been read before, wherever it stands in the file.
[[nodiscard]] std::vector<model::BackendSettings>
readBackends(const Cursor &value, const model::TimeoutSettings &global);

} // namespace meridian::config
