// SPDX-License-Identifier: MIT
// Names that reading and writing Ollama's requests must agree on.
#pragma once

#include "core/provider/dialect.h"

#include <string_view>

namespace meridian::provider::ollama {

/// Extras of a request that stood in `options` are called `options.<name>`, those of a tool or a
/// call that stood in its `function` are called `function.<name>`.
inline constexpr std::string_view OptionsPrefix = "options.";
inline constexpr std::string_view FunctionPrefix = "function.";

/// Ids of calls that came without one begin so. They are never sent to an Ollama server: it did not
/// know them either.
inline constexpr std::string_view MadeIdPrefix = "call_ollama_";

[[nodiscard]] constexpr bool isOllama(Dialect dialect) noexcept
{
    return dialect == Dialect::OllamaChat || dialect == Dialect::OllamaGenerate;
}

} // namespace meridian::provider::ollama
