// SPDX-License-Identifier: MIT
// Errors in the words of each provider, written from their documentation and not from our encoders.
#pragma once

#include "service/simulate/dialects/protocol.h"
#include "service/simulate/reply.h"

#include <string_view>

namespace meridian::simulate {

/// `code` means something to OpenAI only.
[[nodiscard]] Reply
errorOf(Protocol protocol, int status, std::string_view message, std::string_view code = {});

[[nodiscard]] Reply modelNotFoundOf(Protocol protocol, std::string_view model);

} // namespace meridian::simulate
