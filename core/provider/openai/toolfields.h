// SPDX-License-Identifier: MIT
// Tools, tool_choice, functions, function_call and response_format of a chat request.
#pragma once

#include "core/provider/openai/fieldreader.h"

namespace meridian::provider::openai {

void readTools(FieldReader &fields, json::Value value, ChatRequest &request);
void readToolChoice(FieldReader &fields, json::Value value, ChatRequest &request);

/// `functions` and `function_call` of clients from before tools: the same things, marked, so that
/// the answer comes in the form they know. Call it after everything else has been read.
void readFunctions(FieldReader &fields, json::Value value, ChatRequest &request);
void readFunctionCall(FieldReader &fields, json::Value value, ChatRequest &request);

void readResponseFormat(FieldReader &fields, json::Value value, ChatRequest &request);

/// Anthropic's `cache_control` on a part or a tool, as some clients send it here too; what it says
/// beyond a mark goes into the extras.
void readCacheControl(json::Value value, CacheMark &cache, std::vector<Extra> &extras);

} // namespace meridian::provider::openai
