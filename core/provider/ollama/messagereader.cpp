// SPDX-License-Identifier: MIT
#include "core/provider/ollama/messagereader.h"

#include "core/provider/ollama/names.h"
#include "core/provider/ollama/optionsreader.h"

#include <algorithm>
#include <array>

namespace meridian::provider::ollama {

namespace {

struct RoleName
{
    std::string_view name;
    Role role;
};

constexpr std::array<RoleName, 5> RoleNames{{{"system", Role::System},
                                             {"developer", Role::Developer},
                                             {"user", Role::User},
                                             {"assistant", Role::Assistant},
                                             {"tool", Role::Tool}}};

Part textPart(std::string text)
{
    Part part;
    part.text = std::move(text);
    part.origin = Dialect::OllamaChat;
    return part;
}

/// Members of a message that have no place in the neutral turn.
std::vector<Extra> unknownMembers(json::Value message)
{
    constexpr std::array<std::string_view, 7> Known{
        "role", "content", "images", "tool_calls", "tool_name", "tool_call_id", "thinking"};
    std::vector<Extra> extras;
    message.members([&](json::Value name, json::Value value) {
        const bool isKnown = std::any_of(Known.begin(), Known.end(),
                                         [&](std::string_view known) { return name.is(known); });
        if (!isKnown && !value.isAbsent()) {
            extras.push_back({name.text(), std::string(value.raw())});
        }
    });
    return extras;
}

} // namespace

Decoded<bool> MessageReader::read(json::Value message, const std::string &path)
{
    if (!message.isObject()) {
        return badRequest(path, "must be an object");
    }
    const json::Value role = message["role"];
    const auto *const known = std::find_if(RoleNames.begin(), RoleNames.end(),
                                           [&](const RoleName &row) { return role.is(row.name); });
    if (known == RoleNames.end()) {
        return badRequest(path + ".role",
                          "must be \"system\", \"user\", \"assistant\" or \"tool\"");
    }
    for (const char *name : {"content", "thinking", "tool_name", "tool_call_id"}) {
        if (!message[name].isAbsent() && !message[name].isString()) {
            return badRequest(path + "." + name, "must be a string");
        }
    }
    std::string content = message["content"].text();
    if (known->role == Role::Tool) {
        return readResult(message, std::move(content), path);
    }
    Turn turn;
    turn.role = known->role;
    turn.extras = unknownMembers(message);
    for (const char *name : {"tool_name", "tool_call_id"}) { // mean nothing here
        if (message[name].isString() && !message[name].is("")) {
            turn.extras.push_back({name, std::string(message[name].raw())});
        }
    }
    if (std::string thinking = message["thinking"].text(); !thinking.empty()) {
        turn.parts.push_back(textPart(std::move(thinking)));
        turn.parts.back().kind = Part::Kind::Thinking;
    }
    if (!content.empty()) {
        turn.parts.push_back(textPart(std::move(content)));
    }
    Decoded<bool> outcome = readImages(turn.parts, message["images"], path + ".images");
    if (outcome && turn.role == Role::Assistant) {
        m_ids.beginTurn();
        outcome = readCalls(turn, message["tool_calls"], path + ".tool_calls");
    } else if (outcome && message["tool_calls"].count() > 0) {
        outcome = badRequest(path + ".tool_calls", "only an assistant calls tools");
    }
    m_turns.push_back(std::move(turn));
    return outcome;
}

Decoded<bool>
MessageReader::readResult(json::Value message, std::string content, const std::string &path)
{
    const auto match = m_ids.answer(message["tool_call_id"].text(), message["tool_name"].text());
    if (!match) {
        return badRequest(path, "no call of a tool wants this result");
    }
    Part result;
    result.kind = Part::Kind::ToolResult;
    result.origin = Dialect::OllamaChat;
    result.id = match->id;
    result.name = match->name;
    result.extras = unknownMembers(message);
    if (message["thinking"].isString() && !message["thinking"].is("")) {
        result.extras.push_back({"thinking", std::string(message["thinking"].raw())});
    }
    if (!content.empty()) {
        result.parts.push_back(textPart(std::move(content)));
    }
    if (auto outcome = readImages(result.parts, message["images"], path + ".images"); !outcome) {
        return outcome;
    }
    if (m_turns.empty() || m_turns.back().role != Role::Tool) {
        m_turns.emplace_back().role = Role::Tool;
    }
    m_turns.back().parts.push_back(std::move(result));
    return true;
}

Decoded<bool> MessageReader::readCalls(Turn &turn, json::Value calls, const std::string &path)
{
    if (!calls.isAbsent() && !calls.isArray()) {
        return badRequest(path, "must be an array");
    }
    Decoded<bool> outcome(true);
    std::size_t index = 0;
    calls.elements([&](json::Value call) {
        if (outcome) {
            outcome = readCall(turn, index, call, path + "[" + std::to_string(index) + "]");
            ++index;
        }
    });
    return outcome;
}

Decoded<bool>
MessageReader::readCall(Turn &turn, std::size_t index, json::Value call, const std::string &path)
{
    const json::Value function = call["function"];
    const json::Value arguments = function["arguments"];
    const json::Value id = call["id"];
    if (!function["name"].isString() || function["name"].is("")) {
        return badRequest(path + ".function.name", "must be a string that is not empty");
    }
    if (!arguments.isAbsent() && !arguments.isObject()) {
        return badRequest(path + ".function.arguments", "must be an object");
    }
    if (!id.isAbsent() && !id.isString()) {
        return badRequest(path + ".id", "must be a string");
    }
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.origin = Dialect::OllamaChat;
    part.name = function["name"].text();
    part.id = m_ids.add(id.text(), part.name);
    part.text = arguments.isAbsent() ? std::string_view("{}") : arguments.raw();
    call.members([&](json::Value name, json::Value value) {
        const bool isType = name.is("type") && value.is("function"); // OpenAI's habit, says nothing
        if (!name.is("id") && !name.is("function") && !isType) {
            part.extras.push_back({name.text(), std::string(value.raw())});
        }
    });
    function.members([&](json::Value name, json::Value value) {
        // the place in the list, which the order says as well
        const bool isPlace =
            name.is("index") && value.integer() == static_cast<std::int64_t>(index);
        if (!name.is("name") && !name.is("arguments") && !isPlace) {
            part.extras.push_back(
                {std::string(FunctionPrefix).append(name.text()), std::string(value.raw())});
        }
    });
    turn.parts.push_back(std::move(part));
    return true;
}

} // namespace meridian::provider::ollama
