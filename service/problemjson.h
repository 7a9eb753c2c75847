// SPDX-License-Identifier: MIT
// Problems of a configuration as the control plane tells them.
#pragma once

#include "core/config/diagnostics.h"
#include "core/json/jsonwriter.h"
#include "service/adminresponse.h"

#include <string_view>
#include <vector>

namespace meridian::service {

/// `[{"severity","line","column","path","message"}]`
void writeProblems(json::JsonWriter &out,
                   std::string_view key,
                   const std::vector<config::Diagnostic> &problems);

/// 400 `config_invalid` with all of them.
[[nodiscard]] AdminResponse invalidConfig(const std::vector<config::Diagnostic> &problems);

} // namespace meridian::service
