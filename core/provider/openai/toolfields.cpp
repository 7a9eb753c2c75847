// SPDX-License-Identifier: MIT
#include "core/provider/openai/toolfields.h"

#include "core/provider/openai/spelling.h"

namespace meridian::provider::openai {

namespace {

/// The inside of a function tool; fields without a place are kept under `prefix`.
void readFunction(
    FieldReader &fields, const Path &path, json::Value value, std::string_view prefix, Tool &tool)
{
    value.members([&](json::Value key, json::Value each) {
        std::string scratch;
        const std::string_view name = memberName(key, scratch);
        const Path place{&path, name};
        if (name == "name") {
            fields.text(place, each, tool.name);
        } else if (name == "description") {
            fields.text(place, each, tool.description);
        } else if (name == "parameters") {
            fields.object(place, each, tool.schema);
        } else if (name == "strict") {
            fields.boolean(place, each, tool.strict);
        } else {
            keepExtra(tool.extras, std::string(prefix).append(name), each);
        }
    });
    if (tool.name.empty()) {
        fields.fail({&path, "name"}, "must be a string that is not empty");
    }
}

Tool readTool(FieldReader &fields, const Path &path, json::Value value)
{
    Tool tool;
    if (!value.isObject()) {
        fields.fail(path, "must be an object");
        return tool;
    }
    const json::Value type = value["type"];
    const json::Value function = value["function"];
    if (!type.isAbsent() && !type.isString()) {
        fields.fail({&path, "type"}, "must be a string");
        return tool;
    }
    if (type.is("function") || (type.isAbsent() && function.isObject())) {
        const Path inside{&path, "function"};
        if (!function.isObject()) {
            fields.fail(inside, "must be an object");
            return tool;
        }
        readFunction(fields, inside, function, "function.", tool);
        value.members([&](json::Value key, json::Value each) {
            std::string scratch;
            const std::string_view name = memberName(key, scratch);
            if (name == "cache_control") {
                readCacheControl(each, tool.cache, tool.extras);
            } else if (name != "type" && name != "function") {
                keepExtra(tool.extras, std::string(name), each);
            }
        });
    } else if (type.isString()) {
        tool.kind = Tool::Kind::Hosted;
        tool.json = value.raw();
        tool.name = value[type.is("custom") ? "custom" : "function"]["name"].text();
        if (tool.name.empty()) {
            tool.name = type.text();
        }
    } else {
        fields.fail({&path, "type"}, "must be a string");
    }
    return tool;
}

/// The name in `{"type":"function","function":{"name":…}}` if it says nothing else.
std::string plainFunctionName(json::Value choice)
{
    std::string found;
    bool isPlain = true;
    choice.members([&](json::Value key, json::Value value) {
        if (key.is("function") && value.isObject()) {
            value.members([&](json::Value inner, json::Value name) {
                isPlain = isPlain && inner.is("name") && name.isString();
                found = name.text();
            });
        } else if (key.is("name") && value.isString()) {
            found = value.text(); // the form of /v1/responses, which some clients send here
        } else {
            isPlain = isPlain && key.is("type") && value.is("function");
        }
    });
    return isPlain ? found : std::string();
}

} // namespace

void readCacheControl(json::Value value, CacheMark &cache, std::vector<Extra> &extras)
{
    CacheMark mark;
    bool isPlain = value.isObject();
    value.members([&](json::Value key, json::Value each) {
        if (key.is("ttl") && each.isString()) {
            mark.ttl = each.text();
        } else if (key.is("type") && each.is("ephemeral")) {
            mark.isSet = true;
        } else {
            isPlain = false;
        }
    });
    if (isPlain && mark.isSet) {
        cache = mark;
    } else {
        keepExtra(extras, "cache_control", value);
    }
}

void readTools(FieldReader &fields, json::Value value, ChatRequest &request)
{
    if (!fields.isList({nullptr, "tools"}, value)) {
        return;
    }
    std::size_t index = 0;
    value.elements([&](json::Value each) {
        if (!fields.hasFailed()) {
            request.tools.push_back(readTool(fields, {nullptr, "tools", index++}, each));
        }
    });
}

void readFunctions(FieldReader &fields, json::Value value, ChatRequest &request)
{
    if (!fields.isList({nullptr, "functions"}, value)) {
        return;
    }
    std::vector<Tool> made;
    value.elements([&](json::Value each) {
        const Path path{nullptr, "functions", made.size()};
        Tool tool;
        tool.json = LegacyTool;
        if (!each.isObject()) {
            fields.fail(path, "must be an object");
        } else if (!fields.hasFailed()) {
            readFunction(fields, path, each, {}, tool);
        }
        made.push_back(std::move(tool));
    });
    if (!made.empty() && !request.tools.empty()) {
        fields.fail({nullptr, "functions"}, "cannot stand beside tools");
    } else if (!made.empty() && request.toolChoice.kind != ToolChoice::Kind::Unset) {
        fields.fail({nullptr, "tool_choice"}, "functions take function_call instead");
    }
    request.tools.insert(request.tools.end(), made.begin(), made.end());
    if (!made.empty() && !request.parallelToolCalls) {
        request.parallelToolCalls = false; // an answer has room for one function_call
    }
}

void readToolChoice(FieldReader &fields, json::Value value, ChatRequest &request)
{
    const Path path{nullptr, "tool_choice"};
    ToolChoice &choice = request.toolChoice;
    if (value.isString()) {
        choice.kind = value.is("auto")       ? ToolChoice::Kind::Auto
                      : value.is("none")     ? ToolChoice::Kind::None
                      : value.is("required") ? ToolChoice::Kind::Required
                      : value.is("any")      ? ToolChoice::Kind::Required // Mistral's word
                                             : ToolChoice::Kind::Unset;
        if (choice.kind == ToolChoice::Kind::Unset) {
            fields.fail(path, "must be \"none\", \"auto\", \"required\" or an object");
        }
    } else if (value.isObject()) {
        choice.name = value["type"].is("function") ? plainFunctionName(value) : std::string();
        choice.kind = choice.name.empty() ? ToolChoice::Kind::Opaque : ToolChoice::Kind::Function;
        if (choice.name.empty()) {
            choice.json = value.raw();
        }
    } else if (!value.isAbsent()) {
        fields.fail(path, "must be a string or an object");
    }
}

void readFunctionCall(FieldReader &fields, json::Value value, ChatRequest &request)
{
    const Path path{nullptr, "function_call"};
    ToolChoice choice;
    if (value.isAbsent()) {
        return;
    }
    if (value.is("auto")) {
        choice.kind = ToolChoice::Kind::Auto;
    } else if (value.is("none")) {
        choice.kind = ToolChoice::Kind::None;
    } else if (value.isObject() && value["name"].isString()) {
        choice.kind = ToolChoice::Kind::Function;
        choice.name = value["name"].text();
    } else {
        fields.fail(path, "must be \"none\", \"auto\" or {\"name\": …}");
        return;
    }
    if (wantsFunctionCall(&request) && request.toolChoice.kind == ToolChoice::Kind::Unset) {
        request.toolChoice = std::move(choice);
    } else {
        keepExtra(request.extras, "function_call", value);
    }
}

void readResponseFormat(FieldReader &fields, json::Value value, ChatRequest &request)
{
    const Path path{nullptr, "response_format"};
    ResponseFormat &format = request.format;
    if (!fields.isObject(path, value)) {
        return;
    }
    const json::Value type = value["type"];
    const json::Value schema = value["json_schema"];
    if (!type.isString()) {
        fields.fail({&path, "type"}, "must be a string");
        return;
    }
    bool isPlain = true; // says nothing that `format` has no place for
    if (type.is("text")) {
        format.kind = ResponseFormat::Kind::Text;
    } else if (type.is("json_object")) {
        format.kind = ResponseFormat::Kind::JsonObject;
    } else if (type.is("json_schema") && schema.isObject()) {
        const Path inside{&path, "json_schema"};
        format.kind = ResponseFormat::Kind::JsonSchema;
        schema.members([&](json::Value key, json::Value each) {
            std::string scratch;
            const std::string_view name = memberName(key, scratch);
            const Path place{&inside, name};
            if (name == "name") {
                fields.text(place, each, format.name);
            } else if (name == "description") {
                fields.text(place, each, format.description);
            } else if (name == "schema") {
                fields.object(place, each, format.schema);
            } else if (name == "strict") {
                fields.boolean(place, each, format.strict);
            } else {
                isPlain = isPlain && each.isAbsent();
            }
        });
        if (format.name.empty()) {
            fields.fail({&inside, "name"}, "must be a string that is not empty");
        }
    } else if (type.is("json_schema")) {
        fields.fail({&path, "json_schema"}, "must be an object");
    } else {
        isPlain = false; // vLLM's structural_tag, llama.cpp's grammar, …
    }
    value.members([&](json::Value key, json::Value each) {
        const bool isKnown = key.is("type") || (key.is("json_schema") &&
                                                format.kind == ResponseFormat::Kind::JsonSchema);
        isPlain = isPlain && (isKnown || each.isAbsent());
    });
    if (!isPlain) {
        keepExtra(request.extras, "response_format", value);
    }
}

} // namespace meridian::provider::openai
