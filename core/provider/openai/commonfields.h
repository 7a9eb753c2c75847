// SPDX-License-Identifier: MIT
// The plain fields that chat and completions share: sampling, limits, stop, stream.
#pragma once

#include "core/provider/openai/fieldreader.h"

#include <array>
#include <string_view>

namespace meridian::provider::openai {

struct NumberField
{
    std::string_view name;
    Number ChatRequest::*field;
    bool isOpenAis = true; // false: an extension of vLLM and others that OpenAI itself refuses
};

/// In the order in which they are written.
inline constexpr std::array<NumberField, 8> NumberFields{{
    {"temperature", &ChatRequest::temperature},
    {"top_p", &ChatRequest::topP},
    {"top_k", &ChatRequest::topK, false},
    {"min_p", &ChatRequest::minP, false},
    {"frequency_penalty", &ChatRequest::frequencyPenalty},
    {"presence_penalty", &ChatRequest::presencePenalty},
    {"repetition_penalty", &ChatRequest::repeatPenalty, false},
    {"seed", &ChatRequest::seed},
}};

/// Reads one top-level field if it is one of these; false: it is not.
[[nodiscard]] bool readCommonField(FieldReader &fields,
                                   std::string_view name,
                                   json::Value value,
                                   ChatRequest &request);

} // namespace meridian::provider::openai
