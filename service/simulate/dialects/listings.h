// SPDX-License-Identifier: MIT
// Which model there is, in every dialect but OpenAI's.
#pragma once

#include "service/simulate/dialects/serve.h"

namespace meridian::simulate {

/// POST /api/show; `body` is an object that json::Checker has passed.
[[nodiscard]] Reply showReply(json::Value body, const Kitchen &kitchen);

} // namespace meridian::simulate
