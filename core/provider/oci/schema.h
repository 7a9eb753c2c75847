// SPDX-License-Identifier: MIT
// Rewrites JSON Schemas into the part of the language that OCI's models take.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian::provider::oci {

/// What the model's vendor refuses. References are always inlined.
struct SchemaRules
{
    bool flattensUnions = true;        // anyOf, oneOf: the first that is not null
    bool allowsExclusiveBounds = true; // false: exclusiveMinimum becomes minimum
};

struct PlainSchema
{
    std::string json;           // always an object
    bool isFlattened = false;   // a union has lost members
    bool hasMovedBound = false; // an exclusive bound of a number that is no integer includes it now
    bool isCut = false;         // a reference that is circular or leads nowhere, or a limit

    [[nodiscard]] bool isExact() const noexcept { return !isFlattened && !hasMovedBound && !isCut; }
};

/// Nesting after references are inlined, and the result's size: beyond them stands `{}`. A schema
/// of 1 kB could otherwise grow to gigabytes.
inline constexpr std::size_t SchemaMaxDepth = 48;
inline constexpr std::size_t SchemaMaxBytes = 256UL * 1024;

/// `schema` is JSON that has been checked; what is no object counts as `{"type":"object",
/// "properties":{}}`. Without anything to rewrite the result is the same value, without white
/// space.
[[nodiscard]] PlainSchema plainSchema(std::string_view schema, const SchemaRules &rules);

} // namespace meridian::provider::oci
