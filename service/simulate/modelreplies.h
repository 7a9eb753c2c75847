// SPDX-License-Identifier: MIT
// The surfaces that answer in one piece: embeddings, moderations, rerank, speech, images, models.
#pragma once

#include "service/simulate/reply.h"
#include "service/simulate/surface.h"

#include <cstdint>
#include <string_view>

namespace meridian::simulate {

/// What these answers are made from.
struct PieceRequest
{
    Surface surface = Surface::Unknown;
    std::string_view model; // the one that answers
    std::string_view body;  // a JSON object, scanned before
    std::string_view id;    // random, hexadecimal
    std::int64_t created = 0;
};

/// Embeddings, Moderations, Rerank, Speech, Images; 400 when a field is missing or of a wrong kind.
[[nodiscard]] Reply pieceReply(const PieceRequest &request);

/// Transcription, ImageUpload: says how many bytes came.
[[nodiscard]] Reply
uploadReply(Surface surface, std::string_view backend, std::uint64_t bytes, std::int64_t created);

/// GET /v1/models; an empty `model` gives an empty list.
[[nodiscard]] Reply modelListReply(std::string_view model, std::int64_t created);

/// GET /v1/models/{id}; `encodedId` as it stands in the path. An empty `model` knows every name.
[[nodiscard]] Reply
modelReply(std::string_view model, std::string_view encodedId, std::int64_t created);

} // namespace meridian::simulate
