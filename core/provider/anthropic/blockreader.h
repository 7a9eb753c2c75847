// SPDX-License-Identifier: MIT
// Reads Anthropic's content blocks into parts.
#pragma once

#include "core/provider/codec.h"

#include <string>
#include <vector>

namespace meridian::provider::anthropic {

/// Reads one block of a request; `path` is where it stands. A block of a kind that the neutral
/// model does not know is Opaque. Part::origin is Anthropic for what was a block, so that what a
/// string stood for (readContent()) can be written as a string again.
[[nodiscard]] Decoded<Part> readBlock(json::Value block, const std::string &path);

/// `content`: a string, or an array of blocks. A string's only part has not Anthropic as origin.
[[nodiscard]] Decoded<std::vector<Part>> readContent(json::Value content, const std::string &path);

} // namespace meridian::provider::anthropic
