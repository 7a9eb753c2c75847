// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/messagereader.h"

#include "core/provider/anthropic/blockreader.h"
#include "core/provider/anthropic/fields.h"

#include <optional>
#include <string>
#include <unordered_set>

namespace meridian::provider::anthropic {

namespace {

using CallIds = std::unordered_set<std::string>;

bool carriesSignature(const Part &part) noexcept
{
    return part.kind == Part::Kind::Thinking && part.text.empty() &&
           part.signedBy != Vendor::Unknown && part.signedBy != Vendor::Anthropic;
}

/// A call's signature that had to travel as a thought of its own (see StreamEncoder) goes back to
/// the call behind it.
void reuniteSignatures(std::vector<Part> &parts)
{
    std::vector<Part> kept;
    kept.reserve(parts.size());
    for (Part &part : parts) {
        if (part.kind == Part::Kind::ToolCall && !kept.empty() && carriesSignature(kept.back())) {
            part.signature = std::move(kept.back().signature);
            part.signedBy = kept.back().signedBy;
            kept.pop_back();
        }
        kept.push_back(std::move(part));
    }
    parts = std::move(kept);
}

/// Which kinds may stand where; checks results against the calls so far.
Decoded<void>
checkParts(const std::vector<Part> &parts, Role role, const std::string &path, CallIds &ids)
{
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Part &part = parts[i];
        const std::string where = path + ".content[" + std::to_string(i) + "]";
        if (part.kind == Part::Kind::ToolCall) {
            if (role != Role::Assistant) {
                return badRequest(where + ".type", "tool_use stands in assistant messages only");
            }
            ids.insert(part.id);
        } else if (part.kind == Part::Kind::ToolResult) {
            if (role != Role::User) {
                return badRequest(where + ".type", "tool_result stands in user messages only");
            }
            if (!ids.contains(part.id)) {
                return badRequest(where + ".tool_use_id",
                                  "no tool_use block before it has this id");
            }
        }
    }
    return {};
}

std::optional<Role> roleOf(json::Value role)
{
    if (role.is("user")) {
        return Role::User;
    }
    if (role.is("assistant")) {
        return Role::Assistant;
    }
    if (role.is("system")) { // in mid-conversation
        return Role::System;
    }
    return std::nullopt;
}

Decoded<void>
readMessage(json::Value message, const std::string &path, std::vector<Turn> &turns, CallIds &ids)
{
    if (!message.isObject()) {
        return badRequest(path, "must be an object");
    }
    Fields fields(message);
    const json::Value roleName = fields.take("role");
    const auto role = roleOf(roleName);
    if (!role) {
        return badRequest(path + ".role", roleName.isMissing()
                                              ? "is required"
                                              : "must be user, assistant or system");
    }
    const json::Value content = fields.take("content");
    if (content.isMissing()) {
        return badRequest(path + ".content", "is required");
    }
    auto parts = readContent(content, path + ".content");
    if (!parts) {
        return tl::unexpected(std::move(parts.error()));
    }
    if (auto checked = checkParts(*parts, *role, path, ids); !checked) {
        return checked;
    }
    if (*role == Role::Assistant) {
        reuniteSignatures(*parts);
    }
    Turn results;
    Turn rest;
    results.role = Role::Tool;
    rest.role = *role;
    for (Part &part : *parts) {
        (part.kind == Part::Kind::ToolResult ? results : rest).parts.push_back(std::move(part));
    }
    const bool hasResults = !results.parts.empty();
    fields.rest(hasResults ? results.extras : rest.extras);
    if (hasResults) {
        turns.push_back(std::move(results));
    }
    if (!hasResults || !rest.parts.empty()) {
        turns.push_back(std::move(rest));
    }
    return {};
}

} // namespace

Decoded<void> readSystem(json::Value system, std::vector<Turn> &turns)
{
    auto parts = readContent(system, "system");
    if (!parts) {
        return tl::unexpected(std::move(parts.error()));
    }
    for (std::size_t i = 0; i < parts->size(); ++i) {
        if ((*parts)[i].kind != Part::Kind::Text) {
            return badRequest("system[" + std::to_string(i) + "].type", "must be text");
        }
    }
    const bool isEmpty = parts->empty() || (system.isString() && parts->front().text.empty());
    if (!isEmpty) {
        Turn turn;
        turn.role = Role::System;
        turn.parts = std::move(*parts);
        turns.push_back(std::move(turn));
    }
    return {};
}

Decoded<void> readMessages(json::Value messages, std::vector<Turn> &turns)
{
    if (!messages.isArray()) {
        return badRequest("messages", messages.isMissing() ? "is required" : "must be an array");
    }
    CallIds ids;
    std::optional<BadRequest> error;
    std::size_t index = 0;
    messages.elements([&](json::Value message) {
        if (error) {
            return;
        }
        auto read = readMessage(message, "messages[" + std::to_string(index++) + "]", turns, ids);
        if (!read) {
            error = std::move(read.error());
        }
    });
    if (error) {
        return tl::unexpected(std::move(*error));
    }
    if (index == 0) {
        return badRequest("messages", "must not be empty");
    }
    return {};
}

} // namespace meridian::provider::anthropic
