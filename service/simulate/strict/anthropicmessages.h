// SPDX-License-Identifier: MIT
// Anthropic's rules for turns and their blocks.
#pragma once

#include "service/simulate/strict/rules.h"

namespace meridian::simulate {

/// `body["messages"]` is an array that is not empty. `takesSystem`: a beta allows instructions
/// between the turns.
void checkAnthropicMessages(Rules &rules, json::Value body, bool takesSystem);

void checkAnthropicSystem(Rules &rules, json::Value system);

} // namespace meridian::simulate
