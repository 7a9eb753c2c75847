// SPDX-License-Identifier: MIT
// The paths a simulated backend answers on.
#pragma once

#include <cstdint>
#include <string_view>

namespace meridian::simulate {

enum class Surface : std::uint8_t {
    ChatCompletions,
    Completions,
    Responses,
    Embeddings,
    Moderations,
    Rerank,
    Speech,
    Images,
    Transcription, // this and the next: multipart, counted and not kept
    ImageUpload,
    Models,
    Model,
    Stats,
    Health,
    Unknown,
    WrongMethod,
};

struct Route
{
    Surface surface = Surface::Unknown;
    std::string_view allowed; // the method of the path, for WrongMethod
    std::string_view model;   // the rest of /v1/models/…, percent-encoded
};

/// `target` as in the request line, query included. HEAD counts as GET.
[[nodiscard]] Route routeOf(std::string_view method, std::string_view target) noexcept;

/// Does the surface make a model work, so that latency and errors apply?
[[nodiscard]] constexpr bool isModelCall(Surface surface) noexcept
{
    return surface <= Surface::ImageUpload;
}

[[nodiscard]] constexpr bool isUpload(Surface surface) noexcept
{
    return surface == Surface::Transcription || surface == Surface::ImageUpload;
}

} // namespace meridian::simulate
