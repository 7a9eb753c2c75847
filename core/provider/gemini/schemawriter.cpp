// SPDX-License-Identifier: MIT
#include "core/json/jsonwriter.h"
#include "core/provider/gemini/schema.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace meridian::provider::gemini {

namespace {

using json::Value;

constexpr int MaxDepth = 24;
constexpr int MaxNodes = 4096;
constexpr int MaxHops = 8; // of references to references
/// How much is read and written, in bytes: a schema of 1 kB could otherwise grow to gigabytes.
constexpr std::size_t MaxWalked = 32UL * 1024 * 1024;
constexpr std::size_t MaxWritten = 256UL * 1024;

constexpr std::array<std::string_view, 15> Kept{
    "title",   "description", "default",  "minLength",        "maxLength",
    "pattern", "minItems",    "maxItems", "minProperties",    "maxProperties",
    "minimum", "maximum",     "example",  "propertyOrdering", "required"};
// said in another way, or of no consequence
constexpr std::array<std::string_view, 24> Handled{"type",
                                                   "enum",
                                                   "const",
                                                   "properties",
                                                   "items",
                                                   "anyOf",
                                                   "oneOf",
                                                   "allOf",
                                                   "nullable",
                                                   "format",
                                                   "$ref",
                                                   "$schema",
                                                   "$id",
                                                   "$defs",
                                                   "$comment",
                                                   "$anchor",
                                                   "definitions",
                                                   "additionalProperties",
                                                   "strict",
                                                   "exclusiveMinimum",
                                                   "exclusiveMaximum",
                                                   "deprecated",
                                                   "readOnly",
                                                   "examples"};

template <typename Names>
bool isOneOf(const Names &names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string upper(std::string_view name)
{
    std::string out(name);
    for (char &c : out) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

/// Gemini refuses formats that it does not know.
bool isKnownFormat(std::string_view format)
{
    constexpr std::array<std::string_view, 6> Formats{"float", "double",    "int32",
                                                      "int64", "date-time", "enum"};
    return isOneOf(Formats, format);
}

class SchemaWriter
{
public:
    explicit SchemaWriter(Value root)
        : m_root(root)
    {
    }

    void write(Value schema, int depth, bool isNullable = false);

    [[nodiscard]] SchemaText take() { return {m_out.take(), m_isExact, false}; }

private:
    [[nodiscard]] Value resolved(Value schema);
    [[nodiscard]] Value target(const std::string &reference);
    [[nodiscard]] Value found(std::string_view reference) const;

    /// Is there nothing more to be told?
    [[nodiscard]] bool isFull() const noexcept
    {
        return m_walked > MaxWalked || m_out.text().size() > MaxWritten;
    }

    void members(Value schema, int depth, bool isNullable);
    void types(Value schema, bool isNullable);
    void alternatives(Value list, int depth, bool isNullable);
    void oneType(const std::string &type, Value schema);
    void enumeration(Value schema, bool isNullable);
    void bounds(Value schema);
    void structure(Value schema, int depth);
    void properties(Value schema, int depth);

    Value m_root;
    json::JsonWriter m_out;
    std::unordered_map<std::string, Value> m_targets; // by reference
    std::size_t m_walked = 0;
    int m_nodes = 0;
    bool m_isExact = true;
};

Value SchemaWriter::target(const std::string &reference)
{
    const auto [known, isNew] = m_targets.try_emplace(reference);
    if (isNew) {
        m_walked += m_root.raw().size();
        known->second = found(reference);
    }
    m_walked += known->second.raw().size(); // each use reads it again
    return known->second;
}

/// A JSON pointer into the root.
Value SchemaWriter::found(std::string_view reference) const
{
    if (!reference.starts_with('#')) {
        return {};
    }
    Value at = m_root;
    reference.remove_prefix(1);
    while (reference.starts_with('/') && !at.isMissing()) {
        reference.remove_prefix(1);
        const std::size_t end = std::min(reference.find('/'), reference.size());
        std::string token;
        for (std::size_t i = 0; i < end; ++i) {
            const bool isEscape = reference[i] == '~' && i + 1 < end;
            token.push_back(isEscape ? (reference[i + 1] == '1' ? '/' : '~') : reference[i]);
            i += isEscape ? 1 : 0;
        }
        Value next;
        at.members([&](Value name, Value value) {
            if (name.text() == token) {
                next = value;
            }
        });
        at = next;
        reference.remove_prefix(end);
    }
    return at;
}

/// Follows `$ref`, and `allOf` or `anyOf` of a single schema.
Value SchemaWriter::resolved(Value schema)
{
    for (int hops = 0; hops < MaxHops && !isFull(); ++hops) {
        const Value reference = schema["$ref"];
        const Value all = schema["allOf"];
        if (reference.isString()) {
            schema = target(reference.text());
        } else if (all.isArray() && all.count() > 0 && schema["properties"].isMissing()) {
            m_isExact = m_isExact && all.count() == 1;
            Value first;
            all.elements([&](Value each) { first = first.isMissing() ? each : first; });
            schema = first;
        } else {
            return schema;
        }
    }
    return {};
}

void SchemaWriter::write(Value schema, int depth, bool isNullable)
{
    std::string description;
    bool isReference = false;
    if (depth > MaxDepth || ++m_nodes > MaxNodes || isFull()) {
        schema = {};
    } else {
        m_walked += schema.raw().size();
        description = schema["description"].text();
        isReference = schema["$ref"].isString();
        schema = resolved(schema);
    }
    m_out.beginObject();
    if (!schema.isObject()) {
        m_isExact = m_isExact && schema.isTrue();
        m_out.string("type", "OBJECT");
    } else {
        if (isReference && !description.empty() && schema["description"].isMissing()) {
            m_out.string("description", description);
        }
        members(schema, depth, isNullable);
    }
    m_out.endObject();
}

void SchemaWriter::members(Value schema, int depth, bool isNullable)
{
    isNullable = isNullable || schema["nullable"].isTrue();
    Value any = schema["anyOf"];
    any = any.isArray() ? any : schema["oneOf"];
    if (any.isArray() && any.count() > 0) {
        alternatives(any, depth, isNullable);
    } else {
        types(schema, isNullable);
    }
    enumeration(schema, isNullable);
    schema.members([&](Value nameValue, Value value) {
        const std::string name = nameValue.text();
        if (isFull()) {
            m_isExact = false;
        } else if (isOneOf(Kept, name)) {
            if (name != "required" || value.count() > 0) {
                m_out.raw(name, value.raw());
            }
        } else if (name == "format" && value.isString()) {
            const bool isKnown = isKnownFormat(value.text());
            m_isExact = m_isExact && isKnown;
            if (isKnown) {
                m_out.raw(name, value.raw());
            }
        } else if (name == "additionalProperties") {
            m_isExact = m_isExact && !value.isObject();
        } else if (!isOneOf(Handled, name)) {
            m_isExact = false;
        }
    });
    bounds(schema);
    structure(schema, depth);
}

void SchemaWriter::oneType(const std::string &type, Value schema)
{
    m_out.string("type", upper(type));
    if (type == "array" && !schema["items"].isObject()) {
        m_out.key("items").beginObject().string("type", "STRING").endObject(); // it must be there
        m_isExact = false;
    }
}

void SchemaWriter::types(Value schema, bool isNullable)
{
    const Value type = schema["type"];
    std::vector<std::string> names;
    if (type.isString()) {
        names.push_back(type.text());
    }
    type.elements([&](Value each) {
        if (each.is("null")) {
            isNullable = true;
        } else if (each.isString() && names.size() < 8) {
            names.push_back(each.text());
        }
    });
    if (names.empty() && isNullable && type.isArray()) {
        names.emplace_back("null");
    }
    if (names.empty()) { // Gemini wants a type
        const bool isObject = schema["properties"].isObject();
        const bool isArray = schema["items"].isObject();
        const bool isEnum = schema["enum"].isArray() || schema["const"].isString();
        names.emplace_back(isObject ? "object" : isArray ? "array" : "string");
        m_isExact = m_isExact && (isObject || isArray || isEnum);
    }
    if (names.size() == 1) {
        oneType(names[0], schema);
    } else {
        m_out.key("anyOf").beginArray();
        for (const std::string &name : names) {
            m_out.beginObject();
            oneType(name, schema);
            m_out.endObject();
        }
        m_out.endArray();
    }
    if (isNullable && names[0] != "null") {
        m_out.boolean("nullable", true);
    }
}

void SchemaWriter::alternatives(Value list, int depth, bool isNullable)
{
    m_out.key("anyOf").beginArray();
    list.elements([&](Value each) {
        if (each["type"].is("null")) {
            isNullable = true;
        } else if (isFull()) {
            m_isExact = false;
        } else {
            write(each, depth + 1);
        }
    });
    m_out.endArray();
    if (isNullable) {
        m_out.boolean("nullable", true);
    }
}

void SchemaWriter::enumeration(Value schema, bool)
{
    std::vector<std::string_view> words;
    bool isStrings = true;
    const auto add = [&](Value each) {
        isStrings = isStrings && (each.isString() || each.isAbsent());
        if (each.isString()) {
            words.push_back(each.raw());
        }
    };
    schema["enum"].elements(add);
    if (!schema["const"].isMissing()) {
        add(schema["const"]);
    }
    m_isExact = m_isExact && isStrings; // only strings can be enumerated
    if (!words.empty() && isStrings) {
        m_out.key("enum").beginArray();
        for (const std::string_view word : words) {
            m_out.raw(word);
        }
        m_out.endArray();
    }
}

void SchemaWriter::bounds(Value schema)
{
    const auto bound = [&](std::string_view exclusive, std::string_view plain) {
        const Value value = schema[exclusive];
        if (value.isNumber()) {
            m_isExact = false;
            if (schema[plain].isMissing()) {
                m_out.raw(plain, value.raw());
            }
        } else if (value.isTrue()) { // draft 4: says how `minimum` is meant
            m_isExact = false;
        }
    };
    bound("exclusiveMinimum", "minimum");
    bound("exclusiveMaximum", "maximum");
    const Value examples = schema["examples"];
    if (examples.isArray() && schema["example"].isMissing()) {
        Value first;
        examples.elements([&](Value each) { first = first.isMissing() ? each : first; });
        if (!first.isMissing()) {
            m_out.raw("example", first.raw());
        }
    }
}

void SchemaWriter::structure(Value schema, int depth)
{
    properties(schema, depth);
    const Value items = schema["items"];
    if (items.isObject()) {
        m_out.key("items");
        write(items, depth + 1);
    } else if (items.isArray()) {
        m_isExact = false;
    }
}

void SchemaWriter::properties(Value schema, int depth)
{
    const Value list = schema["properties"];
    if (!list.isObject() || list.raw().find('"') == std::string_view::npos) {
        return;
    }
    m_out.key("properties").beginObject();
    list.members([&](Value name, Value each) {
        if (isFull()) {
            m_isExact = false;
            return;
        }
        m_out.key(name.text());
        write(each, depth + 1);
    });
    m_out.endObject();
}

} // namespace

SchemaText schemaOf(Value jsonSchema)
{
    SchemaWriter writer(jsonSchema);
    writer.write(jsonSchema, 0);
    SchemaText text = writer.take();
    const Value made(text.json);
    text.isEmptyObject = made["type"].is("OBJECT") && made["properties"].isMissing();
    return text;
}

} // namespace meridian::provider::gemini
