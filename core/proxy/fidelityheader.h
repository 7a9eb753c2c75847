// SPDX-License-Identifier: MIT
// A fidelity report as one header field.
#pragma once

#include "core/provider/fidelity.h"

#include <string>

namespace meridian::proxy {

/// `lossless`, or `degraded; logit_bias dropped, messages[2].content[0] approximated (reason)`: of
/// printable ASCII, cut at 1 KiB with the number of what is left out.
[[nodiscard]] std::string fidelityHeader(const provider::Fidelity &fidelity);

} // namespace meridian::proxy
