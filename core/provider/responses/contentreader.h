// SPDX-License-Identifier: MIT
// Reads what messages and outputs of tools hold: a string, or a list of typed parts.
#pragma once

#include "core/provider/responses/fieldreader.h"

#include <string_view>
#include <vector>

namespace meridian::provider::responses {

/// Appends the parts of `content`. A type that nobody knows becomes an Opaque part.
bool readContent(FieldReader &reader,
                 json::Value content,
                 std::string_view path,
                 std::vector<Part> &out);

/// An empty part of this dialect.
[[nodiscard]] Part newPart(Part::Kind kind);

/// A part, or a whole item, that only this dialect knows.
[[nodiscard]] Part opaquePart(json::Value json);

} // namespace meridian::provider::responses
