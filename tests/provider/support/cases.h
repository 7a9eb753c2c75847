// SPDX-License-Identifier: MIT
// The conversations that every dialect's golden files are made of.
#pragma once

#include "core/provider/conversation.h"

#include <string>
#include <vector>

namespace meridian::testing {

struct Case
{
    std::string name; // of the golden file
    provider::ChatRequest request;
};

/// text, system, multi_turn, image, image_url, document, tools, tool_result, tools_parallel,
/// tool_choice_{auto,required,none,function}, json_schema, thinking, stop, max_tokens, sampling,
/// cache_marks. Streaming is off.
[[nodiscard]] std::vector<Case> cases();

/// One by name; aborts the test when there is none.
[[nodiscard]] provider::ChatRequest caseNamed(const std::string &name);

} // namespace meridian::testing
