// SPDX-License-Identifier: MIT
// Embeddings that are the same for the same text, wherever it is asked for.
#pragma once

#include "service/simulate/reply.h"

#include <array>
#include <string_view>

class QJsonObject;

namespace meridian::simulate {

inline constexpr std::size_t EmbeddingSize = 8;

/// Each number is between -1 and 1 and has two decimals, so that both encodings say the same.
[[nodiscard]] std::array<float, EmbeddingSize> embeddingOf(std::string_view text) noexcept;

/// The body of /v1/embeddings: an input is a text or a list of token numbers, alone or in a list.
/// With `encoding_format: base64` the numbers come as little-endian floats.
[[nodiscard]] Reply embeddingsReply(std::string_view model, const QJsonObject &body);

} // namespace meridian::simulate
