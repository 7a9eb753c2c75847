// SPDX-License-Identifier: MIT
// Gemini's words and alphabets: names of functions, finish reasons, signatures, media types.
#pragma once

#include "core/provider/answer.h"
#include "core/provider/common.h"

#include <string>
#include <string_view>

namespace meridian::provider::gemini {

/// What stands for a signature that nobody has; Google documents it for calls of other models.
inline constexpr std::string_view PlaceholderSignature = "skip_thought_signature_validator";

/// A function's name as Gemini takes it (a letter or `_`, then letters, digits, `_.:-`, at most
/// 128). One that it does not take becomes `mrdn.` and the name with `.hh` for every other byte,
/// so that originalName() finds back; beyond 128 bytes only a hash of the rest is left.
[[nodiscard]] std::string geminiName(std::string_view name);
[[nodiscard]] std::string originalName(std::string_view name);

/// Also unknown ones: Stop. Never ToolCalls, which the parts tell.
[[nodiscard]] FinishReason finishOf(std::string_view reason) noexcept;
[[nodiscard]] std::string_view finishWord(FinishReason reason) noexcept;

/// A signature in a `thoughtSignature`, which is base64 to the SDKs: another vendor's is tagged and
/// encoded.
[[nodiscard]] std::string carriedSignature(std::string_view signature, Vendor by);
[[nodiscard]] Signature readSignature(std::string_view carried);

/// Marks another vendor's redacted thought in a carried signature.
inline constexpr std::string_view RedactedMark = "redacted:";

/// The media type that a path's or an url's suffix tells; empty: none.
[[nodiscard]] std::string_view mediaTypeOf(std::string_view url) noexcept;

/// Image, Audio or Document, by the media type; videos too are documents here.
[[nodiscard]] Part::Kind kindOfMedia(std::string_view mediaType) noexcept;

/// Ids that Gemini clients left out: the same for a call and its result, never written back.
[[nodiscard]] std::string madeId(std::size_t content, std::size_t part);
[[nodiscard]] bool isMadeId(std::string_view id) noexcept;

/// Does the name say that the model is of the third generation?
[[nodiscard]] bool isGemini3(std::string_view model) noexcept;

} // namespace meridian::provider::gemini
