// SPDX-License-Identifier: MIT
// Gemini's rules for contents, parts and thought signatures.
#pragma once

#include "service/simulate/strict/rules.h"

namespace meridian::simulate {

/// `needsSignatures`: a model of the third generation, which wants its thoughts back.
void checkGeminiContents(Rules &rules, json::Value contents, bool needsSignatures);

} // namespace meridian::simulate
