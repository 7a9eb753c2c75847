// SPDX-License-Identifier: MIT
// Gemini's request lines, which say model and method in the path.
#pragma once

#include <string>
#include <string_view>

namespace meridian::provider {

/// Views of the target; the model is still percent-encoded.
struct GeminiTarget
{
    std::string_view model;
    std::string_view verb;  // "generateContent", …; empty: the target names a model only
    std::string_view query; // with its '?'; may be empty
};

/// Of `/v1beta/models/gemini-2.5-pro:generateContent?alt=sse` and the like: whatever stands before
/// `/models/`. All empty when there is no `/models/`.
[[nodiscard]] GeminiTarget parseGeminiTarget(std::string_view target) noexcept;

/// Percent-decodes; a broken escape stays as it is.
[[nodiscard]] std::string percentDecoded(std::string_view text);

/// Appends one segment of a path, escaped as RFC 3986 wants it; '/' too.
void appendPathSegment(std::string &out, std::string_view text);

/// Without the parameter `key`, in which some clients send their API key.
[[nodiscard]] std::string queryWithoutKey(std::string_view query);

} // namespace meridian::provider
