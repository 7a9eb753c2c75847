// SPDX-License-Identifier: MIT
// Google's own kind of schema, which is not JSON Schema.
#pragma once

#include "service/simulate/strict/rules.h"

namespace meridian::simulate {

/// `parameters` and `responseSchema`: one type, upper or lower case, and only the keywords that
/// Google lists.
void checkGoogleSchema(Rules &rules, json::Value schema, const std::string &path, int depth = 0);

/// A field's value under its camelCase or its snake_case name, both of which Google takes.
[[nodiscard]] json::Value googleField(json::Value object, std::string_view camelName);

/// Like Rules::only(), with both spellings.
void onlyGoogle(Rules &rules, json::Value object, const std::string &path, Words camelNames);

} // namespace meridian::simulate
