// SPDX-License-Identifier: MIT
// A value that fits a JSON schema.
#pragma once

#include "core/json/value.h"

#include <string>

namespace meridian::simulate {

/// JSON: texts are "example", numbers 1, an enumeration its first value, objects have all of their
/// required members (all members when none is required). Reads Google's and OCI's spelling, too.
/// References within the schema are followed, at most `MaxDepth` deep.
[[nodiscard]] std::string exampleOf(json::Value schema);

} // namespace meridian::simulate
