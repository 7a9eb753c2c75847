// SPDX-License-Identifier: MIT
// Reads OCI's chat requests, as far as an answer depends on them.
#include "service/simulate/oci/ociserverparts.h"

namespace meridian::simulate {

namespace {

using json::Value;
using provider::ChatRequest;
using provider::Dialect;
using provider::Part;
using provider::Role;
using provider::ToolChoice;
using provider::Turn;

Role roleOf(Value role)
{
    if (role.is("ASSISTANT") || role.is("CHATBOT")) {
        return Role::Assistant;
    }
    if (role.is("TOOL")) {
        return Role::Tool;
    }
    return role.is("SYSTEM") || role.is("DEVELOPER") ? Role::System : Role::User;
}

Part textPart(std::string text)
{
    Part part;
    part.text = std::move(text);
    return part;
}

Part callPart(Value call)
{
    const Value inner = call["function"].isObject() ? call["function"] : call;
    Part part;
    part.kind = Part::Kind::ToolCall;
    part.id = call["id"].text();
    part.name = inner["name"].text();
    part.text = inner["arguments"].isString() ? inner["arguments"].text()
                                              : std::string(inner["parameters"].raw());
    return part;
}

/// Cohere's results: the outputs of one call.
Part resultPart(Value result)
{
    Part part;
    part.kind = Part::Kind::ToolResult;
    part.name = result["call"]["name"].text();
    std::string text;
    result["outputs"].elements([&](Value output) {
        output.members([&](Value, Value value) {
            text.append(text.empty() ? "" : " ");
            text.append(value.isString() ? value.text() : std::string(value.raw()));
        });
    });
    part.parts.push_back(textPart(std::move(text)));
    return part;
}

void readMessage(ChatRequest &request, Value message)
{
    Turn turn;
    turn.role = roleOf(message["role"]);
    std::vector<Part> parts;
    const Value content = message["content"];
    if (content.isString()) {
        parts.push_back(textPart(content.text()));
    }
    content.elements([&](Value each) {
        if (each["text"].isString()) {
            parts.push_back(textPart(each["text"].text()));
        } else if (each["imageUrl"].isObject()) {
            Part image;
            image.kind = Part::Kind::Image;
            parts.push_back(std::move(image));
        }
    });
    if (turn.role == Role::Tool) {
        Part result;
        result.kind = Part::Kind::ToolResult;
        result.id = message["toolCallId"].text();
        result.parts = std::move(parts);
        turn.parts.push_back(std::move(result));
    } else {
        turn.parts = std::move(parts);
        message["toolCalls"].elements([&](Value call) { turn.parts.push_back(callPart(call)); });
    }
    request.turns.push_back(std::move(turn));
}

void readResults(ChatRequest &request, Value results)
{
    Turn turn;
    turn.role = Role::Tool;
    results.elements([&](Value each) { turn.parts.push_back(resultPart(each)); });
    request.turns.push_back(std::move(turn));
}

void readCohere(ChatRequest &request, Value chat)
{
    if (chat["preambleOverride"].isString()) {
        request.turns.push_back(
            {Role::System, {}, {textPart(chat["preambleOverride"].text())}, {}});
    }
    chat["chatHistory"].elements([&](Value entry) {
        if (entry["role"].is("TOOL")) {
            readResults(request, entry["toolResults"]);
            return;
        }
        Turn turn{roleOf(entry["role"]), {}, {textPart(entry["message"].text())}, {}};
        entry["toolCalls"].elements([&](Value call) { turn.parts.push_back(callPart(call)); });
        request.turns.push_back(std::move(turn));
    });
    if (chat["toolResults"].count() > 0) {
        readResults(request, chat["toolResults"]);
    } else {
        request.turns.push_back({Role::User, {}, {textPart(chat["message"].text())}, {}});
    }
}

/// A JSON schema out of Cohere's definitions.
std::string schemaOf(Value definitions)
{
    json::JsonWriter out;
    out.beginObject().string("type", "object").key("properties").beginObject();
    definitions.members([&](Value name, Value each) { out.raw(name.text(), each.raw()); });
    out.endObject().key("required").beginArray();
    definitions.members([&](Value name, Value each) {
        if (each["isRequired"].isTrue()) {
            out.string(name.text());
        }
    });
    return out.endArray().endObject().take();
}

void readTools(ChatRequest &request, Value chat)
{
    chat["tools"].elements([&](Value each) {
        const Value inner = each["function"].isObject() ? each["function"] : each;
        provider::Tool tool;
        tool.name = inner["name"].text();
        tool.description = inner["description"].text();
        tool.schema = inner["parameterDefinitions"].isObject()
                          ? schemaOf(inner["parameterDefinitions"])
                          : std::string(inner["parameters"].raw());
        request.tools.push_back(std::move(tool));
    });
    const Value choice = chat["toolChoice"];
    if (choice["type"].is("NONE") || chat["toolsChoice"].is("NONE")) {
        request.toolChoice.kind = ToolChoice::Kind::None;
    } else if (choice["type"].is("FUNCTION")) {
        request.toolChoice = {ToolChoice::Kind::Function, choice["name"].text(), {}};
    } else if (choice["type"].is("REQUIRED") || chat["toolsChoice"].is("REQUIRED")) {
        request.toolChoice.kind = ToolChoice::Kind::Required;
    }
    if (chat["isParallelToolCalls"].isFalse()) {
        request.parallelToolCalls = false;
    }
}

void readFormat(ChatRequest &request, Value format)
{
    using Kind = provider::ResponseFormat::Kind;
    Value schema = format["jsonSchema"]["schema"];
    for (const char *name : {"schema", "jsonSchema"}) { // Cohere's formats
        schema = schema.isObject() ? schema : format[name];
    }
    if (format["type"].is("JSON_SCHEMA") ||
        (format["type"].is("JSON_OBJECT") && schema.isObject())) {
        request.format.kind = Kind::JsonSchema;
        request.format.schema = schema.raw();
    } else if (format["type"].is("JSON_OBJECT")) {
        request.format.kind = Kind::JsonObject;
    }
}

void readThinking(ChatRequest &request, Value chat)
{
    using Effort = provider::Reasoning::Effort;
    const Value effort = chat["reasoningEffort"];
    if (effort.isString()) {
        request.reasoning.effort = effort.is("NONE") ? Effort::None : Effort::Medium;
    }
    const Value thinking = chat["thinking"];
    if (thinking.isObject()) {
        request.reasoning.isEnabled = !thinking["type"].is("DISABLED");
    }
}

} // namespace

ChatRequest readOciRequest(Dialect format, Value body)
{
    const Value chat = body["chatRequest"];
    ChatRequest request;
    request.origin = format;
    request.isStream = chat["isStream"].isTrue();
    request.wantsUsage = chat["streamOptions"]["isIncludeUsage"].isTrue();
    for (const char *name : {"maxTokens", "maxCompletionTokens"}) {
        if (const auto most = chat[name].integer()) {
            request.maxTokens = most;
        }
    }
    for (const char *name : {"stop", "stopSequences"}) {
        chat[name].elements([&](Value each) { request.stop.push_back(each.text()); });
    }
    readTools(request, chat);
    readFormat(request, chat["responseFormat"]);
    readThinking(request, chat);
    if (format == Dialect::OciCohere) {
        readCohere(request, chat);
    } else {
        chat["messages"].elements([&](Value each) { readMessage(request, each); });
    }
    return request;
}

} // namespace meridian::simulate
