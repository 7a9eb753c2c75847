// SPDX-License-Identifier: MIT
#include "service/simulate/strict/googleschema.h"

#include <algorithm>

namespace meridian::simulate {

namespace {

using json::Value;

constexpr int MaxDepth = 32;

std::string camel(std::string_view name)
{
    std::string out;
    bool isUpper = false;
    for (const char c : name) {
        if (c == '_') {
            isUpper = !out.empty();
            continue;
        }
        out.push_back(isUpper && c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c);
        isUpper = false;
    }
    return out;
}

} // namespace

Value googleField(Value object, std::string_view camelName)
{
    Value found;
    object.members(
        [&](Value name, Value value) { found = camel(name.text()) == camelName ? value : found; });
    return found;
}

void onlyGoogle(Rules &rules, Value object, const std::string &path, Words camelNames)
{
    object.members([&](Value name, Value) {
        const std::string spelt = camel(name.text());
        const bool isMock = path.empty() && name.raw().starts_with("\"mock_");
        if (!rules.hasRefused() && !isMock &&
            std::find(camelNames.begin(), camelNames.end(), spelt) == camelNames.end()) {
            rules.refuse({}, "Invalid JSON payload received. Unknown name \"" +
                                 name.text().substr(0, 128) + "\" at '" + path +
                                 "': Cannot find field.");
        }
    });
}

void checkGoogleSchema(Rules &rules, Value schema, const std::string &path, int depth)
{
    if (!schema.isObject()) {
        rules.refuse(path, "must be a schema");
    }
    if (rules.hasRefused() || depth > MaxDepth) {
        return;
    }
    onlyGoogle(
        rules, schema, path,
        {"type",      "format",    "title",      "description", "nullable",      "enum",
         "maxItems",  "minItems",  "properties", "required",    "minProperties", "maxProperties",
         "minLength", "maxLength", "pattern",    "example",     "anyOf",         "propertyOrdering",
         "default",   "items",     "minimum",    "maximum"});
    const Value type = schema["type"];
    if (!type.isMissing() &&
        !isOneOf(type, {"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL",
                        "TYPE_UNSPECIFIED", "string", "number", "integer", "boolean", "array",
                        "object", "null"})) {
        rules.refuse(path + ".type", "Invalid value (Type)");
    }
    rules.texts(schema, path, "enum", 4096);
    rules.texts(schema, path, "required", 4096);
    rules.each(schema["required"], path + ".required", [&](Value name, const std::string &place) {
        bool isKnown = false;
        schema["properties"].members(
            [&](Value each, Value) { isKnown = isKnown || each.text() == name.text(); });
        if (!isKnown) {
            rules.refuse(place, "property is not defined");
        }
    });
    schema["properties"].members([&](Value name, Value each) {
        checkGoogleSchema(rules, each, path + ".properties." + name.text(), depth + 1);
    });
    if (const Value items = schema["items"]; !items.isMissing()) {
        checkGoogleSchema(rules, items, path + ".items", depth + 1);
    } else if (type.is("ARRAY") || type.is("array")) {
        rules.refuse(path + ".items", "missing field.");
    }
    rules.each(googleField(schema, "anyOf"), path + ".anyOf",
               [&](Value each, const std::string &place) {
                   checkGoogleSchema(rules, each, place, depth + 1);
               });
}

} // namespace meridian::simulate
