// SPDX-License-Identifier: MIT
// Adds the engines that were found to a configuration.
#pragma once

#include "core/base/result.h"
#include "core/discovery/discovery.h"

#include <string>
#include <string_view>
#include <vector>

namespace meridian::discovery {

/// The text with a backend for each finding, comments and all else as they were; those that the
/// text has already (the same address) are left out. Names are those of the engines, numbered where
/// taken. A backend of an engine that serves just one model is given that model. Fails for a text
/// that is no YAML, and for Melis' form, where there are no backends. Empty text: a new
/// configuration. Re-entrant.
[[nodiscard]] Result<std::string> proposeBackends(std::string_view text,
                                                  const std::vector<PlaceFinding> &findings);

} // namespace meridian::discovery
