// SPDX-License-Identifier: MIT
// Signatures of simulated thoughts and calls: no secret, but nobody makes one up by accident.
#pragma once

#include <string>
#include <string_view>

namespace meridian::simulate {

/// Base64; the same for the same content.
[[nodiscard]] std::string signatureOf(std::string_view content);

/// Was it made by signatureOf(), of whatever?
[[nodiscard]] bool isSignature(std::string_view signature);

} // namespace meridian::simulate
