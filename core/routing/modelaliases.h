// SPDX-License-Identifier: MIT
// What a model a client asked for is routed as.
#pragma once

#include "core/model/routingsettings.h"

#include <string_view>

namespace meridian::routing {

/// The alias' target, or the name itself. An exact alias wins over patterns, a longer pattern over
/// a shorter one; targets are not looked up again. The view lives as long as `settings` or `name`.
[[nodiscard]] std::string_view resolveAlias(const model::ModelSettings &settings,
                                            std::string_view name);

} // namespace meridian::routing
