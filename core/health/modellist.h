// SPDX-License-Identifier: MIT
// Reads the ids out of a backend's model list.
#pragma once

#include "core/model/providersettings.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::health {

/// The ids of a model list, OpenAI's and Anthropic's {"data":[{"id":…}]} or Ollama's and Gemini's
/// {"models":[{"name":…}]}, in its order; at most MaxModels, none
/// longer than 256 bytes. Nothing when the text is no such list.
inline constexpr std::size_t MaxModels = 2000;
[[nodiscard]] std::optional<std::vector<std::string>> parseModelList(std::string_view body);

/// Where a provider lists its models; empty: nowhere that every account may look.
[[nodiscard]] std::string_view modelsPath(model::Provider provider) noexcept;

} // namespace meridian::health
