// SPDX-License-Identifier: MIT
#include "core/provider/responses/toolreader.h"

namespace meridian::provider::responses {

namespace {

/// One declaration of a function or a custom tool.
struct Declaration
{
    json::Value tool;
    std::string path;
    std::string space;            // namespace; empty: none
    std::string spaceDescription; // told with the first function
    json::Value whole;            // Missing: told already
};

/// Where the tools go.
struct Tools
{
    std::vector<Tool> &list;
    ToolIndex &index;
};

bool append(FieldReader &reader, Tool tool, Tools &out)
{
    if (out.list.size() >= MaxTools) {
        return reader.fail("tools", "must not be more than " + std::to_string(MaxTools));
    }
    out.index.add(tool);
    out.list.push_back(std::move(tool));
    return true;
}

bool readFormat(FieldReader &reader, json::Value format, const std::string &path, Tool &tool)
{
    if (format.isAbsent() || format["type"].is("text")) {
        return true;
    }
    if (!format.isObject()) {
        return reader.fail(path, "must be an object");
    }
    keepExtra(tool.extras, "format", format); // a function cannot be held to a grammar, only told
    if (const json::Value definition = format["definition"]; definition.isString()) {
        tool.description.append(tool.description.empty() ? "" : "\n\n");
        tool.description.append("The input must follow this grammar");
        if (const std::string syntax = format["syntax"].text(); !syntax.empty()) {
            tool.description.append(" (").append(syntax).append(")");
        }
        tool.description.append(":\n").append(definition.text());
    }
    return true;
}

bool readFunction(FieldReader &reader, const Declaration &declaration, Tools &out)
{
    const json::Value json = declaration.tool;
    const std::string &path = declaration.path;
    ToolIdentity identity{declaration.space, {}, json["type"].is("custom")};
    Tool tool;
    tool.origin = Dialect::OpenAiResponses;
    if (!reader.requiredString(json["name"], memberOf(path, "name"), identity.name) ||
        !reader.string(json["description"], memberOf(path, "description"), tool.description)) {
        return false;
    }
    tool.name = out.index.newNameOf(identity);
    if (!declaration.spaceDescription.empty()) {
        tool.description = "About the tools " + flatName(identity.space, "") +
                           "*: " + declaration.spaceDescription +
                           (tool.description.empty() ? std::string() : "\n\n" + tool.description);
    }
    if (identity.isCustom) {
        tool.schema = customSchema();
        tool.strict = false;
        if (!readFormat(reader, json["format"], memberOf(path, "format"), tool)) {
            return false;
        }
    } else if (!reader.object(json["parameters"], memberOf(path, "parameters"), tool.schema) ||
               !reader.boolean(json["strict"], memberOf(path, "strict"), tool.strict)) {
        return false;
    }
    json.members([&](json::Value name, json::Value value) {
        const bool isRead =
            name.is("type") || name.is("name") || name.is("description") ||
            (identity.isCustom ? name.is("format") : name.is("parameters") || name.is("strict"));
        if (!isRead) {
            keepExtra(tool.extras, name.text(), value);
        }
    });
    if (identity.isCustom || !identity.space.empty()) {
        tool.json = writeIdentity(identity, declaration.whole);
    }
    return append(reader, std::move(tool), out);
}

bool isFunction(json::Value tool) noexcept
{
    return tool["type"].is("function") || tool["type"].is("custom");
}

bool readHosted(FieldReader &reader, json::Value json, Tools &out)
{
    Tool tool;
    tool.kind = Tool::Kind::Hosted;
    tool.name = json["type"].text();
    tool.json = json.raw();
    tool.origin = Dialect::OpenAiResponses;
    return append(reader, std::move(tool), out);
}

bool readNamespace(FieldReader &reader, json::Value json, const std::string &path, Tools &out)
{
    Declaration declaration;
    declaration.whole = json;
    const json::Value tools = json["tools"];
    if (!reader.requiredString(json["name"], memberOf(path, "name"), declaration.space) ||
        !reader.string(json["description"], memberOf(path, "description"),
                       declaration.spaceDescription)) {
        return false;
    }
    if (!tools.isArray()) {
        return reader.fail(memberOf(path, "tools"), "must be an array");
    }
    if (tools.count() == 0) { // nothing to call, but it is told back
        return readHosted(reader, json, out);
    }
    std::size_t index = 0;
    tools.elements([&](json::Value tool) {
        if (reader.hasFailed()) {
            return;
        }
        declaration.tool = tool;
        declaration.path = elementOf(memberOf(path, "tools"), index++);
        if (!isFunction(tool)) {
            reader.fail(memberOf(declaration.path, "type"), "must be 'function' or 'custom'");
        }
        if (!reader.hasFailed() && readFunction(reader, declaration, out)) {
            declaration.whole = {};
            declaration.spaceDescription.clear();
        }
    });
    return !reader.hasFailed();
}

} // namespace

bool readTools(FieldReader &reader,
               json::Value tools,
               std::string_view path,
               std::vector<Tool> &out,
               ToolIndex &known)
{
    if (tools.isAbsent()) {
        return true;
    }
    if (!tools.isArray()) {
        return reader.fail(path, "must be an array");
    }
    Tools into{out, known};
    std::size_t index = 0;
    tools.elements([&](json::Value tool) {
        if (reader.hasFailed()) {
            return;
        }
        const std::string here = elementOf(path, index++);
        if (!tool.isObject() || !tool["type"].isString()) {
            reader.fail(memberOf(here, "type"), "is required");
        } else if (isFunction(tool)) {
            const json::Value whole = tool["type"].is("custom") ? tool : json::Value();
            readFunction(reader, {tool, here, {}, {}, whole}, into);
        } else if (tool["type"].is("namespace")) {
            readNamespace(reader, tool, here, into);
        } else {
            readHosted(reader, tool, into);
        }
    });
    return !reader.hasFailed();
}

bool readToolChoice(FieldReader &reader,
                    json::Value choice,
                    const ToolIndex &tools,
                    ToolChoice &out)
{
    constexpr std::string_view Path = "tool_choice";
    if (choice.isAbsent()) {
        return true;
    }
    if (choice.is("auto")) {
        out.kind = ToolChoice::Kind::Auto;
    } else if (choice.is("required")) {
        out.kind = ToolChoice::Kind::Required;
    } else if (choice.is("none")) {
        out.kind = ToolChoice::Kind::None;
    } else if (!choice.isObject()) {
        return reader.fail(Path, "must be 'auto', 'required', 'none' or an object");
    } else if (isFunction(choice)) {
        std::string name;
        std::string space;
        if (!reader.requiredString(choice["name"], memberOf(Path, "name"), name) ||
            !reader.string(choice["namespace"], memberOf(Path, "namespace"), space)) {
            return false;
        }
        out.kind = ToolChoice::Kind::Function;
        out.name = tools.modelNameOf(space, name);
    } else {
        out.kind = ToolChoice::Kind::Opaque;
        out.json = choice.raw();
    }
    return true;
}

} // namespace meridian::provider::responses
