// SPDX-License-Identifier: MIT
// How a stream is framed when a Gemini client did not ask for server-sent events.
#pragma once

#include "core/provider/conversation.h"

#include <algorithm>
#include <string_view>

namespace meridian::provider::gemini {

/// The extra of a ChatRequest (origin Gemini) that geminiClient() makes for
/// `:streamGenerateContent` without `alt=sse`; its value is "json". It is no field of the body:
/// no encoder needs to write or report it.
inline constexpr std::string_view FramingExtra = "alt";

/// The answer is one growing JSON array, and its Content-Type application/json (with alt=sse:
/// text/event-stream).
[[nodiscard]] inline bool wantsJsonArray(const ChatRequest &request)
{
    return request.origin == Dialect::Gemini && request.isStream &&
           std::any_of(request.extras.begin(), request.extras.end(),
                       [](const Extra &extra) { return extra.name == FramingExtra; });
}

} // namespace meridian::provider::gemini
