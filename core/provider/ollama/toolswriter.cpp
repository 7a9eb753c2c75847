// SPDX-License-Identifier: MIT
#include "core/provider/ollama/toolswriter.h"

#include "core/provider/ollama/names.h"

#include <algorithm>

namespace meridian::provider::ollama {

namespace {

bool isChosen(const ChatRequest &request, const Tool &tool) noexcept
{
    return tool.kind == Tool::Kind::Function && tool.name == request.toolChoice.name;
}

/// Is only the tool that is to be called told? A model cannot take another one then.
bool hasChosen(const ChatRequest &request) noexcept
{
    return request.toolChoice.kind == ToolChoice::Kind::Function &&
           std::any_of(request.tools.begin(), request.tools.end(),
                       [&](const Tool &each) { return isChosen(request, each); });
}

void writeFunction(json::JsonWriter &out,
                   const Tool &tool,
                   const std::string &path,
                   Fidelity &fidelity)
{
    const bool isOwn = isOllama(tool.origin);
    out.beginObject().string("type", "function");
    for (const Extra &extra : tool.extras) {
        if (!isOwn) {
            fidelity.dropped(path + "." + extra.name);
        } else if (!extra.name.starts_with(FunctionPrefix)) {
            out.raw(extra.name, extra.json);
        }
    }
    out.key("function").beginObject().string("name", tool.name);
    if (!tool.description.empty()) {
        out.string("description", tool.description);
    }
    if (!tool.schema.empty()) {
        out.raw("parameters", tool.schema);
    } else if (!isOwn) { // templates print what is missing as nonsense
        out.raw("parameters", R"({"type":"object","properties":{}})");
    }
    if (tool.strict && isOwn) {
        out.boolean("strict", *tool.strict);
    } else if (tool.strict.value_or(false)) {
        fidelity.dropped(path + ".strict", "Ollama does not enforce the schemas of tools");
    }
    for (const Extra &extra : tool.extras) {
        if (isOwn && extra.name.starts_with(FunctionPrefix)) {
            out.raw(std::string_view(extra.name).substr(FunctionPrefix.size()), extra.json);
        }
    }
    out.endObject().endObject();
}

} // namespace

void writeTools(json::JsonWriter &out, const ChatRequest &request, Fidelity &fidelity)
{
    if (request.toolChoice.kind == ToolChoice::Kind::None) {
        if (!request.tools.empty()) {
            fidelity.approximated("tool_choice", "the tools are left out instead");
        }
        return;
    }
    const bool tellsOnlyChosen = hasChosen(request);
    bool hasBegun = false;
    std::size_t index = 0;
    for (const Tool &tool : request.tools) {
        const std::string path = "tools[" + std::to_string(index++) + "]";
        const bool isForeign = tool.kind == Tool::Kind::Hosted && !isOllama(tool.origin);
        if (isForeign) {
            fidelity.dropped(path, "only its own provider can run it");
        }
        if (isForeign || (tellsOnlyChosen && !isChosen(request, tool))) {
            continue;
        }
        if (!hasBegun) {
            out.key("tools").beginArray();
            hasBegun = true;
        }
        if (tool.kind == Tool::Kind::Hosted) {
            out.raw(tool.json);
        } else {
            writeFunction(out, tool, path, fidelity);
        }
    }
    if (hasBegun) {
        out.endArray();
    }
}

std::string toolInstruction(const ChatRequest &request, Fidelity &fidelity)
{
    switch (request.toolChoice.kind) {
    case ToolChoice::Kind::Required:
        fidelity.approximated("tool_choice", "said in a system message instead");
        return "Answer by calling at least one of the tools, not with text.";
    case ToolChoice::Kind::Function:
        fidelity.approximated("tool_choice", "said in a system message instead");
        return "Answer by calling the tool `" + request.toolChoice.name + "`, not with text.";
    case ToolChoice::Kind::Opaque:
        fidelity.dropped("tool_choice", "Ollama has no choice of tools");
        return {};
    default:
        return {};
    }
}

} // namespace meridian::provider::ollama
