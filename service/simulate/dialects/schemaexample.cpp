// SPDX-License-Identifier: MIT
#include "service/simulate/dialects/schemaexample.h"

#include "core/json/jsonwriter.h"

#include <algorithm>
#include <cstdint>

namespace meridian::simulate {

namespace {

using json::Value;

constexpr int MaxDepth = 12;
constexpr std::size_t MaxBytes = 256UL * 1024; // schemas may branch at every level

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return text;
}

Value firstOf(Value array)
{
    Value first;
    array.elements([&](Value each) { first = first.isMissing() ? each : first; });
    return first;
}

class Example
{
public:
    explicit Example(Value root)
        : m_root(root)
    {
    }

    std::string write(Value schema)
    {
        value(schema, 0);
        return m_out.take();
    }

private:
    void value(Value schema, int depth);
    void object(Value schema, int depth);
    void text(Value schema);
    void number(Value schema);
    [[nodiscard]] Value resolved(Value schema) const;
    [[nodiscard]] static std::string typeOf(Value schema);

    const Value m_root;
    json::JsonWriter m_out;
};

/// Follows `#/$defs/name` and chooses the first alternative.
Value Example::resolved(Value schema) const
{
    for (int i = 0; i < MaxDepth; ++i) {
        const std::string reference = schema["$ref"].text();
        if (reference.starts_with("#/")) {
            Value place = m_root;
            for (std::size_t at = 2; at <= reference.size();) {
                const std::size_t end = std::min(reference.find('/', at), reference.size());
                const std::string wanted = reference.substr(at, end - at);
                Value next;
                place.members([&](Value name, Value member) {
                    next = name.text() == wanted ? member : next;
                });
                place = next;
                at = end + 1;
            }
            schema = place;
            continue;
        }
        Value choice;
        for (const char *keyword : {"anyOf", "oneOf", "allOf"}) {
            choice = choice.isMissing() ? firstOf(schema[keyword]) : choice;
        }
        if (choice.isMissing() || !schema["type"].isMissing()) {
            break;
        }
        schema = choice;
    }
    return schema;
}

std::string Example::typeOf(Value schema)
{
    const Value type = schema["type"];
    const std::string word = lower((type.isArray() ? firstOf(type) : type).text());
    if (word.empty()) {
        return schema["properties"].isObject() ? "object" : "string";
    }
    return word;
}

void Example::object(Value schema, int depth)
{
    const Value required = schema["required"];
    m_out.beginObject();
    schema["properties"].members([&](Value name, Value property) {
        bool isWanted = required.count() == 0;
        const std::string key = name.text();
        required.elements([&](Value each) { isWanted = isWanted || each.text() == key; });
        if (isWanted && m_out.text().size() < MaxBytes) {
            m_out.key(key);
            value(property, depth + 1);
        }
    });
    m_out.endObject();
}

void Example::text(Value schema)
{
    constexpr std::int64_t MaxLength = 1024;
    std::string word = "example";
    const std::int64_t least = std::min(schema["minLength"].integer().value_or(0), MaxLength);
    const std::int64_t most = schema["maxLength"].integer().value_or(MaxLength);
    while (static_cast<std::int64_t>(word.size()) < least) {
        word.push_back('x');
    }
    word.resize(std::min(word.size(), static_cast<std::size_t>(std::max<std::int64_t>(most, 0))));
    m_out.string(word);
}

void Example::number(Value schema)
{
    std::int64_t number = 1;
    if (const auto least = schema["minimum"].integer(); least && *least > number) {
        number = *least;
    }
    if (const auto most = schema["maximum"].integer(); most && *most < number) {
        number = *most;
    }
    m_out.integer(number);
}

void Example::value(Value schema, int depth)
{
    schema = resolved(schema);
    const std::string type = typeOf(schema);
    if (const Value first = firstOf(schema["enum"]); !first.isMissing()) {
        m_out.raw(first.raw());
    } else if (!schema["const"].isMissing()) {
        m_out.raw(schema["const"].raw());
    } else if (depth > MaxDepth || type == "null") {
        m_out.null();
    } else if (type == "object" || type == "dict") {
        object(schema, depth);
    } else if (type == "array" || type == "list") {
        m_out.beginArray();
        if (m_out.text().size() < MaxBytes) {
            value(schema["items"], depth + 1);
        }
        m_out.endArray();
    } else if (type == "number" || type == "integer" || type == "float" || type == "int") {
        number(schema);
    } else if (type == "boolean" || type == "bool") {
        m_out.boolean(true);
    } else {
        text(schema);
    }
}

} // namespace

std::string exampleOf(Value schema)
{
    return schema.isObject() ? Example(schema).write(schema) : std::string("{}");
}

} // namespace meridian::simulate
