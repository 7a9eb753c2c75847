// SPDX-License-Identifier: MIT
// Gemini's Schema (a part of OpenAPI's) to JSON Schema and back.
#pragma once

#include "core/json/value.h"

#include <string>

namespace meridian::provider::gemini {

/// JSON Schema that says what a Schema says: lower-case types, `nullable` as a second type, counts
/// as numbers. Keywords that JSON Schema lacks (`propertyOrdering`) stay, as annotations. Deeper
/// than 64 levels the text stays as it is.
[[nodiscard]] std::string jsonSchemaOf(json::Value schema);

struct SchemaText
{
    std::string json;
    bool isExact = true;        // false: the Schema allows more than the JSON Schema did
    bool isEmptyObject = false; // an object without properties, which Gemini refuses as parameters
};

/// The Schema for a JSON Schema: `$ref` inlined, type lists as `nullable` and `anyOf`, `const` as
/// `enum`, exclusive bounds as plain ones, what it cannot say left out. At most 24 levels, 4096
/// nodes and about 256 KiB; a place beyond is any object, or left out.
[[nodiscard]] SchemaText schemaOf(json::Value jsonSchema);

} // namespace meridian::provider::gemini
