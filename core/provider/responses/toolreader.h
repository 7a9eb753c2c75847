// SPDX-License-Identifier: MIT
// Reads `tools` and `tool_choice` of the Responses API.
#pragma once

#include "core/provider/responses/fieldreader.h"
#include "core/provider/responses/toolidentity.h"

#include <string_view>
#include <vector>

namespace meridian::provider::responses {

/// Of one request, wherever in it they are declared.
inline constexpr std::size_t MaxTools = 1024;

/// Appends the tools of an array. Namespaces become their functions, custom tools functions of one
/// string (see ToolIdentity); what the provider runs itself is Hosted. `known`: the index of `out`.
bool readTools(FieldReader &reader,
               json::Value tools,
               std::string_view path,
               std::vector<Tool> &out,
               ToolIndex &known);

/// The tools must have been read.
bool readToolChoice(FieldReader &reader,
                    json::Value choice,
                    const ToolIndex &tools,
                    ToolChoice &out);

} // namespace meridian::provider::responses
