// SPDX-License-Identifier: MIT
#include "core/json/jsonwriter.h"
#include "core/provider/gemini/fields.h"
#include "core/provider/gemini/schema.h"

#include <algorithm>
#include <array>

namespace meridian::provider::gemini {

namespace {

constexpr std::size_t MaxDepth = 64;

// proto JSON writes 64-bit integers as strings
constexpr std::array<std::string_view, 6> Counts{"minItems",      "maxItems",  "minProperties",
                                                 "maxProperties", "minLength", "maxLength"};

std::string lowerType(json::Value type)
{
    std::string name = type.text();
    for (char &c : name) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return name == "type_unspecified" ? std::string() : name;
}

bool isCount(std::string_view name, json::Value value)
{
    if (!value.isString() || std::find(Counts.begin(), Counts.end(), name) == Counts.end()) {
        return false;
    }
    const std::string digits = value.text();
    return !digits.empty() && digits.size() < 19 &&
           digits.find_first_not_of("0123456789") == std::string::npos &&
           (digits[0] != '0' || digits.size() == 1);
}

void write(json::JsonWriter &out, json::Value schema, std::size_t depth)
{
    if (!schema.isObject() || depth > MaxDepth) {
        out.raw(schema.raw());
        return;
    }
    const bool isNullable = schema["nullable"].isTrue();
    out.beginObject();
    schema.members([&](json::Value nameValue, json::Value value) {
        const std::string name = camelCase(nameValue.text());
        if (name == "type" && value.isString()) {
            const std::string type = lowerType(value);
            if (!type.empty() && isNullable && type != "null") {
                out.key("type").beginArray().string(type).string("null").endArray();
            } else if (!type.empty()) {
                out.string("type", type);
            }
        } else if (name == "enum" && value.isArray() && isNullable) {
            out.key("enum").beginArray();
            value.elements([&](json::Value each) { out.raw(each.raw()); });
            out.null().endArray();
        } else if (name == "properties" && value.isObject()) {
            out.key("properties").beginObject();
            value.members([&](json::Value property, json::Value each) {
                out.key(property.text());
                write(out, each, depth + 1);
            });
            out.endObject();
        } else if (name == "items") {
            out.key("items");
            write(out, value, depth + 1);
        } else if (name == "anyOf" && value.isArray()) {
            out.key("anyOf").beginArray();
            value.elements([&](json::Value each) { write(out, each, depth + 1); });
            if (isNullable && schema["type"].isMissing()) {
                out.beginObject().string("type", "null").endObject();
            }
            out.endArray();
        } else if (isCount(name, value)) {
            out.raw(name, value.text());
        } else if (name != "nullable" && !value.isAbsent()) {
            out.raw(name, value.raw());
        }
    });
    out.endObject();
}

} // namespace

std::string jsonSchemaOf(json::Value schema)
{
    json::JsonWriter out;
    write(out, schema, 0);
    return out.take();
}

} // namespace meridian::provider::gemini
