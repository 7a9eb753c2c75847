// SPDX-License-Identifier: MIT
// Ollama's answers about which models there are, for programs that know nothing but Ollama.
#pragma once

#include "core/json/value.h"
#include "core/provider/codec.h"
#include "core/provider/listedmodel.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::ollama {

/// The version of Ollama's API that the gateway speaks: programs refuse old ones.
inline constexpr std::string_view ApiVersion = "0.12.6";

/// GET /api/tags. `since`: seconds since 1970, said to be when each model was last changed.
[[nodiscard]] std::string tagsAnswer(const std::vector<ListedModel> &models, std::int64_t since);

/// GET /api/ps: no model is held in this process' memory.
[[nodiscard]] std::string processesAnswer();

/// POST /api/show: which model its body asks for (`model`, or `name` as old clients say).
[[nodiscard]] Decoded<std::string> readShowRequest(json::Value body);

/// POST /api/show.
[[nodiscard]] std::string showAnswer(const ListedModel &model, std::int64_t since);

/// GET /api/version.
[[nodiscard]] std::string versionAnswer(std::string_view version = ApiVersion);

} // namespace meridian::provider::ollama
