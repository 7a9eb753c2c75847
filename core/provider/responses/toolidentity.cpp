// SPDX-License-Identifier: MIT
#include "core/provider/responses/toolidentity.h"

#include "core/base/hash.h"
#include "core/json/checker.h"
#include "core/json/jsonwriter.h"

namespace meridian::provider::responses {

namespace {

constexpr std::size_t MaxName = 64;

bool isNameByte(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

std::string keyOf(std::string_view space, std::string_view name)
{
    return std::to_string(space.size()).append(":").append(space).append(name);
}

} // namespace

std::string writeIdentity(const ToolIdentity &identity, json::Value declared)
{
    json::JsonWriter writer;
    writer.beginObject().string("name", identity.name).boolean("custom", identity.isCustom);
    if (!identity.space.empty()) {
        writer.string("namespace", identity.space);
    }
    if (!declared.isMissing()) {
        writer.raw("declared", declared.raw());
    }
    writer.endObject();
    return writer.take();
}

json::Value declarationOf(const Tool &tool) noexcept
{
    return json::Value(tool.json)["declared"];
}

std::string flatName(std::string_view space, std::string_view name)
{
    std::string flat;
    if (!space.empty()) {
        flat.append(space).append("__");
    }
    flat.append(name);
    bool isChanged = flat.size() > MaxName;
    for (char &c : flat) {
        if (!isNameByte(c)) {
            c = '_';
            isChanged = true;
        }
    }
    if (isChanged) { // two names must not become one
        constexpr std::string_view Digits = "0123456789abcdef";
        constexpr std::size_t Suffix = 9;
        flat.resize(std::min(flat.size(), MaxName - Suffix));
        flat.push_back('_');
        std::uint64_t hash = hashNumbers(hashBytes(space), hashBytes(name));
        for (std::size_t i = 1; i < Suffix; ++i, hash >>= 4U) {
            flat.push_back(Digits[hash & 15U]);
        }
    }
    return flat;
}

ToolIndex::ToolIndex(const std::vector<Tool> &tools)
{
    for (const Tool &tool : tools) {
        add(tool);
    }
}

void ToolIndex::add(const Tool &tool)
{
    m_taken.insert(tool.name);
    if (tool.kind != Tool::Kind::Function || tool.json.empty()) {
        return;
    }
    const json::Value json(tool.json);
    ToolIdentity identity{json["namespace"].text(), json["name"].text(), json["custom"].isTrue()};
    m_names.emplace(keyOf(identity.space, identity.name), tool.name);
    m_identities.emplace(tool.name, std::move(identity));
}

ToolIdentity ToolIndex::identityOf(std::string_view name) const
{
    std::string text(name);
    const auto known = m_identities.find(text);
    return known != m_identities.end() ? known->second : ToolIdentity{{}, std::move(text), false};
}

std::string ToolIndex::modelNameOf(std::string_view space, std::string_view name) const
{
    const auto known = m_names.find(keyOf(space, name));
    if (known != m_names.end()) {
        return known->second;
    }
    return space.empty() ? std::string(name) : flatName(space, name);
}

std::string ToolIndex::newNameOf(const ToolIdentity &identity)
{
    if (identity.space.empty()) {
        return identity.name;
    }
    std::string name = flatName(identity.space, identity.name);
    if (m_taken.contains(name)) {
        std::size_t &number = m_nextNumbers.try_emplace(keyOf(identity.space, identity.name), 2)
                                  .first->second; // those before are taken
        do {
            name = flatName(identity.space, identity.name + "." + std::to_string(number++));
        } while (m_taken.contains(name));
    }
    return name;
}

std::string_view customSchema() noexcept
{
    return R"({"type":"object","properties":{"input":{"type":"string","description":"The tool's whole input, as free text"}},"required":["input"],"additionalProperties":false})";
}

std::string customArguments(std::string_view input)
{
    json::JsonWriter writer;
    writer.beginObject().string("input", input).endObject();
    return writer.take();
}

std::string customInput(std::string_view arguments)
{
    thread_local json::Checker checker; // its index is worth keeping
    if (const auto value = checker.check(arguments)) {
        if (const json::Value input = (*value)["input"]; input.isString()) {
            return input.text();
        }
    }
    return std::string(arguments);
}

} // namespace meridian::provider::responses
