// SPDX-License-Identifier: MIT
// The rules of OCI's format COHERE.
#pragma once

#include "service/simulate/strict/rules.h"

namespace meridian::simulate {

void checkOciCohere(Rules &rules, json::Value chat, const std::string &path);

} // namespace meridian::simulate
