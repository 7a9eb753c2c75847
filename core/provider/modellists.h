// SPDX-License-Identifier: MIT
// Which models there are, in the words of Anthropic's and Google's lists.
#pragma once

#include "core/provider/listedmodel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace meridian::provider {

/// GET /v1/models of Anthropic's, all on one page. `since`: seconds since 1970, said to be when
/// each model came.
[[nodiscard]] std::string anthropicModelList(const std::vector<ListedModel> &models,
                                             std::int64_t since);

/// GET /v1/models/{id} of Anthropic's.
[[nodiscard]] std::string anthropicModel(const ListedModel &model, std::int64_t since);

/// GET /v1beta/models of Gemini's, all on one page.
[[nodiscard]] std::string geminiModelList(const std::vector<ListedModel> &models);

/// GET /v1beta/models/{name} of Gemini's.
[[nodiscard]] std::string geminiModel(const ListedModel &model);

} // namespace meridian::provider
