// SPDX-License-Identifier: MIT
// Requests as Gemini clients send them, written by hand and generated.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::testing {

/// Says everything that the dialect can say.
extern const std::string_view Rich;

/// A turn of a tool loop as the Gemini CLI sends it.
extern const std::string_view GeminiCli;

/// The same ones for the same seed.
[[nodiscard]] std::vector<std::string> generatedRequests(unsigned seed, std::size_t count);

} // namespace meridian::testing
