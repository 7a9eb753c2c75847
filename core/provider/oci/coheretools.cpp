// SPDX-License-Identifier: MIT
#include "core/provider/oci/coheretools.h"

#include "core/json/value.h"
#include "core/provider/oci/schema.h"

#include <algorithm>
#include <string>
#include <vector>

namespace meridian::provider::oci {

namespace {

using json::Value;

struct TypeName
{
    std::string_view json;
    std::string_view python;
};

constexpr TypeName TypeNames[] = {
    {"string", "str"},   {"number", "float"}, {"integer", "int"},
    {"boolean", "bool"}, {"array", "list"},   {"object", "dict"},
};

std::string_view pythonType(Value type) noexcept
{
    for (const TypeName &row : TypeNames) {
        if (type.is(row.json)) {
            return row.python;
        }
    }
    return {};
}

/// The type of a property's schema: its own, or the first that is not null of those it may have.
std::string_view typeOf(Value schema)
{
    std::string_view found;
    const auto consider = [&found](Value type) {
        if (found.empty()) {
            found = pythonType(type);
        }
    };
    consider(schema["type"]);
    schema["type"].elements(consider);
    for (const char *keyword : {"anyOf", "oneOf", "allOf"}) {
        schema[keyword].elements([&](Value option) { consider(option["type"]); });
    }
    if (found.empty() && schema["properties"].isObject()) {
        return "dict";
    }
    return found.empty() ? "str" : found;
}

/// Does a type and a sentence say all of it?
bool isPlain(Value property)
{
    bool isPlain = property.isObject() && !pythonType(property["type"]).empty();
    property.members([&](Value name, Value value) {
        const bool isSaid = name.is("type") || name.is("description") || name.is("title");
        const bool isClosed = name.is("additionalProperties") && value.isFalse();
        isPlain = isPlain && (isSaid || isClosed);
    });
    return isPlain && !property["type"].is("object") && !property["type"].is("array");
}

/// Does the schema as a whole say more than which parameters there are?
bool saysMore(Value schema)
{
    bool saysMore = !schema["type"].is("object") && !schema["type"].isMissing();
    schema.members([&](Value name, Value value) {
        const bool isKnown = name.is("type") || name.is("properties") || name.is("required") ||
                             name.is("title") || name.is("description") || name.is("$schema");
        const bool isClosed = name.is("additionalProperties") && value.isFalse();
        saysMore = saysMore || (!isKnown && !isClosed);
    });
    return saysMore;
}

std::vector<std::string> requiredNames(Value schema)
{
    std::vector<std::string> names;
    schema["required"].elements([&](Value name) { names.push_back(name.text()); });
    std::sort(names.begin(), names.end());
    return names;
}

/// False when the definition says less than the schema, but for the description.
bool writeParameter(json::JsonWriter &out, Value property, bool isRequired)
{
    const bool isExact = isPlain(property);
    std::string description = property["description"].text();
    if (!isExact) {
        description.append(description.empty() ? "JSON schema: " : "\nJSON schema: ");
        description.append(property.raw());
    }
    out.beginObject().string("type", typeOf(property));
    if (!description.empty()) {
        out.string("description", description);
    }
    out.boolean("isRequired", isRequired).endObject();
    return isExact;
}

void writeTool(json::JsonWriter &out, const Tool &tool, const std::string &path, Fidelity &fidelity)
{
    const PlainSchema plain = plainSchema(tool.schema, {false, true});
    const Value schema(plain.json);
    const std::vector<std::string> required = requiredNames(schema);
    bool isExact = plain.isExact();
    std::string description = tool.description.empty() ? tool.name : tool.description;
    if (saysMore(schema)) {
        isExact = false;
        description.append("\nJSON schema of the parameters: ").append(plain.json);
    }
    out.beginObject().string("name", tool.name).string("description", description);
    out.key("parameterDefinitions").beginObject();
    schema["properties"].members([&](Value name, Value property) {
        const std::string text = name.text();
        out.key(text);
        const bool isRequired = std::binary_search(required.begin(), required.end(), text);
        isExact = writeParameter(out, property, isRequired) && isExact;
    });
    out.endObject().endObject();
    if (!isExact) {
        fidelity.approximated(path + ".function.parameters",
                              "nested or restricted parameters are only described");
    }
    if (tool.strict.value_or(false)) {
        fidelity.dropped(path + ".function.strict", "the provider has no such field");
    }
}

} // namespace

void writeCohereTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    bool hasTools = false;
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        if (request.tools[i].kind != Tool::Kind::Function) {
            continue;
        }
        if (!hasTools) {
            hasTools = true;
            out.key("tools").beginArray();
        }
        writeTool(out, request.tools[i], "tools[" + std::to_string(i) + "]", fidelity);
    }
    if (hasTools) {
        out.endArray();
    }
}

} // namespace meridian::provider::oci
