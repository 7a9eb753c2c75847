// SPDX-License-Identifier: MIT
// Reads the `content` of a chat message into parts.
#pragma once

#include "core/provider/openai/fieldreader.h"

namespace meridian::provider::openai {

/// A string, a list of parts, or nothing. An empty string is no part.
void readContent(FieldReader &fields,
                 const Path &path,
                 json::Value value,
                 std::vector<Part> &parts);

} // namespace meridian::provider::openai
