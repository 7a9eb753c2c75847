// SPDX-License-Identifier: MIT
#include "core/provider/openai/chatmessages.h"

#include "core/provider/openai/chatparts.h"
#include "core/provider/openai/spelling.h"

namespace meridian::provider::openai {

void MessageReader::read(json::Value messages)
{
    const Path path{nullptr, "messages"};
    if (messages.isAbsent()) {
        m_fields.fail(path, "is required");
        return;
    }
    if (!m_fields.isList(path, messages)) {
        return;
    }
    std::size_t index = 0;
    messages.elements([&](json::Value each) {
        if (!m_fields.hasFailed()) {
            message({nullptr, "messages", index++}, each);
        }
    });
    if (index == 0) {
        m_fields.fail(path, "must not be empty");
    }
}

void MessageReader::message(const Path &path, json::Value value)
{
    if (!value.isObject()) {
        m_fields.fail(path, "must be an object");
        return;
    }
    Message read;
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        json::Value *const place = name == "role"                ? &read.role
                                   : name == "content"           ? &read.content
                                   : name == "name"              ? &read.name
                                   : name == "tool_calls"        ? &read.toolCalls
                                   : name == "tool_call_id"      ? &read.toolCallId
                                   : name == "function_call"     ? &read.functionCall
                                   : name == "refusal"           ? &read.refusal
                                   : name == "reasoning_content" ? &read.reasoningContent
                                   : name == "reasoning"         ? &read.reasoning
                                                                 : nullptr;
        if (place != nullptr) {
            *place = each;
        } else {
            keepExtra(read.extras, std::string(name), each);
        }
    });
    const bool isAssistant = read.role.is("assistant");
    if (!isAssistant) { // members that only an assistant's message can have
        keepExtra(read.extras, "tool_calls", read.toolCalls);
        keepExtra(read.extras, "function_call", read.functionCall);
        keepExtra(read.extras, "refusal", read.refusal);
        keepExtra(read.extras, "reasoning_content", read.reasoningContent);
        keepExtra(read.extras, "reasoning", read.reasoning);
    }
    if (read.role.is("tool")) {
        result(path, read);
        return;
    }
    if (read.role.is("function")) {
        functionResult(path, read);
        return;
    }
    keepExtra(read.extras, "tool_call_id", read.toolCallId);
    Turn turn;
    m_fields.text({&path, "name"}, read.name, turn.name);
    if (isAssistant) {
        assistant(path, read, turn);
    } else {
        turn.role = read.role.is("developer") ? Role::Developer
                    : read.role.is("user")    ? Role::User
                                              : Role::System;
        if (turn.role == Role::System && !read.role.is("system")) {
            m_fields.fail({&path, "role"},
                          "must be system, developer, user, assistant, tool or function");
        }
        if (read.content.isAbsent()) {
            m_fields.fail({&path, "content"}, "is required");
        }
        readContent(m_fields, {&path, "content"}, read.content, turn.parts);
    }
    turn.extras = std::move(read.extras);
    m_request.turns.push_back(std::move(turn));
}

void MessageReader::thoughts(const Path &path, const Message &message, Turn &turn)
{
    Part part;
    part.kind = Part::Kind::Thinking;
    std::string other;
    m_fields.text({&path, "reasoning_content"}, message.reasoningContent, part.text);
    m_fields.text({&path, "reasoning"}, message.reasoning, other);
    if (part.text.empty()) {
        part.text = std::move(other);
        part.detail = ReasoningField;
    } else if (part.text == other) {
        part.detail = BothFields;
    } else if (!other.empty()) {
        keepExtra(turn.extras, "reasoning", message.reasoning);
    }
    if (!part.text.empty()) {
        turn.parts.push_back(std::move(part));
    }
}

void MessageReader::assistant(const Path &path, Message &message, Turn &turn)
{
    turn.role = Role::Assistant;
    thoughts(path, message, turn);
    message.extras.insert(message.extras.end(), turn.extras.begin(), turn.extras.end());
    readContent(m_fields, {&path, "content"}, message.content, turn.parts);
    Part refusal;
    refusal.kind = Part::Kind::Refusal;
    m_fields.text({&path, "refusal"}, message.refusal, refusal.text);
    if (!refusal.text.empty()) {
        turn.parts.push_back(std::move(refusal));
    }
    calls(path, message.toolCalls, turn);
    functionCall({&path, "function_call"}, message.functionCall, turn);
}

void MessageReader::calls(const Path &path, json::Value value, Turn &turn)
{
    if (!m_fields.isList({&path, "tool_calls"}, value)) {
        return;
    }
    std::unordered_set<std::string> ids; // of this message
    std::size_t index = 0;
    value.elements([&](json::Value each) {
        if (m_fields.hasFailed()) {
            return;
        }
        const Path place{&path, "tool_calls", index};
        Part part = call(place, each, index++);
        if (part.id.empty()) {
            m_fields.fail({&place, "id"}, "must be a string that is not empty");
        } else if (!ids.insert(part.id).second) {
            m_fields.fail({&place, "id"}, "two calls of one message have this id");
        }
        m_ids.insert(part.id);
        turn.parts.push_back(std::move(part));
    });
}

Part MessageReader::call(const Path &path, json::Value value, std::size_t index)
{
    Part part;
    part.kind = Part::Kind::ToolCall;
    if (!value.isObject()) {
        m_fields.fail(path, "must be an object");
        return part;
    }
    m_fields.text({&path, "id"}, value["id"], part.id);
    const json::Value type = value["type"];
    const json::Value function = value["function"];
    if (type.isString() && !type.is("function")) { // custom, …
        part.kind = Part::Kind::Opaque;
        part.name = OpaqueCall;
        part.json = value.raw();
        return part;
    }
    if (!type.isAbsent() && !type.isString()) {
        m_fields.fail({&path, "type"}, "must be a string");
    }
    const Path inside{&path, "function"};
    if (!function.isObject()) {
        m_fields.fail(inside, "must be an object");
        return part;
    }
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        if (name == "extra_content") {
            signature(each, part);
        } else if (name == "index" && each.integer() == static_cast<std::int64_t>(index)) {
            return; // left over from a stream; says what the place says
        } else if (name != "id" && name != "type" && name != "function") {
            keepExtra(part.extras, std::string(name), each);
        }
    });
    function.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        const Path place{&inside, name};
        if (name == "name") {
            m_fields.text(place, each, part.name);
        } else if (name == "arguments") {
            m_fields.text(place, each, part.text);
        } else {
            keepExtra(part.extras, "function." + std::string(name), each);
        }
    });
    if (part.name.empty()) {
        m_fields.fail({&inside, "name"}, "must be a string that is not empty");
    }
    return part;
}

void MessageReader::signature(json::Value value, Part &part)
{
    const json::Value google = value["google"];
    const json::Value signature = google["thought_signature"];
    if (signature.isString()) {
        part.signature = signature.text();
        part.signedBy = Vendor::Google;
    }
    std::size_t members = 0; // {"google":{"thought_signature":…}} has two, and says no more
    value.members([&](json::Value, json::Value) { ++members; });
    google.members([&](json::Value, json::Value) { ++members; });
    if (part.signature.empty() || members != 2) {
        keepExtra(part.extras, "extra_content", value);
    }
}

void MessageReader::functionCall(const Path &path, json::Value value, Turn &turn)
{
    if (!m_fields.isObject(path, value)) {
        return;
    }
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.detail = LegacyForm;
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        if (name == "name") {
            m_fields.text({&path, name}, each, part.name);
        } else if (name == "arguments") {
            m_fields.text({&path, name}, each, part.text);
        } else {
            keepExtra(part.extras, "function." + std::string(name), each);
        }
    });
    if (part.name.empty()) {
        m_fields.fail({&path, "name"}, "must be a string that is not empty");
    }
    part.id = "call_function_" + std::to_string(++m_legacyCount);
    m_legacyCalls[part.name] = part.id;
    turn.parts.push_back(std::move(part));
}

Turn &MessageReader::toolTurn()
{
    if (m_request.turns.empty() || m_request.turns.back().role != Role::Tool) {
        m_request.turns.emplace_back();
        m_request.turns.back().role = Role::Tool;
    }
    return m_request.turns.back();
}

void MessageReader::result(const Path &path, Message &message)
{
    Part part;
    part.kind = Part::Kind::ToolResult;
    m_fields.text({&path, "name"}, message.name, part.name);
    const Path id{&path, "tool_call_id"};
    m_fields.text(id, message.toolCallId, part.id);
    if (part.id.empty()) {
        m_fields.fail(id, "must be a string that is not empty");
    } else if (!m_ids.contains(part.id)) {
        m_fields.fail(id, "no call has this id");
    }
    readContent(m_fields, {&path, "content"}, message.content, part.parts);
    part.extras = std::move(message.extras);
    toolTurn().parts.push_back(std::move(part));
}

void MessageReader::functionResult(const Path &path, Message &message)
{
    Part part;
    part.kind = Part::Kind::ToolResult;
    part.detail = LegacyForm;
    m_fields.text({&path, "name"}, message.name, part.name);
    const auto call = m_legacyCalls.find(part.name);
    if (call != m_legacyCalls.end()) {
        part.id = call->second;
    } else {
        m_fields.fail({&path, "name"}, "no function_call has this name");
    }
    keepExtra(message.extras, "tool_call_id", message.toolCallId);
    readContent(m_fields, {&path, "content"}, message.content, part.parts);
    part.extras = std::move(message.extras);
    toolTurn().parts.push_back(std::move(part));
}

} // namespace meridian::provider::openai
