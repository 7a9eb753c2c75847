// SPDX-License-Identifier: MIT
#include "core/provider/anthropic/toolfields.h"

#include "core/json/checker.h"
#include "core/provider/anthropic/fields.h"

#include <algorithm>

namespace meridian::provider::anthropic {

namespace {

Decoded<Tool> readTool(json::Value value, const std::string &path)
{
    if (!value.isObject()) {
        return badRequest(path, "must be an object");
    }
    Tool tool;
    tool.origin = Dialect::Anthropic;
    Fields fields(value);
    const json::Value type = fields.take("type");
    const json::Value name = fields.take("name");
    if (!type.isMissing() && !type.isString()) {
        return badRequest(path + ".type", "must be a string");
    }
    if (type.isString() && !type.is("custom")) { // web_search_20250305, bash_20250124, …
        tool.kind = Tool::Kind::Hosted;
        tool.name = name.text();
        tool.json = value.raw();
        return tool;
    }
    if (!name.isString() || name.raw().size() == 2) {
        return badRequest(path + ".name", "must be a string that is not empty");
    }
    tool.name = name.text();
    const json::Value description = fields.take("description");
    if (!description.isMissing() && !description.isString()) {
        return badRequest(path + ".description", "must be a string");
    }
    tool.description = description.text();
    const json::Value schema = fields.take("input_schema");
    if (!schema.isObject()) {
        return badRequest(path + ".input_schema",
                          schema.isMissing() ? "is required" : "must be an object");
    }
    tool.schema = schema.raw();
    const json::Value strict = fields.take("strict");
    if (strict.isTrue() || strict.isFalse()) {
        tool.strict = strict.isTrue();
    } else if (!strict.isMissing()) {
        return badRequest(path + ".strict", "must be true or false");
    }
    if (!takeCacheMark(fields, tool.cache, tool.extras)) {
        return badRequest(path + ".cache_control", "must be an object");
    }
    fields.rest(tool.extras);
    return tool;
}

/// Anthropic wants `type: object` in every schema.
std::string schemaOf(const Tool &tool, const std::string &path, Fidelity &fidelity)
{
    constexpr std::string_view Nothing = R"({"type":"object","properties":{}})";
    if (tool.schema.empty()) {
        return std::string(Nothing);
    }
    thread_local json::Checker checker; // its index is worth keeping
    const auto schema = checker.check(tool.schema);
    if (!schema || !schema->isObject()) {
        fidelity.approximated(path + ".parameters", "the schema is no object");
        return std::string(Nothing);
    }
    if (!(*schema)["type"].isAbsent()) {
        return std::string(schema->raw());
    }
    json::JsonWriter typed;
    typed.beginObject().string("type", "object");
    schema->members([&](json::Value name, json::Value value) {
        if (!name.is("type")) {
            typed.raw(name.text(), value.raw());
        }
    });
    typed.endObject();
    return typed.take();
}

void writeTool(json::JsonWriter &out, const Tool &tool, const std::string &path, Fidelity &fidelity)
{
    const bool isOwn = tool.origin == Dialect::Anthropic;
    if (tool.kind == Tool::Kind::Hosted) {
        out.raw(tool.json);
        return;
    }
    out.beginObject().string("name", tool.name);
    if (!tool.description.empty()) {
        out.string("description", tool.description);
    }
    out.raw("input_schema", isOwn ? tool.schema : schemaOf(tool, path, fidelity));
    if (tool.strict && (isOwn || *tool.strict)) {
        out.boolean("strict", *tool.strict);
    }
    writeCacheMark(out, tool.cache, tool.extras, isOwn);
    if (isOwn) {
        writeExtras(out, tool.extras);
    } else {
        for (const Extra &extra : tool.extras) {
            fidelity.dropped(path + "." + extra.name);
        }
    }
    out.endObject();
}

void writeChoice(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    const bool isOwn = request.origin == Dialect::Anthropic;
    const ToolChoice &choice = request.toolChoice;
    const bool isSingle = request.parallelToolCalls && !*request.parallelToolCalls;
    std::string_view type;
    switch (choice.kind) {
    case ToolChoice::Kind::Unset:
        if (!isSingle) {
            return;
        }
        type = "auto";
        break;
    case ToolChoice::Kind::Auto:
        type = "auto";
        break;
    case ToolChoice::Kind::Required:
        type = "any";
        break;
    case ToolChoice::Kind::None:
        type = "none";
        break;
    case ToolChoice::Kind::Function:
        type = "tool";
        break;
    case ToolChoice::Kind::Opaque:
        if (isOwn) {
            out.raw("tool_choice", choice.json);
        } else {
            fidelity.dropped("tool_choice", "Anthropic has no such choice");
        }
        return;
    }
    out.key("tool_choice").beginObject().string("type", type);
    if (choice.kind == ToolChoice::Kind::Function) {
        out.string("name", choice.name);
    }
    // several calls at once are the default, which only Anthropic's own clients say aloud
    if (request.parallelToolCalls && choice.kind != ToolChoice::Kind::None && (isSingle || isOwn)) {
        out.boolean("disable_parallel_tool_use", isSingle);
    }
    out.endObject();
}

bool isWritable(const Tool &tool) noexcept
{
    return tool.kind == Tool::Kind::Function || tool.origin == Dialect::Anthropic;
}

} // namespace

Decoded<void> readTools(json::Value tools, ChatRequest &request)
{
    if (!tools.isArray()) {
        return badRequest("tools", "must be an array");
    }
    std::optional<BadRequest> error;
    std::size_t index = 0;
    tools.elements([&](json::Value value) {
        if (error) {
            return;
        }
        auto tool = readTool(value, "tools[" + std::to_string(index++) + "]");
        if (tool) {
            request.tools.push_back(std::move(*tool));
        } else {
            error = std::move(tool.error());
        }
    });
    if (error) {
        return tl::unexpected(std::move(*error));
    }
    return {};
}

Decoded<void> readToolChoice(json::Value value, ChatRequest &request)
{
    if (!value.isObject()) {
        return badRequest("tool_choice", "must be an object");
    }
    Fields fields(value);
    const json::Value type = fields.take("type");
    if (!type.isString()) {
        return badRequest("tool_choice.type", "must be a string");
    }
    ToolChoice &choice = request.toolChoice;
    if (type.is("auto")) {
        choice.kind = ToolChoice::Kind::Auto;
    } else if (type.is("any")) {
        choice.kind = ToolChoice::Kind::Required;
    } else if (type.is("none")) {
        choice.kind = ToolChoice::Kind::None;
    } else if (type.is("tool")) {
        const json::Value name = fields.take("name");
        if (!name.isString()) {
            return badRequest("tool_choice.name", "must be a string");
        }
        choice.kind = ToolChoice::Kind::Function;
        choice.name = name.text();
    }
    const json::Value disable = fields.take("disable_parallel_tool_use");
    if (disable.isTrue() || disable.isFalse()) {
        request.parallelToolCalls = disable.isFalse();
    } else if (!disable.isMissing()) {
        return badRequest("tool_choice.disable_parallel_tool_use", "must be true or false");
    }
    std::vector<Extra> more;
    fields.rest(more);
    if (choice.kind == ToolChoice::Kind::Unset || !more.empty()) {
        choice.kind = ToolChoice::Kind::Opaque;
        choice.json = value.raw();
    }
    return {};
}

void writeTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    const bool hasTools = std::any_of(request.tools.begin(), request.tools.end(), isWritable);
    const bool isOwn = request.origin == Dialect::Anthropic;
    if (hasTools || isOwn) {
        writeChoice(out, request, fidelity);
    } else if (forcesCall(request.toolChoice)) {
        fidelity.dropped("tool_choice", "there is no tool to choose");
    }
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        if (!isWritable(request.tools[i])) {
            fidelity.dropped("tools[" + std::to_string(i) + "]", "hosted by another provider");
        }
    }
    if (!hasTools) {
        return;
    }
    out.key("tools").beginArray();
    for (std::size_t i = 0; i < request.tools.size(); ++i) {
        if (isWritable(request.tools[i])) {
            writeTool(out, request.tools[i], "tools[" + std::to_string(i) + "]", fidelity);
        }
    }
    out.endArray();
}

bool forcesCall(const ToolChoice &choice) noexcept
{
    return choice.kind == ToolChoice::Kind::Required || choice.kind == ToolChoice::Kind::Function;
}

} // namespace meridian::provider::anthropic
