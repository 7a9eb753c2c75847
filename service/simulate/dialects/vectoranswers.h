// SPDX-License-Identifier: MIT
// Embeddings in every dialect but OpenAI's.
#pragma once

#include "service/simulate/dialects/serve.h"

namespace meridian::simulate {

/// `body` is an object that json::Checker has passed. As many dimensions as are asked for, else
/// EmbeddingSize.
[[nodiscard]] Reply
vectorReply(const Call &call, std::string_view model, json::Value body, const Kitchen &kitchen);

} // namespace meridian::simulate
