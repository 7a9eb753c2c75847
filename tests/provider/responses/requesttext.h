// SPDX-License-Identifier: MIT
// A neutral request as JSON, for golden files: what is empty is left out.
#pragma once

#include "core/provider/conversation.h"

#include <string>

namespace meridian::testing {

[[nodiscard]] std::string textOf(const provider::ChatRequest &request);

} // namespace meridian::testing
