// SPDX-License-Identifier: MIT
#include "core/provider/gemini/toolreader.h"

#include "core/json/jsonwriter.h"
#include "core/provider/gemini/schema.h"

namespace meridian::provider::gemini {

namespace {

Tool functionOf(json::Value declaration, const std::string &path, Problem &problem)
{
    Fields fields(declaration, path, problem);
    Tool tool;
    tool.origin = Dialect::Gemini;
    tool.name = fields.string("name");
    tool.description = fields.string("description");
    const json::Value parameters = fields.object("parameters");
    const json::Value jsonSchema = fields.object("parametersJsonSchema");
    if (tool.name.empty()) {
        fields.wrong("name", "is missing");
    }
    if (!parameters.isMissing() && !jsonSchema.isMissing()) {
        fields.wrong("parameters", "cannot stand beside parametersJsonSchema");
    }
    if (!jsonSchema.isMissing()) {
        tool.schema = jsonSchema.raw();
    } else if (!parameters.isMissing()) {
        tool.schema = jsonSchemaOf(parameters);
        tool.json = parameters.raw();
    }
    fields.rest(tool.extras);
    return tool;
}

void readEntry(json::Value entry, const std::string &path, ChatRequest &request, Problem &problem)
{
    Fields fields(entry, path, problem);
    const std::string list = fields.pathOf("functionDeclarations");
    std::size_t index = 0;
    fields.array("functionDeclarations").elements([&](json::Value declaration) {
        const std::string at = elementOf(list, index++);
        if (!declaration.isObject()) {
            problem.say(at, "must be an object");
            return;
        }
        request.tools.push_back(functionOf(declaration, at, problem));
    });
    std::vector<Extra> hosted; // each member is a tool: {"googleSearch": {}}
    fields.rest(hosted);
    for (const Extra &each : hosted) {
        Tool tool;
        tool.kind = Tool::Kind::Hosted;
        tool.name = each.name;
        tool.origin = Dialect::Gemini;
        json::JsonWriter whole;
        whole.beginObject().raw(each.name, each.json).endObject();
        tool.json = whole.take();
        request.tools.push_back(std::move(tool));
    }
}

void readChoice(json::Value config, const std::string &path, ChatRequest &request, Problem &problem)
{
    Fields outer(config, path, problem);
    Fields calling(outer.object("functionCallingConfig"), outer.pathOf("functionCallingConfig"),
                   problem);
    std::string mode = calling.string("mode");
    for (char &c : mode) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    std::vector<std::string> names;
    calling.array("allowedFunctionNames").elements([&](json::Value name) {
        if (!name.isString()) {
            calling.wrong(elementOf("allowedFunctionNames", names.size()), "must be a string");
        }
        names.push_back(name.text());
    });
    std::vector<Extra> unknown;
    outer.rest(unknown);
    calling.rest(unknown);
    ToolChoice &choice = request.toolChoice;
    bool isSaid = unknown.empty(); // by the choice alone
    if (mode == "AUTO") {
        choice.kind = ToolChoice::Kind::Auto;
        isSaid = isSaid && names.empty();
    } else if (mode == "NONE") {
        choice.kind = ToolChoice::Kind::None;
        isSaid = isSaid && names.empty();
    } else if (mode == "ANY") {
        choice.kind = names.size() == 1 ? ToolChoice::Kind::Function : ToolChoice::Kind::Required;
        choice.name = names.size() == 1 ? names[0] : std::string();
        isSaid = isSaid && names.size() <= 1;
    } else if (mode == "VALIDATED") {
        choice.kind = ToolChoice::Kind::Auto;
        isSaid = false;
    } else if (mode.empty() || mode == "MODE_UNSPECIFIED") {
        isSaid = isSaid && names.empty();
    } else {
        calling.wrong("mode", "must be AUTO, ANY, NONE or VALIDATED");
    }
    if (!isSaid) {
        request.extras.push_back({"toolConfig", std::string(config.raw())});
    }
}

} // namespace

void readTools(Fields &body, ChatRequest &request, Problem &problem)
{
    const std::string path = body.pathOf("tools");
    std::size_t index = 0;
    body.array("tools").elements(
        [&](json::Value entry) { readEntry(entry, elementOf(path, index++), request, problem); });
    if (const json::Value config = body.object("toolConfig"); !config.isMissing()) {
        readChoice(config, body.pathOf("toolConfig"), request, problem);
    }
}

} // namespace meridian::provider::gemini
