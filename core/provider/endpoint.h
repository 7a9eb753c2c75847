// SPDX-License-Identifier: MIT
// Where at a backend a request goes, and whether its bytes can go as they are.
#pragma once

#include "core/model/backendsettings.h"
#include "core/provider/dialect.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian::provider {

/// How a request gets through to a backend.
enum class Passage : std::uint8_t {
    None,       // it cannot: no such thing there
    Native,     // the backend speaks the client's dialect: the bytes pass, the model's name spliced
    Translated, // through the neutral model
    Estimated,  // tokens that the backend cannot count: answered here
};

/// What is asked. Views hold during the call.
struct Call
{
    Dialect dialect = Dialect::OpenAiChat; // the client's
    Operation operation = Operation::Generate;
    std::string_view target; // the client's path and query
    std::string_view model;  // as the backend calls it
    bool isStream = false;
    std::string_view project{}; // Vertex AI: the credential's, where the settings have none
};

/// A few instructions: asked for every backend of every request.
[[nodiscard]] Passage passageOf(const model::BackendSettings &backend,
                                Dialect dialect,
                                Operation operation,
                                std::string_view modelName) noexcept;

/// The dialect in which the backend is asked for what is Translated.
[[nodiscard]] Dialect dialectOf(const model::BackendSettings &backend,
                                std::string_view modelName) noexcept;

/// Appends path and query, the backend's basePath included.
void appendTarget(std::string &out,
                  const model::BackendSettings &backend,
                  const Call &call,
                  Passage passage);

/// Does a native request's body need more than the model's name spliced? Vertex AI takes
/// Anthropic's bodies without `model` and with `anthropic_version`.
[[nodiscard]] bool needsNativeRework(const model::BackendSettings &backend,
                                     Dialect dialect,
                                     std::string_view modelName) noexcept;

/// The reworked body; `body` is a JSON object that the scanner has passed. Only a count of tokens
/// says the model in it: `modelName`, unless that is empty.
[[nodiscard]] std::string
nativeRework(std::string_view body, Operation operation, std::string_view modelName = {});

} // namespace meridian::provider
