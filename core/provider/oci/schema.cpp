// SPDX-License-Identifier: MIT
#include "core/provider/oci/schema.h"

#include "core/json/jsonwriter.h"
#include "core/json/value.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace meridian::provider::oci {

namespace {

using json::Value;

struct Member
{
    std::string name;
    Value value;
};

using Members = std::vector<Member>;

/// Keywords of one schema (not: properties); people use ten.
constexpr std::size_t MaxMembers = 256;
/// How much is read because of references: every new one reads the whole schema once, and each use
/// what it leads to.
constexpr std::size_t MaxWalked = 32UL * 1024 * 1024;

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names) noexcept
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

const Value *find(const Members &members, std::string_view name) noexcept
{
    for (const Member &member : members) {
        if (member.name == name) {
            return &member.value;
        }
    }
    return nullptr;
}

/// One step of a JSON pointer (RFC 6901 §4), percent-decoding left out: nobody needs it for names.
std::string unescapedStep(std::string_view step)
{
    std::string out;
    for (std::size_t i = 0; i < step.size(); ++i) {
        if (step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1')) {
            out.push_back(step[++i] == '0' ? '~' : '/');
        } else {
            out.push_back(step[i]);
        }
    }
    return out;
}

class Rewriter
{
public:
    Rewriter(Value root, const SchemaRules &rules, PlainSchema &result)
        : m_root(root)
        , m_rules(rules)
        , m_result(result)
    {
    }

    void schema(Value value, std::size_t depth);

    std::string take() { return m_out.take(); }

private:
    Members effective(Value schema, std::size_t &opened);
    void addMissing(Members &into, Value schema);
    bool expandReference(Members &members, std::size_t &opened);
    bool expandUnion(Members &members, std::string_view keyword);
    void expandSingleAllOf(Members &members);
    void member(const Member &member, const Members &all, std::size_t depth);
    bool bound(const Member &member, const Members &all);
    void schemas(Value value, std::size_t depth);
    [[nodiscard]] std::optional<Value> resolved(const std::string &reference);

    [[nodiscard]] bool isFull() const { return m_out.text().size() > SchemaMaxBytes; }

    const Value m_root;
    const SchemaRules m_rules;
    PlainSchema &m_result;
    json::JsonWriter m_out;
    std::vector<std::string> m_open; // references being inlined, outermost first
    std::map<std::string, std::optional<Value>> m_resolved;
    std::size_t m_walked = 0;
};

std::optional<Value> Rewriter::resolved(const std::string &reference)
{
    if (!reference.starts_with("#/")) {
        return std::nullopt; // the root within itself has no end, and other documents are not here
    }
    const auto known = m_resolved.find(reference);
    if (known != m_resolved.end()) {
        return known->second;
    }
    m_walked += m_root.raw().size();
    if (m_walked > MaxWalked) {
        return std::nullopt;
    }
    Value at = m_root;
    for (std::string_view rest(reference); rest.find('/') != std::string_view::npos;) {
        rest.remove_prefix(rest.find('/'));
        rest.remove_prefix(1);
        const std::string step = unescapedStep(rest.substr(0, rest.find('/')));
        Value next;
        at.members([&](Value name, Value value) {
            if (name.text() == step) {
                next = value;
            }
        });
        at = next;
    }
    const auto target = at.isObject() ? std::optional<Value>(at) : std::nullopt;
    m_resolved.emplace(reference, target);
    return target;
}

/// Adds the schema's members that are not said yet: what stands beside a reference wins.
void Rewriter::addMissing(Members &into, Value schema)
{
    const std::size_t said = into.size();
    schema.members([&](Value name, Value value) {
        if (into.size() >= MaxMembers) {
            m_result.isCut = true;
            return;
        }
        std::string text = name.text();
        const auto end = into.begin() + static_cast<std::ptrdiff_t>(said);
        const bool isSaid =
            std::any_of(into.begin(), end, [&](const Member &each) { return each.name == text; });
        if (!isSaid) {
            into.push_back({std::move(text), value});
        }
    });
}

bool Rewriter::expandReference(Members &members, std::size_t &opened)
{
    const auto at = std::find_if(members.begin(), members.end(),
                                 [](const Member &each) { return each.name == "$ref"; });
    if (at == members.end()) {
        return false;
    }
    const std::string reference = at->value.text();
    members.erase(at);
    const auto target = resolved(reference);
    m_walked += target ? target->raw().size() : 0; // each use reads it again
    if (!target || m_walked > MaxWalked ||
        std::find(m_open.begin(), m_open.end(), reference) != m_open.end()) {
        m_result.isCut = true;
        return false;
    }
    m_open.push_back(reference);
    ++opened;
    addMissing(members, *target);
    return true;
}

bool Rewriter::expandUnion(Members &members, std::string_view keyword)
{
    const auto at = std::find_if(members.begin(), members.end(), [keyword](const Member &each) {
        return each.name == keyword && each.value.isArray();
    });
    if (at == members.end() || !m_rules.flattensUnions) {
        return false;
    }
    std::optional<Value> chosen;
    std::size_t count = 0;
    at->value.elements([&](Value option) {
        ++count;
        if (!chosen && option.isObject() && !option["type"].is("null")) {
            chosen = option;
        }
    });
    members.erase(at);
    m_result.isFlattened = m_result.isFlattened || count > 1;
    if (chosen) {
        addMissing(members, *chosen);
    }
    return true;
}

void Rewriter::expandSingleAllOf(Members &members)
{
    const auto at = std::find_if(members.begin(), members.end(), [](const Member &each) {
        return each.name == "allOf" && each.value.count() == 1;
    });
    if (at == members.end()) {
        return;
    }
    Value only;
    at->value.elements([&](Value element) { only = element; });
    members.erase(at);
    addMissing(members, only);
}

/// The schema's members with what it refers to merged in; `opened`: references to close again.
Members Rewriter::effective(Value schema, std::size_t &opened)
{
    Members members;
    addMissing(members, schema);
    for (std::size_t i = 0; i < SchemaMaxDepth; ++i) {
        bool hasChanged = expandReference(members, opened);
        hasChanged = expandUnion(members, "anyOf") || hasChanged;
        hasChanged = expandUnion(members, "oneOf") || hasChanged;
        if (find(members, "allOf") != nullptr) {
            const std::size_t before = members.size();
            expandSingleAllOf(members);
            hasChanged = hasChanged || members.size() != before || find(members, "$ref") != nullptr;
        }
        if (!hasChanged) {
            break;
        }
    }
    if (find(members, "$ref") != nullptr) { // a chain of references without an end in sight
        m_result.isCut = true;
        std::erase_if(members, [](const Member &each) { return each.name == "$ref"; });
    }
    return members;
}

/// True when `member` was an exclusive bound and has been dealt with.
bool Rewriter::bound(const Member &member, const Members &all)
{
    const bool isLower = member.name == "exclusiveMinimum";
    if (m_rules.allowsExclusiveBounds || (!isLower && member.name != "exclusiveMaximum")) {
        return false;
    }
    const std::string_view name = isLower ? "minimum" : "maximum";
    if (find(all, name) != nullptr || !member.value.isNumber()) {
        // the old form, `true` beside a minimum, or both: one of the two bounds has to do
        m_result.hasMovedBound = m_result.hasMovedBound || !member.value.isFalse();
        return true;
    }
    constexpr std::int64_t Far = std::int64_t(1) << 53; // steps of one end there, for JSON
    const Value *type = find(all, "type");
    const auto integer = member.value.integer();
    if (type != nullptr && type->is("integer") && integer && *integer > -Far && *integer < Far) {
        m_out.integer(name, isLower ? *integer + 1 : *integer - 1);
    } else {
        m_result.hasMovedBound = true;
        m_out.raw(name, member.value.raw());
    }
    return true;
}

/// An object whose members are schemas, or an array of schemas.
void Rewriter::schemas(Value value, std::size_t depth)
{
    if (value.isArray()) {
        m_out.beginArray();
        value.elements([&](Value element) { schema(element, depth); });
        m_out.endArray();
        return;
    }
    m_out.beginObject();
    value.members([&](Value name, Value element) {
        m_out.key(name.text());
        schema(element, depth);
    });
    m_out.endObject();
}

void Rewriter::member(const Member &member, const Members &all, std::size_t depth)
{
    const Value value = member.value;
    if (isOneOf(member.name, {"$defs", "definitions"}) || bound(member, all)) {
        return; // definitions: every use of theirs has been inlined
    }
    m_out.key(member.name);
    const bool isMap = value.isObject() && isOneOf(member.name, {"properties", "patternProperties",
                                                                 "dependentSchemas"});
    const bool isList = value.isArray() &&
                        isOneOf(member.name, {"anyOf", "oneOf", "allOf", "prefixItems", "items"});
    const bool isSchema =
        value.isObject() &&
        isOneOf(member.name,
                {"items", "additionalProperties", "not", "if", "then", "else", "contains",
                 "propertyNames", "additionalItems", "unevaluatedProperties", "unevaluatedItems"});
    if (isMap || isList) {
        schemas(value, depth + 1);
    } else if (isSchema) {
        schema(value, depth + 1);
    } else {
        m_out.raw(value.raw());
    }
}

void Rewriter::schema(Value value, std::size_t depth)
{
    if (!value.isObject()) { // true and false are schemas
        m_out.raw(value.raw());
        return;
    }
    if (depth > SchemaMaxDepth || isFull()) {
        m_result.isCut = true;
        m_out.beginObject().endObject();
        return;
    }
    std::size_t opened = 0;
    const Members members = effective(value, opened);
    m_out.beginObject();
    for (const Member &each : members) {
        if (isFull()) {
            m_result.isCut = true;
            break;
        }
        member(each, members, depth);
    }
    m_out.endObject();
    m_open.resize(m_open.size() - opened);
}

} // namespace

PlainSchema plainSchema(std::string_view schema, const SchemaRules &rules)
{
    PlainSchema result;
    const Value root(schema);
    if (!root.isObject()) {
        result.json = R"({"type":"object","properties":{}})";
        return result;
    }
    Rewriter rewriter(root, rules, result);
    rewriter.schema(root, 0);
    result.json = rewriter.take();
    return result;
}

} // namespace meridian::provider::oci
