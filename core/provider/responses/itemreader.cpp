// SPDX-License-Identifier: MIT
#include "core/provider/responses/itemreader.h"

#include "core/provider/common.h"
#include "core/provider/responses/contentreader.h"
#include "core/provider/responses/itemwriter.h"
#include "core/provider/responses/toolreader.h"

#include <algorithm>
#include <initializer_list>

namespace meridian::provider::responses {

namespace {

void keepOthers(json::Value item,
                std::initializer_list<std::string_view> read,
                std::vector<Extra> &extras)
{
    item.members([&](json::Value name, json::Value value) {
        bool isRead = name.is("type") || name.is("id") || name.is("status");
        for (const std::string_view each : read) {
            isRead = isRead || name.is(each);
        }
        if (!isRead) {
            keepExtra(extras, name.text(), value);
        }
    });
}

std::optional<Role> roleOf(json::Value role) noexcept
{
    if (role.is("user")) {
        return Role::User;
    }
    if (role.is("assistant")) {
        return Role::Assistant;
    }
    if (role.is("developer")) {
        return Role::Developer;
    }
    if (role.is("system")) {
        return Role::System;
    }
    return std::nullopt;
}

} // namespace

bool ItemReader::read(json::Value input)
{
    if (input.isString()) {
        m_request.turns.emplace_back();
        return readContent(m_reader, input, "input", m_request.turns.back().parts);
    }
    if (!input.isArray()) {
        return m_reader.fail("input", "must be a string or an array of items");
    }
    std::size_t index = 0;
    input.elements([&](json::Value each) {
        if (!m_reader.hasFailed()) {
            item(each, elementOf("input", index++));
        }
    });
    return !m_reader.hasFailed();
}

Turn &ItemReader::turn(Role role)
{
    const bool joins = role == Role::Assistant || role == Role::Tool;
    if (!joins || m_request.turns.empty() || m_request.turns.back().role != role) {
        m_request.turns.emplace_back();
        m_request.turns.back().role = role;
    }
    return m_request.turns.back();
}

bool ItemReader::item(json::Value item, const std::string &path)
{
    const json::Value type = item["type"];
    if (!item.isObject()) {
        return m_reader.fail(path, "must be an object");
    }
    if (type.is("message") || (type.isAbsent() && !item["role"].isAbsent())) {
        return message(item, path);
    }
    if (type.is("item_reference") || (type.isAbsent() && item["id"].isString())) {
        return m_reader.fail(memberOf(path, "id"), "no stored item has this id");
    }
    if (!type.isString()) {
        return m_reader.fail(memberOf(path, "type"), "is required");
    }
    if (type.is("function_call") || type.is("custom_tool_call")) {
        return call(item, path, type.is("custom_tool_call"));
    }
    if (type.is("function_call_output") || type.is("custom_tool_call_output")) {
        return output(item, path);
    }
    if (type.is("reasoning")) {
        return reasoning(item, path);
    }
    if (type.is("additional_tools")) { // declared in the middle; models know tools from the start
        return readTools(m_reader, item["tools"], memberOf(path, "tools"), m_request.tools,
                         m_tools);
    }
    return opaque(item, type.text());
}

bool ItemReader::message(json::Value item, const std::string &path)
{
    const std::optional<Role> role = roleOf(item["role"]);
    if (!role) {
        return m_reader.fail(memberOf(path, "role"),
                             "must be 'user', 'assistant', 'system' or 'developer'");
    }
    Turn &into = turn(*role);
    const std::size_t before = into.parts.size();
    if (!readContent(m_reader, item["content"], memberOf(path, "content"), into.parts)) {
        return false;
    }
    const bool isOfPart = *role == Role::Assistant && into.parts.size() > before;
    keepOthers(item, {"role", "content"}, isOfPart ? into.parts[before].extras : into.extras);
    return true;
}

bool ItemReader::call(json::Value item, const std::string &path, bool isCustom)
{
    const std::string_view member = isCustom ? "input" : "arguments";
    Part part = newPart(Part::Kind::ToolCall);
    std::string name;
    std::string space;
    if (!m_reader.requiredString(item["call_id"], memberOf(path, "call_id"), part.id) ||
        !m_reader.requiredString(item["name"], memberOf(path, "name"), name) ||
        !m_reader.string(item["namespace"], memberOf(path, "namespace"), space)) {
        return false;
    }
    if (!item[member].isString()) {
        return m_reader.fail(memberOf(path, member), "must be a string");
    }
    part.text = isCustom ? customArguments(item[member].text()) : item[member].text();
    part.name = m_tools.modelNameOf(space, name);
    keepOthers(item, {"call_id", "name", "namespace", member}, part.extras);
    Turn &into = turn(Role::Assistant);
    m_calls[part.id] = {part.name, false, m_request.turns.size() - 1, into.parts.size()};
    into.parts.push_back(std::move(part));
    return true;
}

bool ItemReader::output(json::Value item, const std::string &path)
{
    Part part = newPart(Part::Kind::ToolResult);
    if (!m_reader.requiredString(item["call_id"], memberOf(path, "call_id"), part.id)) {
        return false;
    }
    const auto call = m_calls.find(part.id);
    if (call == m_calls.end() && !m_mayRefer) {
        return m_reader.fail(memberOf(path, "call_id"), "no tool call has this id");
    }
    if (call != m_calls.end() && call->second.isOpaque) {
        turn(Role::Tool).parts.push_back(opaquePart(item));
        return true;
    }
    if (!readContent(m_reader, item["output"], memberOf(path, "output"), part.parts)) {
        return false;
    }
    if (call != m_calls.end()) {
        part.name = call->second.name;
    }
    keepOthers(item, {"call_id", "output", "name", "namespace"}, part.extras);
    turn(Role::Tool).parts.push_back(std::move(part));
    return true;
}

bool ItemReader::reasoningText(json::Value list, const std::string &path, std::string &out)
{
    if (list.isAbsent()) {
        return true;
    }
    if (!list.isArray()) {
        return m_reader.fail(path, "must be an array");
    }
    std::size_t index = 0;
    list.elements([&](json::Value each) {
        if (!each["text"].isString()) {
            m_reader.fail(memberOf(elementOf(path, index), "text"), "must be a string");
        } else {
            out.append(out.empty() ? "" : "\n\n");
            each["text"].appendText(out);
        }
        ++index;
    });
    return !m_reader.hasFailed();
}

bool ItemReader::reasoning(json::Value item, const std::string &path)
{
    Part part = newPart(Part::Kind::Thinking);
    std::string summary;
    std::string carried;
    if (!reasoningText(item["content"], memberOf(path, "content"), part.text) ||
        !reasoningText(item["summary"], memberOf(path, "summary"), summary) ||
        !m_reader.string(item["encrypted_content"], memberOf(path, "encrypted_content"), carried)) {
        return false;
    }
    if (part.text.empty()) {
        part.text = std::move(summary);
    } else if (!summary.empty()) { // the thought itself is there; its summary says less
        keepExtra(part.extras, "summary", item["summary"]);
    }
    if (!carried.empty()) {
        Signature signature = untaggedSignature(carried, Vendor::OpenAi);
        if (signature.by == Vendor::Google && signsCall(signature.text)) {
            return true;
        }
        if (signature.by != Vendor::OpenAi && signature.text.starts_with(RedactedMark)) {
            part.kind = Part::Kind::RedactedThinking;
            part.text = signature.text.substr(RedactedMark.size());
        } else {
            part.signature = std::move(signature.text);
            part.signedBy = signature.by;
        }
    }
    keepOthers(item, {"content", "summary", "encrypted_content"}, part.extras);
    turn(Role::Assistant).parts.push_back(std::move(part));
    return true;
}

/// A call's own signature travels in a reasoning item of its own, after the call.
bool ItemReader::signsCall(std::string_view signature)
{
    const std::size_t colon = signature.rfind(':');
    if (!signature.starts_with(CallMark) || colon < CallMark.size()) {
        return false;
    }
    const std::string id(signature.substr(CallMark.size(), colon - CallMark.size()));
    const auto call = m_calls.find(id);
    if (call != m_calls.end() && !call->second.isOpaque &&
        call->second.turn + 1 == m_request.turns.size()) {
        Part &part = m_request.turns.back().parts[call->second.part];
        part.signature = signature.substr(colon + 1);
        part.signedBy = Vendor::Google;
    }
    return true;
}

bool ItemReader::opaque(json::Value item, std::string_view type)
{
    const bool isOutput = type.ends_with("_output") || type.ends_with("_response");
    if (!isOutput && item["call_id"].isString()) {
        m_calls[item["call_id"].text()] = {{}, true, 0, 0};
    }
    turn(isOutput ? Role::Tool : Role::Assistant).parts.push_back(opaquePart(item));
    return true;
}

} // namespace meridian::provider::responses
